package diag

// Findings about suppressions, and about files that a configuration names.
var (
	IgnoreUnknownCode = &Code{
		Name: "ignore-unknown-code", Severity: Warning,
		Summary: "a comment or an annotation suppresses a code that does not exist",
		Explain: `Findings are suppressed by their code, the words in brackets at the end of
their first line. A name that is none suppresses nothing, and would go
unnoticed: the finding that was meant is reported as before.`,
		Example: `interval: 2500ms # connpolicy:ignore keepalive-ronded half a second more is welcome`,
		Fix:     `interval: 2500ms # connpolicy:ignore keepalive-rounded half a second more is welcome`,

		Reference: "https://github.com/connpolicy/connpolicy/blob/main/docs/suppressions.md",
	}
	IgnoreWithoutReason = &Code{
		Name: "ignore-without-reason", Severity: Warning,
		Summary: "a comment or an annotation suppresses a finding and does not say why",
		Explain: `Whoever reads the manifest next has to judge whether the finding may still
be suppressed, and can do so only when the reason stands there. Without one
nothing is suppressed.`,
		Example: `interval: 2500ms # connpolicy:ignore keepalive-rounded`,
		Fix:     `interval: 2500ms # connpolicy:ignore keepalive-rounded half a second more is welcome`,

		Reference: "https://github.com/connpolicy/connpolicy/blob/main/docs/suppressions.md",
	}
	IgnoreRefused = &Code{
		Name: "ignore-refused", Severity: Warning,
		Summary: "a comment or an annotation suppresses findings that cannot be suppressed",
		Explain: `An error says that the output would be refused, or cannot be what is meant.
It stays one whoever looks away, so nothing is suppressed. The same goes
for findings about suppressions. A repository that has errors already can
begin with a baseline: connpolicy validate --write-baseline FILE.`,
		Example: `# connpolicy:ignore duration-precision it was always like this
time: 60s`,
		Fix: `time: 60s`,

		Reference: "https://github.com/connpolicy/connpolicy/blob/main/docs/suppressions.md",
	}
	MissingFile = &Code{
		Name: "missing-file", Severity: Error,
		Summary: "a configuration names a file or directory that is not there",
		Explain: `Paths in a configuration start from the directory it lies in, wherever the
command is run. When one leads nowhere, less would be read than was meant,
so nothing is.`,
		Example: `inputs:
- input.yml`,
		Fix: `inputs:
- input.yaml`,
		Reference: "https://github.com/connpolicy/connpolicy/blob/main/docs/configuration.md",
	}
)

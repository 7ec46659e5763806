package format

import (
	"io"

	"github.com/connpolicy/connpolicy/diag"
)

// A Code Quality report of GitLab: docs.gitlab.com/ci/testing/code_quality, "Code Quality report
// format".
type (
	gitlabIssue struct {
		Description string         `json:"description"`
		CheckName   string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
	}
)

// GitLab writes sorted findings as a Code Quality report of GitLab.
func GitLab(w io.Writer, l diag.List) error {
	fingerprints := l.Fingerprints()
	issues := make([]gitlabIssue, 0, len(l))
	for i := range l {
		d := &l[i]
		text := diag.Sentence(d.Message)
		if d.Help != "" {
			text += "; help: " + diag.Sentence(d.Help)
		}
		issues = append(issues, gitlabIssue{
			Description: text, CheckName: d.Name, Fingerprint: fingerprints[i], Severity: gitlabSeverity(d.Severity),
			Location: gitlabLocation{d.Path(), gitlabLines{max(1, d.Line)}}, // the format has no place without a line
		})
	}
	return indented(w, issues)
}

func gitlabSeverity(s diag.Severity) string {
	switch s {
	case diag.Error:
		return "critical"
	case diag.Warning:
		return "major"
	case diag.Info:
		return "info"
	}
	return s.String()
}

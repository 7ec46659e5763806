package diag

// Findings about text that cannot be read, and documents that are passed over.
var (
	Syntax = &Code{
		Name: "syntax", Severity: Error,
		Summary: "the text is not YAML or JSON",
	}
	NotUTF8 = &Code{
		Name: "not-utf8", Severity: Error,
		Summary: "the text is not encoded as UTF-8",
	}
	DuplicateKey = &Code{
		Name: "duplicate-key", Severity: Error,
		Summary: "one mapping holds the same key twice",
	}
	NotAnObject = &Code{
		Name: "not-an-object", Severity: Error,
		Summary: "a document is a single value instead of an object",
	}
	UnknownKind = &Code{
		Name: "unknown-kind", Severity: Error,
		Summary: "a document of a Gloo API group has a kind or version that does not exist",
	}
	UnreadKind = &Code{
		Name: "unread-kind", Severity: Warning,
		Summary: "a document that carries connection settings is of a kind that is not read",
	}
)

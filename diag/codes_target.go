package diag

// Findings about what a target can say, and what it cannot.
var (
	NotExpressible = &Code{
		Name: "not-expressible", Severity: Warning,
		Summary: "the target has no field for a setting",
	}
	ValueNotExpressible = &Code{
		Name: "value-not-expressible", Severity: Warning,
		Summary: "the target cannot hold a value",
	}
	DefaultDiffers = &Code{
		Name: "default-differs", Severity: Info,
		Summary: "what is left out means something else in the target",
	}
	ClashingOutput = &Code{
		Name: "clashing-output", Severity: Error,
		Summary: "two results would have one name",
	}
)

package diag

// Fix mends what a finding is about and leaves every other byte as it is.
type Fix struct {
	Edits []Edit
	// Value is what the field comes to hold, as JSON has it: a string, a float64, a bool. Nil
	// when the fix is not a new value for the finding's field, but a new key or a new entry.
	Value any
}

// Edit puts New in place of the bytes from Start to before End of a source's text.
type Edit struct {
	*Source
	Start, End int
	New        string
}

package diag

// NewExcerpt wraps a text that was cut out of a larger one. Its lines have numbers that nobody
// sees in a file, so messages say whose text it is and which field, and show the line.
func NewExcerpt(name, text string) *Source {
	s := NewSource(name, text)
	s.excerpt = true
	return s
}

// Excerpt reports a text that NewExcerpt wrapped.
func (s *Source) Excerpt() bool { return s.excerpt }

package diag

import (
	"fmt"
	"unicode/utf8"
)

// maxWidth cuts source lines so that a minified file cannot flood a terminal.
const maxWidth = 160

// At is the place as FILE:LINE:COL, as much of it as is known.
func (s Span) At() string {
	switch {
	case s.Source == nil:
		return ""
	case !s.Numbered():
		return Line(s.Path())
	default:
		return fmt.Sprintf("%s:%d:%d", Line(s.Path()), s.Line, s.Col)
	}
}

// Numbered reports a place whose line number people can look up.
func (s Span) Numbered() bool { return s.Line > 0 && s.Source != nil && !s.excerpt }

// SubjectLine is the subject, and in an excerpt the field, which stands for the line number there.
func (d *Diagnostic) SubjectLine() string {
	field := FieldPath(d.Field)
	switch {
	case d.Source == nil || !d.excerpt:
		return d.Subject
	case d.Subject == "" || d.Subject == d.Path():
		return field
	case field == "":
		return d.Subject
	}
	return d.Subject + ", " + field
}

// Snippet is the span's line for those who draw it themselves: what stands before, at and after
// the span, shortened and harmless.
func (s Span) Snippet() (before, at, after string) {
	before, at, after = s.Cut()
	return Visible(before), Visible(at), Visible(after)
}

// Cut splits the span's line into what stands before, at and after it, shortened to maxWidth, as it is.
// It looks at the neighborhood of the span only: a line may be the whole of a long file.
func (s Span) Cut() (before, at, after string) {
	line := s.LineText(s.Line)
	from := s.column(line)
	to := forward(line, from, s.Len)
	before, at, after = line[:from], line[from:to], line[to:]
	if forward(line, 0, maxWidth) == len(line) {
		return before, at, after
	}
	if n := backward(line, from, maxWidth/2); n > 0 {
		before = "…" + line[backward(line, from, maxWidth/4):from]
	}
	if end := forward(line, from, maxWidth/2); end < to {
		return before, line[from:end], "…"
	}
	if end := forward(line, to, maxWidth/2); end < len(line) {
		after = line[to:forward(line, to, maxWidth/4)] + "…"
	}
	return before, at, after
}

// Written is what stands in the source where the span points.
func (s Span) Written() string {
	line := s.LineText(s.Line)
	from := s.column(line)
	return line[from:forward(line, from, s.Len)]
}

// column is the byte at which the span begins in its line.
func (s Span) column(line string) int {
	if s.start > 0 {
		return min(max(s.start-1-s.index()[s.Line-1], 0), len(line))
	}
	return forward(line, 0, s.Col-1)
}

// forward and backward move n runes from a byte of the text.
func forward(text string, from, n int) int {
	for ; n > 0 && from < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[from:])
		from += size
	}
	return from
}

func backward(text string, from, n int) int {
	for ; n > 0 && from > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	return from
}

// Bytes is the range of the source's bytes that the span stands for, in one line; 0 and 0 without a
// line.
func (s Span) Bytes() (from, to int) {
	if s.Source == nil || s.Line == 0 {
		return 0, 0
	}
	line := s.LineText(s.Line)
	start, first := s.index()[s.Line-1], s.column(line)
	return start + first, start + forward(line, first, s.Len)
}

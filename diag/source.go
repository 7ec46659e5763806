package diag

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// Source is one input text under the name the user knows it by.
type Source struct {
	name  string
	text  string
	once  sync.Once
	lines []int // byte offset of each line's first byte
}

const byteOrderMark = "\ufeff"

// NewSource wraps a text; name is printed as it is given ("-" reads as <stdin>). A byte
// order mark is taken off: editors do not count it as a column.
func NewSource(name, text string) *Source {
	if name == "-" {
		name = "<stdin>"
	}
	return &Source{name: name, text: strings.TrimPrefix(text, byteOrderMark)}
}

// Path is the name for messages; a nil source has none.
func (s *Source) Path() string {
	if s == nil {
		return ""
	}
	return s.name
}

// Text is the whole text, as read, without a byte order mark.
func (s *Source) Text() string { return s.text }

func (s *Source) index() []int {
	s.once.Do(func() {
		s.lines = append(make([]int, 0, 1+strings.Count(s.text, "\n")), 0)
		for i := 0; i < len(s.text); i++ {
			if s.text[i] == '\n' {
				s.lines = append(s.lines, i+1)
			}
		}
	})
	return s.lines
}

// LineText returns line n (from 1) without its line break; "" outside the text.
func (s *Source) LineText(n int) string {
	if s == nil {
		return ""
	}
	lines := s.index()
	if n < 1 || n > len(lines) {
		return ""
	}
	end := len(s.text)
	if n < len(lines) {
		end = lines[n] - 1
	}
	return strings.TrimSuffix(s.text[lines[n-1]:end], "\r")
}

// LineOf returns the line (from 1) that holds the byte at offset.
func (s *Source) LineOf(offset int) int {
	lines := s.index()
	return sort.Search(len(lines), func(i int) bool { return lines[i] > offset })
}

// At turns a byte range of the text into a span. A range that runs over the end
// of its first line is cut there: carets stand under one line.
func (s *Source) At(offset, length int) Span {
	offset = min(max(offset, 0), len(s.text))
	line := s.LineOf(offset)
	start := s.index()[line-1]
	text := s.LineText(line)
	from := min(offset-start, len(text))
	to := min(from+max(length, 0), len(text))
	return Span{
		Source: s, Line: line,
		Col: utf8.RuneCountInString(text[:from]) + 1,
		Len: max(1, utf8.RuneCountInString(text[from:to])),
	}
}

// Whole is the span of the source as a file, with no line.
func (s *Source) Whole() Span { return Span{Source: s} }

package diag

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// Source is one input text under the name that the user gave it.
type Source struct {
	name  string
	text  string
	bom   int // bytes of the byte order mark before text
	once  sync.Once
	lines []int // byte offset of each line's first byte
	marks []runeMark

	excerpt bool // cut out of a larger text: its lines are counted by nobody else
}

// runeMark is a byte with the number of runes before it, and of UTF-16 code units.
type runeMark struct{ offset, runes, units int }

const markEvery = 4096

const byteOrderMark = "\ufeff"

// NewSource wraps a text; name is printed as it is given ("-" reads as <stdin>). A byte
// order mark is taken off: editors do not count it as a column.
func NewSource(name, text string) *Source {
	if name == "-" {
		name = "<stdin>"
	}
	rest := strings.TrimPrefix(text, byteOrderMark)
	return &Source{name: name, text: rest, bom: len(text) - len(rest)}
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

// Mark is how many bytes of a byte order mark stood before the text: 0 or 3. An offset in the
// file is one in the text plus the mark.
func (s *Source) Mark() int { return s.bom }

func (s *Source) index() []int {
	s.once.Do(func() {
		s.lines = append(make([]int, 0, 1+strings.Count(s.text, "\n")), 0)
		for i := 0; i < len(s.text); i++ {
			if s.text[i] == '\n' {
				s.lines = append(s.lines, i+1)
			}
		}
		s.mark()
	})
	return s.lines
}

// mark notes how many runes stand before about every markEvery-th byte, always at the start of
// a rune. A minified file is one line: counting its columns from the left for every finding
// would take the square of its length.
func (s *Source) mark() {
	s.marks = []runeMark{{}}
	for {
		last := s.marks[len(s.marks)-1]
		next := last.offset + markEvery
		for next < len(s.text) && !utf8.RuneStart(s.text[next]) {
			next++
		}
		if next >= len(s.text) {
			return
		}
		between := s.text[last.offset:next]
		runes := utf8.RuneCountInString(between)
		s.marks = append(s.marks, runeMark{next, last.runes + runes, last.units + runes + astral(between)})
	}
}

// astral counts the runes that UTF-16 writes as two code units.
func astral(s string) int {
	n := 0
	for _, r := range s {
		if r > 0xffff {
			n++
		}
	}
	return n
}

// runesBefore counts the runes before a byte.
func (s *Source) runesBefore(offset int) int {
	m := s.markBefore(offset)
	return m.runes + utf8.RuneCountInString(s.text[m.offset:offset])
}

// unitsBefore counts the UTF-16 code units before a byte.
func (s *Source) unitsBefore(offset int) int {
	m := s.markBefore(offset)
	between := s.text[m.offset:offset]
	return m.units + utf8.RuneCountInString(between) + astral(between)
}

// UTF16 returns the line of the byte at offset and its column in UTF-16 code units, both from 1, as
// SARIF and editors count.
func (s *Source) UTF16(offset int) (line, column int) {
	line = s.LineOf(offset)
	return line, s.unitsBefore(offset) - s.unitsBefore(s.index()[line-1]) + 1
}

func (s *Source) markBefore(offset int) runeMark {
	return s.marks[sort.Search(len(s.marks), func(i int) bool { return s.marks[i].offset > offset })-1]
}

// Forward returns the offset of the rune that stands n runes behind the one at offset, at most the
// end of the text.
func (s *Source) Forward(offset, n int) int {
	if n <= markEvery {
		return forward(s.text, offset, n)
	}
	s.index()
	n += s.runesBefore(offset)
	m := s.marks[sort.Search(len(s.marks), func(i int) bool { return s.marks[i].runes > n })-1]
	return forward(s.text, m.offset, n-m.runes)
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

// Lines returns how many lines there are, the empty one after a last line break among them.
func (s *Source) Lines() int { return len(s.index()) }

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
		Col: s.runesBefore(start+from) - s.runesBefore(start) + 1,
		Len: max(1, utf8.RuneCountInString(text[from:to])), start: offset + 1,
	}
}

// Whole is the span of the source as a file, with no line.
func (s *Source) Whole() Span { return Span{Source: s} }

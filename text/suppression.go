package text

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"sigs.k8s.io/yaml"
)

// suppressionMark is a comment that suppresses codes: the codes, separated by commas, and the reason.
// Whoever writes a colon behind the marker means the same.
var suppressionMark = regexp.MustCompile(`(?:^|[ \t])(#+[ \t]*` + diag.IgnoreComment + `:?)(?:[ \t]+(` + wordOfCode + `(?:[ \t]*,[ \t]*` + wordOfCode + `)*))?(?:[ \t]+(.*))?$`)

// A code as somebody may write it, slips included.
const wordOfCode = `[^ \t,]+`

// suspect looks like a comment, until the parser has been asked whether it is one.
type suspect struct {
	offset, end int // in the source
	line        int
	suppression diag.Suppression
}

// Suppressions reads the comments in and before the chunk that suppress codes. Nearly no text has one,
// so that is what is asked first.
func (c *Chunk) Suppressions() diag.Suppressions {
	if !strings.Contains(c.Source.Text()[c.before:c.Offset+len(c.Text)], diag.IgnoreComment) {
		return nil
	}
	var found diag.Suppressions
	first, last := 0, 0 // what the comment before holds for
	lines := &outline{src: c.Source, lines: map[int]outlineLine{}}
	for _, m := range c.comments(c.suspects()) {
		if first <= m.line { // otherwise it stands in a heap of comments above one line
			first, last = c.reach(m, lines)
		}
		if m.suppression.First, m.suppression.Last = first, last; last > 0 {
			found = append(found, m.suppression)
		}
	}
	return found
}

// suspects finds what looks like such a comment, line by line.
func (c *Chunk) suspects() []suspect {
	var all []suspect
	at := c.before
	for line := range strings.Lines(c.Source.Text()[c.before : c.Offset+len(c.Text)]) {
		text := strings.TrimRight(line, "\r\n")
		if m := suppressionMark.FindStringSubmatchIndex(text); m != nil {
			all = append(all, c.suspect(at, text, m))
		}
		at += len(line)
	}
	return all
}

// suspect reads a comment from the places of a match of suppressionMark in a line.
func (c *Chunk) suspect(at int, text string, m []int) suspect {
	found := suspect{offset: at + m[2], end: at + len(text), line: c.Source.LineOf(at)}
	found.suppression.Span = c.Source.At(at+m[2], max(m[3], m[5])-m[2])
	if m[4] >= 0 {
		from := m[4]
		for _, word := range strings.Split(text[m[4]:m[5]], ",") {
			name := strings.Trim(word, " \t")
			start := from + strings.Index(word, name)
			found.suppression.Codes = append(found.suppression.Codes, diag.CodeName{Name: name, Span: c.Source.At(at+start, len(name))})
			from += len(word) + 1
		}
	}
	if m[6] >= 0 {
		found.suppression.Reason = strings.TrimSpace(text[m[6]:m[7]])
	}
	return found
}

// mostTries bounds how often a chunk is parsed to distinguish comments from text in quotes.
const mostTries = 64

// comments are the suspects that are comments and not part of a value: without them the document
// has the same values. All are tried at once, and halves of them when that fails.
func (c *Chunk) comments(all []suspect) []suspect {
	inside := slices.IndexFunc(all, func(m suspect) bool { return m.offset >= c.Offset })
	if inside < 0 {
		return all
	}
	want, err := yaml.YAMLToJSON([]byte(c.Text))
	if err != nil {
		return all[:inside] // a finding says that the document cannot be read
	}
	tries := 0
	var sift func([]suspect) []suspect
	sift = func(some []suspect) []suspect {
		if tries++; len(some) == 0 || tries > mostTries {
			return nil
		}
		got, err := yaml.YAMLToJSON([]byte(c.without(some)))
		switch {
		case err == nil && bytes.Equal(got, want):
			return some
		case len(some) == 1:
			return nil
		}
		half := len(some) / 2
		return append(sift(some[:half:half]), sift(some[half:])...)
	}
	return append(all[:inside:inside], sift(all[inside:])...)
}

// without is the chunk's text with some comments taken out.
func (c *Chunk) without(some []suspect) string {
	var b strings.Builder
	from := 0
	for _, m := range some {
		b.WriteString(c.Text[from : m.offset-c.Offset])
		from = m.end - c.Offset
	}
	b.WriteString(c.Text[from:])
	return b.String()
}

// reach is the lines that a comment holds for: its own, when something stands before it. A comment
// on a line of its own holds for the next line that is none and the block that this line opens, and
// for the whole document when that is the document's first line. When nothing follows, last is 0.
func (c *Chunk) reach(m suspect, lines *outline) (first, last int) {
	src := c.Source
	line := src.LineText(m.line)
	if text := line[:len(line)-(m.end-m.offset)]; strings.TrimSpace(text) != "" {
		if strings.TrimSpace(text) == "---" && separator(text) == "---" {
			return m.line, documentEnd(src, m.line)
		}
		return m.line, m.line
	}
	next := m.line + 1
	for next <= src.Lines() && silent(src.LineText(next)) {
		next++
	}
	switch {
	case next > src.Lines() || separator(src.LineText(next)) == "...":
		return next, 0
	case separator(src.LineText(next)) == "---", opensDocument(src, m.line):
		return next, documentEnd(src, next)
	}
	return next, lines.blockEnd(next)
}

// silent reports lines that say nothing of a document: comments, directives, and empty ones.
func silent(line string) bool {
	text := strings.TrimSpace(line)
	return text == "" || text[0] == '#' || line[0] == '%'
}

// opensDocument reports a comment line with nothing of its document before it.
func opensDocument(src *diag.Source, line int) bool {
	for line--; line > 0; line-- {
		text := src.LineText(line)
		if mark := separator(text); mark != "" {
			return silent(text[len(mark):])
		}
		if !silent(text) {
			return false
		}
	}
	return true
}

// documentEnd is the last line of the document that a line begins.
func documentEnd(src *diag.Source, line int) int {
	for line < src.Lines() && separator(src.LineText(line+1)) == "" {
		line++
	}
	return line
}

// outline is where the lines of a source begin, looked up once each.
type outline struct {
	src   *diag.Source
	lines map[int]outlineLine // by number
}

type outlineLine struct {
	silent, item bool
	indent       int
}

func (o *outline) line(n int) outlineLine {
	l, ok := o.lines[n]
	if !ok {
		text := o.src.LineText(n)
		l = outlineLine{silent(text), isItem(text), indent(text)}
		o.lines[n] = l
	}
	return l
}

// blockEnd is the last line of what a line opens: those below it that are indented deeper, and a
// list below its key, which need not be.
func (o *outline) blockEnd(line int) int {
	opening := o.line(line)
	text, _, _ := strings.Cut(o.src.LineText(line), " #")
	isKey := strings.HasSuffix(strings.TrimRight(text, " \t"), ":") && !opening.item
	for line < o.src.Lines() {
		next := o.line(line + 1)
		if !next.silent && next.indent <= opening.indent && (!isKey || next.indent != opening.indent || !next.item) {
			break
		}
		line++
	}
	return line
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func isItem(line string) bool {
	text := strings.TrimSpace(line)
	return text == "-" || strings.HasPrefix(text, "- ")
}

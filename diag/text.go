package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The rules of a finding in text:
//   - the first line is FILE:LINE:COL: SEVERITY: MESSAGE [CODE], for grep, editors and CI
//   - then whose text it is, the source line, and carets under exactly the thing at fault
//   - then "= note:" for each other place that matters, and "= help:" for what to type
//   - lower case, no full stop on the first line; names of the user's things in double quotes

// maxWidth cuts source lines so that a minified file cannot flood a terminal.
const maxWidth = 160

// WriteText prints findings for people. Color is ANSI and only where asked for.
func WriteText(w io.Writer, l List, color bool) error {
	p := painter(color)
	var b strings.Builder
	for i := range l {
		p.diagnostic(&b, &l[i])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// painter is whether to color.
type painter bool

func (p painter) paint(ansi, s string) string {
	if !p {
		return s
	}
	return "\x1b[" + ansi + "m" + s + "\x1b[0m"
}

func (p painter) severity(s Severity) string {
	switch s {
	case Error:
		return p.paint("1;31", "error")
	case Warning:
		return p.paint("1;33", "warning")
	case Info:
		return p.paint("1;36", "info")
	}
	return s.String()
}

func (p painter) diagnostic(b *strings.Builder, d *Diagnostic) {
	if at := d.At(); at != "" {
		b.WriteString(p.paint("1", at) + ": ")
	}
	fmt.Fprintf(b, "%s: %s [%s]\n", p.severity(d.Severity), shown(d.Message), d.Name)
	p.snippet(b, d)
	for _, r := range d.Related {
		at := r.At()
		if r.Source != nil && r.excerpt && strings.HasPrefix(r.Message, at) {
			at = "" // an object cut out of a list is called by its name, and so the message begins
		}
		if at != "" {
			at += ": "
		}
		fmt.Fprintf(b, "   %s note: %s%s\n", p.paint("2", "="), at, shown(r.Message))
	}
	if d.Help != "" {
		fmt.Fprintf(b, "   %s help: %s\n", p.paint("2", "="), shown(d.Help))
	}
}

// snippet draws the subject, the source line and the carets, as far as each is known.
func (p painter) snippet(b *strings.Builder, d *Diagnostic) {
	gutter := "  "
	if d.numbered() {
		gutter = strings.Repeat(" ", max(2, len(fmt.Sprint(d.Line))))
	}
	bar := p.paint("2", "|")
	if text := d.whose(); text != "" {
		fmt.Fprintf(b, "%s %s %s\n", gutter, bar, shown(text))
	}
	if d.Line == 0 || d.Source == nil {
		return
	}
	before, at, after := d.cut()
	number := gutter
	if d.numbered() {
		number = fmt.Sprintf("%*d", len(gutter), d.Line)
	}
	fmt.Fprintf(b, "%s %s %s\n", number, bar, Visible(before+at+after))
	pad := strings.Repeat(" ", width(Visible(before)))
	fmt.Fprintf(b, "%s %s %s%s\n", gutter, bar, pad, p.paint("1;31", strings.Repeat("^", max(1, width(Visible(at))))))
}

// At is the place as FILE:LINE:COL, as much of it as is known.
func (s Span) At() string {
	switch {
	case s.Source == nil:
		return ""
	case !s.numbered():
		return Line(s.Path())
	default:
		return fmt.Sprintf("%s:%d:%d", Line(s.Path()), s.Line, s.Col)
	}
}

// numbered reports a place whose line number people can look up.
func (s Span) numbered() bool { return s.Line > 0 && s.Source != nil && !s.excerpt }

// whose is the subject, and in an excerpt the field, which stands for the line number there.
func (d *Diagnostic) whose() string {
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
	before, at, after = s.cut()
	return Visible(before), Visible(at), Visible(after)
}

// cut splits the span's line into what stands before, at and after it, shortened to maxWidth.
// It looks at the neighborhood of the span only: a line may be the whole of a long file.
func (s Span) cut() (before, at, after string) {
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

// A sentence may carry a user's text of any length, so words and the whole are cut, at these
// numbers of runes. The longest list of fields, which is a Gateway's, has to fit into a sentence.
const (
	maxWord     = 300
	maxSentence = 8000
)

// shown makes a sentence fit for a terminal.
func shown(s string) string {
	if len(s) <= maxWord {
		return Visible(s)
	}
	return Visible(cutWords(firstRunes(s, maxSentence)))
}

// cutWords cuts each word of a sentence to maxWord runes.
func cutWords(s string) string {
	words := strings.Split(s, " ")
	for i, word := range words {
		words[i] = firstRunes(word, maxWord)
	}
	return strings.Join(words, " ")
}

// firstRunes is the first n runes of a text, with an ellipsis where there are more.
func firstRunes(s string, n int) string {
	if end := forward(s, 0, n); end < len(s) {
		return s[:end] + "…"
	}
	return s
}

// width counts terminal cells: wide East Asian characters and emoji take two, accents none.
func width(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		switch {
		case wide(r):
			n++
		case unicode.Is(unicode.Mn, r): // a mark that combines with the letter before it
			n--
		}
	}
	return n
}

func wide(r rune) bool {
	return (r >= 0x1100 && r <= 0x115f) || (r >= 0x2e80 && r <= 0xa4cf) || (r >= 0xac00 && r <= 0xd7a3) ||
		(r >= 0xf900 && r <= 0xfaff) || (r >= 0xfe30 && r <= 0xfe6f) || (r >= 0xff00 && r <= 0xff60) ||
		(r >= 0x1f300 && r <= 0x1faff) || (r >= 0x20000 && r <= 0x3fffd)
}

package format

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
)

// The rules of a finding in text:
//   - the first line is FILE:LINE:COL: SEVERITY: MESSAGE [CODE], for grep, editors and CI
//   - then whose text it is, the source line, and carets under exactly the thing at fault
//   - then "= note:" for each other place that matters, and "= help:" for what to type
//   - lower case, no full stop on the first line; names of the user's things in double quotes
//   - findings of one code in one object are printed up to a number; one line counts the others, at the
//     place of the first of them

// mostAlike is how many findings of one code in one object are printed.
const mostAlike = 20

// alike is what such findings have in common.
type alike struct {
	code   string
	path   string
	object diag.Object // empty for text that no object was read from
}

func alikeOf(d *diag.Diagnostic) alike {
	a := alike{code: d.Name, path: d.Path()}
	if d.Object != nil {
		a.object = *d.Object
	}
	return a
}

// Text prints findings for people. Color is ANSI and only where asked for.
func Text(w io.Writer, l diag.List, color bool) error {
	p := painter(color)
	count := map[alike]int{}
	for i := range l {
		count[alikeOf(&l[i])]++
	}
	var b strings.Builder
	seen := map[alike]int{}
	for i := range l {
		key := alikeOf(&l[i])
		seen[key]++
		switch n, more := seen[key], count[key]-mostAlike; {
		case n <= mostAlike || more == 1:
			p.diagnostic(&b, &l[i])
		case n == mostAlike+1:
			p.others(&b, &l[i], more)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// others counts findings that are not printed, of which d is the first.
func (p painter) others(b *strings.Builder, d *diag.Diagnostic, n int) {
	where := "file"
	if d.Object != nil {
		where = "object"
	}
	p.headline(b, d, fmt.Sprintf("%d more findings with this code in this %s", n, where))
	if text := d.SubjectLine(); text != "" {
		fmt.Fprintf(b, "   %s %s\n", p.paint("2", "|"), diag.Sentence(text))
	}
	fmt.Fprintf(b, "   %s help: --format json lists all of them\n", p.paint("2", "="))
}

// painter is whether to color.
type painter bool

func (p painter) paint(ansi, s string) string {
	if !p {
		return s
	}
	return "\x1b[" + ansi + "m" + s + "\x1b[0m"
}

func (p painter) severity(s diag.Severity) string {
	switch s {
	case diag.Error:
		return p.paint("1;31", "error")
	case diag.Warning:
		return p.paint("1;33", "warning")
	case diag.Info:
		return p.paint("1;36", "info")
	}
	return s.String()
}

func (p painter) headline(b *strings.Builder, d *diag.Diagnostic, message string) {
	if at := d.At(); at != "" {
		b.WriteString(p.paint("1", at) + ": ")
	}
	fmt.Fprintf(b, "%s: %s [%s]\n", p.severity(d.Severity), message, d.Name)
}

func (p painter) diagnostic(b *strings.Builder, d *diag.Diagnostic) {
	p.headline(b, d, diag.Sentence(d.Message))
	p.snippet(b, d)
	for _, r := range d.Related {
		at := r.At()
		if r.Source != nil && r.Excerpt() && strings.HasPrefix(r.Message, at) {
			at = "" // an object cut out of a list is called by its name, and so the message begins
		}
		if at != "" {
			at += ": "
		}
		fmt.Fprintf(b, "   %s note: %s%s\n", p.paint("2", "="), at, diag.Sentence(r.Message))
	}
	if d.Help != "" {
		fmt.Fprintf(b, "   %s help: %s\n", p.paint("2", "="), diag.Sentence(d.Help))
	}
}

// snippet draws the subject, the source line and the carets, as far as each is known.
func (p painter) snippet(b *strings.Builder, d *diag.Diagnostic) {
	gutter := "  "
	if d.Numbered() {
		gutter = strings.Repeat(" ", max(2, len(fmt.Sprint(d.Line))))
	}
	bar := p.paint("2", "|")
	if text := d.SubjectLine(); text != "" {
		fmt.Fprintf(b, "%s %s %s\n", gutter, bar, diag.Sentence(text))
	}
	if d.Line == 0 || d.Source == nil {
		return
	}
	before, at, after := d.Cut()
	number := gutter
	if d.Numbered() {
		number = fmt.Sprintf("%*d", len(gutter), d.Line)
	}
	fmt.Fprintf(b, "%s %s %s\n", number, bar, diag.Visible(before+at+after))
	pad := strings.Repeat(" ", width(diag.Visible(before)))
	fmt.Fprintf(b, "%s %s %s%s\n", gutter, bar, pad, p.paint("1;31", strings.Repeat("^", max(1, width(diag.Visible(at))))))
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

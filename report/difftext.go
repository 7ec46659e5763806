package report

import (
	"bufio"
	_ "embed" // the page of a diff
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// Text writes a line for each change, with what follows from it below; then the findings that
// came or went, then the outputs.
func (d *Diff) Text(w io.Writer, color bool) error {
	var b strings.Builder
	for _, l := range diffLines(d.Changes) {
		b.WriteString(paint(color, l.sign, diag.Line(l.text())) + "\n")
		for _, n := range l.notes() {
			fmt.Fprintf(&b, "   = note: %s\n", diag.Visible(n))
		}
	}
	for _, f := range d.findings() {
		b.WriteString(paint(color, f.sign, diag.Line(f.text)) + "\n")
	}
	for line := range strings.Lines(d.Outputs) {
		sign := line[:1]
		if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") {
			sign = ""
		}
		b.WriteString(paint(color, sign, diag.Line(strings.TrimSuffix(line, "\n"))) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (l *diffLine) text() string {
	switch l.sign {
	case "+":
		return fmt.Sprintf("added: %s%s (%s, %s)", l.where(), prefixed(" with ", l.new), l.by, l.at)
	case "-":
		return fmt.Sprintf("removed: %s%s (%s, %s)", l.where(), prefixed(" with ", l.old), l.by, l.at)
	}
	if l.setting == "decided by" {
		return fmt.Sprintf("decided by: %s → %s for %s (%s)", l.old, l.new, l.where(), l.at)
	}
	return fmt.Sprintf("%s: %s → %s for %s (%s, %s)", l.setting, l.old, l.new, l.where(), l.by, l.at)
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// where names the first place and counts the others.
func (l *diffLine) where() string {
	switch n := len(l.places); n {
	case 1:
		return l.places[0]
	case 2:
		return l.places[0] + " and " + l.places[1]
	default:
		return fmt.Sprintf("%s and %d more", l.places[0], n-1)
	}
}

// diffFinding is a finding that one side alone has, or a difference that is not compared.
type diffFinding struct{ sign, text string }

func (d *Diff) findings() []diffFinding {
	var out []diffFinding
	add := func(sign, word string, l diag.List) {
		for i := range l {
			f := &l[i]
			out = append(out, diffFinding{sign, fmt.Sprintf("%s finding: %s: %s: %s [%s]", word, f.At(), f.Severity, f.Message, f.Name)})
		}
	}
	add("+", "new", d.New)
	add("-", "gone", d.Gone)
	return append(out, d.notCompared()...)
}

// notCompared has one entry for each kind, which names its first object and counts the others.
func (d *Diff) notCompared() []diffFinding {
	var out []diffFinding
	for _, of := range schema.ByKind(d.NotCompared) {
		doc, text := of.First, of.First.Subject()
		if of.Others > 0 {
			text += " and " + diag.Plural(of.Others, "other "+doc.Kind.Name)
		}
		at := doc.KeySpan(doc.Carried()[0])
		out = append(out, diffFinding{"~", fmt.Sprintf("not compared: the connection settings of %s differ (%s)", text, at.At())})
	}
	return out
}

// paint colors by the sign: green what comes, red what goes, yellow what changes.
func paint(color bool, sign, text string) string {
	ansi := map[string]string{"+": "32", "-": "31", "~": "33"}[sign]
	if !color || ansi == "" {
		return text
	}
	return "\x1b[" + ansi + "m" + text + "\x1b[0m"
}

// Markdown writes a table for a pull request's comment. Nothing is written of no difference.
func (d *Diff) Markdown(w io.Writer) error {
	var b strings.Builder
	if len(d.Changes) > 0 {
		b.WriteString("| place | setting | old | new | decided by |\n| --- | --- | --- | --- | --- |\n")
	}
	for _, l := range diffLines(d.Changes) {
		cell := []string{l.where(), l.label(), l.old, l.new, l.by + ", " + l.at}
		for i := range cell {
			cell[i] = diag.Markdown(cell[i])
		}
		for _, n := range l.notes() {
			cell[3] += "<br>" + diag.Markdown(n)
		}
		b.WriteString("| " + strings.Join(cell, " | ") + " |\n")
	}
	for i, f := range d.findings() {
		if i == 0 && b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "- %s\n", diag.Markdown(f.text))
	}
	if d.Outputs != "" {
		outputs, fence := diag.VisibleLines(d.Outputs), "```"
		for strings.Contains(outputs, fence) {
			fence += "`"
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "<details><summary>%s output</summary>\n\n%sdiff\n%s%s\n\n</details>\n", d.Target, fence, outputs, fence)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// label is the setting, or what became of the place as a whole.
func (l *diffLine) label() string {
	switch l.sign {
	case "+":
		return "added"
	case "-":
		return "removed"
	}
	return l.setting
}

//go:embed diff.html.tmpl
var diffPage string

// HTML writes one page that needs nothing but itself.
func (d *Diff) HTML(w io.Writer) error {
	type row struct {
		Sign, Where, Label, Old, New, By, At string
		Notes, More                          []string
	}
	page := struct {
		Rows            []row
		Findings        []string
		Target, Outputs string
	}{Target: d.Target, Outputs: d.Outputs}
	for _, l := range diffLines(d.Changes) {
		r := row{Sign: l.sign, Where: l.where(), Label: l.label(), Old: l.old, New: l.new, By: l.by, At: l.at, Notes: l.notes()}
		if len(l.places) > 2 {
			r.More = l.places
		}
		page.Rows = append(page.Rows, r)
	}
	for _, f := range d.findings() {
		page.Findings = append(page.Findings, f.text)
	}
	t, err := template.New("diff").Parse(diffPage)
	if err != nil {
		return err
	}
	out := &harmless{w: bufio.NewWriter(w)}
	if err := t.Execute(out, page); err != nil {
		return err
	}
	return out.w.Flush()
}

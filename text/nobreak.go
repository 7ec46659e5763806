package text

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
	"go.yaml.in/yaml/v3"
)

const noBreakSpace = "\u00a0"

// noBreakIndents finds blocks of lines that are indented with no-break spaces, which web pages have
// in their code. YAML takes them for letters, so such a line is a key of its own at the start of the
// line, or breaks the text. One finding is given for each block. Lines of a text that is a value
// are none of them: no key and no item begins there when the spaces are plain.
func (c *Chunk) noBreakIndents() diag.List {
	if !strings.Contains(c.Text, noBreakSpace) {
		return nil
	}
	c.lines = lineStarts(c.Text)
	var doc yaml.Node
	if yaml.Unmarshal([]byte(c.withPlainIndents()), &doc) != nil {
		return nil
	}
	begun := map[int]bool{} // lines, from 0, that a key or an item begins on
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i, child := range n.Content {
			begun[child.Line-1] = begun[child.Line-1] || n.Kind == yaml.SequenceNode || n.Kind == yaml.MappingNode && i%2 == 0
			walk(child)
		}
	}
	walk(&doc)
	var found diag.List
	for line := 0; line < len(c.lines); line++ {
		first := line
		for line < len(c.lines) && begun[line] && c.noBreakIndent(line) > 0 {
			line++
		}
		if line > first {
			found = append(found, c.noBreakBlock(first, line))
		}
	}
	return found
}

// withPlainIndents is the chunk's text with plain spaces in the indentations.
func (c *Chunk) withPlainIndents() string {
	var b strings.Builder
	for line, start := range c.lines {
		end := len(c.Text)
		if line+1 < len(c.lines) {
			end = c.lines[line+1]
		}
		n := c.noBreakIndent(line)
		b.WriteString(strings.ReplaceAll(c.Text[start:start+n], noBreakSpace, " "))
		b.WriteString(c.Text[start+n : end])
	}
	return b.String()
}

// noBreakIndent returns the length of a line's indentation in bytes if a no-break space is in it,
// or 0.
func (c *Chunk) noBreakIndent(line int) int {
	text := c.Text[c.lines[line]:]
	n := len(text) - len(strings.TrimLeft(text, " "+noBreakSpace))
	if !strings.Contains(text[:n], noBreakSpace) {
		return 0
	}
	return n
}

// noBreakBlock is the finding about the lines from first to before last, and its fix.
func (c *Chunk) noBreakBlock(first, last int) diag.Diagnostic {
	var edits []diag.Edit
	for line := first; line < last; line++ {
		start := c.lines[line]
		end := start + c.noBreakIndent(line)
		edits = append(edits, c.edit(start, end, strings.Repeat(" ", utf8.RuneCountInString(c.Text[start:end])))...)
	}
	message := "this line is indented with no-break spaces, which YAML does not read as indentation"
	if n := last - first - 1; n > 0 {
		message = fmt.Sprintf("this line and the %d below it are indented with no-break spaces, which YAML does not read as indentation", n)
	}
	return diag.Diagnostic{
		Code: diag.NoBreakSpace, Span: c.Source.At(edits[0].Start, edits[0].End-edits[0].Start), Message: message,
		Help: "replace them with spaces; connpolicy validate --fix does", Fix: &diag.Fix{Edits: edits},
	}
}

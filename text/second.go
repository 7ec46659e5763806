package text

import (
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SecondDocument finds text that the YAML library leaves unread without a word: what follows a
// document that has ended by itself, as {…} and quoted texts do, or one that begins indented.
// It returns the offset of that text, or 0.
func (c *Chunk) SecondDocument() int {
	start := c.contentStart() - c.Offset
	if (start == 0 || endsInBreak(c.Text[:start])) && !strings.ContainsRune("{[\"'&!", rune(c.Text[start])) {
		return 0 // a mapping at the first column ends where the chunk does
	}
	dec := yaml.NewDecoder(strings.NewReader(c.Text))
	var first, second yaml.Node
	if dec.Decode(&first) != nil || errors.Is(dec.Decode(&second), io.EOF) {
		return 0
	}
	lines := lineStarts(c.Text)
	if last := lastLine(&first); last < len(lines) {
		return lines[last]
	}
	return start + len(string([]rune(c.Text[start:])[:brackets([]rune(c.Text[start:]))])) // on the same line
}

// lastLine is the last line that a node of the tree begins on.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, child := range n.Content {
		last = max(last, lastLine(child))
	}
	return last
}

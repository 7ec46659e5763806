package text

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"
)

// Edits of a chunk's text. Each changes the bytes of one token, or puts an entry between two,
// and leaves every other byte as it is. None is given where it would change more than its place,
// or where the text is not plainly what the tree has: behind an alias, an anchor, a merge key or
// a tag, in a text of several lines.

// SetValue writes another value for the scalar at a JSON pointer: a string, a json.Number or a
// bool. A string keeps the quotes that the old value had, and gets some where it would be read as
// something else without.
func (c *Chunk) SetValue(pointer string, value any) *diag.Fix {
	p, ok := c.written(pointer)
	if !ok {
		return nil
	}
	start, end, ok := c.token(p.value)
	if !ok {
		return nil
	}
	text, ok := spelled(value, p.value)
	if !ok {
		return nil
	}
	return &diag.Fix{Edits: c.edit(start, end, text), Value: plainValue(value)}
}

// RenameKey writes another key for the field at a JSON pointer, unless the name is taken.
func (c *Chunk) RenameKey(pointer, name string) *diag.Fix {
	p, ok := c.written(pointer)
	if !ok || p.key == nil {
		return nil
	}
	if !c.wide.free(p.parent, name, p.key) {
		return nil
	}
	start, end, ok := c.token(p.key)
	if !ok {
		return nil
	}
	text, ok := spelled(name, p.key)
	if !ok {
		return nil
	}
	return &diag.Fix{Edits: c.edit(start, end, text)}
}

func (c *Chunk) edit(start, end int, text string) []diag.Edit {
	return []diag.Edit{{Source: c.Source, Start: c.Offset + start, End: c.Offset + end, New: text}}
}

// plainValue is a value as a fix carries it.
func plainValue(value any) any {
	if n, ok := value.(json.Number); ok {
		f, _ := n.Float64()
		return f
	}
	return value
}

// writtenAt is a field or an entry that stands where its document has it.
type writtenAt struct {
	parent *yaml.Node // the mapping or list that holds it
	key    *yaml.Node // nil for an entry of a list
	value  *yaml.Node
}

// written walks a JSON pointer through the text alone: no alias, nothing merged, and nothing that
// has an anchor, by which it would stand in another place as well.
func (c *Chunk) written(pointer string) (writtenAt, bool) {
	at := writtenAt{value: c.Tree()}
	if at.value == nil || pointer == "" {
		return at, false
	}
	for token := range diag.Steps(pointer) {
		n := at.value
		if n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
			return at, false
		}
		at = writtenAt{parent: n}
		switch n.Kind {
		case yaml.SequenceNode:
			if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(n.Content) {
				at.value = n.Content[i]
			}
		case yaml.MappingNode:
			at.key, at.value = c.wide.soleMember(n, token)
		}
		if at.value == nil {
			return at, false
		}
	}
	return at, true
}

// token is where a scalar's bytes stand in the chunk, quotes included.
func (c *Chunk) token(n *yaml.Node) (start, end int, ok bool) {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" || n.Style&(yaml.TaggedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return 0, 0, false
	}
	start = c.NodeOffset(n)
	rest := c.Text[start:]
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		end = quoted.FindStringIndex(rest)[1]
	case n.Style&yaml.SingleQuotedStyle != 0:
		end = apostrophed.FindStringIndex(rest)[1]
	case n.Value != "" && !strings.ContainsAny(n.Value, lineBreaks) && strings.HasPrefix(rest, n.Value):
		end = len(n.Value)
	}
	return start, start + end, end > 0
}

const lineBreaks = "\r\n\u0085\u2028\u2029"

// Quoted texts that end on their line; of another text they match nothing.
var (
	quoted      = regexp.MustCompile(`^(?:"(?:[^"\\` + lineBreaks + `]|\\[^` + lineBreaks + `])*")?`)
	apostrophed = regexp.MustCompile(`^(?:'(?:[^'` + lineBreaks + `]|'')*')?`)
)

// simple are texts that need no escape in any kind of quotes, and have no meaning in YAML but to
// be a text, a number or a word.
var simple = regexp.MustCompile(`^[A-Za-z0-9_./+=-]+$`)

// spelled writes a value in the place and the manner of a node.
func spelled(value any, n *yaml.Node) (string, bool) {
	switch v := value.(type) {
	case bool:
		return strconv.FormatBool(v), true
	case json.Number:
		return v.String(), true
	case string:
		return spelledText(v, n)
	}
	return "", false
}

func spelledText(text string, n *yaml.Node) (string, bool) {
	switch {
	case !simple.MatchString(text):
		return "", false
	case n.Style&yaml.SingleQuotedStyle != 0:
		return "'" + text + "'", true
	case n.Style&yaml.DoubleQuotedStyle != 0 || n.Line == 0 || !readAsText(text):
		return `"` + text + `"`, true // nodes of JSON have no line
	}
	return text, true
}

// readAsText reports a text that YAML reads as that text without quotes.
func readAsText(text string) bool {
	var v []any
	err := sigs.Unmarshal([]byte("["+text+"]"), &v)
	return err == nil && len(v) == 1 && v[0] == text
}

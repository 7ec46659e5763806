package text

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
	"go.yaml.in/yaml/v3"
)

// Tree is the root of the chunk's position tree; nil when the text has none. The chunk is parsed for it once,
// and only when a finding needs a place: the common, valid document does not pay for it.
func (c *Chunk) Tree() *yaml.Node {
	c.once.Do(func() {
		c.lines = lineStarts(c.Text)
		c.root = c.parseTree()
		c.wide = newWideMappings(c.root)
	})
	return c.root
}

// parseTree parses the chunk as JSON or as YAML; nil when it is neither.
func (c *Chunk) parseTree() *yaml.Node {
	if looksLikeJSON(c.Text) {
		if root := jsonTree(c); root != nil {
			return root
		}
	}
	var doc yaml.Node
	if yaml.Unmarshal([]byte(c.Text), &doc) == nil && len(doc.Content) == 1 {
		return doc.Content[0]
	}
	return nil
}

// Forget lets the position tree go, ten times the size of its text; the next finding about the
// chunk parses it again. Not to be called while another goroutine asks for a position.
func (c *Chunk) Forget() { c.once, c.root, c.lines, c.wide = sync.Once{}, nil, nil, nil }

// Span is the place of the value at a JSON pointer. A pointer that leads nowhere gives the key of the
// last step that exists, because that is where the missing thing belongs.
func (c *Chunk) Span(pointer string) diag.Span { return c.span(pointer, false) }

// KeySpan is the place of the key at a JSON pointer.
func (c *Chunk) KeySpan(pointer string) diag.Span { return c.span(pointer, true) }

func (c *Chunk) span(pointer string, wantKey bool) diag.Span {
	node := c.Tree()
	if node == nil {
		return c.Source.At(c.contentStart(), 0)
	}
	var key *yaml.Node
	for token := range diag.Steps(pointer) {
		k, v := c.wide.child(node, token)
		if v == nil {
			wantKey = key != nil
			break
		}
		key, node = k, v // a list item has no key
	}
	if key != nil && (wantKey || !drawable(node)) {
		return c.nodeSpan(key)
	}
	return c.nodeSpan(node)
}

// drawable reports nodes that stand where they are: scalars, aliases and {…}, […]. A block
// mapping or list begins on a later line, so its key is the better place to point at.
func drawable(n *yaml.Node) bool {
	if n.Kind == yaml.ScalarNode {
		return n.Value != "" || n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
	}
	return n.Kind == yaml.AliasNode || n.Style&yaml.FlowStyle != 0
}

// IsBoolean reports a plain word that YAML 1.1 reads as a boolean though YAML 1.2 does not, such as "yes".
func IsBoolean(word string) bool {
	_, is := booleanWords[strings.ToLower(word)]
	return is
}

// booleanWords are the plain words that YAML 1.1 reads as booleans, and so as these keys.
var booleanWords = map[string]string{"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}

// nodeSpan turns a node's line and column, which count from the chunk's start, into a
// span of the source.
func (c *Chunk) nodeSpan(n *yaml.Node) diag.Span {
	offset := c.NodeOffset(n)
	span := c.Source.At(c.Offset+offset, 0)
	rest, _, _ := strings.Cut(c.Text[offset:min(len(c.Text), offset+longestNode)], "\n")
	span.Len = nodeLength(n, []rune(strings.TrimSuffix(rest, "\r")))
	return span
}

// longestNode bounds how much of a line is looked at for a node's end, in bytes.
const longestNode = 4096

// NodeOffset is the offset of a node's first byte in the chunk.
func (c *Chunk) NodeOffset(n *yaml.Node) int {
	if n.Line == 0 { // of JSON
		return n.Column
	}
	if n.Line > len(c.lines) {
		return len(c.Text)
	}
	offset := min(c.Source.Forward(c.Offset+c.lines[n.Line-1], n.Column-1)-c.Offset, len(c.Text))
	if n.Kind != yaml.AliasNode {
		for m := mark.FindStringIndex(c.Text[offset:]); m != nil; m = mark.FindStringIndex(c.Text[offset:]) {
			offset += m[1]
		}
	}
	return offset
}

// LineOffset is the offset of a node's line in the chunk. The chunk must not be JSON.
func (c *Chunk) LineOffset(n *yaml.Node) int { return c.lines[min(n.Line, len(c.lines))-1] }

// mark is an anchor or a tag before a value on its line: the value behind it is what is meant.
var mark = regexp.MustCompile(`^(&[^\s,\[\]{}]+|!\S*)[ \t]+`)

// lineStarts returns the offset of each line of a text, as YAML breaks lines.
func lineStarts(text string) []int {
	starts := []int{0}
	at := 0
	for line := range yamlLines(text) {
		if at += len(line); endsInBreak(line) {
			starts = append(starts, at)
		}
	}
	return starts
}

func endsInBreak(line string) bool {
	r, _ := utf8.DecodeLastRuneInString(line)
	return strings.ContainsRune(lineBreaks, r)
}

// nodeLength counts the runes of a node on its first line, whose text from the node on is rest.
func nodeLength(n *yaml.Node, rest []rune) int {
	length := 1
	switch {
	case n.Kind == yaml.ScalarNode && n.Style&yaml.DoubleQuotedStyle != 0:
		length = closing(rest, '"', '\\')
	case n.Kind == yaml.ScalarNode && n.Style&yaml.SingleQuotedStyle != 0:
		length = closing(rest, '\'', 0)
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0:
		length = utf8.RuneCountInString(n.Value)
	case n.Kind == yaml.AliasNode:
		length = 1 + utf8.RuneCountInString(n.Value)
	case n.Style&yaml.FlowStyle != 0:
		length = brackets(rest)
	case n.Kind == yaml.MappingNode, n.Kind == yaml.SequenceNode: // a block: its first line
		text, _, _ := strings.Cut(string(rest), " #")
		length = utf8.RuneCountInString(strings.TrimRight(text, " \r"))
	}
	return min(max(1, length), max(1, len(rest)))
}

// closing returns the length of a quoted text, quotes included.
func closing(rest []rune, quote, escape rune) int {
	for i := 1; i < len(rest); i++ {
		switch {
		case escape != 0 && rest[i] == escape:
			i++
		case rest[i] == quote && escape == 0 && i+1 < len(rest) && rest[i+1] == quote:
			i++ // '' inside single quotes
		case rest[i] == quote:
			return i + 1
		}
	}
	return len(rest)
}

// brackets returns the length of a {…} or […], as far as it goes on this line.
func brackets(rest []rune) int {
	depth := 0
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + 1
			}
		case '"':
			i += closing(rest[i:], '"', '\\') - 1
		case '\'':
			i += closing(rest[i:], '\'', 0) - 1
		}
	}
	return len(rest)
}

// contentStart is the offset of the first byte that is not a separator, a comment or a space.
func (c *Chunk) contentStart() int {
	at := c.Offset
	for line := range yamlLines(c.Text) {
		trimmed := strings.TrimLeft(strings.TrimPrefix(line, "---"), " \t"+lineBreaks)
		if trimmed != "" && trimmed[0] != '#' {
			return at + len(line) - len(trimmed)
		}
		at += len(line)
	}
	return c.Offset
}

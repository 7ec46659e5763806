package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// looksLikeJSON reports text that begins as a JSON object with quoted keys does. YAML's
// own {…} documents look alike and are tried as YAML when they are not JSON.
func looksLikeJSON(text string) bool {
	rest, found := strings.CutPrefix(strings.TrimLeft(skipSeparators(text), " \t\r\n"), "{")
	rest = strings.TrimLeft(rest, " \t\r\n")
	return found && (strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, "}"))
}

// skipSeparators takes the "---" off the front of a chunk.
func skipSeparators(text string) string {
	if separator(text) == "---" {
		return text[3:]
	}
	return text
}

// jsonValues decodes the JSON objects that stand one after another in the chunk.
func jsonValues(c *Chunk) ([]json.RawMessage, error) {
	dec := json.NewDecoder(strings.NewReader(skipSeparators(c.Text)))
	var out []json.RawMessage
	for {
		var raw json.RawMessage
		switch err := dec.Decode(&raw); {
		case err == nil:
			out = append(out, raw)
		case errors.Is(err, io.EOF):
			return out, nil
		default:
			return out, err
		}
	}
}

// decodeTree turns JSON into a tree, keeping numbers as they are written: 2^53 and 1e2
// must not change on the way.
func decodeTree(raw []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return v, err
}

// jsonTree builds the position tree of a chunk of JSON: a list of its objects, or the
// object itself when there is one. Nil when the text is not JSON.
func jsonTree(c *Chunk) *yaml.Node {
	text := skipSeparators(c.Text)
	b := jsonBuilder{chunk: c, skipped: len(c.Text) - len(text), dec: json.NewDecoder(strings.NewReader(text))}
	b.dec.UseNumber()
	root := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for {
		n, err := b.value()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil
		}
		root.Content = append(root.Content, n)
	}
	if len(root.Content) == 1 {
		return root.Content[0]
	}
	return root
}

type jsonBuilder struct {
	chunk   *Chunk
	skipped int
	dec     *json.Decoder
}

// value reads one JSON value into a node placed at its first character.
func (b *jsonBuilder) value() (*yaml.Node, error) {
	before := int(b.dec.InputOffset())
	tok, err := b.dec.Token()
	if err != nil {
		return nil, err
	}
	n := b.node(before)
	delim, ok := tok.(json.Delim)
	if !ok {
		n.Kind = yaml.ScalarNode
		if s, isString := tok.(string); isString {
			n.Value, n.Style = s, yaml.DoubleQuotedStyle
		} else if num, isNumber := tok.(json.Number); isNumber {
			n.Value = num.String()
		} else {
			n.Value = b.chunk.Text[b.skipped+before : b.skipped+int(b.dec.InputOffset())]
			n.Value = strings.TrimLeft(n.Value, " \t\r\n,:")
		}
		return n, nil
	}
	n.Style = yaml.FlowStyle
	n.Kind = yaml.SequenceNode
	if delim == '{' {
		n.Kind = yaml.MappingNode
	}
	for b.dec.More() {
		item, err := b.value() // a mapping's keys and values alternate, as yaml.Node has them
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, item)
	}
	_, err = b.dec.Token() // the closing bracket
	return n, err
}

// node places a new node at the first character of the token after an offset.
func (b *jsonBuilder) node(offset int) *yaml.Node {
	at := b.skipped + offset
	for at < len(b.chunk.Text) && strings.IndexByte(" \t\r\n,:", b.chunk.Text[at]) >= 0 {
		at++
	}
	// Line 0 marks a byte offset in Column: counting columns in a text of one long line would
	// make each token as dear as the whole text.
	return &yaml.Node{Line: 0, Column: at}
}

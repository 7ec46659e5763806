package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"go.yaml.in/yaml/v3"
)

// duplicates finds every key that stands twice in one mapping of the chunk.
func duplicates(c *Chunk) diag.List {
	var found diag.List
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.MappingNode {
			found = append(found, c.repeatedKeys(n)...)
		}
		for _, child := range n.Content { // aliases are not followed: their anchor is walked where it stands
			walk(child)
		}
	}
	if root := c.tree(); root != nil {
		walk(root)
	}
	return found
}

func (c *Chunk) repeatedKeys(n *yaml.Node) diag.List {
	var found diag.List
	first := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			continue
		}
		earlier, again := first[key.Value]
		if !again {
			first[key.Value] = key
			continue
		}
		found = append(found, diag.Diagnostic{
			Code: diag.DuplicateKey, Span: c.nodeSpan(key),
			Message: fmt.Sprintf("the key %q stands twice in one mapping", key.Value),
			Help:    "keep one of the two",
			Related: []diag.Related{{Span: c.nodeSpan(earlier), Message: "it stands here first"}},
		})
	}
	return found
}

// jsonFault says where JSON stops being JSON.
func jsonFault(c *Chunk, err error) diag.Diagnostic {
	offset := len(c.Text)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && int(syntax.Offset) > 0 {
		offset = len(c.Text) - len(skipSeparators(c.Text)) + int(syntax.Offset) - 1
	}
	d := diag.Diagnostic{Code: diag.Syntax, Span: c.Source.At(c.Offset+offset, 1)}
	if rest := strings.TrimSpace(c.Text[min(offset, len(c.Text)):]); rest == "" {
		d.Span = c.Source.At(c.Offset+len(strings.TrimRight(c.Text, " \t\r\n"))-1, 1)
		d.Message = "the JSON ends before it is complete"
		d.Help = "close every { and [ and every quoted text"
		return d
	}
	d.Message = fmt.Sprintf("the JSON cannot go on with %q here", firstRune(c.Text[offset:]))
	d.Help = "check the character before it: a comma, a colon or a closing bracket is missing or one too many"
	return d
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

var parserLine = regexp.MustCompile(`line (\d+)`)

// syntaxFault explains text that the YAML parser refuses. The parser's message speaks of its
// own workings and its line may be off by one, so the text itself is looked at: first the
// usual mistakes around the line it names, then, failing those, the line alone.
func syntaxFault(c *Chunk, err error) diag.Diagnostic {
	lines := strings.Split(strings.ReplaceAll(c.Text, "\r\n", "\n"), "\n")
	at := len(lines)
	if m := parserLine.FindStringSubmatch(err.Error()); m != nil {
		at, _ = strconv.Atoi(m[1])
	}
	at = min(max(at, 1), len(lines))
	for _, n := range []int{at, at - 1, at + 1, at - 2} {
		if n < 1 || n > len(lines) {
			continue
		}
		for _, look := range mistakes {
			if col, length, message, help := look(lines, n-1); message != "" {
				return c.lineFault(n, col, length, message, help)
			}
		}
	}
	return c.otherFault(lines, at, err)
}

func (c *Chunk) lineFault(line, col, length int, message, help string) diag.Diagnostic {
	first := c.Source.LineOf(c.Offset)
	return diag.Diagnostic{
		Code: diag.Syntax, Message: message, Help: help,
		Span: diag.Span{Source: c.Source, Line: first + line - 1, Col: col, Len: max(1, length)},
	}
}

// otherFault is the last resort: the parser's few other complaints, in our words.
func (c *Chunk) otherFault(lines []string, at int, err error) diag.Diagnostic {
	message, help := "this is not YAML from here on", "compare the indentation and the quotes of this line with the lines around it"
	switch text := err.Error(); {
	case strings.Contains(text, "anchor"):
		message, help = "an alias (*name) refers to an anchor (&name) that does not exist", "write the anchor before the alias, or the value itself"
	case strings.Contains(text, "excessive aliasing"):
		message, help = "the aliases in this document multiply to more than can be read", "write the values out"
	case strings.Contains(text, "unsupported value"), strings.Contains(text, "NaN"), strings.Contains(text, "Inf"):
		message, help = "a number here is infinite or not a number (.inf, .nan), which no manifest can hold", "write a finite number"
	case strings.Contains(text, "exceeded max depth"):
		message, help = "this document is nested too deeply to be read", "check for brackets that are never closed"
	}
	line := lines[at-1]
	for at > 1 && strings.TrimSpace(line) == "" {
		at--
		line = lines[at-1]
	}
	trimmed := strings.TrimSpace(line)
	indent := len([]rune(line)) - len([]rune(strings.TrimLeft(line, " \t")))
	return c.lineFault(at, indent+1, len([]rune(trimmed)), message, help)
}

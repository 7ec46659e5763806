package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
	"go.yaml.in/yaml/v3"
)

// duplicates finds every duplicate key of the chunk.
func duplicates(c *Chunk) diag.List {
	if two := twoObjects(c); two != nil {
		return diag.List{*two}
	}
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
	if root := c.Tree(); root != nil {
		walk(root)
	}
	return found
}

// twoObjects reports two manifests in one document, which lack a "---" between
// them: one mistake, though each of their keys repeats.
func twoObjects(c *Chunk) *diag.Diagnostic {
	root := c.Tree()
	if root == nil || root.Kind != yaml.MappingNode {
		return nil
	}
	places := map[string][]*yaml.Node{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		places[root.Content[i].Value] = append(places[root.Content[i].Value], root.Content[i])
	}
	if len(places["apiVersion"]) < 2 || len(places["kind"]) < 2 {
		return nil
	}
	return &diag.Diagnostic{
		Code: diag.DuplicateKey, Span: c.nodeSpan(places["apiVersion"][1]),
		Message: "a second object begins in the middle of a document",
		Help:    "write --- on a line of its own before it",
		Related: []diag.Related{{Span: c.nodeSpan(places["apiVersion"][0]), Message: "the first one begins here"}},
	}
}

func (c *Chunk) repeatedKeys(n *yaml.Node) diag.List {
	var found diag.List
	first := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			continue
		}
		name := keyText(key)
		earlier, again := first[name]
		if !again {
			first[name] = key
			continue
		}
		found = append(found, diag.Diagnostic{
			Code: diag.DuplicateKey, Span: c.nodeSpan(key),
			Message: fmt.Sprintf("duplicate key %q", key.Value),
			Help:    "keep one of the two",
			Related: []diag.Related{{Span: c.nodeSpan(earlier), Message: "the first one is here"}},
		})
	}
	return found
}

// keyText is the text that a key becomes in JSON: 1.0 is "1", and yes is "true".
func keyText(key *yaml.Node) string {
	if key.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return key.Value
	}
	if word, ok := booleanWords[strings.ToLower(key.Value)]; ok {
		return word
	}
	text := strings.ReplaceAll(key.Value, "_", "")
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return key.Value
}

// oddKey matches a key that is not a text in YAML and becomes one in JSON.
var oddKey = regexp.MustCompile(`(?i)(?:^|[\s{,])(?:[-+.]?[0-9][^\s:,{}]*|yes|no|on|off|true|false|y|n)\s*:(?:\s|$)`)

// ambiguousKeys finds two keys that become one in JSON, of which the library would take either:
// {1: a, "1": b}. Only a text with a key that is not a string can hold them, and few have one.
func ambiguousKeys(c *Chunk) diag.List {
	for line := range yamlLines(c.Text) {
		start := strings.TrimLeft(line, " -")
		if start == "" || strings.IndexByte("0123456789+.yntfoYNTFO", start[0]) < 0 && strings.IndexByte(line, '{') < 0 {
			continue
		}
		if oddKey.MatchString(line) {
			return duplicates(c)
		}
	}
	return nil
}

// jsonFault is the finding about the place from which on JSON is not JSON.
func jsonFault(c *Chunk, err error) diag.Diagnostic {
	offset := len(c.Text)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && int(syntax.Offset) > 0 {
		offset = len(c.Text) - len(skipSeparators(c.Text)) + int(syntax.Offset) - 1
	}
	d := diag.Diagnostic{Code: diag.Syntax, Span: c.Source.At(c.Offset+offset, 1)}
	if strings.Contains(err.Error(), "max depth") {
		d.Message, d.Help = "this document is nested too deeply to be read", "check for brackets that are never closed"
		return d
	}
	if rest := strings.TrimSpace(c.Text[min(offset, len(c.Text)):]); rest == "" {
		d.Span = c.Source.At(c.Offset+len(strings.TrimRight(c.Text, " \t\r\n"))-1, 1)
		d.Message = "the JSON ends before it is complete"
		d.Help = "close every { and [ and every quoted text"
		return d
	}
	d.Message = fmt.Sprintf("unexpected %q in JSON", string(firstRune(c.Text[offset:])))
	d.Help = "check the character before it: a comma, a colon or a closing bracket is missing or superfluous"
	return d
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

var parserLine = regexp.MustCompile(`line (\d+)`)

// syntaxFault explains text that the YAML parser refuses. The parser's message is about its
// own workings, and its line may be late or missing, so the text is read again for the usual
// mistakes; failing those, its line alone is pointed at.
func syntaxFault(c *Chunk, err error, kinds Kinds) diag.Diagnostic {
	lines := strings.Split(strings.ReplaceAll(c.Text, "\r\n", "\n"), "\n")
	at := 0
	if m := parserLine.FindStringSubmatch(err.Error()); m != nil {
		at, _ = strconv.Atoi(m[1])
		at = min(max(at, 1), len(lines))
	}
	if d, ok := c.knownComplaint(lines, err); ok {
		return d
	}
	// A mistake shows at its line or later, never before it; by one line the parser may be early.
	if m := scan(lines, kinds); m != nil && (at == 0 || m.line <= at+1) {
		d := c.lineFault(m.line, m.col, m.length, m.message, m.help)
		if m.template {
			d.Code = diag.Template
		}
		return d
	}
	return c.otherFault(lines, at)
}

func (c *Chunk) lineFault(line, col, length int, message, help string) diag.Diagnostic {
	first := c.Source.LineOf(c.Offset)
	return diag.Diagnostic{
		Code: diag.Syntax, Message: message, Help: help,
		Span: diag.Span{Source: c.Source, Line: first + line - 1, Col: col, Len: max(1, length)},
	}
}

// unknownAnchor is the complaint about an alias without an anchor before it.
const unknownAnchor = "unknown anchor"

// complaints are the parser's rarer ones in our words, each with a pattern of the text at fault.
var complaints = []struct {
	said          string
	text          *regexp.Regexp
	message, help string
}{
	{unknownAnchor, regexp.MustCompile(`\*[\w-]+`), "an alias (*name) refers to an anchor (&name) that does not exist", "write the anchor before the alias, or the value itself"},
	{"excessive aliasing", regexp.MustCompile(`\*[\w-]+`), "the aliases in this document multiply to more than can be read", "write the values out"},
	{"unsupported value", regexp.MustCompile(`(?i)[-+]?\.(inf|nan)\b`), "an infinite number or NaN (.inf, .nan) is not allowed in a manifest", "write a finite number"},
	{"exceeded max depth", regexp.MustCompile(`[\[{-]`), "this document is nested too deeply to be read", "check for brackets that are never closed"},
	{"base64", regexp.MustCompile(`!!binary.*`), "a !!binary value is not base64", "encode it again, or write a plain string"},
	{"invalid map key", regexp.MustCompile(`^\s*(\?.*|[\[{].*[\]}]\s*:.*|~\s*:.*)`), "a key must be a single text", "write the key as a word"},
}

// knownComplaint finds the text that a rarer complaint of the parser is about.
func (c *Chunk) knownComplaint(lines []string, err error) (diag.Diagnostic, bool) {
	for _, k := range complaints {
		if !strings.Contains(err.Error(), k.said) {
			continue
		}
		defined := map[string]bool{}
		if k.said == unknownAnchor {
			defined = definedAnchors(c.Text)
		}
		for i, line := range lines {
			if m := k.text.FindStringIndex(line); m != nil && !defined[line[m[0]+1:m[1]]] {
				return c.lineFault(i+1, runes(line[:m[0]])+1, runes(line[m[0]:m[1]]), k.message, k.help), true
			}
		}
	}
	return diag.Diagnostic{}, false
}

// otherFault is the last resort: the parser's line alone.
func (c *Chunk) otherFault(lines []string, at int) diag.Diagnostic {
	at = min(max(at, 1), len(lines))
	for at > 1 && strings.TrimSpace(lines[at-1]) == "" {
		at--
	}
	line := lines[at-1]
	trimmed := strings.TrimSpace(line)
	indent := runes(line) - runes(strings.TrimLeft(line, " \t"))
	return c.lineFault(at, indent+1, runes(trimmed), "this is not YAML from here on", "compare the indentation and the quotes of this line with the lines around it")
}

var anchor = regexp.MustCompile(`&([\w-]+)`)

// definedAnchors are the names that the anchors of a text define.
func definedAnchors(text string) map[string]bool {
	names := map[string]bool{}
	for _, m := range anchor.FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	return names
}

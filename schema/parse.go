package schema

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
	goyaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// Parsed is what one chunk of text holds.
type Parsed struct {
	Documents    []*Document
	Skipped      int               // objects of kinds that are not read
	Templates    int               // templates of kinds that are read, which are not read themselves
	Unread       []string          // their kinds, as far as they say one: "VirtualService of gateway.solo.io/v1"
	Suppressions diag.Suppressions // by comments and annotations
	Found        diag.List
}

// Parse reads the objects in a chunk; those that name no namespace get the given one.
// Lists are taken apart, so that every document is one object.
func Parse(c *Chunk, namespace string) Parsed {
	p := parser{chunk: c, namespace: namespace}
	return p.parse()
}

func (p *parser) parse() Parsed {
	c := p.chunk
	switch fault := encodingFault(c); {
	case fault != nil:
		p.Found = diag.List{*fault}
	case looksLikeJSON(c.Text):
		p.json()
	default:
		p.yaml()
	}
	if len(p.Documents) == 0 && p.Found.AtLeast(diag.Error) {
		if kind := c.brokenForeign(); kind != "" {
			p.Parsed = Parsed{Skipped: 1, Unread: []string{kind}}
		}
	}
	p.Suppressions = append(p.Suppressions, c.suppressions()...)
	return p.Parsed
}

type parser struct {
	Parsed
	chunk     *Chunk
	namespace string
	inText    bool // the chunk is text in a ConfigMap, and text in it is not looked into
}

func (p *parser) json() {
	values, err := jsonValues(p.chunk)
	if err != nil {
		p.notJSON(err, len(values))
		return
	}
	if dups := duplicates(p.chunk); len(dups) > 0 && !p.chunk.foreign() {
		p.Found = dups
		return
	}
	for i, raw := range values {
		pointer := ""
		if len(values) > 1 {
			pointer = Pointer(i)
		}
		if v, err := decodeTree(raw); err == nil {
			p.object(v, raw, pointer)
		}
	}
}

// notJSON tries the text as YAML, whose {…} looks like JSON, before calling it broken JSON.
func (p *parser) notJSON(err error, read int) {
	if read == 0 {
		if raw, yerr := yaml.YAMLToJSONStrict([]byte(p.chunk.Text)); yerr == nil {
			p.decoded(raw)
			return
		}
	}
	p.Found = append(p.Found, jsonFault(p.chunk, err))
}

func (p *parser) yaml() {
	text := []byte(p.chunk.Text)
	raw, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		if dups := duplicates(p.chunk); len(dups) > 0 && !p.chunk.foreign() {
			p.Found = dups
			return
		}
		// Strict reading also objects to a key that overrides a merged one, which is what merging is for.
		if raw, err = yaml.YAMLToJSON(text); err != nil {
			if p.Found = p.chunk.noBreakIndents(); len(p.Found) == 0 {
				p.Found = diag.List{syntaxFault(p.chunk, err)}
			}
			return
		}
	}
	p.decoded(raw)
}

// secondDocument finds text that the YAML library leaves unread without a word: what follows a
// document that has ended by itself, as {…} and quoted texts do, or one that begins indented.
// It returns the offset of that text, or 0.
func (c *Chunk) secondDocument() int {
	start := c.contentStart() - c.Offset
	if (start == 0 || endsInBreak(c.Text[:start])) && !strings.ContainsRune("{[\"'&!", rune(c.Text[start])) {
		return 0 // a mapping at the first column ends where the chunk does
	}
	dec := goyaml.NewDecoder(strings.NewReader(c.Text))
	var first, second goyaml.Node
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
func lastLine(n *goyaml.Node) int {
	last := n.Line
	for _, child := range n.Content {
		last = max(last, lastLine(child))
	}
	return last
}

// decoded takes what the YAML library read, after a look at what it passes over in silence.
func (p *parser) decoded(raw []byte) {
	if p.Found = ambiguousKeys(p.chunk); len(p.Found) > 0 {
		return
	}
	if rest := p.chunk.secondDocument(); rest > 0 {
		lines := strings.Split(p.chunk.Text, "\n")
		if r, ok := reindent(lines, strings.Count(p.chunk.Text[:rest], "\n")); ok && r.col == 0 {
			m := r.mistake(lines)
			p.Found = diag.List{p.chunk.lineFault(m.line, m.col, m.length, m.message, m.help)}
			return
		}
		p.find(diag.Syntax, p.chunk.Source.At(p.chunk.Offset+rest, 1), "the document before this line has ended, so nothing from here on is read",
			"write --- on a line of its own before it, or indent it like the lines above")
		return
	}
	v, err := decodeTree(raw)
	if err != nil {
		p.Found = append(p.Found, syntaxFault(p.chunk, err))
		return
	}
	if ours(v) {
		if p.Found = p.chunk.noBreakIndents(); len(p.Found) > 0 {
			return
		}
	}
	p.object(v, raw, "")
}

// object files one object: read, taken apart, or skipped.
func (p *parser) object(v any, raw []byte, pointer string) {
	value, ok := v.(map[string]any)
	if !ok {
		p.notAnObject(v, pointer)
		return
	}
	apiVersion, _ := value["apiVersion"].(string)
	name, _ := value["kind"].(string)
	if items, ok := value["items"].([]any); ok && strings.HasSuffix(name, "List") {
		p.items(items, apiVersion, strings.TrimSuffix(name, "List"), pointer)
		return
	}
	kind := cmp.Or(KindOf(apiVersion, name), holderOf(apiVersion, name, value))
	if kind == nil || p.inText && kind == configMap {
		p.unread(apiVersion, name, pointer)
		return
	}
	d := newDocument(kind, value, p.chunk, pointer, p.namespace)
	if kind.holder && !d.Unjudged() {
		p.unread(apiVersion, name, pointer)
		return
	}
	d.raw = raw
	if t := d.template(); t != nil {
		p.Found = append(p.Found, *t)
		return
	}
	p.Documents = append(p.Documents, d)
	p.Suppressions = append(p.Suppressions, d.annotated()...)
}

// items takes a List apart. The items of a typed list, as the API itself answers, need not
// say their kind: the list's name does.
func (p *parser) items(items []any, apiVersion, kind, pointer string) {
	for i, item := range items {
		if m, ok := item.(map[string]any); ok && kind != "" && m["kind"] == nil && m["apiVersion"] == nil {
			m["kind"], m["apiVersion"] = kind, apiVersion
		}
		p.object(item, nil, pointer+Pointer("items", i))
	}
}

func (p *parser) notAnObject(v any, pointer string) {
	list, isList := v.([]any)
	switch {
	case isList && slices.ContainsFunc(list, isManifest):
		p.find(diag.NotAnObject, p.chunk.Source.At(p.chunk.contentStart(), 1),
			"this document is a list of objects, which Kubernetes does not accept", "put --- between the objects, or write kind: List with items: before them")
		return
	case isList || v == nil || pointer != "":
		p.Skipped++ // other tools' YAML: lists of hosts, tasks, values
		return
	}
	p.find(diag.NotAnObject, p.chunk.span(pointer, false),
		"this document is a single value, not an object with apiVersion, kind and metadata",
		`start it with "apiVersion: …" and "kind: …", a colon and a space after each key`)
}

func isManifest(v any) bool {
	m, ok := v.(map[string]any)
	return ok && m["apiVersion"] != nil && m["kind"] != nil
}

// unread decides whether skipping an object needs a word.
func (p *parser) unread(apiVersion, name, pointer string) {
	group, version := splitAPIVersion(apiVersion)
	span := func(key string) diag.Span { return p.chunk.span(pointer+Pointer(key), false) }
	p.Skipped++
	if name != "" && apiVersion != "" {
		p.Unread = append(p.Unread, name+" of "+apiVersion)
	}
	switch known := byName(name); {
	case known != nil && apiVersion == "" && known.distinctive():
		p.unknown(p.chunk.span(pointer+"/kind", true), fmt.Sprintf("%s has no apiVersion", name),
			fmt.Sprintf("write \"apiVersion: %s\" above it", known.APIVersion()))
	case name == "" && glooGroup(group):
		p.unknown(span("apiVersion"), fmt.Sprintf("an object of %s has no kind", apiVersion),
			"write \"kind: …\", one of "+strings.Join(kindsOf(group), ", "))
	case known != nil && known.Group == group && !known.Foreign:
		p.unknown(span("apiVersion"), fmt.Sprintf("%s is not known in version %q", name, version),
			fmt.Sprintf("write %q", known.APIVersion()))
		p.fixAPIVersion(known, group, pointer)
	case known != nil && known.meantBy(group):
		p.unknown(span("apiVersion"), fmt.Sprintf("there is no %s in the API group %q", name, group),
			fmt.Sprintf("write %q", known.APIVersion()))
		p.fixAPIVersion(known, group, pointer)
	case glooGroup(group) && diag.Nearest(name, kindsOf(group)) != "":
		p.unknown(span("kind"), fmt.Sprintf("unknown kind %q in %s", name, apiVersion),
			fmt.Sprintf("did you mean %q?", diag.Nearest(name, kindsOf(group))))
		if meant := diag.Unambiguous(name, kindsOf(group)); meant != "" {
			p.setFix(p.chunk.setValue(pointer+"/kind", meant))
		}
	}
}

// fixAPIVersion gives the last finding its fix, where the kind's name and its API group both name
// the kind that is meant.
func (p *parser) fixAPIVersion(known *Kind, group, pointer string) {
	if known.distinctive() && group != "" {
		p.setFix(p.chunk.setValue(pointer+"/apiVersion", known.APIVersion()))
	}
}

func (p *parser) setFix(fix *diag.Fix) { p.Found[len(p.Found)-1].Fix = fix }

func (p *parser) unknown(span diag.Span, message, help string) {
	p.Skipped--
	p.find(diag.UnknownKind, span, message, help)
}

func (p *parser) find(code *diag.Code, span diag.Span, message, help string) {
	p.Found = append(p.Found, diag.Diagnostic{Code: code, Span: span, Message: message, Help: help})
}

// distinctive reports a kind whose name nobody but Gloo uses. There are other projects'
// Gateways, Proxies, Upstreams, Workspaces and ExternalServices.
func (k *Kind) distinctive() bool {
	switch k.Name {
	case "ConnectionPolicy", "ListenerConnectionPolicy", "VirtualDestination", "ExternalEndpoint", "VirtualGateway", "WorkspaceSettings":
		return true
	}
	return false
}

func byName(name string) *Kind {
	i := slices.IndexFunc(Kinds, func(k *Kind) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return Kinds[i]
}

func glooGroup(group string) bool { return len(kindsOf(group)) > 0 }

// kindsOf lists the kinds of a Gloo group, sorted.
func kindsOf(group string) []string {
	var names []string
	for _, k := range Kinds {
		if k.Group == group && !k.Foreign {
			names = append(names, k.Name)
		}
	}
	slices.Sort(names)
	return names
}

// encodingFault reports text that is not UTF-8 before a parser stumbles over it.
func encodingFault(c *Chunk) *diag.Diagnostic {
	at := strings.IndexByte(c.Text, 0)
	if at < 0 && utf8.ValidString(c.Text) {
		return nil
	}
	for i := 0; at < 0; {
		r, size := utf8.DecodeRuneInString(c.Text[i:])
		if r == utf8.RuneError && size == 1 {
			at = i
		}
		i += size
	}
	message := fmt.Sprintf("this text is not UTF-8: byte 0x%02x is not allowed here", c.Text[at])
	if strings.HasPrefix(c.Text, "\xff\xfe") || strings.HasPrefix(c.Text, "\xfe\xff") {
		message = "this text is UTF-16"
	}
	return &diag.Diagnostic{
		Code: diag.NotUTF8, Span: c.Source.At(c.Offset+at, 1), Message: message,
		Help: "save the file as UTF-8 without a byte order mark",
	}
}

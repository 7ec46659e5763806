package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
	"sigs.k8s.io/yaml"
)

// Parsed is what one chunk of text holds.
type Parsed struct {
	Documents []*Document
	Skipped   int // objects of kinds that are not read
	Found     diag.List
}

// Parse reads the objects in a chunk; those that name no namespace get the given one.
// Lists are taken apart, so that every document is one object.
func Parse(c *Chunk, namespace string) Parsed {
	p := parser{chunk: c, namespace: namespace}
	switch fault := encodingFault(c); {
	case fault != nil:
		p.Found = diag.List{*fault}
	case looksLikeJSON(c.Text):
		p.json()
	default:
		p.yaml()
	}
	return p.Parsed
}

type parser struct {
	Parsed
	chunk     *Chunk
	namespace string
}

func (p *parser) json() {
	values, err := jsonValues(p.chunk)
	if err != nil {
		p.notJSON(err, len(values))
		return
	}
	if dups := duplicates(p.chunk); len(dups) > 0 {
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
		if p.Found = duplicates(p.chunk); len(p.Found) > 0 {
			return
		}
		// Strict reading also objects to a key that overrides a merged one, which is what merging is for.
		if raw, err = yaml.YAMLToJSON(text); err != nil {
			p.Found = diag.List{syntaxFault(p.chunk, err)}
			return
		}
	}
	p.decoded(raw)
}

func (p *parser) decoded(raw []byte) {
	v, err := decodeTree(raw)
	if err != nil {
		p.Found = append(p.Found, syntaxFault(p.chunk, err))
		return
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
	kind := KindOf(apiVersion, name)
	if kind == nil {
		p.unread(apiVersion, name, pointer)
		return
	}
	d := newDocument(kind, value, p.chunk, pointer, p.namespace)
	d.raw = raw
	p.Documents = append(p.Documents, d)
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
	if _, list := v.([]any); list || v == nil || pointer != "" {
		p.Skipped++ // other tools' YAML: lists of hosts, tasks, values
		return
	}
	p.find(diag.NotAnObject, p.chunk.span(pointer, false), "",
		"this document is a single value, not an object with apiVersion, kind and metadata",
		`start it with "apiVersion: …" and "kind: …", a colon and a space after each key`)
}

// unread decides whether skipping an object needs a word.
func (p *parser) unread(apiVersion, name, pointer string) {
	group, version := splitAPIVersion(apiVersion)
	span := func(key string) diag.Span { return p.chunk.span(pointer+Pointer(key), false) }
	p.Skipped++
	switch {
	case carriers[group+"/"+name] != "":
		p.find(diag.UnreadKind, span("kind"), name,
			fmt.Sprintf("%s is not read, though %s", name, carriers[group+"/"+name]),
			"check by hand what it changes for the objects compiled here")
	case apiVersion == "" && ofGloo(name):
		p.unknown(p.chunk.span(pointer+"/kind", true), fmt.Sprintf("%s has no apiVersion", name),
			fmt.Sprintf("write \"apiVersion: %s\" above it", byName(name).APIVersion()))
	case name == "" && glooGroup(group):
		p.unknown(span("apiVersion"), fmt.Sprintf("an object of %s has no kind", apiVersion),
			"write \"kind: …\", one of "+strings.Join(kindsOf(group), ", "))
	case ofGloo(name) && byName(name).Group == group:
		p.unknown(span("apiVersion"), fmt.Sprintf("%s is not known in version %q", name, version),
			fmt.Sprintf("write %q", byName(name).APIVersion()))
	case glooGroup(group) && diag.Nearest(name, kindsOf(group)) != "":
		p.unknown(span("kind"), fmt.Sprintf("unknown kind %q in %s", name, apiVersion),
			fmt.Sprintf("did you mean %q?", diag.Nearest(name, kindsOf(group))))
	case ofGloo(name) && diag.Nearest(group, groups()) != "":
		p.unknown(span("apiVersion"), fmt.Sprintf("unknown API group %q for %s", group, name),
			fmt.Sprintf("write %q", byName(name).APIVersion()))
	}
}

func (p *parser) unknown(span diag.Span, message, help string) {
	p.Skipped--
	p.find(diag.UnknownKind, span, "", message, help)
}

func (p *parser) find(code *diag.Code, span diag.Span, subject, message, help string) {
	p.Found = append(p.Found, diag.Diagnostic{Code: code, Span: span, Subject: subject, Message: message, Help: help})
}

// ofGloo reports a kind name that only Gloo uses ("Gateway" is the Gateway API's too).
func ofGloo(name string) bool { k := byName(name); return k != nil && !k.Foreign && name != "Gateway" }

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

// groups lists the Gloo groups, sorted.
func groups() []string {
	set := map[string]bool{}
	for _, k := range Kinds {
		if !k.Foreign {
			set[k.Group] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
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
	return &diag.Diagnostic{
		Code: diag.NotUTF8, Span: c.Source.At(c.Offset+at, 1),
		Message: fmt.Sprintf("this text is not UTF-8: byte 0x%02x does not belong here", c.Text[at]),
		Help:    "save the file as UTF-8 without a byte order mark",
	}
}

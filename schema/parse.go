package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
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
func Parse(c *text.Chunk, namespace string) Parsed {
	p := parser{chunk: c, namespace: namespace}
	return p.parse()
}

func (p *parser) parse() Parsed {
	var values []text.Value
	values, p.Found = p.chunk.Read(kindsOfText)
	for _, v := range values {
		p.object(v.Tree, v.JSON, v.Pointer)
	}
	if len(p.Documents) == 0 && p.Found.AtLeast(diag.Error) {
		if kind := brokenForeign(p.chunk); kind != "" {
			p.Parsed = Parsed{Skipped: 1, Unread: []string{kind}}
		}
	}
	p.Suppressions = append(p.Suppressions, p.chunk.Suppressions()...)
	return p.Parsed
}

type parser struct {
	Parsed
	chunk     *text.Chunk
	namespace string
	inText    bool // the chunk is text in a ConfigMap, and text in it is not looked into
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
		p.object(item, nil, pointer+diag.Pointer("items", i))
	}
}

func (p *parser) notAnObject(v any, pointer string) {
	list, isList := v.([]any)
	switch {
	case isList && slices.ContainsFunc(list, isManifest):
		p.find(diag.NotAnObject, p.chunk.Start(),
			"this document is a list of objects, which Kubernetes does not accept", "put --- between the objects, or write kind: List with items: before them")
		return
	case isList || v == nil || pointer != "":
		p.Skipped++ // other tools' YAML: lists of hosts, tasks, values
		return
	}
	p.find(diag.NotAnObject, p.chunk.Span(pointer),
		"this document is a single value, not an object with apiVersion, kind and metadata",
		`start it with "apiVersion: …" and "kind: …", a colon and a space after each key`)
}

func isManifest(v any) bool {
	m, ok := v.(map[string]any)
	return ok && m["apiVersion"] != nil && m["kind"] != nil
}

// unread decides whether skipping an object needs a finding.
func (p *parser) unread(apiVersion, name, pointer string) {
	group, version := splitAPIVersion(apiVersion)
	span := func(key string) diag.Span { return p.chunk.Span(pointer + diag.Pointer(key)) }
	p.Skipped++
	if name != "" && apiVersion != "" {
		p.Unread = append(p.Unread, name+" of "+apiVersion)
	}
	switch known := byName(name); {
	case known != nil && apiVersion == "" && known.distinctive():
		p.unknown(p.chunk.KeySpan(pointer+"/kind"), fmt.Sprintf("%s has no apiVersion", name),
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
			p.setFix(p.chunk.SetValue(pointer+"/kind", meant))
		}
	}
}

// fixAPIVersion gives the last finding its fix, where the kind's name and its API group both name
// the kind that is meant.
func (p *parser) fixAPIVersion(known *Kind, group, pointer string) {
	if known.distinctive() && group != "" {
		p.setFix(p.chunk.SetValue(pointer+"/apiVersion", known.APIVersion()))
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

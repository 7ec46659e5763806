// Package krm reads the list of objects that a KRM function is given, and changes it as text.
//
// What goes in: a ResourceList, YAML or JSON. What comes out: its objects, each with its own text and
// where it comes from, and the list's text with some of them replaced, removed or added; whatever is not
// changed keeps every byte. It has no kinds but ResourceList: what an object means is for those who read
// its text.
package krm

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
	"go.yaml.in/yaml/v3"
)

// Versions are the apiVersions of a ResourceList, the newest first. They differ in
// nothing that is read here.
var Versions = []string{"config.kubernetes.io/v1", "config.kubernetes.io/v1beta1", "config.kubernetes.io/v1alpha1"}

// ResourceList is what a KRM function is given and gives back
// (https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md).
// It is kept as text: what is not changed stays as it is, byte for byte.
type ResourceList struct {
	Config *Item // functionConfig; nil when there is none
	Items  []*Item

	text           string
	indent         int    // of the list's own keys
	items, results extent // the two keys with all that belongs to them; empty at the end when they are not there
	end            int    // where a new key would stand
}

// extent is a stretch of whole lines of a ResourceList, by its first byte and the one behind it.
type extent struct{ from, to int }

// FormError is the reason why a text is not a ResourceList.
type FormError struct {
	Message, Help string
	Found         diag.List // where the text is not YAML
}

func (e *FormError) Error() string { return e.Message }

func formError(help, format string, args ...any) *FormError {
	return &FormError{Message: fmt.Sprintf(format, args...), Help: help}
}

const listForm = "write apiVersion: config.kubernetes.io/v1, kind: ResourceList, and the objects as a list under items:"

// Read reads the text of standard input; explain returns findings about a chunk that is not one YAML
// document. Errors are of type *FormError. With an error there may be a list all the same, with the items
// that can be read: one to give back with results.
func Read(list string, explain func(*text.Chunk) diag.List) (*ResourceList, error) {
	// kyaml reads line breaks of Windows as plain ones, too.
	src := diag.NewSource("-", strings.ReplaceAll(list, "\r\n", "\n"))
	chunks := text.Split(src)
	switch {
	case len(chunks) == 0:
		return nil, formError("kustomize and kpt send one, see docs/gitops.md; connpolicy -h lists the commands for files", "standard input is empty, and a function reads a ResourceList from it")
	case len(chunks) > 1:
		return nil, formError("manifests are compiled by: connpolicy compile -f -", "standard input holds %d documents, not one ResourceList", len(chunks))
	}
	c := chunks[0]
	if fault := c.EncodingFault(); fault != nil {
		return nil, &FormError{Found: diag.List{*fault}}
	}
	root := c.Tree()
	if root == nil || c.SecondDocument() > 0 {
		if found := explain(c); len(found) > 0 {
			return nil, &FormError{Found: found}
		}
		return nil, formError(listForm, "standard input is not one YAML document")
	}
	if err := checkForm(root); err != nil {
		return nil, err
	}
	if block, changed := asBlock(root); changed {
		var b strings.Builder
		if encodeBlock(&b, block) != nil {
			return nil, formError(listForm, "standard input contains values that cannot be written back")
		}
		return Read(b.String(), explain)
	}
	return newResourceList(c, root)
}

// checkForm checks the list itself.
func checkForm(root *yaml.Node) error {
	if root.Kind != yaml.MappingNode {
		return formError(listForm, "standard input must be a ResourceList, and is not an object")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := root.Content[i].Value
		if seen[key] {
			return formError("join the two", "duplicate key %q in the ResourceList", key)
		}
		seen[key] = true
	}
	_, kind := text.OwnField(root, "kind")
	if kind == nil || kind.Value != "ResourceList" {
		what := "an object without a kind"
		if kind != nil {
			what = strconv.Quote(kind.Value)
		}
		return formError(listForm+"; a manifest by itself is compiled by: connpolicy compile -f -", "standard input is %s, not a ResourceList", what)
	}
	_, version := text.OwnField(root, "apiVersion")
	if version == nil || !slices.Contains(Versions, version.Value) {
		return formError("write one of "+strings.Join(Versions, ", "), "unknown apiVersion of the ResourceList")
	}
	if _, items := text.OwnField(root, "items"); items != nil && items.Kind != yaml.SequenceNode && items.ShortTag() != "!!null" {
		return formError("write a dash before each object", "the ResourceList's items must be a list")
	}
	if _, config := text.OwnField(root, "functionConfig"); config != nil && config.Kind != yaml.MappingNode && config.ShortTag() != "!!null" {
		return formError("write an object with apiVersion, kind and metadata, or leave it out", "functionConfig is not an object")
	}
	return nil
}

// asBlock respells a list that is JSON, or has its items in brackets, so that every item stands
// on lines of its own.
func asBlock(root *yaml.Node) (*yaml.Node, bool) {
	_, items := text.OwnField(root, "items")
	inline := items != nil && items.Kind == yaml.SequenceNode && items.Style&yaml.FlowStyle != 0 && len(items.Content) > 0
	if root.Style&yaml.FlowStyle == 0 && !inline {
		return root, false
	}
	unfold(root)
	return root, true
}

// encodeBlock writes a tree as the orchestrators do.
func encodeBlock(w io.Writer, n *yaml.Node) error {
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	return enc.Encode(n)
}

// unfold takes mappings and lists out of their brackets.
func unfold(n *yaml.Node) {
	if n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode {
		n.Style &^= yaml.FlowStyle
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && plainKey(child) {
			child.Style = 0
		}
		unfold(child)
	}
}

// plainKey reports a key that means the same without quotes.
func plainKey(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && !text.IsBoolean(n.Value) && n.Value != "" && strings.Trim(n.Value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" &&
		!slices.Contains([]string{"true", "false", "null"}, strings.ToLower(n.Value))
}

func newResourceList(c *text.Chunk, root *yaml.Node) (*ResourceList, error) {
	l := &ResourceList{text: c.Source.Text(), indent: root.Column - 1, end: c.Offset + len(c.Text)}
	l.items, l.results = extent{l.end, l.end}, extent{l.end, l.end}
	var err error
	for i := 0; i+1 < len(root.Content); i += 2 {
		value := root.Content[i+1]
		e := extent{lineStart(c, root.Content[i]), l.end}
		if i+2 < len(root.Content) {
			e.to = lineStart(c, root.Content[i+2])
		}
		e.to = l.beforeComments(e)
		switch root.Content[i].Value {
		case "results":
			l.results = e
		case "functionConfig":
			if value.Kind == yaml.MappingNode {
				l.Config = l.item(c, value, e)
				l.Config.Source = diag.NewExcerpt("functionConfig", l.Config.Source.Text())
			}
		case "items":
			l.items = e
			err = l.readItems(c, value)
		}
	}
	return l, err
}

// readItems cuts the list into its objects.
func (l *ResourceList) readItems(c *text.Chunk, list *yaml.Node) error {
	if list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		return nil
	}
	l.Items = make([]*Item, len(list.Content))
	starts := make([]extent, len(list.Content)) // from the comments to the dash
	floor := c.Offset + c.LineOffset(list)
	for i, n := range list.Content {
		starts[i] = l.itemStart(c, n, list.Column-1, floor)
		floor = lineStart(c, n)
	}
	var err error
	for i, n := range list.Content {
		lines := extent{starts[i].from, l.items.to}
		if i+1 < len(starts) {
			lines.to = starts[i+1].from
		}
		item := l.item(c, n, lines)
		item.dash = starts[i].to
		if n.Kind != yaml.MappingNode && err == nil {
			err = formError("write an object with apiVersion, kind and metadata, or delete it", "item %d of the ResourceList is not an object", i+1)
		}
		item.Source = diag.NewExcerpt(item.title(i), item.Source.Text())
		l.Items[i] = item
	}
	return err
}

// itemStart finds the line of an item's dash, and the comments above it, back to floor at most.
func (l *ResourceList) itemStart(c *text.Chunk, n *yaml.Node, column, floor int) extent {
	dash := lineStart(c, n)
	for dash > floor && !strings.HasPrefix(l.text[min(dash+column, len(l.text)):], "-") {
		dash = l.lineBefore(dash)
	}
	from := dash
	for from > floor {
		before := l.lineBefore(from)
		line := l.text[before:from]
		at := strings.IndexByte(line, '#')
		if before < floor || at < 0 || at > column || strings.TrimSpace(line[:at]) != "" {
			break
		}
		from = before
	}
	return extent{from, dash}
}

func (l *ResourceList) lineBefore(at int) int {
	return strings.LastIndexByte(l.text[:max(at-1, 0)], '\n') + 1
}

// beforeComments ends an extent before the comments at its end, which are about the next key.
func (l *ResourceList) beforeComments(e extent) int {
	end := e.to
	for at := e.to; at > e.from; {
		at = l.lineBefore(at)
		line := l.text[at:e.to]
		trimmed := strings.TrimLeft(line, " \t")
		switch {
		case strings.HasPrefix(trimmed, "#") && len(line)-len(trimmed) <= l.indent:
			end = at
		case strings.HasPrefix(trimmed, "\n"):
		default:
			return end
		}
	}
	return end
}

// lineStart is the first byte of a node's line in the source.
func lineStart(c *text.Chunk, n *yaml.Node) int {
	at := c.Offset + c.LineOffset(n)
	return strings.LastIndexByte(c.Source.Text()[:at], '\n') + 1
}

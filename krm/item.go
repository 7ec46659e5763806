package krm

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"
)

// Item is one object of a ResourceList.
type Item struct {
	diag.Object
	Labels, Annotations map[string]string
	// Path is the file that the object comes from, where an annotation has it, and Index the
	// object's number in it, from 0.
	Path  string
	Index int
	// Source is the object's own text, cut out of the list.
	Source *diag.Source

	node  *yaml.Node
	lines extent
	dash  int // where the line of its dash begins, below its comments
}

// item reads an object's identity, and cuts its text out of its lines.
func (l *ResourceList) item(c *text.Chunk, n *yaml.Node, lines extent) *Item {
	i := &Item{node: n, lines: lines, dash: lines.from}
	i.APIVersion, i.Kind = i.text("apiVersion"), i.text("kind")
	i.Namespace, i.Name = i.text("metadata", "namespace"), i.text("metadata", "name")
	i.Labels, i.Annotations = i.texts("metadata", "labels"), i.texts("metadata", "annotations")
	i.Path, i.Index = origin(i.Annotations)
	first := n // whose column is that of the object's keys
	if n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0 {
		first = n.Content[0]
	}
	from := c.Offset + c.NodeOffset(first)
	content := dedent(l.text[from:max(from, lines.to)], first.Column-1)
	if leans(n, anchors(n, nil)) {
		if own, ok := encoded(n); ok {
			content = own
		}
	}
	i.Source = diag.NewExcerpt("", content)
	return i
}

// anchors collects the nodes below n that have one.
func anchors(n *yaml.Node, found map[*yaml.Node]bool) map[*yaml.Node]bool {
	if found == nil {
		found = map[*yaml.Node]bool{}
	}
	if n.Anchor != "" {
		found[n] = true
	}
	for _, child := range n.Content {
		anchors(child, found)
	}
	return found
}

// leans reports an object with an alias of something outside of it: the list is one document to
// YAML, so items may share what they hold.
func leans(n *yaml.Node, own map[*yaml.Node]bool) bool {
	return n.Kind == yaml.AliasNode && !own[n.Alias] || slices.ContainsFunc(n.Content, func(child *yaml.Node) bool { return leans(child, own) })
}

// maxShared bounds what aliases may come to, in nodes.
const maxShared = 100_000

// encoded is an object's text with a copy of what its aliases stand for.
func encoded(n *yaml.Node) (string, bool) {
	left := maxShared
	c := unshared(n, &left)
	if left < 0 {
		return "", false
	}
	var b strings.Builder
	if encodeBlock(&b, c) != nil {
		return "", false
	}
	return b.String(), true
}

func unshared(n *yaml.Node, left *int) *yaml.Node {
	if *left--; *left < 0 {
		return n
	}
	n = text.Aliased(n)
	c := *n
	c.Anchor, c.Content = "", make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = unshared(child, left)
	}
	return &c
}

// origin is the file that an object comes from: by the annotations of kpt and "kustomize fn", by
// their older names, and by the one that "kustomize build" writes for originAnnotations. That
// command makes up the others, for a second function
// (https://github.com/kubernetes-sigs/kustomize/blob/kyaml/v0.21.2/kyaml/kio/kioutil/kioutil.go,
// DefaultPathAnnotation).
func origin(annotations map[string]string) (path string, index int) {
	for _, prefix := range []string{"internal.config.kubernetes.io/", "config.kubernetes.io/"} {
		if path = annotations[prefix+"path"]; path != "" && annotations["kustomize.config.k8s.io/id"] == "" {
			index, _ = strconv.Atoi(annotations[prefix+"index"])
			return path, max(index, 0)
		}
	}
	for line := range strings.Lines(annotations["config.kubernetes.io/origin"]) {
		if path, found := strings.CutPrefix(line, "path: "); found {
			return strings.TrimSpace(path), 0
		}
	}
	return "", 0
}

// title is what messages call the item: by its file, or by its name where no file is known.
func (i *Item) title(number int) string {
	switch {
	case i.Path != "" && i.Index > 0:
		return fmt.Sprintf("%s (object %d)", i.Path, i.Index+1)
	case i.Path != "":
		return i.Path
	case i.Kind == "" || i.Name == "":
		return fmt.Sprintf("item %d", number+1)
	case i.Namespace == "":
		return i.Kind + " " + i.Name
	}
	return i.Kind + " " + i.Namespace + "/" + i.Name
}

// dedent takes an indentation off all lines but the first.
func dedent(s string, indent int) string {
	var b strings.Builder
	first := true
	for line := range strings.Lines(s) {
		if !first {
			line = line[min(indent, len(line)-len(strings.TrimLeft(line, " "))):]
		}
		first = false
		b.WriteString(line)
	}
	return b.String()
}

// at walks keys down from the object, to nil when one is not there.
func (i *Item) at(keys ...string) *yaml.Node {
	n := i.node
	for _, key := range keys {
		_, n = text.Child(n, key)
	}
	return text.Aliased(n)
}

// text is the text at some keys, or "".
func (i *Item) text(keys ...string) string {
	if n := i.at(keys...); n != nil && n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// texts are the texts of a mapping.
func (i *Item) texts(keys ...string) map[string]string {
	out := map[string]string{}
	for _, e := range i.Entries(keys...) {
		out[e.Key] = e.Text
	}
	return out
}

// Entry is a key of an object with its text, which a list or an object has none of.
type Entry struct {
	Key, Text string
	Single    bool // a text, a number or the like
}

// Entries are the texts of a mapping in the object, in the order in which they are written.
func (i *Item) Entries(keys ...string) []Entry {
	n := i.at(keys...)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var out []Entry
	for k := 0; k+1 < len(n.Content); k += 2 {
		out = append(out, Entry{n.Content[k].Value, n.Content[k+1].Value, n.Content[k+1].Kind == yaml.ScalarNode})
	}
	return out
}

// Keys are the object's own keys, in the order in which they are written.
func (i *Item) Keys() []string {
	var out []string
	for _, e := range i.Entries() {
		out = append(out, e.Key)
	}
	return out
}

// Value is the single value at a JSON pointer, as JSON has it; nil when there is none, or more
// than one.
func (i *Item) Value(pointer string) any {
	n := i.at(slices.Collect(diag.Steps(pointer))...)
	switch {
	case n == nil || n.Kind != yaml.ScalarNode:
		return nil
	case n.ShortTag() == "!!str" && n.Style != 0:
		return n.Value
	}
	raw, err := sigsyaml.YAMLToJSON([]byte(n.Value))
	var value any
	if err != nil || json.Unmarshal(raw, &value) != nil {
		return n.Value
	}
	if _, isNumber := value.(float64); isNumber {
		return json.Number(raw)
	}
	return value
}

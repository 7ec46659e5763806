package text

import (
	"github.com/connpolicy/connpolicy/diag"
	"go.yaml.in/yaml/v3"
)

// Field is a leaf of a value: a single value, or an object or list with nothing in it.
type Field struct {
	Pointer string // "/spec/connectionConfig/connectTimeout"
	Value   string // as it is written, without quotes
}

// Fields lists the leaves of a field in the order of the text; keys that are merged come after those
// beside them. The field is at a pointer of the object at base, and the pointers of its leaves begin with
// that pointer.
func (c *Chunk) Fields(base, pointer string) []Field {
	node := c.Tree()
	for token := range diag.Steps(base + pointer) {
		_, node = c.wide.child(node, token)
	}
	var out []Field
	appendFields(&out, node, pointer)
	return out
}

func appendFields(out *[]Field, n *yaml.Node, pointer string) {
	n = Aliased(n)
	switch {
	case n == nil:
	case n.Kind == yaml.ScalarNode:
		value := n.Value
		if n.Tag == "!!null" {
			value = "null"
		}
		*out = append(*out, Field{pointer, value})
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		*out = append(*out, Field{pointer, "[]"})
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			appendFields(out, item, pointer+diag.Pointer(i))
		}
	default:
		seen := map[string]bool{}
		appendMembers(out, n, pointer, seen, maxHops)
		if len(seen) == 0 {
			*out = append(*out, Field{pointer, "{}"})
		}
	}
}

// appendMembers takes a mapping's own keys first: they hold where a merged one has the name, too.
func appendMembers(out *[]Field, n *yaml.Node, pointer string, seen map[string]bool, hops int) {
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Tag == "!!merge":
			merged = append(merged, Aliased(value))
		case !seen[key.Value]:
			seen[key.Value] = true
			appendFields(out, value, pointer+diag.Pointer(key.Value))
		}
	}
	for i := 0; i < len(merged) && hops > 0; i++ {
		switch m := merged[i]; {
		case m == nil:
		case m.Kind == yaml.SequenceNode:
			for _, item := range m.Content {
				merged = append(merged, Aliased(item))
			}
		case m.Kind == yaml.MappingNode:
			appendMembers(out, m, pointer, seen, hops-1)
		}
	}
}

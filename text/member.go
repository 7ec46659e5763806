package text

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxHops bounds alias chains while looking a key up.
const maxHops = 64

// maxMerged bounds how many merged mappings one key is looked for in. Merge keys multiply: a text
// of n lines can lead to more mappings than fit in memory.
const maxMerged = 1024

// manyKeys is the number of keys from which a mapping has an index.
const manyKeys = 32

// wideMappings are the mappings with many keys, each with the places of its keys in Content by
// every text that a key is read as. Nil looks at every key of every mapping.
type wideMappings map[*yaml.Node]map[string][]int

// newWideMappings indexes the mappings at and below a node.
func newWideMappings(root *yaml.Node) wideMappings {
	w := wideMappings{}
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.MappingNode && len(n.Content) >= 2*manyKeys {
			w[n] = keyPlaces(n)
		}
		for _, child := range n.Content { // aliases are not followed: their anchor is walked where it stands
			walk(child)
		}
	}
	if root != nil {
		walk(root)
	}
	return w
}

// keyPlaces returns the places of a mapping's keys in Content by what they are read as.
func keyPlaces(n *yaml.Node) map[string][]int {
	places := make(map[string][]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		spellings := []string{key, CamelCase(key), booleanWords[strings.ToLower(key)]}
		if n.Content[i].Tag == mergeTag {
			spellings = []string{mergeTag}
		}
		slices.Sort(spellings)
		for _, spelling := range slices.Compact(spellings) {
			places[spelling] = append(places[spelling], i)
		}
	}
	return places
}

// mergeTag is the tag of the key "<<".
const mergeTag = "!!merge"

// keys yields the places in Content of the keys of a mapping that may be read as a name, and of
// its merge keys.
func (w wideMappings) keys(n *yaml.Node, name string) iter.Seq[int] {
	return func(yield func(int) bool) {
		if places, wide := w[n]; wide {
			for _, i := range slices.Concat(places[name], places[mergeTag]) {
				if !yield(i) {
					return
				}
			}
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(i) {
				return
			}
		}
	}
}

// Child returns the key node (nil for lists) and the value node of one step down; nil for both when there is
// none.
func Child(n *yaml.Node, token string) (key, value *yaml.Node) {
	return wideMappings(nil).child(n, token)
}

// OwnField returns the key node and the value node of a mapping's own field, not of one that it merges; nil
// for both when there is none.
func OwnField(n *yaml.Node, name string) (key, value *yaml.Node) {
	key, value, _ = wideMappings(nil).own(n, name)
	return key, value
}

// Aliased is the node that an alias stands for, and any other node itself.
func Aliased(n *yaml.Node) *yaml.Node {
	for hops := 0; n != nil && n.Kind == yaml.AliasNode && hops < maxHops; hops++ {
		n = n.Alias
	}
	return n
}

func (w wideMappings) child(n *yaml.Node, token string) (key, value *yaml.Node) {
	n = Aliased(n)
	if n == nil {
		return nil, nil
	}
	switch n.Kind {
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(n.Content) {
			return nil, n.Content[i]
		}
	case yaml.MappingNode:
		return w.member(n, token, map[*yaml.Node]bool{})
	}
	return nil, nil
}

// member finds a key in a mapping or in the mappings it merges by "<<", those in seen left out. A
// key that is read as another text, by its protobuf spelling or as a YAML 1.1 boolean, is found by
// either.
func (w wideMappings) member(n *yaml.Node, token string, seen map[*yaml.Node]bool) (key, value *yaml.Node) {
	key, value, merged := w.own(n, token)
	if value != nil {
		return key, value
	}
	for i := 0; i < len(merged); i++ {
		m := merged[i]
		if m.Kind == yaml.AliasNode {
			m = m.Alias
		}
		if m == nil || seen[m] || len(seen) >= maxMerged {
			continue
		}
		seen[m] = true
		switch m.Kind {
		case yaml.SequenceNode:
			merged = append(merged, m.Content...)
		case yaml.MappingNode:
			if k, v := w.member(m, token, seen); v != nil {
				return k, v
			}
		}
	}
	return nil, nil
}

// own finds a key of a mapping's own, else what the mapping merges.
func (w wideMappings) own(n *yaml.Node, token string) (key, value *yaml.Node, merged []*yaml.Node) {
	for i := range w.keys(n, token) {
		switch k := n.Content[i]; {
		case k.Value == token:
			return k, n.Content[i+1], nil
		case k.Tag == mergeTag:
			merged = append(merged, n.Content[i+1])
		case key == nil && (CamelCase(k.Value) == token || booleanWords[strings.ToLower(k.Value)] == token):
			key, value = k, n.Content[i+1]
		}
	}
	return key, value, merged
}

// soleMember finds a key of a mapping's own, by its name or its protobuf spelling; none if two
// keys go by that name.
func (w wideMappings) soleMember(n *yaml.Node, name string) (key, value *yaml.Node) {
	for i := range w.keys(n, name) {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || !readAs(k, name) {
			continue
		}
		if key != nil {
			return nil, nil
		}
		key, value = k, n.Content[i+1]
	}
	return key, value
}

// free reports a name that no key of a mapping has but one, and that none may bring in by a merge.
func (w wideMappings) free(n *yaml.Node, name string, but *yaml.Node) bool {
	for i := range w.keys(n, name) {
		if k := n.Content[i]; k.Tag == mergeTag || k != but && readAs(k, name) {
			return false
		}
	}
	return true
}

// readAs reports a key that has a name or is a protobuf spelling of it.
func readAs(key *yaml.Node, name string) bool {
	return key.Value == name || CamelCase(key.Value) == name
}

// CamelCase is the JSON spelling of a protobuf field name: "tcp_keepalive" is "tcpKeepalive".
func CamelCase(key string) string {
	first, rest, found := strings.Cut(key, "_")
	if !found || first == "" {
		return key[:len(first)]
	}
	var b strings.Builder
	b.WriteString(first)
	for word := range strings.SplitSeq(rest, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

package validate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// Looking up and changing a decoded tree by JSON pointer.

func lookup(v any, pointer string) (any, bool) {
	for token := range diag.Steps(pointer) {
		switch node := v.(type) {
		case map[string]any:
			next, ok := node[token]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(node) {
				return nil, false
			}
			v = node[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// isField reports a pointer whose last step is a key, not a list index.
func isField(root any, pointer string) bool {
	v, _ := lookup(root, parent(pointer))
	_, ok := v.(map[string]any)
	return ok
}

func replace(root any, pointer string, value any) {
	path := slices.Collect(diag.Steps(pointer))
	if len(path) == 0 {
		return
	}
	token := path[len(path)-1]
	switch node, _ := lookup(root, parent(pointer)); node := node.(type) {
	case map[string]any:
		node[token] = value
	case []any:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(node) {
			node[i] = value
		}
	}
}

// remove takes a field out. A list keeps its length, or the places of the entries behind
// would shift: a refused entry takes the whole list with it.
func remove(root any, pointer string) {
	path := slices.Collect(diag.Steps(pointer))
	if len(path) == 0 {
		return
	}
	switch node, _ := lookup(root, parent(pointer)); node := node.(type) {
	case map[string]any:
		delete(node, path[len(path)-1])
	case []any:
		remove(root, parent(pointer))
	}
}

// cutLast splits "a/b/c" into "a/b" and "c".
func cutLast(location string) (before, after string, found bool) {
	i := strings.LastIndexByte(location, '/')
	if i < 0 {
		return location, "", false
	}
	return location[:i], location[i+1:], true
}

// definition is the name under "$defs" that a schema location lies in, the innermost one.
func definition(location string) string {
	_, rest, found := strings.Cut(location, "/$defs/")
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

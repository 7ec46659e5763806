package main_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/schema"
)

// schemaPlace is a place in a published schema.
type schemaPlace struct {
	kind    *schema.Kind
	pointer string   // of the schema itself
	way     []string // to the field in a document; "[]" is an entry of a list, "{}" of a map
	node    map[string]any
}

func (p *schemaPlace) String() string { return p.kind.Name + " " + strings.Join(p.way, ".") }

// tree is a published schema, and what is looked for in it.
type schemaTree struct {
	kind  *schema.Kind
	root  map[string]any
	found []schemaPlace
	seen  map[string]bool // definitions that were looked into
}

func schemaTreeOf(t *testing.T, k *schema.Kind) *schemaTree {
	t.Helper()
	tree := &schemaTree{kind: k, seen: map[string]bool{}}
	if err := json.Unmarshal(k.Schema(), &tree.root); err != nil {
		t.Fatal(err)
	}
	tree.walk(tree.root, "#", nil)
	return tree
}

func (t *schemaTree) walk(node map[string]any, pointer string, way []string) {
	t.found = append(t.found, schemaPlace{t.kind, pointer, slices.Clone(way), node})
	if ref, ok := node["$ref"].(string); ok {
		if !t.seen[ref] {
			t.seen[ref] = true
			t.walk(t.resolved(node), ref, way)
		}
		return
	}
	properties, _ := node["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		t.walk(properties[name].(map[string]any), pointer+"/properties/"+name, append(way, name))
	}
	if items, ok := node["items"].(map[string]any); ok {
		t.walk(items, pointer+"/items", append(way, "[]"))
	}
	if values, ok := node["additionalProperties"].(map[string]any); ok {
		t.walk(values, pointer+"/additionalProperties", append(way, "{}"))
	}
}

func (t *schemaTree) resolved(node map[string]any) map[string]any {
	if ref, ok := node["$ref"].(string); ok {
		return t.root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	return node
}

// schemaCompany is what a field or a list's entry needs beside what is asked for, by the end of its way.
var schemaCompany = map[string]string{
	"socketOptions.[]":    `{"level": 1, "name": 9, "intValue": 1}`,
	"spec.kube":           `{"serviceName": "ratings", "serviceNamespace": "bookinfo", "servicePort": 80}`,
	"workloadClusters.[]": `{"namespaces": [{"name": "*"}]}`,
}

// put writes a value at the end of a way into a document, and what is required beside it.
func (t *schemaTree) put(into any, node map[string]any, way []string, at int, value any) any {
	node = t.resolved(node)
	if at == len(way) {
		return accompanied(way, value)
	}
	child := t.step(node, way[at])
	switch way[at] {
	case "[]":
		return []any{t.put(nil, child, way, at+1, value)}
	case "{}":
		return map[string]any{"key": t.put(nil, child, way, at+1, value)}
	}
	object, ok := into.(map[string]any)
	if !ok {
		object = accompanied(way[:at], t.least(node)).(map[string]any)
	}
	object[way[at]] = t.put(object[way[at]], child, way, at+1, value)
	return object
}

// accompanied has beside what stands at a way what it cannot stand without.
func accompanied(way []string, v any) any {
	object, ok := v.(map[string]any)
	company := schemaCompany[strings.Join(way[max(0, len(way)-2):], ".")]
	if !ok || company == "" {
		return v
	}
	var all map[string]any
	_ = json.Unmarshal([]byte(company), &all) // a literal; what is wrong in it shows in the findings
	maps.Copy(all, object)
	return all
}

// least is the least that a schema takes.
func (t *schemaTree) least(node map[string]any) any {
	first := func(keyword string) any {
		values, _ := node[keyword].([]any)
		if len(values) == 0 {
			return nil
		}
		return values[0]
	}
	resolved := t.resolved(node)
	if resolved["type"] == "object" {
		object := map[string]any{}
		required, _ := resolved["required"].([]any)
		for _, name := range required {
			object[name.(string)] = t.least(resolved["properties"].(map[string]any)[name.(string)].(map[string]any))
		}
		return object
	}
	if v := first("examples"); v != nil {
		return v
	}
	if node = resolved; node["const"] != nil {
		return node["const"]
	}
	for _, keyword := range []string{"examples", "enum"} {
		if v := first(keyword); v != nil {
			return v
		}
	}
	switch kind, _ := node["type"].(string); kind {
	case "array":
		return []any{t.least(node["items"].(map[string]any))}
	case "boolean":
		return false
	case "integer", "number":
		return 1
	default:
		return "a"
	}
}

package kubernetes_test

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/schema"
)

// node is a part of one of our JSON Schemas.
type node map[string]any

// ourSchema is the root of a kind's JSON Schema.
func ourSchema(t *testing.T, k *kind) node {
	t.Helper()
	apiVersion, _ := k.base["apiVersion"].(string)
	var root node
	if err := json.Unmarshal(schema.KindOf(apiVersion, k.name).Schema(), &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// at are the parts of the root that speak about a place: the one found there, and what it refers to.
func (n node) at(place string) []node {
	all := n.alike(n)
	for name := range strings.SplitSeq(strings.ReplaceAll(place, "[]", ".[]"), ".") {
		var next []node
		for _, part := range all {
			next = append(next, n.alike(part.step(name))...)
		}
		all = next
	}
	return all
}

func (n node) step(name string) node {
	child, _ := n[map[string]string{"[]": "items", "*": "additionalProperties"}[name]].(map[string]any)
	if properties, ok := n["properties"].(map[string]any); ok && child == nil {
		child, _ = properties[name].(map[string]any)
	}
	return child
}

// alike are a part of the root and what it refers to.
func (n node) alike(part node) []node {
	if part == nil {
		return nil
	}
	all := []node{part}
	if ref, ok := part["$ref"].(string); ok {
		definitions, _ := n["$defs"].(map[string]any)
		definition, _ := definitions[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		all = append(all, n.alike(definition)...)
	}
	return all
}

// values are those that a part takes by name, or shows.
func (n node) values() []any {
	var all []any
	for _, keyword := range []string{"enum", "examples"} {
		list, _ := n[keyword].([]any)
		all = append(all, list...)
	}
	for _, keyword := range []string{"const", "minimum", "maximum", "default"} {
		if v, ok := n[keyword]; ok {
			all = append(all, v)
		}
	}
	for i, v := range all {
		if f, ok := v.(float64); ok && f == math.Trunc(f) {
			all[i] = int64(f)
		}
	}
	return all
}

// What our schemas name, show or bound is right for the CRDs as well, but for newer words.
func TestWhatOurSchemasNameIsTakenByTheCRDs(t *testing.T) {
	kinds := gloo(t)
	tried, words := 0, map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[name]
		root := ourSchema(t, k)
		for _, place := range k.places {
			parts := root.at(place.String())
			if len(parts) == 0 {
				t.Errorf("our schema of %s does not have %s", name, place)
			}
			for _, n := range parts {
				for _, value := range n.values() {
					tried++
					object, _ := k.with(t, place, value)
					for _, reason := range k.refusals(object) {
						if word := newerWord(reason); word != "" {
							words[word] = true
						} else {
							t.Errorf("%s %s: our schema has %v: %s", name, place, value, reason)
						}
					}
				}
			}
		}
	}
	for _, word := range newerWords {
		if !words[word] {
			t.Errorf("no schema of ours has %s, or a CRD does", word)
		}
	}
	t.Logf("proved: %d values that our schemas name are taken by the CRDs, but for %q of newer releases", tried, newerWords)
}

package schema_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/schema"
)

// The validator compiles the schemas as draft-07, which takes a quarter of the time that 2020-12
// takes. That is right as long as both drafts read them alike: these are the keywords they share,
// and words about the value are all that stands beside a reference, since draft-07 looks at no more.
var (
	keywords = strings.Fields(`$schema $id $defs $ref title description type required additionalProperties properties items
		enum const default examples minimum maximum minLength maxLength minItems maxItems minProperties maxProperties pattern format allOf not
		enumDescriptions`)  // VS Code's and yaml-language-server's, a word on each value; validators pass it by
	besideReference = strings.Fields("$ref description default examples")
)

func TestEverySchemaMeansTheSameInDraft7(t *testing.T) {
	for _, k := range schema.Kinds {
		var root map[string]any
		if err := json.Unmarshal(k.Schema(), &root); err != nil {
			t.Fatal(err)
		}
		eachSchema(root, k.Name, func(path string, s map[string]any) {
			allowed := keywords
			if s["$ref"] != nil {
				allowed = besideReference
			}
			for _, keyword := range slices.Sorted(maps.Keys(s)) {
				if !slices.Contains(allowed, keyword) {
					t.Errorf("%s: %s may not stand here", path, keyword)
				}
			}
		})
	}
}

func TestEverySharedSchemaIsUsed(t *testing.T) {
	for _, k := range schema.Kinds {
		var root map[string]any
		if err := json.Unmarshal(k.Schema(), &root); err != nil {
			t.Fatal(err)
		}
		unused, _ := root["$defs"].(map[string]any)
		unused = maps.Clone(unused)
		eachSchema(root, k.Name, func(_ string, s map[string]any) {
			if ref, ok := s["$ref"].(string); ok {
				delete(unused, strings.TrimPrefix(ref, "#/$defs/"))
			}
		})
		if len(unused) > 0 {
			t.Errorf("%s never refers to %s", k.Name, slices.Sorted(maps.Keys(unused)))
		}
	}
}

// eachSchema visits a schema and the schemas in it, each with its path.
func eachSchema(s map[string]any, path string, visit func(string, map[string]any)) {
	visit(path, s)
	for _, keyword := range []string{"properties", "$defs"} {
		children, _ := s[keyword].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(children)) {
			if child, ok := children[name].(map[string]any); ok {
				eachSchema(child, path+"."+name, visit)
			}
		}
	}
	for _, keyword := range []string{"items", "additionalProperties", "not"} {
		if child, ok := s[keyword].(map[string]any); ok {
			eachSchema(child, path+"/"+keyword, visit)
		}
	}
	parts, _ := s["allOf"].([]any)
	for _, part := range parts {
		if child, ok := part.(map[string]any); ok {
			eachSchema(child, path+"/allOf", visit)
		}
	}
}

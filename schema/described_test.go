package schema_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/schema"
)

// published visits every schema in the published schemas, each with its path and the shared
// definitions of its kind.
func published(t *testing.T, visit func(k *schema.Kind, path string, s, defs map[string]any)) {
	t.Helper()
	for _, k := range schema.Published() {
		var root map[string]any
		if err := json.Unmarshal(k.Schema(), &root); err != nil {
			t.Fatal(err)
		}
		defs, _ := root["$defs"].(map[string]any)
		eachSchema(root, k.Name, func(path string, s map[string]any) { visit(k, path, s, defs) })
	}
}

// referred is what a schema refers to, or the schema itself.
func referred(s, defs map[string]any) map[string]any {
	if ref, ok := s["$ref"].(string); ok {
		s, _ = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	return s
}

func TestEveryFieldOfAPublishedSchemaIsDescribed(t *testing.T) {
	seen := 0
	published(t, func(_ *schema.Kind, path string, s, defs map[string]any) {
		properties, _ := s["properties"].(map[string]any)
		for name, child := range properties {
			field, _ := child.(map[string]any)
			about, _ := field["description"].(string)
			if about == "" {
				about, _ = referred(field, defs)["description"].(string)
			}
			seen++
			checkDescription(t, path+"."+name, about)
		}
	})
	if seen < 1000 {
		t.Errorf("%d fields were looked at", seen)
	}
}

// checkDescription holds a description to what editors show well: sentences on one line, without
// Markdown or HTML, which some show as it is and others do not.
func checkDescription(t *testing.T, path, about string) {
	t.Helper()
	switch {
	case about == "":
		t.Errorf("%s has no description", path)
	case !strings.HasSuffix(about, "."):
		t.Errorf("%s: %q is not a sentence", path, about)
	case strings.ContainsAny(about, "`<>\n\t\\") || strings.Contains(about, "]("):
		t.Errorf("%s: %q has markup in it", path, about)
	case strings.Contains(about, "  ") || strings.TrimSpace(about) != about:
		t.Errorf("%s: %q has spaces too many", path, about)
	}
}

func TestEverySharedDefinitionIsTitledAndDescribed(t *testing.T) {
	published(t, func(k *schema.Kind, path string, s, defs map[string]any) {
		if path != k.Name {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(defs)) {
			d, _ := defs[name].(map[string]any)
			about, _ := d["description"].(string)
			checkDescription(t, path+" $defs."+name, about)
			if title, _ := d["title"].(string); (title == "" || strings.HasSuffix(title, ".")) && !k.Own {
				t.Errorf("%s $defs.%s has the title %q", path, name, title)
			}
		}
	})
}

func TestEveryValueThatIsExplainedIsThere(t *testing.T) {
	seen := 0
	published(t, func(_ *schema.Kind, path string, s, _ map[string]any) {
		said, explained := s["enumDescriptions"].([]any)
		if !explained {
			return
		}
		seen++
		values, _ := s["enum"].([]any)
		if len(values) != len(said) {
			t.Errorf("%s has %d values and %d descriptions", path, len(values), len(said))
		}
		for _, about := range said {
			checkDescription(t, path, about.(string))
		}
	})
	if seen == 0 {
		t.Error("no value is explained")
	}
}

// TestADefaultIsToldInWords is for editors that show a description and no default, as
// yaml-language-server does.
func TestADefaultIsToldInWords(t *testing.T) {
	told := 0
	published(t, func(k *schema.Kind, path string, s, _ map[string]any) {
		if k.Own {
			return // its fields are flags, and the flags tell their defaults
		}
		fallback, ok := s["default"]
		if list, isList := fallback.([]any); isList && len(list) == 1 {
			fallback = list[0]
		}
		if !ok || fallback == false || fallback == "" {
			return // what leaving out a switch or a text means, everybody knows
		}
		told++
		about, _ := s["description"].(string)
		words := []string{fmt.Sprint(fallback)}
		switch v := fallback.(type) {
		case float64:
			words = []string{strconv.FormatFloat(v, 'f', -1, 64)}
			if v == 0 {
				words = append(words, "unlimited")
			}
			if v == 1 {
				words = append(words, "once")
			}
		case string:
			if v == "0s" {
				words = append(words, "at once", "for ever")
			}
		}
		if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(about, w) }) {
			t.Errorf("%s: the default %v is not told in %q", path, fallback, about)
		}
	})
	if told < 40 {
		t.Errorf("%d defaults were looked at", told)
	}
}

// obvious are leaves whose description is all that is needed.
var obvious = []string{"Always", "Written by", "not read here"}

func TestLeavesOfGlooPlatformsKindsHaveExamples(t *testing.T) {
	published(t, func(k *schema.Kind, path string, s, defs map[string]any) {
		if !strings.HasSuffix(k.Group, "gloo.solo.io") || k.Group == "gloo.solo.io" || strings.Contains(path, "/") && s["description"] == nil {
			return
		}
		target := referred(s, defs)
		kind, _ := target["type"].(string)
		if !slices.Contains([]string{"string", "integer", "number"}, kind) || !strings.Contains(path, ".spec") {
			return
		}
		about, _ := s["description"].(string)
		for _, o := range obvious {
			if strings.Contains(about, o) {
				return
			}
		}
		for _, keyword := range []string{"examples", "enum", "const"} {
			if s[keyword] != nil || target[keyword] != nil {
				return
			}
		}
		t.Errorf("%s (%s) has no example", path, about)
	})
}

package kubernetes

import (
	"fmt"
	"math"
	"strings"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// Faults are values to try at a place of a schema: one of every type, and those at which fields
// of its own type break. Some of them are right; that is for the CRD to say.
func Faults(s *structural.Structural) []any {
	faults := []any{true, int64(7), 1.5, "x", []any{"x"}, []any{map[string]any{}}, map[string]any{"zz": "x"}, map[string]any{"zz": int64(1)}}
	faults = append(append(faults, misspelled(s)...), together(s)...)
	switch {
	case s.Type == "integer", s.Type == "number", s.XIntOrString:
		return append(faults, nil, int64(-1), int64(math.MaxInt32)+1, int64(math.MaxUint32)+1, int64(math.MaxInt64), 1e30, "", "7")
	case s.Type == "string":
		return append(faults, nil, "", "YQ", "a b", int64(0), false)
	case s.Type == "array":
		return append(faults, nil, []any{nil}, []any{int64(1)}, []any{[]any{}}, map[string]any{})
	case s.Type == "boolean":
		return append(faults, nil, "true", int64(0))
	}
	return append(faults, nil, []any{}, map[string]any{}, map[string]any{"": nil}, "")
}

// misspelled are words that an enumeration nearly has.
func misspelled(s *structural.Structural) []any {
	if s.ValueValidation == nil || len(s.ValueValidation.Enum) == 0 {
		return nil
	}
	word := fmt.Sprint(s.ValueValidation.Enum[0].Object)
	return []any{strings.ToLower(word), word + "S", " " + word}
}

// together are objects with two fields of which one may stand.
func together(s *structural.Structural) []any {
	var objects []any
	for _, names := range alternatives(s) {
		for i, first := range names {
			for _, second := range names[i+1:] {
				a, b := s.Properties[first], s.Properties[second]
				objects = append(objects, map[string]any{first: Sample(&a), second: Sample(&b)})
			}
		}
	}
	return objects
}

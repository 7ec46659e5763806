package kubernetes

import (
	"fmt"
	"maps"
	"math"
	"slices"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"
)

// Drawn is a random object with values that its CRD means to take, and the same with faults.
type Drawn struct {
	Sound, Faulty map[string]any
	Places        []Place // of the values and the faults
}

// Draw draws objects by the places of a CRD's schema: some places with values, then some of them
// or others with faults. The base is what each object starts from.
func Draw(places []Place, base map[string]any) *rapid.Generator[Drawn] {
	return rapid.Custom(func(t *rapid.T) Drawn {
		d := Drawn{Sound: runtime.DeepCopyJSON(base)}
		for i := range rapid.IntRange(1, 8).Draw(t, "values") {
			place := rapid.SampledFrom(places).Draw(t, fmt.Sprint("place ", i))
			d.put(d.Sound, place, Value(t, place.Schema, 0))
		}
		d.Faulty = runtime.DeepCopyJSON(d.Sound)
		for i := range rapid.IntRange(1, 3).Draw(t, "faults") {
			place := rapid.SampledFrom(places).Draw(t, fmt.Sprint("place of fault ", i))
			if rapid.Bool().Draw(t, "near a value") {
				place = rapid.SampledFrom(d.Places).Draw(t, fmt.Sprint("value of fault ", i))
			}
			d.put(d.Faulty, place, rapid.SampledFrom(Faults(place.Schema)).Draw(t, fmt.Sprint("fault ", i)))
		}
		return d
	})
}

func (d *Drawn) put(object map[string]any, place Place, value any) {
	if place.Put(object, runtime.DeepCopyJSONValue(value)) {
		d.Places = append(d.Places, place)
	}
}

// deepest bounds the fields below a drawn value: the places are drawn by themselves.
const deepest = 3

// Value draws a value that a schema takes.
func Value(t *rapid.T, s *structural.Structural, depth int) any {
	rules := s.ValueValidation
	if rules == nil {
		rules = &structural.ValueValidation{}
	}
	if len(rules.Enum) > 0 {
		return rapid.SampledFrom(rules.Enum).Draw(t, "one of").Object
	}
	switch {
	case s.XIntOrString && rapid.Bool().Draw(t, "as text"):
		return rapid.SampledFrom([]string{"1", "60", "5%"}).Draw(t, "number as text")
	case s.XIntOrString, s.Type == "integer":
		return number(t, rules)
	}
	switch s.Type {
	case "string":
		return words(t, rules.Format)
	case "number":
		return rapid.SampledFrom([]float64{0.5, 1, 99.5}).Draw(t, "number")
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	case "array":
		list := []any{}
		for range rapid.IntRange(0, 2).Draw(t, "items") {
			list = append(list, Value(t, s.Items, depth+1))
		}
		return list
	}
	return fields(t, s, depth)
}

// fields draws an object: what it needs, and some of what it may have.
func fields(t *rapid.T, s *structural.Structural, depth int) map[string]any {
	object, _ := Sample(s).(map[string]any)
	if values := s.AdditionalProperties; values != nil && values.Structural != nil {
		object["app"] = Value(t, values.Structural, depth+1)
	}
	if len(s.Properties) == 0 || depth >= deepest {
		return object
	}
	names := slices.Sorted(maps.Keys(s.Properties))
	for range rapid.IntRange(0, 3).Draw(t, "fields") {
		name := rapid.SampledFrom(names).Draw(t, "field")
		field := s.Properties[name]
		forbid(object, s, name)
		object[name] = Value(t, &field, depth+1)
	}
	return object
}

// number draws a whole number in its range, the ends more often than others.
func number(t *rapid.T, rules *structural.ValueValidation) int64 {
	least, most := int64(0), int64(math.MaxInt32)
	if rules.Minimum != nil {
		least = int64(*rules.Minimum)
	}
	if rules.Maximum != nil {
		most = int64(*rules.Maximum)
	}
	return rapid.OneOf(rapid.Int64Range(least, most), rapid.SampledFrom([]int64{least, most, max(least, 1), max(least, 80)})).Draw(t, "number")
}

func words(t *rapid.T, format string) string {
	switch format {
	case "byte", "date-time":
		return text(format)
	}
	return rapid.SampledFrom([]string{"a", "", "60s", "1.5h", "a.example.com", "10.0.0.1", "::", "HTTP", "1", "true", "ä"}).Draw(t, "text")
}

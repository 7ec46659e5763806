package kubernetes

import (
	"maps"
	"slices"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// Place is a CRD's spec or status or a field below it, with the way that leads to it.
type Place struct {
	CRD    *CRD
	Schema *structural.Structural
	steps  []step
}

// step leads from an object to a field, from a list to its items, or from a map to any value.
type step struct {
	name string // of the field; "[]" and "*" for items and values
	from *structural.Structural
}

// Places are all places of a CRD, in order. A status that is a subresource is none: of the
// objects that users send, it is dropped unread.
func (c *CRD) Places() []Place {
	var all []Place
	var walk func(p Place)
	walk = func(p Place) {
		all = append(all, p)
		for _, name := range slices.Sorted(maps.Keys(p.Schema.Properties)) {
			field := p.Schema.Properties[name]
			walk(p.below(name, &field))
		}
		if p.Schema.Items != nil {
			walk(p.below("[]", p.Schema.Items))
		}
		if values := p.Schema.AdditionalProperties; values != nil && values.Structural != nil {
			walk(p.below("*", values.Structural))
		}
	}
	for _, name := range []string{"spec", "status"} {
		if field, ok := c.Schema.Properties[name]; ok && (name != "status" || !c.statusApart) {
			walk(Place{CRD: c, Schema: &field, steps: []step{{name, c.Schema}}})
		}
	}
	return all
}

func (p Place) below(name string, schema *structural.Structural) Place {
	steps := append(slices.Clone(p.steps), step{name, p.Schema})
	return Place{CRD: p.CRD, Schema: schema, steps: steps}
}

// String is the place's path, such as spec.hosts[].port.
func (p Place) String() string {
	text := p.steps[0].name
	for _, s := range p.steps[1:] {
		if s.name != "[]" {
			text += "."
		}
		text += s.name
	}
	return text
}

// Put writes a value at the place, with what must stand beside it, and reports success: what is
// in the way already may be of another type.
func (p Place) Put(object map[string]any, value any) bool {
	return put(object, p.steps, value)
}

// put sets the value at the end of the steps in a container, and makes what is lacking on the way.
func put(container any, steps []step, value any) bool {
	var now any
	var set func(any)
	switch c := container.(type) {
	case map[string]any:
		key := steps[0].key()
		forbid(c, steps[0].from, key)
		now, set = c[key], func(v any) { c[key] = v }
	case []any:
		now, set = c[0], func(v any) { c[0] = v }
	default:
		return false
	}
	if len(steps) == 1 {
		set(value)
		return true
	}
	if now == nil {
		now = Sample(steps[1].from)
	}
	if items, ok := now.([]any); ok && len(items) == 0 {
		now = []any{nil}
	}
	set(now)
	return put(now, steps[1:], value)
}

// key is the step's key in an object; any will do for a map.
func (s step) key() string {
	if s.name == "*" {
		return "any"
	}
	return s.name
}

// forbid takes the alternatives of a field out of an object: of those that a oneOf names, one may
// stay.
func forbid(object map[string]any, schema *structural.Structural, key string) {
	for _, names := range alternatives(schema) {
		if slices.Contains(names, key) {
			for _, name := range names {
				if name != key {
					delete(object, name)
				}
			}
		}
	}
}

// alternatives are the groups of fields of which a schema takes one at most.
func alternatives(schema *structural.Structural) [][]string {
	if schema.ValueValidation == nil {
		return nil
	}
	groups := [][]string{oneOf(schema.ValueValidation.OneOf)}
	for _, all := range schema.ValueValidation.AllOf {
		groups = append(groups, oneOf(all.OneOf))
	}
	return groups
}

func oneOf(branches []structural.NestedValueValidation) []string {
	var names []string
	for _, branch := range branches {
		names = append(names, branch.Required...)
	}
	return names
}

// Sample is the least value that a schema takes.
func Sample(s *structural.Structural) any {
	rules := s.ValueValidation
	if rules == nil {
		rules = &structural.ValueValidation{}
	}
	switch {
	case len(rules.Enum) > 0:
		return rules.Enum[0].Object
	case s.XIntOrString:
		return int64(1)
	}
	switch s.Type {
	case "string":
		return text(rules.Format)
	case "integer", "number":
		if rules.Minimum != nil {
			return int64(*rules.Minimum)
		}
		return int64(1)
	case "boolean":
		return true
	case "array":
		return []any{}
	}
	object := map[string]any{}
	for _, name := range rules.Required {
		field := s.Properties[name]
		object[name] = Sample(&field)
	}
	return object
}

func text(format string) string {
	switch format {
	case "byte":
		return "YQ=="
	case "date-time":
		return "2024-05-01T12:00:00Z"
	}
	return "a"
}

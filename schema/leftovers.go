package schema

import (
	"reflect"
	"slices"
	"strings"
)

// Leftovers lists the fields of the document's spec that its struct has no place for, as
// JSON pointers. What is not decoded cannot be compiled: naming it here keeps the promise
// that nothing is dropped silently without a list that someone must keep. It reads Value,
// so it comes before Decode; what it has found stays with the document, for NotDecoded.
func (d *Document) Leftovers() []string {
	var out []string
	t := reflect.TypeOf(d.Kind.resource()).Elem()
	spec, ok := t.FieldByName("Spec")
	if !ok {
		return nil
	}
	leftovers(d.Value["spec"], spec.Type, "/spec", &out)
	slices.Sort(out)
	d.leftovers = out
	return out
}

// NotDecoded reports a field that Leftovers has found, or one below it.
func (d *Document) NotDecoded(pointer string) bool {
	return slices.ContainsFunc(d.leftovers, func(l string) bool { return pointer == l || strings.HasPrefix(pointer, l+"/") })
}

func leftovers(v any, t reflect.Type, pointer string, out *[]string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := v.(type) {
	case []any:
		if t.Kind() == reflect.Slice {
			for i, item := range v {
				leftovers(item, t.Elem(), pointer+Pointer(i), out)
			}
		}
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return
		}
		fields := fieldTypes(t)
		for key, value := range v {
			if field, ok := fields[key]; ok {
				leftovers(value, field, pointer+Pointer(key), out)
			} else if value != nil {
				*out = append(*out, pointer+Pointer(key))
			}
		}
	}
}

func fieldTypes(t reflect.Type) map[string]reflect.Type {
	fields := make(map[string]reflect.Type, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = f.Type
	}
	return fields
}

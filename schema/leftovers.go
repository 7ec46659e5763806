package schema

import (
	"reflect"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// Leftovers lists the fields of the document's spec that its struct has no place for, in the order
// of their pointers. What is not decoded cannot be compiled: naming it here keeps the promise that
// nothing is dropped silently. It reads Value, so it comes before Decode; what it has found stays
// with the document, for Leftover.
func (d *Document) Leftovers() []Leftover {
	t := reflect.TypeOf(d.Kind.resource()).Elem()
	spec, ok := t.FieldByName("Spec")
	if !ok {
		return nil
	}
	var u uncompiled
	leftovers(d.Value["spec"], spec.Type, "/spec", u.classify)
	slices.SortFunc(u.out, func(a, b Leftover) int { return strings.Compare(a.Pointer, b.Pointer) })
	d.leftovers = u.out
	return u.out
}

// Leftover returns the leftover that a field is, or stands in: of several, the innermost; nil for a
// field that is decoded.
func (d *Document) Leftover(pointer string) *Leftover {
	for i := range slices.Backward(d.leftovers) {
		if l := &d.leftovers[i]; pointer == l.Pointer || strings.HasPrefix(pointer, l.Pointer+"/") {
			return l
		}
	}
	return nil
}

// leftovers calls found for each field of v that t has no place for.
func leftovers(v any, t reflect.Type, pointer string, found func(pointer string, value any)) {
	t = indirect(t)
	switch v := v.(type) {
	case []any:
		if t.Kind() == reflect.Slice {
			for i, item := range v {
				leftovers(item, t.Elem(), pointer+diag.Pointer(i), found)
			}
		}
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return
		}
		fields := structFields[t]
		for key, value := range v {
			if field, ok := fields[key]; ok {
				leftovers(value, field, pointer+diag.Pointer(key), found)
			} else if value != nil {
				found(pointer+diag.Pointer(key), value)
			}
		}
	}
}

// structFields are the fields of every struct that a kind is decoded into, by their JSON names.
var structFields = func() map[reflect.Type]map[string]reflect.Type {
	all := map[reflect.Type]map[string]reflect.Type{}
	for _, k := range Kinds {
		addFields(reflect.TypeOf(k.resource()), all)
	}
	return all
}()

func addFields(t reflect.Type, all map[reflect.Type]map[string]reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		addFields(t.Elem(), all)
	case reflect.Struct:
		if all[t] != nil {
			return
		}
		fields := make(map[string]reflect.Type, t.NumField())
		all[t] = fields
		for f := range t.Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				fields[name] = f.Type
				addFields(f.Type, all)
			}
		}
	}
}

// dropInexactKeys deletes every key of a tree that differs from a field of the type in upper and
// lower case only, and reports whether there was one. Package encoding/json would take it for the
// field; Kubernetes does not (https://github.com/kubernetes-sigs/json).
func dropInexactKeys(v any, t reflect.Type) bool {
	dropped := false
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if t, ok := element(t, reflect.Slice); ok && dropInexactKeys(item, t) {
				dropped = true
			}
		}
	case map[string]any:
		values, isMap := element(t, reflect.Map)
		fields := structFields[indirect(t)]
		for key, value := range v {
			field, known := fields[key]
			switch {
			case isMap:
				field = values
			case !known && inexact(key, fields):
				delete(v, key)
				dropped = true
				continue
			case !known:
				continue
			}
			dropped = dropInexactKeys(value, field) || dropped
		}
	}
	return dropped
}

func inexact(key string, fields map[string]reflect.Type) bool {
	for name := range fields {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

func indirect(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// element returns the type of what a slice or a map holds.
func element(t reflect.Type, kind reflect.Kind) (reflect.Type, bool) {
	if t = indirect(t); t.Kind() != kind {
		return nil, false
	}
	return t.Elem(), true
}

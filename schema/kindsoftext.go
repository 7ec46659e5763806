package schema

import (
	"reflect"

	"github.com/connpolicy/connpolicy/text"
)

// kindsOfText are what the reading of a text depends on of the kinds.
var kindsOfText = text.Kinds{Read: mayHoldObjects, Foreign: foreignKind, Misfits: misfitsOf}

// mayHoldObjects reports a kind that is read, and a list, which may hold an object of one.
func mayHoldObjects(apiVersion, kind string) bool {
	return KindOf(apiVersion, kind) != nil || kind == "List"
}

// misfitsOf counts the fields of an object's spec that its kind does not have, and those without a
// value that are objects or lists in it.
func misfitsOf(object map[string]any) int {
	apiVersion, _ := object["apiVersion"].(string)
	name, _ := object["kind"].(string)
	kind := KindOf(apiVersion, name)
	if kind == nil {
		return 0
	}
	spec, ok := structFields[indirect(reflect.TypeOf(kind.resource()))]["spec"]
	if !ok {
		return 0
	}
	return misfits(object["spec"], spec)
}

// misfits counts the fields of a value that a type does not have, and those below it that hold
// nothing, or a single value, where the type has fields.
func misfits(v any, t reflect.Type) int {
	fields, isStruct := structFields[indirect(t)]
	n := 0
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if field, ok := fields[key]; ok {
				n += misfits(value, field)
			} else if isStruct {
				n++
			}
		}
	case []any:
		for _, item := range v {
			if t, ok := element(t, reflect.Slice); ok {
				n += misfits(item, t)
			}
		}
	default:
		if isStruct && len(fields) > 0 {
			n++
		}
	}
	return n
}

package schema

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
)

// filled is an object that sets every field of a type. Its keys and values are spelled by a function, so that
// two objects differ in both.
func filled(t reflect.Type, spell func(string) string) any {
	t = indirect(t)
	if _, custom := reflect.New(t).Interface().(json.Unmarshaler); custom {
		return nil
	}
	switch t.Kind() {
	case reflect.Struct:
		out := map[string]any{}
		for name, field := range structFields[t] {
			if v := filled(field, spell); v != nil {
				out[spell(name)] = v
			}
		}
		return out
	case reflect.Slice:
		if v := filled(t.Elem(), spell); v != nil {
			return []any{v}
		}
	case reflect.String:
		return spell("text")
	case reflect.Bool:
		return spell("x") == "X"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64, reflect.Float64:
		return json.Number(map[bool]string{false: "7", true: "8"}[spell("x") == "X"])
	}
	return nil
}

// beside puts the entries of an object beside those of another one, at every depth.
func beside(a, b any) any {
	x, isObject := a.(map[string]any)
	if list, ok := a.([]any); ok {
		return []any{beside(list[0], b.([]any)[0])}
	}
	if !isObject {
		return a
	}
	out := maps.Clone(b.(map[string]any))
	for key, value := range x {
		out[key] = beside(value, out[strings.ToUpper(key)])
	}
	return out
}

func decodedAs(t *testing.T, k *Kind, object any) any {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	chunk := &text.Chunk{Source: diag.NewSource("a.json", string(raw)), Text: string(raw)}
	values, found := chunk.Read(kindsOfText)
	if len(found) > 0 {
		t.Fatal(found)
	}
	d := newDocument(k, values[0].Tree.(map[string]any), chunk, "", "default")
	d.raw = raw
	if err := d.Decode(); err != nil {
		t.Fatal(err)
	}
	return d.Resource
}

// TestKeysAreReadInTheirExactCase decodes an object of every kind with each key a second time in
// upper case, with another value: it must not be taken for the field.
func TestKeysAreReadInTheirExactCase(t *testing.T) {
	asIs := func(s string) string { return s }
	for _, k := range Kinds {
		if k.Opaque { // whose keys are kept as they are
			continue
		}
		t.Run(k.APIVersion()+" "+k.Name, func(t *testing.T) {
			kind := reflect.TypeOf(k.resource())
			want := decodedAs(t, k, filled(kind, asIs))
			if got := decodedAs(t, k, beside(filled(kind, asIs), filled(kind, strings.ToUpper))); !reflect.DeepEqual(got, want) {
				t.Errorf("with keys in upper case it is read as\n%+v\nand without them as\n%+v", got, want)
			}
			if got := decodedAs(t, k, filled(kind, strings.ToUpper)); !reflect.DeepEqual(got, k.resource()) {
				t.Errorf("keys in upper case alone are read as\n%+v", got)
			}
		})
	}
}

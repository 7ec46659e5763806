package emit_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// characters are all of the Basic Multilingual Plane, and of the others every 257th and the
// noncharacters.
func characters() []rune {
	var all []rune
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) && (r < 0x10000 || r%257 == 0 || r&0xfffe == 0xfffe) {
			all = append(all, r)
		}
	}
	return all
}

// printable is the rule of YAML 1.2 for characters that stand for themselves (c-printable).
func printable(r rune) bool {
	switch r {
	case '\t', '\n', '\r', 0x85:
		return true
	}
	return r >= 0x20 && r <= 0x7e || r >= 0xa0 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000
}

func TestEveryCharacterOfANameIsWrittenSoThatStrictReadersTakeIt(t *testing.T) {
	all := characters()
	for len(all) > 0 {
		n := min(len(all), 512)
		var names []any
		for _, r := range all[:n] {
			names = append(names, "a"+string(r)+"b", string(r))
		}
		all = all[n:]
		value := map[string]any{"names": names}
		for _, format := range []string{"yaml", "json"} {
			text, err := emit.Encode(dialect.Object{File: "object", Value: value}, format)
			if err != nil {
				t.Fatal(err)
			}
			expectRead(t, text, format, value)
		}
	}
}

// expectRead reads a text by every reader of its format and compares it with what was written.
func expectRead(t *testing.T, text []byte, format string, want map[string]any) {
	t.Helper()
	readers := map[string]func([]byte, any) error{
		"sigs.k8s.io/yaml":   func(b []byte, v any) error { return yaml.UnmarshalStrict(b, v) },
		"go.yaml.in/yaml/v3": yamlv3.Unmarshal,
	}
	if format == "json" {
		readers = map[string]func([]byte, any) error{"encoding/json": json.Unmarshal}
	}
	for name, read := range readers {
		var got map[string]any
		if err := read(text, &got); err != nil {
			t.Fatalf("%s does not take the %s from %q on: %v", name, format, want["names"].([]any)[0], err)
		} else if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s reads other names from the %s that begins with %q", name, format, want["names"].([]any)[0])
		}
	}
	if format == "json" {
		return
	}
	for _, r := range string(text) {
		if !printable(r) {
			t.Errorf("U+%04X stands in the YAML as it is", r)
		}
	}
}

package text_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
)

// gatewayWith is a Gateway with socket options, as they are written.
func gatewayWith(options string) string {
	return "apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec:\n  options:\n" + options
}

func TestAnEntryIsWrittenAsItsNeighborIs(t *testing.T) {
	members := []text.Member{{Name: "level", Value: json.Number("1")}, {Name: "state", Value: "S"}}
	for _, c := range []struct{ name, was, now string }{
		{"a block", "    o:\n    - a: 1\n      b: 2\n", "    o:\n    - level: 1\n      state: S\n    - a: 1\n      b: 2\n"},
		{"a block further in", "    o:\n      -   a: 1\n          b: 2\n", "    o:\n      -   level: 1\n          state: S\n      -   a: 1\n          b: 2\n"},
		{"CR LF", "    o:\r\n    - a: 1\r\n      b: 2\r\n", "    o:\r\n    - level: 1\r\n      state: S\r\n    - a: 1\r\n      b: 2\r\n"},
		{"no last line break", "    o:\n    - a: 1\n      b: 2", "    o:\n    - level: 1\n      state: S\n    - a: 1\n      b: 2"},
		{"comments above", "    o:\n    # of the entry\n    # in two lines\n    - a: 1 # x\n      b: 2\n", "    o:\n    - level: 1\n      state: S\n    # of the entry\n    # in two lines\n    - a: 1 # x\n      b: 2\n"},
		{"a comment of another depth", "    o:\n      # of the list\n    - a: 1\n      b: 2\n", "    o:\n      # of the list\n    - level: 1\n      state: S\n    - a: 1\n      b: 2\n"},
		{"braces in a block", "    o:\n    - {a: 1, b: 2}\n", "    o:\n    - {level: 1, state: S}\n    - {a: 1, b: 2}\n"},
		{"brackets", "    o: [{a: 1, b: 2}]\n", "    o: [{level: 1, state: S}, {a: 1, b: 2}]\n"},
		{"quoted keys, and space", "    o: [ { \"a\" : 1 , \"b\" : 2 } ]\n", "    o: [ { \"level\" : 1 , \"state\" : S }, { \"a\" : 1 , \"b\" : 2 } ]\n"},
		{"lines in brackets", "    o: [\n      {a: 1, b: 2},\n      {a: 3, b: 4}\n    ]\n", "    o: [\n      {level: 1, state: S},\n      {a: 1, b: 2},\n      {a: 3, b: 4}\n    ]\n"},
		{"one line in brackets", "    o: [\n      {a: 1, b: 2}\n    ]\n", "    o: [\n      {level: 1, state: S},\n      {a: 1, b: 2}\n    ]\n"},
		{"a comment in the brackets", "    o: [ # of the list\n      {a: 1, b: 2}]\n", ""},
		{"a comment in the braces", "    o: [{a: 1, # one\n      b: 2}]\n", ""},
		{"a comma too many", "    o: [{a: 1, b: 2,}]\n", ""},
		{"a list in a list", "    o:\n    - - a: 1\n", ""},
		{"an anchor", "    o:\n    - &x\n      a: 1\n      b: 2\n    - *x\n", ""},
		{"an anchor on the list", "    o: &x\n    - a: 1\n      b: 2\n", ""},
		{"an alias", "    p: &x\n    - a: 1\n      b: 2\n    o: *x\n", ""},
		{"too little to go by", "    o:\n    - a: 1\n", ""},
		{"no object", "    o:\n    - a\n", ""},
	} {
		chunk := one(t, gatewayWith(c.was))
		switch fix := chunk.InsertItem("/spec/options/o", 0, members...); {
		case fix == nil && c.now == "":
		case fix == nil:
			t.Errorf("%s: no entry is written", c.name)
		default:
			if got, _ := fix.Edits[0].ApplyFixes([]*diag.Fix{fix}); got != gatewayWith(c.now) {
				t.Errorf("%s: it is\n%s\nand should be\n%s", c.name, got, gatewayWith(c.now))
			}
		}
	}
}

func TestAnEntryOfJSONIsWrittenAsItsNeighborIs(t *testing.T) {
	members := []text.Member{{Name: "level", Value: json.Number("1")}, {Name: "state", Value: "S"}}
	head := `{"apiVersion":"gateway.solo.io/v1","kind":"Gateway","metadata":{"name":"a"},"spec":{"o":`
	for was, now := range map[string]string{
		`[{"a":1,"b":2}]`:   `[{"level":1,"state":"S"},{"a":1,"b":2}]`,
		`[{"a": 1, "b":2}]`: `[{"level": 1, "state": "S"}, {"a": 1, "b":2}]`,
		"[\n\t{\n\t\t\"a\": 1,\n\t\t\"b\": 2\n\t}\n]": "[\n\t{\n\t\t\"level\": 1,\n\t\t\"state\": \"S\"\n\t},\n\t{\n\t\t\"a\": 1,\n\t\t\"b\": 2\n\t}\n]",
	} {
		fix := one(t, head+was+"}}").InsertItem("/spec/o", 0, members...)
		if fix == nil {
			t.Fatalf("no entry is written in %s", was)
		}
		if got, _ := fix.Edits[0].ApplyFixes([]*diag.Fix{fix}); got != head+now+"}}" {
			t.Errorf("it is\n%s\nand should be\n%s", got, head+now+"}}")
		}
	}
}

func TestAValueIsReadAsWhatItIsMeantToBe(t *testing.T) {
	for _, c := range []struct {
		was   string
		value any
		now   string // "" where no edit is made
	}{
		{"5", "5s", "5s"},
		{"5", "5", `"5"`},
		{"5", "yes", `"yes"`},
		{"5", "null", `"null"`},
		{"5", "1e3", `"1e3"`},
		{"'5'", "5s", "'5s'"},
		{`"5"`, json.Number("5"), "5"},
		{"'true'", true, "true"},
		{"5", "a b", ""},
		{"5", "a: b", ""},
		{"5", "", ""},
		{"5", "#", ""},
		{"5", `"`, ""},
		{"5", "日", ""},
		{"5", 5, ""},
		{"5", nil, ""},
		{"'it''s'", "x", "'x'"},
		{`"a\"b"`, "x", `"x"`},
		{"a b", "x", "x"},
		{"\"a\n    b\"", "x", ""},
		{"a\n    b", "x", ""},
		{"|\n    a", "x", ""},
		{"&x 5", "x", ""},
		{"!!str 5", "x", ""},
		{"", "x", ""},
		{"[5]", "x", ""},
	} {
		chunk := one(t, "apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec:\n  v: "+c.was+" # c\n")
		if strings.Contains(c.was, "\n") || c.was == "" {
			chunk = one(t, "apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec:\n  v: "+c.was+"\n")
		}
		got := ""
		if fix := chunk.SetValue("/spec/v", c.value); fix != nil {
			got = fix.Edits[0].New
		}
		if got != c.now {
			t.Errorf("%v in the place of %s is written %q, want %q", c.value, c.was, got, c.now)
		}
	}
}

func TestNothingIsEditedThatIsNotThere(t *testing.T) {
	chunk := one(t, gatewayWith("    o: {a: 1, a_b: 2}\n"))
	for _, pointer := range []string{"", "/", "/spec/options/x", "/spec/options/o/a/b", "/spec/options/o/0", "/spec/options/o"} {
		if fix := chunk.SetValue(pointer, "x"); fix != nil {
			t.Errorf("a value is written at %q", pointer)
		}
	}
	for pointer, name := range map[string]string{"": "x", "/spec/options/x": "y", "/spec/options/o/a": "aB", "/spec/options/o/aB": "a"} {
		if fix := chunk.RenameKey(pointer, name); fix != nil {
			t.Errorf("%q is renamed to %s", pointer, name)
		}
	}
	if fix := chunk.InsertItem("/spec/options/o", 0, text.Member{Name: "x", Value: "y"}); fix != nil {
		t.Error("an entry is written into an object")
	}
}

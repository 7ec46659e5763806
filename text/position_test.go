package text_test

import (
	"strings"
	"testing"
)

func TestAPointerLeadsToItsValueAndItsKey(t *testing.T) {
	for _, c := range []struct {
		name, spec, pointer string // spec stands on line 4, behind "spec: " or in its own lines
		value, key          string
	}{
		{"a scalar in blocks", "\n  a:\n    b: 12", "/spec/a/b", "6:8 12", "6:5 b"},
		{"a quoted value", "\n  a: \"1 2\"", "/spec/a", `5:6 "1 2"`, "5:3 a"},
		{"a single-quoted value", "\n  a: 'it''s'  # c", "/spec/a", "5:6 'it''s'", "5:3 a"},
		{"an escaped quote", `{a: "x\"y\\", b: 1}`, "/spec/a", `4:11 "x\"y\\"`, "4:8 a"},
		{"behind an escaped quote", `{a: "x\"y\\", b: 1}`, "/spec/b", "4:24 1", "4:21 b"},
		{"a quoted key", "\n  \"a b\": 1", "/spec/a b", "5:10 1", `5:3 "a b"`},
		{"an escaped key", "\n  \"\\u0061\": 1", "/spec/a", "5:13 1", `5:3 "\u0061"`},
		{"a flow mapping", "{a: {b: 1}}", "/spec/a", "4:11 {b: 1}", "4:8 a"},
		{"a flow list", "{a: [1, '[', 3]}", "/spec/a", "4:11 [1, '[', 3]", "4:8 a"},
		{"an item of a flow list", "{a: [1, two, 3]}", "/spec/a/1", "4:15 two", "4:15 two"},
		{"a flow mapping over lines", "{a:\n  {b: 1,\n c: 2}}", "/spec/a/c", "6:5 2", "6:2 c"},
		{"its brackets end with the line", "{a:\n  {b: 1,\n c: 2}}", "/spec/a", "5:3 {b: 1,", "4:8 a"},
		{"a block mapping is its key", "\n  a:\n    b: 1", "/spec/a", "5:3 a", "5:3 a"},
		{"a block list is its key", "\n  a:\n  - 1", "/spec/a", "5:3 a", "5:3 a"},
		{"an item of a block list", "\n  a:\n  - one\n  - two", "/spec/a/1", "7:5 two", "7:5 two"},
		{"a value in a list", "\n  a:\n  - b: 1\n    c: 2", "/spec/a/0/c", "7:8 2", "7:5 c"},
		{"a value in a list in flow", "{a: [{b: 1}, {c: {d: 2}}]}", "/spec/a/1/c/d", "4:28 2", "4:25 d"},
		{"an object in a list in flow", "{a: [{b: 1}, {c: {d: 2}}]}", "/spec/a/1/c", "4:24 {d: 2}", "4:21 c"},
		{"nothing as a value", "\n  a:\n  b: 1", "/spec/a", "5:3 a", "5:3 a"},
		{"a tilde", "{a: ~}", "/spec/a", "4:11 ~", "4:8 a"},
		{"an empty text", `{a: ""}`, "/spec/a", `4:11 ""`, "4:8 a"},
		{"a value on the next line", "\n  a:\n    12", "/spec/a", "6:5 12", "5:3 a"},
		{"a ? key", "\n  ? a\n  : 12", "/spec/a", "6:5 12", "5:5 a"},
		{"a literal block", "\n  a: |\n    x\n  b: 1", "/spec/a", "5:6 |", "5:3 a"},
		{"behind a literal block", "\n  a: |\n    x: 9\n  b: 1", "/spec/b", "7:6 1", "7:3 b"},
		{"a plain text over lines", "\n  a: one\n    two", "/spec/a", "5:6 one", "5:3 a"},
		{"a quoted text over lines", "\n  a: \"one\n    two\"", "/spec/a", `5:6 "one`, "5:3 a"},
		{"behind a quoted text over lines", "{a: \"one\n    two\", b: 1}", "/spec/b", "5:14 1", "5:11 b"},
		{"a tagged value", "{a: !!int 12}", "/spec/a", "4:17 12", "4:8 a"},
		{"an anchored value", "{a: &x 12}", "/spec/a", "4:14 12", "4:8 a"},
		{"an alias", "{a: &x 12, b: *x}", "/spec/b", "4:21 *x", "4:18 b"},
		{"inside an alias", "\n  a: &x {c: 12}\n  b: *x", "/spec/b/c", "5:13 12", "5:10 c"},
		{"a merged key", "\n  a: &x {c: 12}\n  b:\n    <<: *x\n    d: 1", "/spec/b/c", "5:13 12", "5:10 c"},
		{"a key merged from a list", "\n  a: &x {c: 12}\n  b: &y {e: 34}\n  f:\n    <<: [*x, *y]", "/spec/f/e", "6:13 34", "6:10 e"},
		{"a key merged in place", "\n  b:\n    <<: {c: 12}", "/spec/b/c", "6:13 12", "6:10 c"},
		{"a merged key that is overridden", "\n  a: &x {c: 12}\n  b:\n    <<: *x\n    c: 34", "/spec/b/c", "8:8 34", "8:5 c"},
		{"merged twice", "\n  a: &x {c: 12}\n  b: &y {<<: *x}\n  d: {<<: *y}", "/spec/d/c", "5:13 12", "5:10 c"},
		{"wide letters before", "{日本: x, a: 12}", "/spec/a", "4:18 12", "4:15 a"},
		{"an emoji before", "{b: \"😀\", a: 12}", "/spec/a", "4:19 12", "4:16 a"},
		{"a tab before", "{b: 1,\ta:\t12}", "/spec/a", "4:17 12", "4:14 a"},
		{"a next line character in a comment", "{} # x\u0085# y\n" + "x: {a: 12}", "/x/a", "5:8 12", "5:5 a"},
		{"a line separator in a text", "{b: \"x\u2028y\", a: 12}", "/spec/a", "4:21 12", "4:18 a"},
		{"a key with a slash", `{"a/b": 1}`, "/spec/a~1b", "4:15 1", `4:8 "a/b"`},
		{"a key with a tilde", `{"a~1b": 1}`, "/spec/a~01b", "4:16 1", `4:8 "a~1b"`},
		{"a key of digits", `{"0": 1}`, "/spec/0", "4:13 1", `4:8 "0"`},
		{"what is missing in flow", "{a: {b: 1}}", "/spec/a/missing", "4:8 a", "4:8 a"},
		{"what is missing in blocks", "\n  a:\n    b: 1", "/spec/a/missing/deeper", "5:3 a", "5:3 a"},
		{"what is missing in a list", "{a: [{b: 1}]}", "/spec/a/0/c", "4:12 {b: 1}", "4:12 {b: 1}"},
		{"an index that is not there", "{a: [1]}", "/spec/a/5", "4:8 a", "4:8 a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: " + c.spec + "\n"
			for ends, text := range map[string]string{"Unix": text, "Windows": strings.ReplaceAll(text, "\n", "\r\n")} {
				chunk := one(t, text)
				if got := place(chunk.Span(c.pointer)); got != c.value {
					t.Errorf("%s: the value stands at %q, want %q", ends, got, c.value)
				}
				if got := place(chunk.KeySpan(c.pointer)); got != c.key {
					t.Errorf("%s: the key stands at %q, want %q", ends, got, c.key)
				}
			}
		})
	}
}

func TestPlacesInJSONAreThoseOfTheText(t *testing.T) {
	const text = "{\"apiVersion\":\"v1\", \"kind\":\"Service\",\n\t\"metadata\" : {\"name\":\"日本\"},\n\"spec\":{\"a\":[{\"b\" : \"x\\\"y\"},\t{\"c\":-1.5e3}],\"d\":{\"e\":null,\"f\":true}}}"
	chunk := one(t, text)
	for _, c := range []struct{ pointer, value, key string }{
		{"/metadata/name", `2:23 "日本"`, `2:16 "name"`},
		{"/spec/a/0/b", `3:21 "x\"y"`, `3:15 "b"`},
		{"/spec/a/1/c", "3:35 -1.5e3", `3:31 "c"`},
		{"/spec/a/1", `3:30 {"c":-1.5e3}`, `3:30 {"c":-1.5e3}`},
		{"/spec/d/e", "3:53 null", `3:49 "e"`},
		{"/spec/d/f", "3:62 true", `3:58 "f"`},
	} {
		if got := place(chunk.Span(c.pointer)); got != c.value {
			t.Errorf("%s stands at %q, want %q", c.pointer, got, c.value)
		}
		if got := place(chunk.KeySpan(c.pointer)); got != c.key {
			t.Errorf("the key of %s stands at %q, want %q", c.pointer, got, c.key)
		}
	}
}

package schema_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
)

// FuzzParse reads any bytes: nothing panics, and every place lies inside the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", policy, replaced(13, "        time: \"700s"), replaced(5, "\tnamespace: b"), "%YAML 1.1\n---\na: 1\n...\n", "\ufeff" + policy + "---\n\ufeff" + policy,
		"a: &x {b: 1}\nc:\n  <<: [*x]\n  d: *x\n", `{"a":[1,{"b":null}]}{"c":"\u0061"} `, "- a\n- b\n", "a: |\n  ---\n  b\n", "a: \"b\u2028c\u0085d\"\n", "a:\r\n- b\r\n-\tc\r\n",
		"kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: x}}\n", "kind: ServiceList\napiVersion: v1\nitems: [{metadata: {name: x}}, null, 5]\n",
		"? a\n: b\n? [c]\n: d\n", "{a: b}\nc: d\n", "a: {{ .x }}\n", "a: 'it''s'\n", "a: .inf\n", "yes: 1\ntrue: 2\n", "<<<<<<< a\n=======\n>>>>>>> b\n", "a: !!binary \"%\"\n", "\xff\xfea\x00", "日本: [\"a\", {b: 😀}]\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		src := diag.NewSource("a.yaml", string(content))
		for _, c := range text.Split(src) {
			p := schema.Parse(c, "default")
			for _, d := range p.Found {
				inside(t, src, d.Span, said(d))
				if d.Message == "" || d.Help == "" || strings.Contains(d.Message, "yaml:") {
					t.Errorf("no words of ours: %s", said(d))
				}
				for _, r := range d.Related {
					inside(t, src, r.Span, r.Message)
				}
			}
			for _, d := range p.Documents {
				for _, pointer := range []string{"", "/kind", "/metadata", "/metadata/name", "/metadata/labels/a~1b", "/spec", "/spec/a/0/b", "/nothing"} {
					inside(t, src, d.Span(pointer), pointer)
					inside(t, src, d.KeySpan(pointer), "key "+pointer)
				}
				every(d.Value, "", func(pointer string) {
					inside(t, src, d.Span(pointer), pointer)
					inside(t, src, d.KeySpan(pointer), "key "+pointer)
				})
				d.Leftovers()
				_ = d.Decode() // what the struct cannot hold is an error, never a panic
			}
		}
	})
}

// every calls f with the pointer of each value of a tree.
func every(v any, pointer string, f func(string)) {
	f(pointer)
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			every(v[k], pointer+diag.Pointer(k), f)
		}
	case []any:
		for i := range v {
			every(v[i], pointer+diag.Pointer(i), f)
		}
	}
}

func inside(t *testing.T, src *diag.Source, s diag.Span, what string) {
	t.Helper()
	lines := strings.Count(src.Text(), "\n") + 1
	length := utf8.RuneCountInString(src.LineText(s.Line))
	if s.Source != src || s.Line < 1 || s.Line > lines || s.Col < 1 || s.Col > length+1 || s.Len < 1 || s.Col+s.Len > max(length, 1)+2 {
		t.Errorf("%s stands at %s in %d lines, the line has %d runes", what, fmt.Sprintf("%d:%d+%d", s.Line, s.Col, s.Len), lines, length)
	}
}

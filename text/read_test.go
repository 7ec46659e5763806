package text_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestADuplicateKeyNamesBothPlaces(t *testing.T) {
	for _, c := range []struct{ name, text, want, first string }{
		{"top level", "kind: A\nkind: B\n", `2:1+4 duplicate-key: duplicate key "kind" | keep one of the two`, "1:1 kind"},
		{"nested", "a:\n  b: 1\n  c: 2\n  b: 3\n", `4:3+1 duplicate-key: duplicate key "b" | keep one of the two`, "2:3 b"},
		{"in flow", "a: {b: 1, b: 2}\n", `1:11+1 duplicate-key: duplicate key "b" | keep one of the two`, "1:5 b"},
		{"quoted and not", "\"a\": 1\na: 2\n", `2:1+1 duplicate-key: duplicate key "a" | keep one of the two`, `1:1 "a"`},
		{"in a list", "a:\n- b: 1\n  b: 2\n", `3:3+1 duplicate-key: duplicate key "b" | keep one of the two`, "2:3 b"},
		{"under an anchor", "a: &x {b: 1, b: 2}\nc: *x\n", `1:14+1 duplicate-key: duplicate key "b" | keep one of the two`, "1:8 b"},
		{"JSON", `{"a": 1, "b": {"c": 1, "c": 2}}`, `1:24+3 duplicate-key: duplicate key "c" | keep one of the two`, `1:16 "c"`},
		{"JSON, the second object", `{"a": 1}` + "\n" + `{"b": 1, "b": 2}`, `2:10+3 duplicate-key: duplicate key "b" | keep one of the two`, `2:2 "b"`},
		{"the second document", "a: 1\n---\nb: 1\nb: 2\n", `4:1+1 duplicate-key: duplicate key "b" | keep one of the two`, "3:1 b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(c.text)
			expectFindings(t, p.Found, c.want)
			if len(p.Found) == 1 {
				if len(p.Found[0].Related) != 1 || place(p.Found[0].Related[0].Span) != c.first {
					t.Errorf("the first place is %+v, want %s", p.Found[0].Related, c.first)
				}
			}
		})
	}
}

func TestEveryDuplicateKeyIsReported(t *testing.T) {
	p := parse("a: 1\na: 2\na: 3\nb: {c: 1, c: 2}\n")
	var at []string
	for _, d := range p.Found {
		at = append(at, place(d.Span))
	}
	if diff := cmp.Diff([]string{"2:1 a", "3:1 a", "4:11 c"}, at); diff != "" {
		t.Error(diff)
	}
}

func TestTwoSpellingsOfOneKeyAreNeverChosenBetween(t *testing.T) {
	for _, labels := range []string{`1: x, "1": z`, `yes: x, "true": z`, `1.0: x, "1": z`, `0x1: x, 1: z`} {
		t.Run(labels, func(t *testing.T) {
			for range 20 { // a map's order is what would decide
				p := parse("apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {" + labels + "}}\n")
				if len(p.Found) != 1 || p.Found[0].Name != "duplicate-key" || p.Found[0].Line != 3 {
					t.Fatalf("found %q", findings(p.Found))
				}
			}
		})
	}
}

func TestTextThatIsNotUTF8IsNamedByItsFirstBadByte(t *testing.T) {
	encode := func(s string, low, high int) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
			pair := []byte{byte(u), byte(u >> 8)} //nolint:gosec // the two halves are what is wanted
			b.Write([]byte{pair[low], pair[high]})
		}
		return b.String()
	}
	for _, c := range []struct {
		name, text string
		line       int
	}{
		{"Latin-1", policyHead + "# caf\xe9\n", 6},
		{"cut in a letter", policyHead + "# \xe6\x97", 6},
		{"a surrogate", policyHead + "# \xed\xa0\x80\n", 6},
		{"a null byte", policyHead + "spec: \x00\n", 6},
		{"UTF-16, little end first", encode(policyHead, 0, 1), 1},
		{"UTF-16, big end first", encode(policyHead, 1, 0), 1},
		{"binary", "\x7fELF\x02\x01\x01\x00\xff\xfe", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(c.text)
			if len(p.Documents) != 0 || len(p.Found) == 0 {
				t.Fatalf("read %s and found %q", names(p.Documents), findings(p.Found))
			}
			d := p.Found[0]
			if d.Name != "not-utf8" || d.Line != c.line || d.Help == "" {
				t.Errorf("found %s", said(d))
			}
		})
	}
}

func TestTextBehindADocumentThatHasEndedIsNotDropped(t *testing.T) {
	const second = "{apiVersion: v1, kind: Service, metadata: {name: b}}\n"
	for name, text := range map[string]string{
		"flow and flow":           "{apiVersion: v1, kind: Service, metadata: {name: a}}\n" + second,
		"flow and flow, one line": "{apiVersion: v1, kind: Service, metadata: {name: a}} " + second,
		"flow and blocks":         "{a: 1}\n" + policy,
		"a text and blocks":       "\"a\"\n" + policy,
		"an indented first line":  " " + policy,
		"indented blocks":         "  a: 1\n  b: 2\n" + policy,
		"JSON and blocks":         `{"a": 1}` + "\n" + policy,
		"a comment between":       "{a: 1}\n# c\n" + policy,
		"a list and blocks":       "[a, b]\n" + policy,
		"an alias":                "&a {a: 1}\n" + policy,
		"a tag":                   "!!map {a: 1}\n" + policy,
		"behind a separator":      "---\n{a: 1}\n" + policy,
		"on the separator":        "--- {a: 1}\n" + policy,
		"text on the separator":   "--- a\n" + policy,
		"a block scalar":          "--- |\n  a\n" + policy,
		"an indented list":        " - a\n" + policy,
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(text)
			if len(p.Found) == 0 {
				t.Errorf("no finding; read %q, skipped %d", names(p.Documents), p.Skipped)
			}
		})
	}
}

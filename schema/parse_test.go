package schema_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
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

func TestAMergedKeyMayBeOverridden(t *testing.T) {
	d := only(t, "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: &l {a: one, b: two}, annotations: {<<: *l, a: three}}\n")
	if diff := cmp.Diff(map[string]string{"a": "three", "b": "two"}, d.Annotations); diff != "" {
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

func TestTextWithoutObjectsIsNoMistake(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "spaces": " \n\t\n", "comments": "# a\n# b\n", "separators": "---\n---\n---\n", "a byte mark": "\ufeff", "an end marker": "...\n",
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(text)
			expectFindings(t, p.Found)
			if len(p.Documents)+p.Skipped != 0 {
				t.Errorf("%d documents, %d skipped", len(p.Documents), p.Skipped)
			}
		})
	}
}

func TestDocumentsOfOtherKindsAreSkippedAndCounted(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		skipped int
	}{
		"another kind":                     {"apiVersion: apps/v1\nkind: Deployment\n", 1},
		"an old Gateway of Kubernetes":     {"apiVersion: gateway.networking.k8s.io/v1alpha1\nkind: Gateway\nmetadata: {name: a}\n", 1},
		"a Gateway of Istio":               {"apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a}\n", 1},
		"a policy of another sort of Gloo": {"apiVersion: resilience.policy.gloo.solo.io/v2\nkind: RetryTimeoutPolicy\nmetadata: {name: a}\n", 1},
		"no kind at all":                   {"foo: bar\n", 1},
		"Helm values":                      {"replicas: 2\nimage: {tag: 5}\n", 1},
		"an Ansible playbook":              {"- hosts: all\n  tasks: []\n", 1},
		"in a List":                        {"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: apps/v1, kind: Deployment}\n- {apiVersion: v1, kind: Pod}\n", 2},
		"several":                          {"apiVersion: v1\nkind: Pod\n---\n# c\n---\nfoo: bar\n", 2},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(c.text)
			expectFindings(t, p.Found)
			if p.Skipped != c.skipped || len(p.Documents) != 0 {
				t.Errorf("%d skipped, want %d; read %s", p.Skipped, c.skipped, names(p.Documents))
			}
		})
	}
}

func TestAnEmptyListHoldsNothing(t *testing.T) {
	for _, text := range []string{"apiVersion: v1\nkind: List\nitems: []\n", `{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}}`} {
		p := parse(text)
		expectFindings(t, p.Found)
		if len(p.Documents)+p.Skipped != 0 {
			t.Errorf("%d documents, %d skipped in %s", len(p.Documents), p.Skipped, text)
		}
	}
}

func TestItemsOfATypedListNeedNotSayTheirKind(t *testing.T) {
	p := parse("apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicyList\nitems:\n- metadata: {name: a}\n- apiVersion: v1\n  kind: Service\n  metadata: {name: b}\n")
	expectFindings(t, p.Found)
	if got := names(p.Documents); got != "ConnectionPolicy default/a, Service default/b" {
		t.Errorf("read %s", got)
	}
	p = parse("apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}\n")
	if len(p.Documents) != 0 || p.Skipped != 1 {
		t.Errorf("an item without a kind of a plain List: read %s, skipped %d", names(p.Documents), p.Skipped)
	}
}

func TestObjectsWithoutANamespaceGetTheGivenOne(t *testing.T) {
	p := parse("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: c}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: d, namespace: e}\n")
	if got := names(p.Documents); got != "Service default/a, Service c/b, Namespace d" {
		t.Errorf("read %s", got)
	}
	var subjects []string
	for _, d := range p.Documents {
		subjects = append(subjects, d.Subject())
	}
	if got := strings.Join(subjects, ", "); got != "Service a, Service c/b, Namespace d" {
		t.Errorf("they are called %s", got)
	}
}

func TestYAML11WordsAreReadAsKubectlReadsThem(t *testing.T) {
	for _, word := range []string{
		"yes", "Yes", "on", "y", "n", "off", "no", "true", "True", "0o7", "07", "0x1F", "1_000", "1e3", "1.0", "+5", "-5", ".5", "2001-01-01", "2001-01-01T00:00:00Z",
		"12:30:45", "~", "null", "Null", "0b11", "1.", "'yes'", "\"on\"", "0.1e-2", "9007199254740993", "123456789012345678", "=", "<<", "!!str yes", "1e400", "08", "0777",
	} {
		text := "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  word: " + word + "\n"
		var want any
		raw, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(strings.NewReader(string(raw)))
		dec.UseNumber()
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, any(only(t, text).Value)); diff != "" {
			t.Errorf("%s: kubectl reads (-), we read (+):\n%s", word, diff)
		}
	}
}

func TestNumbersKeepEveryDigit(t *testing.T) {
	for _, text := range []string{
		`{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"port":9007199254740993}}`,
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 9007199254740993}\n",
	} {
		spec, _ := only(t, text).Value["spec"].(map[string]any)
		if got := spec["port"]; got != json.Number("9007199254740993") {
			t.Errorf("read %v", got)
		}
	}
}

func TestAListOfObjectsWithoutKindListIsNotPassedOver(t *testing.T) {
	for _, text := range []string{"- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n", `[{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}}]`} {
		p := parse(text)
		if len(p.Documents) == 0 && (len(p.Found) != 1 || p.Found[0].Name != "not-an-object" || p.Found[0].Line != 1) {
			t.Errorf("found %q in %s", findings(p.Found), text)
		}
	}
}

func TestASingleValueIsNotAnObject(t *testing.T) {
	for text, want := range map[string]string{
		"hello\n": "1:1 hello", "# c\n\n\"quoted\" # x\n": `3:1 "quoted"`, "--- 12\n": "1:5 12", "true\n": "1:1 true",
	} {
		p := parse(text)
		if len(p.Found) != 1 || p.Found[0].Name != "not-an-object" || place(p.Found[0].Span) != want {
			t.Errorf("found %q in %q, want it at %s", findings(p.Found), text, want)
		}
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

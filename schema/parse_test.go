package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func TestAMergedKeyMayBeOverridden(t *testing.T) {
	d := only(t, "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: &l {a: one, b: two}, annotations: {<<: *l, a: three}}\n")
	if diff := cmp.Diff(map[string]string{"a": "three", "b": "two"}, d.Annotations); diff != "" {
		t.Error(diff)
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

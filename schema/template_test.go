package schema_test

import (
	"strings"
	"testing"
)

// TestAValueOfATemplateLanguageIsOneFinding has a template in the place of values that are read:
// one finding says so, whatever the value's field would say of it.
func TestAValueOfATemplateLanguageIsOneFinding(t *testing.T) {
	upstream := func(port string) string {
		return "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata:\n  name: a\nspec:\n  static:\n    hosts:\n    - addr: " + port + "\n      port: " + port + "\n"
	}
	for _, c := range []struct{ value, want string }{
		{"${PORT}", "8:13+7 template: this is a template for envsubst or Flux: ${PORT} has no value yet | render it first, for example with: envsubst < FILE | connpolicy validate -f -"},
		{"${PORT:=8080}", "8:13+13 template: this is a template for envsubst or Flux: ${PORT:=8080} has no value yet | render it first, for example with: envsubst < FILE | connpolicy validate -f -"},
		{"'x-{{ .Values.port }}'", "8:13+22 template: this is a template for Helm, Go or Jinja: {{ .Values.port }} has no value yet | render it first, for example with: helm template CHART | connpolicy validate -f -"},
		{"$(PORT)", "8:13+7 template: this is a template for kustomize: $(PORT) has no value yet | render it first, for example with: kustomize build DIR | connpolicy validate -f -"},
		{"#@ data.values.port", "8:13+19 template: this is a template for ytt: #@ data.values.port has no value yet | render it first, for example with: ytt -f DIR | connpolicy validate -f -"},
	} {
		p := parse(upstream(c.value))
		expectFindings(t, p.Found, c.want)
		if len(p.Documents) > 0 {
			t.Errorf("%s: the document is read", c.value)
		}
	}
}

func TestTextsThatLookLikeTemplatesAndAreNot(t *testing.T) {
	for _, text := range []string{
		"apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {x: '${PORT}', y: '{{ .host }}'}}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '${PORT}'}\n",
		"# as ${PORT}\napiVersion: v1\nkind: Service\nmetadata: {name: a$, labels: {a: $x, b: '$5'}}\n",
		"#@author me\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
		strings.Replace(policy, "selector: {}", "selector: {} # {{ all }}", 1),
	} {
		if p := parse(text); len(p.Found) > 0 {
			t.Errorf("found %q in\n%s", findings(p.Found), text)
		}
	}
}

package schema

import (
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
)

func TestWhatIsWrongInAForeignKindIsLeftToOthers(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		foreign    bool
	}{
		{"YAML", "apiVersion: apps/v1\nkind: Deployment\nspec: {\n", true},
		{"in quotes, with comments and CR LF", "apiVersion: 'apps/v1' # here\r\nkind: \"Deployment\"\r\nspec: {\r\n", true},
		{"a tab", "apiVersion: apps/v1\nkind: Deployment\nspec:\n\ta: b\n", true},
		{"JSON", `{"apiVersion":"apps/v1","kind":"Deployment","spec":[1,}}`, true},
		{"a kind of another API group", "apiVersion: cert-manager.io/v1\nkind: Certificate\nspec: {\n", true},
		{"a kind that is read", "apiVersion: v1\nkind: Service\nspec: {\n", false},
		{"JSON of a kind that is read", `{"apiVersion":"v1","kind":"Service","spec":[1,}}`, false},
		{"a kind that is compared", "apiVersion: networking.istio.io/v1\nkind: EnvoyFilter\nspec: {\n", false},
		{"an API group of Gloo", "apiVersion: gateway.solo.io/v1\nkind: RouteTable\nspec: {\n", false},
		{"a kind of Gloo without its group", "kind: ConnectionPolicy\nspec: {\n", false},
		{"no apiVersion", "kind: Deployment\nspec: {\n", false},
		{"a kind that is said twice", "apiVersion: apps/v1\nkind: Deployment\nkind: Service\nspec: {\n", false},
		{"a lost separator", "apiVersion: apps/v1\nkind: Deployment\nspec: {\napiVersion: v1\nkind: Service\n", false},
		{"a list", "apiVersion: v1\nkind: List\nitems: [\n", false},
		{"a kind below the first level", "spec:\n  apiVersion: apps/v1\n  kind: Deployment\n  a: {\n", false},
		{"a kind behind what cannot be read", `{"spec":[1,},"apiVersion":"apps/v1","kind":"Deployment"}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Parse(text.Split(diag.NewSource("in.yaml", tt.text))[0], "default")
			if foreign := p.Skipped == 1 && len(p.Found) == 0; foreign != tt.foreign {
				t.Errorf("%d skipped, %d findings, want them left to others: %t", p.Skipped, len(p.Found), tt.foreign)
			}
		})
	}
}

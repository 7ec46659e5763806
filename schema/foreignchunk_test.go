package schema

import (
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

func TestRepeatedKeysOfForeignKinds(t *testing.T) {
	for _, test := range []struct {
		name, text     string
		found, skipped int
	}{
		{"YAML", "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n  a: 1\n  a: 2\n", 0, 1},
		{"JSON", `{"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "spec": {"a": 1, "a": 2}}`, 0, 1},
		{"a kind that is read", "apiVersion: v1\nkind: Service\nspec:\n  a: 1\n  a: 2\n", 1, 0},
		{"a kind that is read, in another group", "apiVersion: example.com/v1\nkind: Upstream\nspec:\n  a: 1\n  a: 2\n", 1, 0},
		{"a misspelled kind", "apiVersion: gloo.solo.io/v1\nkind: Upstraem\nspec:\n  a: 1\n  a: 2\n", 1, 0},
		{"the kind repeats", "apiVersion: example.com/v1\nkind: A\nkind: B\n", 1, 0},
		{"a list", "apiVersion: v1\nkind: List\nitems:\n- a: 1\n  a: 2\n", 1, 0},
		{"no kind", "apiVersion: example.com/v1\na: 1\na: 2\n", 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Parse(Split(diag.NewSource("f.yaml", test.text))[0], "default")
			if len(p.Found) != test.found || p.Skipped != test.skipped {
				t.Errorf("%d findings, %d skipped, want %d and %d: %v", len(p.Found), p.Skipped, test.found, test.skipped, p.Found)
			}
		})
	}
}

package cli

import (
	"testing"

	"sigs.k8s.io/yaml"
)

// tree is a YAML or JSON text as values.
func tree(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

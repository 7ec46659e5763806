//go:build conventions

package conventions_test

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestKubeconformFindsOurSchemasInTheCatalogsLayout(t *testing.T) {
	kubeconform := goTool(t, "github.com/yannh/kubeconform/cmd/kubeconform", "v0.8.0")
	dir := t.TempDir()
	if o := connpolicy(t, dir, "", "schema", "--dir", "schemas"); o.exit != 0 {
		t.Fatal(o.stderr)
	}
	check := func(manifest string) outcome {
		return execute(t, dir, "", kubeconform, "-strict", "-summary", "-schema-location", "schemas/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json", manifest)
	}
	if o := check(filepath.Join(root, "examples", "gloo-edge", "upstream.yaml")); o.exit != 0 || !strings.Contains(o.stdout, "Valid: 1") {
		t.Errorf("a good manifest: %+v", o)
	}
	if o := check(filepath.Join(root, "golden", "error-unknown-field", "input.yaml")); o.exit == 0 || !strings.Contains(o.stdout, "intervall") {
		t.Errorf("a misspelt field: %+v", o)
	}
}

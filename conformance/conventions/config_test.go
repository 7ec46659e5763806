//go:build conventions

package conventions_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestKubeconformTakesTheConfigurationThatInitWrites(t *testing.T) {
	kubeconform := goTool(t, "github.com/yannh/kubeconform/cmd/kubeconform", "v0.8.0")
	dir := t.TempDir()
	if o := connpolicy(t, dir, "", "schema", "--dir", "schemas"); o.exit != 0 {
		t.Fatal(o.stderr)
	}
	check := func(text string) outcome {
		if err := os.WriteFile(filepath.Join(dir, ".connpolicy.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return execute(t, dir, "", kubeconform, "-strict", "-summary", "-schema-location", "schemas/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json", ".connpolicy.yaml")
	}
	made := connpolicy(t, dir, "", "init", "--config")
	all := regexp.MustCompile(`(?m)^#([^ ]|  )`).ReplaceAllString(made.stdout, "$1") // its examples are made lines that hold
	for name, text := range map[string]string{"as written": made.stdout, "with every key": all} {
		if o := check(text); o.exit != 0 || !strings.Contains(o.stdout, "Valid: 1") {
			t.Errorf("%s: %+v", name, o)
		}
	}
	for _, slip := range []struct{ from, to string }{
		{"target: envoy", "target: envoi"},
		{"inputs:", "inptus:"},
		{"failOn: warning", "failOn: never"},
		{"code: hops-that-forget", "code: hops-that-forgot"},
		{"code: hops-that-forget", "code: syntax"},
		{"recursive: true", "recursive: maybe"},
	} {
		if !strings.Contains(all, slip.from) {
			t.Errorf("init --config does not write %s", slip.from)
		}
		if o := check(strings.Replace(all, slip.from, slip.to, 1)); o.exit == 0 {
			t.Errorf("%s passes: %+v", slip.to, o)
		}
	}
}

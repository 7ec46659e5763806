//go:build conventions

package conventions_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestActionlintFindsNothingInTheWorkflows(t *testing.T) {
	actionlint := goTool(t, "github.com/rhysd/actionlint/cmd/actionlint", "v1.7.12")
	workflows, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	if err != nil || len(workflows) < 2 {
		t.Fatalf("%v %v", workflows, err)
	}
	for _, file := range workflows {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if o := execute(t, root, string(text), actionlint, "-no-color", "-shellcheck=", "-pyflakes=", "-"); o.exit != 0 {
			t.Errorf("%s: %s%s", file, o.stdout, o.stderr)
		}
		if o := execute(t, root, strings.Replace(string(text), "runs-on:", "runs-at:", 1), actionlint, "-no-color", "-shellcheck=", "-pyflakes=", "-"); o.exit == 0 {
			t.Error("actionlint takes everything")
		}
	}
}

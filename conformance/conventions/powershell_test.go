//go:build conventions && linux

package conventions_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// parse says for each text of standard input, between lines of ====, whether it is PowerShell.
const parse = `
import sys, tree_sitter, tree_sitter_powershell
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
for text in sys.stdin.read().split("\n====\n"):
    print("wrong" if parser.parse(text.encode()).root_node.has_error else "right")
`

// TestThePowerShellScriptIsPowerShell reads it by a grammar: PowerShell itself is in none of the
// registries that tests are allowed. What the script does is not proven.
func TestThePowerShellScriptIsPowerShell(t *testing.T) {
	dir := cache(t, "tree-sitter-powershell-0.26.4")
	if _, err := os.Stat(filepath.Join(dir, "tree_sitter_powershell")); err != nil {
		pip := exec.Command("python3", "-m", "pip", "install", "--quiet", "--target", dir, "--upgrade", "tree-sitter==0.26.1", "tree-sitter-powershell==0.26.4")
		if out, err := pip.CombinedOutput(); err != nil {
			missing(t, "tree-sitter-powershell", out)
		}
	}
	script := connpolicy(t, t.TempDir(), "", "completion", "powershell")
	if script.exit != 0 {
		t.Fatal(script.stderr)
	}
	spoilt := strings.Replace(script.stdout, "-ScriptBlock {", "-ScriptBlock (", 1)
	t.Setenv("PYTHONPATH", dir)
	o := execute(t, t.TempDir(), script.stdout+"\n====\n"+spoilt, "python3", "-c", parse)
	if o.stdout != "right\nwrong\n" {
		t.Errorf("the script, and the script spoilt: %+v", o)
	}
}

//go:build conventions

package conventions_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// npmTool is a program of an npm package, installed once.
func npmTool(t *testing.T, pkg, version, program string) string {
	t.Helper()
	dir := cache(t, pkg+"-"+version)
	file := filepath.Join(dir, "node_modules", ".bin", program)
	if _, err := os.Stat(file); err == nil {
		return file
	}
	if out, err := exec.Command("npm", "install", "--prefix", dir, "--no-audit", "--no-fund", pkg+"@"+version).CombinedOutput(); err != nil {
		missing(t, pkg, append(out, err.Error()...))
	}
	return file
}

func TestProbe(t *testing.T) {
	dir := t.TempDir()
	connpolicy(t, dir, "", "schema", "--dir", "schemas")
	e := openEditor(t, dir, map[string]any{})
	text := `# yaml-language-server: $schema=schemas/resilience.policy.gloo.solo.io/connectionpolicy_v2.json
apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata:
  name: a
spec:
  applyToDestinations:
  - kind: 
  config:
    tcp:
      tcpKeepalive:
        time: 10s
        intervall: 5s
        
`
	t.Log(e.open("a.yaml", text))
	t.Log(e.hover("a.yaml", 12, 10))
	t.Log(e.hover("a.yaml", 8, 6))
	for l, d := range e.completions("a.yaml", 14, 9) {
		t.Log(l, "|", d)
	}
	for l, d := range e.completions("a.yaml", 8, 11) {
		t.Log(l, "|", d)
	}
}

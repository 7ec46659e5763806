//go:build conventions

package conventions_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/schema"
)

// npmTool is a program of an npm package, installed once.
func npmTool(t *testing.T, pkg, version, program string) string {
	t.Helper()
	dir := cache(t, pkg+"-"+version)
	file := filepath.Join(dir, "node_modules", ".bin", program)
	if _, err := os.Stat(file); err == nil {
		return file
	}
	if _, err := exec.LookPath("npm"); err != nil {
		missing(t, pkg, []byte("there is no npm; it comes with Node.js"))
	}
	if out, err := exec.Command("npm", "install", "--prefix", dir, "--no-audit", "--no-fund", pkg+"@"+version).CombinedOutput(); err != nil {
		missing(t, pkg, append(out, err.Error()...))
	}
	return file
}

// manifest has a misspelled field in line 12, and is cut short where one is about to type.
const manifest = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata:
  name: keepalive
spec:
  applyToDestinations:
  - kind: VIRTUAL_DESTINATION
  config:
    tcp:
      tcpKeepalive:
        time: 10s
        intervall: 5s
        
`

// mistake is what is said of it.
const mistake = "Property intervall is not allowed."

func modeline(kind string) string {
	for _, k := range schema.Published() {
		if k.Name == kind {
			return "# yaml-language-server: $schema=schemas/" + k.File() + "\n"
		}
	}
	panic("no kind " + kind) // a slip in a test
}

func expectSaid(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("the editor shows %q, and should show %q", got, want)
	}
}

func TestAnEditorChecksWhatTheModelineNames(t *testing.T) {
	eachEditor(t, map[string]any{}, func(t *testing.T, e *editor) {
		expectSaid(t, e.open("policy.yaml", modeline("ConnectionPolicy")+manifest), "13: "+mistake)
		if about := e.hover("policy.yaml", 12, 10); !strings.Contains(about, "How long a connection must be idle before the first probe is sent") || !strings.Contains(about, "7200s") {
			t.Errorf("over time it shows\n%s", about)
		}
		if about := e.hover("policy.yaml", 8, 6); !strings.Contains(about, "A VirtualDestination: a host name for Services in several clusters.") {
			t.Errorf("over kind it shows\n%s", about)
		}
		offered := e.completions("policy.yaml", 14, 9)
		if !strings.Contains(offered["probes"], "1 to 127") || !strings.Contains(offered["interval"], "75s") || offered["time"] != "" {
			t.Errorf("below tcpKeepalive it offers %v", offered)
		}
		text := strings.Replace(manifest, "VIRTUAL_DESTINATION", "", 1)
		e.open("values.yaml", modeline("ConnectionPolicy")+text)
		if offered := e.completions("values.yaml", 8, 11); !strings.Contains(offered["SERVICE"], "A Kubernetes Service.") || offered["VIRTUAL_DESTINATION"] == "" {
			t.Errorf("after kind it offers %v", offered)
		}
	})
}

func TestAModelinesPathCountsFromTheManifestsFolder(t *testing.T) {
	eachEditor(t, map[string]any{}, func(t *testing.T, e *editor) {
		expectSaid(t, e.open("deep/down/policy.yaml", strings.Replace(modeline("ConnectionPolicy"), "schemas/", "../../schemas/", 1)+manifest), "13: "+mistake)
	})
}

func TestEachDocumentHasAModelineOfItsOwn(t *testing.T) {
	eachEditor(t, map[string]any{}, func(t *testing.T, e *editor) {
		upstream := "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a}\nspec:\n  conectionConfig: {}\n"
		said := e.open("both.yaml", modeline("ConnectionPolicy")+manifest+"---\n"+modeline("Upstream")+upstream)
		expectSaid(t, said, "13: "+mistake, "21: Property conectionConfig is not allowed.")
	})
}

func TestAnEditorTakesTheModelineThatInitWrites(t *testing.T) {
	eachEditor(t, map[string]any{}, func(t *testing.T, e *editor) {
		for _, kind := range []string{"ConnectionPolicy", "ListenerConnectionPolicy", "Upstream", "Gateway"} {
			made := connpolicy(t, e.dir, "", "init", "--kind", kind).stdout
			local := strings.Replace(made, schema.Home, "schemas/", 1) // the same file, with no network
			if !strings.HasPrefix(local, modeline(kind)) {
				t.Fatalf("it begins with\n%s", made)
			}
			expectSaid(t, e.open(kind+".yaml", local))
			wrong := strings.Replace(local, "\nspec:\n", "\nspec:\n  nosuchfield: 1\n", 1)
			if said := e.open(kind+"-wrong.yaml", wrong); len(said) != 1 || !strings.Contains(said[0], "Property nosuchfield is not allowed.") {
				t.Errorf("%s with a field too many: %q", kind, said)
			}
		}
	})
}

func TestAnEditorPicksTheSchemaByKindFromAllOfThem(t *testing.T) {
	eachEditor(t, map[string]any{"schemas": map[string]any{"schemas/all.json": []string{"*.yaml"}}}, func(t *testing.T, e *editor) {
		said := e.open("all.yaml", manifest+"---\napiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 1}\n---\napiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec: {bindAddress: '::'}\n")
		expectSaid(t, said, "12: "+mistake, `22: Missing property "bindPort".`)
		expectSaid(t, e.open("deep/down/policy.yaml", manifest), "12: "+mistake)
		expectSaid(t, e.open("values.yaml", "replicas: 1\nimage:\n  tag: v1\n"))
		if about := e.hover("all.yaml", 11, 10); !strings.Contains(about, "7200s") {
			t.Errorf("over time it shows\n%s", about)
		}
		if offered := e.completions("all.yaml", 13, 9); offered["probes"] == "" {
			t.Errorf("below tcpKeepalive it offers %v", offered)
		}
		e.open("kind.yaml", "apiVersion: gloo.solo.io/v1\nkind: \n")
		if _, offers := e.completions("kind.yaml", 2, 7)["Upstream"]; !offers {
			t.Errorf("after kind it offers %v", e.completions("kind.yaml", 2, 7))
		}
	})
}

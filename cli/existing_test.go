package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const kubeUpstream = `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: orders, namespace: gloo-system}
spec: {kube: {serviceName: orders, serviceNamespace: store, servicePort: 80}, connectionConfig: {tcpKeepalive: {keepaliveTime: 60s, keepaliveInterval: 20s}}}
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: store}
spec: {ports: [{port: 80}]}
`

// handmade is a policy for the Service of kubeUpstream that was written by hand.
func handmade(name, labels string) string {
	return `apiVersion: gateway.kgateway.dev/v1alpha1
kind: BackendConfigPolicy
metadata: {name: ` + name + `, namespace: store, labels: {` + labels + `}}
spec: {targetRefs: [{group: "", kind: Service, name: orders}], tls: {wellKnownCACertificates: System}}
`
}

func TestAnObjectThatIsNotOursIsNotReplacedSilently(t *testing.T) {
	const ours = "app.kubernetes.io/managed-by: connpolicy"
	compile := []string{"compile", "--target", "kgateway", "in.yaml"}
	for _, tt := range []struct {
		name         string
		input, other string // in.yaml, and out/other.yaml
		args         []string
		code         int
		says         string // "" for no finding about what is there
		written      bool
	}{
		{"in the input", kubeUpstream + "---\n" + handmade("orders", ""), "", compile, 0, "tls is removed [object-replaced]", true},
		{"in the input, with --fail-on", kubeUpstream + "---\n" + handmade("orders", ""), "", append(compile, "--fail-on", "warning"), ExitFindings, "nothing written", false},
		{"in the output directory", kubeUpstream, handmade("orders", ""), compile, 0, "out/other.yaml:3:18: warning: this BackendConfigPolicy", true},
		{"in the output directory, with --fail-on", kubeUpstream, handmade("orders", ""), append(compile, "--fail-on", "warning"), ExitFindings, "nothing written", false},
		{"in the output directory, by migrate", kubeUpstream, handmade("orders", ""), []string{"migrate", "--to", "kgateway", "in.yaml"}, 0, "tls is removed [object-replaced]", true},
		{"by migrate with --fail-on", kubeUpstream, handmade("orders", ""), []string{"migrate", "--to", "kgateway", "in.yaml", "--fail-on", "warning"}, ExitFindings, "nothing written", false},
		{"in the input of migrate", kubeUpstream + "---\n" + handmade("orders", ""), "", []string{"migrate", "--to", "kgateway", "in.yaml", "--fail-on", "warning"}, ExitFindings, "nothing written", false},
		{"ours", kubeUpstream + "---\n" + handmade("orders", ours), "", append(compile, "--fail-on", "warning"), 0, "", true},
		{"by another name", kubeUpstream, handmade("team", ""), compile, 0, "[existing-policy]", true},
		{"by another name, with --fail-on", kubeUpstream, handmade("team", ""), append(compile, "--fail-on", "warning"), ExitFindings, "nothing written", false},
		{"of another target", kubeUpstream, strings.Replace(handmade("orders", ""), "gateway.kgateway.dev", "gateway.example.com", 1), compile, 0, "", true},
		{"a file that is no YAML", kubeUpstream, "gateway.kgateway.dev: [\n", compile, 0, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{"in.yaml": tt.input}
			if tt.other != "" {
				files["out/other.yaml"] = tt.other
			}
			for name, text := range files {
				path := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got := runIn(t, dir, "", append(tt.args, "--output-dir", "out")...)
			if got.code != tt.code || !strings.Contains(got.err, tt.says) || tt.says == "" && strings.Contains(strings.Replace(got.err, "1 BackendConfigPolicy skipped", "", 1), "BackendConfigPolicy") {
				t.Errorf("exit %d, want %d\n%s", got.code, tt.code, got.err)
			}
			if _, err := os.Stat(filepath.Join(dir, "out", "backendconfigpolicy_store_orders.yaml")); (err == nil) != tt.written {
				t.Errorf("written: %t, want %t\n%s", err == nil, tt.written, got.err)
			}
		})
	}
}

func TestWhatWouldBeReplacedHoldsBackStandardOutput(t *testing.T) {
	input := kubeUpstream + "---\n" + handmade("orders", "")
	if got := runIn(t, t.TempDir(), input, "compile", "--target", "kgateway", "-", "--fail-on", "warning"); got.code != ExitFindings || got.out != "" {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if got := runIn(t, t.TempDir(), input, "compile", "--target", "kgateway", "-"); got.code != 0 || !strings.Contains(got.out, "keepAliveTime: 60s") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

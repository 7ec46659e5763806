package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/report"
	"github.com/google/go-cmp/cmp"
)

const migrateInput = `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: reviews, namespace: gloo-system}
spec:
  kube: {serviceName: reviews, serviceNamespace: shop, servicePort: 9080}
  connectionConfig:
    connectTimeout: 3s
    tcpKeepalive: {keepaliveTime: 60s, keepaliveInterval: 20s}
  circuitBreakers: {maxConnections: 0}
  preconnectPolicy: {perUpstreamPreconnectRatio: 1.5}
  loadBalancerConfig: {roundRobin: {}}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {ports: [{name: http, port: 9080}]}
---
apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: {name: shop, namespace: gloo-system}
`

// migrateDir holds gloo/deep/all.yaml.
func migrateDir(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	place(t, filepath.Join(dir, "gloo", "deep", "all.yaml"), text)
	return dir
}

func place(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestMigrateAccountsForEveryFieldOfATree(t *testing.T) {
	want := content(t, filepath.Join("testdata", "migration.md"))
	dir := migrateDir(t, migrateInput)
	got := runIn(t, dir, "", "migrate", "gloo", "--to", "kgateway", "--output-dir", "out")
	if got.code != ExitDone || got.out != "" || !strings.Contains(got.err, "1 object and MIGRATION.md in out, 2 written") {
		t.Fatalf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
	if diff := cmp.Diff(want, content(t, filepath.Join(dir, "out", "MIGRATION.md"))); diff != "" {
		t.Errorf("MIGRATION.md (-want +got):\n%s", diff)
	}
	if policy := content(t, filepath.Join(dir, "out", "backendconfigpolicy_shop_reviews.yaml")); !strings.Contains(policy, "keepAliveTime: 60s") {
		t.Errorf("the policy has no keepalive:\n%s", policy)
	}
}

func TestMigrateNeverReadsWhatItHasWritten(t *testing.T) {
	dir := migrateDir(t, migrateInput)
	args := []string{"migrate", ".", "--to", "istio", "--output-dir", "gloo/out"}
	first := runIn(t, dir, "", args...)
	before := content(t, filepath.Join(dir, "gloo", "out", "MIGRATION.md"))
	second := runIn(t, dir, "", args...)
	if first.code != ExitDone || second.code != ExitDone || !strings.Contains(second.err, "in gloo/out, 0 written") {
		t.Errorf("first: %s\nsecond: %s", first.err, second.err)
	}
	if diff := cmp.Diff(before, content(t, filepath.Join(dir, "gloo", "out", "MIGRATION.md"))); diff != "" {
		t.Errorf("the second run writes another account:\n%s", diff)
	}
}

func TestMigrateChecksThatTheOutputIsCurrent(t *testing.T) {
	dir := migrateDir(t, migrateInput)
	args := []string{"migrate", "gloo", "--to", "kgateway", "--output-dir", "out"}
	check := append(args, "--check")
	stale := runIn(t, dir, "", check...)
	if _, err := os.Stat(filepath.Join(dir, "out")); stale.code != ExitFindings || !strings.Contains(stale.out, "+++ out/MIGRATION.md") || err == nil {
		t.Errorf("exit code %d, or something was written\n%s", stale.code, stale.out)
	}
	runIn(t, dir, "", args...)
	if got := runIn(t, dir, "", check...); got.code != ExitDone || got.out != "" || !strings.Contains(got.err, "out is current") {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
	path := filepath.Join(dir, "out", "MIGRATION.md")
	place(t, path, content(t, path)+"checked by hand\n")
	if got := runIn(t, dir, "", check...); got.code != ExitFindings || !strings.Contains(got.out, "-checked by hand") {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestMigrateRefusesWhatItWouldSpoil(t *testing.T) {
	for _, c := range []struct {
		name, file, text string // beside the input
		args             []string
		says             string
	}{
		{"no target", "", "", []string{"--output-dir", "out"}, "write --to istio or kgateway or envoy-gateway"},
		{"a target without gateways", "", "", []string{"--to", "envoy", "--output-dir", "out"}, `--to cannot be "envoy"`},
		{"no directory", "", "", []string{"--to", "istio"}, "migrate needs a directory to write to"},
		{"input as output", "", "", []string{"--to", "istio", "--output-dir", "./gloo/"}, "./gloo/ is both input and output"},
		{"manifests below the output", "gloo/out/more.yaml", "kind: Service\n", []string{"--to", "istio", "--output-dir", "gloo/out"}, "which connpolicy did not write"},
		{"somebody's MIGRATION.md", "out/MIGRATION.md", "# Our plan\n", []string{"--to", "istio", "--output-dir", "out"}, "is not replaced: it was not written by connpolicy"},
		{"somebody's MIGRATION.md in a check", "out/MIGRATION.md", "# Our plan\n", []string{"--to", "istio", "--output-dir", "out", "--check"}, "is not replaced"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := migrateDir(t, migrateInput)
			if c.file != "" {
				place(t, filepath.Join(dir, filepath.FromSlash(c.file)), c.text)
			}
			got := runIn(t, dir, "", append([]string{"migrate", "gloo"}, c.args...)...)
			if got.code != ExitUsage || !strings.Contains(got.err, c.says) {
				t.Errorf("exit code %d\n%s", got.code, got.err)
			}
			if c.file != "" && content(t, filepath.Join(dir, filepath.FromSlash(c.file))) != c.text {
				t.Error("it was written over")
			}
			if wrote, _ := filepath.Glob(filepath.Join(dir, "*", "destinationrule*")); len(wrote) > 0 {
				t.Errorf("%v was written", wrote)
			}
		})
	}
}

func TestMigrateWritesNothingOfATreeWithErrors(t *testing.T) {
	dir := migrateDir(t, strings.Replace(migrateInput, "60s", "60", 1)+"---\n"+strings.Replace(goodPolicy, "300s", "300", 1))
	got := runIn(t, dir, "", "migrate", "gloo", "--to", "kgateway", "--output-dir", "out")
	if _, err := os.Stat(filepath.Join(dir, "out")); got.code != ExitFindings || !strings.Contains(got.err, "nothing written") || err == nil {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestMigrationTablesSurviveAnyText(t *testing.T) {
	dir := migrateDir(t, `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: gateway-proxy, namespace: gloo-system}
spec:
  bindAddress: '::'
  bindPort: 8080
  httpGateway: {}
  options:
    socketOptions:
    - {description: "one | two `+"``three`` `"+` <img src=x>\n| --- |", level: 1, name: 9, intValue: 1}
    - {description: "", level: 6, name: 4, intValue: 60}
`)
	got := runIn(t, dir, "", "migrate", "gloo", "--to", "istio", "--gateway-selector", "app=gw", "--output-dir", "out")
	if got.code != ExitDone {
		t.Fatalf("exit code %d\n%s", got.code, got.err)
	}
	text := content(t, filepath.Join(dir, "out", "MIGRATION.md"))
	if !strings.Contains(text, "```one \\| two ``three`` ` <img src=x>⏎\\| --- \\|```") {
		t.Errorf("the description is not in one cell:\n%s", text)
	}
	cells := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "|") {
			cells = 0
			continue
		}
		now := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if cells != 0 && now != cells {
			t.Errorf("this row has %d cells of %d: %s", now, cells, line)
		}
		cells = now
	}
	if !strings.HasPrefix(text, report.MigrationMark) {
		t.Error("a later run would not know its own file")
	}
}

func TestSettingsLeftBehindCountAsAWarning(t *testing.T) {
	const connections = `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: reviews, namespace: gloo-system}
spec:
  kube: {serviceName: reviews, serviceNamespace: shop, servicePort: 9080}
`
	nothing := migrateDir(t, connections+"  connectionConfig: {connectTimeout: 3s}\n")
	args := []string{"migrate", "gloo", "--to", "envoy-gateway", "--output-dir", "out"}
	got := runIn(t, nothing, "", args...)
	if want := "; no object but MIGRATION.md in out, 1 written; fields: 0 migrated, 0 migrated with a change, 1 not migrated, "; got.code != ExitDone || !strings.Contains(got.err, want) {
		t.Errorf("exit code %d, want the numbers:\n%s", got.code, got.err)
	}
	for _, format := range []string{"text", "json", "jsonl", "sarif"} {
		if got := runIn(t, nothing, "", append(args, "--fail-on", "warning", "--format", format)...); got.code != ExitFindings {
			t.Errorf("--format %s: exit code %d, though nothing is carried", format, got.code)
		}
	}
	// The warning about the route that is missing is suppressed, and the field is left behind all the same.
	suppressed := migrateDir(t, strings.Replace(connections, "name: reviews,", "name: reviews, annotations: {ignore.connpolicy.dev/route-missing: later, ignore.connpolicy.dev/service-missing: later},", 1)+"  connectionConfig: {connectTimeout: 3s}\n")
	if got := runIn(t, suppressed, "", append(args, "--fail-on", "warning")...); got.code != ExitFindings {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
	whole := migrateDir(t, migrateInput)
	all := strings.Replace(migrateInput, "  circuitBreakers: {maxConnections: 0}\n  preconnectPolicy: {perUpstreamPreconnectRatio: 1.5}\n", "", 1)
	place(t, filepath.Join(whole, "gloo", "deep", "all.yaml"), all)
	got = runIn(t, whole, "", "migrate", "gloo", "--to", "kgateway", "--output-dir", "out", "--fail-on", "warning")
	if got.code != ExitDone || !strings.Contains(got.err, "; fields: 3 migrated, 0 migrated with a change, 0 not migrated, ") || !strings.Contains(got.err, "; not read: 1 VirtualService of gateway.solo.io/v1") {
		t.Errorf("exit code %d, though every setting is carried:\n%s", got.code, got.err)
	}
}

func TestTimingsOfAKeepaliveThatIsOffChangeNothing(t *testing.T) {
	dir := migrateDir(t, `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: web, namespace: edge}
spec:
  bindAddress: '::'
  bindPort: 8080
  httpGateway: {}
  options: {socketOptions: [{level: 6, name: 4, intValue: 60}], perConnectionBufferLimitBytes: 4096}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: edge}
spec: {gatewayClassName: any, listeners: [{name: http, port: 8080, protocol: HTTP}]}
`)
	if got := runIn(t, dir, "", "migrate", "gloo", "--to", "kgateway", "--output-dir", "out"); got.code != ExitDone {
		t.Fatal(got.err)
	}
	if text := content(t, filepath.Join(dir, "out", "MIGRATION.md")); strings.Contains(text, "`7200s`") || !strings.Contains(text, "`keepalive.on`") && !strings.Contains(text, "`bufferLimit`") {
		t.Errorf("keepalive is off before and after, and its time is said to change:\n%s", text)
	}
}

func TestMigrateNamesTheTargetsFieldForASettingThatIsNotCompiled(t *testing.T) {
	const text = `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: web, namespace: edge}
spec:
  bindAddress: '::'
  bindPort: 8080
  httpGateway:
    options:
      connectionLimit: {maxActiveConnections: 100}
      httpConnectionManagerSettings: {maxHeadersCount: 50, delayedCloseTimeout: 2s, serverName: web}
`
	const row = "` | **not migrated** | not compiled; "
	for target, wants := range map[string][]string{
		"kgateway":      {"`50" + row + "kgateway's field for it is ListenerPolicy httpSettings.maxHeadersCount |", "`100" + row + "kgateway has no field for it |"},
		"envoy-gateway": {"`50" + row + "Envoy Gateway has no field for it |", "`100" + row + "Envoy Gateway's field for it is ClientTrafficPolicy connection.connectionLimit.value |"},
		"istio":         {"`100" + row + "Istio's field for it is ProxyConfig connectionSettings: listenerConnectionLimit |", "`2s" + row + "an EnvoyFilter can set Envoy's delayed\\_close\\_timeout |"},
	} {
		dir := migrateDir(t, text)
		got := runIn(t, dir, "", "migrate", "gloo", "--to", target, "--output-dir", "out")
		account := content(t, filepath.Join(dir, "out", "MIGRATION.md"))
		for _, want := range append(wants, "`web` |  | not about connections: migrate it by other means |") {
			if !strings.Contains(account, want) {
				t.Errorf("--to %s lacks %q:\n%s\n%s", target, want, account, got.err)
			}
		}
	}
}

func TestMigrateNamesWhyALeftOutUpstreamsSettingsAreLeftBehind(t *testing.T) {
	const connection = "  connectionConfig: {connectTimeout: 3s}\n"
	dir := t.TempDir()
	file(t, dir, "in/a.yaml", "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: model, namespace: b}\nspec:\n  ai: {}\n"+connection+
		"---\napiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: lambda, namespace: b}\nspec:\n  aws: {region: eu-west-1}\n"+connection)
	got := runIn(t, dir, "", "migrate", "in", "--to", "kgateway", "--output-dir", "out")
	text := content(t, filepath.Join(dir, "out", "MIGRATION.md"))
	for _, why := range []string{"the type ai exists in Gloo Edge Enterprise only", "spec.aws has no secretRef"} {
		if got.code != ExitDone || !strings.Contains(text, "**not migrated** | "+why) {
			t.Errorf("exit code %d, not %q\n%s", got.code, why, text)
		}
	}
}

func TestMigrateNamesWhatWasNotReadByKindAndGroup(t *testing.T) {
	dir := workDir(t)
	tree := ordinaryTree()
	for _, name := range []string{"charts/gloo/values.yaml", "envoy/bootstrap.yaml", "flux/release.yaml", "edge/rendered.yaml"} {
		file(t, dir, name, tree[name])
	}
	got := runIn(t, dir, "", "migrate", "-R", "charts", "envoy", "flux", "edge", "--to", "kgateway", "--output-dir", "moved")
	text := textOf(t, filepath.Join(dir, "moved", migrationFile))
	for _, line := range []string{"`ConfigMap of v1`", "`Envoy bootstrap`", "`Helm values file`", "`HelmRelease of helm.toolkit.fluxcd.io/v2`"} {
		if !strings.Contains(text, "\n- "+line+": 1\n") {
			t.Errorf("%s is missing among what was not read:\n%s%s", line, text, got.err)
		}
	}
}

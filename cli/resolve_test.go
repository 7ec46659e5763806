package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twoPolicies decide the ports of one Service: the older one wins.
const twoPolicies = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: calm, namespace: bookinfo, creationTimestamp: "2026-01-01T00:00:00Z"}
spec:
  applyToDestinations: [{selector: {name: ratings}}]
  config: {tcp: {maxConnections: 7, tcpKeepalive: {time: 200s, interval: 20s}}}
---
apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: eager, namespace: bookinfo, creationTimestamp: "2026-02-01T00:00:00Z"}
spec:
  applyToDestinations: [{selector: {}}]
  config: {tcp: {connectTimeout: 3s}}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: bookinfo}
spec: {ports: [{name: http, port: 9080}]}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
`

// policiesDir holds two.yaml.
func policiesDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "two.yaml", twoPolicies)
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestResolveNamesTheOriginOfEverySetting(t *testing.T) {
	got := runIn(t, policiesDir(t), "", "resolve", "--host", "ratings*", "--hop", "aws-nlb", "two.yaml")
	want := `ratings.bookinfo.svc.cluster.local:9080  HTTP  gateway → destination  Service bookinfo/ratings
  decided by ConnectionPolicy bookinfo/calm (two.yaml:3:18)
  overridden ConnectionPolicy bookinfo/eager (two.yaml:10:18): the owner takes precedence, as it is older
  SETTING                   VALUE     FROM
  connectTimeout            10s       Istio's default
  keepalive.on              on        two.yaml:6:51
  keepalive.time            200s      two.yaml:6:58
  keepalive.interval        20s       two.yaml:6:74
  keepalive.probes          9         the kernel's default
  limits.maxConnections     7         two.yaml:6:34
  maxRequestsPerConnection  no limit  Istio's default
  http.idleTimeout          3600s     Envoy's default
  while idle: first probe after 200s, a dead peer is noticed after 380s
  hop aws-nlb 350s: held by keepalive
`
	if diff := cmp.Diff(want, got.out); diff != "" || got.code != ExitDone {
		t.Errorf("exit %d\n%s", got.code, diff)
	}
}

func TestFiltersChooseConnections(t *testing.T) {
	dir := policiesDir(t)
	for _, tt := range []struct {
		args []string
		want string // the places, by their names' first words
	}{
		{nil, "ratings reviews"},
		{[]string{"--host", "reviews.shop.svc.cluster.local"}, "reviews"},
		{[]string{"--host", "reviews"}, ""},
		{[]string{"--name", "ratings"}, "ratings"},
		{[]string{"--in-namespace", "shop"}, "reviews"},
		{[]string{"--from-policy", "bookinfo/calm"}, "ratings"},
		{[]string{"--from-policy", "eager"}, "ratings reviews"}, // it lost one of them
		{[]string{"--from-policy", "eager", "--name", "rev*"}, "reviews"},
	} {
		got := runIn(t, dir, "", append(append([]string{"resolve", "-o", "timeline"}, tt.args...), "two.yaml")...)
		var names []string
		for line := range strings.Lines(got.out) {
			if name, _, found := strings.Cut(line, "."); found && !strings.HasPrefix(line, " ") {
				names = append(names, name)
			}
		}
		if strings.Join(names, " ") != tt.want || got.code != ExitDone {
			t.Errorf("%v shows %q, want %q; exit %d\n%s", tt.args, names, tt.want, got.code, got.err)
		}
	}
	if got := runIn(t, dir, "", "resolve", "--host", "[a", "two.yaml"); got.code != ExitUsage || !strings.Contains(got.err, `--host cannot be "[a"`) {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
}

func TestResolveWritesForPrograms(t *testing.T) {
	dir := policiesDir(t)
	first := func(format string) map[string]any {
		got := runIn(t, dir, "", "resolve", "-o", format, "--hop", "aws-alb", "--name", "ratings", "two.yaml")
		return tree(t, got.out).(map[string]any)["connections"].([]any)[0].(map[string]any)
	}
	c := first("json")
	if diff := cmp.Diff(c, first("yaml")); diff != "" {
		t.Errorf("YAML says something else than JSON:\n%s", diff)
	}
	want := map[string]any{
		"decidedBy": map[string]any{"kind": "ConnectionPolicy", "namespace": "bookinfo", "name": "calm", "file": "two.yaml", "line": 3.0},
		"keepalive": map[string]any{"on": true, "firstProbeAfterSeconds": 200.0, "deadPeerAfterSeconds": 380.0},
		"hops":      []any{map[string]any{"id": "aws-alb", "class": "proxy", "timeoutSeconds": 60.0, "verdict": "closed"}},
		"shadowed":  []any{map[string]any{"kind": "ConnectionPolicy", "namespace": "bookinfo", "name": "eager", "file": "two.yaml", "line": 10.0, "why": "it is older"}},
	}
	for key, value := range want {
		if diff := cmp.Diff(value, c[key]); diff != "" {
			t.Errorf("%s:\n%s", key, diff)
		}
	}
	settings := map[string]any{}
	for _, s := range c["settings"].([]any) {
		settings[s.(map[string]any)["name"].(string)] = s
	}
	if diff := cmp.Diff(map[string]any{"name": "keepalive.time", "value": "200s", "text": "200s", "file": "two.yaml", "line": 6.0, "column": 58.0}, settings["keepalive.time"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"name": "connectTimeout", "value": "10s", "text": "10s", "default": "Istio's default"}, settings["connectTimeout"]); diff != "" {
		t.Error(diff)
	}
}

func TestResolveDrawsWhoDecidesWhat(t *testing.T) {
	dir := policiesDir(t)
	want := `graph LR
  n0["ratings.bookinfo.svc.cluster.local:9080<br/>keepalive 200s / 20s / 9"]
  n1["ConnectionPolicy bookinfo/calm"]
  n2["ConnectionPolicy bookinfo/eager"]
  n3["reviews.shop.svc.cluster.local:80<br/>keepalive off"]
  n1 --> n0
  n2 -. "overridden: it is older" .-> n0
  n2 --> n3
`
	if diff := cmp.Diff(want, runIn(t, dir, "", "resolve", "-o", "mermaid", "two.yaml").out); diff != "" {
		t.Error(diff)
	}
	dot := runIn(t, dir, "", "resolve", "-o", "dot", "two.yaml").out
	if !strings.Contains(dot, `n2 -> n0 [style=dashed, color=red, label="overridden: it is older"];`) || !strings.HasSuffix(dot, "}\n") {
		t.Error(dot)
	}
}

func TestResolveShowsNothingOfAWrongInput(t *testing.T) {
	dir := policiesDir(t)
	write(t, dir, "two.yaml", strings.Replace(twoPolicies, "200s", "200", 1))
	got := runIn(t, dir, "", "resolve", "two.yaml")
	if got.out != "" || got.code != ExitFindings || !strings.Contains(got.err, "[duration-without-unit]") || !strings.Contains(got.err, "nothing resolved") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestResolveJudgesAListenerByTheProxyThatSendsItRequests(t *testing.T) {
	const gateway = "apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: web, namespace: gloo}\nspec: {bindAddress: '::', bindPort: 8080, httpGateway: {options: {httpConnectionManagerSettings: {idleTimeout: IDLE}}}}\n"
	for idle, want := range map[string]string{"30s": "closes first", "60s": "closes first", "61s": "safe", "0s": "safe"} {
		got := runIn(t, t.TempDir(), strings.Replace(gateway, "IDLE", idle, 1), "resolve", "-o", "json", "--hop", "aws-alb", "-")
		hops := tree(t, got.out).(map[string]any)["connections"].([]any)[0].(map[string]any)["hops"].([]any)
		if verdict := hops[0].(map[string]any)["verdict"]; verdict != want {
			t.Errorf("with an idle timeout of %s the verdict is %v, want %s", idle, verdict, want)
		}
	}
}

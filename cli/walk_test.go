package cli

import (
	"strings"
	"testing"
)

// policyFor is a ConnectionPolicy for a Service, with a keepalive that a load balancer outlives.
func policyFor(name, time string) string {
	return "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: " + name + ", namespace: b}\nspec:\n  applyToDestinations: [{selector: {name: " + name + "}}]\n  config: {tcp: {tcpKeepalive: {time: " + time + "}}}\n"
}

const chartTemplate = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec: {ports: [{port: 80}]}\n"

func TestOtherToolsFilesInDirectoriesAreNoErrors(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"app/service.yaml":                 service("a"),
		"tsconfig.json":                    "{\n  // comments are allowed here\n  \"compilerOptions\": {},\n}\n",
		"package.json":                     `{"name": "web"}`,
		"version.json":                     "3\n",
		"word.yaml":                        "text\n",
		".vscode/settings.json":            "{ // comment\n}",
		".github/workflows/ci.yaml":        "on: push\n",
		"node_modules/x/broken.yaml":       "a: b: c\n",
		"ci/pipeline.yaml":                 "steps:\n- run: a: b\n",
		"argo/set.yaml":                    "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec: {a: 1, a: 2}\n",
		"charts/web/templates/svc.yaml":    chartTemplate,
		"charts/web/templates/policy.yaml": strings.Replace(policyFor("a", "300s"), "name: a,", "name: '{{ .Release.Name }}',", 1),
		"charts/web/templates/other.yaml":  "{{- if .Values.x }}\nkind: Secret\n{{- end }}\n",
		"charts/web/values.yaml":           "replicas: 2\n",
		"flux/policy.yaml":                 strings.Replace(policyFor("a", "${IDLE}"), "time: ${IDLE}", "time: ${IDLE}", 1),
		"latin1.json":                      "{\"a\": \"\xe9\"}",
	} {
		file(t, dir, name, text)
	}
	got := runIn(t, dir, "", "validate", "-R", "-f", ".")
	if got.code != ExitDone || !strings.HasPrefix(documents(got), "1 document (") || !strings.Contains(documents(got), "3 templates not rendered") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
	for _, name := range []string{"tsconfig.json", "version.json", "charts/web/templates/svc.yaml", "node_modules/x/broken.yaml", "latin1.json"} {
		if got := runIn(t, dir, "", "validate", name); got.code == ExitDone {
			t.Errorf("%s is named, and passes:\n%s", name, got.err)
		}
	}
	if got := runIn(t, dir, "", "validate", "argo/set.yaml"); got.code != ExitDone {
		t.Errorf("the key that repeats in an object of another kind: exit code %d\n%s", got.code, got.err)
	}
	if got := runIn(t, dir, "", "validate", "-R", "node_modules"); !strings.Contains(documents(got), "0 documents (1 of other kinds skipped)") {
		t.Errorf("node_modules is named: %s", got.err)
	}
}

func TestABrokenManifestInADirectoryIsAnError(t *testing.T) {
	for _, text := range []string{
		"apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: a: b}\n",
		"apiVersion: v1\nkind: Service\nmetadata:\n\tname: a\n",
		strings.Replace(policyFor("a", "300s"), "time:", "tyme:", 1),
		"apiVersion: gloo.solo.io/v1\nkind: Upstraem\nmetadata: {name: a}\n",
	} {
		dir := t.TempDir()
		file(t, dir, "x/a.yaml", text)
		if got := runIn(t, dir, "", "validate", "-R", "."); got.code == ExitDone {
			t.Errorf("%q passes:\n%s", text, got.err)
		}
	}
}

func TestPatchesOfKustomizeAreNotObjects(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "base/kustomization.yaml", "resources: [service.yaml, policy.yaml]\n")
	file(t, dir, "base/service.yaml", service("a"))
	file(t, dir, "base/policy.yaml", policyFor("a", "300s"))
	file(t, dir, "overlays/prod/kustomization.yaml", "resources: [../../base]\npatches:\n- path: idle.yaml\n- patch: |-\n    - op: remove\n      path: /spec\n  target: {kind: Service}\npatchesStrategicMerge: [./ports.yaml]\n")
	file(t, dir, "overlays/prod/idle.yaml", "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: a}\nspec: {config: {tcp: {tcpKeepalive: {time: 700s}}}}\n")
	file(t, dir, "overlays/prod/ports.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {ports: []}\n")
	got := runIn(t, dir, "", "validate", "-R", ".")
	if got.code != ExitDone || !strings.Contains(documents(got), "2 documents (2 of other kinds skipped; 2 kustomize patches not applied)") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestDirectoriesWithDifferentObjectsAreSets(t *testing.T) {
	dir := t.TempDir()
	for _, cluster := range []string{"production", "staging"} {
		file(t, dir, "clusters/"+cluster+"/service.yaml", service("a"))
		file(t, dir, "clusters/"+cluster+"/same.yaml", service("same"))
	}
	file(t, dir, "clusters/production/policy.yaml", policyFor("a", "700s"))
	file(t, dir, "clusters/staging/policy.yaml", policyFor("a", "300s"))
	got := runIn(t, dir, "", "validate", "clusters/production", "clusters/staging", "-R", "--hop=aws-nlb")
	if got.code != ExitDone || strings.Count(got.err, "[hop-idle-timeout]") != 1 || !strings.Contains(got.err, "; 2 sets judged, each by itself: clusters/production, clusters/staging") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
	got = runIn(t, dir, "", "compile", "-R", "clusters")
	if got.code != ExitFindings || strings.Count(got.err, "[duplicate-object]") != 1 || !strings.Contains(got.err, "--cluster production=clusters/production --cluster staging=clusters/staging") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
	got = runIn(t, dir, "", "compile", "-R", "clusters", "--cluster", "production=clusters/production", "--cluster", "staging=clusters/staging")
	if got.code != ExitDone || strings.Count(got.out, "kind: DestinationRule") != 2 {
		t.Errorf("with its clusters named: exit code %d\n%s%s", got.code, got.out, got.err)
	}
	for _, args := range [][]string{{"compile", "-R", "clusters/production"}, {"resolve", "-R", "clusters/staging"}} {
		if got := runIn(t, dir, "", args...); got.code != ExitDone {
			t.Errorf("%v: exit code %d\n%s", args, got.code, got.err)
		}
	}
}

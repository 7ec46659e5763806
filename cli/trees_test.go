package cli

import (
	"maps"
	"strings"
	"testing"
)

// object is a manifest on one line, as other tools' objects are in the tree below.
func object(apiVersion, kind, name, spec string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + ", namespace: b}\nspec: " + spec + "\n"
}

// ordinaryTree is a repository laid out as public ones are: several clusters, a kustomize base with
// overlays, a chart, other tools' files, Gloo Mesh 1.x beside 2.x, App Mesh, Argo CD, Istio, and
// Upstreams of Gloo Edge Enterprise.
func ordinaryTree() map[string]string {
	files := map[string]string{
		"shared/same.yaml":                  service("same"),
		"base/kustomization.yaml":           "resources: [policy.yaml, service.yaml]\n",
		"base/policy.yaml":                  policyFor("web", "310s"),
		"base/service.yaml":                 service("web"),
		"overlays/prod/kustomization.yaml":  "resources: [../../base]\npatches: [{path: patch.yaml}]\n",
		"overlays/prod/patch.yaml":          "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: web}\nspec: {config: {tcp: {tcpKeepalive: {time: 700s}}}}\n",
		"charts/web/Chart.yaml":             "apiVersion: v2\nname: web\nversion: 1.0.0\n",
		"charts/web/values.yaml":            "replicas: 2\nimage: {tag: latest}\n",
		"charts/web/templates/service.yaml": chartTemplate,
		"charts/web/templates/secret.yaml":  "{{- range .Values.x }}\nkind: Secret\n{{- end }}\n",
		"tsconfig.json":                     "{ // comment\n  \"compilerOptions\": {},\n}\n",
		"package.json":                      `{"name": "web"}`,
		"dashboards/ids.json":               "[1, 2]",
		"ansible/play.yml":                  "- hosts: all\n  tasks: []\n",
		"generated/token.json":              `"text"`,
		".vscode/settings.json":             "{ // comment\n}",
		"node_modules/x/a.yaml":             "a: b: c\n",
		"argo/set.yaml":                     "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec: {a: 1, a: 2}\n",
		"argo/job.yaml":                     "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: job-}\nspec: {}\n",
		"appmesh/gateway.yaml":              object("appmesh.k8s.aws/v1beta2", "VirtualGateway", "in", "{listeners: []}"),
		"mesh1/destination.yaml":            object("networking.enterprise.mesh.gloo.solo.io/v1beta1", "VirtualDestination", "d", "{hostname: d.global}"),
		"mesh1/policy.yaml":                 object("networking.mesh.gloo.solo.io/v1", "TrafficPolicy", "t", "{policy: {outlierDetection: {consecutiveErrors: 2}}}"),
		"mesh2/destination.yaml":            object("networking.gloo.solo.io/v2", "VirtualDestination", "d", "{hosts: [d.global], services: [{name: same}], ports: [{number: 80, protocol: HTTP}]}"),
		"mesh2/policy.yaml":                 strings.Replace(policyFor("d", "300s"), "selector: {name: d}", "kind: VIRTUAL_DESTINATION, selector: {name: d}", 1),
		"istio/tls.yaml":                    object("networking.istio.io/v1beta1", "DestinationRule", "tls", "{host: tls.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}"),
		"istio/pool.yaml":                   object("networking.istio.io/v1beta1", "DestinationRule", "pool", "{host: pool.example.com, trafficPolicy: {connectionPool: {tcp: {connectTimeout: 1s}}}}"),
		"istio/filter.yaml":                 object("networking.istio.io/v1alpha3", "EnvoyFilter", "lua", "{configPatches: []}"),
		"edge/enterprise.yaml":              object("gloo.solo.io/v1", "Upstream", "model", "{ai: {}}") + object("gloo.solo.io/v1", "Upstream", "run", "{gcp: {host: a.run.app}}"),
		"edge/lambda.yaml":                  object("gloo.solo.io/v1", "Upstream", "lambda", "{aws: {region: eu-west-1}}"),
		"edge/option.yaml":                  object("gateway.solo.io/v1", "ListenerOption", "logs", "{options: {accessLoggingService: {}}}"),
		"edge/federated.yaml":               object("fed.gloo.solo.io/v1", "FederatedUpstream", "fed", "{template: {spec: {connectionConfig: {connectTimeout: 5s}}}}"),
		"edge/rendered.yaml":                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: r, namespace: b}\ndata:\n  custom-resources: |\n    apiVersion: gateway.solo.io/v1\n    kind: Gateway\n    metadata: {name: g}\n",
		"charts/gloo/values.yaml":           "gatewayProxies: {p: {gatewaySettings: {options: {perConnectionBufferLimitBytes: 1024}}}}\n",
		"flux/release.yaml":                 object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "gloo", "{values: {settings: {circuitBreakers: {maxRequests: 9}}}}"),
		"flux/other.yaml":                   object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "web", "{values: {replicas: 2}}"),
		"kgateway/backend.yaml":             object("gateway.kgateway.dev/v1alpha1", "BackendConfigPolicy", "p", "{targetRefs: [{name: a}], tcpKeepalive: {keepAliveTime: 60s}}"),
		"flux/address.yaml":                 object("gloo.solo.io/v1", "Upstream", "fluxed", "{static: {hosts: [{addr: '${HOST}', port: 80}]}}"),
		"dumps/services.json":               `{"apiVersion": "v1", "kind": "ServiceList", "items": [{"metadata": {"name": "dumped", "namespace": "b", "uid": "1"}, "spec": {"ports": [{"name": "http", "port": 80}]}, "status": {"loadBalancer": {}}}]}`,
		"envoy/bootstrap.yaml":              "static_resources: {clusters: [{name: a, connect_timeout: 5s}]}\n",
		"edge/settings.yaml":                object("gloo.solo.io/v1", "Settings", "default", "{gloo: {}}"),
	}
	for cluster, time := range map[string]string{"east": "700s", "west": "300s", "test": "700s"} {
		files["clusters/"+cluster+"/a.yaml"] = service("a") + "---\n" + policyFor("a", time)
		files["clusters/"+cluster+"/same.yaml"] = service("same")
	}
	return files
}

// counted counts the findings in a run's text, by their severity and code.
func counted(r result) map[string]int {
	counts := map[string]int{}
	for line := range strings.Lines(r.err) {
		head, code, has := strings.Cut(strings.TrimSuffix(line, "]\n"), " [")
		for _, severity := range []string{"error", "warning", "info"} {
			if has && strings.Contains(head, ": "+severity+": ") {
				counts[severity+" "+code]++
			}
		}
	}
	return counts
}

func TestAnOrdinaryTreeIsJudgedWhole(t *testing.T) {
	dir := t.TempDir()
	for name, text := range ordinaryTree() {
		file(t, dir, name, text)
	}
	got := runIn(t, dir, "", "validate", "-R", "-f", ".", "--hop", "aws-nlb")
	want := map[string]int{
		"warning hop-idle-timeout": 2, "info hop-one-lost-probe": 3, "warning not-judged": 6, "warning unread-kind": 2,
		"warning enterprise-only": 2, "warning lambda-credentials": 1, "info not-compiled": 1, "info services-without-policy": 1,
	}
	if counts := counted(got); got.code != ExitDone || !maps.Equal(counts, want) {
		t.Errorf("exit code %d, %v, want %v\n%s", got.code, counts, want, got.err)
	}
	const summary = "20 documents (1 BackendConfigPolicy, 1 ConfigMap, 1 DestinationRule, 1 Envoy bootstrap, 1 FederatedUpstream, 1 Helm values file, " +
		"1 HelmRelease, 1 TrafficPolicy not judged; 1 EnvoyFilter, 1 ListenerOption, 1 VirtualGateway, " +
		"14 of other kinds skipped; 2 templates not rendered; 1 kustomize patch not applied): 13 warnings, 5 infos; " +
		"3 sets judged, each by itself: clusters/east, clusters/test, clusters/west\n"
	for _, carrier := range []string{
		"charts/gloo/values.yaml", "edge/federated.yaml", "edge/rendered.yaml", "envoy/bootstrap.yaml", "flux/release.yaml",
		"istio/pool.yaml", "kgateway/backend.yaml",
	} {
		if strings.Count(got.err, "\n"+carrier+":") != 1 {
			t.Errorf("%s is not named once\n%s", carrier, got.err)
		}
	}
	if !strings.HasSuffix(got.err, "\n"+summary) {
		t.Errorf("the summary is not %s%s", summary, got.err)
	}
	if got := runIn(t, dir, "", "validate", "-R", "-f", ".", "--hop", "aws-nlb", "--fail-on", "warning"); got.code != ExitFindings {
		t.Errorf("with --fail-on warning: exit code %d", got.code)
	}
	got = runIn(t, dir, "", "compile", "-R", "-f", ".", "-o", "name", "--cluster", "east=clusters/east", "--cluster", "test=clusters/test", "--cluster", "west=clusters/west")
	if got.code != ExitDone || strings.Count(got.out, "\n") != 5 {
		t.Errorf("compile: exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestFilesOfSeveralClustersAreToldApart(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "east.yaml", service("a")+"---\n"+policyFor("a", "300s"))
	file(t, dir, "west.yaml", service("a")+"---\n"+policyFor("a", "240s"))
	const help = "--cluster east=east.yaml --cluster west=west.yaml"
	if got := runIn(t, dir, "", "compile", "east.yaml", "west.yaml"); got.code != ExitFindings || !strings.Contains(got.err, "name the cluster of each file: "+help) {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
	got := runIn(t, dir, "", append([]string{"compile", "-o", "name", "east.yaml", "west.yaml"}, strings.Fields(help)...)...)
	if got.code != ExitDone || strings.Count(got.out, "\n") != 2 {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestRevisionsOfAnOrdinaryTreeAreCompared(t *testing.T) {
	dir := repository(t, ordinaryTree())
	diff := func() result { return runIn(t, dir, "", "diff", "-R", "git:HEAD:.", ".") }
	if got := diff(); got.code != ExitDone || got.out != "" || got.err != "" {
		t.Errorf("equal revisions: exit code %d\n%s%s", got.code, got.out, got.err)
	}
	file(t, dir, "clusters/west/a.yaml", service("a")+"---\n"+policyFor("a", "240s"))
	file(t, dir, "istio/pool.yaml", strings.Replace(ordinaryTree()["istio/pool.yaml"], "1s", "2s", 1))
	const changed = "keepalive.time: 300s → 240s for a.b.svc.cluster.local:80 (ConnectionPolicy b/a, clusters/west/a.yaml:11:39)\n" +
		"   = note: on an idle connection a dead peer is noticed after 915s instead of 975s\n"
	const uncompared = "not compared: the connection settings of DestinationRule b/pool differ (istio/pool.yaml:5:48)\n"
	if got := diff(); got.code != ExitFindings || got.out != changed+uncompared || got.err != "" {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
	file(t, dir, "edge/option.yaml", object("gloo.solo.io/v1", "Upstream", "bad", "{statik: {}}"))
	const bad = "new finding: edge/option.yaml:5:8: error: unknown field \"statik\" in spec [unknown-field]\n"
	got := diff()
	if got.code != ExitUsage || got.out != changed+bad+uncompared || counted(got)["error unknown-field"] != 1 || !strings.Contains(got.err, "objects with errors are left out of the comparison") {
		t.Errorf("with an error in one document: exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

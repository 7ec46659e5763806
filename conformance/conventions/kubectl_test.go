//go:build conventions

package conventions_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// kubectl is Kubernetes' own, built of the module in the folder kubectl.
func kubectl(t *testing.T) string {
	t.Helper()
	file := filepath.Join(cache(t, "kubectl"), "kubectl")
	build := exec.Command("go", "build", "-o", file, ".")
	build.Dir, build.Env = "kubectl", append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		missing(t, "kubectl", out)
	}
	return file
}

// installed is a folder that "make install" has installed into, twice; it is in PATH.
func installed(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "with blank")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOBIN", dir)
	for range 2 {
		if o := execute(t, root, "", "make", "--no-print-directory", "install"); o.exit != 0 {
			t.Fatalf("make install: %+v", o)
		}
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("HOME", t.TempDir()) // where kubectl keeps what it has discovered
	t.Setenv("KUBECONFIG", os.DevNull)
	return dir
}

func TestMakeInstallMakesAPluginOfKubectl(t *testing.T) {
	kubectl := kubectl(t)
	dir := installed(t)
	t.Setenv("PATH", dir) // other plugins may have faults of their own
	o := execute(t, dir, "", kubectl, "plugin", "list")
	if o.exit != 0 || !strings.Contains(o.stdout, filepath.Join(dir, "kubectl-connpolicy")+"\n") || strings.Contains(o.stdout+o.stderr, "warning") {
		t.Errorf("plugin list: %+v", o)
	}
	if o := execute(t, dir, "", kubectl, "connpolicy", "version"); o.exit != 0 || !strings.HasPrefix(o.stdout, "connpolicy ") {
		t.Errorf("version: %+v", o)
	}
	o = execute(t, dir, "", kubectl, "connpolicy", "compile", "-h")
	if o.exit != 0 || !strings.Contains(o.stdout, "   kubectl connpolicy compile [FLAGS] FILE ...\n") || !strings.Contains(o.stdout, "| kubectl connpolicy compile -f -\n") {
		t.Errorf("compile -h: %+v", o)
	}
	o = execute(t, root, "", kubectl, "connpolicy", "compile", "examples/bookinfo")
	if o.exit != 0 || !strings.Contains(o.stdout, "kubectl connpolicy hops lists all of them") && !strings.Contains(o.stderr, "kubectl connpolicy hops lists all of them") {
		t.Errorf("a finding: %+v", o)
	}
	if o := execute(t, dir, "", kubectl, "connpolicy", "validate", "absent.yaml"); o.exit != 2 || !strings.HasPrefix(o.stderr, "kubectl connpolicy: there is no file absent.yaml") {
		t.Errorf("a mistake: %+v", o)
	}
}

func TestKubectlCompletesThePluginsWords(t *testing.T) {
	kubectl := kubectl(t)
	dir := installed(t)
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"validate", "--fo"}, "--format\tprint findings as FORMAT[=FILE]: text, json, jsonl, sarif, github, gitlab, junit, checkstyle; text when left out; may be repeated\n:4\n"},
		{[]string{"validate", "--fail-on", ""}, "error\nwarning\ninfo\n:4\n"},
		{[]string{"validate", "--hop", "clients:aws-al"}, "clients:aws-alb\tAWS Application Load Balancer\n:4\n"},
		{[]string{"validate", "-f", ""}, ":0\n"}, // names of files
		{[]string{"compile", "--output-dir", ""}, ":16\n"},
		{[]string{"va"}, "validate\tcheck manifests, one by one and as a set\n:4\n"},
	} {
		o := execute(t, dir, "", kubectl, append([]string{"__complete", "connpolicy"}, tt.words...)...)
		if o.exit != 0 || o.stdout != tt.want {
			t.Errorf("%q: %+v", tt.words, o)
		}
	}
	if o := execute(t, dir, "", kubectl, "__complete", "connp"); !strings.Contains(o.stdout, "connpolicy\t") {
		t.Errorf("the plugin's own name is not completed: %+v", o)
	}
}

// served are the kinds of examples/bookinfo as an API server names them.
var served = []struct{ path, kind, plural string }{
	{"/api/v1", "Service", "services"},
	{"/apis/networking.gloo.solo.io/v2", "VirtualDestination", "virtualdestinations"},
	{"/apis/resilience.policy.gloo.solo.io/v2", "ConnectionPolicy", "connectionpolicies"},
}

// manifests are the objects of examples/bookinfo.
func manifests(t *testing.T) []map[string]any {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "examples", "bookinfo", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var objects []map[string]any
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range strings.Split(string(text), "\n---") {
			object := map[string]any{}
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				t.Fatal(err)
			}
			if len(object) > 0 {
				objects = append(objects, object)
			}
		}
	}
	if len(objects) == 0 {
		t.Fatal("examples/bookinfo has no objects")
	}
	return objects
}

// stored is an object as a server has it after "kubectl apply" and a controller's visit.
func stored(t *testing.T, object map[string]any) map[string]any {
	t.Helper()
	applied, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	metadata, _ := object["metadata"].(map[string]any)
	metadata["annotations"] = map[string]any{"kubectl.kubernetes.io/last-applied-configuration": string(applied) + "\n"}
	metadata["creationTimestamp"] = "2026-03-04T05:06:07Z"
	metadata["generation"] = 3
	metadata["resourceVersion"] = "48151623"
	metadata["uid"] = "0b5f5a5e-6a5c-4a53-9d0e-6f8f3c0f5d51"
	metadata["finalizers"] = []any{"solo.io/cleanup"}
	metadata["managedFields"] = []any{map[string]any{
		"apiVersion": object["apiVersion"], "fieldsType": "FieldsV1", "manager": "kubectl-client-side-apply", "operation": "Update",
		"time": "2026-03-04T05:06:07Z", "fieldsV1": map[string]any{"f:metadata": map[string]any{"f:annotations": map[string]any{".": map[string]any{}}}, "f:spec": map[string]any{".": map[string]any{}}},
	}}
	if object["kind"] == "Service" {
		object["status"] = map[string]any{"loadBalancer": map[string]any{}}
	} else {
		object["status"] = map[string]any{"common": map[string]any{"state": map[string]any{"approval": "ACCEPTED", "observedGeneration": "3"}}}
	}
	return object
}

// cluster is an API server as far as "kubectl get" asks: it tells what it serves, and lists it.
// kubectl is configured for it.
func cluster(t *testing.T) {
	t.Helper()
	answers := map[string]any{"/api": map[string]any{"kind": "APIVersions", "versions": []string{"v1"}}}
	var groups []any
	for _, s := range served {
		_, groupVersion, _ := strings.Cut(s.path[1:], "/")
		group, version, grouped := strings.Cut(groupVersion, "/")
		if grouped {
			v := map[string]any{"groupVersion": groupVersion, "version": version}
			groups = append(groups, map[string]any{"name": group, "versions": []any{v}, "preferredVersion": v})
		}
		resource := map[string]any{"name": s.plural, "singularName": strings.ToLower(s.kind), "namespaced": true, "kind": s.kind, "verbs": []string{"get", "list", "create"}}
		answers[s.path] = map[string]any{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": groupVersion, "resources": []any{resource}}
		items := []any{}
		for _, object := range manifests(t) {
			if object["kind"] == s.kind {
				items = append(items, stored(t, object))
			}
		}
		answers[s.path+"/"+s.plural] = map[string]any{"kind": s.kind + "List", "apiVersion": groupVersion, "metadata": map[string]any{"resourceVersion": "48151999"}, "items": items}
	}
	answers["/apis"] = map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, known := answers[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	config := filepath.Join(t.TempDir(), "config")
	text := "{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c}}], clusters: [{name: c, cluster: {server: '" + server.URL + "'}}]}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", config)
}

func TestWhatKubectlPrintsIsCompiledLikeTheManifests(t *testing.T) {
	kubectl := kubectl(t)
	dir := installed(t)
	want := connpolicy(t, root, "", "compile", "-f", "examples/bookinfo")
	if want.exit != 0 || want.stdout == "" {
		t.Fatalf("examples/bookinfo: %+v", want)
	}
	cluster(t)
	const kinds = "connectionpolicies,virtualdestinations,services"
	for _, tt := range []struct {
		name string
		args []string
		says string // that the text is what it is meant to be
	}{
		{"get -o yaml", []string{"get", kinds, "-A", "-o", "yaml"}, "resourceVersion: \"48151623\""},
		{"get -o json", []string{"get", kinds, "-A", "-o", "json"}, `"kind": "List"`},
		{"get with managed fields", []string{"get", kinds, "-A", "-o", "yaml", "--show-managed-fields"}, "managedFields:"},
		{"create --dry-run", []string{"create", "--dry-run=client", "--validate=false", "-o", "yaml", "-f", "examples/bookinfo"}, "kind: ConnectionPolicy"},
		{"create --save-config", []string{"create", "--dry-run=client", "--validate=false", "--save-config", "-o", "yaml", "-f", "examples/bookinfo"}, "last-applied-configuration"},
		{"annotate --local", []string{"annotate", "--local", "-f", "examples/bookinfo", "-o", "yaml", "team=shop"}, "team: shop"},
		{"label --local -o json", []string{"label", "--local", "-f", "examples/bookinfo", "-o", "json", "team=shop"}, `"team": "shop"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			printed := execute(t, root, "", kubectl, tt.args...)
			if printed.exit != 0 || !strings.Contains(printed.stdout, tt.says) {
				t.Fatalf("kubectl %q: %+v", tt.args, printed)
			}
			got := execute(t, dir, printed.stdout, kubectl, "connpolicy", "compile", "-f", "-")
			if got.exit != 0 || got.stdout != want.stdout {
				t.Errorf("not what the manifests give:\n%s\n%s", got.stdout, got.stderr)
			}
			if summary := lastLine(got.stderr); summary != lastLine(want.stderr) {
				t.Errorf("found %q, and in the manifests %q:\n%s", summary, lastLine(want.stderr), got.stderr)
			}
		})
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestEveryCommandThatTheDocumentShowsForKubectlRuns(t *testing.T) {
	path := filepath.Dir(kubectl(t))
	installed(t)
	t.Setenv("PATH", path+string(os.PathListSeparator)+os.Getenv("PATH"))
	cluster(t)
	text, err := os.ReadFile(filepath.Join(root, "docs", "kubectl.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir, ran := t.TempDir(), 0
	if err := os.CopyFS(filepath.Join(dir, "policies"), os.DirFS(filepath.Join(root, "examples", "bookinfo"))); err != nil {
		t.Fatal(err)
	}
	kustomization := "resources: [ratings.yaml]\n"
	if err := os.WriteFile(filepath.Join(dir, "policies", "kustomization.yaml"), []byte(kustomization), 0o600); err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(string(text), -1)
	commands = append(commands, regexp.MustCompile("`(kubectl kustomize DIR.*?)`").FindAllStringSubmatch(string(text), -1)...)
	for _, block := range commands {
		for _, command := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			command = strings.NewReplacer("DIR", "policies", `\|`, "|").Replace(command)
			ran++
			if o := execute(t, dir, "", "bash", "-o", "pipefail", "-c", command); o.exit != 0 {
				t.Errorf("%s: %+v", command, o)
			}
		}
	}
	if ran < 4 {
		t.Errorf("only %d commands were found", ran)
	}
	shows(t, "docs/kubectl.md", dir, os.Environ())
}

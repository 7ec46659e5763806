//go:build conventions

package conventions_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// kustomizeBuild runs the real kustomize over a folder of files.
func kustomizeBuild(t *testing.T, dir string) outcome {
	t.Helper()
	return execute(t, dir, "", kustomize(t), "build", "--enable-alpha-plugins", "--enable-exec", ".")
}

func kustomize(t *testing.T) string {
	t.Helper()
	return goTool(t, "sigs.k8s.io/kustomize/kustomize/v5", "v5.8.2")
}

// files writes files into a fresh folder, with the bookinfo example as ratings.yaml.
func files(t *testing.T, named map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	ratings, err := os.ReadFile(filepath.Join(root, "examples", "bookinfo", "ratings.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"ratings.yaml": string(ratings)}
	for name, text := range named {
		texts[name] = text
	}
	for name, text := range texts {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// functionConfig is a Config, or a ConfigMap, that has kustomize run connpolicy.
func functionConfig(apiVersion, kind, args, rest string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + `
metadata:
  name: connpolicy
  annotations:
    config.kubernetes.io/function: |
      exec:
        path: connpolicy
        args: [` + args + "]\n" + rest
}

// kinds are the kinds of a stream of documents, sorted.
func kinds(t *testing.T, text string) string {
	t.Helper()
	nodes, err := kio.FromBytes([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var names []string
	for _, n := range nodes {
		names = append(names, n.GetKind())
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestKustomizeTransformsPoliciesIntoRules(t *testing.T) {
	named := map[string]string{
		"kustomization.yaml": "resources: [ratings.yaml]\ntransformers: [connpolicy.yaml]\n",
		"connpolicy.yaml":    functionConfig("connpolicy.dev/v1", "Config", "fn", "hops: [{hop: gcp-cloud-nat}]\n"),
	}
	once := kustomizeBuild(t, files(t, named))
	if once.exit != 0 || kinds(t, once.stdout) != "ConnectionPolicy DestinationRule Service VirtualDestination" || !strings.Contains(once.stderr, "3 documents: no findings; 1 DestinationRule") {
		t.Fatalf("%+v", once)
	}
	if strings.Contains(once.stdout, "config.kubernetes.io") {
		t.Errorf("annotations of the build are left over:\n%s", once.stdout)
	}
	named["kustomization.yaml"] = "resources: [ratings.yaml]\ntransformers: [connpolicy.yaml, connpolicy.yaml]\n"
	named["kustomization.yaml"] = strings.Replace(named["kustomization.yaml"], ", connpolicy.yaml", ", again.yaml", 1)
	named["again.yaml"] = strings.Replace(named["connpolicy.yaml"], "name: connpolicy", "name: again", 1)
	if twice := kustomizeBuild(t, files(t, named)); twice.exit != 0 || twice.stdout != once.stdout {
		t.Errorf("a second transformer changes what the first made: %+v", twice)
	}
}

// TestTheDocumentsKustomizationBuilds takes the files of docs/gitops.md, which begin with their names.
func TestTheDocumentsKustomizationBuilds(t *testing.T) {
	named := map[string]string{}
	for _, name := range []string{"kustomization.yaml", "connpolicy.yaml"} {
		named[name] = fenced(t, "docs/gitops.md", "yaml\n# "+name)
	}
	dir := files(t, named)
	o := kustomizeBuild(t, dir)
	if o.exit != 0 || kinds(t, o.stdout) != "ConnectionPolicy DestinationRule Service VirtualDestination" || !strings.Contains(o.stderr, "ratings.yaml: warning: keepalive time 700s is longer") {
		t.Errorf("%+v", o)
	}
	shows(t, "docs/gitops.md", dir, os.Environ(), filepath.Dir(kustomize(t)))
}

// TestARuleFollowsItsKustomizationAndNoOtherAboveIt is why docs/gitops.md puts the function into the
// kustomization that is built: one above it that moves a Service does not move the host in its rule.
func TestARuleFollowsItsKustomizationAndNoOtherAboveIt(t *testing.T) {
	function := functionConfig("connpolicy.dev/v1", "Config", "fn", "")
	dir := files(t, map[string]string{
		"base/kustomization.yaml":  "resources: [all.yaml]\nnamespace: base\ntransformers: [connpolicy.yaml]\n",
		"base/all.yaml":            hookPolicy + "---\n" + hookService,
		"base/connpolicy.yaml":     function,
		"top/kustomization.yaml":   "resources: [../base]\nnamespace: top\n",
		"again/kustomization.yaml": "resources: [../base]\nnamespace: again\ntransformers: [connpolicy.yaml]\n",
		"again/connpolicy.yaml":    function,
	})
	for folder, host := range map[string]string{"base": "ratings.base.svc", "top": "ratings.base.svc", "again": "ratings.again.svc"} {
		o := kustomizeBuild(t, filepath.Join(dir, folder))
		if o.exit != 0 || strings.Count(o.stdout, "host: ") != 1 || !strings.Contains(o.stdout, "host: "+host) {
			t.Errorf("%s: %+v", folder, o)
		}
	}
}

// TestKustomizeSaysNothingWhenItMayNotRunAFunction is why docs/gitops.md warns of a missing flag.
func TestKustomizeSaysNothingWhenItMayNotRunAFunction(t *testing.T) {
	dir := files(t, map[string]string{
		"kustomization.yaml": "resources: [ratings.yaml]\ntransformers: [connpolicy.yaml]\n",
		"connpolicy.yaml":    functionConfig("connpolicy.dev/v1", "Config", "fn", ""),
	})
	o := execute(t, dir, "", kustomize(t), "build", "--enable-alpha-plugins", ".")
	if o.exit != 0 || o.stderr != "" || strings.Contains(o.stdout, "DestinationRule") {
		t.Errorf("%+v", o)
	}
}

func TestKustomizeTakesAConfigMapAsConfiguration(t *testing.T) {
	o := kustomizeBuild(t, files(t, map[string]string{
		"kustomization.yaml": "resources: [ratings.yaml]\ntransformers: [connpolicy.yaml]\n",
		"connpolicy.yaml":    functionConfig("v1", "ConfigMap", "fn, --fail-on, warning", "data: {hop: \"gcp-cloud-nat, aws-nlb\"}\n"),
	}))
	if o.exit == 0 || !strings.Contains(o.stderr, "350s after which an AWS Network Load Balancer") || o.stdout != "" {
		t.Errorf("%+v", o)
	}
}

// TestKustomizeDropsPoliciesThatAreLocal is for a cluster that knows no ConnectionPolicy.
func TestKustomizeDropsPoliciesThatAreLocal(t *testing.T) {
	dir := files(t, map[string]string{
		"kustomization.yaml": "resources: [ratings.yaml]\ntransformers: [connpolicy.yaml]\npatches: [{path: local.yaml, target: {group: .*gloo.*}}]\n",
		"local.yaml":         "- {op: add, path: /metadata/annotations, value: {config.kubernetes.io/local-config: \"true\"}}\n",
		"connpolicy.yaml":    functionConfig("connpolicy.dev/v1", "Config", "fn", ""),
	})
	if o := kustomizeBuild(t, dir); o.exit != 0 || kinds(t, o.stdout) != "DestinationRule Service" {
		t.Errorf("%+v", o)
	}
}

func TestKustomizeGeneratesRulesFromInputs(t *testing.T) {
	dir := files(t, map[string]string{
		"kustomization.yaml":  "resources: [service.yaml]\ngenerators: [connpolicy.yaml]\n",
		"service.yaml":        "apiVersion: v1\nkind: Service\nmetadata: {name: own}\n",
		"policies/other.json": "{}",
		"connpolicy.yaml":     functionConfig("connpolicy.dev/v1", "Config", "fn", "inputs: [policies, ratings.yaml]\n"),
	})
	o := kustomizeBuild(t, dir)
	if o.exit != 0 || kinds(t, o.stdout) != "DestinationRule Service" {
		t.Errorf("%+v", o)
	}
	above := execute(t, filepath.Dir(dir), "", kustomize(t), "build", "--enable-alpha-plugins", "--enable-exec", filepath.Base(dir))
	if above.stdout != o.stdout || above.exit != 0 {
		t.Errorf("inputs are not looked for from the kustomization: %+v", above)
	}
}

func TestKustomizeFailsWithOurMessageAtAWrongPolicy(t *testing.T) {
	for _, field := range []string{"transformers", "validators"} {
		for origins, place := range map[string]string{"": "ConnectionPolicy bookinfo/tcp-keepalive: ", "buildMetadata: [originAnnotations]\n": "wrong.yaml: "} {
			dir := files(t, map[string]string{
				"kustomization.yaml": "resources: [wrong.yaml]\n" + field + ": [connpolicy.yaml]\n" + origins,
				"connpolicy.yaml":    functionConfig("connpolicy.dev/v1", "Config", "fn, --function, validate", ""),
			})
			text, err := os.ReadFile(filepath.Join(dir, "ratings.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "wrong.yaml"), []byte(strings.Replace(string(text), "700s", "700", 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			o := kustomizeBuild(t, dir)
			want := place + `error: spec.config.tcp.tcpKeepalive.time is "700", a number without a unit [duration-without-unit]`
			if o.exit != 1 || !strings.Contains(o.stderr, want) || o.stdout != "" {
				t.Errorf("%s, without %q: %+v", field, want, o)
			}
		}
	}
}

func TestKustomizeValidatesWithoutAChange(t *testing.T) {
	plain := kustomizeBuild(t, files(t, map[string]string{"kustomization.yaml": "resources: [ratings.yaml]\n"}))
	for hop, exit := range map[string]int{"gcp-cloud-nat": 0, "aws-nlb": 1} {
		o := kustomizeBuild(t, files(t, map[string]string{
			"kustomization.yaml": "resources: [ratings.yaml]\ntransformers: [connpolicy.yaml]\n",
			"connpolicy.yaml":    functionConfig("connpolicy.dev/v1", "Config", "fn", "function: validate\nfailOn: warning\nhops: [{hop: "+hop+"}]\n"),
		}))
		if o.exit != exit || exit == 0 && o.stdout != plain.stdout || strings.Contains(o.stderr, "[hop-idle-timeout]") != (exit == 1) {
			t.Errorf("%s: %+v", hop, o)
		}
	}
}

// TestKustomizesValidatorsFieldRefusesEveryFunction is why our documents put the validating function
// under transformers: kustomize adds annotations to what a validator gives back, and then says that
// it was modified (https://github.com/kubernetes-sigs/kustomize/issues/5036). When this fails,
// kustomize was mended and docs/gitops.md can say validators.
func TestKustomizesValidatorsFieldRefusesEveryFunction(t *testing.T) {
	o := kustomizeBuild(t, files(t, map[string]string{
		"kustomization.yaml": "resources: [ratings.yaml]\nvalidators: [same.yaml]\n",
		"same.yaml":          strings.NewReplacer("path: connpolicy", "path: cat", "args: []\n", "").Replace(functionConfig("v1", "ConfigMap", "", "")),
	}))
	if o.exit == 0 || !strings.Contains(o.stderr, "validator shouldn't modify the resource map") {
		t.Errorf("cat passes as a validator: %+v", o)
	}
}

// TestFunctionsWriteRulesIntoFiles has the older half of kustomize, which kpt began as, run every
// function of a folder and write what comes out.
func TestFunctionsWriteRulesIntoFiles(t *testing.T) {
	dir := files(t, map[string]string{
		"connpolicy.yaml": functionConfig("connpolicy.dev/v1", "Config", "fn", "hops: [{hop: gcp-cloud-nat}]\n"),
	})
	run := func() {
		t.Helper()
		if o := execute(t, dir, "", kustomize(t), "fn", "run", ".", "--enable-exec"); o.exit != 0 {
			t.Fatalf("%+v", o)
		}
	}
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := read("ratings.yaml")
	run()
	rule := filepath.Join("connpolicy", "destinationrule_bookinfo_ratings-global-virtual-destination-ratings-global-bookinfo.yaml")
	compiled := connpolicy(t, dir, "", "compile", "--config", "none", "--hop", "gcp-cloud-nat", "ratings.yaml")
	if read(rule) != compiled.stdout || read("ratings.yaml") != before {
		t.Errorf("the rule is not what compile writes, or the policies changed:\n%s", read(rule))
	}
	run()
	if read(rule) != compiled.stdout {
		t.Error("a second run changes the rule")
	}
	if err := os.WriteFile(filepath.Join(dir, "ratings.yaml"), []byte(strings.Replace(before, "700s", "600s", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	run()
	if !strings.Contains(read(rule), "time: 600s") {
		t.Errorf("the rule is not written anew:\n%s", read(rule))
	}
	if err := os.WriteFile(filepath.Join(dir, "ratings.yaml"), []byte("apiVersion: v1\nkind: Service\nmetadata: {name: left}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run()
	if _, err := os.Stat(filepath.Join(dir, rule)); !os.IsNotExist(err) {
		t.Errorf("the rule of a policy that is gone stays: %v", err)
	}
}

// TestKyamlReadsOurResults decodes results strictly into kyaml's own type, for every golden case.
func TestKyamlReadsOurResults(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join(root, "golden", "*", "input.yaml"))
	if err != nil || len(cases) < 100 {
		t.Fatalf("%d golden cases: %v", len(cases), err)
	}
	results, fields := 0, 0
	for _, file := range cases {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		nodes, err := (&kio.ByteReader{Reader: strings.NewReader(string(text)), SetAnnotations: map[string]string{"internal.config.kubernetes.io/path": "input.yaml"}}).Read()
		if err != nil {
			continue // no orchestrator would get that far
		}
		var list strings.Builder
		if err := (kio.ByteWriter{Writer: &list, WrappingKind: kio.ResourceListKind, WrappingAPIVersion: kio.ResourceListAPIVersion, KeepReaderAnnotations: true}).Write(nodes); err != nil {
			continue
		}
		name := filepath.Base(filepath.Dir(file))
		named := strings.Count(list.String(), "internal.config.kubernetes.io/path:") == len(nodes) // those of a List have none
		o := connpolicy(t, t.TempDir(), list.String(), "fn")
		r := kio.ByteReader{Reader: strings.NewReader(o.stdout), OmitReaderAnnotations: true}
		back, err := r.Read()
		if err != nil || len(back) < len(nodes) && o.exit != 0 {
			t.Errorf("%s: kyaml cannot read what is given back: %v, %d items of %d\n%s%s", name, err, len(back), len(nodes), o.stdout, o.stderr)
			continue
		}
		if o.exit == 0 {
			if again := connpolicy(t, t.TempDir(), o.stdout, "fn"); again.stdout != o.stdout {
				t.Errorf("%s: a second run changes what the first gave back", name)
			}
		}
		if r.Results == nil {
			continue
		}
		var got framework.Results
		if err := strictly(r.Results, &got); err != nil {
			t.Errorf("%s: %v\n%s", name, err, r.Results.MustString())
			continue
		}
		for _, result := range got {
			results++
			if result.Message == "" || result.Severity == "" || result.Tags["code"] == "" && o.exit != 2 {
				t.Errorf("%s: a result says too little: %+v", name, result)
			}
			if result.Field != nil {
				fields++
				if result.ResourceRef == nil || result.ResourceRef.APIVersion == "" || result.ResourceRef.Kind == "" || result.ResourceRef.Name == "" || result.Field.Path == "" {
					t.Errorf("%s: a field without its resource: %+v", name, result)
				}
			}
			if named && (result.File == nil || result.File.Path != "input.yaml") {
				t.Errorf("%s: no file: %+v", name, result)
			}
		}
		if (got.ExitCode() == 0) != (o.exit == 0) {
			t.Errorf("%s: the results mean %d, and the exit code is %d", name, got.ExitCode(), o.exit)
		}
	}
	if results < 100 || fields < 50 {
		t.Errorf("only %d results, %d with a field", results, fields)
	}
}

func strictly(n *yaml.RNode, into any) error {
	text, err := n.String()
	if err != nil {
		return err
	}
	dec := yaml.NewDecoder(strings.NewReader(text))
	dec.KnownFields(true)
	return dec.Decode(into)
}

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/krm"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

const (
	fnHead = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

	// fnItems are a policy and its service in one file, as kpt sends them, with an object of
	// another kind between them.
	fnItems = `items:
# Keeps idle connections alive.
- apiVersion: resilience.policy.gloo.solo.io/v2
  kind: ConnectionPolicy
  metadata:
    name: keepalive
    namespace: bookinfo
    annotations:
      internal.config.kubernetes.io/path: policies/ratings.yaml
      internal.config.kubernetes.io/index: '1'
  spec:
    applyToDestinations: [{selector: {name: ratings}}]
    config: {tcp: {tcpKeepalive: {time: 300s}}} # five minutes

- kind: ConfigMap # keys in an order of their own
  apiVersion: v1
  data:
    text: |
      # not a comment
        indented

  metadata: {name: other}
- apiVersion: v1
  kind: Service
  metadata: {name: ratings, namespace: bookinfo}
  spec: {ports: [{name: http, port: 9080}]}
`
)

// fnList is what can be told of a list that a function gives back.
type fnList struct {
	Items []struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name        string            `json:"name"`
			Annotations map[string]string `json:"annotations"`
			Labels      map[string]string `json:"labels"`
		} `json:"metadata"`
	} `json:"items"`
	Results []fnResult `json:"results"`
}

func fnRead(t *testing.T, got result) fnList {
	t.Helper()
	var l fnList
	if err := yaml.Unmarshal([]byte(got.out), &l); err != nil {
		t.Fatalf("%v\n%s\n%s", err, got.out, got.err)
	}
	return l
}

func (l fnList) names() string {
	var names []string
	for _, i := range l.Items {
		names = append(names, i.Kind+"/"+i.Metadata.Name)
	}
	return strings.Join(names, " ")
}

const fnRule = "DestinationRule/ratings-bookinfo-svc-cluster-local-service-ratings-bookinfo"

func TestAFunctionAddsObjectsAndLeavesTheOthersAsTheyAre(t *testing.T) {
	got := runIn(t, t.TempDir(), fnHead+fnItems, "fn", "--hop", "gcp-cloud-nat")
	if got.code != ExitDone || !strings.HasPrefix(got.out, fnHead+fnItems+"- apiVersion: networking.istio.io/v1\n") {
		t.Fatalf("exit code %d\n%s%s", got.code, got.err, cmp.Diff(fnHead+fnItems, got.out))
	}
	l := fnRead(t, got)
	rule := l.Items[len(l.Items)-1]
	if len(l.Items) != 4 || rule.Kind != "DestinationRule" {
		t.Fatal(l.names())
	}
	want := map[string]string{"index": "0", "path": "connpolicy/destinationrule_bookinfo_" + rule.Metadata.Name + ".yaml"}
	for key, value := range want {
		if rule.Metadata.Annotations["internal.config.kubernetes.io/"+key] != value || rule.Metadata.Annotations["config.kubernetes.io/"+key] != value {
			t.Errorf("%s is not %s: %v", key, value, rule.Metadata.Annotations)
		}
	}
	if again := runIn(t, t.TempDir(), got.out, "fn", "--hop", "gcp-cloud-nat"); again.out != got.out || again.code != ExitDone {
		t.Errorf("its own output is not left as it is (-first +second):\n%s", cmp.Diff(got.out, again.out))
	}
}

func TestAFunctionReplacesWhatItWroteBeforeAndNothingElse(t *testing.T) {
	first := runIn(t, t.TempDir(), fnHead+fnItems, "fn").out
	rule := fnRead(t, result{out: first}).Items[3].Metadata.Name
	stale := strings.NewReplacer("connpolicy/destinationrule", "moved/rule", "300s", "100s", "name: other", "name: other, labels: {app.kubernetes.io/managed-by: connpolicy}").Replace(first)
	got := runIn(t, t.TempDir(), stale, "fn")
	l := fnRead(t, got)
	if l.names() != "ConnectionPolicy/keepalive ConfigMap/other Service/ratings DestinationRule/"+rule {
		t.Error(l.names())
	}
	if !strings.Contains(got.out, "time: 100s\n") || strings.Contains(got.out, "300s") || l.Items[3].Metadata.Annotations["config.kubernetes.io/path"] != "moved/rule_bookinfo_"+rule+".yaml" {
		t.Errorf("the rule is not written anew where it stands:\n%s", got.out)
	}
	got = runIn(t, t.TempDir(), strings.Replace(first, "kind: ConnectionPolicy", "kind: Pod", 1), "fn")
	if l := fnRead(t, got); l.names() != "Pod/keepalive ConfigMap/other Service/ratings" || got.code != ExitDone {
		t.Errorf("a rule of a policy that is gone stays: %s\n%s", l.names(), got.err)
	}
}

func TestAFunctionThatFindsAnErrorChangesNothingAndSaysWhere(t *testing.T) {
	bad := fnHead + strings.Replace(fnItems, "300s", "300", 1)
	got := runIn(t, t.TempDir(), bad, "fn")
	if got.code != ExitFindings || !strings.HasPrefix(got.out, bad+"results:\n") {
		t.Errorf("exit code %d\n%s", got.code, cmp.Diff(bad, got.out))
	}
	want := `policies/ratings.yaml (object 2): error: spec.config.tcp.tcpKeepalive.time is 300, a number without a unit [duration-without-unit]
   | ConnectionPolicy bookinfo/keepalive, spec.config.tcp.tcpKeepalive.time
   |   config: {tcp: {tcpKeepalive: {time: 300}}} # five minutes
   |                                       ^^^
   = help: write "300s"
3 documents (1 of other kinds skipped): 1 error; nothing changed
`
	want = strings.Replace(want, "3 documents", "2 documents", 1)
	if got.err != want {
		t.Error(cmp.Diff(want, got.err))
	}
	l := fnRead(t, got)
	wantResult := []fnResult{{
		Message: `spec.config.tcp.tcpKeepalive.time is 300, a number without a unit; write "300s"`, Severity: "error",
		ResourceRef: &fnResource{"resilience.policy.gloo.solo.io/v2", "ConnectionPolicy", "bookinfo", "keepalive"},
		Field:       &fnField{Path: "spec.config.tcp.tcpKeepalive.time", CurrentValue: 300.0, ProposedValue: "300s"},
		File:        &fnFile{"policies/ratings.yaml", 1}, Tags: map[string]string{"code": "duration-without-unit"},
	}}
	if d := cmp.Diff(wantResult, l.Results); d != "" {
		t.Error(d)
	}
}

func TestAFunctionValidatesWithoutAChange(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		want int // results
	}{
		{"--hop gcp-cloud-nat", ExitDone, 1}, // an info
		{"--hop aws-gwlb=4m", ExitDone, 1},
		{"--hop aws-gwlb=4m --fail-on warning", ExitFindings, 1},
	} {
		got := runIn(t, t.TempDir(), fnHead+fnItems, append([]string{"fn", "--function", "validate"}, strings.Fields(c.args)...)...)
		if l := fnRead(t, got); got.code != c.code || len(l.Results) != c.want || !strings.HasPrefix(got.out, fnHead+fnItems) || len(l.Items) != 3 {
			t.Errorf("%s: exit code %d, %d results\n%s", c.args, got.code, len(l.Results), got.err)
		}
	}
}

func TestAFunctionsConfigurationIsAConfigOrAConfigMap(t *testing.T) {
	configMap := func(data string) string {
		return "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: x}\n  data:\n" + data
	}
	config := func(text string) string {
		return "functionConfig:\n  apiVersion: connpolicy.dev/v1\n  kind: Config\n  metadata:\n    name: x\n    annotations: {config.kubernetes.io/function: x}\n" + text
	}
	for name, c := range map[string]struct {
		config, args string
		code         int
		kinds, says  string
	}{
		"a target":             {configMap("    target: kgateway\n"), "", ExitDone, "BackendConfigPolicy", ""},
		"a target by a Config": {config("  target: kgateway\n"), "", ExitDone, "BackendConfigPolicy", ""},
		"a flag wins":          {configMap("    target: kgateway\n"), "--target istio", ExitDone, "DestinationRule", ""},
		"a flag over a Config": {config("  target: kgateway\n"), "--target istio", ExitDone, "DestinationRule", ""},
		"hops as a list":       {configMap("    hop: gcp-cloud-nat, aws-gwlb=4m\n    fail-on: warning\n"), "", ExitFindings, "DestinationRule", "forgets an idle connection"},
		"hops add up":          {configMap("    hop: aws-gwlb=4m\n    fail-on: warning\n"), "--hop gcp-cloud-nat", ExitFindings, "DestinationRule", "forgets an idle connection"},
		"hops of a Config":     {config("  failOn: warning\n  hops: [{hop: aws-gwlb, timeout: 4m}]\n"), "", ExitFindings, "DestinationRule", "forgets an idle connection"},
		"validate":             {configMap("    function: validate\n"), "", ExitDone, "", ""},
		"validate by a Config": {config("  function: validate\n"), "", ExitDone, "", ""},
		"no data":              {configMap("    {}\n"), "", ExitDone, "DestinationRule", ""},
		"a switch":             {configMap("    preserve-behavior: \"true\"\n"), "", ExitDone, "DestinationRule", ""},
		"its British spelling": {configMap("    preserve-behaviour: \"true\"\n"), "", ExitDone, "DestinationRule", ""}, //nolint:misspell // the alias
		"a wrong switch":       {configMap("    preserve-behavior: maybe\n"), "", ExitUsage, "", `preserve-behavior cannot be "maybe"`},
		"hops as YAML's list":  {configMap("    hop: [aws-nlb]\n"), "", ExitUsage, "", "hop must be a string"},
		"an unknown key":       {configMap("    targt: istio\n"), "", ExitUsage, "", `unknown key "targt"`},
		"keys beside data":     {"functionConfig: {apiVersion: v1, kind: ConfigMap, target: istio}\n", "", ExitUsage, "", "below data:"},
		"an unknown hop":       {configMap("    hop: aws-nbl\n"), "", ExitUsage, "", "aws-nbl"},
		"a wrong word":         {configMap("    fail-on: never\n"), "", ExitUsage, "", "--fail-on"},
		"envoy":                {configMap("    target: envoy\n"), "", ExitUsage, "", "no Kubernetes objects"},
		"no target":            {configMap("    target: envy\n"), "", ExitUsage, "", "write --target istio or kgateway or envoy-gateway"},
		"a way out":            {configMap("    output-dir: a/../../b\n"), "", ExitUsage, "", "nothing outside its package"},
		"a baseline":           {config("  baseline: known.json\n"), "", ExitUsage, "", "a function does not support a baseline"},
		"an absent input":      {config("  inputs: [none.yaml]\n"), "", ExitUsage, "", "paths start from the working directory"},
		"an unknown field":     {config("  tarlet: istio\n"), "", ExitUsage, "", `unknown field "tarlet"`},
		"another kind":         {"functionConfig: {apiVersion: v1, kind: Secret}\n", "", ExitUsage, "", "kind: Config of connpolicy.dev/v1, or a ConfigMap"},
		"no kind":              {"functionConfig: {}\n", "", ExitUsage, "", "an object without a kind"},
	} {
		got := runIn(t, t.TempDir(), fnHead+c.config+fnItems, append([]string{"fn"}, strings.Fields(c.args)...)...)
		l := fnRead(t, got)
		if got.code != c.code || !strings.Contains(got.err, c.says) || !strings.HasPrefix(got.out, fnHead+c.config+fnItems) {
			t.Errorf("%s: exit code %d\n%s%s", name, got.code, got.err, got.out)
		}
		if kinds := strings.TrimSpace(kindsBehind(l, 3)); kinds != c.kinds {
			t.Errorf("%s: %s is added, not %s", name, kinds, c.kinds)
		}
		if c.code == ExitUsage && (len(l.Results) != 1 || !strings.Contains(l.Results[0].Message, c.says) || l.Results[0].Severity != "error") {
			t.Errorf("%s: the results do not say why: %+v", name, l.Results)
		}
	}
}

func kindsBehind(l fnList, n int) string {
	var kinds string
	for _, i := range l.Items[min(n, len(l.Items)):] {
		kinds += i.Kind + " "
	}
	return kinds
}

func TestAFunctionGeneratesFromInputs(t *testing.T) {
	dir := workDir(t)
	list := func(inputs string) string {
		return fnHead + "items: []\nfunctionConfig:\n  apiVersion: connpolicy.dev/v1\n  kind: Config\n  inputs: [" + inputs + "]\n"
	}
	got := runIn(t, dir, list("good.yaml, deep"), "fn")
	if l := fnRead(t, got); got.code != ExitDone || l.names() != fnRule {
		t.Errorf("%s\n%s", l.names(), got.err)
	}
	got = runIn(t, dir, list("bad.yaml"), "fn")
	l := fnRead(t, got)
	if got.code != ExitFindings || len(l.Items) != 0 || len(l.Results) != 1 || l.Results[0].File == nil || l.Results[0].File.Path != "bad.yaml" || !strings.HasPrefix(got.err, "bad.yaml:6:") {
		t.Errorf("%+v\n%s", l.Results, got.err)
	}
	if suppressed := runIn(t, dir, strings.Replace(list("good.yaml"), "inputs:", "failOn: info\n  suppressions: [{code: hops-that-forget, reason: nothing is on the way}]\n  inputs:", 1), "fn"); suppressed.code != ExitDone || !strings.Contains(suppressed.err, "1 suppressed") {
		t.Errorf("exit code %d\n%s", suppressed.code, suppressed.err)
	}
	for _, inputs := range []string{"../good.yaml", "deep/../../good.yaml", "/etc/passwd", "..", "'../*.yaml'"} {
		if got := runIn(t, dir, list(inputs), "fn"); got.code != ExitUsage || !strings.Contains(got.err, " is outside the package") || len(fnRead(t, got).Results) != 1 {
			t.Errorf("%s: exit code %d\n%s%s", inputs, got.code, got.err, got.out)
		}
	}
	if err := os.Symlink(filepath.Join(files(t, map[string]string{"b.yaml": serviceOf("b")}), "b.yaml"), filepath.Join(dir, "away.yaml")); err != nil {
		t.Fatal(err)
	}
	if got := runIn(t, dir, list("away.yaml"), "fn"); got.code != ExitUsage || !strings.Contains(got.err, "away.yaml is outside the package") {
		t.Errorf("a link: exit code %d\n%s", got.code, got.err)
	}
	for inputs, want := range map[string]string{"none.yaml": "there is no file or directory none.yaml", `"-"`: `"-" is not a file`, "deep/notes.d": "there is no file or directory"} {
		if got := runIn(t, dir, list(inputs), "fn"); got.code != ExitUsage || !strings.Contains(got.err, want) || len(fnRead(t, got).Results) != 1 {
			t.Errorf("%s: exit code %d\n%s%s", inputs, got.code, got.err, got.out)
		}
	}
}

func TestAFunctionReadsNoConfigurationOfTheDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".connpolicy.yaml"), []byte("no: configuration\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := runIn(t, dir, fnHead+fnItems, "fn"); got.code != ExitDone {
		t.Error(got.err)
	}
}

// TestAFunctionsConfigAmongTheItemsHasNoSay has the list that kustomize sends to a generator, whose
// only item is functionConfig.
func TestAFunctionsConfigAmongTheItemsHasNoSay(t *testing.T) {
	list := fnHead + "items:\n- apiVersion: connpolicy.dev/v1\n  kind: Config\n  wrong: true\n"
	if got := runIn(t, t.TempDir(), list, "fn"); got.code != ExitDone || got.out != list {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestAFunctionTakesEveryVersionAndSpelling(t *testing.T) {
	list := fnHead + fnItems
	for name, text := range map[string]string{
		"v1beta1":    strings.Replace(list, "kubernetes.io/v1\n", "kubernetes.io/v1beta1\n", 1),
		"v1alpha1":   strings.Replace(list, "kubernetes.io/v1\n", "kubernetes.io/v1alpha1\n", 1),
		"CRLF":       strings.ReplaceAll(list, "\n", "\r\n"),
		"BOM":        "\ufeff" + list,
		"JSON":       jsonOf(t, list),
		"local only": strings.Replace(list, "    annotations:\n", "    annotations:\n      config.kubernetes.io/local-config: \"true\"\n", 1),
	} {
		if got := runIn(t, t.TempDir(), text, "fn"); got.code != ExitDone || kindsBehind(fnRead(t, got), 3) != "DestinationRule " || strings.Contains(got.out, "\r") {
			t.Errorf("%s: exit code %d\n%s%s", name, got.code, got.err, got.out)
		}
	}
}

func jsonOf(t *testing.T, text string) string {
	t.Helper()
	out, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAFunctionRefusesWhatIsNoListOfObjects(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "standard input is empty",
		"a: b: c\n":                         "<stdin>:1:",
		goodPolicy:                          "holds 2 documents",
		"apiVersion: v1\nkind: Service\n":   `"Service", not a ResourceList`,
		fnHead + "items: {}\n":              "items must be a list",
		fnHead + "items:\n- a: 1\n- text\n": "item 2 of the ResourceList is not an object",
	} {
		got := runIn(t, t.TempDir(), text, "fn")
		if got.code != ExitUsage || !strings.Contains(got.err, want) {
			t.Errorf("%q: exit code %d\n%s", text, got.code, got.err)
		}
		if back := strings.Contains(want, "item 2"); (got.out != "") != back || back && !strings.HasPrefix(got.out, text+"results:\n") {
			t.Errorf("%q: on standard output: %s", text, got.out)
		}
	}
	if got := runIn(t, t.TempDir(), "", "fn", "file.yaml"); got.code != ExitUsage || !strings.Contains(got.err, "no files") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestAFunctionSaysWhichOfTwoObjectsIsTooMany(t *testing.T) {
	again := strings.Replace(strings.SplitAfter(fnItems, "five minutes\n")[0], "items:\n", "", 1)
	twice := fnHead + fnItems + strings.Replace(again, "300s", "240s", 1)
	got := runIn(t, t.TempDir(), twice, "fn")
	if got.code != ExitFindings || !strings.Contains(got.err, "[duplicate-object]") || !strings.HasPrefix(got.out, twice+"results:\n") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestAFunctionProposesTheValueOfAFix(t *testing.T) {
	list, err := krm.Read(fnHead+fnItems, explainList)
	if err != nil {
		t.Fatal(err)
	}
	f := &function{list: list, items: map[*diag.Source]*krm.Item{list.Items[0].Source: list.Items[0]}}
	got := f.result(&diag.Diagnostic{
		Code: diag.DurationWithoutUnit, Fix: &diag.Fix{Value: "5m"},
		Span: diag.Span{Source: list.Items[0].Source, Field: "/spec/config/tcp/tcpKeepalive/time"},
	})
	if want := (fnField{"spec.config.tcp.tcpKeepalive.time", "300s", "5m"}); got.Field == nil || *got.Field != want {
		t.Errorf("%+v, not %+v", got.Field, want)
	}
}

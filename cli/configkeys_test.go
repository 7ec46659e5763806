package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/schema"
)

const configHead = "apiVersion: connpolicy.dev/v1\nkind: Config\n"

// files writes files into a new directory.
func files(t *testing.T, text map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range text {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func serviceOf(name string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\nspec: {ports: [{name: http, port: 80}]}\n"
}

// TestAFlagComesBeforeTheConfigurationAndThatBeforeTheDefault tries each key that is a flag, too.
func TestAFlagComesBeforeTheConfigurationAndThatBeforeTheDefault(t *testing.T) {
	noSpace := strings.ReplaceAll(goodPolicy, ", namespace: bookinfo", "")
	dir := files(t, map[string]string{
		"good.yaml": goodPolicy, "noSpace.yaml": noSpace, "warn.yaml": strings.Replace(goodPolicy, "300s", "1500ms", 1),
		"clusters.yaml": strings.Replace(goodPolicy, "{name: ratings}}]", "{name: ratings, cluster: eu}}]", 1),
		"deep/a/s.yaml": serviceOf("a"), "deep/s.yaml": serviceOf("b"),
		"known.json": `{"version": 1, "findings": []}`, "other.json": `{"version": 2}`,
	})
	for _, tt := range []struct {
		key                       string
		args                      []string
		flag                      string
		byDefault, config, byFlag string // what is said: without either, with the key alone, with both
	}{
		{"target: envoy", []string{"compile", "good.yaml"}, "--target=istio", "1 DestinationRule", "1 Envoy bootstrap", "1 DestinationRule"},
		{"target: envoy", []string{"report", "good.yaml"}, "-t=istio", "kind: DestinationRule", "static_resources", "kind: DestinationRule"},
		{"namespace: bookinfo", []string{"compile", "noSpace.yaml"}, "--namespace=shop", "namespace: default", "namespace: bookinfo", "namespace: shop"},
		{"cluster: eu", []string{"validate", "clusters.yaml"}, "--cluster=us", "[cluster-unknown]", "1 info", "[nothing-selected]"},
		{"workspace: team", []string{"compile", "good.yaml"}, "--workspace=other", "-svc-cluster-local-service-", "-lo-d36487", "-lo-34c819"},
		{"recursive: true", []string{"validate", "deep"}, "--recursive=false", "1 document:", "2 documents:", "1 document:"},
		{"failOn: warning", []string{"validate", "warn.yaml"}, "--fail-on=error", "exit 0", "exit 1", "exit 0"},
		{"baseline: other.json", []string{"validate", "good.yaml"}, "--baseline=known.json", "exit 0", "the baseline other.json has version 2", "exit 0"},
	} {
		run := func(args ...string) string {
			got := runIn(t, dir, "", append(slices.Clone(tt.args), args...)...)
			return got.out + got.err + "exit " + string(rune('0'+got.code))
		}
		write(t, dir, configName, configHead+tt.key+"\n")
		for _, try := range []struct {
			name, said, want string
		}{
			{"by default", run("--config=none"), tt.byDefault},
			{"by the configuration", run(), tt.config},
			{"by flag", run(tt.flag), tt.byFlag},
		} {
			if !strings.Contains(try.said, try.want) {
				t.Errorf("%s, %s %s: %v does not say %q:\n%s", tt.key, try.name, tt.flag, tt.args, try.want, try.said)
			}
		}
	}
}

func TestInputsAreReadWhenTheCommandLineNamesNone(t *testing.T) {
	dir := files(t, map[string]string{
		"m/one.yaml": serviceOf("one"), "m/deep/two.yaml": serviceOf("two"), "m/deep/three.yml": serviceOf("three"),
		"chart/templates/x.yaml": "a: {{ b }}\n", "chart/values.yaml": serviceOf("v"), "sub/dir/four.yaml": serviceOf("four"),
		"[odd]/five.yaml": serviceOf("five"),
	})
	for name, to := range map[string]string{"m/up": "..", "linked": "m"} { // one of them goes round in a circle
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	for _, tt := range []struct{ config, where, args, says string }{
		{"inputs: ['m/**/*.yaml']", ".", "validate", "2 documents:"},
		{"inputs: ['linke*/*.yaml']", ".", "validate", "1 document:"},
		{"inputs: ['linked/**/*.yaml']", ".", "validate", "2 documents:"},
		{"inputs: [m]", ".", "validate", "1 document:"},
		{"inputs: [m]\nrecursive: true", "sub", "validate", "3 documents:"},
		{"inputs: [m]\nrecursive: true", "sub/dir", "validate four.yaml", "1 document:"},
		{"inputs: [m]\nrecursive: true", "sub/dir", "validate -f four.yaml", "1 document:"},
		{"inputs: ['m/**/*.yaml']", "sub", "validate", "2 documents:"},
		{"inputs: ['m/**/*.{yaml,yml}', m/one.yaml]", "sub", "compile", "3 documents:"},
		{"inputs: ['[[]odd]/*.yaml']", ".", "resolve", "1 document:"},
		{"inputs: ['**/*.yaml']\nexclude: [chart, m/deep/]", "sub", "validate", "4 documents:"}, // the configuration is one of them
		{"inputs: [.]\nrecursive: true\nexclude: ['**/templates']", "m", "validate", "7 documents:"},
		{"exclude: ['**/templates']", ".", "validate -R chart", "1 document:"},
		{"exclude: ['**/templates']", ".", "validate chart/templates/x.yaml", "[template]"},
		{"", ".", "validate -R chart --exclude **/templates", "1 document:"},
		{"", "chart", "validate -R . --exclude templates/", "1 document:"},
		{"", ".", "validate -R chart --exclude ./chart/templates --exclude m", "1 document:"},
		{"exclude: [m/deep]", ".", "validate -R m --exclude m/one.yaml", "no manifests in m"},
		{"", ".", "validate --exclude [a m", `--exclude: "[a" is not a pattern`},
		{"", ".", "validate m/**/*.yaml", "2 documents:"},
		{"", ".", "validate", "write inputs into .connpolicy.yaml"},
	} {
		write(t, dir, configName, configHead+tt.config+"\n")
		got := runIn(t, filepath.Join(dir, tt.where), "", strings.Fields(tt.args)...)
		if !strings.Contains(got.err, tt.says) {
			t.Errorf("%s, %s in %s does not say %q:\n%s", tt.config, tt.args, tt.where, tt.says, got.err)
		}
	}
}

func TestDiffAndMigrateTakeFromTheConfigurationWhatTheyMeanByIt(t *testing.T) {
	dir := workDir(t)
	write(t, dir, configName, configHead+"target: envoy\nrecursive: false\nnamespace: shop\n")
	got := runIn(t, dir, "", "diff", "good.yaml", "warn.yaml")
	if got.code != ExitFindings || strings.Contains(got.out, "+++") {
		t.Errorf("diff compares what a target is written, though nobody asked: exit %d\n%s%s", got.code, got.out, got.err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "tree", "deep"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "tree", "deep"), "s.yaml", serviceOf("a"))
	got = runIn(t, dir, "", "migrate", "tree", "--to", "kgateway", "--output-dir", "out")
	if got.code != ExitDone || !strings.Contains(got.err, "1 document:") {
		t.Errorf("migrate reads no tree: exit %d\n%s", got.code, got.err)
	}
	write(t, dir, configName, configHead+"inputs: [tree]\n")
	got = runIn(t, dir, "", "migrate", "--to", "kgateway", "--output-dir", "tree")
	if got.code != ExitUsage || !strings.Contains(got.err, "is both input and output") {
		t.Errorf("migrate writes into its input: exit %d\n%s", got.code, got.err)
	}
}

func TestWhatAConfigurationSaysOfFilesIsCheckedAtTheCharacter(t *testing.T) {
	dir := workDir(t)
	for _, tt := range []struct{ line, says string }{
		{"inputs: [god.yaml]", "3:10: error: there is no file or directory god.yaml [missing-file]"},
		{"inputs: [god.yaml]", "did you mean good.yaml?"},
		{"inputs: ['x/*.yaml']", "3:10: error: no file matches x/*.yaml [missing-file]"},
		{"inputs: ['-']", `3:10: error: "-" is not a file, directory or pattern [malformed-value]`},
		{"inputs: ['https://example.com/a.yaml']", "is not a file, directory or pattern [malformed-value]"},
		{"inputs: ['{a']", `3:10: error: "{a" is not a pattern`},
		{"inputs: ['']", "[malformed-value]"},
		{"exclude: ['a[']", `3:11: error: "a[" is not a pattern`},
		{"baseline: gone.json", "3:11: error: there is no baseline gone.json [missing-file]"},
		{"suppressions: [{code: hops-that-forget, reason: r, files: 'a['}]", `3:59: error: "a[" is not a pattern`},
		{"suppressions: [{code: hop-that-forgets, reason: r}]", `did you mean "hops-that-forget"?`},
		{"suppressions: [{code: syntax, reason: r}]", "errors cannot be suppressed [unknown-value]"},
		{"suppressions: [{code: ignore-refused, reason: r}]", "which cannot be suppressed [unknown-value]"},
		{"suppressions: [{code: hops-that-forget}]", "reason is missing"},
		{"suppressions: [{code: hops-that-forget, reason: ' '}]", "[malformed-value]"},
		{"failOn: never", `failOn is "never", which is not an allowed value`},
		{"target: envoi", `did you mean "envoy"?`},
		{"inptus: [a]", `did you mean "inputs"?`},
		{"recursive: 'yes'", "[wrong-type]"},
		{"namespace: ''", "[malformed-value]"},
	} {
		write(t, dir, configName, configHead+tt.line+"\n")
		got := runIn(t, dir, "", "validate")
		if got.code != ExitUsage || !strings.Contains(got.err, tt.says) || !strings.Contains(got.err, "nothing else read") || !strings.HasPrefix(got.err, configName+":3:") {
			t.Errorf("%s: exit %d, it does not say %q:\n%s", tt.line, got.code, tt.says, got.err)
		}
	}
}

// uncommented is a configuration with every line of it that is an example made one that holds.
func uncommented(text string) string {
	return regexp.MustCompile(`(?m)^#([^ ]|  )`).ReplaceAllString(text, "$1")
}

// onlyUndecided reports a run that finds nothing but destinations without a policy behind hops.
func onlyUndecided(got result) bool {
	for _, found := range regexp.MustCompile(`(?m)^\S+: (?:error|warning|info): .* \[(.*)\]$`).FindAllStringSubmatch(got.err, -1) {
		if found[1] != "hop-keepalive-off" && found[1] != "services-without-policy" {
			return false
		}
	}
	return true
}

func TestInitWritesAConfigurationThatIsRightAsItIsAndUncommented(t *testing.T) {
	dir := files(t, map[string]string{
		"manifests/a.yaml":   "apiVersion: networking.gloo.solo.io/v2\nkind: ExternalService\nmetadata: {name: ratings, namespace: bookinfo}\nspec: {hosts: [ratings.global], ports: [{name: http, number: 80, protocol: HTTP}]}\n",
		"clusters/eu/b.yaml": strings.Replace(serviceOf("tcp-keepalive"), "name: tcp", "namespace: bookinfo, name: tcp", 1), "connpolicy-baseline.json": `{"version": 1, "findings": []}`,
	})
	for _, hops := range [][]string{nil, {"--hop", "clients:aws-nlb", "--hop", "azure-lb=15m", "--hop=destinations:gcp-cloud-nat"}} {
		made := runIn(t, dir, "", append([]string{"init", "--config"}, hops...)...)
		if made.code != ExitDone || !strings.HasPrefix(made.out, "# yaml-language-server: $schema=https://raw.githubusercontent.com/connpolicy/connpolicy/main/schema/json/connpolicy.dev/config_v1.json\n") {
			t.Fatalf("exit %d\n%s%s", made.code, made.out, made.err)
		}
		write(t, dir, configName, made.out)
		if got := runIn(t, dir, "", "validate", "manifests"); got.code != ExitDone || !strings.Contains(got.err, "1 document: ") || !onlyUndecided(got) {
			t.Errorf("as it is: exit %d\n%s", got.code, got.err)
		}
		write(t, dir, configName, uncommented(made.out))
		if got := runIn(t, dir, "", "validate"); !strings.Contains(got.err, "2 documents: ") || !onlyUndecided(got) {
			t.Errorf("uncommented: exit %d\n%s\n%s", got.code, got.err, uncommented(made.out))
		}
		if hops == nil {
			namesEveryKey(t, uncommented(made.out))
			continue
		}
		for _, want := range []string{"\n- hop: aws-nlb\n  side: clients\n", "\n- hop: azure-lb\n  timeout: 15m\n- hop: gcp-cloud-nat\n  side: destinations\n"} {
			if !strings.Contains(made.out, want) {
				t.Errorf("the hops are not filled in:\n%s", made.out)
			}
		}
	}
	write(t, dir, configName, configHead+"hops: [{hop: gcp-nlb-external}]\n")
	for args, says := range map[string]string{"": "gcp-nlb-external", "--config none": "No hop was named", "--config=none": "No hop was named", "--config " + configName: "gcp-nlb-external"} {
		if got := runIn(t, dir, "", append([]string{"init"}, strings.Fields(args)...)...); got.code != ExitDone || !strings.Contains(got.out, says) {
			t.Errorf("init %s: exit %d, it does not say %q\n%s%s", args, got.code, says, got.out, got.err)
		}
	}
	for _, args := range []string{"--kind Gateway", "--name x", "-n x", "-- file.yaml"} {
		if got := runIn(t, dir, "", append([]string{"init", "--config"}, strings.Fields(args)...)...); got.code != ExitUsage || got.out != "" {
			t.Errorf("init --config %s: exit %d\n%s", args, got.code, got.err)
		}
	}
}

// namesEveryKey holds a configuration against the published schema's keys, those of hops and
// suppressions among them.
func namesEveryKey(t *testing.T, text string) {
	t.Helper()
	var root struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	for _, k := range schema.Kinds {
		if k.Own {
			if err := json.Unmarshal(k.Schema(), &root); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(root.Properties) < 10 || len(root.Defs["suppression"].Properties) < 5 {
		t.Fatal("the schema of the configuration was not found")
	}
	for key := range root.Properties {
		if !strings.Contains(text, "\n"+key+":") {
			t.Errorf("init --config does not name %s", key)
		}
	}
	for _, def := range root.Defs {
		for key := range def.Properties {
			if !strings.Contains(text, "\n  "+key+":") && !strings.Contains(text, "\n- "+key+":") {
				t.Errorf("init --config does not name %s", key)
			}
		}
	}
}

func TestWhatIsFoundInTheConfigurationIsSaidOnceWithTheRest(t *testing.T) {
	const configuration = "apiVersion: connpolicy.dev/v1\nkind: Config # connpolicy:ignore nonsense it was always like this\n"
	dir := workDir(t)
	putFile(t, filepath.Join(dir, ".connpolicy.yaml"), configuration)
	putFile(t, filepath.Join(dir, "deep", "warn.yaml"), textOf(t, filepath.Join(dir, "warn.yaml")))
	for _, args := range []string{
		"validate deep/more.yml", "validate --documents-only deep/more.yml", "validate --fix deep/more.yml", "compile deep/more.yml",
		"resolve deep/more.yml", "report deep/more.yml", "validate .connpolicy.yaml deep/more.yml", "validate --write-baseline /dev/null deep/more.yml --fail-on warning",
	} {
		got := runIn(t, dir, "", strings.Fields(args)...)
		want := 1
		if strings.Contains(args, "baseline") {
			want = 0
		}
		if n := strings.Count(got.err, `.connpolicy.yaml:2:34: warning: there is no code "nonsense"`); n != want || got.code != ExitDone {
			t.Errorf("%s: exit %d, the warning stands there %d times:\n%s", args, got.code, n, got.err)
		}
	}
	putFile(t, filepath.Join(dir, ".connpolicy.yaml"), configuration+"failOn: warning\n")
	if got := runIn(t, dir, "", "validate", "deep/more.yml"); got.code != ExitFindings {
		t.Errorf("a warning of the configuration does not count: exit %d\n%s", got.code, got.err)
	}
}

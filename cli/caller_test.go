package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// runAs runs a command line under a name in a directory.
func runAs(t *testing.T, dir, name string, args ...string) result {
	t.Helper()
	t.Chdir(dir)
	t.Setenv("NO_COLOR", "")
	var out, errs bytes.Buffer
	code := Run(append([]string{name}, args...), strings.NewReader(""), &out, &errs)
	return result{code, out.String(), errs.String()}
}

// bare finds what a user of kubectl would be told to type, and does not have.
func bare(text string) []string {
	text = strings.ReplaceAll(text, "kubectl connpolicy", "")
	return regexp.MustCompile(`.*\bconnpolicy (?:COMMAND|[a-z]+ (?:-|FILE|examples)|-h|hops|explain|schema|init).*`).FindAllString(text, -1)
}

func TestHelpOfEveryCommandIsInTheWordsOfKubectlsUsers(t *testing.T) {
	dir := root(t)
	commands := []string{}
	for _, c := range newApp(&streams{}).Commands {
		commands = append(commands, c.Name)
	}
	for _, command := range append(commands, "") {
		args := []string{"-h"}
		if command != "" {
			args = []string{command, "-h"}
		}
		got := runAs(t, dir, "/usr/local/bin/kubectl-connpolicy", args...)
		for _, want := range []string{"NAME:\n   " + strings.TrimSpace("kubectl connpolicy "+command) + " - ", "USAGE:\n   kubectl connpolicy " + command} {
			if got.code != ExitDone || !strings.Contains(got.out, want) {
				t.Errorf("%v: exit code %d, and no %q in:\n%s", args, got.code, want, got.out)
			}
		}
		if left := bare(got.out); left != nil {
			t.Errorf("%v shows what a user of kubectl cannot type: %q", args, left)
		}
		plain := runAs(t, dir, "/usr/local/bin/connpolicy", args...)
		if strings.Contains(plain.out, "kubectl connpolicy") {
			t.Errorf("%v speaks of kubectl to those who did not call it so:\n%s", args, plain.out)
		}
	}
}

func TestMistakesAreToldInTheWordsOfKubectlsUsers(t *testing.T) {
	dir := workDir(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"explain"}, "kubectl connpolicy: explain takes one code\n   = help: kubectl connpolicy explain keepalive-rounded, or kubectl connpolicy explain --list\n"},
		{[]string{"validate", "--nope"}, "kubectl connpolicy: unknown flag --nope\n   = help: see kubectl connpolicy validate -h for its flags\n"},
		{[]string{"--nope"}, "kubectl connpolicy: unknown flag --nope\n   = help: see kubectl connpolicy COMMAND -h for its flags\n"},
		{[]string{"validate", "https://example.com/a.yaml"}, "kubectl connpolicy: https://example.com/a.yaml is a URL, and connpolicy works offline so that a run gives the same result everywhere\n   = help: fetch it first, for example with: curl -fsSL URL | kubectl connpolicy compile -f -\n"},
		{[]string{"diff"}, "kubectl connpolicy: diff compares two inputs, and 0 are named\n   = help: kubectl connpolicy diff OLD NEW, or kubectl connpolicy diff git:HEAD:PATH PATH for what changed since the last commit\n"},
	} {
		got := runAs(t, dir, "kubectl-connpolicy", c.args...)
		if got.code != ExitUsage || got.err != c.want {
			t.Errorf("%v: exit code %d\n%s", c.args, got.code, got.err)
		}
	}
}

func TestFindingsSayWhatAUserOfKubectlCanType(t *testing.T) {
	dir := root(t)
	template := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(template, []byte("kind: {{ .Values.kind }}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"compile examples/bookinfo", "such as --hop aws-nlb; kubectl connpolicy hops lists all of them"},
		{"compile " + template, "helm template CHART | kubectl connpolicy compile -f -"},
		{"hops", "kubectl connpolicy hops explain ID shows what to do"},
		{"explain not-expressible", "$ kubectl connpolicy compile --target envoy -f input.yaml"},
		{"explain unknown-hop", "\"kubectl connpolicy hops"},
	} {
		got := runAs(t, dir, "kubectl-connpolicy", strings.Fields(c.args)...)
		text := got.out + got.err
		if !strings.Contains(text, c.want) {
			t.Errorf("%s does not say %q:\n%s", c.args, c.want, text)
		}
		if left := bare(text); left != nil {
			t.Errorf("%s tells of what a user of kubectl cannot type: %q", c.args, left)
		}
	}
}

func TestFilesAndMachinesAreToldTheSameUnderEveryName(t *testing.T) {
	dir := root(t)
	for _, args := range [][]string{
		{"validate", "--format", "json", "examples/bookinfo"},
		{"report", "examples/bookinfo"},
		{"man"},
		{"completion", "bash"},
		{"version"},
	} {
		plain, plugin := runAs(t, dir, "connpolicy", args...), runAs(t, dir, "kubectl-connpolicy", args...)
		if plain.code != plugin.code || plain.out != plugin.out || args[0] == "validate" && plain.err != plugin.err {
			t.Errorf("%v differs under the two names", args)
		}
	}
	written := map[string]string{}
	for _, name := range []string{"connpolicy", "kubectl-connpolicy"} {
		out := t.TempDir()
		if got := runAs(t, dir, name, "migrate", "examples/gloo-edge", "--to", "istio", "--output-dir", out); got.code != ExitDone {
			t.Fatal(got.err)
		}
		text, err := os.ReadFile(filepath.Join(out, migrationFile))
		if err != nil {
			t.Fatal(err)
		}
		written[name] = strings.ReplaceAll(string(text), out, "OUT")
	}
	if written["connpolicy"] != written["kubectl-connpolicy"] {
		t.Error("MIGRATION.md differs under the two names")
	}
}

func TestAPluginsFileNameIsReadAsKubectlReadsIt(t *testing.T) {
	for file, want := range map[string]string{
		"connpolicy": "connpolicy", "/a b/connpolicy.exe": "connpolicy", "connpolicy-v2": "connpolicy",
		"kubectl-connpolicy": "kubectl connpolicy", "/opt/kubectl-connpolicy.exe": "kubectl connpolicy",
		"kubectl-conn_policy": "kubectl conn-policy", "kubectl-net-connpolicy": "kubectl net connpolicy",
		"kubectl-": "connpolicy", "kubectl-$1": "kubectl $1",
	} {
		if got := called([]string{file}).name; got != want {
			t.Errorf("%s is called %q, want %q", file, got, want)
		}
	}
	if got := runAs(t, t.TempDir(), "kubectl-$1", "explain").err; !strings.Contains(got, "help: kubectl $1 explain keepalive-rounded") {
		t.Errorf("%s", got)
	}
	if got := called(nil).name; got != "connpolicy" {
		t.Errorf("without a name it is called %q", got)
	}
}

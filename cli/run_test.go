package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// result is what a run leaves behind.
type result struct {
	code     int
	out, err string
}

// runIn runs a command line in a directory, with text on standard input.
func runIn(t *testing.T, dir, stdin string, args ...string) result {
	t.Helper()
	t.Chdir(dir)
	t.Setenv("NO_COLOR", "")
	var out, errs bytes.Buffer
	code := Run(append([]string{"connpolicy"}, args...), strings.NewReader(stdin), &out, &errs)
	return result{code, out.String(), errs.String()}
}

const goodPolicy = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: keepalive, namespace: bookinfo}
spec:
  applyToDestinations: [{selector: {name: ratings}}]
  config: {tcp: {tcpKeepalive: {time: 300s}}}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: bookinfo}
spec: {ports: [{name: http, port: 9080}]}
`

// workDir holds good.yaml, bad.yaml (one error), warn.yaml (one warning) and broken.yaml (no YAML).
func workDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"good.yaml":      goodPolicy,
		"bad.yaml":       strings.Replace(goodPolicy, "300s", "300", 1),
		"warn.yaml":      strings.Replace(goodPolicy, "300s", "1500ms", 1),
		"broken.yaml":    "a: b: c\n",
		"deep/more.yml":  "apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: bookinfo}\n",
		"deep/notes.txt": "not a manifest",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestEveryEndOfARunHasItsExitCode(t *testing.T) {
	dir := workDir(t)
	for _, tt := range []struct {
		args []string
		code int
		says string // on standard error
	}{
		{[]string{"validate", "good.yaml"}, ExitDone, "2 documents: 1 info"},
		{[]string{"validate", "warn.yaml"}, ExitDone, "[keepalive-rounded]"},
		{[]string{"validate", "--fail-on", "warning", "warn.yaml"}, ExitFindings, "[keepalive-rounded]"},
		{[]string{"validate", "bad.yaml"}, ExitFindings, "[duration-without-unit]"},
		{[]string{"compile", "bad.yaml"}, ExitFindings, "nothing written"},
		{[]string{"validate", "broken.yaml"}, ExitUsage, "[syntax]"},
		{[]string{"compile", "broken.yaml", "--format", "json"}, ExitUsage, `"code": "syntax"`},
		{[]string{"validate"}, ExitUsage, "no file is named"},
		{[]string{"validate", "absent.yaml"}, ExitUsage, "there is no file absent.yaml"},
		{[]string{"validate", "*.json"}, ExitUsage, "no file matches"},
		{[]string{"validate", "deep/notes"}, ExitUsage, "there is no file"},
		{[]string{"validate", "https://example.com/a.yaml"}, ExitUsage, "works offline"},
		{[]string{"validate", "-", "-"}, ExitUsage, "once"},
		{[]string{"validate", ""}, ExitUsage, "empty file name"},
		{[]string{"compile", "good.yaml", "--target", "kube"}, ExitUsage, "write --target istio or envoy"},
		{[]string{"compile", "good.yaml", "--output", "xml"}, ExitUsage, "write --output yaml or json"},
		{[]string{"compile", "good.yaml", "--fail-on", "never"}, ExitUsage, "--fail-on cannot be"},
		{[]string{"compile", "good.yaml", "--targt", "envoy"}, ExitUsage, "did you mean --target"},
		{[]string{"compile", "good.yaml", "-t"}, ExitUsage, "flag -t needs a value"},
		{[]string{"compile", "good.yaml", "--check"}, ExitUsage, "needs a directory"},
		{[]string{"compile", "good.yaml", "--output-dir", ""}, ExitUsage, "--output-dir is empty"},
		{[]string{"compil", "good.yaml"}, ExitUsage, "did you mean compile"},
		{[]string{"explain", "keepalive-ronded"}, ExitUsage, "did you mean keepalive-rounded"},
		{[]string{"schema", "Upstrem"}, ExitUsage, "did you mean Upstream"},
		{[]string{"version", "now"}, ExitUsage, "takes no arguments"},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			got := runIn(t, dir, "", tt.args...)
			if got.code != tt.code {
				t.Errorf("exit code %d, want %d", got.code, tt.code)
			}
			if !strings.Contains(got.err, tt.says) {
				t.Errorf("standard error does not say %q:\n%s", tt.says, got.err)
			}
			if got.code != ExitDone && got.out != "" {
				t.Errorf("something was printed as a result:\n%s", got.out)
			}
		})
	}
}

func TestFlagsWorkBeforeAndAfterFileNames(t *testing.T) {
	dir := workDir(t)
	want := runIn(t, dir, "", "compile", "-f", "good.yaml", "--target", "envoy", "-o", "yaml")
	if want.code != ExitDone || want.out == "" {
		t.Fatalf("exit code %d: %s", want.code, want.err)
	}
	for _, args := range [][]string{
		{"compile", "good.yaml", "--target", "envoy", "-o", "yaml"},
		{"compile", "--target=envoy", "good.yaml", "-o=yaml"},
		{"compile", "-t", "envoy", "-o", "yaml", "--", "good.yaml"},
		{"compile", "-o", "yaml", "--filename", "good.yaml", "-t", "envoy"},
	} {
		if diff := cmp.Diff(want, runIn(t, dir, "", args...), cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%v:\n%s", args, diff)
		}
	}
}

func TestTheSameObjectsGiveTheSameBytesHoweverTheyAreRead(t *testing.T) {
	dir := workDir(t)
	want := runIn(t, dir, "", "compile", "good.yaml").out
	if !strings.Contains(want, "time: 300s") {
		t.Fatalf("not compiled:\n%s", want)
	}
	policy, service, _ := strings.Cut(goodPolicy, "---\n")
	indent := func(s string) string { return "- " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") + "\n" }
	asList := "apiVersion: v1\nkind: List\nitems:\n" + indent(service) + indent(policy)
	asJSON := `{"apiVersion":"v1","kind":"Service","metadata":{"name":"ratings","namespace":"bookinfo"},"spec":{"ports":[{"name":"http","port":9080}]}}
{"apiVersion":"resilience.policy.gloo.solo.io/v2","kind":"ConnectionPolicy","metadata":{"name":"keepalive","namespace":"bookinfo"},"spec":{"applyToDestinations":[{"selector":{"name":"ratings"}}],"config":{"tcp":{"tcpKeepalive":{"time":"300s"}}}}}`
	for form, text := range map[string]string{
		"a stream": goodPolicy, "turned round": service + "---\n" + policy, "a List": asList, "JSON": asJSON,
		"CR LF": strings.ReplaceAll(goodPolicy, "\n", "\r\n"), "a byte order mark": "\ufeff" + goodPolicy,
	} {
		if got := runIn(t, dir, text, "compile", "-f", "-"); got.out != want {
			t.Errorf("%s: %s\n%s", form, cmp.Diff(want, got.out), got.err)
		}
	}
	t.Setenv("GOMAXPROCS", "1")
	if got := runIn(t, dir, "", "compile", "good.yaml", "./good.yaml", filepath.Join(dir, "good.yaml")); got.out != want {
		t.Errorf("the same file by three names: %s\n%s", cmp.Diff(want, got.out), got.err)
	}
}

func TestDirectoriesAreReadByExtensionAndDepthByRequest(t *testing.T) {
	dir := workDir(t)
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"validate", "deep"}, "1 document"},
		{[]string{"validate", "-R", "deep"}, "1 document"},
		{[]string{"validate", "deep/*.yml", "good.yaml"}, "3 documents"},
		{[]string{"validate", "good.yaml", "deep"}, "3 documents"},
	} {
		if got := runIn(t, dir, "", tt.args...); !strings.Contains(got.err, tt.says) {
			t.Errorf("%v does not say %q:\n%s", tt.args, tt.says, got.err)
		}
	}
	if got := runIn(t, dir, "", "validate", "-R", "."); got.code != ExitFindings || !strings.Contains(got.err, "warn.yaml") || !strings.Contains(got.err, "bad.yaml") {
		t.Errorf("-R does not report every file:\n%s", got.err)
	}
}

func TestADirectoryIsWrittenCheckedAndKeptClean(t *testing.T) {
	dir := workDir(t)
	out := filepath.Join(dir, "out")
	first := runIn(t, dir, "", "compile", "good.yaml", "--output-dir", "out")
	if first.code != ExitDone || !strings.Contains(first.err, "1 written") || first.out != "" {
		t.Fatalf("exit code %d: %s%s", first.code, first.out, first.err)
	}
	foreign := filepath.Join(out, "mine.yaml")
	const mine = "# app.kubernetes.io/managed-by: connpolicy-operator\nkind: ConfigMap\n"
	if err := os.WriteFile(foreign, []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := runIn(t, dir, "", "compile", "good.yaml", "--output-dir", "out", "--check"); got.code != ExitDone || got.out != "" {
		t.Errorf("a current directory: exit code %d\n%s%s", got.code, got.out, got.err)
	}
	stale := runIn(t, dir, "", "compile", "warn.yaml", "--output-dir", "out", "--check")
	if stale.code != ExitFindings || !strings.Contains(stale.out, "-            time: 300s") || !strings.Contains(stale.out, "+            time: 2s") {
		t.Errorf("a stale directory: exit code %d\n%s%s", stale.code, stale.out, stale.err)
	}
	before := listing(t, out)
	if got := runIn(t, dir, "", "compile", "bad.yaml", "--output-dir", "out"); got.code != ExitFindings || !cmp.Equal(before, listing(t, out)) {
		t.Errorf("an error changed the directory: exit code %d", got.code)
	}
	gone := runIn(t, dir, "", "compile", "good.yaml", "--target", "envoy", "--output-dir", "out")
	if after := listing(t, out); !strings.Contains(gone.err, "1 written, 1 deleted") || len(after) != 2 || after["mine.yaml"] != mine || after["envoy.json"] == "" {
		t.Errorf("after another target: %v\n%s", after, gone.err)
	}
	if err := os.WriteFile(filepath.Join(out, "envoy.json"), []byte(`{"admin": {}, "static_resources": {}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := runIn(t, dir, "", "compile", "good.yaml", "--target", "envoy", "--output-dir", "out"); got.code != ExitUsage || !strings.Contains(got.err, "is not replaced") {
		t.Errorf("a file of somebody else was taken over: exit code %d\n%s", got.code, got.err)
	}
}

func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

func TestOutputIsOfTheFormatThatIsAskedFor(t *testing.T) {
	dir := workDir(t)
	for _, args := range [][]string{{"-o", "json"}, {"-t", "envoy"}, {"-t", "envoy", "-o", "json"}} {
		got := runIn(t, dir, "", append([]string{"compile", "good.yaml"}, args...)...)
		if !json.Valid([]byte(got.out)) {
			t.Errorf("%v is not JSON:\n%s", args, got.out)
		}
	}
	got := runIn(t, dir, "", "validate", "bad.yaml", "--format", "json")
	var report struct {
		Findings []struct {
			Severity, Code, File, Help string
			Line, Column, Length       int
		}
		Summary struct{ Documents, Errors int }
	}
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatal(err)
	}
	f := report.Findings
	if len(f) != 1 || f[0].File != "bad.yaml" || f[0].Line != 6 || f[0].Column != 39 || f[0].Length != 3 || f[0].Help != `write "300s"` || report.Summary.Errors != 1 {
		t.Errorf("the report is %+v", report)
	}
}

func TestColorIsForTerminalsAndOnRequest(t *testing.T) {
	dir := workDir(t)
	if got := runIn(t, dir, "", "validate", "bad.yaml"); strings.Contains(got.err, "\x1b[") {
		t.Error("a pipe is colored")
	}
	if got := runIn(t, dir, "", "validate", "bad.yaml", "--color", "always"); !strings.Contains(got.err, "\x1b[1;31m") {
		t.Error("--color always does not color")
	}
}

func TestHelpIsAResultAndShowsAnExample(t *testing.T) {
	dir := workDir(t)
	for _, command := range []string{"compile", "validate", "explain", "hops", "schema", "version"} {
		for _, args := range [][]string{{command, "-h"}, {command, "--help"}, {"help", command}} {
			got := runIn(t, dir, "", args...)
			if got.code != ExitDone || got.err != "" || !strings.Contains(got.out, "connpolicy "+command) {
				t.Errorf("%v: exit code %d\n%s%s", args, got.code, got.out, got.err)
			}
		}
	}
}

func TestSchemasAreWrittenWhereEditorsLookForThem(t *testing.T) {
	dir := workDir(t)
	if got := runIn(t, dir, "", "schema", "--dir", "schemas"); got.code != ExitDone {
		t.Fatal(got.err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "schemas", "resilience.policy.gloo.solo.io", "connectionpolicy_v2.json"))
	if err != nil || string(text) != runIn(t, dir, "", "schema", "connectionpolicy").out {
		t.Errorf("the schema in the directory is not the one that is printed: %v", err)
	}
}

func TestEveryCodeHasAPage(t *testing.T) {
	dir := workDir(t)
	list := runIn(t, dir, "", "explain", "--list").out
	lines := strings.Split(strings.TrimSpace(list), "\n")
	if len(lines) < 60 {
		t.Fatalf("only %d codes are listed", len(lines))
	}
	for _, line := range lines {
		name := strings.Fields(line)[0]
		page := runIn(t, dir, "", "explain", name).out
		for _, part := range []string{"\nMeaning\n", "\nExample\n", "\nFix\n", "\nSource\n"} {
			info := strings.Fields(line)[1] == "info" // nothing is wrong, so there may be nothing to fix
			if !strings.Contains(page, part) && (!info || part != "\nFix\n") {
				t.Errorf("the page of %s has no%s", name, strings.ReplaceAll(part, "\n", " "))
			}
		}
	}
}

//go:build conventions

package conventions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// goldenRun validates a golden case with more flags, from within its folder.
func goldenRun(t *testing.T, dir string, flags ...string) outcome {
	t.Helper()
	args := []string{"validate"}
	inputs, err := filepath.Glob(filepath.Join(dir, "input*"))
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs in %s: %v", dir, err)
	}
	for _, file := range inputs {
		args = append(args, "-f", filepath.Base(file))
	}
	o := connpolicy(t, dir, "", append(args, flags...)...)
	if o.exit > 2 {
		t.Fatalf("%s: exit code %d\n%s", dir, o.exit, o.stderr)
	}
	return o
}

// goldenFolders are all golden cases.
func goldenFolders(t *testing.T) []string {
	t.Helper()
	inputs, err := filepath.Glob(filepath.Join(root, "golden", "*", "input*"))
	if err != nil || len(inputs) < 100 {
		t.Fatalf("%d golden inputs, %v", len(inputs), err)
	}
	var dirs []string
	for _, file := range inputs {
		dirs = append(dirs, filepath.Dir(file))
	}
	return slices.Compact(dirs)
}

// sarifSchema is the published schema, as a library for SARIF carries it in its source.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(strings.TrimSpace(string(dir)), "pkg", "report", "v210", "sarif", "schema.go")
	source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := strconv.Unquote(constant(t, source, "schema"))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.Draft, compiler.AssertFormat = jsonschema.Draft4, true
	if err := compiler.AddResource("sarif.json", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSARIFOfEveryGoldenCaseIsValid(t *testing.T) {
	schema := sarifSchema(t)
	if err := schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{"results": []any{}}}}); err == nil {
		t.Fatal("the schema takes a run without a tool: it checks nothing")
	}
	logs := t.TempDir()
	for _, dir := range goldenFolders(t) {
		text := goldenRun(t, dir, "--format", "sarif").stdout
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %#v", filepath.Base(dir), err)
		}
		if _, err := sarif.FromBytes([]byte(text)); err != nil {
			t.Errorf("%s: %v", filepath.Base(dir), err)
		}
		if err := os.WriteFile(filepath.Join(logs, filepath.Base(dir)+".sarif"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	multitool(t, logs)
}

// multitool lets the standard's own tool judge logs, by its rules and those of GitHub's code scanning.
func multitool(t *testing.T, logs string) {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the SARIF Multitool is for another machine")
	}
	const name = "@microsoft/sarif-multitool-linux"
	dir := cache(t, "sarif-multitool-5.7.0")
	program := filepath.Join(dir, "node_modules", filepath.FromSlash(name), "Sarif.Multitool")
	if _, err := os.Stat(program); err != nil {
		if out, err := exec.Command("npm", "install", "--prefix", dir, "--no-audit", "--no-fund", name+"@5.7.0").CombinedOutput(); err != nil {
			missing(t, name, append(out, err.Error()...))
		}
	}
	if err := os.Chmod(program, 0o755); err != nil { //nolint:gosec // a program, which npm unpacks without the right to be run
		t.Fatal(err)
	}
	t.Setenv("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1") // it is run without ICU
	judge := func(what string) outcome {
		return execute(t, logs, "", program, "validate", "--rule-kind", "Sarif;Ghas", what)
	}
	o := judge(filepath.Join(logs, "*.sarif"))
	if o.exit != 0 || !strings.Contains(o.stdout, "completed successfully") || regexp.MustCompile(`\): (error|warning)`).MatchString(o.stdout) {
		t.Errorf("exit code %d\n%s%s", o.exit, o.stdout, o.stderr)
	}
	bad := filepath.Join(logs, "bad.sarif")
	text := `{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}]}`
	if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := judge(bad); !strings.Contains(o.stdout, "warning") {
		t.Errorf("of a poor log it says nothing:\n%s", o.stdout)
	}
}

func TestGitLabsReportHasWhatGitLabDocuments(t *testing.T) {
	for _, dir := range goldenFolders(t) {
		var issues []struct {
			Description string `json:"description"`
			CheckName   string `json:"check_name"`
			Fingerprint string `json:"fingerprint"`
			Severity    string `json:"severity"`
			Location    struct {
				Path  string `json:"path"`
				Lines struct {
					Begin int `json:"begin"`
				} `json:"lines"`
			} `json:"location"`
		}
		text := goldenRun(t, dir, "--format", "gitlab").stdout
		reader := json.NewDecoder(strings.NewReader(text))
		reader.DisallowUnknownFields()
		if err := reader.Decode(&issues); err != nil || issues == nil || strings.HasPrefix(text, "\ufeff") {
			t.Fatalf("%s: %v\n%s", dir, err, text)
		}
		seen := map[string]bool{}
		for _, i := range issues {
			if i.Description == "" || i.CheckName == "" || i.Fingerprint == "" || seen[i.Fingerprint] || i.Location.Path == "" || strings.HasPrefix(i.Location.Path, "./") || i.Location.Lines.Begin < 1 {
				t.Errorf("%s: %+v", filepath.Base(dir), i)
			}
			if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, i.Severity) {
				t.Errorf("%s: the severity %q", filepath.Base(dir), i.Severity)
			}
			seen[i.Fingerprint] = true
		}
	}
}

func TestAJUnitReaderCountsWhatFails(t *testing.T) {
	for _, dir := range goldenFolders(t) {
		o := goldenRun(t, dir, "--format", "junit")
		suites, err := junit.Ingest([]byte(o.stdout))
		if err != nil {
			t.Fatalf("%s: %v\n%s", dir, err, o.stdout)
		}
		failed, tests := 0, 0
		for _, s := range suites {
			failed, tests = failed+s.Totals.Failed+s.Totals.Error, tests+s.Totals.Tests
			for _, c := range s.Tests {
				if c.Name == "" || c.Classname == "" || c.Status == junit.StatusFailed && !strings.Contains(c.Error.Error(), ": error: ") {
					t.Errorf("%s: %+v", filepath.Base(dir), c)
				}
			}
		}
		if fails := o.exit != 0; fails != (failed > 0) {
			t.Errorf("%s: exit code %d, and %d of %d tests fail", filepath.Base(dir), o.exit, failed, tests)
		}
	}
}

func TestReviewdogReadsCheckstyleAndSARIF(t *testing.T) {
	t.Setenv("GONOSUMDB", "golang.org/x/build") // which its module needs in a version that not every checksum database has
	reviewdog := goTool(t, "github.com/reviewdog/reviewdog/cmd/reviewdog", "v0.20.1")
	dir := filepath.Join(root, "golden", "findings-in-every-format")
	var want []string
	place := regexp.MustCompile(`(?m)^(\S+:\d+):(\d+): (?:error|warning|info): (.*) \[`)
	for _, m := range place.FindAllStringSubmatch(goldenRun(t, dir).stderr, -1) {
		want = append(want, m[1]+" "+m[3])
	}
	if len(want) < 5 {
		t.Fatalf("the case has the findings %v", want)
	}
	for _, format := range []string{"checkstyle", "sarif"} {
		o := execute(t, dir, goldenRun(t, dir, "--format", format).stdout, reviewdog, "-f="+format, "-reporter=rdjsonl", "-filter-mode=nofilter", "-diff=true")
		got := reviewed(t, o.stdout)
		for _, finding := range want {
			if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, finding) }) {
				t.Errorf("%s: it does not say %s, but\n%s", format, finding, strings.Join(got, "\n"))
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d findings became %d\n%s", format, len(want), len(got), o.stderr)
		}
	}
}

// reviewed are reviewdog's findings as "FILE:LINE MESSAGE".
func reviewed(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(text) {
		var f struct {
			Message  string
			Location struct {
				Path  string
				Range struct{ Start struct{ Line int } }
			}
		}
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s:%d %s", f.Location.Path, f.Location.Range.Start.Line, f.Message))
	}
	return out
}

func TestReadersTakeFindingsAboutHostileText(t *testing.T) {
	dir := t.TempDir()
	text := "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: \"a\\u0001\\u001b]]>&<\\\"\\n::error::x\\ufffe😀\", namespace: n}\nspec: {connectionConfig: {\"\\u0002<x>\": \"\\u0000\", connectTimeout: 5}, static: {hosts: []}}\n"
	if err := os.WriteFile(filepath.Join(dir, "a b&%1😀.yaml"), []byte(text+"--- \n\xff\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(format string) []byte {
		return []byte(connpolicy(t, dir, "", "validate", "-f", ".", "--format", format).stdout)
	}
	suites, err := junit.Ingest(run("junit"))
	if err != nil || len(suites) != 1 {
		t.Errorf("JUnit: %v, %d suites", err, len(suites))
	}
	var value any
	if err := json.Unmarshal(run("sarif"), &value); err != nil {
		t.Fatal(err)
	}
	if err := sarifSchema(t).Validate(value); err != nil {
		t.Errorf("SARIF: %#v", err)
	}
	if text := run("github"); len(text) == 0 || bytes.Contains(text, []byte("\n::error::x")) {
		t.Errorf("a name gives a command to GitHub:\n%s", text)
	}
}

//go:build conventions

package conventions_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"
	"sigs.k8s.io/yaml"
)

// action is action.yml, as far as a runner needs it.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Steps []struct {
			ID, If, Shell, Run, Uses string
			Env                      map[string]string
		}
	}
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestActionlintTakesTheActionAndOurWorkflows(t *testing.T) {
	actionlint := goTool(t, "github.com/rhysd/actionlint/cmd/actionlint", "v1.7.12")
	repo := t.TempDir()
	if o := execute(t, repo, "", "git", "init", "-q"); o.exit != 0 {
		t.Fatal(o.stderr)
	}
	copyFile(t, filepath.Join(root, "action.yml"), filepath.Join(repo, "action.yml"))
	workflows, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*"))
	if err != nil || len(workflows) == 0 {
		t.Fatalf("workflows %v: %v", workflows, err)
	}
	for _, w := range workflows {
		copyFile(t, w, filepath.Join(repo, ".github", "workflows", filepath.Base(w)))
	}
	docs, err := os.ReadFile(filepath.Join(root, "docs", "ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```yaml\n(on:.*?)```").FindAllStringSubmatch(string(docs), -1)
	if len(shown) < 2 {
		t.Fatalf("docs/ci.md shows %d workflows", len(shown))
	}
	for i, block := range shown {
		text := strings.ReplaceAll(block[1], "connpolicy/connpolicy@v0", "./") // the action as it is here
		file := filepath.Join(repo, ".github", "workflows", "docs"+strings.Repeat("x", i)+".yml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if o := execute(t, repo, "", actionlint); o.exit != 0 {
		t.Errorf("exit code %d\n%s%s", o.exit, o.stdout, o.stderr)
	}
	bad := "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./\n        with: {fail-onn: info}\n"
	if err := os.WriteFile(filepath.Join(repo, ".github", "workflows", "bad.yml"), []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := execute(t, repo, "", actionlint); !strings.Contains(o.stdout, `input "fail-onn" is not defined`) {
		t.Errorf("it does not read the action's inputs:\n%s%s", o.stdout, o.stderr)
	}
}

var expression = regexp.MustCompile(`\$\{\{ *(.*?) *\}\}`)

// stepped is what the action's own step leaves behind.
type stepped struct {
	outcome
	output, summary string
}

// runAction does what a runner does with the step that validates.
func runAction(t *testing.T, dir string, inputs map[string]string) stepped {
	t.Helper()
	var a action
	readYAML(t, filepath.Join(root, "action.yml"), &a)
	for name := range inputs {
		if _, known := a.Inputs[name]; !known {
			t.Fatalf("the action has no input %s", name)
		}
	}
	files := t.TempDir()
	output, summary, script := filepath.Join(files, "output"), filepath.Join(files, "summary"), filepath.Join(files, "script.sh")
	for _, step := range a.Runs.Steps {
		if expression.MatchString(step.Run) {
			t.Errorf("an input is written into the script:\n%s", step.Run)
		}
		if step.ID != "validate" {
			if step.If != "inputs.install == 'true'" {
				t.Errorf("the step %s%s is run in any case", step.Uses, step.Run)
			}
			continue
		}
		if step.Shell != "bash" {
			t.Fatalf("the shell is %q", step.Shell)
		}
		for name, value := range step.Env {
			t.Setenv(name, expression.ReplaceAllStringFunc(value, func(e string) string {
				input := strings.TrimPrefix(expression.FindStringSubmatch(e)[1], "inputs.")
				if given, ok := inputs[input]; ok {
					return given
				}
				return a.Inputs[input].Default
			}))
		}
		if err := os.WriteFile(script, []byte(step.Run), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GITHUB_OUTPUT", output)
	t.Setenv("GITHUB_STEP_SUMMARY", summary)
	s := stepped{outcome: execute(t, dir, "", "bash", "--noprofile", "--norc", "-eo", "pipefail", script)}
	for file, into := range map[string]*string{output: &s.output, summary: &s.summary} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v\n%s", err, s.stderr)
		}
		*into = string(text)
	}
	return s
}

func TestTheActionAnnotatesSummarizesAndFails(t *testing.T) {
	dir := t.TempDir()
	copyFile(t, filepath.Join(root, "golden", "findings-in-every-format", "input.yaml"), filepath.Join(dir, "deep", "with blank", "bad.yaml"))
	copyFile(t, filepath.Join(root, "golden", "warning-keepalive-rounded", "input.yaml"), filepath.Join(dir, "warn.yaml"))
	bad := runAction(t, dir, map[string]string{"files": "deep/with blank\nwarn.yaml\n", "sarif": "out of it.sarif", "args": "--namespace\nshop\n"})
	if bad.exit != 1 || !strings.HasPrefix(bad.stdout, "::error file=deep/with blank/bad.yaml,line=13,") {
		t.Errorf("exit code %d\n%s%s", bad.exit, bad.stdout, bad.stderr)
	}
	if want := "exit-code=1\nsarif<<end-of-the-file-name\nout of it.sarif\nend-of-the-file-name\n"; bad.output != want {
		t.Errorf("the outputs are\n%s", bad.output)
	}
	if !strings.HasPrefix(bad.summary, "### connpolicy\n\n") || !strings.Contains(bad.summary, "documents: 4 errors, ") ||
		!strings.Contains(bad.summary, "\n~~~text\ndeep/with blank/bad.yaml:13:47: error: ") || !strings.HasSuffix(bad.summary, "\n~~~\n") {
		t.Errorf("the summary is\n%s", bad.summary)
	}
	if info, err := os.Stat(filepath.Join(dir, "out of it.sarif")); err != nil || info.Size() == 0 {
		t.Errorf("no SARIF: %v", err)
	}
	for inputs, code := range map[string]int{"": 0, "warning": 1, "nonsense": 2} {
		given := map[string]string{"files": "warn.yaml"}
		if inputs != "" {
			given["fail-on"] = inputs
		}
		if s := runAction(t, dir, given); s.exit != code || strings.Contains(s.output, "sarif") {
			t.Errorf("fail-on %q: exit code %d, outputs %s", inputs, s.exit, s.output)
		}
	}
	if all := runAction(t, dir, nil); !strings.Contains(all.stdout, "bad.yaml") || !strings.Contains(all.stdout, "warn.yaml") {
		t.Errorf("without files it reads\n%s", all.stdout)
	}
	write(t, filepath.Join(dir, ".connpolicy.yaml"), "apiVersion: connpolicy.dev/v1\nkind: Config\nfailOn: warning\ninputs: [warn.yaml]\n")
	if s := runAction(t, dir, nil); s.exit != 1 || strings.Contains(s.stdout, "bad.yaml") || !strings.Contains(s.stdout, "warn.yaml") {
		t.Errorf("with a configuration: exit code %d, and it reads\n%s", s.exit, s.stdout)
	}
}

func TestNothingInAnInputIsRun(t *testing.T) {
	dir := t.TempDir()
	hostile := "$(touch hacked) `touch hacked`; touch hacked\n\"; touch hacked; \"\n' ; touch hacked '"
	for _, input := range []string{"files", "args", "fail-on", "sarif"} {
		s := runAction(t, dir, map[string]string{input: hostile})
		if s.exit != 2 {
			t.Errorf("%s: exit code %d\n%s", input, s.exit, s.stderr)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s: %v left behind, %v", input, left, err)
		}
	}
}

func TestTheJobForGitLabLeavesBothReports(t *testing.T) {
	var file struct {
		Connpolicy struct {
			Variables map[string]string
			Script    []string
			Artifacts struct {
				When    string
				Reports struct{ Codequality, JUnit string }
			}
		}
	}
	readYAML(t, filepath.Join(root, "docs", "ci", "gitlab.yml"), &file)
	job := file.Connpolicy
	if len(job.Script) == 0 || job.Artifacts.When != "always" {
		t.Fatalf("the job is %+v", job)
	}
	dir := t.TempDir()
	copyFile(t, filepath.Join(root, "golden", "findings-in-every-format", "input.yaml"), filepath.Join(dir, "deep", "bad.yaml"))
	copyFile(t, filepath.Join(root, "golden", "warning-keepalive-rounded", "input.yaml"), filepath.Join(dir, "warn.yaml"))
	run := func(variables map[string]string) outcome {
		for name, value := range job.Variables {
			if other, given := variables[name]; given {
				value = other
			}
			t.Setenv(name, value)
		}
		return execute(t, dir, strings.Join(job.Script, "\n"), "sh", "-e")
	}
	if o := run(nil); o.exit != 1 || !strings.Contains(o.stderr, "deep/bad.yaml:13:47: error: ") {
		t.Errorf("exit code %d\n%s%s", o.exit, o.stdout, o.stderr)
	}
	suites, err := junit.IngestFile(filepath.Join(dir, job.Artifacts.Reports.JUnit))
	if err != nil || len(suites) != 2 {
		t.Errorf("%d suites: %v", len(suites), err)
	}
	var issues []any
	readYAML(t, filepath.Join(dir, job.Artifacts.Reports.Codequality), &issues)
	if len(issues) < 5 {
		t.Errorf("the report for code quality is %v", issues)
	}
	if o := run(map[string]string{"CONNPOLICY_FILES": "w*.yaml", "CONNPOLICY_FAIL_ON": "warning"}); o.exit != 1 || strings.Contains(o.stderr, "bad.yaml") {
		t.Errorf("a glob: exit code %d\n%s", o.exit, o.stderr)
	}
	if o := run(map[string]string{"CONNPOLICY_FILES": "warn.yaml"}); o.exit != 0 {
		t.Errorf("a warning: exit code %d\n%s", o.exit, o.stderr)
	}
	write(t, filepath.Join(dir, ".connpolicy.yaml"), "apiVersion: connpolicy.dev/v1\nkind: Config\ninputs: [warn.yaml]\nfailOn: warning\n")
	if o := run(nil); o.exit != 1 || strings.Contains(o.stderr, "bad.yaml") || !strings.Contains(o.stderr, "warn.yaml:") {
		t.Errorf("inputs of the configuration: exit code %d\n%s", o.exit, o.stderr)
	}
}

func TestTheActionsScriptIsPlainBash(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("there is no shellcheck here")
	}
	var a action
	readYAML(t, filepath.Join(root, "action.yml"), &a)
	for _, step := range a.Runs.Steps {
		if step.Run == "" {
			continue
		}
		if o := execute(t, t.TempDir(), step.Run, shellcheck, "--shell=bash", "-"); o.exit != 0 {
			t.Errorf("%s", o.stdout)
		}
	}
}

//go:build conventions

package conventions_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"
)

// pipTool is a program of a package on PyPI, in a virtual environment of its own. An environment
// knows where it lies: one that was moved with the checkout, or not made to the end, is made anew.
func pipTool(t *testing.T, pkg, version, program string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(cache(t, pkg+"-"+version))
	if err != nil {
		t.Fatal(err)
	}
	file, made := filepath.Join(dir, "bin", program), filepath.Join(dir, "made-in")
	if text, err := os.ReadFile(made); err == nil && string(text) == dir {
		return file
	}
	if out, err := exec.Command("python3", "-m", "venv", "--clear", dir).CombinedOutput(); err != nil {
		missing(t, program, out)
	}
	install := exec.Command(filepath.Join(dir, "bin", "python3"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", pkg+"=="+version)
	if out, err := install.CombinedOutput(); err != nil {
		missing(t, program, out)
	}
	write(t, made, dir)
	return file
}

// hooksRepository is a repository that has the checkout as it lies there, committed or not, and
// pre-commit's store, where it builds it once for all tests. Both are removed with the built program.
var hooksRepository = sync.OnceValues(func() (dir string, err error) {
	dir = filepath.Join(bin, "pre-commit", "hooks")
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		return "", err
	}
	for _, name := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
		if info, err := os.Lstat(filepath.Join(root, name)); err != nil || !info.Mode().IsRegular() {
			continue // deleted and not committed yet, or a link of the machine's
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			return "", err
		}
	}
	return dir, nil
})

// repository is a throwaway one, whose hooks are run by the real pre-commit.
type repository struct {
	t          *testing.T
	dir, hooks string
	env        []string
	preCommit  string
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	r := &repository{t: t, dir: t.TempDir(), preCommit: pipTool(t, "pre-commit", "4.7.0", "pre-commit")}
	r.env = append(os.Environ(),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "PRE_COMMIT_HOME="+filepath.Join(bin, "pre-commit", "store"), "PRE_COMMIT_COLOR=never",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
		// pre-commit gives Go a folder of its own; with these it builds from what is there already.
		"GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOCACHE="+goEnv(t, "GOCACHE"), "GOFLAGS=-buildvcs=auto",
		"PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	var err error
	if r.hooks, err = hooksRepository(); err != nil {
		t.Fatal(err)
	}
	dirs := []string{r.dir}
	if _, err := os.Stat(filepath.Join(r.hooks, ".git")); err != nil {
		dirs = append(dirs, r.hooks)
	}
	for _, dir := range dirs {
		r.git(dir, "init", "-q", "-b", "main")
		r.git(dir, "add", "-A")
		r.git(dir, "commit", "-q", "--allow-empty", "-m", "all")
	}
	return r
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// git runs git as nobody in particular, whatever the machine's own settings are.
func (r *repository) git(dir string, args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = dir, r.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// configure writes .pre-commit-config.yaml with these hooks and their args.
func (r *repository) configure(hooks ...string) {
	r.t.Helper()
	write(r.t, filepath.Join(r.dir, ".pre-commit-config.yaml"),
		"repos:\n- repo: file://"+r.hooks+"\n  rev: "+r.git(r.hooks, "rev-parse", "HEAD")+"\n  hooks:\n  - "+strings.Join(hooks, "\n  - ")+"\n")
	r.git(r.dir, "add", ".pre-commit-config.yaml")
}

// file writes a file and stages it.
func (r *repository) file(name, text string) {
	r.t.Helper()
	write(r.t, filepath.Join(r.dir, name), text)
	r.git(r.dir, "add", name)
}

// commit tries to commit what is staged, by git and its hook, as a person does.
func (r *repository) commit() (said string, done bool) {
	r.t.Helper()
	install := exec.Command(r.preCommit, "install")
	install.Dir, install.Env = r.dir, r.env
	if out, err := install.CombinedOutput(); err != nil {
		r.t.Fatalf("pre-commit install: %v\n%s", err, out)
	}
	cmd := exec.Command("git", "commit", "-q", "-m", "a change")
	cmd.Dir, cmd.Env = r.dir, r.env
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// passes and fails commit, and want to read some words.
func (r *repository) passes(what string, words ...string) {
	r.t.Helper()
	said, done := r.commit()
	if !done {
		r.t.Errorf("%s: the commit is refused:\n%s", what, said)
	}
	r.reads(what, said, words)
}

func (r *repository) fails(what string, words ...string) {
	r.t.Helper()
	said, done := r.commit()
	if done {
		r.t.Errorf("%s: the commit is made:\n%s", what, said)
	}
	r.reads(what, said, words)
}

func (r *repository) reads(what, said string, words []string) {
	r.t.Helper()
	for _, word := range words {
		if !strings.Contains(said, word) {
			r.t.Errorf("%s: pre-commit does not print %q:\n%s", what, word, said)
		}
	}
}

const (
	hookPolicy = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: keepalive, namespace: bookinfo}
spec:
  applyToDestinations: [{selector: {name: ratings}}]
  config: {tcp: {tcpKeepalive: {time: 300s}}}
`
	hookService = `apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: bookinfo}
spec: {ports: [{name: http, port: 9080}]}
`
)

// withoutUnit is a policy with a mistake that it can be told by itself.
func withoutUnit() string { return strings.Replace(hookPolicy, "300s", "300", 1) }

// both runs a test with the hook that pre-commit builds, and with the one that takes the program in PATH.
func both(t *testing.T, id string, test func(t *testing.T, r *repository, id string)) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the throwaway repositories are made for a Unix shell")
	}
	for _, id := range []string{id, id + "-system"} {
		t.Run(id, func(t *testing.T) { test(t, newRepository(t), id) })
	}
}

func TestPreCommitChecksChangedFiles(t *testing.T) {
	both(t, "connpolicy-check", func(t *testing.T, r *repository, id string) {
		r.configure("id: " + id)
		r.file("policies/policy.yaml", hookPolicy)
		r.file("policies/with space.json", `{"apiVersion": "v1", "kind": "Secret", "data": {}}`)
		r.file("compose.yml", "services:\n  a: {image: b}\n---\n- !Ref c\n")
		r.file("README.md", "apiVersion: nothing of ours\n")
		r.passes("a policy whose Service is not shown, and files of others", "connpolicy (changed files)", "Passed")

		r.file("policies/policy.yaml", withoutUnit())
		r.fails("a duration without its unit", "Failed", "exit code: 1", "policies/policy.yaml:6:", "error:", "[duration-without-unit]", "= help:")

		r.file("policies/policy.yaml", strings.Replace(hookPolicy, "300s", "200s", 1))
		r.passes("mended", "Passed")

		r.file("notes.txt", "nothing to check\n")
		r.passes("a text", "(no files to check)Skipped")

		r.configure("{id: " + id + ", args: [--fail-on, warning]}")
		r.file("policies/policy.yaml", strings.Replace(hookPolicy, "300s", "0.5s", 1))
		r.fails("a warning, where the repository wants none", "[keepalive-rounded]")
	})
}

func TestPreCommitMendsChangedFiles(t *testing.T) {
	both(t, "connpolicy-fix", func(t *testing.T, r *repository, id string) {
		r.configure("id: " + id)
		r.file("a.yaml", "# kept as it is:   a comment\n"+withoutUnit())
		r.fails("a duration without its unit", "files were modified by this hook", "1 fixed")
		r.git(r.dir, "add", "a.yaml")
		r.passes("the mended file", "connpolicy (fix changed files)", "Passed")
		if text := r.git(r.dir, "show", "HEAD:a.yaml"); text != strings.TrimSpace("# kept as it is:   a comment\n"+hookPolicy) {
			t.Errorf("what was committed:\n%s", text)
		}
		r.file("a.yaml", strings.Replace(hookPolicy, "300s", "soon", 1))
		r.fails("a mistake that may mean anything", "a.yaml:6:", "error:")
	})
}

func TestPreCommitChecksTheWholeSet(t *testing.T) {
	both(t, "connpolicy-check-all", func(t *testing.T, r *repository, id string) {
		r.configure("{id: " + id + ", args: [-R, -f, policies, --fail-on, warning]}")
		r.file("policies/deep/policy.yaml", hookPolicy)
		r.file("policies/service.yaml", hookService)
		r.passes("a policy and its Service", "connpolicy (all files)", "Passed")

		r.git(r.dir, "rm", "-q", "policies/service.yaml")
		r.fails("the Service is gone, and no file with it", "policies/deep/policy.yaml:5:", "warning: ", "[nothing-selected]")

		r.file("policies/service.yaml", hookService)
		r.configure("id: " + id)
		r.file("elsewhere.yaml", withoutUnit())
		r.fails("without args the whole checkout is read", "elsewhere.yaml:6:", "[duration-without-unit]")
		r.git(r.dir, "rm", "-q", "-f", "elsewhere.yaml")
		r.passes("all is well again")
	})
}

func TestPreCommitKeepsGeneratedFilesCurrent(t *testing.T) {
	both(t, "connpolicy-generate", func(t *testing.T, r *repository, id string) {
		rules := filepath.Join(r.dir, "rules")
		stage := func() { r.git(r.dir, "add", "-A") }
		r.configure("{id: " + id + ", args: [-f, policies, --output-dir, rules]}")
		r.file("policies/policy.yaml", hookPolicy)
		r.file("policies/service.yaml", hookService)
		r.fails("a rule that nobody wrote yet, and git does not know", "Failed", "1 DestinationRule in rules, 1 written")
		stage()
		r.passes("the rule is there", "connpolicy (generated files)", "Passed")

		r.file("policies/policy.yaml", strings.Replace(hookPolicy, "300s", "200s", 1))
		r.fails("the policy is changed and the rule is not", "files were modified by this hook", "1 written")
		stage()
		r.passes("the rule was rewritten")
		entries, err := os.ReadDir(rules)
		if err != nil || len(entries) != 1 {
			t.Fatalf("%d files in rules: %v", len(entries), err)
		}
		if text := r.git(r.dir, "show", "HEAD:rules/"+entries[0].Name()); !strings.Contains(text, "time: 200s") {
			t.Errorf("the rule that was committed is another:\n%s", text)
		}

		r.git(r.dir, "rm", "-q", "policies/policy.yaml")
		r.fails("the policy is deleted", "1 deleted")
		stage()
		r.passes("the rule is deleted")

		r.file("policies/policy.yaml", withoutUnit())
		r.fails("a mistake in a policy", "[duration-without-unit]", "nothing written")
		r.configure("id: " + id)
		r.fails("args were forgotten", "exit code: 2", "= help:")
	})
}

// A program that pre-commit built has no linker flags of ours, and knows its commit all the same.
func TestPreCommitBuildsAProgramThatKnowsItsVersion(t *testing.T) {
	r := newRepository(t)
	r.configure("id: connpolicy-check")
	r.file("a.yaml", hookPolicy)
	r.passes("a policy", "Passed")
	found, err := filepath.Glob(filepath.Join(bin, "pre-commit", "store", "repo*", "golangenv-*", "bin", "connpolicy*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the built program: %v %v", found, err)
	}
	if o := execute(t, r.dir, "", found[0], "version", "-o", "json"); !strings.Contains(o.stdout, `"commit": "`+r.git(r.hooks, "rev-parse", "HEAD")+`"`) || !strings.Contains(o.stdout, `"dirty": false`) {
		t.Errorf("%+v", o)
	}
}

func TestPreCommitTakesTheListOfHooks(t *testing.T) {
	preCommit := pipTool(t, "pre-commit", "4.7.0", "pre-commit")
	list := filepath.Join(root, ".pre-commit-hooks.yaml")
	if o := execute(t, root, "", preCommit, "validate-manifest", list); o.exit != 0 || strings.Contains(o.stdout+o.stderr, "Warning") {
		t.Errorf("%+v", o)
	}
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	var hooks []map[string]any
	if err := yaml.UnmarshalStrict(text, &hooks); err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join(root, "docs", "pre-commit.md"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, h := range hooks {
		ids = append(ids, h["id"].(string))
		if base := strings.TrimSuffix(h["id"].(string), "-system"); !strings.Contains(string(guide), "`"+base+"`") {
			t.Errorf("docs/pre-commit.md does not name the hook %s", base)
		}
	}
	for _, id := range ids {
		if base, system := strings.CutSuffix(id, "-system"); system && !slices.Contains(ids, base) || !system && !slices.Contains(ids, id+"-system") {
			t.Errorf("%s is alone", id)
		}
	}
}

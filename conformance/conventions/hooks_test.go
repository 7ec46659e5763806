//go:build conventions

package conventions_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// documented is a repository with the configuration that a document shows, and a policy with its
// Service, staged. pre-commit has built its hooks already.
func documented(t *testing.T, document, policy string) *repository {
	t.Helper()
	r := newRepository(t)
	address, rev := "https://github.com/connpolicy/connpolicy", "main # pre-commit autoupdate puts the newest release here"
	shown := fenced(t, document, "yaml\nrepos:")
	if !strings.Contains(shown, address) || !strings.Contains(shown, rev) {
		t.Fatalf("%s shows another configuration:\n%s", document, shown)
	}
	r.file(".pre-commit-config.yaml", "repos:\n"+strings.NewReplacer(address, "file://"+r.hooks, rev, r.git(r.hooks, "rev-parse", "HEAD")).Replace(shown))
	r.file("policies/policy.yaml", policy)
	r.file("policies/service.yaml", hookService)
	install := exec.Command(r.preCommit, "install-hooks")
	install.Dir, install.Env = r.dir, r.env
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("pre-commit install-hooks: %v\n%s", err, out)
	}
	return r
}

func TestPreCommitRunsAsItsDocumentShows(t *testing.T) {
	policy := fenced(t, "docs/pre-commit.md", "yaml policy.yaml")
	r := documented(t, "docs/pre-commit.md", strings.Replace(policy, "time: 300\n", "time: 300s\n", 1))
	shows(t, "docs/pre-commit.md", r.dir, r.env, filepath.Dir(r.preCommit))
}

// A name that begins with a dash is no flag, and args of a repository's own keep it so by their last word.
func TestPreCommitChecksFilesWhoseNamesLookLikeFlags(t *testing.T) {
	for _, args := range []string{"", ", args: [--fail-on, warning, --]"} {
		r := newRepository(t)
		r.configure("{id: connpolicy-check-system"+args+"}", "{id: connpolicy-fix-system"+args+"}")
		write(t, filepath.Join(r.dir, "-R.yaml"), withoutUnit())
		write(t, filepath.Join(r.dir, "--help.yaml"), hookPolicy)
		write(t, filepath.Join(r.dir, " a b.yaml"), hookPolicy)
		r.git(r.dir, "add", "-A")
		r.fails("a mistake in a file that is named like a flag", "-R.yaml:6:", "[duration-without-unit]", "3 documents ", "1 fixed in 1 file")
		r.git(r.dir, "add", "-A")
		r.passes("the mended file")
		r.git(r.dir, "rm", "-q", "--", "-R.yaml", "--help.yaml")
		r.passes("files are deleted, and nothing else", "(no files to check)Skipped")
	}
}

// TestPreCommitsHooksHeedTheConfiguration has each hook in a repository whose .connpolicy.yaml says
// what to read, what is known, and when to fail.
func TestPreCommitsHooksHeedTheConfiguration(t *testing.T) {
	r := newRepository(t)
	rounded := strings.Replace(hookPolicy, "300s", "0.5s", 1)
	r.file(".connpolicy.yaml", "apiVersion: connpolicy.dev/v1\nkind: Config\ninputs: [policies]\nfailOn: warning\nbaseline: known.json\n")
	r.file("known.json", `{"version": 1, "findings": []}`)
	r.configure("id: connpolicy-check-system", "id: connpolicy-fix-system",
		"{id: connpolicy-check-all-system, args: []}", "{id: connpolicy-generate-system, args: [--output-dir, rules]}")
	r.file("policies/policy.yaml", rounded)
	r.file("policies/service.yaml", hookService)
	r.file("elsewhere.yaml", "apiVersion: [\n")
	r.fails("a warning, and a file that is no input", "elsewhere.yaml:1:", "[keepalive-rounded]", "1 DestinationRule in rules, 1 written")
	r.git(r.dir, "rm", "-q", "-f", "elsewhere.yaml")
	for _, ok := range []bool{false, true} {
		if ok {
			if o := connpolicy(t, r.dir, "", "validate", "--write-baseline", "known.json"); o.exit != 0 {
				t.Fatalf("%+v", o)
			}
		}
		r.git(r.dir, "add", "-A")
		// What the document says by itself is mended by now; what the set says is left.
		if said, done := r.commit(); done != ok || strings.Count(said, "exit code: 1") != map[bool]int{false: 2}[ok] {
			t.Errorf("known: %t; committed: %t\n%s", ok, done, said)
		}
	}
}

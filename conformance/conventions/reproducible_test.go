//go:build conventions

package conventions_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// clone is another checkout of the same commit, which has a tag.
func (r *repository) clone(dir, tag string) {
	r.t.Helper()
	r.git(r.dir, "clone", "-q", r.hooks, dir)
	r.git(dir, "tag", tag)
	r.git(dir, "remote", "set-url", "origin", "https://github.com/connpolicy/connpolicy")
}

// makeBuild builds as a person does who wants to compare a release, and gives the binary's sum.
func (r *repository) makeBuild(dir string, env ...string) string {
	r.t.Helper()
	cmd := exec.Command("sh", "-c", "umask $MASK && make build")
	cmd.Dir, cmd.Env = dir, append(append(r.env, "MASK=022"), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("make build: %v\n%s", err, out)
	}
	return sum(r.t, filepath.Join(dir, "bin", "connpolicy"))
}

func sum(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text))
}

func TestOneCommitGivesOneBinary(t *testing.T) {
	r := newRepository(t)
	here, there := filepath.Join(t.TempDir(), "here"), filepath.Join(t.TempDir(), "a much longer", "path", "to somewhere")
	r.clone(here, "v1.2.3")
	r.clone(there, "v1.2.3")
	// Other times of all files, another user's home, mask, time zone and language.
	old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	if err := filepath.Walk(there, func(name string, info os.FileInfo, err error) error {
		if err != nil || strings.Contains(name, "/.git") {
			return err
		}
		return os.Chtimes(name, old, old)
	}); err != nil {
		t.Fatal(err)
	}
	one := r.makeBuild(here)
	two := r.makeBuild(there, "MASK=077", "TZ=Asia/Tokyo", "LC_ALL=de_DE.UTF-8", "HOME="+t.TempDir(), "USER=somebody", "GOPATH="+t.TempDir())
	if one != two {
		t.Error("two builds of one commit differ")
	}
	if o := execute(t, here, "", filepath.Join(here, "bin", "connpolicy"), "version"); !strings.HasPrefix(o.stdout, "connpolicy v1.2.3 (go") {
		t.Errorf("a build of a tag does not say its version: %+v", o)
	}
	write(t, filepath.Join(there, "cli", "more.go"), "package cli\n")
	if r.makeBuild(there) == one {
		t.Error("a checkout with a change builds the same binary: it should say at least that it is dirty")
	}
}

//go:build unix

package cli

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// writerEnv has the directory in which the test program only writes a temporary file, and waits.
const writerEnv = "CONNPOLICY_TEST_WRITER"

// TestASignalLeavesNoTemporaryFile runs this program as one that is about to replace a file, and ends
// it with each signal.
func TestASignalLeavesNoTemporaryFile(t *testing.T) {
	if dir := os.Getenv(writerEnv); dir != "" {
		temps := newTemporaries()
		if err := temps.write(output{path: filepath.Join(dir, "a.yaml"), text: []byte("new")}); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("written\n")
		time.Sleep(time.Minute)
		return
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0], "-test.run=^TestASignalLeavesNoTemporaryFile$")
		cmd.Env = append(os.Environ(), writerEnv+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "written\n" {
			t.Fatalf("%q, %v", line, err)
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		var ended *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &ended) || ended.Sys().(syscall.WaitStatus).Signal() != sig {
			t.Errorf("%v: ended by %v", sig, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("%v leaves %v: %v", sig, left, err)
		}
	}
}

// TestWhatAKilledRunLeftIsRemovedByTheNextOne has files of a killed run, of one that may still write, and
// of somebody else's name.
func TestWhatAKilledRunLeftIsRemovedByTheNextOne(t *testing.T) {
	dir := workDir(t)
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * leftOver)
	for name, age := range map[string]time.Time{".connpolicy-123.tmp": old, ".connpolicy-456.tmp": time.Now(), ".connpolicy-mine.tmp": old, ".connpolicy-7": old} {
		putFile(t, filepath.Join(out, name), "text")
		if err := os.Chtimes(filepath.Join(out, name), age, age); err != nil {
			t.Fatal(err)
		}
	}
	if got := runIn(t, dir, "", "compile", "--output-dir", "out", "good.yaml"); got.code != ExitDone {
		t.Fatal(got.err)
	}
	for name, kept := range map[string]bool{".connpolicy-123.tmp": false, ".connpolicy-456.tmp": true, ".connpolicy-mine.tmp": true, ".connpolicy-7": true} {
		if _, err := os.Lstat(filepath.Join(out, name)); (err == nil) != kept {
			t.Errorf("%s: kept %t", name, err == nil)
		}
	}
}

// TestLinksAndPipesInAnOutputDirectoryAreRefused has what is neither a file of ours nor absent, under
// the name of an object, of MIGRATION.md and of a schema.
func TestLinksAndPipesInAnOutputDirectoryAreRefused(t *testing.T) {
	dir := workDir(t)
	rule := strings.TrimSuffix(wroteOne(t, dir, "first"), "\n")
	schemaName := filepath.Join("resilience.policy.gloo.solo.io", "connectionpolicy_v2.json")
	for _, tt := range []struct{ name, line string }{
		{rule, "compile --output-dir out good.yaml"},
		{rule, "compile --check --output-dir out good.yaml"},
		{migrationFile, "migrate good.yaml --to istio --output-dir out"},
		{schemaName, "schema ConnectionPolicy --dir out"},
	} {
		for kind, make := range map[string]func(string) error{
			"symbolic link": func(path string) error { return os.Symlink(filepath.Join(dir, "first", rule), path) },
			"regular file":  func(path string) error { return syscall.Mkfifo(path, 0o600) },
		} {
			path := filepath.Join(dir, "out", tt.name)
			if err := errors.Join(os.RemoveAll(filepath.Join(dir, "out")), os.MkdirAll(filepath.Dir(path), 0o755), make(path)); err != nil {
				t.Fatal(err)
			}
			got := runIn(t, dir, "", strings.Fields(tt.line)...)
			if got.code != ExitUsage || !strings.Contains(got.err, "is not replaced: it is ") || !strings.Contains(got.err, kind) {
				t.Errorf("%s, %s: exit code %d\n%s", tt.line, kind, got.code, got.err)
			}
			if info, err := os.Lstat(path); err != nil || info.Mode().IsRegular() {
				t.Errorf("%s, %s: it was replaced", tt.line, kind)
			}
		}
	}
}

// wroteOne compiles good.yaml into a directory, and returns the name of the file in it.
func wroteOne(t *testing.T, dir, out string) string {
	t.Helper()
	if got := runIn(t, dir, "", "compile", "--output-dir", out, "good.yaml"); got.code != ExitDone {
		t.Fatal(got.err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, out))
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	return entries[0].Name()
}

// nobody is a user who is neither root nor whoever runs the tests.
const nobody = 65534

// TestReplacedFilesKeepTheirModeAndOwner has files of ours whose owner took rights from others.
func TestReplacedFilesKeepTheirModeAndOwner(t *testing.T) {
	dir := workDir(t)
	rule := filepath.Join(dir, "out", wroteOne(t, dir, "out"))
	for _, tt := range []struct{ name, first, second string }{
		{rule, "", "compile --output-dir out -n other warn.yaml"},
		{filepath.Join(dir, "found.json"), "validate --format json=found.json good.yaml", "validate --format json=found.json warn.yaml"},
		{filepath.Join(dir, "known.json"), "validate --write-baseline known.json good.yaml", "validate --write-baseline known.json warn.yaml"},
	} {
		if tt.first != "" {
			runIn(t, dir, "", strings.Fields(tt.first)...)
		}
		before := textOf(t, tt.name)
		if err := os.Chmod(tt.name, 0o600); err != nil {
			t.Fatal(err)
		}
		if os.Geteuid() == 0 { // who alone can give files away
			if err := os.Chown(tt.name, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
		if got := runIn(t, dir, "", strings.Fields(tt.second)...); got.code != ExitDone {
			t.Fatal(got.err)
		}
		info, err := os.Stat(tt.name)
		if err != nil || info.Mode().Perm() != 0o600 || textOf(t, tt.name) == before {
			t.Errorf("%s: %v, %v", tt.second, info.Mode(), err)
		}
		if uid, _ := owner(info); os.Geteuid() == 0 && uid != nobody {
			t.Errorf("%s: the file now belongs to %d", tt.second, uid)
		}
	}
}

func TestFixNamesHardLinksThatKeepTheOldText(t *testing.T) {
	dir := workDir(t)
	if err := os.Link(filepath.Join(dir, "bad.yaml"), filepath.Join(dir, "second.yaml")); err != nil {
		t.Fatal(err)
	}
	got := runIn(t, dir, "", "validate", "--fix", "bad.yaml")
	if !strings.Contains(got.err, "1 fixed in 1 file; other hard links of bad.yaml keep the old text") || textOf(t, filepath.Join(dir, "second.yaml")) == textOf(t, filepath.Join(dir, "bad.yaml")) {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

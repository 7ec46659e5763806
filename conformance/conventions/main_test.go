//go:build conventions

// Package conventions_test runs connpolicy where people work: by the real tools whose conventions
// it fits, and by the published schemas of the formats that it writes. Each tool is had once, into
// .cache at the root of the checkout: Go programs by go install. `make conventions` runs it.
package conventions_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// bin is the folder of the built program; root is the checkout.
var bin, root string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if root, err = filepath.Abs(filepath.Join("..", "..")); err != nil {
		return 0, err
	}
	if bin, err = os.MkdirTemp("", "connpolicy-conventions-"); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(bin)) }()
	build := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(bin, "connpolicy"), ".")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// outcome is all that can be seen of a run.
type outcome struct {
	stdout, stderr string
	exit           int
}

// execute runs a program in a folder, with the built connpolicy in PATH before all others.
func execute(t *testing.T, dir, stdin, name string, args ...string) outcome {
	t.Helper()
	cmd := exec.Command(name, args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, bytes.NewBufferString(stdin), &out, &errs
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		t.Fatalf("%s: %v", name, err)
	}
	return outcome{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// connpolicy runs the built program.
func connpolicy(t *testing.T, dir, stdin string, args ...string) outcome {
	t.Helper()
	return execute(t, dir, stdin, filepath.Join(bin, "connpolicy"), args...)
}

// majorVersion is the end of a module's path that names no program.
var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// goTool is a program built by go install, once.
func goTool(t *testing.T, pkg, version string) string {
	t.Helper()
	name := filepath.Base(pkg)
	if majorVersion.MatchString(name) {
		name = filepath.Base(filepath.Dir(pkg))
	}
	dir := cache(t, name+"-"+version)
	file := filepath.Join(dir, name)
	if _, err := os.Stat(file); err == nil {
		return file
	}
	install := exec.Command("go", "install", pkg+"@"+version)
	install.Dir, install.Env = os.TempDir(), append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "CGO_ENABLED=0") // from outside the module, whose go.mod has no say in it
	if out, err := install.CombinedOutput(); err != nil {
		missing(t, name, out)
	}
	return file
}

func cache(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(root, ".cache", name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// missing ends a test whose tool cannot be had: where connpolicy is developed it is skipped, and
// CI must have it.
func missing(t *testing.T, name string, said []byte) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s cannot be had, and in CI it must be:\n%s", name, said)
	}
	t.Skipf("%s cannot be had:\n%s", name, said)
}

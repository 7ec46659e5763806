// Package golden_test runs the built program on every folder beside it and compares whole
// bytes: nothing is normalized, nothing is ignored.
//
// A folder is a case. It holds
//
//	input.yaml, input.json, or several input*.yaml   all are passed with -f, in the order of
//	                      their names, from within the folder, so that findings say "input.yaml"
//	args                  more flags, one a line, for all targets
//	targets               the targets that it is compiled for, one a line; no file, istio and envoy
//	formats               the formats that its findings are printed in, one a line; no file, text alone
//	want.istio.yaml       what compile --target istio prints; no file, nothing printed
//	want.envoy.json       what compile --target envoy prints; and so on for the other targets
//	want.stderr           all that the first target's run says on stderr; no file, the summary of a
//	                      run without findings, such as "3 documents: no findings; 1 DestinationRule"
//	want.envoy.stderr     the same for another target's run, where it differs from want.stderr
//	want.exit             the first target's exit code, unless it is 0
//	want.envoy.exit       the same for another target's run, where it differs from the first one's
//	want.sarif            what validate --format sarif prints; and so on for the other formats
//
// and nothing else. "go test ./golden -update" writes and deletes the want files. Each run is
// repeated on one core, and must print the same on both streams; each that succeeds is repeated
// with its documents in reverse order, and must print the same result.
package golden_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/connpolicy/connpolicy/cli" // so that go test knows: when the program changes, no result is to be had from its cache
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the program prints now into the want files and the docs")

// program is the built connpolicy.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "connpolicy-golden-")
	if err == nil {
		program = filepath.Join(dir, "connpolicy.exe") // Windows needs the ending, others do not mind
		err = build("../main.go")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// build compiles the program from the source as it is now.
func build(mainFile string) error {
	if _, err := os.Stat(mainFile); err != nil { // looked at, so that go test's cache knows it too
		return err
	}
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", program, filepath.Dir(mainFile)).CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// outcome is all that can be seen of a run.
type outcome struct {
	stdout, stderr string
	exit           int
}

// run compiles the case's inputs as they stand in dir.
func (c *golden) run(t *testing.T, dir, target string, env ...string) outcome {
	t.Helper()
	return c.execute(t, dir, []string{"compile", "--target", target}, env...)
}

// execute runs a command on the case's inputs as they stand in dir.
func (c *golden) execute(t *testing.T, dir string, args []string, env ...string) outcome {
	t.Helper()
	for _, name := range c.inputs {
		args = append(args, "-f", name)
	}
	cmd := exec.Command(c.program, append(args, c.args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.Env = append([]string{"LC_ALL=C"}, env...) // nothing of the caller's environment counts
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	o := outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
	if o.exit != 0 && o.exit != 1 && o.exit != 2 {
		t.Fatalf("exit code %d is a bug of ours, never a wanted one:\n%s", o.exit, o.stderr)
	}
	return o
}

func (c *golden) sameOnOneCore(t *testing.T, target string, want outcome) {
	t.Helper()
	got := c.run(t, c.dir, target, "GOMAXPROCS=1")
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("%s: one core prints something else (-all cores +one core):\n%s", target, diff)
	}
}

func (c *golden) sameInReverse(t *testing.T, target, want string) {
	t.Helper()
	if len(c.inputs) == 1 && len(documents(c.text[c.inputs[0]])) == 1 {
		return // the same again
	}
	dir := t.TempDir()
	for i, name := range c.inputs {
		// The files change places too: the last one gets the first one's name.
		text := c.text[c.inputs[len(c.inputs)-1-i]]
		if err := os.WriteFile(filepath.Join(dir, name), []byte(reversed(text)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := c.run(t, dir, target)
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("%s: the same documents in reverse order print something else (-as given +reversed):\n%s\n%s", target, diff, got.stderr)
	}
}

const byteOrderMark = "\ufeff"

// documents cuts a YAML text at its separators. Each document keeps what stands behind "---"
// on the line of its separator. Text without separators, JSON among it, is one document.
func documents(text string) []string {
	text = "---\n" + strings.TrimPrefix(text, byteOrderMark) // the first separator may be left out
	var out []string
	start := len("---")
	for at := start + 1; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		if line := strings.TrimRight(text[at:end], " \t\r\n"); line == "---" || line == "..." || strings.HasPrefix(line, "--- ") {
			out = append(out, text[start:at])
			start = at + len("---")
		}
		at = end
	}
	return append(out, text[start:])
}

// reversed puts the documents of a text in the opposite order.
func reversed(text string) string {
	var b strings.Builder
	if strings.HasPrefix(text, byteOrderMark) {
		b.WriteString(byteOrderMark)
	}
	list := documents(text)
	for i := len(list) - 1; i >= 0; i-- {
		b.WriteString("---" + strings.TrimRight(list[i], "\r\n") + "\n")
	}
	return b.String()
}

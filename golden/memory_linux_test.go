package golden_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestTooLittleMemoryHasAnExitCodeOfItsOwn runs the program in less address space than its input needs. The Go
// runtime alone reserves more than a GiB.
func TestTooLittleMemoryHasAnExitCodeOfItsOwn(t *testing.T) {
	var stderr strings.Builder
	cmd := exec.Command("bash", "-c", `ulimit -v 2000000 && exec "$0" validate --config none -`, program)
	cmd.Stdin, cmd.Stderr = strings.NewReader(strings.Repeat("a:\n", 1_000_000)), &stderr
	err := cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != 4 {
		t.Errorf("exit code %d (%v), want 4", code, err)
	}
	const want = "connpolicy: the input needs more memory than this process may have, 1953 MiB of address space\n" +
		"help: read fewer files at a time, or raise the limit (ulimit -v)\n"
	if got := stderr.String(); got != want {
		t.Errorf("%q, want %q", got[:min(len(got), 500)], want)
	}
}

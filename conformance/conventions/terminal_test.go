//go:build conventions && linux

package conventions_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a program on a terminal of its own, 80 columns wide.
type terminal struct {
	screen *os.File // what is written here is typed
	cmd    *exec.Cmd
	mu     sync.Mutex
	shown  strings.Builder
	ended  chan struct{} // closed when all is shown
}

// onTerminal starts a program whose streams are a terminal, but for those that cmd has already.
func onTerminal(t *testing.T, cmd *exec.Cmd) *terminal {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(screen.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: 80}); err != nil {
		t.Fatal(err)
	}
	side, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if cmd.Stdin == nil {
		cmd.Stdin = side
		cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true, Setctty: true}
	}
	if cmd.Stdout == nil {
		cmd.Stdout = side
	}
	cmd.Stderr = side
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := side.Close(); err != nil {
		t.Fatal(err)
	}
	x := &terminal{screen: screen, cmd: cmd, ended: make(chan struct{})}
	go x.read()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = screen.Close()
	})
	return x
}

func (x *terminal) read() {
	defer close(x.ended)
	buffer := make([]byte, 4096)
	for {
		n, err := x.screen.Read(buffer)
		x.mu.Lock()
		x.shown.Write(buffer[:n])
		x.mu.Unlock()
		if err != nil {
			return // the last that held the terminal has ended
		}
	}
}

// text is all that was ever written to the terminal.
func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.shown.String()
}

// await waits for a text, behind what was there before.
func (x *terminal) await(t *testing.T, from int, want string) {
	t.Helper()
	for range 600 {
		if strings.Contains(x.text()[from:], want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the terminal never shows %q:\n%q", want, x.text()[from:])
}

func (x *terminal) typed(t *testing.T, keys string) (from int) {
	t.Helper()
	from = len(x.text())
	if _, err := x.screen.WriteString(keys); err != nil {
		t.Fatal(err)
	}
	return from
}

// wait waits for the program's end and gives all that the terminal was written.
func (x *terminal) wait(t *testing.T) string {
	t.Helper()
	_ = x.cmd.Wait() // findings may end it with 1
	<-x.ended
	return x.text()
}

// services is a manifest of many documents.
func services(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "apiVersion: v1\nkind: Service\nmetadata: {name: s%d, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n---\n", i)
	}
	file := filepath.Join(t.TempDir(), "services.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func watched(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(filepath.Join(bin, "connpolicy"), args...)
	cmd.Dir = t.TempDir()
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "CI=") && !strings.HasPrefix(variable, "TERM=") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "TERM=xterm")
	return cmd
}

const erased = "\r\x1b[K"

func TestProgressIsShownOnATerminalAndLeavesNoTrace(t *testing.T) {
	// One core, so that the run takes longer than the half second on any machine.
	cmd := watched(t, "validate", services(t, 60_000))
	cmd.Env = append(cmd.Env, "GOMAXPROCS=1")
	text := onTerminal(t, cmd).wait(t)
	if !strings.Contains(text, " of 60000 documents\x1b[K") {
		t.Fatalf("no progress: %q", text)
	}
	last := strings.LastIndex(text, erased)
	if last < 0 || text[last+len(erased):] != "60000 documents: no findings\r\n" {
		t.Errorf("the line is not erased before the rest: %q", text[max(0, last-100):])
	}
	if before := text[:max(0, last)]; strings.Contains(before, "\n") {
		t.Errorf("progress is more than one line: %q", before)
	}
}

func TestProgressIsErasedBeforeAnError(t *testing.T) {
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := watched(t, "compile", "-f", "-", "absent.yaml")
	cmd.Stdin = in
	x := onTerminal(t, cmd)
	x.await(t, 0, "\rreading\x1b[K")
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	text := x.wait(t)
	if !strings.Contains(text, erased+"connpolicy: there is no file absent.yaml\r\n") {
		t.Errorf("%q", text)
	}
}

func TestNoProgressIsShownWhereNobodyLooks(t *testing.T) {
	file := services(t, 60_000)
	for name, environment := range map[string]string{"in CI": "CI=true", "on a dumb terminal": "TERM=dumb"} {
		cmd := watched(t, "validate", file)
		cmd.Env = append(cmd.Env, "GOMAXPROCS=1", environment)
		if text := onTerminal(t, cmd).wait(t); text != "60000 documents: no findings\r\n" {
			t.Errorf("%s: %q", name, text)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if o := connpolicy(t, t.TempDir(), string(text), "validate", "-"); o.stderr != "60000 documents: no findings\n" || o.stdout != "" {
		t.Errorf("in a pipe: %+v", o)
	}
}

func TestWhoTypesTheInputSeesNoProgress(t *testing.T) {
	x := onTerminal(t, watched(t, "validate", "-"))
	time.Sleep(time.Second)
	x.typed(t, "kind: Nothing\n\x04")
	if text := x.wait(t); strings.Contains(text, "reading") {
		t.Errorf("%q", text)
	}
}

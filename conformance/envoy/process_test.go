//go:build e2e

package envoy_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// envoy is a running Envoy.
type envoy struct {
	host   host
	pid    int
	admin  string // host and port of the admin interface
	client *http.Client
}

// start runs Envoy on a host until the test ends, and returns when it is ready.
func (h host) start(t *testing.T, bootstrap []byte) *envoy {
	t.Helper()
	dir := t.TempDir()
	config, address := filepath.Join(dir, "envoy.json"), filepath.Join(dir, "admin")
	if err := os.WriteFile(config, bootstrap, 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	// One worker, so that requests to one cluster find each other's connection.
	cmd := h.command(t.Context(), envoyProgram, "-c", config, "--admin-address-path", address,
		"--concurrency", "1", "--disable-hot-restart", "--log-level", "warning")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // no Envoy outlives a test that is killed
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the test's context has ended, and that kills it
		_ = cmd.Wait()
		_ = log.Close()
		if text, _ := os.ReadFile(log.Name()); t.Failed() {
			t.Logf("envoy said:\n%s", text)
		}
	})
	e := &envoy{host: h, pid: cmd.Process.Pid, client: h.client(t)}
	eventually(t, 20*time.Second, "Envoy is ready", func() bool {
		text, _ := os.ReadFile(address)
		e.admin = strings.TrimSpace(string(text))
		return e.admin != "" && strings.HasPrefix(e.ask("ready"), "LIVE")
	})
	return e
}

// ask reads a page of the admin interface; an Envoy that does not answer says "".
func (e *envoy) ask(page string) string {
	response, err := e.client.Get("http://" + e.admin + "/" + page)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return string(body)
}

// stat is one of Envoy's counters, as text.
func (e *envoy) stat(cluster, name string) string {
	full := "cluster." + cluster + "." + name
	for line := range strings.Lines(e.ask("stats?filter=" + name)) {
		if value, ok := strings.CutPrefix(line, full+": "); ok {
			return strings.TrimSpace(value)
		}
	}
	return "no stat " + full
}

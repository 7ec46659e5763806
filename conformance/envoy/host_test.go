//go:build e2e

package envoy_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/vishvananda/netns"
)

// host is a network to be in: a namespace, or with no name the machine's own, of which only
// loopback is used.
type host struct{ namespace string }

// do calls f in the host's network. The thread comes back from there, and lives on: Envoy is
// killed when the thread that started it ends.
func (h host) do(f func() error) error {
	if h.namespace == "" {
		return f()
	}
	runtime.LockOSThread()
	home, err := netns.Get()
	if err == nil {
		defer home.Close()
		err = h.enter(f)
	}
	if back := netns.Set(home); back != nil {
		return back // and the thread stays locked, so that nobody else is led astray by it
	}
	runtime.UnlockOSThread()
	return err
}

func (h host) enter(f func() error) error {
	there, err := netns.GetFromName(h.namespace)
	if err == nil {
		defer there.Close()
		err = netns.Set(there)
	}
	if err != nil {
		return fmt.Errorf("namespace %s: %w", h.namespace, err)
	}
	return f()
}

// command runs a program in the host's network.
func (h host) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	if h.namespace != "" {
		name, args = "ip", append([]string{"netns", "exec", h.namespace, name}, args...)
	}
	return exec.CommandContext(ctx, name, args...)
}

// serve answers every request to an address of the host, until the test ends. Its own sockets
// have no keepalive, which Go would turn on: it is Envoy's that is looked at.
func (h host) serve(t *testing.T, address string) (port int) {
	t.Helper()
	var listener net.Listener
	err := h.do(func() (err error) {
		listener, err = (&net.ListenConfig{KeepAlive: -1}).Listen(t.Context(), "tcp", address)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") }),
		ReadHeaderTimeout: time.Minute,
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().(*net.TCPAddr).Port
}

// client gives an HTTP client that keeps one connection from the host to a server, without keepalive.
func (h host) client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{
		MaxConnsPerHost: 1,
		DialContext: func(ctx context.Context, network, address string) (conn net.Conn, err error) {
			err = h.do(func() error {
				conn, err = (&net.Dialer{KeepAlive: -1}).DialContext(ctx, network, address)
				return err
			})
			return conn, err
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}
}

// answer is what a client got.
type answer struct {
	status int
	text   string
}

// get asks Envoy for something of one of its clusters.
func get(ctx context.Context, client *http.Client, address, cluster string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/", nil)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set(clusterHeader, cluster)
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, string(body)}, err
}

// eventually waits until f is true.
func eventually(t *testing.T, limit time.Duration, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %s it is still not so that %s", limit, what)
		}
	}
}

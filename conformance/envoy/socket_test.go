//go:build e2e

package envoy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// keepalive is what the kernel does for one socket.
type keepalive struct {
	on                     bool
	idle, interval, probes int // seconds, seconds, a number
}

func (k keepalive) String() string {
	if !k.on {
		return "keepalive off"
	}
	return fmt.Sprintf("keepalive on, %ds / %ds / %d", k.idle, k.interval, k.probes)
}

// The kernel's own numbers: a connection's state, and the timer that INET_DIAG (and ss) shows.
const (
	established    = 1
	timerNone      = 0
	timerKeepalive = 2
)

// sockets lists Envoy's connections that match, as INET_DIAG shows them.
func (e *envoy) sockets(t *testing.T, match func(netlink.SocketID) bool) []*netlink.Socket {
	t.Helper()
	var all []*netlink.Socket
	err := e.host.do(func() error {
		for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} { // a listener on :: has IPv6 sockets for IPv4 clients
			some, err := netlink.SocketDiagTCP(family)
			if err != nil {
				return fmt.Errorf("INET_DIAG: %w", err)
			}
			all = append(all, some...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var found []*netlink.Socket
	for _, s := range all {
		if s.State == established && match(s.ID) && e.descriptor(s) >= 0 {
			found = append(found, s)
		}
	}
	return found
}

// socket is Envoy's one connection that matches, at rest: with no timer but that of keepalive.
func (e *envoy) socket(t *testing.T, match func(netlink.SocketID) bool) *netlink.Socket {
	t.Helper()
	var found []*netlink.Socket
	eventually(t, 5*time.Second, "Envoy has one such connection, and it is at rest", func() bool {
		found = e.sockets(t, match)
		return len(found) == 1 && (found[0].Timer == timerNone || found[0].Timer == timerKeepalive)
	})
	return found[0]
}

// from matches the connections that clients opened to a port of Envoy, to those that Envoy
// opened to a port of a server.
func from(port int) func(netlink.SocketID) bool {
	return func(id netlink.SocketID) bool { return int(id.SourcePort) == port }
}

func to(port int) func(netlink.SocketID) bool {
	return func(id netlink.SocketID) bool { return int(id.DestinationPort) == port }
}

// descriptor is the number that a socket has in Envoy, or -1.
func (e *envoy) descriptor(s *netlink.Socket) int {
	links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", e.pid))
	for _, link := range links {
		if target, _ := os.Readlink(link); target == fmt.Sprintf("socket:[%d]", s.INode) {
			n, _ := strconv.Atoi(filepath.Base(link))
			return n
		}
	}
	return -1
}

// duplicate gets a descriptor for a socket of Envoy: the very socket, not its like.
func (e *envoy) duplicate(t *testing.T, s *netlink.Socket) int {
	t.Helper()
	process, err := unix.PidfdOpen(e.pid, 0)
	if err != nil {
		t.Fatalf("pidfd_open: %v", err)
	}
	defer unix.Close(process)
	fd, err := unix.PidfdGetfd(process, e.descriptor(s), 0)
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS) {
		t.Fatalf("pidfd_getfd: %v: this machine does not let a test look at its child's sockets; run it as root on Linux 5.6 or newer", err)
	}
	if err != nil {
		t.Fatalf("pidfd_getfd: %v", err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

// options reads a socket's keepalive from the kernel.
func options(t *testing.T, fd int) keepalive {
	t.Helper()
	read := func(level, name int) int {
		value, err := unix.GetsockoptInt(fd, level, name)
		if err != nil {
			t.Fatalf("getsockopt: %v", err)
		}
		return value
	}
	k := keepalive{on: read(unix.SOL_SOCKET, unix.SO_KEEPALIVE) != 0}
	if k.on {
		k.idle = read(unix.IPPROTO_TCP, unix.TCP_KEEPIDLE)
		k.interval = read(unix.IPPROTO_TCP, unix.TCP_KEEPINTVL)
		k.probes = read(unix.IPPROTO_TCP, unix.TCP_KEEPCNT)
	}
	return k
}

// kernelKeepalive is what the kernel does for a socket on which keepalive is on and nothing else is set.
func kernelKeepalive(t *testing.T) keepalive {
	t.Helper()
	read := func(name string) int {
		text, err := os.ReadFile("/proc/sys/net/ipv4/tcp_keepalive_" + name)
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return keepalive{true, read("time"), read("intvl"), read("probes")}
}

// lastHeard is when the other side's last packet came in.
func lastHeard(t *testing.T, fd int) time.Time {
	t.Helper()
	now := time.Now()
	info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		t.Fatalf("TCP_INFO: %v", err)
	}
	return now.Add(-time.Duration(min(info.Last_data_recv, info.Last_ack_recv)) * time.Millisecond)
}

// death waits until the kernel gives a connection up, and says when. Nothing is read from the
// socket: its error is Envoy's to read.
func death(fd int, limit time.Duration) (at time.Time, died bool) {
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd)}}, int(limit.Milliseconds()))
	for errors.Is(err, unix.EINTR) {
		n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd)}}, int(limit.Milliseconds()))
	}
	return time.Now(), n > 0 && err == nil
}

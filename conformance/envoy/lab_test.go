//go:build e2e

package envoy_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// lab is four machines in a row, each a network namespace. Interfaces are named for what they
// lead to.
//
//	client ── gateway ── hop ── server
//	   192.0.2.0/30  198.51.100.0/30  203.0.113.0/30
//
// Envoy runs on the gateway. The hop forwards what its connection tracking knows, and
// forgets a flow that was idle for forgetsAfter.
type lab struct{ client, gateway, hop, server host }

// Addresses from the blocks that are kept for documentation.
const (
	gatewayAddress = "192.0.2.2"
	serverAddress  = "203.0.113.2"
)

const forgetsAfter = 5 * time.Second

const rules = "testdata/hop.nft" // of the hop

// newLab builds the row, and takes it down when the test ends.
func newLab(t *testing.T) *lab {
	t.Helper()
	needs(t)
	sweep(t)
	named := func(name string) host { return host{fmt.Sprintf("connpolicy-%d-%s", os.Getpid(), name)} }
	l := &lab{named("client"), named("gateway"), named("hop"), named("server")}
	for _, h := range []host{l.client, l.gateway, l.hop, l.server} {
		t.Cleanup(func() { ip(t, "netns", "delete", h.namespace) })
		ip(t, "netns", "add", h.namespace)
		ip(t, "-n", h.namespace, "link", "set", "lo", "up")
	}
	join(t, end{l.client, "gateway", "192.0.2.1"}, end{l.gateway, "client", gatewayAddress})
	join(t, end{l.gateway, "hop", "198.51.100.1"}, end{l.hop, "gateway", "198.51.100.2"})
	join(t, end{l.hop, "server", "203.0.113.1"}, end{l.server, "hop", serverAddress})
	ip(t, "-n", l.gateway.namespace, "route", "add", "203.0.113.0/30", "via", "198.51.100.2")
	ip(t, "-n", l.server.namespace, "route", "add", "default", "via", "203.0.113.1")

	l.hop.run(t, "nft", "-f", rules) // first: it brings connection tracking along
	l.hop.sysctl(t, "net/ipv4/ip_forward", 1)
	l.hop.sysctl(t, "net/netfilter/nf_conntrack_tcp_timeout_established", int(forgetsAfter.Seconds()))
	l.hop.sysctl(t, "net/netfilter/nf_conntrack_tcp_loose", 0) // what it forgot it does not take up again half-way
	return l
}

// end is one end of a link.
type end struct {
	host    host
	name    string // of the interface
	address string
}

// join makes a link between two hosts.
func join(t *testing.T, a, b end) {
	t.Helper()
	ip(t, "link", "add", "name", a.name, "netns", a.host.namespace,
		"type", "veth", "peer", "name", b.name, "netns", b.host.namespace)
	for _, e := range []end{a, b} {
		ip(t, "-n", e.host.namespace, "address", "add", e.address+"/30", "dev", e.name)
		ip(t, "-n", e.host.namespace, "link", "set", e.name, "up")
	}
}

// needs skips the test where namespaces are not to be had.
func needs(t *testing.T) {
	t.Helper()
	var missing []string
	if os.Geteuid() != 0 {
		missing = append(missing, "root")
	}
	for _, program := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, program)
		}
	}
	if len(missing) > 0 {
		skip(t, "network namespaces need %s", strings.Join(missing, " and "))
	}
	trial := fmt.Sprintf("connpolicy-%d-trial", os.Getpid())
	defer func() { _ = exec.Command("ip", "netns", "delete", trial).Run() }()
	for _, args := range [][]string{{"netns", "add", trial}, {"netns", "exec", trial, "nft", "-f", rules}} { // a container's root may not
		if out, err := exec.CommandContext(t.Context(), "ip", args...).CombinedOutput(); err != nil {
			skip(t, "this machine does not allow ip %s: %s", strings.Join(args, " "), strings.TrimSpace(string(out)))
		}
	}
}

// sweep removes what a run that was killed left behind.
func sweep(t *testing.T) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^connpolicy-(\d+)-[a-z]+`).FindAllStringSubmatch(ip(t, "netns", "list"), -1) {
		if _, err := os.Stat("/proc/" + m[1]); os.IsNotExist(err) {
			ip(t, "netns", "delete", m[0])
		}
	}
}

// ip runs iproute2's ip, and fails the test unless it goes well.
func ip(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second) // not the test's context, which has ended when things are removed
	defer cancel()
	out, err := exec.CommandContext(ctx, "ip", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("ip %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// sysctl sets a kernel parameter of the host alone.
func (h host) sysctl(t *testing.T, name string, value int) {
	t.Helper()
	err := h.do(func() error {
		return os.WriteFile("/proc/sys/"+name, fmt.Appendf(nil, "%d\n", value), 0)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// run runs a program on the host to its end.
func (h host) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	return ip(t, append([]string{"netns", "exec", h.namespace, name}, args...)...)
}

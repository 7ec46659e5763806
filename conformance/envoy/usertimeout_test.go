//go:build e2e

package envoy_test

import (
	"sync"
	"testing"
	"time"
)

func TestAUserTimeoutTakesThePlaceOfTheCountOfProbes(t *testing.T) {
	p, l := newProof(t), newLab(t)
	l.hop.sysctl(t, "net/netfilter/nf_conntrack_tcp_timeout_established", 600) // here it forgets nothing
	e := l.start(t, "user-timeout.yaml")
	set := keepalive{true, 3, 2, 2}
	cases := []*struct {
		through, server int
		cluster, what   string
		due             time.Duration
		*doomed
	}{
		{8081, 8001, "none", "without TCP_USER_TIMEOUT", 7 * time.Second, nil},
		{8082, 8002, "long", "with TCP_USER_TIMEOUT 10000", 11 * time.Second, nil},
		{8083, 8003, "short", "with TCP_USER_TIMEOUT 1000", 5 * time.Second, nil},
	}
	for _, c := range cases {
		l.hello(t, c.through, upstreamCluster(c.cluster), c.server)
	}
	for _, c := range cases {
		c.doomed = e.doomed(t, "client of listener "+c.cluster, from(c.through), set)
	}
	ip(t, "-n", l.client.namespace, "link", "set", "gateway", "down")
	p.show("the link of the client is cut, with %s:", set)
	var wait sync.WaitGroup
	for _, c := range cases {
		wait.Go(func() { c.gone, c.died = death(c.socket, 15*time.Second) })
	}
	wait.Wait()
	for _, c := range cases {
		took := c.gone.Sub(c.heard)
		if !c.died || took < c.due-100*time.Millisecond || took > c.due+time.Second {
			t.Errorf("%s: died %t, after %s, and it should be dead after %s", c.what, c.died, took, c.due)
			continue
		}
		p.proved("%s: dead after %.1f s, and resolve has %s", c.what, took.Seconds(), c.due)
	}
}

//go:build e2e

package envoy_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
)

// patience is how long the connections to a peer that is gone are watched: for longer than
// the longest of the test's keepalives takes, so that what lives on then has none.
const patience = 9 * time.Second

func TestAConnectionToAPeerThatIsGoneDiesWhenTheProbesAreOver(t *testing.T) {
	p, l := newProof(t), newLab(t)
	l.hop.sysctl(t, "net/netfilter/nf_conntrack_tcp_timeout_established", 600) // here it forgets nothing
	e := l.start(t, "gone-peer.yaml")
	quick, slow, off := keepalive{true, 2, 1, 3}, keepalive{true, 3, 2, 2}, keepalive{}
	// One request through each listener, so that each socket below is the only one of its kind.
	l.hello(t, 8080, upstreamCluster("plain"), 8001)
	l.hello(t, 8081, upstreamCluster("reviews"), 8002)
	l.hello(t, 8082, destinationCluster("ratings.global"), 8003)
	ends := []*doomed{
		e.doomed(t, "server of reviews, keepalive by its Upstream", to(8002), quick),
		e.doomed(t, "server of ratings.global, keepalive by its ConnectionPolicy", to(8003), slow),
		e.doomed(t, "server of plain, no keepalive", to(8001), off),
		e.doomed(t, "client of port 8081, keepalive by its Gateway", from(8081), quick),
		e.doomed(t, "client of port 8082, keepalive by its ListenerConnectionPolicy", from(8082), slow),
		e.doomed(t, "client of port 8080, no keepalive", from(8080), off),
	}
	ip(t, "-n", l.server.namespace, "link", "set", "hop", "down")
	ip(t, "-n", l.client.namespace, "link", "set", "gateway", "down")
	p.show("the links of the server and of the client are cut:")
	var wait sync.WaitGroup
	for _, d := range ends {
		wait.Go(func() { d.gone, d.died = death(d.socket, patience) })
	}
	wait.Wait()
	for _, d := range ends {
		d.judge(t, p)
	}
	active := func(cluster string) string { return e.stat(cluster, "upstream_cx_active") }
	reviews, ratings, plain := active(upstreamCluster("reviews")), active(destinationCluster("ratings.global")), active(upstreamCluster("plain"))
	if reviews != "0" || ratings != "0" || plain != "1" {
		t.Fatalf("Envoy counts %s, %s and %s connections to reviews, ratings.global and plain", reviews, ratings, plain)
	}
	p.proved("Envoy has noticed: it counts %s connections to reviews, %s to ratings.global, and %s to plain", reviews, ratings, plain)
}

// hello serves on a port of the server, and sends a request there through a port of the gateway.
func (l *lab) hello(t *testing.T, through int, cluster string, port int) {
	t.Helper()
	l.server.serve(t, fmt.Sprintf("%s:%d", serverAddress, port))
	got, err := get(t.Context(), l.client.client(t), fmt.Sprintf("%s:%d", gatewayAddress, through), cluster)
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("%s through port %d: %d %s: %v", cluster, through, got.status, got.text, err)
	}
}

// doomed is a connection of Envoy whose peer is about to go.
type doomed struct {
	peer   string
	socket int // a descriptor of Envoy's socket
	set    keepalive
	heard  time.Time // the peer's last packet
	gone   time.Time // when the kernel gave the connection up
	died   bool
}

func (e *envoy) doomed(t *testing.T, peer string, match func(netlink.SocketID) bool, set keepalive) *doomed {
	t.Helper()
	d := &doomed{peer: peer, socket: e.duplicate(t, e.socket(t, match)), set: set}
	if got := options(t, d.socket); got != set {
		t.Errorf("%s: %s, and it should be: %s", peer, got, set)
	}
	d.heard = lastHeard(t, d.socket)
	return d
}

// judge demands that the connection died within a second of time + interval x probes, or
// lives on without keepalive.
func (d *doomed) judge(t *testing.T, p *proof) {
	t.Helper()
	took := d.gone.Sub(d.heard)
	due := time.Duration(d.set.idle+d.set.interval*d.set.probes) * time.Second
	switch {
	case d.set.on && d.died && took >= due-100*time.Millisecond && took <= due+time.Second:
		p.proved("%s: dead after %.1f s, and %ds + %ds x %d is %s", d.peer, took.Seconds(), d.set.idle, d.set.interval, d.set.probes, due)
	case !d.set.on && !d.died:
		p.proved("%s: after %s Envoy still takes it for alive", d.peer, patience)
	case d.set.on:
		t.Errorf("%s: died %t, after %s, and it should be dead after %s", d.peer, d.died, took, due)
	default:
		t.Errorf("%s: died after %s, and nothing should have told it", d.peer, took)
	}
}

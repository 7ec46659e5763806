//go:build e2e

package envoy_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
)

// stage is Envoy running what a manifest of testdata compiles to, on loopback.
type stage struct {
	envoy     *envoy
	client    *http.Client
	listeners map[string]int // ports, by the name that the manifest gives them
	servers   map[string]int
}

// play fills in a manifest, serves what it connects to, compiles it and starts Envoy with it.
func play(t *testing.T, file string, k keepalive) *stage {
	t.Helper()
	s := &stage{client: host{}.client(t), listeners: map[string]int{}, servers: map[string]int{}}
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var held []net.Listener // until all are found, so that no port is found twice
	manifests := os.Expand(string(text), func(placeholder string) string {
		what, name, _ := strings.Cut(placeholder, " ")
		switch what {
		case "listener":
			held = append(held, freePort(t))
			s.listeners[name] = held[len(held)-1].Addr().(*net.TCPAddr).Port
			return strconv.Itoa(s.listeners[name])
		case "server":
			s.servers[name] = host{}.serve(t, "127.0.0.1:0")
			return strconv.Itoa(s.servers[name])
		case "time":
			return strconv.Itoa(k.idle)
		case "interval":
			return strconv.Itoa(k.interval)
		case "probes":
			return strconv.Itoa(k.probes)
		}
		t.Fatalf("%s: ${%s} has no meaning", file, placeholder)
		return ""
	})
	bootstrap, err := compile(t.Context(), manifests)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range held {
		_ = l.Close()
	}
	s.envoy = host{}.start(t, routed(t, bootstrap))
	return s
}

// freePort holds a port of loopback that nobody listens on.
func freePort(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// open sends a request through a listener to a cluster, and leaves the connections open.
func (s *stage) open(t *testing.T, listener, cluster string) {
	t.Helper()
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.listeners[listener]))
	got, err := get(t.Context(), s.client, address, cluster)
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("%s through %s: %d %s: %v", cluster, listener, got.status, got.text, err)
	}
}

// holds demands that the kernel has these timers for one of Envoy's sockets, and that its
// keepalive timer runs, or does not.
func (s *stage) holds(t *testing.T, p *proof, name string, match func(netlink.SocketID) bool, want keepalive, says string) {
	t.Helper()
	socket := s.envoy.socket(t, match)
	if got := options(t, s.envoy.duplicate(t, socket)); got != want {
		t.Errorf("%s: %s, and it should be: %s", name, got, want)
		return
	}
	left := time.Duration(socket.Expires) * time.Millisecond
	switch {
	case !want.on && socket.Timer == timerNone:
		p.proved("%s: keepalive off, no timer runs, %s", name, says)
	case want.on && socket.Timer == timerKeepalive && left > 0 && left <= time.Duration(want.idle)*time.Second+100*time.Millisecond:
		p.proved("%s: %s, first probe in %.1f s, %s", name, want, left.Seconds(), says)
	default:
		t.Errorf("%s: %s is set, and the kernel's timer is %d with %s to go", name, want, socket.Timer, left)
	}
}

func TestSocketsHaveTheTimersOfTheManifest(t *testing.T) {
	p := newProof(t)
	for i, k := range []keepalive{{true, 60, 20, 2}, {true, 700, 10, 20}, {true, 45, 15, 4}} {
		s := play(t, "timers.yaml", k)
		if i > 0 {
			p.show("the same manifest with other settings:")
		}
		s.open(t, "public", upstreamCluster("reviews"))
		s.open(t, "public", destinationCluster("ratings.global"))
		s.holds(t, p, "downstream socket of listener public", from(s.listeners["public"]), k, "as Gateway gloo-system/public says")
		s.holds(t, p, "upstream socket of reviews", to(s.servers["reviews"]), k, "as Upstream gloo-system/reviews says")
		s.holds(t, p, "upstream socket of ratings.global", to(s.servers["ratings"]), k, "as ConnectionPolicy bookinfo/tcp-keepalive says")
	}
}

func TestSocketsHaveNoTimersThatNobodyAskedFor(t *testing.T) {
	p, off := newProof(t), keepalive{}
	s := play(t, "edges.yaml", off)
	s.open(t, "plain", upstreamCluster("plain"))
	s.open(t, "timings-alone", destinationCluster("plain.global"))
	s.holds(t, p, "downstream socket of listener plain", from(s.listeners["plain"]), off, "without socketOptions")
	s.holds(t, p, "downstream socket of listener timings-alone", from(s.listeners["timings-alone"]), off, "as the warning keepalive-off says")
	s.holds(t, p, "upstream socket of plain", to(s.servers["plain"]), off, "without connectionConfig")
	s.holds(t, p, "upstream socket of plain.global", to(s.servers["plain-global"]), off, "with a ConnectionPolicy that sets a connect timeout alone")
}

func TestFractionsAreRoundedUpAndAnEmptyBlockIsTheKernels(t *testing.T) {
	p, up := newProof(t), keepalive{true, 1, 2, 3}
	s := play(t, "edges.yaml", up)
	for _, cluster := range []string{upstreamCluster("half-a-second"), destinationCluster("half.global"), upstreamCluster("empty")} {
		s.open(t, "plain", cluster)
	}
	s.holds(t, p, "upstream socket of half-a-second", to(s.servers["half-a-second"]), up, "for 500ms / 1500ms / 3 of the Upstream")
	s.holds(t, p, "upstream socket of half.global", to(s.servers["half-global"]), up, "for 500ms / 1500ms / 3 of the ConnectionPolicy")
	empty := options(t, s.envoy.duplicate(t, s.envoy.socket(t, to(s.servers["empty"]))))
	if own := kernelKeepalive(t); empty != own {
		t.Fatalf("upstream socket of empty: %s, and the kernel's own is: %s", empty, own)
	}
	p.proved("upstream socket of empty: keepalive on, with the kernel's own timings, for tcpKeepalive: {}")
}

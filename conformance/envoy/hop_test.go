//go:build e2e

package envoy_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// requestAgain is when the second request is sent. A flow that was kept alive for once only is
// forgotten by then.
const requestAgain = 2*time.Second + forgetsAfter + 2*time.Second

func TestKeepaliveSavesTheRequestOnAnIdleConnection(t *testing.T) {
	p, l := newProof(t), newLab(t)
	// With the default of 15 the kernel would send again for a quarter of an hour.
	l.gateway.sysctl(t, "net/ipv4/tcp_retries2", 2)
	e := l.start(t, "forgetful-hop.yaml")
	const lost, saved = http.StatusServiceUnavailable, http.StatusOK
	flows := []*flow{
		{
			title: "an Upstream without keepalive, the hop drops what it forgot", cluster: upstreamCluster("silent"), port: 8001,
			want: lost, within: 8 * time.Second, proves: "without keepalive the request on the idle connection is lost",
		},
		{
			title: "an Upstream without keepalive, the hop answers with a reset", cluster: upstreamCluster("reset"), port: 8002,
			want: lost, within: time.Second, proves: "without keepalive the request on the idle connection is lost, at once when the hop resets it",
		},
		{
			title: "an Upstream with keepaliveTime: 2s, keepaliveInterval: 1s", cluster: upstreamCluster("kept"), port: 8003,
			want: saved, within: time.Second, proves: "with the Upstream's keepalive the request on the idle connection gets through",
		},
		{
			title: "a VirtualDestination, and a ConnectionPolicy with time: 2s, interval: 1s", cluster: destinationCluster("kept.global"), port: 8004,
			want: saved, within: time.Second, proves: "with the ConnectionPolicy's keepalive the request on the idle connection gets through",
		},
		{
			title: "an Upstream with keepaliveTime: 2s alone", cluster: upstreamCluster("time-alone"), port: 8005,
			want: lost, within: 8 * time.Second, proves: "a short time alone does not save the request here, since the second probe comes after the interval, 75 s",
		},
	}
	for _, f := range flows {
		f.begin(t, l, e)
	}
	l.watch(t, flows, requestAgain)
	var wait sync.WaitGroup
	for _, f := range flows {
		wait.Go(func() { f.ask(t.Context()) })
	}
	wait.Wait()
	for _, f := range flows {
		f.judge(t, p)
	}
	if m := regexp.MustCompile(`counter packets (\d+)`).FindStringSubmatch(l.hop.run(t, "nft", "list", "table", "ip", "hop")); m == nil || m[1] == "0" {
		t.Errorf("the hop dropped nothing: %v", m)
	} else {
		p.proved("the hop did drop what came for the flows that it forgot")
	}
}

// start compiles a manifest of testdata and runs Envoy with it on the gateway.
func (l *lab) start(t *testing.T, file string) *envoy {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	bootstrap, err := compile(t.Context(), string(text))
	if err != nil {
		t.Fatal(err)
	}
	return l.gateway.start(t, routed(t, bootstrap))
}

// flow is one connection from the gateway's Envoy through the hop to the server.
type flow struct {
	title   string
	cluster string
	port    int // of the server: every flow has one of its own
	want    int // status of the second answer
	within  time.Duration
	proves  string

	envoy  *envoy
	client *http.Client
	socket int // a descriptor of Envoy's socket
	start  time.Time
	rows   []string // what happened since, and when

	second answer
	took   time.Duration // until the second answer
	total  string        // Envoy's count of connections then
	failed error
}

// note adds a row to the timeline.
func (f *flow) note(at time.Time, who, what string, args ...any) {
	f.rows = append(f.rows, fmt.Sprintf("%6.1f s  %-7s %s", at.Sub(f.start).Seconds(), who, fmt.Sprintf(what, args...)))
}

// begin sends the first request and leaves the connection idle.
func (f *flow) begin(t *testing.T, l *lab, e *envoy) {
	t.Helper()
	l.server.serve(t, fmt.Sprintf("%s:%d", serverAddress, f.port))
	f.envoy, f.client = e, l.client.client(t)
	got, err := f.get(t.Context())
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("%s: the first request got %d %s: %v", f.cluster, got.status, got.text, err)
	}
	f.socket = e.duplicate(t, e.socket(t, to(f.port)))
	f.start = lastHeard(t, f.socket)
	f.note(f.start, "client", "asks, and gets %d", got.status)
	f.note(f.start, "kernel", "of the gateway: %s", options(t, f.socket))
}

func (f *flow) get(ctx context.Context) (answer, error) {
	return get(ctx, f.client, gatewayAddress+":8080", f.cluster)
}

// watch writes down for a while what the hop knows of the flows.
func (l *lab) watch(t *testing.T, flows []*flow, during time.Duration) {
	t.Helper()
	left := map[*flow]uint32{}         // whole seconds
	time.Sleep(300 * time.Millisecond) // for the last answer's acknowledgement, which is no probe
	err := l.hop.do(func() error {
		for ; time.Since(flows[0].start) < during; time.Sleep(20 * time.Millisecond) {
			table, err := netlink.ConntrackTableList(netlink.ConntrackTable, unix.AF_INET)
			if err != nil {
				return fmt.Errorf("the hop's connection tracking: %w", err)
			}
			for _, f := range flows {
				entry := find(table, f.port)
				before, known := left[f]
				switch {
				case entry == nil && known:
					f.note(time.Now(), "hop", "has heard nothing for %d s, and forgets the flow", int(forgetsAfter.Seconds()))
					delete(left, f)
				case entry != nil && known && entry.TimeOut > before:
					f.note(time.Now(), "hop", "hears a probe, and keeps the flow for %d s more", int(forgetsAfter.Seconds()))
				}
				if entry != nil {
					left[f] = entry.TimeOut
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// find is the entry of the flow to a port, or nil.
func find(table []*netlink.ConntrackFlow, port int) *netlink.ConntrackFlow {
	for _, entry := range table {
		if int(entry.Forward.DstPort) == port {
			return entry
		}
	}
	return nil
}

// ask sends the second request, and a third when that was lost.
func (f *flow) ask(ctx context.Context) {
	asked := time.Now()
	f.note(asked, "client", "asks again, and Envoy takes the idle connection")
	gone := make(chan time.Time, 1)
	go func() {
		defer close(gone)
		if at, died := death(f.socket, 8*time.Second); died {
			gone <- at
		}
	}()
	f.second, f.failed = f.get(ctx)
	answered := time.Now()
	f.took = answered.Sub(asked)
	f.total = f.envoy.stat(f.cluster, "upstream_cx_total")
	if f.second.status != http.StatusOK {
		if at, died := <-gone; died {
			f.note(at, "kernel", "gives the connection up")
		}
	}
	f.note(answered, "client", "gets %d: %s", f.second.status, strings.TrimSpace(f.second.text))
	if f.failed != nil || f.second.status == http.StatusOK {
		return
	}
	third, err := f.get(ctx)
	f.failed = err
	f.note(time.Now(), "client", "asks once more, over a new connection, and gets %d", third.status)
	if third.status != http.StatusOK {
		f.failed = errors.Join(err, errors.New("the server was there, and the third request failed"))
	}
}

// judge prints the timeline, and demands the wanted answer over the first connection.
func (f *flow) judge(t *testing.T, p *proof) {
	t.Helper()
	p.show("%s:", f.title)
	for _, row := range f.rows {
		p.show("%s", row)
	}
	switch {
	case f.failed != nil:
		t.Errorf("%s: %v", f.cluster, f.failed)
	case f.total != "1":
		t.Errorf("%s: two requests went over %s connections", f.cluster, f.total)
	case f.second.status != f.want:
		t.Errorf("%s: the request on the idle connection got %d %s, and it should get %d", f.cluster, f.second.status, f.second.text, f.want)
	case f.took > f.within:
		t.Errorf("%s: the answer took %s, and it should take no more than %s", f.cluster, f.took, f.within)
	default:
		p.proved("%s: %d", f.proves, f.second.status)
	}
}

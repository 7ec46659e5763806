// Package preset writes manifests to start from: a keepalive and an idle timeout that survive
// the hops on the way, with a comment on each line. What goes in: hops and a kind. What comes
// out: the text of a manifest that connpolicy itself has nothing to say against.
package preset

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
)

// Kinds are the kinds that can be started from, the usual one first.
var Kinds = []string{"ConnectionPolicy", "Upstream", "Gateway", "ListenerConnectionPolicy"}

// Values are settings that survive hops.
type Values struct {
	Time, Interval time.Duration
	Probes         uint32 // 0 for no keepalive
	// Idle is the idle timeout of the side that the kind configures; 0 leaves the default.
	Idle time.Duration
}

// The values where no hop needs others: safe for every documented flow table that is not a
// forgiving one, and a dead peer is noticed within two minutes.
const (
	usualTime     = 60 * time.Second
	usualInterval = 20 * time.Second
	usualProbes   = 3
	// shortIdle is an idle timeout below which a connection is closed before it is worth a probe: the
	// first would be sent within 10s, which keepalive-eager reports.
	shortIdle   = 20 * time.Second
	longestTime = 300 * time.Second // seldom enough for any hop that allows it
)

// Choose picks values that survive every hop. A gateway's listener is sent requests by a proxy
// in front of it and must wait longer; toward destinations the gateway sends them, and must
// give up first.
func Choose(hops []hop.Hop, listener bool) Values {
	v := Values{Time: usualTime, Interval: usualInterval, Probes: usualProbes}
	if h := shortest(hops, hop.Flow); h != nil {
		v.Interval = min(15*time.Second, hop.Round(h.Idle/6))
		v.Time = min(longestTime, hop.Round(h.Longest(v.Interval)))
	}
	if listener {
		if h := longest(towardBackends(hops), hop.Proxy); h != nil && h.Longer() > time.Hour {
			v.Idle = h.Longer() // the default, an hour, is too short
		}
		if h := shortest(hops, hop.Data); h != nil {
			v.Idle = h.Shorter()
		}
		return v
	}
	if h := shortest(hops, hop.Proxy, hop.Data); h != nil {
		v.Idle = h.Shorter()
		switch {
		case v.Idle >= shortIdle:
		case cutsSilentRequests(hops, v.Idle):
			return v // its probes hold connections on which a request waits
		default:
			return Values{Idle: v.Idle}
		}
		v.Time = min(v.Time, hop.Round(v.Idle/2)) // or no probe would be sent before
		v.Interval = min(v.Interval, hop.Round(v.Time/2))
	}
	return v
}

// cutsSilentRequests reports a hop that forgets connections on which a request waits, where they
// are closed after an idle timeout and have no keepalive.
func cutsSilentRequests(hops []hop.Hop, timeout time.Duration) bool {
	c := hop.Idle{Timeout: timeout, Requests: true}
	return slices.ContainsFunc(hops, func(h hop.Hop) bool { return h.CutsSilentRequest(c) })
}

// towardBackends returns the hops with the timeouts that hold on the side of their backends.
func towardBackends(hops []hop.Hop) []hop.Hop {
	out := make([]hop.Hop, len(hops))
	for i := range hops {
		out[i] = hops[i].TowardBackends()
	}
	return out
}

func shortest(hops []hop.Hop, classes ...hop.Class) *hop.Hop {
	var least *hop.Hop
	for i := range hops {
		if h := &hops[i]; slices.Contains(classes, h.Class) && h.Idle > 0 && (least == nil || h.Idle < least.Idle) {
			least = h
		}
	}
	return least
}

func longest(hops []hop.Hop, class hop.Class) *hop.Hop {
	var most *hop.Hop
	for i := range hops {
		if h := &hops[i]; h.Class == class && !h.Server && (most == nil || h.Idle > most.Idle) {
			most = h
		}
	}
	return most
}

//go:embed *.tmpl
var files embed.FS

// manifest is what a template fills in.
type manifest struct {
	Values
	Name, Namespace string
	Hops            []string // what is said of each
}

// Write writes a manifest of a kind, one of Kinds.
func Write(kind, name, namespace string, hops []hop.Hop) ([]byte, error) {
	m := manifest{Choose(hops, kind == "Gateway" || kind == "ListenerConnectionPolicy"), name, namespace, nil}
	for i := range hops {
		m.Hops = append(m.Hops, hopLine(&hops[i]))
	}
	slices.Sort(m.Hops)
	return filled(strings.ToLower(kind), m)
}

// ConfigHop is a hop as a configuration writes it.
type ConfigHop struct {
	Hop     string
	Timeout string // "15m"; "" for the hop's own
	Side    string // clients or destinations; "" for both
}

// Config writes a configuration with a comment on each of its keys, and all but the hops commented out.
func Config(hops []ConfigHop) ([]byte, error) { return filled("config", hops) }

// filled is a template with what it is about.
func filled(name string, data any) ([]byte, error) {
	t, err := template.New("").Funcs(template.FuncMap{"s": diag.Seconds, "n": number, "dead": dead}).ParseFS(files, "*.tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.ExecuteTemplate(&b, name+".yaml.tmpl", data)
	return b.Bytes(), err
}

func hopLine(h *hop.Hop) string {
	line := h.ID + ", " + h.Title
	switch {
	case h.Idle == 0:
	case h.Class != hop.Proxy:
		line += ": forgets an idle connection after " + diag.Seconds(h.Idle)
	default:
		line += ": closes an idle connection after " + diag.Seconds(h.Idle)
	}
	if h.Doubtful() {
		line += fmt.Sprintf(" (%s: check it)", h.Trust)
	}
	return line
}

func number(d time.Duration) int64 { return int64(d / time.Second) }

func dead(v Values) string { return diag.Seconds(v.Time + v.Interval*time.Duration(v.Probes)) }

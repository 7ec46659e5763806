// Package hop has what stands between two ends of a connection: load balancers, NATs,
// firewalls and proxies, how long each remembers an idle connection, and what its timeout is
// called. What goes in: the words of --hop or of a configuration. What comes out: a Hop with
// its source. The figures are in hops.yaml; policies and plans are outside of it.
package hop

import "time"

// Class is what keepalive can do about a hop.
type Class string

const (
	// Flow hops keep a table of connections that pass through. A keepalive probe is traffic
	// to them, so a short enough keepalive time holds the entry.
	Flow Class = "flow"
	// Data hops keep such a table, and look at data alone: a probe carries none, so keepalive cannot
	// hold the entry. Either end may close the connection before its time is up.
	Data Class = "data"
	// Proxy hops end TCP themselves. A probe never counts as a request, so keepalive cannot
	// hold their connections; the caller must give up first.
	Proxy Class = "proxy"
)

// Trust is where a figure comes from.
type Trust string

// The degrees of trust, best first.
const (
	Documented Trust = "documented"  // by the vendor
	Source     Trust = "source"      // read in source code
	SecondHand Trust = "second-hand" // quoted by somebody else
	Unverified Trust = "unverified"  // general knowledge, no source at hand
)

// Hop is one kind of hop, with its timeout.
type Hop struct {
	ID    string
	Title string // "AWS Network Load Balancer, TCP listener"
	Class Class
	// Idle is how long a connection may be idle before the hop forgets or closes it; 0 when
	// the hop has no timeout of its own.
	Idle time.Duration
	// Min and Max are what Idle can be set to; both 0 when it cannot be set, Max when no upper
	// end is published.
	Min, Max time.Duration
	Knob     string // what sets it, with the name a person types: "listener attribute tcp.idle_timeout.seconds"
	// Backends is the timeout of a proxy toward its backends, where it differs from Idle, which is
	// then the one toward its clients; nil when both sides have one timeout.
	Backends *Timeout
	Aliases  []string // other IDs that the hop is found by
	Expiry   string   // what happens to a connection whose time is up, and to its next packet
	Trust    Trust
	Sources  []string // URLs, or file and line of public source
	Checked  string   // when the sources were read, as 2026-11-21
	Note     string   // what else there is to know
	// Forgiving hops forget without harm as a rule: the next packet finds the same way again.
	Forgiving bool
	// Server reports a proxy that answers requests itself: an application's server. It stands behind
	// destinations, never in front of a listener.
	Server bool
	// Set reports that the user gave Idle, which then is neither the vendor's nor in doubt.
	Set bool
}

// Timeout is the idle timeout of one side of a proxy.
type Timeout struct {
	Idle, Min, Max time.Duration // as in Hop
	Knob           string
}

// TowardBackends returns the hop with the timeout that holds on the side of its backends. The
// result of a hop whose sides have one timeout is the hop itself.
func (h Hop) TowardBackends() Hop {
	if b := h.Backends; b != nil {
		h.Idle, h.Min, h.Max, h.Knob, h.Set, h.Backends = b.Idle, b.Min, b.Max, b.Knob, false, nil
	}
	return h
}

// Doubtful reports a figure that is to be checked before it is relied on.
func (h *Hop) Doubtful() bool {
	return !h.Set && h.Idle > 0 && (h.Trust == SecondHand || h.Trust == Unverified)
}

// Longest is the longest keepalive time, in whole seconds, with which a flow hop still has the
// connection when one probe is lost and the next comes an interval later. It is 0 when no time
// is short enough.
func (h *Hop) Longest(interval time.Duration) time.Duration {
	longest := max((h.Idle - interval - 1).Truncate(time.Second), 0)
	if longest < interval {
		return 0 // the interval is the probe period then, and too long
	}
	return longest
}

// Round takes a duration down to a number that people like: whole minutes, or tens of seconds.
func Round(d time.Duration) time.Duration {
	switch {
	case d >= 2*time.Minute:
		return d.Truncate(time.Minute)
	case d >= 20*time.Second:
		return d.Truncate(10 * time.Second)
	}
	return max(d.Truncate(time.Second), time.Second)
}

// Shorter is an idle timeout below the hop's, at a distance that the delays of a network do not
// use up.
func (h *Hop) Shorter() time.Duration { return Round(h.Idle - h.Idle/6) }

// Longer is an idle timeout above the hop's, at such a distance.
func (h *Hop) Longer() time.Duration {
	step := 5 * time.Second
	if h.Idle >= 10*time.Minute {
		step = time.Minute
	}
	return (h.Idle + h.Idle/4).Truncate(step) + step
}

package hop

import (
	"time"

	"github.com/connpolicy/connpolicy/facts"
)

// Verdict is what becomes of an idle connection at a hop.
type Verdict string

// The verdicts, best first.
const (
	Safe        Verdict = "safe"           // held by keepalive, or closed in good time by the proxy itself
	NoMargin    Verdict = "one lost probe" // held, unless a probe is lost on the way
	Expired     Verdict = "forgotten"      // probes are sent too late, or none is
	Closed      Verdict = "closed"         // the hop closes it, whatever keepalive does
	ClosesFirst Verdict = "closes first"   // this end closes it, and the hop may be sending a request on it
)

// Idle is what a proxy does with a connection that nobody uses.
type Idle struct {
	Keepalive      bool
	Time, Interval time.Duration // before the first probe, and between probes
	Timeout        time.Duration // after which the proxy closes it itself; 0 is never
	Downstream     bool          // requests come in on it: it is a listener's
	OneRequest     bool          // it carries one request, and is never idle between two
	Requests       bool          // Timeout counts time without requests, and not without data
	Detected       bool          // the port does not say its protocol: Timeout is that of HTTP, and it may be TCP
	Stream         time.Duration // after which a request on which nothing is sent is ended; 0 is never
}

// ProbePeriod is how often an idle connection is probed while its peer answers. After each probe the
// kernel waits for the interval, and only then looks at the idle time again: whichever is longer
// holds (Linux, net/ipv4/tcp_timer.c, tcp_keepalive_timer; measured in docs/proof.md).
func (c Idle) ProbePeriod() time.Duration { return max(c.Time, c.Interval) }

// Judge returns what becomes of an idle connection through the hop. A probe in time is traffic to
// a flow table, no data to one that counts data alone, and no request to a proxy. A connection that is closed at this end before the
// hop's time is up is safe with either, unless it is a proxy that sends the requests: of two ends
// the one that sends them has to give up first.
func (h *Hop) Judge(c Idle) Verdict {
	switch {
	case c.OneRequest:
		return Safe
	case h.Class == Proxy && c.Downstream && h.Idle > 0 && c.Timeout > 0 && c.Timeout <= h.Idle:
		return ClosesFirst
	case h.Idle == 0, h.Class == Proxy && c.Downstream, c.Timeout > 0 && c.Timeout < h.Idle:
		return Safe
	case h.Class == Proxy, h.Class == Data:
		return Closed
	case !c.Keepalive, c.ProbePeriod() >= h.Idle:
		return Expired
	case c.ProbePeriod()+c.Interval >= h.Idle:
		return NoMargin
	}
	return Safe
}

// CutsTCP reports a hop that forgets a connection if it turns out to be TCP: its protocol is detected, and only the
// idle timeout of HTTP is over before the hop's.
func (h *Hop) CutsTCP(c Idle) bool {
	held := h.Class == Flow && c.Keepalive && c.ProbePeriod() < h.Idle
	return c.Detected && h.Class != Proxy && c.Timeout > 0 && c.Timeout < h.Idle && h.Idle <= facts.EnvoyTCPIdleTimeout && !held
}

// longRequest is how long a request may wait for its answer before it is out of the ordinary.
const longRequest = time.Hour

// CutsSilentRequest reports a hop that does not cut connections while they are idle, since the
// proxy closes them before, and forgets one on which a request waits for longer than the hop's
// timeout without a packet: an idle timeout does not count while a request is open. Hops that keep
// connections for longer than requests take are not among them.
func (h *Hop) CutsSilentRequest(c Idle) bool {
	held := c.Keepalive && c.ProbePeriod() < h.Idle
	ended := c.Stream > 0 && c.Stream < h.Idle
	return h.Class == Flow && h.Idle <= longRequest && c.Requests && !c.OneRequest && c.Timeout > 0 && c.Timeout < h.Idle && !held && !ended
}

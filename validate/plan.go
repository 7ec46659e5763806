package validate

import (
	"fmt"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
)

// Bounds of what is thought wise. None is a rule of the kernel's or of Envoy's.
const (
	// eagerTime and eagerInterval: below these, probes cost more than they tell. gRPC advises
	// against less than a minute for its own (grpc: doc/keepalive.md).
	eagerTime     = 10 * time.Second
	eagerInterval = 3 * time.Second
	// slowDeath is how long a dead peer may go unnoticed: as long as the kernel's own retries
	// of data take (tcp(7), tcp_retries2).
	slowDeath = 15 * time.Minute
	// shortMemory is the strictest documented timeout of a flow table, Azure's: a keepalive
	// time below it is safe nearly everywhere.
	shortMemory = 240 * time.Second
)

// Plan says whether a plan is wise: whether its connections survive the hops on their way,
// and whether their keepalives make sense. It says each thing once for a place in the user's
// text, however many destinations a policy reaches.
func Plan(p *compile.Plan, ways []Way) diag.List {
	w := &wisdom{seen: map[said]bool{}}
	for _, c := range p.Connections() {
		w.connection(&c, ways)
	}
	return w.found
}

type wisdom struct {
	seen  map[said]bool
	found diag.List
}

// said is a finding that was given already.
type said struct {
	span    diag.Span
	code    *diag.Code
	message string
}

// connection says what is worst about a connection: the hops named, else those that are well
// known, else its keepalive by itself. Mending the first often mends the others.
func (w *wisdom) connection(c *compile.Connection, ways []Way) {
	hops := On(ways, c)
	cut := false
	for i := range hops {
		cut = w.hop(c, &hops[i]) || cut
	}
	if !c.Keepalive.On.Value {
		return
	}
	w.eager(c)
	if cut || w.rhythm(c) || len(ways) == 0 && w.wellKnown(c) || w.moot(c) {
		return
	}
	w.slow(c)
}

// hop judges a connection by one hop on its way, and reports whether there was something to say.
func (w *wisdom) hop(c *compile.Connection, h *hop.Hop) bool {
	verdict := h.Judge(Idle(c))
	switch verdict {
	case hop.Safe:
	case hop.OneLostProbe:
		w.oneLostProbe(c, h)
	case hop.Forgotten:
		if c.Keepalive.On.Value {
			w.forgotten(c, h)
		} else {
			w.noKeepalive(c, h)
		}
	case hop.Closed:
		w.closed(c, h)
	case hop.ClosesFirst:
		w.closesFirst(c, h)
	}
	return verdict != hop.Safe
}

// Idle is what happens to a connection that nobody uses, as hops judge it.
func Idle(c *compile.Connection) hop.Idle {
	k := c.Keepalive
	return hop.Idle{Keepalive: k.On.Value, Time: k.Time.Value, Interval: k.Interval.Value, Timeout: c.Idle.Value, Served: c.Leg == compile.FromClients}
}

// forgotten reports a first probe that is sent too late, or others that are.
func (w *wisdom) forgotten(c *compile.Connection, h *hop.Hop) {
	k := c.Keepalive
	first := k.Time.Value
	if first < h.Idle {
		w.forgottenBetween(c, h)
		return
	}
	message := fmt.Sprintf("keepalive time %s is %s after which %s forgets an idle connection", timeText(k.Time), longerThan(first, h.Idle), title(h))
	note := "the connection is gone " + diag.Seconds(first-h.Idle) + " before the first probe is sent"
	if first == h.Idle {
		note = "the first probe is sent when the connection is gone"
	}
	w.add(diag.HopIdleTimeout, c, timePlace(&k), message, saferTime(&k, h)+orRaise(h, first), notes(h, note)...)
}

// forgottenBetween reports probes of which the first is sent in time, and the next is not.
func (w *wisdom) forgottenBetween(c *compile.Connection, h *hop.Hop) {
	k := c.Keepalive
	message := fmt.Sprintf("keepalive interval %s is %s after which %s forgets an idle connection: so long the kernel waits after each probe, answered or not",
		timeText(k.Interval), longerThan(k.Interval.Value, h.Idle), title(h))
	w.add(diag.HopIdleTimeout, c, intervalPlace(&k), message, fmt.Sprintf("write an interval of %s", spelled(k.Interval, hop.Round(h.Idle/6))), notes(h)...)
}

func (w *wisdom) oneLostProbe(c *compile.Connection, h *hop.Hop) {
	k := c.Keepalive
	message := fmt.Sprintf("keepalive time %s and interval %s leave no room for a lost probe before %s forgets the connection after %s",
		diag.Seconds(k.Time.Value), diag.Seconds(k.Interval.Value), title(h), diag.Seconds(h.Idle))
	w.add(diag.HopOneLostProbe, c, timePlace(&k), message, saferTime(&k, h), notes(h)...)
}

func longerThan(d, idle time.Duration) string {
	if d == idle {
		return "just the " + diag.Seconds(idle)
	}
	return "longer than the " + diag.Seconds(idle)
}

// timeText is a keepalive time, and whose it is when nobody wrote it.
func timeText(s compile.Setting[time.Duration]) string {
	if s.Written() {
		return diag.Seconds(s.Value)
	}
	return diag.Seconds(s.Value) + ", " + s.From.Default + ","
}

// timePlace is where a keepalive time is written, or the keepalive that leaves it out.
func timePlace(k *compile.Keepalive) diag.Span {
	if k.Time.Written() {
		return k.Time.From.Span()
	}
	return k.On.From.KeySpan()
}

// intervalPlace is where an interval is written, or the keepalive that leaves it out.
func intervalPlace(k *compile.Keepalive) diag.Span {
	if k.Interval.Written() {
		return k.Interval.From.Span()
	}
	return timePlace(k)
}

// saferTime says what to type: a round number, and the largest that survives a lost probe.
func saferTime(k *compile.Keepalive, h *hop.Hop) string {
	most := h.Longest(k.Interval.Value)
	switch r := hop.Round(most); {
	case most == 0:
		return fmt.Sprintf("write %s as the time and %s as the interval", spelled(k.Time, hop.Round(h.Idle/2)), spelled(k.Interval, hop.Round(h.Idle/6)))
	case r != most:
		return fmt.Sprintf("write %s; the largest that survives a lost probe is %s", spelled(k.Time, r), spelled(k.Time, most))
	}
	return fmt.Sprintf("write %s or less", spelled(k.Time, most))
}

// spelled writes a duration the way its place takes it: quoted with a unit, or, in a socket
// option, as a number of seconds.
func spelled(s compile.Setting[time.Duration], d time.Duration) string {
	if strings.HasSuffix(s.From.Pointer(), "/intValue") {
		return fmt.Sprint(int64(d / time.Second))
	}
	return fmt.Sprintf("%q", diag.Seconds(d))
}

// orRaise names the hop's own knob, when it goes far enough.
func orRaise(h *hop.Hop, needed time.Duration) string {
	switch {
	case h.Knob == "" || h.Min == 0 || h.Max > 0 && h.Max <= needed:
		return ""
	case h.Max == 0:
		return ", or raise " + h.Knob
	}
	return fmt.Sprintf(", or raise %s (%s)", h.Knob, h.Range())
}

func (w *wisdom) noKeepalive(c *compile.Connection, h *hop.Hop) {
	message := fmt.Sprintf("no keepalive holds this connection: %s forgets it after %s without traffic", title(h), diag.Seconds(h.Idle))
	interval := hop.Round(min(15*time.Second, h.Idle/4))
	idle := hop.Round(max(h.Longest(interval), time.Second))
	w.add(diag.HopKeepaliveOff, c, c.By.KeySpan(keepaliveAt(c)), message, addKeepalive(c, idle, interval), notes(h)...)
}

// keepaliveAt is where a keepalive belongs in the document that decides a connection.
func keepaliveAt(c *compile.Connection) string {
	switch c.By.Kind.Name {
	case "ConnectionPolicy":
		return "/spec/config/tcp/tcpKeepalive"
	case "ListenerConnectionPolicy":
		return "/spec/config/tcpKeepalive"
	case "Upstream":
		return "/spec/connectionConfig/tcpKeepalive"
	case "Gateway":
		return "/spec/options/socketOptions"
	}
	return "/spec"
}

// addKeepalive says what to type where there is no keepalive.
func addKeepalive(c *compile.Connection, idle, interval time.Duration) string {
	switch c.By.Kind.Name {
	case "Upstream":
		return fmt.Sprintf("write tcpKeepalive: {keepaliveTime: %q, keepaliveInterval: %q, keepaliveProbes: 3} under connectionConfig", diag.Seconds(idle), diag.Seconds(interval))
	case "Gateway", "Proxy":
		return fmt.Sprintf("add the four socketOptions that connpolicy init --kind Gateway writes, with %d for the idle time", int64(idle/time.Second))
	}
	return fmt.Sprintf("write tcpKeepalive: {time: %q, interval: %q, probes: 3} under %s", diag.Seconds(idle), diag.Seconds(interval), parentName(keepaliveAt(c)))
}

func parentName(pointer string) string {
	parts := strings.Split(pointer, "/")
	return parts[len(parts)-2]
}

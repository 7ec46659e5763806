package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/facts"
)

// Side is the side of a proxy that connections are on. Keepalive never crosses a proxy: each side has its own.
type Side string

// The sides of a proxy: connections of its callers, and connections to destinations.
const (
	DownstreamSide Side = "client → gateway"
	UpstreamSide   Side = "gateway → destination"
)

// Connection is what the connections at one place do: at a port of a destination, at an Upstream, or at a
// listener. Reports and judgments read a plan as a list of them.
type Connection struct {
	Side       Side
	Object     Object
	Name       string // "ratings.global:80", "gloo-system/reviews", "listener-::-8080"
	Host       string // as callers write it; a listener's address
	Port       uint32
	Protocol   string     // HTTP, TCP and so on; "" when not said
	Rules      []string   // "NAMESPACE/NAME" of the DestinationRules that hold it in Istio
	By         Document   // the deciding object; the object itself where no policy decides
	Overridden []Override // who would have
	// Undecided reports a place that no policy decides, where defaults hold.
	Undecided bool
	// Selector selects the port of such a listener among those of its VirtualGateway: "number: 443".
	// SelectorAt is where the port stands.
	Selector   string
	SelectorAt Origin

	// Keepalive is that of the side; of a listener, what its socket options come to.
	Keepalive Keepalive
	// Idle is when the proxy itself closes a connection without requests; 0 is never.
	Idle Setting[time.Duration]
	// IdleAt is where Idle is written or can be: not always in the document that decides the rest.
	// It is zero when no document of a kind that is read can set it.
	IdleAt Origin
	// StreamIdle is when a listener ends a request on which nothing is sent; 0 is never, nil where
	// there is no such timeout.
	StreamIdle *Setting[time.Duration]
	// OneRequest reports connections that carry one request each, so that none is idle between two.
	OneRequest bool
	// TCP reports connections that are forwarded without reading requests: Idle counts data then.
	TCP bool

	alsoTCP  bool // beside requests
	settings []group
	options  []SocketOption
}

// group is a struct of settings and the first word of their names.
type group struct {
	name     string
	settings any
}

// Connections lists the connections of the plan: listeners first, then destinations and Upstreams.
// A port that an Upstream decides in a mesh is listed with the Upstream.
func (p *Plan) Connections() []Connection {
	var out []Connection
	for i := range p.Listeners {
		out = append(out, p.Listeners[i].connection())
	}
	for i := range p.Destinations {
		d := &p.Destinations[i]
		for j := range d.Ports {
			if !d.Ports[j].Upstream {
				out = append(out, d.connection(&d.Ports[j]))
			}
		}
	}
	rules := p.upstreamRules()
	for i := range p.Upstreams {
		c := p.Upstreams[i].connection()
		c.Rules = slices.Compact(rules[c.By])
		out = append(out, c)
	}
	return out
}

// upstreamRules are the rules of the ports that Upstreams decide, by the Upstream's document.
func (p *Plan) upstreamRules() map[Document][]string {
	rules := map[Document][]string{}
	for i := range p.Destinations {
		d := &p.Destinations[i]
		for j := range d.Ports {
			if port := &d.Ports[j]; port.Upstream {
				rules[port.By] = append(rules[port.By], d.rule())
			}
		}
	}
	return rules
}

func (d *Destination) connection(p *Port) Connection {
	c := Connection{
		Side: UpstreamSide, Object: d.Object, Name: d.Host + ":" + itoa(p.Number), Host: d.Host, Port: p.Number, Protocol: p.Protocol,
		Rules: []string{d.rule()}, By: p.By, Overridden: p.Overridden, IdleAt: p.IdleAt,
	}
	c.toDestination(p.Settings, p.TCP())
	return c
}

// toDestination fills in what settings make of connections to a destination.
func (c *Connection) toDestination(s *Settings, tcp bool) {
	c.Keepalive, c.Idle, c.TCP, c.settings = s.Keepalive, s.HTTP.IdleTimeout, tcp, []group{{"", s}}
	c.OneRequest = !tcp && s.MaxRequestsPerConnection.Value == 1
	if tcp {
		c.Idle = s.TCP.IdleTimeout
	}
}

func (u *Upstream) connection() Connection {
	c := Connection{
		Side: UpstreamSide, Object: u.Object, Name: cmp.Or(u.Object.Namespace+"/", "") + u.Object.Name, By: u.Object.Document,
	}
	if u.OnlyTCP() {
		c.Protocol = "TCP"
	}
	c.toDestination(u.Settings, u.OnlyTCP())
	c.IdleAt, c.alsoTCP = u.IdleAt, u.TCP && u.Requests
	if idle := u.Settings.TCP.IdleTimeout; c.alsoTCP && Outlasts(idle.Value, c.Idle.Value) {
		c.Idle = idle // the connections that live longest are judged
	}
	if len(u.Endpoints) > 0 {
		c.Host, c.Port = cmp.Or(u.Endpoints[0].Address, u.Endpoints[0].Path), u.Endpoints[0].Port
	}
	return c
}

func (l *Listener) connection() Connection {
	c := Connection{
		Side: DownstreamSide, Object: l.Object, Name: l.Name, Host: l.Address, Port: l.Port, Selector: l.Selector, SelectorAt: l.SelectorAt, Protocol: "HTTP",
		By: l.By, Overridden: l.Overridden, Keepalive: l.Keepalive(), Idle: l.Timeouts.Idle, IdleAt: l.IdleAt, options: l.SocketOptions,
	}
	c.settings = []group{{"keepalive", &c.Keepalive}, {"bufferLimit", l.BufferLimit}, {"exactBalance", l.ExactBalance}}
	if l.TCP {
		c.Protocol, c.TCP, c.Idle = "TCP", true, l.TCPProxy.IdleTimeout
		c.settings = append(c.settings, group{"tcp", l.TCPProxy})
	} else {
		c.StreamIdle = &l.Timeouts.StreamIdle
		c.settings = append(c.settings, group{"maxRequestsPerConnection", l.MaxRequestsPerConnection}, group{"http", l.Timeouts})
	}
	return c
}

// Values lists every setting, in a fixed order.
func (c *Connection) Values() []Value {
	var out []Value
	for _, g := range c.settings {
		for _, v := range appendValues(nil, g) {
			if c.holds(v.Name) {
				out = append(out, v)
			}
		}
	}
	for i := range c.options {
		if o := &c.options[i]; !o.isKeepalive() {
			out = append(out, o.value())
		}
	}
	return out
}

// isKeepalive reports an option that Keepalive reads.
func (o *SocketOption) isKeepalive() bool {
	return o.Level == facts.SolSocket && o.Name == facts.SoKeepalive ||
		o.Level == facts.IPProtoTCP && slices.Contains([]int64{facts.TCPKeepIdle, facts.TCPKeepIntvl, facts.TCPKeepCnt}, o.Name) ||
		o.isUserTimeout() && o.IntValue != nil
}

func (o *SocketOption) isUserTimeout() bool {
	return o.Level == facts.IPProtoTCP && o.Name == facts.TCPUserTimeout
}

// number is where the option's number stands: an option of a list has it in a field of its
// own, one that a keepalive was spelled as comes from a value already.
func (o *SocketOption) number() Origin {
	if o.From.Written() && strings.Contains(o.From.pointer, "/socketOptions/") {
		return From(o.From.document, o.From.pointer+"/intValue")
	}
	return o.From
}

func (o *SocketOption) value() Value {
	v := Value{Name: fmt.Sprintf("socketOption.%d/%d", o.Level, o.Name), Raw: o.BufValue, Text: o.BufValue, From: o.From}
	if o.IntValue != nil {
		v.Raw, v.Text, v.From = *o.IntValue, fmt.Sprint(*o.IntValue), o.number()
	}
	return v
}

// Keepalive is what a listener's socket options come to for its callers: the kernel's
// defaults, changed by each option in turn. Without SO_KEEPALIVE the timings do nothing.
func (l *Listener) Keepalive() Keepalive {
	kernel := Origin{Default: DefaultOfKernel}
	k := Keepalive{
		On:   Setting[bool]{false, kernel},
		Time: Setting[time.Duration]{facts.KernelKeepaliveTime, kernel}, Interval: Setting[time.Duration]{facts.KernelKeepaliveInterval, kernel},
		Probes: Setting[uint32]{facts.KernelKeepaliveProbes, kernel},
	}
	for _, o := range l.SocketOptions {
		if o.IntValue == nil {
			continue // a buffer, which no keepalive option is written as
		}
		n := *o.IntValue
		from := o.number()
		switch [2]int64{o.Level, o.Name} {
		case [2]int64{facts.SolSocket, facts.SoKeepalive}:
			k.On = Setting[bool]{n != 0, from}
		case [2]int64{facts.IPProtoTCP, facts.TCPKeepIdle}:
			k.Time = Setting[time.Duration]{times(time.Second, n), from}
		case [2]int64{facts.IPProtoTCP, facts.TCPKeepIntvl}:
			k.Interval = Setting[time.Duration]{times(time.Second, n), from}
		case [2]int64{facts.IPProtoTCP, facts.TCPKeepCnt}:
			k.Probes = Setting[uint32]{uint32(n), from}
		case [2]int64{facts.IPProtoTCP, facts.TCPUserTimeout}:
			k.UserTimeout = &Setting[time.Duration]{times(time.Millisecond, n), from}
		}
	}
	return k
}

// DeadAfter returns how long after the last sign of life an idle connection to a dead peer ends.
func (k *Keepalive) DeadAfter() time.Duration {
	idle := max(k.Time.Value, 0)
	return idle + min(k.Patience(), math.MaxInt64-idle)
}

// Patience returns how long the kernel waits for answers from the first probe on: an interval for each
// probe that stays unanswered.
func (k *Keepalive) Patience() time.Duration {
	return times(k.Interval.Value, int64(k.UnansweredProbes()))
}

// UnansweredProbes returns how many probes without an answer end an idle connection. The kernel looks
// at the connection after the time and then after every interval. It counts probes up to Probes, or,
// where a user timeout is set, ends the connection the first time that at least one probe was sent
// and the user timeout has passed (Linux, net/ipv4/tcp_timer.c, tcp_keepalive_timer).
func (k *Keepalive) UnansweredProbes() uint32 {
	if k.UserTimeout == nil || k.UserTimeout.Value <= 0 || k.Interval.Value <= 0 {
		return k.Probes.Value
	}
	rest := max(k.UserTimeout.Value-max(k.Time.Value, 0), 1)
	return uint32(min((rest-1)/k.Interval.Value+1, math.MaxUint32)) //nolint:gosec // bounded in this line
}

// times multiplies a duration by n, and returns the longest or the shortest duration where 64 bits do
// not hold the product: socket options are numbers that nobody bounds before they are refused.
func times(d time.Duration, n int64) time.Duration {
	product := d * time.Duration(n)
	switch {
	case n == 0 || d == 0 || product/time.Duration(n) == d && product != math.MinInt64:
		return product
	case (d < 0) == (n < 0):
		return math.MaxInt64
	}
	return math.MinInt64
}

// Decider names the deciding object, "ConnectionPolicy bookinfo/tcp-keepalive", or is "nobody".
func (c *Connection) Decider() string {
	if c.Undecided {
		return "nobody"
	}
	return c.By.Subject()
}

// Ref names the place for people, with its kind: "VirtualDestination bookinfo/ratings-global".
func (c *Connection) Ref() string {
	if c.Object.Document == nil {
		return c.Name
	}
	return c.Object.Document.Subject()
}

// Value is one setting of a connection, for people and for programs.
type Value struct {
	Name string // "keepalive.time": the plan's own words
	Text string // "700s", "no limit", "on"
	Raw  any    // a time.Duration, number, bool or string
	From Origin
}

// Package judge checks whether the connections of a plan survive the hops on their way, and whether their
// keepalives make sense. What goes in: a plan, and the hops with the connections that pass them. What
// comes out: findings at the user's lines, with the value to write. It reads no document and changes no plan.
package judge

import (
	"slices"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/plan"
)

// Bounds of what is thought wise. None is a rule of the kernel's or of Envoy's.
const (
	// eagerTime and eagerInterval: below these, probes cost more than they are worth. gRPC advises
	// against less than a minute for its own (grpc: doc/keepalive.md).
	eagerTime     = 10 * time.Second
	eagerInterval = 3 * time.Second
	// unhurriedTime is the keepalive time to write in the place of an eager one.
	unhurriedTime = 30 * time.Second
	// slowDeath is how long a dead peer may go unnoticed: as long as the kernel's own retries
	// of data take (tcp(7), tcp_retries2).
	slowDeath = 15 * time.Minute
	// shortMemory is the strictest documented timeout of a flow table, Azure's: a keepalive
	// time below it is safe nearly everywhere.
	shortMemory = 240 * time.Second
)

// Plan judges a plan: whether its connections survive the hops on their way, and whether their
// keepalives make sense. With hops, the places that no policy decides are judged as well. Each
// finding is given once for a place in the user's text, however many destinations a policy reaches.
func Plan(p *plan.Plan, placements []Placement) diag.List {
	w := &planLinter{seen: map[findingKey]bool{}, byPlace: map[cutAt]*cut{}, passages: map[plan.Origin][]passage{}}
	for _, c := range p.Connections() {
		w.connection(&c, placements)
	}
	if len(placements) > 0 {
		for _, c := range p.Undecided.Connections() {
			w.hops(&c, HopsOn(placements, &c))
		}
		w.services(p.Undecided.ServiceConnections(), placements)
	}
	for _, cut := range w.cuts {
		w.report(cut)
	}
	return w.found
}

type planLinter struct {
	seen  map[findingKey]bool
	found diag.List

	cuts    []*cut // in the order in which they were found
	byPlace map[cutAt]*cut

	passages map[plan.Origin][]passage // connections by where their timeouts are written
}

// findingKey identifies a finding that was given already.
type findingKey struct {
	span    diag.Span
	code    *diag.Code
	message string
}

// connection judges a connection by the hops named, else by those that are well known, else its
// keepalive by itself. Only the worst is reported: correcting it often corrects the others.
func (w *planLinter) connection(c *plan.Connection, placements []Placement) {
	hops := HopsOn(placements, c)
	w.record(c, hops)
	cut := w.hops(c, hops)
	w.sidecar(c, hops)
	if !c.Keepalive.On.Value {
		return
	}
	w.eager(c)
	if cut || w.probePeriod(c) || len(placements) == 0 && w.wellKnown(c) || !holdsRequests(c, hops) && w.moot(c) {
		return
	}
	w.tcpIdle(c)
	w.slow(c)
}

// holdsRequests reports a keepalive without which a hop would forget connections on which a request
// waits.
func holdsRequests(c *plan.Connection, hops []hop.Hop) bool {
	with := Idle(c)
	without := with
	without.Keepalive = false
	return slices.ContainsFunc(hops, func(h hop.Hop) bool { return h.CutsSilentRequest(without) && !h.CutsSilentRequest(with) })
}

// Idle describes an idle connection, as hops judge it.
func Idle(c *plan.Connection) hop.Idle {
	k := c.Keepalive
	out := hop.Idle{
		Keepalive: k.On.Value, Time: k.Time.Value, Interval: k.Interval.Value, Timeout: c.Idle.Value,
		Downstream: c.Side == plan.DownstreamSide, OneRequest: c.OneRequest, Requests: !c.TCP,
		Detected: c.Side == plan.UpstreamSide && c.Protocol == "" && c.By.Identity().Kind == "ConnectionPolicy",
	}
	if c.StreamIdle != nil {
		out.Stream = c.StreamIdle.Value
	}
	return out
}

// add reports whether the finding is new.
func (w *planLinter) add(code *diag.Code, c *plan.Connection, span diag.Span, message, help string, related ...diag.Related) bool {
	key := findingKey{span, code, message}
	if w.seen[key] {
		return false
	}
	w.seen[key] = true
	w.found = append(w.found, diag.Diagnostic{Code: code, Span: span, Subject: c.By.Subject(), Message: message, Help: help, Related: related})
	return true
}

// addFixed adds a finding with its fix, which may be nil.
func (w *planLinter) addFixed(fix *diag.Fix, code *diag.Code, c *plan.Connection, span diag.Span, message, help string, related ...diag.Related) {
	if w.add(code, c, span, message, help, related...) {
		w.found[len(w.found)-1].Fix = fix
	}
}

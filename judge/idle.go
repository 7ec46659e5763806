package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/plan"
)

// closed reports a hop that ends TCP and is sent requests: only an idle timeout that is shorter
// than the hop's keeps requests off closed connections.
func (w *planLinter) closed(cut *cut) {
	c, h := cut.c, &cut.hop
	idle := c.Idle
	what := "the idle timeout, " + diag.Seconds(idle.Value) + " by " + idle.From.Default + ","
	switch {
	case idle.Value == 0:
		what = "an idle timeout of never"
	case idle.Written():
		what = "the idle timeout " + diag.Seconds(idle.Value)
	}
	closes := "closes a connection that is idle for"
	if h.Class == hop.Data {
		closes = "forgets a connection that carries no data for"
	}
	message := fmt.Sprintf("%s %s %s, and keepalive does not help there: %s must be shorter", title(h), closes, diag.Seconds(h.Idle), what)
	w.addFixed(w.fixed(c.Idle, h.Shorter(), setTimeout), diag.HopEndsConnections, c, idlePlace(c), message, writeIdle(c, h.Shorter())+cut.orRaise(idle.Value), cut.notes()...)
}

// closesFirst reports a listener that gives up before a hop that sends it requests.
func (w *planLinter) closesFirst(cut *cut) {
	c, h := cut.c, &cut.hop
	message := fmt.Sprintf("this listener closes a connection that is idle for %s, and %s in front of it may send a request on it until %s have passed", diag.Seconds(c.Idle.Value), title(h), diag.Seconds(h.Idle))
	w.addFixed(w.fixed(c.Idle, h.Longer(), setTimeout), diag.ListenerClosesFirst, c, idlePlace(c), message, writeIdle(c, h.Longer()), cut.notes(backendsNote(h)...)...)
}

// backendsNote explains the timeout of a proxy whose sides have timeouts of their own.
func backendsNote(h *hop.Hop) []string {
	row, _ := hop.Lookup(h.ID)
	if row.Backends == nil {
		return nil
	}
	return []string{fmt.Sprintf("toward its backends, such as this listener, %s has a timeout of %s, which does not depend on the one toward clients", h.ID, diag.Seconds(h.Idle))}
}

// writeIdle returns what to type: the idle timeout with its block, "http.idleTimeout", where a kind
// that is read has one.
func writeIdle(c *plan.Connection, d time.Duration) string {
	switch {
	case c.IdleAt.Written():
		parts := strings.Split(c.IdleAt.Pointer(), "/")
		text := fmt.Sprintf("write %s: %q", strings.Join(parts[len(parts)-2:], "."), diag.Seconds(d))
		if other := c.IdleAt.Subject(); other != c.By.Subject() {
			text += " in " + other
		}
		return text
	case c.Side == plan.DownstreamSide:
		return fmt.Sprintf("a %s cannot set it: give the gateway's listener an idle timeout of %s where it is configured", c.By.Identity().Kind, diag.Seconds(d))
	case c.TCP && !c.Undecided:
		return fmt.Sprintf("no policy sets the idle timeout of a TCP port: patch the compiled DestinationRule with connectionPool.tcp.idleTimeout: %q at its top level, after each compile", diag.Seconds(d))
	case c.TCP:
		return fmt.Sprintf("no policy sets the idle timeout of a TCP port: write connectionPool.tcp.idleTimeout: %q at the top level of a DestinationRule for the host", diag.Seconds(d))
	case c.Undecided:
		return addPolicy(c, "http", fmt.Sprintf("idleTimeout: %q", diag.Seconds(d)), "http.idleTimeout")
	}
	return fmt.Sprintf("an Upstream with useHttp2 cannot set it: Envoy does not read commonHttpProtocolOptions beside it, and the hop's timeout must be longer than %s", diag.Seconds(c.Idle.Value))
}

func idlePlace(c *plan.Connection) diag.Span {
	switch {
	case c.Idle.Written():
		return c.Idle.From.Span()
	case c.IdleAt.Written():
		return c.IdleAt.KeySpan()
	case c.Selector != "":
		return c.SelectorAt.KeySpan()
	case c.Undecided:
		return c.By.Span("/metadata/name")
	}
	return c.By.KeySpan("/spec")
}

// sidecar reports an idle timeout of a mesh that the destination's own sidecar does not wait for.
func (w *planLinter) sidecar(c *plan.Connection, hops []hop.Hop) {
	inMesh := c.By.Identity().Kind == "ConnectionPolicy" && c.Object.Kind != "EXTERNAL_SERVICE"
	if !inMesh || c.TCP || !c.Idle.Written() || c.Idle.Value > 0 && c.Idle.Value <= facts.EnvoyIdleTimeout {
		return
	}
	for i := range hops {
		if hops[i].Class == hop.Proxy {
			return // which is judged
		}
	}
	idle := "never"
	if c.Idle.Value > 0 {
		idle = diag.Seconds(c.Idle.Value)
	}
	w.add(diag.SidecarClosesFirst, c, c.Idle.From.Span(), fmt.Sprintf("with an idle timeout of %s, the destination's sidecar closes the connection first, after %s by Envoy's default", idle, diag.Seconds(facts.EnvoyIdleTimeout)),
		`write "3000s" or less, or raise the sidecar's own with http.idleTimeout under inboundConnectionPool of its Sidecar`)
}

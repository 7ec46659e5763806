package validate

import (
	"fmt"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
)

// closed reports a hop that ends TCP and is sent requests: only an idle timeout that is shorter
// than the hop's keeps requests off closed connections.
func (w *wisdom) closed(c *compile.Connection, h *hop.Hop) {
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
	help := writeIdle(c, h.Shorter()) + orRaise(h, idle.Value)
	w.add(diag.HopEndsConnections, c, idlePlace(c), message, help, notes(h)...)
}

// closesFirst reports a listener that gives up before a hop that sends it requests.
func (w *wisdom) closesFirst(c *compile.Connection, h *hop.Hop) {
	idle := c.Idle
	message := fmt.Sprintf("this listener closes a connection that is idle for %s, and %s in front of it may send a request on it until %s are over", diag.Seconds(idle.Value), title(h), diag.Seconds(h.Idle))
	w.add(diag.ListenerClosesFirst, c, idlePlace(c), message, writeIdle(c, h.Longer()), notes(h, backendsNote(h)...)...)
}

// backendsNote explains the timeout of a proxy whose sides have timeouts of their own.
func backendsNote(h *hop.Hop) []string {
	row, _ := hop.Lookup(h.ID)
	if row.Backends == nil {
		return nil
	}
	return []string{fmt.Sprintf("toward its backends, such as this listener, %s has a timeout of %s, which does not depend on the one toward clients", h.ID, diag.Seconds(h.Idle))}
}

// idleAt is where the idle timeout belongs in the document that decides a connection.
func idleAt(c *compile.Connection) string {
	switch c.By.Kind.Name {
	case "ConnectionPolicy":
		return "/spec/config/http/idleTimeout"
	case "Upstream":
		return "/spec/connectionConfig/commonHttpProtocolOptions/idleTimeout"
	case "Gateway":
		if c.Protocol == "TCP" {
			return "/spec/tcpGateway/options/tcpProxySettings/idleTimeout"
		}
		return "/spec/httpGateway/options/httpConnectionManagerSettings/idleTimeout"
	}
	return "/spec"
}

// writeIdle says what to type: the idle timeout with its block, "http.idleTimeout", where the
// kind has one.
func writeIdle(c *compile.Connection, d time.Duration) string {
	pointer := idleAt(c)
	if pointer == "/spec" {
		return fmt.Sprintf("a %s cannot set it: give the gateway's listener an idle timeout of %s where it is configured", c.By.Kind.Name, diag.Seconds(d))
	}
	parts := strings.Split(pointer, "/")
	return fmt.Sprintf("write %s: %q", strings.Join(parts[len(parts)-2:], "."), diag.Seconds(d))
}

func idlePlace(c *compile.Connection) diag.Span {
	if c.Idle.Written() {
		return c.Idle.From.Span()
	}
	return c.By.KeySpan(idleAt(c))
}

// wellKnown names the hops that would cut a connection, when none was named.
func (w *wisdom) wellKnown(c *compile.Connection) bool {
	k := c.Keepalive
	if k.Time.Value < shortMemory || c.Idle.Value > 0 && c.Idle.Value < shortMemory {
		return false
	}
	var names []string
	for _, h := range hop.Known(hop.Flow, k.Time.Value) {
		if !h.Doubtful() && !h.Forgiving {
			names = append(names, fmt.Sprintf("%s %s", h.ID, diag.Seconds(h.Idle)))
		}
	}
	message := fmt.Sprintf("keepalive time %s is too long for hops that forget earlier: %s", timeText(k.Time), listed(names, 4))
	w.add(diag.HopsThatForget, c, timePlace(&k), message, "name the hops on the way, such as --hop aws-nlb; connpolicy hops lists all of them")
	return true
}

// listed joins the first few of a list and counts the rest.
func listed(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// manyConnections is the number for which the cost of probes is told.
const manyConnections = 10_000

func (w *wisdom) eager(c *compile.Connection) {
	k := c.Keepalive
	if k.Time.Written() && k.Time.Value < eagerTime {
		// After an answer the kernel waits for the time or the interval, whichever is longer.
		packets := 2 * manyConnections / max(int64(max(k.Time.Value, k.Interval.Value)/time.Second), 1)
		w.add(diag.KeepaliveEager, c, timePlace(&k), fmt.Sprintf("keepalive time %s is eager: %d idle connections send and get %d packets a second", diag.Seconds(k.Time.Value), manyConnections, packets),
			fmt.Sprintf("write %s or more, unless the hop forgets earlier than that", spelled(k.Time, 30*time.Second)))
	}
	if k.Interval.Written() && k.Interval.Value < eagerInterval {
		patience := k.Patience()
		w.add(diag.KeepaliveEager, c, k.Interval.From.Span(), fmt.Sprintf("keepalive interval %s is eager: a network that loses packets for %s ends the connection", diag.Seconds(k.Interval.Value), diag.Seconds(patience)),
			fmt.Sprintf("write %s or more", spelled(k.Interval, 5*time.Second)))
	}
}

// rhythm reports a time that the interval overrules.
func (w *wisdom) rhythm(c *compile.Connection) bool {
	k := c.Keepalive
	if k.Interval.Value <= k.Time.Value {
		return false
	}
	interval := "the interval " + diag.Seconds(k.Interval.Value)
	if !k.Interval.Written() {
		interval = fmt.Sprintf("the interval, which is %s by %s", diag.Seconds(k.Interval.Value), k.Interval.From.Default)
	}
	message := fmt.Sprintf("keepalive time %s is overruled by %s: after each probe the kernel waits that long before the next", timeText(k.Time), interval)
	w.add(diag.KeepaliveRhythm, c, intervalPlace(&k), message, fmt.Sprintf("write an interval of %s or less", spelled(k.Interval, k.Time.Value)))
	return true
}

func (w *wisdom) slow(c *compile.Connection) {
	k := c.Keepalive
	if k.DeadAfter() <= slowDeath {
		return
	}
	message := fmt.Sprintf("a dead peer of an idle connection is noticed after %s: %s and %d probes every %s", k.DeadAfter(), timeText(k.Time), k.UnansweredProbes(), diag.Seconds(k.Interval.Value))
	if k.UserTimeout != nil && k.UserTimeout.Value > k.Time.Value+k.Interval.Value {
		w.add(diag.KeepaliveSlow, c, k.UserTimeout.From.Span(), message+", which the user timeout asks for", "write 240000 or less, or leave the option out")
		return
	}
	w.add(diag.KeepaliveSlow, c, timePlace(&k), message, fmt.Sprintf("%s, %s and 3 notice it within 5 minutes", spelled(k.Time, 4*time.Minute), spelled(k.Interval, 15*time.Second)))
}

func (w *wisdom) moot(c *compile.Connection) bool {
	k := c.Keepalive
	if c.Idle.Value == 0 || c.Idle.Value > k.Time.Value {
		return false
	}
	idle := diag.Seconds(c.Idle.Value)
	if !c.Idle.Written() {
		idle += ", " + c.Idle.From.Default + ","
	}
	message := fmt.Sprintf("keepalive time %s is not reached on a connection without requests: the idle timeout %s closes it first", timeText(k.Time), idle)
	w.add(diag.KeepaliveMoot, c, timePlace(&k), message, fmt.Sprintf("write less than %s as the keepalive time, or a longer idle timeout", diag.Seconds(c.Idle.Value)))
	return true
}

// notes are the notes of a finding about a hop: what is given, and how sure its figure is.
func notes(h *hop.Hop, first ...string) []diag.Related {
	var out []diag.Related
	for _, text := range first {
		out = append(out, diag.Related{Message: text})
	}
	if h.Doubtful() {
		out = append(out, diag.Related{Message: fmt.Sprintf("the timeout of %s is %s: check it, and give your own with --hop %s=TIME", h.ID, h.Trust, h.ID)})
	}
	return out
}

// title names a hop with its article: "an AWS Network Load Balancer".
func title(h *hop.Hop) string {
	article := "a "
	if strings.ContainsRune("AEIOU", rune(h.Title[0])) || strings.HasPrefix(h.Title, "F5") || strings.HasPrefix(h.Title, "HAP") {
		article = "an "
	}
	return article + h.Title
}

func (w *wisdom) add(code *diag.Code, c *compile.Connection, span diag.Span, message, help string, related ...diag.Related) {
	key := said{span, code, message}
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	w.found = append(w.found, diag.Diagnostic{Code: code, Span: span, Subject: c.By.Subject(), Message: message, Help: help, Related: related})
}

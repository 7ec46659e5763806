package judge

import (
	"fmt"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/plan"
)

// wellKnown names the hops that would cut a connection, when none was named.
func (w *planLinter) wellKnown(c *plan.Connection) bool {
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
	message := fmt.Sprintf("keepalive time %s is too long for hops that forget earlier: %s", timeText(k.Time), diag.FirstOf(names, 4))
	w.add(diag.HopsThatForget, c, timePlace(&k), message, "name the hops on the way, such as --hop aws-nlb; connpolicy hops lists all of them")
	return true
}

// manyConnections is the number for which the cost of probes is given.
const manyConnections = 10_000

func (w *planLinter) eager(c *plan.Connection) {
	k := c.Keepalive
	if k.Time.Written() && k.Time.Value < eagerTime {
		packets := 2 * manyConnections / max(int64(Idle(c).ProbePeriod()/time.Second), 1)
		w.add(diag.KeepaliveEager, c, timePlace(&k), fmt.Sprintf("keepalive time %s is very short: %d idle connections send and receive %d packets a second", diag.Seconds(k.Time.Value), manyConnections, packets),
			fmt.Sprintf("write %s or more, unless the hop forgets earlier than that", spelled(k.Time, max(unhurriedTime, k.Interval.Value))))
	}
	if k.Interval.Written() && k.Interval.Value < eagerInterval {
		patience := k.Patience()
		w.add(diag.KeepaliveEager, c, k.Interval.From.Span(), fmt.Sprintf("keepalive interval %s is very short: a network that loses packets for %s ends the connection", diag.Seconds(k.Interval.Value), diag.Seconds(patience)),
			fmt.Sprintf("write %s or more", spelled(k.Interval, 5*time.Second)))
	}
}

// probePeriod reports a time that the interval overrules.
func (w *planLinter) probePeriod(c *plan.Connection) bool {
	k := c.Keepalive
	if k.Interval.Value <= k.Time.Value {
		return false
	}
	interval := "the interval " + diag.Seconds(k.Interval.Value)
	if !k.Interval.Written() {
		interval = fmt.Sprintf("the interval, which is %s by %s", diag.Seconds(k.Interval.Value), k.Interval.From.Default)
	}
	message := fmt.Sprintf("keepalive time %s is overridden by %s: after each probe the kernel waits that long before the next", timeText(k.Time), interval)
	help := fmt.Sprintf("write an interval of %s or less", spelled(k.Interval, k.Time.Value))
	if k.Time.Value < eagerInterval { // such an interval would be eager
		help = fmt.Sprintf("write a keepalive time of %s or more", spelled(k.Time, max(unhurriedTime, k.Interval.Value)))
	}
	w.add(diag.KeepaliveRhythm, c, intervalPlace(&k), message, help)
	return true
}

func (w *planLinter) slow(c *plan.Connection) {
	k := c.Keepalive
	if k.DeadAfter() <= slowDeath {
		return
	}
	message := fmt.Sprintf("a dead peer of an idle connection is noticed after %s: %s and %d probes every %s", k.DeadAfter(), timeText(k.Time), k.UnansweredProbes(), diag.Seconds(k.Interval.Value))
	if k.UserTimeout != nil && k.UserTimeout.Value > k.Time.Value+k.Interval.Value {
		w.add(diag.KeepaliveSlow, c, k.UserTimeout.From.Span(), message+", as the user timeout sets", "write 240000 or less, or leave the option out")
		return
	}
	w.add(diag.KeepaliveSlow, c, timePlace(&k), message, fmt.Sprintf("write %s, %s and 3 to notice it within 5 minutes", spelled(k.Time, 4*time.Minute), spelled(k.Interval, 15*time.Second)))
}

func (w *planLinter) moot(c *plan.Connection) bool {
	k := c.Keepalive
	if c.Idle.Value == 0 || c.Idle.Value > k.Time.Value {
		return false
	}
	idle := diag.Seconds(c.Idle.Value)
	if !c.Idle.Written() {
		idle += ", " + c.Idle.From.Default + ","
	}
	message := fmt.Sprintf("keepalive time %s is not reached on a connection without requests: the idle timeout %s closes it first", timeText(k.Time), idle)
	help := "nothing needs to change if keepalive is for connections with a request under way"
	if c.TCP {
		help = "leave keepalive out, or raise the idle timeout"
	} else if shorter := hop.Round(c.Idle.Value / 2); shorter >= eagerTime && k.Interval.Value <= shorter {
		help += "; to probe idle ones as well, write " + write(c, setting{"time", k.Time, shorter})
	}
	w.add(diag.KeepaliveMoot, c, timePlace(&k), message, help)
	return true
}

// tcpIdle reports a keepalive that is to keep a TCP connection open for longer than Envoy does. An
// Upstream's connections end with those of the TCP listener, which has the idle timeout.
func (w *planLinter) tcpIdle(c *plan.Connection) {
	if !c.TCP || c.Idle.Value == 0 || c.Idle.Written() || c.By.Identity().Kind == "Upstream" {
		return
	}
	message := fmt.Sprintf("keepalive does not keep this connection open: Envoy closes it after %s without data, and probes are not data", diag.Seconds(c.Idle.Value))
	w.add(diag.TCPIdleTimeout, c, timePlace(&c.Keepalive), message, writeIdle(c, 24*time.Hour)+" if connections are to stay open for longer")
}

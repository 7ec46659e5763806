// Package report shows a plan to people and to their programs: as tables, JSON, graphs,
// timelines and a page. What goes in: connections with the hops on their way, findings and
// what was compiled. What comes out: text. It decides nothing and judges nothing: the plan is
// package compile's, the verdicts are package hop's, the findings package validate's.
package report

import (
	"fmt"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/plan"
)

// Place is a connection with the hops on its way, in the order they were named.
type Place struct {
	plan.Connection
	Hops []hop.Hop
}

// idle is what happens to the place's connections while nobody uses them.
func (p *Place) idle() hop.Idle { return judge.Idle(&p.Connection) }

// keepalive is the keepalive in a few words: "700s / 10s / 20", "off".
func (p *Place) keepalive() string {
	k := p.Keepalive
	if !k.On.Value {
		return "off"
	}
	text := fmt.Sprintf("%s / %s / %d", diag.Seconds(k.Time.Value), diag.Seconds(k.Interval.Value), k.Probes.Value)
	if k.UserTimeout != nil {
		text += ", user timeout " + diag.Seconds(k.UserTimeout.Value)
	}
	return text
}

// verdict returns what becomes of the idle connections at a hop, as the end of a sentence.
func (p *Place) verdict(h *hop.Hop) string {
	switch c := p.idle(); h.Judge(c) {
	case hop.Safe:
		switch {
		case h.Idle == 0:
			return "has no timeout of its own"
		case c.OneRequest:
			return "carries one request, and is not used again"
		case c.Downstream && h.Class == hop.Proxy:
			return "closes before the listener does"
		case c.Timeout > 0 && c.Timeout < h.Idle:
			text := "the idle timeout of " + diag.Seconds(c.Timeout) + " expires first"
			if h.CutsSilentRequest(c) {
				text += "; forgotten while a request waits longer"
			}
			if h.CutsTCP(c) {
				text += "; forgotten if it is TCP"
			}
			return text
		}
		return "held by keepalive"
	case hop.NoMargin:
		return "held, unless a probe is lost"
	case hop.Expired:
		switch early := c.Time - h.Idle; {
		case !c.Keepalive:
			return "forgotten, as no probe is sent"
		case early < 0:
			return "forgotten between two probes, which are " + diag.Seconds(c.ProbePeriod()) + " apart"
		case early == 0:
			return "forgotten just when the first probe is sent"
		default:
			return "forgotten " + diag.Seconds(early) + " before the first probe"
		}
	case hop.ClosesFirst:
		return "sends requests on connections that the listener has closed after " + diag.Seconds(c.Timeout)
	case hop.Closed:
	}
	return "closed by the hop, and keepalive does not help"
}

// bad reports a hop that cuts the place's connections.
func (p *Place) bad(h *hop.Hop) bool {
	v := h.Judge(p.idle())
	return v == hop.Expired || v == hop.Closed || v == hop.ClosesFirst
}

// from is where a value comes from: the user's line, or a default by its name.
func from(o plan.Origin) string {
	if o.Written() {
		return o.Span().At()
	}
	return o.Default
}

// derived is what the keepalive comes to, or that there is none.
func (p *Place) derived() string {
	if !p.Keepalive.On.Value {
		return "no keepalive: an idle connection sends nothing, and a dead peer is noticed by the next request" + p.unacknowledged()
	}
	others := ""
	if c := p.idle(); c.ProbePeriod() > c.Time {
		others = ", others every " + diag.Seconds(c.ProbePeriod())
	}
	return fmt.Sprintf("while idle: first probe after %s%s, a dead peer is noticed after %s%s",
		diag.Seconds(p.Keepalive.Time.Value), others, p.deadAfter(), p.unacknowledged())
}

// unacknowledged returns what a user timeout does about data in flight, as a sentence's end; "" where
// none is set.
func (p *Place) unacknowledged() string {
	if t := p.Keepalive.UserTimeout; t != nil && t.Value > 0 {
		return "; unacknowledged data fails after " + diag.Seconds(t.Value)
	}
	return ""
}

func (p *Place) deadAfter() string { return diag.Seconds(p.Keepalive.DeadAfter()) }

// minutes are shown where seconds alone say little.
func spoken(d time.Duration) string {
	if d < 10*time.Minute {
		return diag.Seconds(d)
	}
	return fmt.Sprintf("%s (%s)", diag.Seconds(d), d)
}

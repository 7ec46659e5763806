package judge

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/plan"
)

// Fixes of what hops cut: the value that the help names is written in the place of the one that is
// too long or too short. There is none where a value is left out, where two values have to change,
// or where the new value would not suit another connection that takes it from the same place.

// passage is an idle connection, and the hops on its way.
type passage struct {
	idle hop.Idle
	hops []hop.Hop
}

// record files a connection under each place that a fix may change.
func (w *planLinter) record(c *plan.Connection, hops []hop.Hop) {
	if len(hops) == 0 {
		return
	}
	p := passage{Idle(c), hops}
	for _, from := range []plan.Origin{c.Keepalive.Time.From, c.Keepalive.Interval.From, c.Idle.From} {
		if from.Written() {
			w.passages[from] = append(w.passages[from], p)
		}
	}
}

// fixed returns the fix that writes a duration in the place of a setting's value. change puts the
// duration into a connection. The fix is nil where the text does not let it be made, and where a hop
// would cut one of the connections that read the setting.
func (w *planLinter) fixed(s plan.Setting[time.Duration], d time.Duration, change func(*hop.Idle, time.Duration)) *diag.Fix {
	document := s.From.Document()
	if document == nil || document.Identity().Kind == "Proxy" { // Gloo writes Proxies
		return nil
	}
	for _, p := range w.passages[s.From] {
		if !p.allows(d, change) {
			return nil
		}
	}
	if isSocketOption(s) {
		return document.SetValue(s.From.Pointer(), json.Number(spelled(s, d)))
	}
	return document.SetValue(s.From.Pointer(), diag.Seconds(d))
}

// allows reports a change after which no hop does to the connection what it did not do before, or
// what the change is to prevent.
func (p passage) allows(d time.Duration, change func(*hop.Idle, time.Duration)) bool {
	now := p.idle
	change(&now, d)
	if now.Keepalive && (now.Time < min(eagerTime, p.idle.Time) || now.Interval < min(eagerInterval, p.idle.Interval) || now.Interval > now.Time) {
		return false
	}
	prevented := preventedBy(p.idle, now)
	return !slices.ContainsFunc(p.hops, func(h hop.Hop) bool {
		before, after := h.Judge(p.idle), h.Judge(now)
		return after != hop.Safe && (after != before || slices.Contains(prevented, after)) || h.CutsSilentRequest(now) && !h.CutsSilentRequest(p.idle)
	})
}

// preventedBy are the verdicts that a change is to prevent.
func preventedBy(was, now hop.Idle) []hop.Verdict {
	if was.Timeout != now.Timeout {
		return []hop.Verdict{hop.Closed, hop.ClosesFirst}
	}
	return []hop.Verdict{hop.Expired, hop.NoMargin}
}

func setTime(c *hop.Idle, d time.Duration)     { c.Time = d }
func setInterval(c *hop.Idle, d time.Duration) { c.Interval = d }
func setTimeout(c *hop.Idle, d time.Duration)  { c.Timeout = d }

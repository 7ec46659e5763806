package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
)

// timelineView is a timeline as a picture. Places along the time are per cent of its width, so
// that it fits a telephone and a poster.
type timelineView struct {
	Ticks  []tick
	Socket socketView
	Hops   []barView
}

// tick is a mark on the axis.
type tick struct{ X, Text string }

// socketView is the connection's own row: silence, then probes until the peer is given up, or
// until the proxy closes it.
type socketView struct {
	Text        string
	Silent      string // how long nothing is sent
	Probes      uint32
	First, Dead string // of the probes; Dead is where the peer is given up
	Closed      string // where the proxy closes the connection
}

// barView is a hop's row: how long it remembers, and what then.
type barView struct {
	Name, Outcome, Doubt string
	Idle                 string // "350s", at the point where it forgets
	State                state
	Width, Rest          string // up to that point, and from there on
	Forgets              bool   // within the picture
	Room                 bool   // for the point's text before it
	Probe                string // where the first probe passes
}

// per cent of the width, with as many digits as a screen can show.
func (s scale) per(d time.Duration) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(s.exact(d), 'f', 2, 64), "0"), ".") + "%"
}

func (s scale) exact(d time.Duration) float64 { return min(float64(d)/float64(s.end), 1) * 100 }

// picture draws what Timeline draws.
func (p *Place) picture() timelineView {
	s := scale{end: horizon(p)}
	v := timelineView{Ticks: s.ticks(), Socket: p.socketView(s)}
	for i := range p.Hops {
		v.Hops = append(v.Hops, p.barView(s, &p.Hops[i]))
	}
	return v
}

func (p *Place) socketView(s scale) socketView {
	k, idle := p.Keepalive, p.Idle.Value
	closes := idle > 0 && (!k.On.Value || idle <= k.Time.Value)
	switch {
	case closes:
		return socketView{Text: "closed by the proxy after " + diag.Seconds(idle) + ", unprobed", Silent: s.per(idle), Closed: s.per(idle)}
	case !k.On.Value:
		return socketView{Text: "no probe is ever sent", Silent: "100%"}
	}
	v := socketView{
		Text:   fmt.Sprintf("first probe after %s, dead peer noticed after %s", diag.Seconds(k.Time.Value), p.deadAfter()),
		Silent: s.per(k.Time.Value), Probes: max(k.UnansweredProbes(), 1), First: s.per(k.Time.Value), Dead: s.per(k.DeadAfter()),
	}
	if idle > 0 && idle <= s.end {
		v.Closed = s.per(idle)
		v.Text += "; the proxy closes it after " + diag.Seconds(idle)
	}
	return v
}

func (p *Place) barView(s scale, h *hop.Hop) barView {
	v := barView{Name: h.ID, Outcome: p.verdict(h), Doubt: strings.Trim(doubt(h), " ()"), State: holds, Width: "100%"}
	switch {
	case p.bad(h):
		v.State = breaks
	case h.Judge(p.idle()) == hop.NoMargin:
		v.State = risky
	}
	if h.Idle > 0 {
		v.Idle = diag.Seconds(h.Idle)
	}
	if k := p.Keepalive; k.On.Value && (p.Idle.Value == 0 || p.Idle.Value > k.Time.Value) {
		v.Probe = s.per(k.Time.Value)
	}
	if h.Idle > 0 && h.Idle <= s.end {
		v.Forgets, v.Room = true, s.exact(h.Idle) > 18
		v.Width = s.per(h.Idle)
		v.Rest = strconv.FormatFloat(100-s.exact(h.Idle), 'f', 2, 64) + "%"
	}
	return v
}

// steps are distances between the marks of an axis, in seconds, that people count in.
var steps = []time.Duration{
	1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 4 * 3600, 12 * 3600,
	24 * 3600, 48 * 3600, 120 * 3600, 240 * 3600,
}

// mostTicks have room on a telephone.
const mostTicks = 6

// ticks are the marks of the axis.
func (s scale) ticks() []tick {
	step := s.end / mostTicks
	for _, seconds := range steps {
		if d := seconds * time.Second; s.end/d <= mostTicks {
			step = d
			break
		}
	}
	var out []tick
	for i := range s.end/step + 1 {
		out = append(out, tick{s.per(i * step), diag.Seconds(i * step)})
	}
	return out
}

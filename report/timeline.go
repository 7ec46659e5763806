package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
)

// timelineWidth is how many columns stand for the whole time, so that a row fits a terminal
// of 100 with the texts beside it.
const timelineWidth = 48

// Timeline draws each place's idle connection: the socket's row shows when it is idle, probed
// and given up, and a row for each hop how long that remembers.
func Timeline(w io.Writer, places []Place) error {
	var b strings.Builder
	for i := range places {
		if i > 0 {
			b.WriteByte('\n')
		}
		places[i].timeline(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p *Place) timeline(b *strings.Builder) {
	s := newScale(p)
	rows := [][2]string{{"socket", s.socket(p)}}
	for i := range p.Hops {
		h := &p.Hops[i]
		rows = append(rows, [2]string{hopText(h), s.hop(p, h) + doubt(h)})
	}
	width := 0
	for _, r := range rows {
		width = max(width, len(r[0]))
	}
	line(b, "%s  keepalive %s", p.Name, p.keepalive())
	for _, r := range rows {
		line(b, "  %-*s  %s", width, r[0], r[1])
	}
}

// hopText names a hop with its timeout: "aws-nlb 350s".
func hopText(h *hop.Hop) string {
	if h.Idle == 0 {
		return h.ID
	}
	return h.ID + " " + diag.Seconds(h.Idle)
}

func doubt(h *hop.Hop) string {
	if h.Doubtful() {
		return fmt.Sprintf(" (%s figure: check it)", h.Trust)
	}
	return ""
}

// scale turns times into columns, or pixels.
type scale struct {
	end   time.Duration
	width float64
}

// horizon is the time that a picture of a place must show: until the peer is given up, and
// until each hop forgets that forgets within twice that.
func horizon(p *Place) time.Duration {
	end := time.Duration(0)
	if p.Keepalive.On.Value {
		end = p.Keepalive.DeadAfter()
	} else if p.Idle.Value > 0 {
		end = p.Idle.Value
	}
	limit := max(end, 5*time.Minute)
	for i := range p.Hops {
		if h := p.Hops[i].Idle; h/2 <= limit {
			end = max(end, h+h/4)
		}
	}
	return max(end, time.Second)
}

func newScale(p *Place) scale { return scale{horizon(p), timelineWidth} }

func (s scale) at(d time.Duration) int {
	return int(min(float64(d)/float64(s.end)*s.width, s.width))
}

// socket draws the connection's own row.
func (s scale) socket(p *Place) string {
	k := p.Keepalive
	if !k.On.Value {
		if p.Idle.Value == 0 {
			return strings.Repeat("─", timelineWidth) + " no probe is ever sent"
		}
		return strings.Repeat("─", max(s.at(p.Idle.Value), 1)) + "┤ closed by the proxy after " + diag.Seconds(p.Idle.Value) + ", unprobed"
	}
	first, dead := s.at(k.Time.Value), s.at(k.DeadAfter())
	return strings.Repeat("─", first) + strings.Repeat("●", max(dead-first, 1)) + "✗ dead peer noticed after " + p.deadAfter()
}

// hop draws how long a hop remembers.
func (s scale) hop(p *Place, h *hop.Hop) string {
	if h.Idle == 0 || h.Idle > s.end {
		return strings.Repeat("█", timelineWidth) + "… " + p.verdict(h)
	}
	return strings.Repeat("█", max(s.at(h.Idle), 1)) + "┊ " + p.verdict(h)
}

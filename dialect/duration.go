package dialect

import (
	"fmt"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
)

// The Gateway API spells durations with up to four numbers of five digits, each with h, m, s or
// ms: no fractions, no 100000s (GEP-2257, https://gateway-api.sigs.k8s.io/geps/gep-2257/).
const longestSpelled = 99999 * time.Hour

// spelled writes a duration as the Gateway API does: "60s", "1s500ms", "27h46m40s".
func spelled(d time.Duration) string {
	if d%time.Second == 0 && d < 100_000*time.Second {
		return fmt.Sprintf("%ds", d/time.Second)
	}
	out := ""
	for _, unit := range []struct {
		name   string
		length time.Duration
	}{{"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}} {
		if n := d / unit.length; n > 0 {
			out += fmt.Sprintf("%d%s", n, unit.name)
			d -= n * unit.length
		}
	}
	return out
}

// GatewayDuration spells a setting for the Gateway API, and reports when it comes out in other
// words, or otherwise. "" stands for one that cannot be written.
func (c *Collector) GatewayDuration(s plan.Setting[time.Duration], name string) string {
	d := s.Value
	if rest := d % time.Millisecond; rest != 0 && d > 0 {
		d += time.Millisecond - rest
		c.Approximated(s.From, fmt.Sprintf("%s is %s, and %s takes whole milliseconds: it becomes %s", name, Text(s.Value), c.Target, spelled(d)), fmt.Sprintf("write %q", spelled(d)))
	} else if d%time.Second != 0 || d >= 100_000*time.Second {
		c.respelled(s.From, name, diag.Seconds(d), spelled(min(d, longestSpelled)))
	}
	switch {
	case d < 0:
		return ""
	case d > longestSpelled:
		c.Approximated(s.From, fmt.Sprintf("%s is %s, longer than %s can express, and becomes %s", name, Text(d), c.Target, spelled(longestSpelled)), fmt.Sprintf("write %q or less", spelled(longestSpelled)))
		d = longestSpelled
	case d == 0:
		return "0s"
	}
	return spelled(d)
}

// respelled reports a duration that is written in other words, with the same meaning.
func (c *Collector) respelled(from plan.Origin, name, was, is string) {
	if from.Written() && was != is {
		c.Report(diag.DurationRespelled, from, from.Span(), fmt.Sprintf("%s is %s, which %s spells %s", name, was, c.Target, is), "nothing to change; the meaning is the same")
	}
}

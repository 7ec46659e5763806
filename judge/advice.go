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

// What findings about a plan point at, and what they say to type.

func longerThan(d, idle time.Duration) string {
	if d == idle {
		return "just the " + diag.Seconds(idle)
	}
	return "longer than the " + diag.Seconds(idle)
}

// timeText is a keepalive time, with the source of the default where none is written.
func timeText(s plan.Setting[time.Duration]) string {
	if s.Written() {
		return diag.Seconds(s.Value)
	}
	return diag.Seconds(s.Value) + ", " + s.From.Default + ","
}

// timePlace is where a keepalive time is written, or the keepalive that leaves it out.
func timePlace(k *plan.Keepalive) diag.Span {
	if k.Time.Written() {
		return k.Time.From.Span()
	}
	return k.On.From.KeySpan()
}

// intervalPlace is where an interval is written, or the keepalive that leaves it out.
func intervalPlace(k *plan.Keepalive) diag.Span {
	if k.Interval.Written() {
		return k.Interval.From.Span()
	}
	return timePlace(k)
}

// keepalivePlace is where a connection's keepalive is written, or where one belongs.
func keepalivePlace(c *plan.Connection) diag.Span {
	if c.Keepalive.On.Value {
		return timePlace(&c.Keepalive)
	}
	if c.Selector != "" {
		return c.SelectorAt.KeySpan()
	}
	return c.By.KeySpan(keepaliveAt(c))
}

// keepaliveAt is where a keepalive belongs in the document that decides a connection.
func keepaliveAt(c *plan.Connection) string {
	switch {
	case c.Undecided:
		return "/metadata/name"
	case c.By.Identity().Kind == "ConnectionPolicy":
		return "/spec/config/tcp/tcpKeepalive"
	case c.By.Identity().Kind == "ListenerConnectionPolicy":
		return "/spec/config/tcpKeepalive"
	case c.By.Identity().Kind == "Upstream":
		return "/spec/connectionConfig/tcpKeepalive"
	case c.By.Identity().Kind == "Gateway":
		return "/spec/options/socketOptions"
	}
	return "/spec"
}

// setting is a keepalive's time or interval, and what it should be.
type setting struct {
	name string // "time" or "interval"
	is   plan.Setting[time.Duration]
	want time.Duration
}

// write returns what to type for settings: a value alone where it stands in the place of one, else
// the fields with the block that they belong in.
func write(c *plan.Connection, settings ...setting) string {
	if len(settings) == 1 && settings[0].is.Written() {
		return spelled(settings[0].is, settings[0].want)
	}
	var parts []string
	for _, s := range settings {
		parts = append(parts, field(c, s))
	}
	block := "tcpKeepalive"
	if c.By.Identity().Kind == "Gateway" || c.By.Identity().Kind == "Proxy" {
		block = "socketOptions"
	}
	return strings.Join(parts, " and ") + " under " + block
}

// field spells a setting with its name, as the kind that decides a connection has it.
func field(c *plan.Connection, s setting) string {
	switch c.By.Identity().Kind {
	case "Gateway", "Proxy":
		option := facts.TCPKeepIdle
		if s.name == "interval" {
			option = facts.TCPKeepIntvl
		}
		return fmt.Sprintf("{level: %d, name: %d, intValue: %d}", facts.IPProtoTCP, option, int64(s.want/time.Second))
	case "Upstream":
		return fmt.Sprintf("keepalive%s%s: %q", strings.ToUpper(s.name[:1]), s.name[1:], diag.Seconds(s.want))
	}
	return fmt.Sprintf("%s: %q", s.name, diag.Seconds(s.want))
}

// saferTime returns what to type: a round number, and the largest that survives a lost probe.
func saferTime(c *plan.Connection, h *hop.Hop) string {
	k := c.Keepalive
	most := h.Longest(k.Interval.Value)
	switch r := hop.Round(most); {
	case most == 0:
		return bothTimes(c, h)
	case !k.Time.Written():
		return "write " + write(c, setting{"time", k.Time, r})
	case r != most && k.Probes.Value == 1:
		return fmt.Sprintf("write %s, and 2 or more probes: with only one, the kernel ends the connection when it is lost", spelled(k.Time, r))
	case r != most:
		return fmt.Sprintf("write %s; the largest that survives a lost probe is %s", spelled(k.Time, r), spelled(k.Time, most))
	}
	return fmt.Sprintf("write %s or less", spelled(k.Time, most))
}

// bothTimes returns what to type where the interval alone is too long for a hop.
func bothTimes(c *plan.Connection, h *hop.Hop) string {
	k, idle, interval := c.Keepalive, hop.Round(h.Idle/2), hop.Round(h.Idle/6)
	if k.Time.Written() && k.Interval.Written() {
		return fmt.Sprintf("write %s as the time and %s as the interval", spelled(k.Time, idle), spelled(k.Interval, interval))
	}
	return "write " + write(c, setting{"time", k.Time, idle}, setting{"interval", k.Interval, interval})
}

// isSocketOption reports a duration that is written as the number of a socket option.
func isSocketOption(s plan.Setting[time.Duration]) bool {
	return strings.HasSuffix(s.From.Pointer(), "/intValue")
}

// spelled writes a duration the way its place takes it: quoted with a unit, or, in a socket
// option, as a number of seconds.
func spelled(s plan.Setting[time.Duration], d time.Duration) string {
	if isSocketOption(s) {
		return fmt.Sprint(int64(d / time.Second))
	}
	return fmt.Sprintf("%q", diag.Seconds(d))
}

// addKeepalive returns what to type where there is no keepalive, for a hop.
func addKeepalive(c *plan.Connection, h *hop.Hop) string {
	interval := hop.Round(min(15*time.Second, h.Idle/4))
	idle := hop.Round(max(h.Longest(interval), time.Second))
	keepalive := fmt.Sprintf("tcpKeepalive: {time: %q, interval: %q, probes: 3}", diag.Seconds(idle), diag.Seconds(interval))
	switch {
	case c.Undecided && c.By.Identity().Kind == "ExternalService":
		return addPolicy(c, "tcp", keepalive, "tcp.tcpKeepalive")
	case c.Undecided:
		return addPolicy(c, "tcp", keepalive, "tcp.tcpKeepalive") + fmt.Sprintf("; connpolicy init --hop %s writes one to start from", h.ID)
	case c.By.Identity().Kind == "Upstream":
		return fmt.Sprintf("write tcpKeepalive: {keepaliveTime: %q, keepaliveInterval: %q, keepaliveProbes: 3} under connectionConfig", diag.Seconds(idle), diag.Seconds(interval))
	case c.By.Identity().Kind == "Gateway" || c.By.Identity().Kind == "Proxy":
		return fmt.Sprintf("add the four socketOptions that connpolicy init --kind Gateway writes, with %d for the idle time", int64(idle/time.Second))
	}
	return fmt.Sprintf("write %s under %s", keepalive, parentName(keepaliveAt(c)))
}

func parentName(pointer string) string {
	parts := strings.Split(pointer, "/")
	return parts[len(parts)-2]
}

// title names a hop with its article: "an AWS Network Load Balancer".
func title(h *hop.Hop) string {
	article := "a "
	if strings.ContainsRune("AEIOU", rune(h.Title[0])) || strings.HasPrefix(h.Title, "F5") || strings.HasPrefix(h.Title, "HAP") {
		article = "an "
	}
	return article + h.Title
}

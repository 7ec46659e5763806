package hop

import (
	"fmt"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
)

// Page is all that is known about a hop, and what to do about it, as "hops explain" prints it.
func (h *Hop) Page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s\n", h.ID, h.Class, h.Title)
	section := func(title string, lines ...string) {
		if len(lines) == 0 || lines[0] == "" {
			return
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		for _, line := range lines {
			b.WriteString(wrapped(line))
		}
	}
	section("Class", h.about())
	section(h.heading(), h.timeout()...)
	if h.Backends != nil {
		backends := h.TowardBackends()
		section("Timeout toward backends", backends.timeout()...)
	}
	section("When it is over", h.Expiry)
	section("Keepalive", h.advice()...)
	section("Note", h.Note)
	section("How sure", h.sure()...)
	section("Sources", h.Sources...)
	return b.String()
}

// wrapped is a line as lines that are not too long to read, indented.
func wrapped(text string) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Fields(text) {
		switch {
		case width == 0:
			b.WriteString("  " + word)
		case width+len(word) > 76:
			b.WriteString("\n  " + word)
			width = 0
		default:
			b.WriteString(" " + word)
		}
		width += len(word) + 1
	}
	return b.String() + "\n"
}

var about = map[Class]string{
	Flow: "It keeps a table of the connections that pass through it. A keepalive probe is traffic to it, " +
		"so a short enough keepalive time holds the entry.",
	Data: "It keeps a table of the connections that pass through it, in which only data counts as traffic. A " +
		"keepalive probe carries none, so either end has to close the connection before its time is up.",
	Proxy: "It ends TCP and has a connection of its own to each side. A keepalive probe is answered and " +
		"does not count, so the side that sends requests must close first.",
}

// aboutServer is what the class of a server means.
const aboutServer = "It answers requests itself and closes a connection on which none arrives. A keepalive probe is answered " +
	"and does not count, so the side that sends requests must close first."

// about explains the hop's class.
func (h *Hop) about() string {
	if h.Server {
		return aboutServer
	}
	return about[h.Class]
}

// heading returns the heading of the timeout that can be given, by the side that it holds on.
func (h *Hop) heading() string {
	if h.Backends != nil {
		return "Timeout toward clients"
	}
	return "Timeout"
}

func (h *Hop) timeout() []string {
	var lines []string
	switch normal, _ := Lookup(h.ID); {
	case h.Idle == 0:
		lines = append(lines, fmt.Sprintf("none of its own: give the one that is set, such as %s=%s", h.ID, diag.Seconds(example(h))))
	case h.Set && normal.Idle > 0:
		lines = append(lines, fmt.Sprintf("%s, as given; %s by default", diag.Seconds(h.Idle), diag.Seconds(normal.Idle)))
	case h.Set:
		lines = append(lines, diag.Seconds(h.Idle)+", as given")
	default:
		lines = append(lines, diag.Seconds(h.Idle)+" by default")
	}
	lines = append(lines, "range: "+h.Range())
	if h.Knob != "" {
		lines = append(lines, "set by: "+h.Knob)
	}
	return lines
}

// Range is what the timeout can be set to, in words.
func (h *Hop) Range() string {
	switch {
	case h.Min == 0:
		return "fixed"
	case h.Max == 0:
		return "any"
	}
	return diag.Seconds(h.Min) + " to " + diag.Seconds(h.Max)
}

// advice is what to write for the hop.
func (h *Hop) advice() []string {
	switch {
	case h.Class == Flow && h.Idle == 0:
		return []string{"time + interval must be less than its timeout, so that a lost probe is survived, and the interval no longer than the time"}
	case h.Class == Flow:
		return append([]string{"time + interval must be less than " + diag.Seconds(h.Idle) + ", so that a lost probe is survived, and the interval no longer than the time"}, h.times()...)
	case h.Class == Data, h.Server:
		return []string{fmt.Sprintf("does not help; %s an idleTimeout below %s, such as %s", h.needy(), diag.Seconds(h.Idle), diag.Seconds(h.Shorter()))}
	case h.Idle == 0:
		return []string{"does not help; calls through it need an idleTimeout below its timeout, and a listener behind it one above"}
	}
	backends, above := h.TowardBackends(), "one above"
	if h.Backends != nil {
		above += " " + diag.Seconds(backends.Idle)
	}
	return []string{fmt.Sprintf("does not help; calls through it need an idleTimeout below %s, such as %s, and a listener behind it %s, such as %s",
		diag.Seconds(h.Idle), diag.Seconds(h.Shorter()), above, diag.Seconds(backends.Longer()))}
}

// needy names the connections that have to be closed before the hop's time is up, with the verb.
func (h *Hop) needy() string {
	if h.Server {
		return "calls to it need"
	}
	return "calls through it and a listener behind it need"
}

// times are keepalive times that a flow hop is content with.
func (h *Hop) times() []string {
	if facts.KernelKeepaliveTime <= h.Longest(facts.KernelKeepaliveInterval) {
		return []string{fmt.Sprintf("Linux' own time and interval, %s and %s, are short enough", diag.Seconds(facts.KernelKeepaliveTime), diag.Seconds(facts.KernelKeepaliveInterval))}
	}
	interval := min(15*time.Second, Round(h.Idle/4))
	longest := h.Longest(interval)
	if longest == 0 {
		return []string{"no keepalive does that: its times are whole seconds"}
	}
	lines := []string{"with interval " + diag.Seconds(interval) + ": " + atMost(longest)}
	if longest = h.Longest(facts.KernelKeepaliveInterval); longest == 0 {
		return append(lines, "without an interval: none, as Linux' own is "+diag.Seconds(facts.KernelKeepaliveInterval))
	}
	return append(lines, "without an interval, "+diag.Seconds(facts.KernelKeepaliveInterval)+" on Linux: "+atMost(longest))
}

func atMost(d time.Duration) string {
	if round := Round(d); round != d {
		return fmt.Sprintf("at most %s, such as %s", diag.Seconds(d), diag.Seconds(round))
	}
	return "at most " + diag.Seconds(d)
}

// sure is where the default comes from and when it was looked up, in words.
func (h *Hop) sure() []string {
	if normal, _ := Lookup(h.ID); normal.Idle == 0 && len(h.Sources) == 0 {
		return nil // there is no figure
	}
	where := map[Trust]string{
		Documented: "documented by the vendor", Source: "read in source code",
		SecondHand: "second-hand", Unverified: "unverified",
	}[h.Trust]
	if h.Set {
		where = "its default is " + where
	}
	lines := []string{where + ", looked up on " + h.Checked}
	if h.Doubtful() {
		lines = append(lines, fmt.Sprintf("check it before you rely on it, and give your own: %s=TIME", h.ID))
	}
	return lines
}

package judge

import (
	"fmt"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/plan"
)

// cut is what hops do to connections whose settings are written at one place: one finding, whose help
// survives all of the hops.
type cut struct {
	verdict hop.Verdict
	c       *plan.Connection // through the hop that asks for most
	hop     hop.Hop
	others  []hop.Hop
}

// cutAt is what cuts have in common when one finding reports them.
type cutAt struct {
	span diag.Span
	kind hop.Verdict
}

// hops judges a connection by the hops on its way, and reports whether one cuts it.
func (w *planLinter) hops(c *plan.Connection, hops []hop.Hop) bool {
	idle, bad := Idle(c), false
	for i := range hops {
		h := &hops[i]
		verdict := h.Judge(idle)
		switch verdict {
		case hop.Safe:
			if h.CutsSilentRequest(idle) {
				w.cut(cutAt{keepalivePlace(c), silent}, silent, c, h)
			}
			if h.CutsTCP(idle) {
				w.cut(cutAt{idlePlace(c), detected}, detected, c, h)
			}
			continue
		case hop.Expired, hop.NoMargin:
			w.cut(cutAt{keepalivePlace(c), hop.Expired}, verdict, c, h)
		case hop.Closed, hop.ClosesFirst:
			w.cut(cutAt{idlePlace(c), verdict}, verdict, c, h)
		}
		bad = true
	}
	return bad
}

// Kinds of cuts that reach some of the connections: those with a request, and those that turn out to be TCP.
const (
	silent   hop.Verdict = "silent"
	detected hop.Verdict = "detected"
)

// cut adds a hop to the cut at a place. The hop that asks for most decides what is reported: the
// one with the longest timeout of those that send requests, else the one with the shortest.
func (w *planLinter) cut(at cutAt, verdict hop.Verdict, c *plan.Connection, h *hop.Hop) {
	known := w.byPlace[at]
	if known == nil {
		known = &cut{verdict: verdict, c: c, hop: *h}
		w.byPlace[at] = known
		w.cuts = append(w.cuts, known)
		return
	}
	if sameHop(&known.hop, h) {
		return
	}
	for i := range known.others {
		if sameHop(&known.others[i], h) {
			return
		}
	}
	more := h.Idle < known.hop.Idle
	if verdict == hop.ClosesFirst {
		more = h.Idle > known.hop.Idle
	}
	if !more {
		known.others = append(known.others, *h)
		return
	}
	known.others = append(known.others, known.hop)
	known.verdict, known.c, known.hop = verdict, c, *h
}

func sameHop(a, b *hop.Hop) bool { return a.ID == b.ID && a.Idle == b.Idle }

// report gives the finding of a cut.
func (w *planLinter) report(cut *cut) {
	switch cut.verdict {
	case hop.NoMargin:
		w.noMargin(cut)
	case hop.Expired:
		if cut.c.Keepalive.On.Value {
			w.expired(cut)
		} else {
			w.noKeepalive(cut)
		}
	case hop.Closed:
		w.closed(cut)
	case hop.ClosesFirst:
		w.closesFirst(cut)
	case silent:
		w.silentRequest(cut)
	case detected:
		w.detectedTCP(cut)
	case hop.Safe:
	}
}

// notes are the notes of a finding about hops: what is given, how sure the figure is, and the other
// hops that it is about.
func (cut *cut) notes(first ...string) []diag.Related {
	var out []diag.Related
	for _, text := range first {
		out = append(out, diag.Related{Message: text})
	}
	for _, h := range append([]hop.Hop{cut.hop}, cut.others...) {
		if h.Doubtful() {
			out = append(out, diag.Related{Message: fmt.Sprintf("the timeout of %s is %s: check it, and give your own with --hop %s=TIME", h.ID, h.Trust, h.ID)})
		}
	}
	all := "both"
	if len(cut.others) > 1 {
		all = "all of them"
	}
	for i := range cut.others {
		h := &cut.others[i]
		out = append(out, diag.Related{Message: fmt.Sprintf("%s does so as well, after %s; the help holds for %s", title(h), diag.Seconds(h.Idle), all)})
	}
	return out
}

// orRaise names the hop's own setting, when it goes far enough and the hop is the only one.
func (cut *cut) orRaise(needed time.Duration) string {
	h := &cut.hop
	switch {
	case len(cut.others) > 0, h.Knob == "" || h.Min == 0 || h.Max > 0 && h.Max <= needed:
		return ""
	case h.Max == 0:
		return ", or raise " + h.Knob
	}
	return fmt.Sprintf(", or raise %s (%s)", h.Knob, h.Range())
}

// forgotten reports a first probe that is sent too late, or others that are.
func (w *planLinter) expired(cut *cut) {
	k, h := cut.c.Keepalive, &cut.hop
	first := k.Time.Value
	if first < h.Idle {
		w.expiredBetween(cut)
		return
	}
	message := fmt.Sprintf("keepalive time %s is %s after which %s forgets an idle connection", timeText(k.Time), longerThan(first, h.Idle), title(h))
	note := "the connection is gone " + diag.Seconds(first-h.Idle) + " before the first probe is sent"
	if first == h.Idle {
		note = "the first probe is sent when the connection is gone"
	}
	var fix *diag.Fix
	if most := h.Longest(k.Interval.Value); most > 0 {
		fix = w.fixed(k.Time, hop.Round(most), setTime)
	}
	w.addFixed(fix, diag.HopIdleTimeout, cut.c, timePlace(&k), message, saferTime(cut.c, h)+cut.orRaise(first), cut.notes(note)...)
}

// expiredBetween reports probes of which the first is sent in time, and the next is not.
func (w *planLinter) expiredBetween(cut *cut) {
	k, h := cut.c.Keepalive, &cut.hop
	message := fmt.Sprintf("keepalive interval %s is %s after which %s forgets an idle connection: the kernel waits that long after each probe, answered or not",
		timeText(k.Interval), longerThan(k.Interval.Value, h.Idle), title(h))
	interval := hop.Round(min(h.Idle/6, h.Idle-k.Time.Value-1))
	help, fix := "write "+write(cut.c, setting{"interval", k.Interval, interval}), w.fixed(k.Interval, interval, setInterval)
	if interval+k.Time.Value >= h.Idle {
		help, fix = bothTimes(cut.c, h), nil
	}
	w.addFixed(fix, diag.HopIdleTimeout, cut.c, intervalPlace(&k), message, help, cut.notes()...)
}

func (w *planLinter) noMargin(cut *cut) {
	k, h := cut.c.Keepalive, &cut.hop
	message := fmt.Sprintf("keepalive time %s and interval %s leave no room for a lost probe before %s forgets the connection after %s",
		diag.Seconds(k.Time.Value), diag.Seconds(k.Interval.Value), title(h), diag.Seconds(h.Idle))
	w.add(diag.HopOneLostProbe, cut.c, timePlace(&k), message, saferTime(cut.c, h), cut.notes()...)
}

func (w *planLinter) noKeepalive(cut *cut) {
	h := &cut.hop
	what := "this connection"
	if cut.c.Selector != "" {
		what = "a connection to this listener"
	}
	message := fmt.Sprintf("no keepalive keeps %s open: %s forgets it after %s without traffic", what, title(h), diag.Seconds(h.Idle))
	w.add(diag.HopKeepaliveOff, cut.c, keepalivePlace(cut.c), message, addKeepalive(cut.c, h), cut.notes()...)
}

// detectedTCP reports connections that an idle timeout of HTTP ends in time, to a port that does not say its protocol.
func (w *planLinter) detectedTCP(cut *cut) {
	c, h := cut.c, &cut.hop
	message := fmt.Sprintf("this idle timeout holds for HTTP, and the port of %s does not declare its protocol: if it is TCP, %s forgets the connection after %s without traffic",
		c.Name, title(h), diag.Seconds(h.Idle))
	help := "name the port http-… or write appProtocol: http at the Service's port, if it is HTTP"
	if h.Class == hop.Flow {
		help += "; keepalive keeps either open: " + addKeepalive(c, h)
	}
	w.add(diag.HopProtocolUnknown, c, idlePlace(c), message, help, cut.notes()...)
}

// silentRequest reports connections that are closed in time while they are idle, and forgotten
// while a request waits.
func (w *planLinter) silentRequest(cut *cut) {
	c, h := cut.c, &cut.hop
	lost := fmt.Sprintf("%s forgets the connection after %s without traffic, and no keepalive keeps it open", title(h), diag.Seconds(h.Idle))
	stream := c.StreamIdle
	if stream == nil || !stream.Written() {
		w.add(diag.HopSilentRequest, c, keepalivePlace(c), "a request that waits longer does not get its response: "+lost, addKeepalive(c, h), cut.notes()...)
		return
	}
	what := "a stream idle timeout of " + diag.Seconds(stream.Value) + " is longer than the hop's"
	if stream.Value == 0 {
		what = "no stream idle timeout ends a request that is silent"
	}
	w.add(diag.HopSilentStream, c, stream.From.Span(), what+": "+lost, addKeepalive(c, h)+fmt.Sprintf(", or write a stream idle timeout of %q", diag.Seconds(h.Shorter())), cut.notes()...)
}

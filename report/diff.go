package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// Diff is what changes between two plans, and in what is found and written besides.
type Diff struct {
	Changes   []plan.Change
	New, Gone diag.List
	// NotCompared are objects whose connection settings differ and are not judged.
	NotCompared []*schema.Document
	Target      string // whose output Outputs compares, "" when none was asked for
	Outputs     string // as a unified diff
}

// Empty reports that nothing changes.
func (d *Diff) Empty() bool {
	return len(d.Changes)+len(d.New)+len(d.Gone)+len(d.NotCompared) == 0 && d.Outputs == ""
}

// newListenersOnly is what Envoy does about socket options of a listener that is open (Envoy's
// changelog of 1.25.0, envoyproxy/envoy#23189).
const newListenersOnly = "takes effect on new listeners only: Envoy before 1.25 ignores it on one that is open, later ones open a new socket when enable_reuse_port is true, the default on Linux, and refuse the update otherwise"

// diffLine is one change in words, for all the places where it is the same.
type diffLine struct {
	diffKey
	places []string
	at     string // where the value stands that holds now, or stood that held
}

// diffKey is what two places have in common when one line is for both.
type diffKey struct {
	sign              string // "+" added, "-" removed, "~" changed
	setting, old, new string
	by                string
	from              plan.Origin
	note              string // what follows for people
	live              bool   // a listener would have to be opened anew
}

// notes are what follows from the change.
func (l *diffLine) notes() []string {
	var out []string
	if l.note != "" {
		out = append(out, l.note)
	}
	if l.live {
		out = append(out, newListenersOnly)
	}
	return out
}

// diffLines puts changes into words, each once, in the order of the first place it is at.
func diffLines(changes []plan.Change) []*diffLine {
	names := ambiguous(changes)
	known := map[diffKey]*diffLine{}
	var out []*diffLine
	for i := range changes {
		c := &changes[i]
		place := placeText(c, names)
		for _, key := range rows(c) {
			line := known[key]
			if line == nil {
				line = &diffLine{diffKey: key, at: key.from.Span().At()}
				if !key.from.Written() {
					line.at = decidedAt(c).By.Span("/metadata/name").At()
				}
				known[key] = line
				out = append(out, line)
			}
			line.places = append(line.places, place)
		}
	}
	return out
}

// decidedAt is the place as it is now, or as it was when nobody decides it any more.
func decidedAt(c *plan.Change) *plan.Connection {
	if c.New != nil && c.New.Undecided && c.Old != nil {
		return c.Old
	}
	return c.Place()
}

// deciderOf names who wrote the value that holds now or, where that is a default, who wrote the one that held.
func deciderOf(c *plan.Change, s plan.SettingChange) string {
	if c.DeciderChanged() && (s.New == nil || !s.New.From.Written()) && s.Old != nil && s.Old.From.Written() {
		return "was " + c.Old.Decider()
	}
	return decidedAt(c).Decider()
}

// ambiguous are the names that several places have.
func ambiguous(changes []plan.Change) map[string]bool {
	first := map[string]string{}
	twice := map[string]bool{}
	for i := range changes {
		p := changes[i].Place()
		whose := p.Object.Cluster + "\n" + p.Ref()
		if earlier, again := first[p.Name]; again && earlier != whose {
			twice[p.Name] = true
		}
		first[p.Name] = whose
	}
	return twice
}

// placeText names a place, and whose it is where the name alone does not say.
func placeText(c *plan.Change, names map[string]bool) string {
	p := c.Place()
	text := p.Name
	if p.Side == plan.DownstreamSide {
		text += " of " + c.Proxy
	}
	if names[p.Name] {
		text += " (" + p.Ref()
		if p.Object.Cluster != "" {
			text += " in " + p.Object.Cluster
		}
		text += ")"
	}
	return text
}

// rows are the lines of a change: a place that came or went in one, and otherwise who
// decides and each setting. The parts of a keepalive are one.
func rows(c *plan.Change) []diffKey {
	by := decidedAt(c).Decider()
	switch {
	case c.Old == nil:
		return []diffKey{{sign: "+", by: by, new: sum(c.Settings)}}
	case c.New == nil:
		return []diffKey{{sign: "-", by: by, old: sum(c.Settings)}}
	}
	var out []diffKey
	if c.DeciderChanged() {
		out = append(out, diffKey{sign: "~", setting: "decided by", old: c.Old.Decider(), new: c.New.Decider(), by: by})
	}
	var keepalive []plan.SettingChange
	for _, s := range c.Settings {
		if strings.HasPrefix(s.Name, keepalivePrefix) {
			keepalive = append(keepalive, s)
			continue
		}
		out = append(out, diffKey{
			sign: "~", setting: s.Name, old: valueText(s.Old), new: valueText(s.New), by: deciderOf(c, s), from: fromOf(s),
			live: c.New.Side == plan.DownstreamSide && strings.HasPrefix(s.Name, "socketOption."),
		})
	}
	if len(keepalive) > 0 {
		key := keepaliveRow(c, keepalive)
		key.by = deciderOf(c, keepalive[0])
		out = append(out, key)
	}
	return out
}

const keepalivePrefix = "keepalive."

// sum lists the settings of a place that came or went: "connectTimeout 3s, keepalive.time 300s".
// That a keepalive is on goes without saying when it has timings.
func sum(settings []plan.SettingChange) string {
	timed := 0
	for _, s := range settings {
		if strings.HasPrefix(s.Name, keepalivePrefix) {
			timed++
		}
	}
	var parts []string
	for _, s := range settings {
		text := cmp.Or(s.New, s.Old).Text
		switch {
		case s.Name != "keepalive.on":
			parts = append(parts, s.Name+" "+text)
		case timed == 1:
			parts = append(parts, "keepalive "+text)
		}
	}
	return strings.Join(parts, ", ")
}

// keepaliveParts are a keepalive's, in the order in which people name them.
var keepaliveParts = []string{"keepalive.on", "keepalive.time", "keepalive.interval", "keepalive.probes", "keepalive.userTimeout"}

// keepaliveRow returns a keepalive's changes as one, and what they come to.
func keepaliveRow(c *plan.Change, settings []plan.SettingChange) diffKey {
	slices.SortStableFunc(settings, func(a, b plan.SettingChange) int {
		return cmp.Compare(slices.Index(keepaliveParts, a.Name), slices.Index(keepaliveParts, b.Name))
	})
	before, after := &c.Old.Keepalive, &c.New.Keepalive
	key := diffKey{sign: "~", setting: "keepalive", from: fromOf(settings[0]), live: c.New.Side == plan.DownstreamSide}
	switch {
	case before.On.Value != after.On.Value:
		key.old, key.new = timings(before), timings(after)
	case len(settings) == 1:
		key.setting, key.old, key.new = settings[0].Name, valueText(settings[0].Old), valueText(settings[0].New)
	default:
		var old, now []string
		for _, s := range settings {
			name := strings.TrimPrefix(s.Name, keepalivePrefix)
			old, now = append(old, name+" "+valueText(s.Old)), append(now, name+" "+valueText(s.New))
		}
		key.old, key.new = strings.Join(old, ", "), strings.Join(now, ", ")
	}
	key.note = deadPeer(before, after)
	return key
}

func timings(k *plan.Keepalive) string {
	if !k.On.Value {
		return "off"
	}
	text := fmt.Sprintf("time %s, interval %s, probes %d", diag.Seconds(k.Time.Value), diag.Seconds(k.Interval.Value), k.Probes.Value)
	if k.UserTimeout != nil {
		text += ", user timeout " + diag.Seconds(k.UserTimeout.Value)
	}
	return text
}

// deadPeer is what a keepalive's change means for those who wait for an answer.
func deadPeer(before, after *plan.Keepalive) string {
	was, is := diag.Seconds(before.DeadAfter()), diag.Seconds(after.DeadAfter())
	switch {
	case before.On.Value && after.On.Value && was != is:
		return fmt.Sprintf("on an idle connection a dead peer is noticed after %s instead of %s", is, was)
	case !before.On.Value && after.On.Value:
		return fmt.Sprintf("on an idle connection a dead peer is noticed after %s; before, by the next request", is)
	case before.On.Value && !after.On.Value:
		return fmt.Sprintf("on an idle connection a dead peer is noticed by the next request; before, after %s", was)
	}
	return ""
}

// valueText is a value, and whose it is when nobody wrote it.
func valueText(v *plan.Value) string {
	switch {
	case v == nil:
		return "not set"
	case v.From.Default != "" && !strings.HasSuffix(v.Name, ".state"):
		return v.Text + " (" + v.From.Default + ")"
	}
	return v.Text
}

// fromOf is where the value stands that holds now; when that is a default, where the one stood
// that held.
func fromOf(s plan.SettingChange) plan.Origin {
	for _, v := range []*plan.Value{s.New, s.Old} {
		if v != nil && v.From.Written() {
			return v.From
		}
	}
	return plan.Origin{}
}

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
)

// placeView is a place as the page shows it: a row, and what unfolds under it.
type placeView struct {
	*Place
	ID                 string
	Open               bool
	State              state
	Verdict            string   // "breaks at"
	At                 []string // which hops
	Find               string   // what the search looks at
	Cells              []cell
	Idle               timelineView
	Written            []settingView // what the user wrote, and the defaults that people ask for first
	Rest               []defaultsView
	More               int // settings in Rest
	Decider, DeciderAt string
	Losers             []loserView
	Anchors            []anchor
}

// cell is a value of the row, with where its parts come from.
type cell struct {
	Label, Value string
	Origins      []origin
}

// settingView is a setting with its origin.
type settingView struct {
	Name, Text, At string
	Origin         origin
}

// defaultsView is the settings that one default decides.
type defaultsView struct {
	Origin origin
	Items  string
}

// loserView is an object that would have decided.
type loserView struct{ Subject, At, Why string }

// origin is the kind of text that a value stands in, or whose default it is.
type origin struct{ Class, Word string }

// origins are all there are, in the order of the legend.
var origins = []origin{
	{"policy", "policy"},
	{"upstream", "Upstream"},
	{"gateway", "Gateway"},
	{"other", "other object"},
	{"istio", "Istio default"},
	{"gloo", "Gloo default"},
	{"envoy", "Envoy default"},
	{"kernel", "kernel default"},
}

// newOrigin sorts an origin by the kind of its document, or by whose default it is.
func newOrigin(o plan.Origin) origin {
	text, words := o.Default, []string{"Istio", "Gloo", "Envoy", "the kernel"}
	if o.Written() {
		text, words = o.Subject(), []string{"ConnectionPolicy", "ListenerConnectionPolicy", "Upstream", "Gateway"}
	}
	classes := map[string]string{
		"Istio": "istio", "Gloo": "gloo", "Envoy": "envoy", "the kernel": "kernel",
		"ConnectionPolicy": "policy", "ListenerConnectionPolicy": "policy", "Upstream": "upstream", "Gateway": "gateway",
	}
	class := "other"
	for _, w := range words {
		if strings.HasPrefix(text, w) {
			class = classes[w]
		}
	}
	return origins[slices.IndexFunc(origins, func(o origin) bool { return o.Class == class })]
}

// usedOrigins is the legend: the origins that occur in the rows.
func usedOrigins(places []placeView) []origin {
	used := map[origin]bool{}
	for i := range places {
		for _, c := range places[i].Cells {
			for _, o := range c.Origins {
				used[o] = true
			}
		}
		for _, s := range places[i].Written {
			used[s.Origin] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(origins), func(o origin) bool { return !used[o] })
}

func newPlaceView(p *Place, n int, anchors map[string][]anchor) placeView {
	v := placeView{
		Place: p, ID: fmt.Sprintf("c%d", n), Idle: p.picture(),
		Decider: p.Decider(), DeciderAt: nameAt(p.By), Anchors: anchors[p.By.Subject()],
	}
	v.State, v.Verdict, v.At = p.state()
	for _, s := range p.Overridden {
		v.Losers = append(v.Losers, loserView{s.By.Subject(), nameAt(s.By), s.Why})
	}
	v.settings(p)
	v.cells(p)
	v.Find = strings.ToLower(strings.Join([]string{p.Name, p.Host, p.Protocol, string(p.Side), p.Ref(), v.Decider, v.Verdict, strings.Join(v.At, " ")}, " "))
	for _, l := range v.Losers {
		v.Find += " " + strings.ToLower(l.Subject)
	}
	return v
}

// nameAt is where the name of a document stands.
func nameAt(d plan.Document) string { return d.Span("/metadata/name").At() }

// moot reports the kernel's timings of a keepalive that is off.
func (p *Place) moot(v *plan.Value) bool {
	return strings.HasPrefix(v.Name, "keepalive.") && v.Name != "keepalive.on" && !p.Keepalive.On.Value && !v.From.Written()
}

// settings parts what is asked for first from the rest, which is grouped by whose default it is.
func (v *placeView) settings(p *Place) {
	rest := map[origin][]string{}
	for _, value := range p.Values() {
		o := newOrigin(value.From)
		switch {
		case value.From.Written() || slices.Contains(always, value.Name) && !p.moot(&value):
			v.Written = append(v.Written, settingView{value.Name, value.Text, value.From.Span().At(), o})
		default:
			rest[o] = append(rest[o], value.Name+"\u00a0"+value.Text) // no line ends between the two
			v.More++
		}
	}
	for _, o := range origins {
		if len(rest[o]) > 0 {
			v.Rest = append(v.Rest, defaultsView{o, strings.Join(rest[o], ", ")})
		}
	}
}

// cells are the row's values.
func (v *placeView) cells(p *Place) {
	k := &p.Keepalive
	keepalive := cell{Label: "keepalive", Value: p.keepalive(), Origins: []origin{newOrigin(k.On.From)}}
	dead := cell{Label: "dead peer after", Value: "not noticed"}
	if k.On.Value {
		dead.Value = p.deadAfter()
		keepalive.Origins = nil
		for _, o := range []plan.Origin{k.Time.From, k.Interval.From, k.Probes.From} {
			if o := newOrigin(o); !slices.Contains(keepalive.Origins, o) {
				keepalive.Origins = append(keepalive.Origins, o)
			}
		}
	}
	idle := cell{Label: "idle timeout", Value: "never", Origins: []origin{newOrigin(p.Idle.From)}}
	if p.Idle.Value > 0 {
		idle.Value = diag.Seconds(p.Idle.Value)
	}
	connect := cell{Label: "connect timeout", Value: "–"}
	for _, s := range v.Written {
		if s.Name == "connectTimeout" {
			connect.Value, connect.Origins = s.Text, []origin{s.Origin}
		}
	}
	v.Cells = []cell{keepalive, dead, idle, connect}
}

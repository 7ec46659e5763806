package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Change is what differs at one place between two plans.
type Change struct {
	Old, New *Connection // nil where the plan does not have the place
	Proxy    string      // of a listener: the proxy that opens it
	Settings []SettingChange
}

// SettingChange is one setting before and after. A place that was added or removed has those
// that are written.
type SettingChange struct {
	Name     string
	Old, New *Value // nil where the place does not have the setting
}

// Place is the place as it is now, or as it was when it is gone.
func (c *Change) Place() *Connection { return cmp.Or(c.New, c.Old) }

// DeciderChanged reports a place that another document decides now, or none any more.
func (c *Change) DeciderChanged() bool {
	return c.Old != nil && c.New != nil && (c.Old.Undecided != c.New.Undecided || !sameDocument(c.Old.By, c.New.By))
}

// sameDocument compares documents of two inputs by what they are called.
func sameDocument(a, b Document) bool {
	return a.Identity() == b.Identity() && a.Cluster() == b.Cluster()
}

// placeKey is what a place is known by in both plans.
type placeKey struct {
	side                           Side
	place                          string
	kind, namespace, name, cluster string
	proxy                          string
	nth                            int // of places that are alike in all the rest
}

func (a placeKey) compare(b placeKey) int {
	return cmp.Or(
		cmp.Compare(a.side, b.side), cmp.Compare(a.place, b.place), cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name),
		cmp.Compare(a.kind, b.kind), cmp.Compare(a.cluster, b.cluster), cmp.Compare(a.proxy, b.proxy), cmp.Compare(a.nth, b.nth),
	)
}

// place is a connection, and the facts about it that are not settings.
type place struct {
	Connection
	facts []Value
	// byUpstream reports a port in a mesh whose settings are an Upstream's, which lists them.
	byUpstream bool
}

// places are what a plan decides, each by what it is known by.
type places map[placeKey]*place

// Diff compares two plans place by place, in an order of its own. Plans without a change do
// the same with connections; comments, descriptions and file names do not count. A place that one
// plan alone decides is compared with the defaults that hold there in the other one, if it has it: with
// Options.All it has all Services.
func Diff(before, after *Plan) []Change {
	was, is := before.places(), after.places()
	was.addUndecided(before, is)
	is.addUndecided(after, was)
	keys := map[placeKey]bool{}
	for k := range was {
		keys[k] = true
	}
	for k := range is {
		keys[k] = true
	}
	var out []Change
	for _, k := range slices.SortedFunc(maps.Keys(keys), placeKey.compare) {
		c := Change{Proxy: k.proxy}
		if changed := c.compare(was[k], is[k]); changed {
			out = append(out, c)
		}
	}
	return out
}

// compare fills the change in, and reports whether there is one.
func (c *Change) compare(a, b *place) bool {
	switch {
	case a == nil:
		c.New, c.Settings = &b.Connection, written(nil, b)
		return !b.byUpstream
	case b == nil:
		c.Old, c.Settings = &a.Connection, written(a, nil)
		return !a.byUpstream
	}
	c.Old, c.New = &a.Connection, &b.Connection
	if !a.byUpstream || !b.byUpstream || c.DeciderChanged() {
		c.Settings = differing(a.Values(), b.Values())
	}
	if !a.Undecided && !b.Undecided {
		c.Settings = append(c.Settings, differing(a.facts, b.facts)...)
	}
	return len(c.Settings) > 0 || c.DeciderChanged()
}

// written are the settings that are written at a place that one plan alone has.
func written(a, b *place) []SettingChange {
	var out []SettingChange
	for _, v := range cmp.Or(a, b).Values() {
		switch {
		case !v.From.Written():
		case a != nil:
			out = append(out, SettingChange{Name: v.Name, Old: &v})
		default:
			out = append(out, SettingChange{Name: v.Name, New: &v})
		}
	}
	return out
}

// differing compares values by name, those of one name in their order. A default that only one
// side has is not a change: those of an HTTP listener do not apply to one for TCP.
func differing(before, after []Value) []SettingChange {
	var out []SettingChange
	was := byName(before)
	seen := map[string]int{}
	for _, v := range after {
		n := seen[v.Name]
		seen[v.Name]++
		switch {
		case n < len(was[v.Name]):
			if old := was[v.Name][n]; !v.same(old) {
				out = append(out, SettingChange{v.Name, old, &v})
			}
		case v.notDefault():
			out = append(out, SettingChange{Name: v.Name, New: &v})
		}
	}
	gone := map[string]int{}
	for _, v := range before {
		n := gone[v.Name]
		gone[v.Name]++
		if n >= seen[v.Name] && v.notDefault() {
			out = append(out, SettingChange{Name: v.Name, Old: &v})
		}
	}
	slices.SortStableFunc(out, func(a, b SettingChange) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func byName(values []Value) map[string][]*Value {
	out := make(map[string][]*Value, len(values))
	for i := range values {
		out[values[i].Name] = append(out[values[i].Name], &values[i])
	}
	return out
}

// same compares values, and whether they are written: a default may change.
func (v *Value) same(o *Value) bool {
	return v.Text == o.Text && v.Raw == o.Raw && v.From.Written() == o.From.Written()
}

// notDefault reports a value that is not a default.
func (v *Value) notDefault() bool { return v.From.Default == "" }

// places are the plan's connections with their facts.
func (p *Plan) places() places {
	out := places{}
	for i := range p.Listeners {
		l := &p.Listeners[i]
		out.add(place{Connection: l.connection(), facts: l.facts()}, l)
	}
	rules := p.upstreamRules()
	for i := range p.Destinations {
		d := &p.Destinations[i]
		for j := range d.Ports {
			port := &d.Ports[j]
			out.add(place{d.connection(port), d.facts(port), port.Upstream}, nil)
		}
	}
	for i := range p.Upstreams {
		u := &p.Upstreams[i]
		c := u.connection()
		out.add(place{Connection: c, facts: append(u.facts(), fact("rule", strings.Join(rules[c.By], ", ")))}, nil)
	}
	return out
}

// add files a place; l is the listener when it is one.
func (p places) add(one place, l *Listener) {
	k := one.key(l)
	for p[k] != nil {
		k.nth++
	}
	p[k] = &one
}

func (p *place) key(l *Listener) placeKey {
	o := &p.Object
	k := placeKey{side: p.Side, place: p.Name, kind: o.Kind, namespace: o.Namespace, name: o.Name, cluster: o.Cluster}
	if l != nil {
		k.place, k.proxy = l.Name+" "+l.Address+":"+itoa(l.Port), l.Proxy
	}
	return k
}

// addUndecided files the places that the plan has and does not decide, where the other one does. Where that
// is an Upstream, its own place lists what comes or goes.
func (p places) addUndecided(plan *Plan, other places) {
	add := func(c Connection, l *Listener) {
		one := place{Connection: c}
		k := one.key(l)
		if decided := other[k]; decided != nil && !decided.byUpstream && p[k] == nil {
			p[k] = &one
		}
	}
	u := &plan.Undecided
	for _, c := range undecided(connections(slices.Concat(u.Destinations, u.Services))) {
		add(c, nil)
	}
	for i := range u.Listeners {
		add(undecided([]Connection{u.Listeners[i].connection()})[0], &u.Listeners[i])
	}
}

// fact is a value that is not a setting.
func fact(name, text string) Value {
	text = cmp.Or(text, "none")
	return Value{Name: name, Text: text, Raw: text}
}

func (d *Destination) facts(p *Port) []Value {
	visible := strings.Join(d.ExportTo, ", ")
	if d.ExportTo == nil {
		visible = "every namespace"
	}
	return []Value{
		fact("protocol", p.Protocol), fact("endpoints", endpointsText(p.Endpoints)),
		fact("rule", d.rule()), fact("exportTo", visible),
	}
}

// rule is the rule that the destination gets in a mesh.
func (d *Destination) rule() string { return d.Namespace + "/" + d.Name }

func (u *Upstream) facts() []Value {
	var places []string
	for _, p := range u.Places {
		text := p.Host + ":" + itoa(p.Port)
		if p.DecidedBy != nil {
			text += " (decided by " + p.DecidedBy.Subject() + ")"
		}
		places = append(places, text)
	}
	return []Value{fact("type", u.Type), fact("endpoints", endpointsText(u.Endpoints)), fact("standsFor", strings.Join(places, ", "))}
}

func (l *Listener) facts() []Value {
	protocol := "HTTP"
	if l.TCP {
		protocol = "TCP"
	}
	out := []Value{fact("protocol", protocol)}
	if l.TCP {
		to := l.TCPProxy.Cluster
		if l.TCPProxy.BySNI {
			to = "the cluster that SNI names"
		}
		out = append(out, fact("forwardsTo", to))
	}
	for i := range l.SocketOptions {
		o := &l.SocketOptions[i]
		state := fact(fmt.Sprintf("socketOption.%d/%d.state", o.Level, o.Name), strings.TrimPrefix(o.State, "STATE_"))
		if o.State == "STATE_PREBIND" {
			state.From.Default = "the default" // so that an option alone does not speak of its state
		}
		out = append(out, state)
	}
	return out
}

// endpointsText lists where connections go: "10.0.0.1:80, 10.0.0.2:80 (weight 3)".
func endpointsText(endpoints []Endpoint) string {
	var parts []string
	for _, e := range endpoints {
		text := e.Path
		if text == "" {
			text = e.Address + ":" + itoa(e.Port)
		}
		if e.Weight > 0 {
			text += " (weight " + itoa(e.Weight) + ")"
		}
		if e.SNI != "" && e.SNI != e.Address {
			text += " (SNI " + e.SNI + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

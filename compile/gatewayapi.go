package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// Attachment is an object of the Gateway API that settings can be for, or a part of it.
type Attachment struct {
	Kind, Namespace, Name string
	Section               string // name of a Gateway's listener or a route's rule; "" for the whole
	// Port and Protocol are those of a Gateway's listener. Of a Gateway that only a flag names,
	// Port is what the flag maps to, else the port of the Service; 0 when the flag names a section.
	Port     uint32
	Protocol string
	Assumed  bool             // nothing shows that the Gateway opens the port
	Document *schema.Document // nil when a flag names it
}

// Ref names the object as "namespace/name".
func (a Attachment) Ref() string { return a.Namespace + "/" + a.Name }

// Attach says that a route leads to a destination.
type Attach struct {
	// Namespace and Name are the destination's or the Upstream's; "" for each that has no route.
	Namespace, Name string
	Route           Attachment
}

// Route is a route of the Gateway API, or a rule of it, with what decides its backends.
type Route struct {
	Attachment
	Settings *Settings        // nil when its backends differ
	By       *schema.Document // who decides them
	Upstream bool             // By is an Upstream
	Protocol string           // of the first backend's port; "" when not said
	Backends []string         // that are decided, by name
	Others   []string         // that nobody decides, and that get the settings as well
	Rivals   []*schema.Document
}

// gatewayAPI binds what is decided to the objects of the Gateway API.
func (r *resolver) gatewayAPI() {
	r.bindListeners()
	byRef := func(a, b *schema.Document) int {
		return cmp.Or(strings.Compare(a.Ref(), b.Ref()), strings.Compare(a.Kind.Name, b.Kind.Name))
	}
	b := &binder{resolver: r, destinations: map[string][]*Port{}, upstreams: map[string]*Upstream{}}
	b.index()
	for _, d := range slices.SortedFunc(slices.Values(r.inv.routes), byRef) {
		b.route(d, d.Resource.(*schema.Route))
	}
	b.attached()
}

// binder finds what the backends of routes are decided by.
type binder struct {
	*resolver
	destinations map[string][]*Port   // of Services, by namespace/name
	upstreams    map[string]*Upstream // by namespace/name
}

func (b *binder) index() {
	for i := range b.plan.Destinations {
		d := &b.plan.Destinations[i]
		if d.Object.Kind != kindService {
			continue
		}
		key := d.Object.Namespace + "/" + d.Object.Name
		for j := range d.Ports {
			b.destinations[key] = append(b.destinations[key], &d.Ports[j])
		}
	}
	for i := range b.plan.Upstreams {
		u := &b.plan.Upstreams[i]
		b.upstreams[u.Object.Namespace+"/"+u.Object.Name] = u
	}
}

// bound is what decides a backend.
type bound struct {
	settings *Settings
	by       *schema.Document
	upstream bool
	protocol string
	routed   *bool // set when a route leads there
}

// backend finds what decides a backend of a route; false when nobody does.
func (b *binder) backend(d *schema.Document, ref schema.BackendRef) (bound, bool) {
	key := cmp.Or(ref.Namespace, d.Namespace) + "/" + ref.Name
	if ref.Kind == "" || ref.Kind == "Service" {
		for _, p := range b.destinations[key] {
			if p.Number == ref.Port || ref.Port == 0 {
				return bound{p.Settings, p.By, p.Upstream, p.Protocol, b.routedOf(p)}, true
			}
		}
		return bound{}, false
	}
	if u := b.upstreams[key]; u != nil && (ref.Kind == "Upstream" || ref.Kind == "Backend") {
		return bound{u.Settings, u.Object.Document, true, "", &u.Routed}, true
	}
	return bound{}, false
}

// routedOf is where a port's being routed is kept: with the Upstream, for a port of one.
func (b *binder) routedOf(p *Port) *bool {
	if u := b.upstreams[p.By.Ref()]; p.Upstream && u != nil {
		return &u.Routed
	}
	return &p.Routed
}

// route takes a route as a whole when everything behind it is decided by one document, and else
// rule by rule, as far as the rules have names.
func (b *binder) route(d *schema.Document, spec *schema.Route) {
	whole := Route{Attachment: Attachment{Kind: d.Kind.Name, Namespace: d.Namespace, Name: d.Name, Document: d}}
	var rules []Route
	for _, rule := range spec.Spec.Rules {
		part := whole
		part.Section, part.Backends, part.Others = rule.Name, nil, nil
		for _, ref := range rule.BackendRefs {
			found, decided := b.backend(d, ref)
			part.add(ref, found, decided)
		}
		rules = append(rules, part)
	}
	for _, rule := range rules {
		whole.merge(rule)
	}
	switch {
	case len(whole.Backends) == 0:
	case len(whole.Rivals)+len(whole.Others) == 0 || slices.ContainsFunc(rules, func(r Route) bool { return r.Section == "" }):
		b.plan.Routes = append(b.plan.Routes, whole)
	default:
		for _, rule := range rules {
			if len(rule.Backends) > 0 {
				b.plan.Routes = append(b.plan.Routes, rule)
			}
		}
	}
}

// add takes a backend into a route.
func (r *Route) add(ref schema.BackendRef, found bound, decided bool) {
	name := ref.Name
	if ref.Port != 0 {
		name += ":" + itoa(ref.Port)
	}
	if !decided {
		r.Others = append(r.Others, name)
		return
	}
	*found.routed = true
	r.decide(found.settings, found.by, found.upstream, found.protocol)
	r.Backends = append(r.Backends, name)
}

// merge takes a rule into the whole route.
func (r *Route) merge(rule Route) {
	if rule.By != nil {
		r.decide(rule.Settings, rule.By, rule.Upstream, rule.Protocol)
	}
	r.Rivals = append(r.Rivals, rule.Rivals...)
	r.Backends, r.Others = append(r.Backends, rule.Backends...), append(r.Others, rule.Others...)
	if len(r.Rivals) > 0 {
		r.Settings = nil
	}
}

// decide makes a document the one that decides, or a rival of it: then nobody does.
func (r *Route) decide(s *Settings, by *schema.Document, upstream bool, protocol string) {
	switch {
	case r.By == nil:
		r.Settings, r.By, r.Upstream, r.Protocol = s, by, upstream, protocol
	case r.By != by:
		r.Settings = nil
		if !slices.Contains(r.Rivals, by) {
			r.Rivals = append(r.Rivals, by)
		}
	}
}

// attached adds the routes that flags name, for what no route of the input leads to.
func (b *binder) attached() {
	for _, a := range b.opts.Attach {
		route := Route{Attachment: a.Route}
		var others []string
		take := func(namespace, name, backend string, found bound) {
			if *found.routed && a.Name == "" || a.Name != "" && (a.Namespace != namespace || a.Name != name) {
				others = append(others, namespace+"/"+name)
				return
			}
			*found.routed = true
			route.decide(found.settings, found.by, found.upstream, found.protocol)
			route.Backends = append(route.Backends, backend)
		}
		for i := range b.plan.Destinations {
			d := &b.plan.Destinations[i]
			for j := range d.Ports {
				p := &d.Ports[j]
				if p.Upstream {
					continue // its Upstream is taken below
				}
				take(d.Object.Namespace, d.Object.Name, d.Object.Name+":"+itoa(p.Number), bound{p.Settings, p.By, p.Upstream, p.Protocol, &p.Routed})
			}
		}
		for i := range b.plan.Upstreams {
			u := &b.plan.Upstreams[i]
			if u.Lost() {
				continue
			}
			take(u.Object.Namespace, u.Object.Name, u.Object.Name, bound{u.Settings, u.Object.Document, true, "", &u.Routed})
		}
		switch {
		case route.By != nil:
			b.plan.Routes = append(b.plan.Routes, route)
		case a.Name != "":
			b.attachedToNothing(a.Namespace+"/"+a.Name, others)
		}
	}
}

// attachedToNothing reports a flag that names a destination which is not among those that are decided.
func (b *binder) attachedToNothing(name string, decided []string) {
	help := "write the namespace and name of a destination that a policy decides, or of an Upstream"
	if near := diag.Nearest(name, decided); near != "" {
		help = fmt.Sprintf("did you mean %q?", near)
	}
	b.find(diag.Diagnostic{Code: diag.RouteMissing, Message: fmt.Sprintf("--attach names %q, and no policy of the input decides a destination of that name", name), Help: help})
}

// Lost reports an Upstream of which another document decides all that it stands for.
func (u *Upstream) Lost() bool {
	return len(u.Places) > 0 && !slices.ContainsFunc(u.Places, func(p Place) bool { return p.LostTo == nil })
}

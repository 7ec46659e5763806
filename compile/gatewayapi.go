package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// Attach is a route that leads to a destination, as a flag names both.
type Attach struct {
	// Namespace and Name are the destination's or the Upstream's; "" for each that has no route.
	Namespace, Name string
	Route           plan.Attachment
}

// gatewayAPI binds what is decided to the objects of the Gateway API.
func (r *resolver) gatewayAPI() {
	r.bindListeners()
	byRef := func(a, b *schema.Document) int {
		return cmp.Or(strings.Compare(a.Ref(), b.Ref()), strings.Compare(a.Kind.Name, b.Kind.Name))
	}
	b := &binder{resolver: r, destinations: map[string][]*plan.Port{}, upstreams: map[string]*plan.Upstream{}}
	b.index()
	for _, d := range slices.SortedFunc(slices.Values(r.inv.routes), byRef) {
		b.route(d, d.Resource.(*schema.Route))
	}
	b.attached()
}

// binder finds what the backends of routes are decided by.
type binder struct {
	*resolver
	destinations map[string][]*plan.Port   // of Services, by namespace/name
	upstreams    map[string]*plan.Upstream // by namespace/name
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
	settings *plan.Settings
	by       plan.Document
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
func (b *binder) routedOf(p *plan.Port) *bool {
	if u := b.upstreams[p.By.Ref()]; p.Upstream && u != nil {
		return &u.Routed
	}
	return &p.Routed
}

// route takes a route as a whole when everything behind it is decided by one document, and else
// rule by rule, as far as the rules have names.
func (b *binder) route(d *schema.Document, spec *schema.Route) {
	whole := plan.Route{Attachment: plan.Attachment{Kind: d.Kind.Name, Namespace: d.Namespace, Name: d.Name, Document: d}}
	var rules []plan.Route
	for _, rule := range spec.Spec.Rules {
		part := whole
		part.Section, part.Backends, part.Others = rule.Name, nil, nil
		for _, ref := range rule.BackendRefs {
			found, decided := b.backend(d, ref)
			addBackend(&part, ref, found, decided)
		}
		rules = append(rules, part)
	}
	for _, rule := range rules {
		whole.Merge(rule)
	}
	switch {
	case len(whole.Backends) == 0:
	case len(whole.Rivals)+len(whole.Others) == 0 || slices.ContainsFunc(rules, func(r plan.Route) bool { return r.Section == "" }):
		b.plan.Routes = append(b.plan.Routes, whole)
	default:
		for _, rule := range rules {
			if len(rule.Backends) > 0 {
				b.plan.Routes = append(b.plan.Routes, rule)
			}
		}
	}
}

// addBackend takes a backend into a route.
func addBackend(r *plan.Route, ref schema.BackendRef, found bound, decided bool) {
	name := ref.Name
	if ref.Port != 0 {
		name += ":" + itoa(ref.Port)
	}
	if !decided {
		r.Others = append(r.Others, name)
		return
	}
	*found.routed = true
	r.Decide(found.settings, found.by, found.upstream, found.protocol)
	r.Backends = append(r.Backends, name)
}

// attached adds the routes that flags name, for what no route of the input leads to.
func (b *binder) attached() {
	for _, a := range b.opts.Attach {
		route := plan.Route{Attachment: a.Route}
		var others []string
		take := func(namespace, name, backend string, found bound) {
			if *found.routed && a.Name == "" || a.Name != "" && (a.Namespace != namespace || a.Name != name) {
				others = append(others, namespace+"/"+name)
				return
			}
			*found.routed = true
			route.Decide(found.settings, found.by, found.upstream, found.protocol)
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

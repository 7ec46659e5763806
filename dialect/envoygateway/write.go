// Package envoygateway writes a plan for Envoy Gateway. What goes in: a plan. What comes out: BackendTrafficPolicies
// and ClientTrafficPolicies, and findings about what Envoy Gateway cannot hold.
package envoygateway

import (
	"fmt"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/plan"
)

const (
	egVersion = "gateway.envoyproxy.io/v1alpha1"
)

// Write writes BackendTrafficPolicies and ClientTrafficPolicies (gateway.envoyproxy.io/v1alpha1).
// The former are for routes and not for what stands behind them; each goes where its route is.
func Write(p *plan.Plan, opts dialect.Options) ([]dialect.Object, diag.List) {
	e := envoyGateway{Collector: dialect.NewCollector("Envoy Gateway"), plan: p, opts: opts, taken: map[string]bool{}}
	routes := together(p.Routes)
	for i := range routes {
		e.route(&routes[i])
	}
	e.unrouted()
	e.listeners()
	found := append(e.Found, e.differs.Findings(e.Target)...)
	return e.objects, append(found, e.windows.Findings(e.Target)...)
}

type envoyGateway struct {
	*dialect.Collector
	plan    *plan.Plan
	opts    dialect.Options
	objects []dialect.Object
	taken   map[string]bool // names of policies, with kind and namespace
	// Differences are reported once a run and code; that of HTTP/2 concerns few, and is reported apart.
	differs, windows dialect.Differences
}

// together makes one of the routes that are for the same thing, which can have one policy only.
// A flag may name a route several times, or one that is in the input.
func together(routes []plan.Route) []plan.Route {
	var out []plan.Route
	for _, r := range routes {
		at := slices.IndexFunc(out, func(o plan.Route) bool {
			return o.Kind == r.Kind && o.Ref() == r.Ref() && o.Section == r.Section
		})
		if at < 0 {
			out = append(out, r)
			continue
		}
		o := &out[at]
		o.Backends, o.Others = slices.Concat(o.Backends, r.Backends), slices.Concat(o.Others, r.Others)
		o.Rivals = slices.Concat(o.Rivals, r.Rivals)
		if r.By != o.By {
			o.Rivals = append(o.Rivals, r.By)
		}
		if len(o.Rivals) > 0 {
			o.Settings = nil
		}
	}
	return out
}

// route writes the policy of a route, if there is one document that decides it.
func (e *envoyGateway) route(r *plan.Route) {
	if r.Settings == nil {
		e.rivals(r)
		return
	}
	p := e.policy(e.places(r)...)
	spec := e.backend(p, r)
	e.protocol(r)
	e.defaultsDiffer(r)
	if len(p.Carried) == 0 {
		return
	}
	e.others(r)
	spec.First("targetRefs", []targetRef{{dialect.GatewayAPIGroup, r.Kind, r.Name, r.Section}})
	e.write("BackendTrafficPolicy", r.Attachment, spec, p.Carried)
}

// describe names a route, or the rule of it that the policy is for.
func describe(r *plan.Route) string {
	if r.Section != "" {
		return fmt.Sprintf("rule %q of %s %s", r.Section, r.Kind, r.Ref())
	}
	return r.Kind + " " + r.Ref()
}

// allBackends reports something about a route at its name; about one that a flag names,
// at the document that decides it.
func (e *envoyGateway) allBackends(r *plan.Route, message, help string) {
	at := r.Document
	if at == nil {
		at = r.By
	}
	e.Found = append(e.Found, diag.Diagnostic{
		Code: diag.SettingsForAllBackends, Span: at.Span("/metadata/name"), Subject: at.Subject(), Message: message, Help: help,
	})
}

func (e *envoyGateway) rivals(r *plan.Route) {
	names := []string{r.By.Subject()}
	for _, d := range r.Rivals {
		if !slices.Contains(names, d.Subject()) {
			names = append(names, d.Subject())
		}
	}
	e.allBackends(r, fmt.Sprintf("%s routes to %s, which %s decide, and has one policy for all: no settings are written", describe(r), dialect.Listed(r.Backends), dialect.Listed(names)),
		"give each of them a route, name the route's rules, or write the settings in one document")
}

func (e *envoyGateway) others(r *plan.Route) {
	if len(r.Others) > 0 {
		e.allBackends(r, fmt.Sprintf("%s also routes to %s, and the settings of %s apply to all that it routes to", describe(r), dialect.Listed(r.Others), dialect.Listed(r.Backends)),
			"give the backends routes of their own, or name the route's rules, if the settings are not for all")
	}
}

// places are the connections that a route's settings are decided for.
func (e *envoyGateway) places(r *plan.Route) []string {
	var out []string
	behind := func(o plan.Object, port uint32) bool {
		return slices.ContainsFunc(r.Backends, func(b string) bool {
			return b == o.Name || b == fmt.Sprintf("%s:%d", o.Name, port)
		})
	}
	for i := range e.plan.Destinations {
		d := &e.plan.Destinations[i]
		for _, p := range d.Ports {
			if !p.Upstream && p.Routed && p.By == r.By && behind(d.Object, p.Number) {
				out = append(out, fmt.Sprintf("%s:%d", d.Host, p.Number))
			}
		}
	}
	for i := range e.plan.Upstreams {
		if u := &e.plan.Upstreams[i]; u.Routed && u.Object.Document == r.By {
			out = append(out, dialect.UpstreamName(u))
		}
	}
	return out
}

// unrouted reports, once for each document that decides something, what of it no route leads to.
func (e *envoyGateway) unrouted() {
	var order []plan.Object
	names := map[string][]string{}
	first := map[string]string{} // of those, by namespace and name
	add := func(by, destination plan.Object, name string) {
		key := by.Document.Subject()
		if names[key] == nil {
			order, first[key] = append(order, by), destination.Namespace+"/"+destination.Name
		}
		names[key] = append(names[key], name)
	}
	for i := range e.plan.Destinations {
		d := &e.plan.Destinations[i]
		for _, p := range d.Ports {
			if _, says := dialect.FirstWritten(p.Settings); says && !p.Upstream && !p.Routed {
				add(plan.Object{Document: p.By}, d.Object, fmt.Sprintf("%s:%d", d.Host, p.Number))
			}
		}
	}
	for i := range e.plan.Upstreams {
		u := &e.plan.Upstreams[i]
		switch from, says := dialect.FirstWritten(u.Settings); {
		case !says || u.Routed:
		case u.Lost():
			e.Overridden(u, from, "policy")
		default:
			add(u.Object, u.Object, dialect.UpstreamName(u))
		}
	}
	for _, by := range order {
		d := by.Document
		lost, also := names[d.Subject()], ""
		if n := len(lost) - 1; n > 0 {
			also = fmt.Sprintf(" and %d more", n)
		}
		e.Found = append(e.Found, diag.Diagnostic{
			Code: diag.RouteMissing, Span: d.Span("/metadata/name"), Subject: d.Subject(),
			Message: fmt.Sprintf("no route refers to %s%s, and Envoy Gateway's policies are for routes: the settings are left out", lost[0], also),
			Help:    "pass the routes in the same run, or name one, as in --attach " + first[d.Subject()] + "=HTTPRoute/NAMESPACE/NAME",
		})
	}
}

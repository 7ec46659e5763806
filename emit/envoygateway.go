package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
)

const (
	apiGatewayGroup = "gateway.networking.k8s.io"
	egVersion       = "gateway.envoyproxy.io/v1alpha1"
	needsPatch      = "compile with --target envoy to see it in Envoy's configuration, or write an EnvoyPatchPolicy"
)

// EnvoyGateway writes BackendTrafficPolicies and ClientTrafficPolicies (gateway.envoyproxy.io/v1alpha1).
// The former are for routes and not for what stands behind them; each goes where its route is.
func EnvoyGateway(plan *compile.Plan, opts Options) ([]Object, diag.List) {
	e := envoyGateway{collector: newCollector("Envoy Gateway"), plan: plan, opts: opts, taken: map[string]bool{}}
	routes := together(plan.Routes)
	for i := range routes {
		e.route(&routes[i])
	}
	e.unrouted()
	e.listeners()
	found := append(e.found, e.differs.findings(e.target)...)
	return e.objects, append(found, e.windows.findings(e.target)...)
}

type envoyGateway struct {
	*collector
	plan    *compile.Plan
	opts    Options
	objects []Object
	taken   map[string]bool // names of policies, with kind and namespace
	// Differences are said once a run and code; that of HTTP/2 concerns few, and is said apart.
	differs, windows differences
}

// together makes one of the routes that are for the same thing, which can have one policy only.
// A flag may name a route several times, or one that is in the input.
func together(routes []compile.Route) []compile.Route {
	var out []compile.Route
	for _, r := range routes {
		at := slices.IndexFunc(out, func(o compile.Route) bool {
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
func (e *envoyGateway) route(r *compile.Route) {
	if r.Settings == nil {
		e.rivals(r)
		return
	}
	p := &egPolicy{envoyGateway: e, places: e.places(r)}
	spec := p.backend(r)
	e.leftOut(r)
	e.defaultsDiffer(r)
	if len(p.carried) == 0 {
		return
	}
	e.others(r)
	spec.TargetRefs = []targetRef{{apiGatewayGroup, r.Kind, r.Name, r.Section}}
	p.write("BackendTrafficPolicy", r.Attachment, spec)
}

// describe names a route, or the rule of it that the policy is for.
func describe(r *compile.Route) string {
	if r.Section != "" {
		return fmt.Sprintf("rule %q of %s %s", r.Section, r.Kind, r.Ref())
	}
	return r.Kind + " " + r.Ref()
}

// allBackends reports something about a route where it says its name; of one that a flag names
// it is said at who decides it.
func (e *envoyGateway) allBackends(r *compile.Route, message, help string) {
	at := r.Document
	if at == nil {
		at = r.By
	}
	e.found = append(e.found, diag.Diagnostic{
		Code: diag.SettingsForAllBackends, Span: at.Span("/metadata/name"), Subject: at.Subject(), Message: message, Help: help,
	})
}

func (e *envoyGateway) rivals(r *compile.Route) {
	names := []string{r.By.Subject()}
	for _, d := range r.Rivals {
		if !slices.Contains(names, d.Subject()) {
			names = append(names, d.Subject())
		}
	}
	e.allBackends(r, fmt.Sprintf("%s routes to %s, which %s decide, and has one policy for all: no settings are written", describe(r), listed(r.Backends), listed(names)),
		"give each of them a route, name the route's rules, or write the settings in one document")
}

func (e *envoyGateway) others(r *compile.Route) {
	if len(r.Others) > 0 {
		e.allBackends(r, fmt.Sprintf("%s also routes to %s, and the settings of %s apply to all that it routes to", describe(r), listed(r.Others), listed(r.Backends)),
			"give the backends routes of their own, or name the route's rules, if the settings are not for all")
	}
}

// listed writes a list as people do, each name once.
func listed(names []string) string {
	var once []string
	for _, n := range names {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	if last := len(once) - 1; last > 0 {
		return strings.Join(once[:last], ", ") + " and " + once[last]
	}
	return strings.Join(once, "")
}

// places are the connections that a route's settings are decided for.
func (e *envoyGateway) places(r *compile.Route) []string {
	var out []string
	behind := func(o compile.Object, port uint32) bool {
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
			out = append(out, upstreamName(u))
		}
	}
	return out
}

// upstreamName is what compile.Connection calls an Upstream.
func upstreamName(u *compile.Upstream) string {
	return strings.TrimPrefix(u.Object.Namespace+"/"+u.Object.Name, "/")
}

// unrouted says once for each document that decides something which of it no route leads to.
func (e *envoyGateway) unrouted() {
	var order []compile.Object
	names := map[string][]string{}
	first := map[string]string{} // of those, by namespace and name
	add := func(by, destination compile.Object, name string) {
		key := by.Document.Subject()
		if names[key] == nil {
			order, first[key] = append(order, by), destination.Namespace+"/"+destination.Name
		}
		names[key] = append(names[key], name)
	}
	for i := range e.plan.Destinations {
		d := &e.plan.Destinations[i]
		for _, p := range d.Ports {
			if _, says := firstWritten(p.Settings); says && !p.Upstream && !p.Routed {
				add(compile.Object{Document: p.By}, d.Object, fmt.Sprintf("%s:%d", d.Host, p.Number))
			}
		}
	}
	for i := range e.plan.Upstreams {
		u := &e.plan.Upstreams[i]
		switch from, says := firstWritten(u.Settings); {
		case !says || u.Routed:
		case u.Lost():
			e.shadowed(u, from, "policy")
		default:
			add(u.Object, u.Object, upstreamName(u))
		}
	}
	for _, by := range order {
		d := by.Document
		lost, also := names[d.Subject()], ""
		if n := len(lost) - 1; n > 0 {
			also = fmt.Sprintf(" and %d more", n)
		}
		e.found = append(e.found, diag.Diagnostic{
			Code: diag.RouteMissing, Span: d.Span("/metadata/name"), Subject: d.Subject(),
			Message: fmt.Sprintf("no route refers to %s%s, and Envoy Gateway's policies are for routes: the settings are left out", lost[0], also),
			Help:    "pass the routes in the same run, or name one, as in --attach " + first[d.Subject()] + "=HTTPRoute/NAMESPACE/NAME",
		})
	}
}

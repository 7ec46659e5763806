// Package istio writes a plan for Istio. What goes in: a plan. What comes out: DestinationRules, EnvoyFilters for
// listeners, and findings about what Istio cannot hold.
package istio

import (
	"fmt"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/plan"
)

// Write writes one DestinationRule (networking.istio.io/v1) per host that something decides,
// with every setting under portLevelSettings, as Gloo writes them: a port entry replaces the
// top level whole, so nothing is left there to be lost. A listener with settings gets an
// EnvoyFilter.
func Write(p *plan.Plan, opts dialect.Options) ([]dialect.Object, diag.List) {
	e := istio{Collector: dialect.NewCollector("a DestinationRule"), opts: opts, listeners: map[string]*plan.Listener{}}
	var objects []dialect.Object
	for i := range p.Destinations {
		d := &p.Destinations[i]
		if o, ok := e.rule(d); ok {
			e.ClaimName(d.Namespace+"/"+d.Name, d.Object, "one rule would replace the other", "give them hosts or names that differ in more than dots, dashes and case")
			objects = append(objects, o)
		}
	}
	for i := range p.Upstreams {
		e.upstream(&p.Upstreams[i])
	}
	for i := range p.Listeners {
		l := &p.Listeners[i]
		if i > 0 && dialect.SameListener(l, &p.Listeners[i-1]) {
			continue // one Gateway for several proxies
		}
		if o, ok := e.filter(l); ok {
			objects = append(objects, o)
		}
	}
	return objects, append(e.Found, e.differences.Findings("Istio")...)
}

type istio struct {
	*dialect.Collector
	opts        dialect.Options
	differences dialect.Differences
	listeners   map[string]*plan.Listener // that have an EnvoyFilter, by pods and port

	// What the EnvoyFilter that is being written holds so far; of what is added next, the place and
	// the path of the fields.
	carried   []dialect.Carried
	place, at string
}

// port is an entry of portLevelSettings.
type port struct {
	Port struct {
		Number uint32 `json:"number"`
	} `json:"port"`
	ConnectionPool *dialect.Block `json:"connectionPool"`
}

// rule is the spec of a DestinationRule.
type rule struct {
	Host          string `json:"host"`
	TrafficPolicy struct {
		PortLevelSettings []port `json:"portLevelSettings"`
	} `json:"trafficPolicy"`
	ExportTo []string `json:"exportTo,omitempty"`
}

// rule writes the rule of a destination. A port without settings has no entry: Istio refuses an empty pool.
func (e *istio) rule(d *plan.Destination) (dialect.Object, bool) {
	if !istioTakes(d.Host) {
		e.refusedHost(d)
		return dialect.Object{}, false
	}
	spec := rule{Host: d.Host, ExportTo: d.ExportTo}
	ports := &spec.TrafficPolicy.PortLevelSettings
	var carried []dialect.Carried
	for i := range d.Ports {
		p := &d.Ports[i]
		policy := &dialect.Policy{
			Collector: e.Collector, Options: e.opts, Places: []string{dialect.PlaceOf(d, p)},
			Base: fmt.Sprintf("spec.trafficPolicy.portLevelSettings[%d].connectionPool.", len(*ports)),
		}
		pool := policy.Write(p.Settings.Values(), poolRows(p.TCP() && !p.Upstream)...)
		carried = append(carried, policy.Carried...)
		if p.Upstream {
			e.differ(p)
			e.otherProtocol(d, p)
		}
		if pool.Empty() {
			continue
		}
		if p.Upstream && p.TCP() {
			e.notHTTP(p.Settings)
		}
		entry := port{ConnectionPool: pool}
		entry.Port.Number = p.Number
		*ports = append(*ports, entry)
	}
	if len(*ports) == 0 {
		return dialect.Object{}, false
	}
	return dialect.NewObject("networking.istio.io/v1", "DestinationRule", d.Namespace, d.Name, d.Object.Cluster, spec, carried), true
}

// notHTTP reports an Upstream's idle timeout where its Service names another protocol than HTTP:
// Gloo uses HTTP for the port, and Istio forwards TCP.
func (e *istio) notHTTP(s *plan.Settings) {
	if idle := s.HTTP.IdleTimeout; idle.Written() {
		e.Report(diag.NotExpressible, idle.From, idle.From.KeySpan(), "idleTimeout is written for a port that is not HTTP, where Istio does not read it",
			"write appProtocol: http at the port of the Service, if it is HTTP")
	}
}

// Package kgateway writes a plan for kgateway. What goes in: a plan. What comes out: BackendConfigPolicies and
// ListenerPolicies, and findings about what kgateway cannot hold.
package kgateway

import (
	"fmt"
	"reflect"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// Write writes BackendConfigPolicies and ListenerPolicies (gateway.kgateway.dev/v1alpha1):
// one for each Service, each Backend that stands for a static Upstream, and each Gateway.
func Write(p *plan.Plan, opts dialect.Options) ([]dialect.Object, diag.List) {
	e := &kgateway{Collector: dialect.NewCollector("kgateway"), opts: opts}
	for i := range p.Destinations {
		switch d := &p.Destinations[i]; d.Object.Kind {
		case "SERVICE":
			e.service(d)
		case "UPSTREAM": // a static one, whose Backend has all its hosts
		default:
			e.noService(d)
		}
	}
	for i := range p.Upstreams {
		e.upstream(&p.Upstreams[i])
	}
	e.listeners(p.Listeners)
	e.Found = append(e.Found, e.ports.findings()...)
	return e.objects, append(e.Found, e.differs.Findings("kgateway")...)
}

type kgateway struct {
	*dialect.Collector
	opts    dialect.Options
	objects []dialect.Object
	differs dialect.Differences
	ports   allPorts
}

// decider is what decides ports of a Service.
type decider struct {
	*plan.Port // the first of them, or the first that is not forwarded as TCP
	numbers    []uint32
	protocols  []string
	places     []string // of the connections, by plan.Connection's names
}

// deciders are those of a destination, in the order of the ports.
func deciders(d *plan.Destination) []*decider {
	var list []*decider
	byDocument := map[plan.Origin]*decider{}
	for i := range d.Ports {
		p := &d.Ports[i]
		by := plan.From(p.By, "")
		one := byDocument[by]
		if one == nil {
			one = &decider{Port: p}
			byDocument[by], list = one, append(list, one)
		}
		if one.TCP() && !p.TCP() {
			one.Port = p // a policy is for all ports, and those of TCP read no more of it than they have
		}
		one.numbers, one.protocols = append(one.numbers, p.Number), append(one.protocols, p.Protocol)
		if !p.Upstream {
			one.places = append(one.places, fmt.Sprintf("%s:%d", d.Host, p.Number))
		} else if len(one.places) == 0 {
			one.places = []string{p.By.Ref()} // all its ports are listed with the Upstream
		}
	}
	return list
}

// service writes the policy of a Service. It is for all ports, so their deciders must agree.
func (e *kgateway) service(d *plan.Destination) {
	list := deciders(d)
	if !e.agree(list) {
		e.ports.rivals(d, list)
		return
	}
	p := e.policy("spec.")
	spec := &dialect.Block{}
	for _, one := range list {
		p.Places = one.places
		spec = backend(p, one.Settings, serviceRows)
		serviceProtocol(p, one)
		if !one.Upstream {
			e.meshDefaults(one)
		}
	}
	if spec.Empty() {
		return
	}
	for _, one := range list {
		e.ports.undecided(d, one)
	}
	spec.First("targetRefs", []targetRef{{Kind: "Service", Name: d.Object.Name}})
	e.write("BackendConfigPolicy", d.Object, spec, p)
}

// agree reports deciders of which each would have the same policy written.
func (e *kgateway) agree(list []*decider) bool {
	if len(list) == 1 {
		return true
	}
	var first *dialect.Block
	for i, one := range list {
		p := e.policy("")
		p.Collector = dialect.NewCollector(e.Target)
		switch spec := backend(p, one.Settings, serviceRows); {
		case i == 0:
			first = spec
		case !reflect.DeepEqual(spec, first):
			return false
		}
	}
	return true
}

// meshDefaults reports what a policy of a mesh leaves out and kgateway has otherwise.
func (e *kgateway) meshDefaults(one *decider) {
	if e.opts.Explicit || e.opts.Preserve {
		return
	}
	s := one.Settings
	if dialect.Differs(s.ConnectTimeout, facts.EnvoyConnectTimeout) {
		e.differs.Report(diag.ConnectTimeoutDiffers, plan.From(one.By, "/metadata/name"), fmt.Sprintf("connect timeout %s becomes %s", dialect.Text(s.ConnectTimeout.Value), dialect.Text(facts.EnvoyConnectTimeout)))
	}
	l := s.Limits
	if dialect.Differs(l.MaxConnections, facts.EnvoyLimit) || dialect.Differs(l.MaxPendingRequests, facts.EnvoyLimit) || dialect.Differs(l.MaxRequests, facts.EnvoyLimit) || dialect.Differs(l.MaxRetries, facts.EnvoyRetries) {
		e.differs.Report(diag.LimitsDiffer, plan.From(one.By, "/metadata/name"), fmt.Sprintf("no limits become %d, and %d retries", facts.EnvoyLimit, facts.EnvoyRetries))
	}
}

// noService reports, once per policy, a host that is not a Service.
func (e *kgateway) noService(d *plan.Destination) {
	for i := range d.Ports {
		from := plan.From(d.Ports[i].By, "/spec/applyToDestinations")
		e.Report(diag.NotExpressible, from, from.KeySpan(), "settings of a VirtualDestination or ExternalService are not compiled for kgateway, and are left out",
			"write kind: SERVICE and select the Services behind it; or bind a BackendConfigPolicy to the host by hand, with group networking.istio.io and kind Hostname, in the namespace of its ServiceEntry")
	}
}

// upstream writes the policy of the Backend that stands for a static Upstream. A kube Upstream's
// settings went into its Service's policy.
func (e *kgateway) upstream(u *plan.Upstream) {
	if u.Type == "static" {
		e.backend(u)
		return
	}
	from, ok := dialect.FirstWritten(u.Settings)
	switch {
	case !ok:
	case u.Type == "":
		e.Unsupported(from, "an Upstream without a type", "give it a type, such as static")
	case u.Type != "kube":
		e.Unsupported(from, "an Upstream of type "+u.Type, "write the Backend for it, and a BackendConfigPolicy, by hand")
	case len(u.Places) == 0:
		e.Unsupported(from, "an Upstream whose Service lacks the port", "write a port that the Service has")
	default:
		e.Overridden(u, from, "policy")
	}
}

func (e *kgateway) backend(u *plan.Upstream) {
	p := e.policy("spec.")
	p.Places = []string{u.Object.Namespace + "/" + u.Object.Name}
	spec := backend(p, u.Settings, dnsRows)
	if on := u.Settings.HTTP2.On; on.Value {
		p.Unsupported(on.From, dialect.ProtocolField(on.From), "write appProtocol: kubernetes.io/h2c under spec.static of the Backend")
	}
	if spec.Empty() {
		return
	}
	from := plan.From(u.Object.Document, "/spec/static")
	e.Report(diag.BackendNeeded, from, from.KeySpan(), fmt.Sprintf("the policy is bound to Backend %s/%s, which must be created for these hosts", u.Object.Namespace, u.Object.Name),
		"write a Backend (gateway.kgateway.dev/v1alpha1) of that name, with the hosts under spec.static.hosts")
	spec.First("targetRefs", []targetRef{{Group: Group, Kind: "Backend", Name: u.Object.Name}})
	e.write("BackendConfigPolicy", u.Object, spec, p)
}

// write adds a policy that has the name of what it is for.
func (e *kgateway) write(kind string, o plan.Object, spec *dialect.Block, p *dialect.Policy) {
	e.ClaimName(o.Namespace+"/"+o.Name, o, "one policy would replace the other", "give them names that differ, or compile them in separate runs, one per cluster")
	e.objects = append(e.objects, dialect.NewObject(apiVersion, kind, o.Namespace, o.Name, "", spec, p.Carried))
}

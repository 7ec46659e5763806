package emit

import (
	"fmt"
	"reflect"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
)

// KGateway writes BackendConfigPolicies and ListenerPolicies (gateway.kgateway.dev/v1alpha1):
// one for each Service, each Backend that stands for a static Upstream, and each Gateway.
func KGateway(plan *compile.Plan, opts Options) ([]Object, diag.List) {
	e := &kgateway{collector: newCollector("kgateway"), opts: opts}
	for i := range plan.Destinations {
		switch d := &plan.Destinations[i]; d.Object.Kind {
		case "SERVICE":
			e.service(d)
		case "UPSTREAM": // a static one, whose Backend has all its hosts
		default:
			e.noService(d)
		}
	}
	for i := range plan.Upstreams {
		e.upstream(&plan.Upstreams[i])
	}
	e.listeners(plan.Listeners)
	e.found = append(e.found, e.ports.findings()...)
	return e.objects, append(e.found, e.differs.findings("kgateway")...)
}

type kgateway struct {
	*collector
	opts    Options
	objects []Object
	differs differences
	ports   allPorts
}

// decider is what decides ports of a Service.
type decider struct {
	*compile.Port // the first of them, or the first that is not forwarded as TCP
	numbers       []uint32
	protocols     []string
	places        []string // of the connections, by compile.Connection's names
}

// deciders are those of a destination, in the order of the ports.
func deciders(d *compile.Destination) []*decider {
	var list []*decider
	byDocument := map[compile.Origin]*decider{}
	for i := range d.Ports {
		p := &d.Ports[i]
		by := compile.From(p.By, "")
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
			one.places = []string{p.By.Ref()} // all its ports are told by the Upstream
		}
	}
	return list
}

// service writes the policy of a Service. It is for all ports, so their deciders must agree.
func (e *kgateway) service(d *compile.Destination) {
	list := deciders(d)
	if !e.agree(list) {
		e.ports.rivals(d, list)
		return
	}
	p := e.policy("spec.")
	var spec kgatewayBackend
	for _, one := range list {
		p.places = one.places
		spec = p.backend(one.Settings)
		p.serviceOnly(one)
		if !one.Upstream {
			e.meshDefaults(one)
		}
	}
	if reflect.ValueOf(spec).IsZero() {
		return
	}
	for _, one := range list {
		e.ports.undecided(d, one)
	}
	spec.TargetRefs = []kgatewayTarget{{Kind: "Service", Name: d.Object.Name}}
	e.write("BackendConfigPolicy", d.Object, spec, p)
}

// agree reports deciders of which each would have the same policy written.
func (e *kgateway) agree(list []*decider) bool {
	if len(list) == 1 {
		return true
	}
	var first kgatewayBackend
	for i, one := range list {
		p := kpolicy{collector: newCollector(e.target), opts: e.opts}
		switch spec := p.backend(one.Settings); {
		case i == 0:
			first = spec
		case !reflect.DeepEqual(spec, first):
			return false
		}
	}
	return true
}

// meshDefaults says what a policy of a mesh leaves out and kgateway has otherwise.
func (e *kgateway) meshDefaults(one *decider) {
	if e.opts.Explicit || e.opts.Preserve {
		return
	}
	s := one.Settings
	if differs(s.ConnectTimeout, facts.EnvoyConnectTimeout) {
		e.differs.add(diag.ConnectTimeoutDiffers, compile.From(one.By, "/metadata/name"), fmt.Sprintf("connect timeout %s becomes %s", text(s.ConnectTimeout.Value), text(facts.EnvoyConnectTimeout)))
	}
	l := s.Limits
	if differs(l.MaxConnections, facts.EnvoyLimit) || differs(l.MaxPendingRequests, facts.EnvoyLimit) || differs(l.MaxRequests, facts.EnvoyLimit) || differs(l.MaxRetries, facts.EnvoyRetries) {
		e.differs.add(diag.LimitsDiffer, compile.From(one.By, "/metadata/name"), fmt.Sprintf("no limits become %d, and %d retries", facts.EnvoyLimit, facts.EnvoyRetries))
	}
}

// noService reports, once per policy, a host that is no Service.
func (e *kgateway) noService(d *compile.Destination) {
	for i := range d.Ports {
		from := compile.From(d.Ports[i].By, "/spec/applyToDestinations")
		e.add(diag.NotExpressible, from, from.KeySpan(), "settings of a VirtualDestination or ExternalService are not compiled for kgateway, and are left out",
			"write kind: SERVICE and select the Services behind it; or bind a BackendConfigPolicy to the host by hand, with group networking.istio.io and kind Hostname, in the namespace of its ServiceEntry")
	}
}

// upstream writes the policy of the Backend that stands for a static Upstream. A kube Upstream's
// settings went into its Service's policy.
func (e *kgateway) upstream(u *compile.Upstream) {
	if u.Type == "static" {
		e.backend(u)
		return
	}
	from, ok := firstWritten(u.Settings)
	switch {
	case !ok:
	case u.Type == "":
		e.lost(from, "an Upstream without a type", "give it a type, such as static")
	case u.Type != "kube":
		e.lost(from, "an Upstream of type "+u.Type, "write the Backend for it, and a BackendConfigPolicy, by hand")
	case len(u.Places) == 0:
		e.lost(from, "an Upstream whose Service lacks the port", "write a port that the Service has")
	default:
		e.shadowed(u, from, "policy")
	}
}

func (e *kgateway) backend(u *compile.Upstream) {
	p := e.policy("spec.")
	p.places = []string{u.Object.Namespace + "/" + u.Object.Name}
	spec := p.backend(u.Settings)
	p.backendOnly(&spec, u.Settings)
	if reflect.ValueOf(spec).IsZero() {
		return
	}
	from := compile.From(u.Object.Document, "/spec/static")
	e.add(diag.BackendNeeded, from, from.KeySpan(), fmt.Sprintf("the policy is bound to Backend %s/%s, which must be created for these hosts", u.Object.Namespace, u.Object.Name),
		"write a Backend (gateway.kgateway.dev/v1alpha1) of that name, with the hosts under spec.static.hosts")
	spec.TargetRefs = []kgatewayTarget{{Group: kgatewayGroup, Kind: "Backend", Name: u.Object.Name}}
	e.write("BackendConfigPolicy", u.Object, spec, p)
}

// write adds a policy that has the name of what it is for.
func (e *kgateway) write(kind string, o compile.Object, spec any, p *kpolicy) {
	e.claimName(o.Namespace+"/"+o.Name, o, "one policy would replace the other", "give them names that differ, or compile them in separate runs, one per cluster")
	e.objects = append(e.objects, kgatewayObject(kind, o.Namespace, o.Name, spec, p.carried))
}

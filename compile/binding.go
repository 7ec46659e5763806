package compile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// GatewayOption names a Gateway of the Gateway API that takes listeners over.
type GatewayOption struct {
	Namespace, Name string
	// From is the port of one listener, or of its Service; 0 is every listener.
	From uint32
	// ToPort or ToSection is the Gateway's listener for From.
	ToPort    uint32
	ToSection string
}

func (o GatewayOption) ref() string { return o.Namespace + "/" + o.Name }

// bindListeners binds each listener to the Gateway API's listeners and to the pods that take it over.
func (r *resolver) bindListeners() {
	gateways := r.apiListeners()
	var services []*schema.Service // of the pods that an option names
	if w := r.opts.Workload; w != nil {
		services = r.inv.servicesFor(w.Namespace, w.Labels)
	}
	for i := range r.plan.Listeners {
		l := &r.plan.Listeners[i]
		l.Gateways, l.Unbound = r.gatewaysOf(l, gateways)
		if l.Workload == nil && r.opts.Workload != nil {
			w := *r.opts.Workload
			w.Port = podPort(l, services)
			l.Workload = &w
		}
	}
}

// apiListeners are the listeners of all Gateways in the input, in order of Gateway and name.
func (r *resolver) apiListeners() []plan.Attachment {
	var all []plan.Attachment
	for _, d := range r.inv.apiGateways {
		for _, l := range d.Resource.(*schema.APIGateway).Spec.Listeners {
			all = append(all, plan.Attachment{Kind: "Gateway", Namespace: d.Namespace, Name: d.Name, Section: l.Name, Port: l.Port, Protocol: l.Protocol, Document: d})
		}
	}
	slices.SortStableFunc(all, func(a, b plan.Attachment) int {
		return cmp.Or(strings.Compare(a.Ref(), b.Ref()), strings.Compare(a.Section, b.Section))
	})
	return all
}

// gatewaysOf finds the listeners that take a listener over: those that an option maps its port
// to, else those that open its port or its Service's.
func (r *resolver) gatewaysOf(l *plan.Listener, all []plan.Attachment) ([]plan.Attachment, plan.Unbound) {
	if option, mapped := r.mapping(l); mapped {
		return mappedTo(option, all)
	}
	if len(r.opts.Gateways) > 0 {
		all = slices.DeleteFunc(slices.Clone(all), func(a plan.Attachment) bool { return !r.names(a) })
	}
	found := slices.DeleteFunc(slices.Clone(all), func(a plan.Attachment) bool { return !l.Opens(a.Port) })
	switch {
	case len(found) == 0:
		return r.outside(l, all)
	case slices.ContainsFunc(found, func(a plan.Attachment) bool { return a.Ref() != found[0].Ref() }):
		return nil, plan.Unbound{Why: plan.SeveralGateways, Candidates: found}
	case slices.ContainsFunc(found, func(a plan.Attachment) bool { return a.Port != found[0].Port }):
		return nil, plan.Unbound{Why: plan.SeveralPorts, Candidates: found}
	}
	return found, plan.Unbound{}
}

// mapping finds the option that maps a listener's port; that of the port that it binds comes first.
func (r *resolver) mapping(l *plan.Listener) (GatewayOption, bool) {
	for _, port := range append([]uint32{l.Port}, l.ServicePorts...) {
		for _, o := range r.opts.Gateways {
			if o.From != 0 && o.From == port {
				return o, true
			}
		}
	}
	return GatewayOption{}, false
}

// mappedTo are the listeners that an option maps a port to. Of a Gateway that is not in the input
// the option is all there is to go by.
func mappedTo(o GatewayOption, all []plan.Attachment) ([]plan.Attachment, plan.Unbound) {
	wanted := plan.Attachment{Kind: "Gateway", Namespace: o.Namespace, Name: o.Name, Section: o.ToSection, Port: o.ToPort}
	var of, found []plan.Attachment
	for _, a := range all {
		if a.Ref() != o.ref() {
			continue
		}
		of = append(of, a)
		if o.ToSection != "" && a.Section == o.ToSection || o.ToPort != 0 && a.Port == o.ToPort {
			found = append(found, a)
		}
	}
	switch {
	case len(of) == 0:
		return []plan.Attachment{wanted}, plan.Unbound{}
	case len(found) == 0:
		return nil, plan.Unbound{Why: plan.ListenerMissing, Candidates: of, Wanted: wanted}
	}
	return found, plan.Unbound{}
}

// names reports a listener of a Gateway that an option names.
func (r *resolver) names(a plan.Attachment) bool {
	return slices.ContainsFunc(r.opts.Gateways, func(o GatewayOption) bool { return o.ref() == a.Ref() })
}

// outside is the Gateway that an option names and that is not in the input: it is taken to open
// the port of the Service, or the listener's own.
func (r *resolver) outside(l *plan.Listener, of []plan.Attachment) ([]plan.Attachment, plan.Unbound) {
	if len(r.opts.Gateways) == 0 {
		return nil, plan.Unbound{Why: plan.NoGateway, Candidates: of}
	}
	var named []plan.Attachment
	for _, o := range r.opts.Gateways {
		read := slices.ContainsFunc(of, func(a plan.Attachment) bool { return a.Ref() == o.ref() })
		if o.From == 0 && !read {
			port := l.Port
			if len(l.ServicePorts) > 0 {
				port = l.ServicePorts[0]
			}
			named = append(named, plan.Attachment{Kind: "Gateway", Namespace: o.Namespace, Name: o.Name, Port: port, Assumed: len(l.ServicePorts) != 1})
		}
	}
	switch {
	case len(named) == 0:
		return nil, plan.Unbound{Why: plan.PortMissing, Candidates: of, Wanted: plan.Attachment{Namespace: r.opts.Gateways[0].Namespace, Name: r.opts.Gateways[0].Name}}
	case slices.ContainsFunc(named, func(a plan.Attachment) bool { return a.Ref() != named[0].Ref() }):
		return nil, plan.Unbound{Why: plan.SeveralGateways, Candidates: named}
	}
	return named[:1], plan.Unbound{}
}

// proxyIDLabel is the label by which Gloo's chart has the Service of a proxy select its pods
// (https://github.com/solo-io/gloo: install/helm/gloo/templates/8-gateway-proxy-service.yaml).
const proxyIDLabel = "gateway-proxy-id"

// proxyPorts are the ports by which the Services of a Gloo Edge proxy lead to a port that it binds.
func (r *resolver) proxyPorts(proxy string, port uint32) []uint32 {
	var out []uint32
	for _, s := range r.inv.proxyServices[proxy] {
		for _, p := range s.Spec.Ports {
			if p.TargetPort.Name == "" && cmp.Or(p.TargetPort.Number, p.Port) == port {
				out = append(out, p.Port)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// servicesFor are the Services that front the pods with some labels.
func (inv *inventory) servicesFor(namespace string, labels map[string]string) []*schema.Service {
	var out []*schema.Service
	for _, t := range inv.targets {
		s, ok := t.Document.Resource.(*schema.Service)
		if ok && t.Namespace == namespace && subset(labels, s.Spec.Selector) {
			out = append(out, s)
		}
	}
	return out
}

// podPort is the port that other pods bind for a listener: the one to which their Services lead
// from the listener's Service port, else the listener's own. It is 0 when they lead to neither.
func podPort(l *plan.Listener, services []*schema.Service) uint32 {
	own := len(services) == 0
	for _, s := range services {
		for _, p := range s.Spec.Ports {
			bound := cmp.Or(p.TargetPort.Number, p.Port)
			if p.TargetPort.Name == "" && slices.Contains(l.ServicePorts, p.Port) {
				return bound
			}
			own = own || bound == l.Port || p.TargetPort.Name != ""
		}
	}
	if own {
		return l.Port
	}
	return 0
}

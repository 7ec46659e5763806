package compile

import (
	"cmp"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// undecidedDestinations finds the ports that no policy claims. A host that a DestinationRule of the
// input is for is left out: the rule has what holds there.
func (r *resolver) undecidedDestinations() {
	u := &r.plan.Undecided
	ruled, named := newRuledHosts(r.inv.rules), r.namedServices()
	for _, t := range r.inv.targets {
		for _, host := range t.hosts {
			d := plan.Destination{Object: t.Object, Namespace: t.Namespace, Host: host}
			for i, p := range t.ports {
				if t.claims[i].claim == nil {
					protocol := r.protocolOf(t, p)
					d.Ports = append(d.Ports, plan.Port{Number: p.number, Protocol: protocol, Settings: r.defaultsOf(protocol), By: t.Document})
				}
			}
			switch {
			case len(d.Ports) == 0 || ruled.has(host):
			case t.Kind == kindService && !r.opts.All && named[t]:
			case t.Kind == kindService && !r.opts.All:
				u.Services = append(u.Services, d)
			default:
				u.Destinations = append(u.Destinations, d)
			}
		}
	}
}

// namedServices are the Services behind VirtualDestinations and in front of VirtualGateways: callers
// connect to these instead.
func (r *resolver) namedServices() map[*target]bool {
	named := map[*target]bool{}
	for _, t := range r.inv.targets {
		v, ok := t.Document.Resource.(*schema.VirtualDestination)
		if !ok {
			continue
		}
		for i := range v.Spec.Services {
			for _, service := range r.reachable(t, &v.Spec.Services[i], kindService) {
				named[service] = true
			}
		}
	}
	for _, g := range r.inv.virtualGateways {
		for _, t := range r.inv.targets {
			if s, ok := t.Document.Resource.(*schema.Service); ok && selectsWorkloads(g.Resource.(*schema.VirtualGateway), t, s) {
				named[t] = true
			}
		}
	}
	return named
}

// defaultsOf returns the default settings of a port in a mesh.
func (r *resolver) defaultsOf(protocol string) *plan.Settings {
	if r.defaults == nil {
		r.defaults = policySettings(nil, &schema.ConnectionPolicy{})
		r.tcpDefaults = r.defaults.Forwarded(r.defaults, tcpIdle())
	}
	if plan.ForwardsTCP(protocol) {
		return r.tcpDefaults
	}
	return r.defaults
}

// ruledHosts are the hosts that DestinationRules of the input are for.
type ruledHosts struct {
	exact    map[string]bool
	suffixes map[string]bool // ".example.com" of "*.example.com"
}

func newRuledHosts(rules []*schema.Document) ruledHosts {
	out := ruledHosts{exact: map[string]bool{}, suffixes: map[string]bool{}}
	for _, d := range rules {
		host := ruleHost(d)
		if suffix, wildcard := strings.CutPrefix(host, "*"); wildcard {
			out.suffixes[suffix] = true
		} else {
			out.exact[host] = true
		}
	}
	return out
}

func (h *ruledHosts) has(host string) bool {
	if h.exact[host] {
		return true
	}
	for i := 0; len(h.suffixes) > 0 && i <= len(host); i++ {
		if h.suffixes[host[i:]] {
			return true
		}
	}
	return false
}

// undecidedListener is a VirtualGateway's listener that no policy reaches.
func (r *resolver) undecidedListener(g *schema.Document, i int, gl schema.GatewayListener) plan.Listener {
	port, _, found := r.boundPort(g, gl)
	if !found {
		port = gl.Port.Number
	}
	l := r.virtualListener(g, gl, port, g)
	if len(g.Resource.(*schema.VirtualGateway).Spec.Listeners) > 1 {
		l.SelectorAt = plan.From(g, "/spec/listeners"+diag.Pointer(i)+"/port")
		l.Selector = "number: " + itoa(gl.Port.Number)
		if gl.Port.Name != "" {
			l.Selector = "name: " + gl.Port.Name
		}
	}
	return l
}

// virtualListener is a VirtualGateway's listener with the settings that hold where none are written.
func (r *resolver) virtualListener(g *schema.Document, gl schema.GatewayListener, port uint32, by *schema.Document) plan.Listener {
	l := plan.Listener{
		Object: r.object(kindVirtualGateway, g), Name: listenerName(anyAddress, port), Proxy: g.Name, Address: anyAddress, Port: port, TCP: gl.TCP != nil, By: by,
		Workload: workloadOf(g),
	}
	rd := reader{by}
	rd.listenerOptions(&l, &schema.ListenerOptions{}, "")
	if l.TCP {
		rd.tcp(&l, nil, "")
	} else {
		rd.http(&l, nil, "")
	}
	return l
}

// boundPort returns the port that a proxy binds for a VirtualGateway's listener, and its number at the
// gateway's Service; false when the input does not have the Service.
func (r *resolver) boundPort(g *schema.Document, l schema.GatewayListener) (bound, servicePort uint32, found bool) {
	for _, t := range r.inv.targets {
		s, ok := t.Document.Resource.(*schema.Service)
		if !ok || !selectsWorkloads(g.Resource.(*schema.VirtualGateway), t, s) {
			continue
		}
		for _, p := range s.Spec.Ports {
			if l.Port.Number != 0 && p.Port == l.Port.Number || l.Port.Name != "" && p.Name == l.Port.Name {
				return cmp.Or(p.TargetPort.Number, p.Port), p.Port, true
			}
		}
	}
	return 0, 0, false
}

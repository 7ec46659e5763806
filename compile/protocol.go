package compile

import (
	"fmt"
	"path"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// Connections whose protocol is not HTTP go through Envoy's TCP proxy, which reads none of a
// cluster's HTTP options and has an idle timeout of its own. The plan holds what has an effect.

// tcpIdle returns the default idle timeout of Envoy's TCP proxy.
func tcpIdle() plan.Setting[time.Duration] {
	return plan.Setting[time.Duration]{Value: facts.EnvoyTCPIdleTimeout, From: plan.Origin{Default: plan.DefaultOfEnvoy}}
}

// use is what leads to a backend: requests, connections, or both.
type use struct {
	requests bool
	tcp      *schema.Document            // the first gateway or route that forwards TCP there
	idle     plan.Setting[time.Duration] // the longest of the listeners that do
	idleAt   plan.Origin                 // where it can be written; zero for nowhere
}

// onlyTCP reports a backend to which everything in the input that leads there forwards TCP.
func (u use) onlyTCP() bool { return u.tcp != nil && !u.requests }

func (u *use) forward(by *schema.Document, idle plan.Setting[time.Duration], idleAt plan.Origin) {
	if u.tcp == nil {
		u.tcp = by
	} else if !plan.Outlasts(idle.Value, u.idle.Value) {
		return
	}
	u.idle, u.idleAt = idle, idleAt
}

// uses are the backends that gateways and routes of the input lead to.
type uses map[backendKey]*use

// backendKey is an Upstream, or a port of a Service.
type backendKey struct {
	upstream        bool
	namespace, name string
	port            uint32
}

func (u uses) at(k backendKey) *use {
	if u[k] == nil {
		u[k] = &use{}
	}
	return u[k]
}

func newUses(inv *inventory) uses {
	u := uses{}
	for _, d := range inv.gateways {
		spec := d.Resource.(*schema.Gateway).Spec
		u.tcpHosts(d, spec.TCPGateway, "/spec/tcpGateway")
		if spec.HybridGateway != nil {
			for i, m := range spec.HybridGateway.MatchedGateways {
				u.tcpHosts(d, m.TCPGateway, "/spec/hybridGateway/matchedGateways"+diag.Pointer(i)+"/tcpGateway")
			}
		}
	}
	for _, d := range inv.proxies {
		for i, l := range d.Resource.(*schema.Proxy).Spec.Listeners {
			u.tcpHosts(d, l.TCPListener, "/spec/listeners"+diag.Pointer(i)+"/tcpListener")
		}
	}
	for _, d := range inv.routes {
		u.route(d, d.Resource.(*schema.Route))
	}
	return u
}

// tcpHosts takes in where a TCP gateway forwards to.
func (u uses) tcpHosts(d *schema.Document, g *schema.TCPGateway, pointer string) {
	if g == nil {
		return
	}
	rd := reader{d}
	idle, at := rd.tcpSettings(g, pointer).IdleTimeout, rd.tcpIdleAt(pointer)
	for _, host := range g.TCPHosts {
		for _, to := range host.Destinations() {
			switch {
			case to.Upstream != nil:
				u.at(backendKey{true, to.Upstream.Namespace, to.Upstream.Name, 0}).forward(d, idle, at)
			case to.Kube != nil:
				u.at(backendKey{false, to.Kube.Ref.Namespace, to.Kube.Ref.Name, to.Kube.Port}).forward(d, idle, at)
			}
		}
	}
}

// route takes in where a route of the Gateway API leads.
func (u uses) route(d *schema.Document, r *schema.Route) {
	for _, rule := range r.Spec.Rules {
		for _, ref := range rule.BackendRefs {
			k := backendKey{name: ref.Name, namespace: ref.Namespace, port: ref.Port}
			if k.namespace == "" {
				k.namespace = d.Namespace
			}
			if ref.Kind != "" && ref.Kind != "Service" {
				k.upstream, k.port = true, 0
			}
			if d.Kind.Name == "TCPRoute" || d.Kind.Name == "TLSRoute" {
				u.at(k).forward(d, tcpIdle(), plan.Origin{})
			} else {
				u.at(k).requests = true
			}
		}
	}
}

// ofUpstream returns what leads to an Upstream, by its own name and by its Service's port.
func (u uses) ofUpstream(d *schema.Document, kube *schema.KubeUpstream) use {
	both := u.of(backendKey{true, d.Namespace, d.Name, 0})
	if kube == nil {
		return both
	}
	k := backendKey{false, kube.ServiceNamespace, kube.ServiceName, kube.ServicePort}
	if k.namespace == "" {
		k.namespace = d.Namespace
	}
	service := u.of(k)
	both.requests = both.requests || service.requests
	if service.tcp != nil {
		both.forward(service.tcp, service.idle, service.idleAt)
	}
	return both
}

// of returns what leads to a backend.
func (u uses) of(k backendKey) use {
	if one := u[k]; one != nil {
		return *one
	}
	return use{}
}

// protocolOf returns the protocol of a target's port. A port of a Service that names none has
// the one by which everything in the input leads there.
func (r *resolver) protocolOf(t *target, p targetPort) string {
	if p.protocol == "" && t.Kind == kindService && r.uses.of(backendKey{false, t.Namespace, t.Name, p.number}).onlyTCP() {
		return "TCP"
	}
	return p.protocol
}

// portSettings returns what a claim decides for a port, and counts the ports that are forwarded
// as TCP.
func (c *claim) portSettings(host string, number uint32, protocol string) *plan.Settings {
	if c.upstream || !plan.ForwardsTCP(protocol) {
		return c.settings
	}
	if c.tcp == nil {
		defaults := policySettings(c.document, &schema.ConnectionPolicy{})
		c.tcp, c.tcpFirst, c.tcpProtocol = c.settings.Forwarded(defaults, tcpIdle()), host+":"+itoa(number), protocol
	}
	c.tcpPorts++
	return c.tcp
}

// ignoredByTCP reports the settings of a policy that have no effect on the ports of it that are
// forwarded as TCP.
func (r *resolver) ignoredByTCP(c *claim) {
	if c.tcp == nil {
		return
	}
	for _, from := range plan.WrittenOnly(c.settings, c.tcp) {
		name := path.Base(from.Pointer())
		help := "name HTTP ports under applyToDestinations, or delete the line"
		switch name {
		case "idleTimeout":
			help += "; Envoy closes an idle TCP connection after 1h, tcp.idleTimeout at the top level of a DestinationRule changes that, and tcp.tcpKeepalive keeps hops from forgetting it"
		case "maxConnectionDuration":
			help += "; for TCP it is read at the top level of a DestinationRule"
		}
		r.find(finding(diag.IgnoredSetting, c.document, from.Pointer(),
			fmt.Sprintf("%s has no effect on %s%s: the protocol is %s, and Envoy reads it for HTTP only", name, c.tcpFirst, more(c.tcpPorts), c.tcpProtocol), help))
	}
}

// upstreamUse takes in what leads to an Upstream.
func (r *resolver) upstreamUse(d *schema.Document, u *plan.Upstream, spec *schema.UpstreamSpec) {
	use := r.uses.ofUpstream(d, spec.Kube)
	u.TCP, u.Requests = use.tcp != nil, use.requests
	if !optionsApart(spec) {
		u.IdleAt = plan.From(d, "/spec/connectionConfig/commonHttpProtocolOptions/idleTimeout")
	}
	switch {
	case u.OnlyTCP():
		u.IdleAt, u.Settings = use.idleAt, r.upstreamTCP(d, u.Settings, use)
	case u.TCP:
		u.Settings.TCP.IdleTimeout = use.idle
		if plan.Outlasts(use.idle.Value, u.Settings.HTTP.IdleTimeout.Value) {
			u.IdleAt = use.idleAt
		}
	}
}

// upstreamTCP returns an Upstream's settings for connections that are forwarded as TCP, and
// reports those that have no effect there.
func (r *resolver) upstreamTCP(d *schema.Document, s *plan.Settings, u use) *plan.Settings {
	out := s.Forwarded(upstreamSettings(d, &schema.UpstreamSpec{}), u.idle)
	by := u.tcp
	for _, from := range plan.WrittenOnly(s, out) {
		if from.Document() != d {
			continue // Gloo's Settings have an effect on other Upstreams
		}
		name, help := path.Base(from.Pointer()), "delete the line"
		if name == "idleTimeout" {
			help = "delete the line; tcpKeepalive works for TCP as well"
			if by.Kind.Name == "Gateway" {
				help = fmt.Sprintf("write tcpProxySettings.idleTimeout under the options of Gateway %s's tcpGateway instead; tcpKeepalive works for TCP as well", by.Ref())
			}
		}
		r.find(finding(diag.IgnoredSetting, d, from.Pointer(),
			fmt.Sprintf("%s has no effect, since %s forwards TCP to this Upstream and Envoy reads it for HTTP only", name, by.Subject()), help,
			diag.Related{Span: nameSpan(by), Message: "this one forwards TCP"}))
	}
	return out
}

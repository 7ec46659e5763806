package validate

import (
	"net/netip"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

func (r *rules) gateway(g *schema.Gateway) {
	spec := &g.Spec
	if spec.BindAddress != "" {
		r.bindAddress("/spec/bindAddress", spec.BindAddress)
	}
	r.gatewayType(g)
	r.listenerOptions("/spec/options", spec.Options)
	r.httpGateway("/spec/httpGateway", spec.HTTPGateway)
	r.tcpGateway("/spec/tcpGateway", spec.TCPGateway)
	if h := spec.HybridGateway; h != nil {
		if len(h.MatchedGateways) == 0 && h.DelegatedHTTPGateways == nil && h.DelegatedTCPGateways == nil && !r.took("/spec/hybridGateway") {
			r.key(diag.NoGatewayType, "/spec/hybridGateway", "this hybridGateway has no gateway, so Gloo refuses it; it is compiled as an HTTP gateway", "write matchedGateways, or httpGateway: {} instead")
		}
		r.partly("/spec/hybridGateway/matchedGateways/1", len(h.MatchedGateways) > 1, "only the first matched gateway's timeouts are compiled; the listener's options hold for all")
		r.partly("/spec/hybridGateway/delegatedHttpGateways", h.DelegatedHTTPGateways != nil, "the timeouts of delegated gateways are not compiled")
		r.partly("/spec/hybridGateway/delegatedTcpGateways", h.DelegatedTCPGateways != nil, "the timeouts of delegated gateways are not compiled")
		for i, m := range h.MatchedGateways {
			pointer := index("/spec/hybridGateway/matchedGateways", i)
			r.httpGateway(pointer+"/httpGateway", m.HTTPGateway)
			r.tcpGateway(pointer+"/tcpGateway", m.TCPGateway)
		}
	}
}

// gatewayType checks that a Gateway has one type.
func (r *rules) gatewayType(g *schema.Gateway) {
	set := r.oneof(diag.TwoGatewayTypes, "Gateway", []variant{
		{"httpGateway", g.Spec.HTTPGateway != nil},
		{"tcpGateway", g.Spec.TCPGateway != nil},
		{"hybridGateway", g.Spec.HybridGateway != nil},
	})
	if len(set) == 0 && !r.took("/spec") {
		r.key(diag.NoGatewayType, "/spec", "this Gateway has no gateway type, so Gloo refuses it; it is compiled as an HTTP gateway", "write httpGateway: {} under spec")
	}
}

func (r *rules) httpGateway(pointer string, g *schema.HTTPGateway) {
	if g == nil || g.Options == nil || g.Options.HCM == nil {
		return
	}
	hcm, base := g.Options.HCM, pointer+"/options/httpConnectionManagerSettings"
	for _, d := range []keepaliveTimer{
		{"drainTimeout", hcm.DrainTimeout},
		{"idleTimeout", hcm.IdleTimeout},
		{"maxConnectionDuration", hcm.MaxConnectionDuration},
		{"maxStreamDuration", hcm.MaxStreamDuration},
		{"requestTimeout", hcm.RequestTimeout},
		{"streamIdleTimeout", hcm.StreamIdleTimeout},
	} {
		r.duration(base+"/"+d.name, d.timer, 0, 0)
	}
}

func (r *rules) tcpGateway(pointer string, g *schema.TCPGateway) {
	if g == nil {
		return
	}
	if g.Options != nil && g.Options.TCPProxySettings != nil {
		r.duration(pointer+"/options/tcpProxySettings/idleTimeout", g.Options.TCPProxySettings.IdleTimeout, 0, 0)
	}
	r.partly(pointer+"/tcpHosts/1", len(g.TCPHosts) > 1, "only the first of several tcpHosts is compiled: Gloo distinguishes them by TLS")
	for i, h := range g.TCPHosts {
		at := index(pointer+"/tcpHosts", i) + "/destination"
		d := h.Destination
		none := d.Single == nil && d.Multi == nil && d.UpstreamGroup == nil && d.ForwardSNIClusterName == nil
		r.partly(index(pointer+"/tcpHosts", i), none && !r.took(at), "this host has no destination; the listener forwards nothing")
		r.partly(at+"/single", d.Single != nil && d.Single.Upstream == nil && d.Single.Kube == nil && !r.took(at+"/single"),
			"a destination that is neither an Upstream nor a Service is not compiled; the listener forwards nothing")
		r.partly(at+"/multi", h.Destination.Multi != nil, "several destinations are not compiled; the listener forwards nothing")
		r.partly(at+"/upstreamGroup", h.Destination.UpstreamGroup != nil, "an upstream group is not compiled; the listener forwards nothing")
	}
	if len(g.TCPHosts) == 0 && !r.took(pointer) {
		r.key(diag.EmptyTCPGateway, pointer, "this tcpGateway has no tcpHosts, so Gloo opens no listener for it, and none is written", "write tcpHosts with a destination")
	}
}

// partly names a part of a listener that may set connections and is not compiled.
func (r *rules) partly(pointer string, there bool, message string) {
	if there {
		r.key(diag.PartlyCompiled, pointer, message, "check by hand what it sets, or split it into listeners of their own")
	}
}

func (r *rules) proxy(p *schema.Proxy) {
	for i, l := range p.Spec.Listeners {
		pointer := index("/spec/listeners", i)
		if l.BindAddress != "" {
			r.bindAddress(pointer+"/bindAddress", l.BindAddress)
		}
		r.listenerOptions(pointer+"/options", l.Options)
		r.httpGateway(pointer+"/httpListener", l.HTTPListener)
		r.tcpGateway(pointer+"/tcpListener", l.TCPListener)
		r.partly(pointer+"/hybridListener", l.HybridListener != nil, "the timeouts inside a hybridListener are not compiled; the listener's options are")
		r.partly(pointer+"/aggregateListener", l.AggregateListener != nil, "the timeouts inside an aggregateListener are not compiled; the listener's options are")
	}
}

// bindAddress checks an address to listen on. Gloo sets ipv4_compat on every IPv6 address, and
// Envoy refuses that on all but "::" and IPv4-mapped ones (source/common/network/resolver_impl.cc).
func (r *rules) bindAddress(pointer, address string) {
	r.address(pointer, address, "an IP address")
	a, err := netip.ParseAddr(address)
	if err == nil && a.Is6() && !a.Is4In6() && a.Zone() == "" && a != netip.IPv6Unspecified() {
		r.value(diag.RefusedAddress, pointer, sprint("Envoy refuses the listener that Gloo makes of %s; the one written here omits ipv4_compat, and Envoy accepts it", written(address)),
			`write "::" to listen on all addresses`)
	}
}

func (r *rules) listenerOptions(pointer string, o *schema.ListenerOptions) {
	if o != nil {
		r.socketOptions(pointer+"/socketOptions", o.SocketOptions)
	}
}

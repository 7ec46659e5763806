package validate

import (
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

func (r *rules) gateway(g *schema.Gateway) {
	spec := &g.Spec
	if spec.BindAddress != "" {
		r.address("/spec/bindAddress", spec.BindAddress, "an IP address")
	}
	r.gatewayType(g)
	r.listenerOptions("/spec/options", spec.Options)
	r.httpGateway("/spec/httpGateway", spec.HTTPGateway)
	r.tcpGateway("/spec/tcpGateway", spec.TCPGateway)
	if h := spec.HybridGateway; h != nil {
		for i, m := range h.MatchedGateways {
			pointer := index("/spec/hybridGateway/matchedGateways", i)
			r.httpGateway(pointer+"/httpGateway", m.HTTPGateway)
			r.tcpGateway(pointer+"/tcpGateway", m.TCPGateway)
		}
	}
}

// gatewayType checks the oneof of gateway types: the last one set wins in Gloo.
func (r *rules) gatewayType(g *schema.Gateway) {
	var set []string
	for _, t := range []struct {
		name string
		set  bool
	}{{"httpGateway", g.Spec.HTTPGateway != nil}, {"tcpGateway", g.Spec.TCPGateway != nil}, {"hybridGateway", g.Spec.HybridGateway != nil}} {
		if t.set {
			set = append(set, t.name)
		}
	}
	switch {
	case len(set) == 0 && !r.took("/spec"):
		r.key(diag.NoGatewayType, "/spec", "this Gateway names no gateway type, so Gloo refuses it; it is compiled as an HTTP gateway", "write httpGateway: {} under spec")
	case len(set) > 1:
		winner := set[len(set)-1]
		r.key(diag.TwoGatewayTypes, "/spec/"+set[0], sprint("this Gateway has %d types, and Gloo takes %s", len(set), winner), "keep one of "+enumerate(set),
			diag.Related{Span: r.doc.KeySpan("/spec/" + winner), Message: "this one wins"})
	}
}

func (r *rules) httpGateway(pointer string, g *schema.HTTPGateway) {
	if g == nil || g.Options == nil || g.Options.HCM == nil {
		return
	}
	hcm, base := g.Options.HCM, pointer+"/options/httpConnectionManagerSettings"
	for _, d := range []keepaliveTimer{
		{"drainTimeout", hcm.DrainTimeout}, {"idleTimeout", hcm.IdleTimeout}, {"maxConnectionDuration", hcm.MaxConnectionDuration},
		{"maxStreamDuration", hcm.MaxStreamDuration}, {"requestTimeout", hcm.RequestTimeout}, {"streamIdleTimeout", hcm.StreamIdleTimeout},
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
	if len(g.TCPHosts) == 0 && !r.took(pointer) {
		r.key(diag.EmptyTCPGateway, pointer, "this tcpGateway has no tcpHosts, so Gloo opens no listener for it, and neither is one written", "write tcpHosts with a destination")
	}
}

func (r *rules) proxy(p *schema.Proxy) {
	for i, l := range p.Spec.Listeners {
		pointer := index("/spec/listeners", i)
		if l.BindAddress != "" {
			r.address(pointer+"/bindAddress", l.BindAddress, "an IP address")
		}
		r.listenerOptions(pointer+"/options", l.Options)
		r.httpGateway(pointer+"/httpListener", l.HTTPListener)
		r.tcpGateway(pointer+"/tcpListener", l.TCPListener)
	}
}

func (r *rules) listenerOptions(pointer string, o *schema.ListenerOptions) {
	if o != nil {
		r.socketOptions(pointer+"/socketOptions", o.SocketOptions)
	}
}

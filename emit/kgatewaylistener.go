package emit

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
)

// kgatewayPolicy is what is set for the listeners of one Gateway of the Gateway API.
type kgatewayPolicy struct {
	gateway compile.Attachment
	ports   map[uint32][]openedSettings
}

// openedSettings are what one listener gives a port.
type openedSettings struct {
	kgatewayListener
	by      *compile.Listener
	carried []Carried
}

// listeners writes a ListenerPolicy for each Gateway, with an entry for each port: that replaces
// the policy's default whole, so nothing is written there.
func (e *kgateway) listeners(list []compile.Listener) {
	policies := map[string]*kgatewayPolicy{}
	for i := range list {
		if l := &list[i]; i == 0 || !sameListener(l, &list[i-1]) {
			e.listener(l, policies)
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(policies)) {
		e.listenerPolicy(policies[ref])
	}
}

// listener adds what is set for a listener to the policy of its Gateway.
func (e *kgateway) listener(l *compile.Listener, policies map[string]*kgatewayPolicy) {
	p := e.policy("")
	p.places = []string{l.Name}
	p.listenerLost(l)
	settings := p.listener(l)
	if reflect.ValueOf(settings).IsZero() {
		return
	}
	gateway, port, ok := e.gatewayPort(l)
	if !ok {
		return
	}
	g := policies[gateway.Ref()]
	if g == nil {
		g = &kgatewayPolicy{gateway, map[uint32][]openedSettings{}}
		policies[gateway.Ref()] = g
	}
	g.ports[port] = append(g.ports[port], openedSettings{settings, l, p.carried})
}

// listenerPolicy writes a Gateway's policy. Of listeners that differ and share a port neither is
// carried.
func (e *kgateway) listenerPolicy(g *kgatewayPolicy) {
	spec := kgatewayListeners{TargetRefs: []kgatewayTarget{{Group: apiGatewayGroup, Kind: "Gateway", Name: g.gateway.Name}}}
	var carried []Carried
	for _, port := range slices.Sorted(maps.Keys(g.ports)) {
		list := g.ports[port]
		if other := slices.IndexFunc(list, func(o openedSettings) bool { return !reflect.DeepEqual(o.kgatewayListener, list[0].kgatewayListener) }); other > 0 {
			e.portTwice(list[other].by, list[0].by, g.gateway, port)
			continue
		}
		spec.PerPort = append(spec.PerPort, kgatewayPort{port, list[0].kgatewayListener})
		if list[0].TCPKeepalive != nil {
			e.newListenersOnly(list[0].by)
		}
		for _, one := range list {
			for _, c := range one.carried {
				c.Field = fmt.Sprintf("spec.perPort[%d].listener.%s", port, c.Field)
				carried = append(carried, c)
			}
		}
	}
	if len(spec.PerPort) > 0 {
		e.objects = append(e.objects, kgatewayObject("ListenerPolicy", g.gateway.Namespace, g.gateway.Name, spec, carried))
	}
}

// gatewayPort is the Gateway that takes a listener over, with the port at which it does.
func (e *kgateway) gatewayPort(l *compile.Listener) (compile.Attachment, uint32, bool) {
	all := e.attached(l)
	if len(all) == 0 {
		return compile.Attachment{}, 0, false
	}
	switch a := all[0]; {
	case a.Port == 0:
		e.unread(l, a, fmt.Sprintf("the port of its listener %q is not known, and what is set for port %s is left out", a.Section, openedPort(l)), "PORT")
		return compile.Attachment{}, 0, false
	case a.Assumed:
		e.unread(l, a, fmt.Sprintf("port %d is assumed to be one that it opens", a.Port), "PORT")
	}
	return all[0], all[0].Port, true
}

// portTwice reports two listeners that differ and that one port of a Gateway takes over.
func (e *kgateway) portTwice(l, first *compile.Listener, gateway compile.Attachment, port uint32) {
	d, other := l.Object.Document, first.Object.Document
	e.found = append(e.found, diag.Diagnostic{
		Code: diag.NotExpressible, Span: d.Span("/metadata/name"), Subject: d.Subject(),
		Message: fmt.Sprintf("port %d of Gateway %s also takes over %s, which has other settings, so the settings of neither are written", port, gateway.Ref(), other.Subject()),
		Help:    "give the two the same settings, or each a Gateway of its own, in separate runs",
		Related: []diag.Related{{Span: other.Span("/metadata/name"), Message: "the other one is here"}},
	})
}

func (p *kpolicy) listener(l *compile.Listener) kgatewayListener {
	out := kgatewayListener{TCPKeepalive: p.keepalive(l.Keepalive())}
	out.PerConnectionBufferLimitBytes = p.number(l.BufferLimit, 0, "bufferLimit", "perConnectionBufferLimitBytes")
	if t := l.Timeouts; !l.TCP {
		out.HTTPSettings = orNil(kgatewayHTTP{
			IdleTimeout:              p.duration(shown(t.Idle, p.opts), t.Idle, "http.idle", "httpSettings.idleTimeout"),
			StreamIdleTimeout:        p.duration(shown(t.StreamIdle, p.opts), t.StreamIdle, "http.streamIdle", "httpSettings.streamIdleTimeout"),
			MaxRequestsPerConnection: p.listenerRequests(l.MaxRequestsPerConnection),
		})
	}
	return out
}

// listenerRequests writes the most requests of a listener's connection; no limit is left out,
// which means the same.
func (p *kpolicy) listenerRequests(s compile.Setting[uint32]) *int32 {
	if !s.Written() {
		return nil
	}
	return p.whole(s, 1, "maxRequestsPerConnection", "httpSettings.maxRequestsPerConnection")
}

// listenerLost reports what a ListenerPolicy has no field for.
func (p *kpolicy) listenerLost(l *compile.Listener) {
	const none = "delete it; kgateway has no field for it"
	const request = "delete it; timeouts.request of an HTTPRoute is a different limit: it bounds the response as well and ends long downloads"
	const stream = "set timeouts.request at the rules of the HTTPRoutes, which counts from the end of the request and resets no upgraded connection"
	for _, o := range otherOptions(l) {
		p.lost(o.From, fmt.Sprintf("socket option %d/%d", o.Level, o.Name), "delete it; kgateway sets no socket options but keepalive")
	}
	lostSetting(p.collector, l.ExactBalance, "connectionBalanceConfig", none)
	lostSetting(p.collector, l.Timeouts.MaxConnectionDuration, "maxConnectionDuration of a listener", none)
	lostSetting(p.collector, l.Timeouts.MaxStreamDuration, "maxStreamDuration of a listener", stream)
	lostSetting(p.collector, l.Timeouts.Request, "requestTimeout of a listener", request)
	lostSetting(p.collector, l.Timeouts.Drain, "drainTimeout of a listener", none)
	lostSetting(p.collector, l.TCPProxy.IdleTimeout, "idleTimeout of a TCP listener", none)
	lostSetting(p.collector, l.TCPProxy.MaxConnectAttempts, "maxConnectAttempts of a TCP listener", none)
}

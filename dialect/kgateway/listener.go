package kgateway

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/plan"
)

// kgatewayPolicy is what is set for the listeners of one Gateway of the Gateway API.
type kgatewayPolicy struct {
	gateway plan.Attachment
	ports   map[uint32][]openedSettings
}

// openedSettings are what one listener gives a port.
type openedSettings struct {
	*dialect.Block
	by      *plan.Listener
	carried []dialect.Carried
}

// listeners writes a ListenerPolicy for each Gateway, with an entry for each port: that replaces
// the policy's default whole, so nothing is written there.
func (e *kgateway) listeners(list []plan.Listener) {
	policies := map[string]*kgatewayPolicy{}
	for i := range list {
		if l := &list[i]; i == 0 || !dialect.SameListener(l, &list[i-1]) {
			e.listener(l, policies)
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(policies)) {
		e.listenerPolicy(policies[ref])
	}
}

// listener adds what is set for a listener to the policy of its Gateway.
func (e *kgateway) listener(l *plan.Listener, policies map[string]*kgatewayPolicy) {
	p := e.policy("")
	p.Places = []string{l.Name}
	settings := listener(p, l)
	if settings.Empty() {
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
	g.ports[port] = append(g.ports[port], openedSettings{settings, l, p.Carried})
}

// listenerPolicy writes a Gateway's policy. Of listeners that differ and share a port neither is
// carried.
func (e *kgateway) listenerPolicy(g *kgatewayPolicy) {
	spec := listenerSpec{TargetRefs: []targetRef{{Group: dialect.GatewayAPIGroup, Kind: "Gateway", Name: g.gateway.Name}}}
	var carried []dialect.Carried
	for _, port := range slices.Sorted(maps.Keys(g.ports)) {
		list := g.ports[port]
		if other := slices.IndexFunc(list, func(o openedSettings) bool { return !reflect.DeepEqual(o.Block, list[0].Block) }); other > 0 {
			e.portTwice(list[other].by, list[0].by, g.gateway, port)
			continue
		}
		spec.PerPort = append(spec.PerPort, portSpec{port, list[0].Block})
		if list[0].Get("tcpKeepalive") != nil {
			e.NewListenersOnly(list[0].by)
		}
		for _, one := range list {
			for _, c := range one.carried {
				c.Field = fmt.Sprintf("spec.perPort[%d].listener.%s", port, c.Field)
				carried = append(carried, c)
			}
		}
	}
	if len(spec.PerPort) > 0 {
		e.objects = append(e.objects, dialect.NewObject(apiVersion, "ListenerPolicy", g.gateway.Namespace, g.gateway.Name, "", spec, carried))
	}
}

// gatewayPort is the Gateway that takes a listener over, with the port at which it does.
func (e *kgateway) gatewayPort(l *plan.Listener) (plan.Attachment, uint32, bool) {
	all := e.Attached(l)
	if len(all) == 0 {
		return plan.Attachment{}, 0, false
	}
	switch a := all[0]; {
	case a.Port == 0:
		e.GatewayUnread(l, a, fmt.Sprintf("the port of its listener %q is not known, and what is set for port %s is left out", a.Section, dialect.OpenedPort(l)), "PORT")
		return plan.Attachment{}, 0, false
	case a.Assumed:
		e.GatewayUnread(l, a, fmt.Sprintf("port %d is assumed to be one that it opens", a.Port), "PORT")
	}
	return all[0], all[0].Port, true
}

// portTwice reports two listeners that differ and that one port of a Gateway takes over.
func (e *kgateway) portTwice(l, first *plan.Listener, gateway plan.Attachment, port uint32) {
	d, other := l.Object.Document, first.Object.Document
	e.Found = append(e.Found, diag.Diagnostic{
		Code: diag.NotExpressible, Span: d.Span("/metadata/name"), Subject: d.Subject(),
		Message: fmt.Sprintf("port %d of Gateway %s also takes over %s, which has other settings, so the settings of neither are written", port, gateway.Ref(), other.Subject()),
		Help:    "give the two the same settings, or each a Gateway of its own, in separate runs",
		Related: []diag.Related{{Span: other.Span("/metadata/name"), Message: "the other one is here"}},
	})
}

// listener returns the settings of a policy for a listener.
func listener(p *dialect.Policy, l *plan.Listener) *dialect.Block {
	for _, o := range dialect.OtherOptions(l) {
		p.Unsupported(o.From, fmt.Sprintf("socket option %d/%d", o.Level, o.Name), "delete it; kgateway sets no socket options but keepalive")
	}
	if l.TCP {
		return p.Write(l.Values(), listenerRows...)
	}
	return p.Write(l.Values(), slices.Concat(listenerRows, httpRows)...)
}

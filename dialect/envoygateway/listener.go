package envoygateway

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// bound are the listeners that are for one Gateway or a part of it, with the settings of each.
type bound struct {
	to        plan.Attachment
	targets   []targetRef
	listeners []*plan.Listener
	specs     []*dialect.Block
	carried   []dialect.Carried
}

// listeners writes a ClientTrafficPolicy for each part of a Gateway that takes a listener over.
func (e *envoyGateway) listeners() {
	var parts []*bound
	byTarget := map[string]*bound{}
	for i := range e.plan.Listeners {
		l := &e.plan.Listeners[i]
		p := e.policy(l.Name)
		spec := client(p, l)
		if len(l.Gateways) == 0 && !hasWritten(p.Carried) {
			continue // nothing is lost
		}
		to, targets, ok := e.opens(l)
		if !ok {
			continue
		}
		e.listenerDefaults(l, spec)
		key := fmt.Sprint(to.Ref(), targets)
		part := byTarget[key]
		if part == nil {
			part = &bound{to: to, targets: targets}
			parts, byTarget[key] = append(parts, part), part
		}
		part.listeners, part.specs = append(part.listeners, l), append(part.specs, spec)
		part.carried = append(part.carried, p.Carried...)
	}
	for _, part := range parts {
		e.client(part)
	}
}

// listenerDefaults reports what a policy leaves out and Envoy Gateway has otherwise.
func (e *envoyGateway) listenerDefaults(l *plan.Listener, spec *dialect.Block) {
	if e.opts.Preserve {
		return
	}
	if !e.opts.Explicit && dialect.Differs(l.BufferLimit, facts.EnvoyGatewayBuffer) {
		e.differs.Report(diag.BufferDiffers, plan.From(l.By, "/metadata/name"), bufferChange(l.BufferLimit.Value))
	}
	if end := spec.Get(connectionEnd); end != nil {
		e.differs.Report(diag.ConnectionEndDiffers, plan.From(l.By, "/metadata/name"),
			fmt.Sprintf("an HTTP/1 connection older than maxConnectionDuration, %s, ends with its next response, not when it is idle", end))
	}
}

func hasWritten(carried []dialect.Carried) bool {
	for _, c := range carried {
		if c.From.Written() {
			return true
		}
	}
	return false
}

// client writes the policy of a part of a Gateway, if all listeners that it is for say the same.
func (e *envoyGateway) client(b *bound) {
	for i, l := range b.listeners[1:] {
		if !reflect.DeepEqual(b.specs[0], b.specs[i+1]) {
			first := b.listeners[0]
			e.Found = append(e.Found, diag.Diagnostic{
				Code: diag.NotExpressible, Span: l.By.Span("/metadata/name"), Subject: l.By.Subject(),
				Message: fmt.Sprintf("%s and %s of %s are both taken over by Gateway %s, which has one policy for both, and their settings differ: no settings are written", l.Name, first.Name, first.By.Subject(), b.to.Ref()),
				Help:    fmt.Sprintf("pass the Gateway in the same run, or name a listener for each port, as in --gateway %s=%d:LISTENER", b.to.Ref(), l.Port),
				Related: []diag.Related{{Span: first.By.Span("/metadata/name"), Message: "the other one is here"}},
			})
			return
		}
	}
	if len(b.carried) == 0 {
		return
	}
	if b.to.Section == "" {
		var ports []string
		for _, l := range b.listeners {
			ports = append(ports, dialect.OpenedPort(l))
		}
		e.GatewayUnread(b.listeners[0], b.to, fmt.Sprintf("the policy for port %s is for all of its listeners", dialect.Listed(ports)), "LISTENER")
	}
	spec := b.specs[0]
	spec.First("targetRefs", b.targets)
	if spec.Get("tcpKeepalive") != nil {
		e.NewListenersOnly(b.listeners[0])
	}
	e.write("ClientTrafficPolicy", b.to, spec, b.carried)
}

// opens finds the listeners of the one Gateway that take a listener over: several of one port, as
// for hosts of their own. Those of plain HTTP cannot have a policy then, as Envoy Gateway serves
// them by one listener (internal/gatewayapi: clienttrafficpolicy.go, validatePortOverlap).
func (e *envoyGateway) opens(l *plan.Listener) (plan.Attachment, []targetRef, bool) {
	all := e.Attached(l)
	if len(all) == 0 {
		return plan.Attachment{}, nil, false
	}
	var targets []targetRef
	plain := 0
	for _, a := range all {
		targets = append(targets, targetRef{dialect.GatewayAPIGroup, a.Kind, a.Name, a.Section})
		if a.Protocol == "HTTP" {
			plain++
		}
	}
	if plain > 1 {
		e.ReportListener(l, diag.NotExpressible, fmt.Sprintf("Gateway %s has %d HTTP listeners for port %s, for which Envoy Gateway accepts no policy, so what is set for it is left out", all[0].Ref(), plain, dialect.OpenedPort(l)),
			"give the Gateway one HTTP listener for the port, and the host names to its routes")
		return plan.Attachment{}, nil, false
	}
	return all[0], targets, true
}

// client returns the settings of a policy for the connections of callers.
func client(p *dialect.Policy, l *plan.Listener) *dialect.Block {
	for _, o := range dialect.OtherOptions(l) {
		p.Unsupported(o.From, fmt.Sprintf("socket option %d/%d", o.Level, o.Name), needsPatch)
	}
	rows := httpListenerRows
	if l.TCP {
		rows = tcpListenerRows
	}
	spec := p.Write(l.Values(), slices.Concat(listenerRows, rows)...)
	if p.Options.Preserve && spec.Get(connectionEnd) != nil {
		spec.Set("http1.disableSafeMaxConnectionDuration", true)
	}
	return spec
}

// connectionEnd is the field that ends connections, which Envoy Gateway does in its own way.
const connectionEnd = "connection.connectionLimit.maxConnectionDuration"

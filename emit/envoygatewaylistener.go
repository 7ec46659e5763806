package emit

import (
	"fmt"
	"reflect"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
)

// bound are the listeners that are for one Gateway or a part of it, with what is said of each.
type bound struct {
	to        compile.Attachment
	targets   []targetRef
	listeners []*compile.Listener
	specs     []*clientTraffic
	carried   []Carried
}

// listeners writes a ClientTrafficPolicy for each part of a Gateway that takes a listener over.
func (e *envoyGateway) listeners() {
	var parts []*bound
	byTarget := map[string]*bound{}
	for i := range e.plan.Listeners {
		l := &e.plan.Listeners[i]
		e.listenerLeftOut(l)
		p := &egPolicy{envoyGateway: e, places: []string{l.Name}}
		spec := p.client(l)
		if len(l.Gateways) == 0 && !hasWritten(p.carried) {
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
		part.carried = append(part.carried, p.carried...)
	}
	for _, part := range parts {
		e.client(part)
	}
}

// listenerDefaults reports what a policy leaves out and Envoy Gateway has otherwise.
func (e *envoyGateway) listenerDefaults(l *compile.Listener, spec *clientTraffic) {
	if e.opts.Preserve {
		return
	}
	if !e.opts.Explicit && differs(l.BufferLimit, facts.EnvoyGatewayBuffer) {
		e.differs.add(diag.BufferDiffers, compile.From(l.By, "/metadata/name"), bufferChange(l.BufferLimit.Value))
	}
	if c := spec.Connection; c != nil && c.ConnectionLimit != nil && c.ConnectionLimit.MaxConnectionDuration != "" {
		e.differs.add(diag.ConnectionEndDiffers, compile.From(l.By, "/metadata/name"),
			fmt.Sprintf("an HTTP/1 connection older than maxConnectionDuration, %s, ends with its next response, not when it is idle", c.ConnectionLimit.MaxConnectionDuration))
	}
}

func hasWritten(carried []Carried) bool {
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
			e.found = append(e.found, diag.Diagnostic{
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
			ports = append(ports, openedPort(l))
		}
		e.unread(b.listeners[0], b.to, fmt.Sprintf("the policy for port %s is for all of its listeners", listed(ports)), "LISTENER")
	}
	spec := b.specs[0]
	spec.TargetRefs = b.targets
	if spec.TCPKeepalive != nil {
		e.newListenersOnly(b.listeners[0])
	}
	p := &egPolicy{envoyGateway: e, carried: b.carried}
	p.write("ClientTrafficPolicy", b.to, spec)
}

// opens finds the listeners of the one Gateway that take a listener over: several of one port, as
// for hosts of their own. Those of plain HTTP cannot have a policy then, as Envoy Gateway serves
// them by one listener (internal/gatewayapi: clienttrafficpolicy.go, validatePortOverlap).
func (e *envoyGateway) opens(l *compile.Listener) (compile.Attachment, []targetRef, bool) {
	all := e.attached(l)
	if len(all) == 0 {
		return compile.Attachment{}, nil, false
	}
	var targets []targetRef
	plain := 0
	for _, a := range all {
		targets = append(targets, targetRef{apiGatewayGroup, a.Kind, a.Name, a.Section})
		if a.Protocol == "HTTP" {
			plain++
		}
	}
	if plain > 1 {
		e.unbound(l, diag.NotExpressible, fmt.Sprintf("Gateway %s has %d HTTP listeners for port %s, for which Envoy Gateway accepts no policy, so what is set for it is left out", all[0].Ref(), plain, openedPort(l)),
			"give the Gateway one HTTP listener for the port, and the host names to its routes")
		return compile.Attachment{}, nil, false
	}
	return all[0], targets, true
}

// client is what is said about the connections from callers.
func (p *egPolicy) client(l *compile.Listener) *clientTraffic {
	out := &clientTraffic{TCPKeepalive: p.keepalive(l.Keepalive())}
	var limit connectionLimit
	if t := l.Timeouts; l.TCP {
		idle := l.TCPProxy.IdleTimeout
		out.Timeout = orNil(clientTimeout{TCP: orNil(clientTCPTimeout{p.duration(idle, idle.Value, "tcp.idleTimeout", "timeout.tcp.idleTimeout")})})
	} else {
		limit = connectionLimit{
			MaxConnectionDuration:    p.unlessNone(t.MaxConnectionDuration, "http.maxConnectionDuration", "connection.connectionLimit.maxConnectionDuration"),
			MaxRequestsPerConnection: p.listenerRequests(l.MaxRequestsPerConnection),
			MaxStreamDuration:        p.unlessNone(t.MaxStreamDuration, "http.maxStreamDuration", "connection.connectionLimit.maxStreamDuration"),
		}
		out.Timeout = orNil(clientTimeout{HTTP: orNil(clientHTTPTimeout{
			IdleTimeout:            p.duration(t.Idle, t.Idle.Value, "http.idle", "timeout.http.idleTimeout"),
			RequestReceivedTimeout: p.unlessNone(t.Request, "http.request", "timeout.http.requestReceivedTimeout"),
			StreamIdleTimeout:      p.duration(t.StreamIdle, t.StreamIdle.Value, "http.streamIdle", "timeout.http.streamIdleTimeout"),
		})})
	}
	out.HTTP1 = orNil(clientHTTP1{p.opts.Preserve && limit.MaxConnectionDuration != ""})
	out.Connection = orNil(clientConnection{
		BufferLimit:     p.number(l.BufferLimit, facts.EnvoyGatewayBuffer, "bufferLimit", "connection.bufferLimit"),
		ConnectionLimit: orNil(limit),
	})
	return out
}

// listenerRequests writes the most requests of a listener's connection; no limit is left out,
// which means the same.
func (p *egPolicy) listenerRequests(s compile.Setting[uint32]) *uint32 {
	if !s.Written() {
		return nil
	}
	return p.number(s, 0, "maxRequestsPerConnection", "connection.connectionLimit.maxRequestsPerConnection")
}

// listenerLeftOut reports the settings that a ClientTrafficPolicy has no field for.
func (e *envoyGateway) listenerLeftOut(l *compile.Listener) {
	for _, o := range otherOptions(l) {
		e.lost(o.From, fmt.Sprintf("socket option %d/%d", o.Level, o.Name), needsPatch)
	}
	lostSetting(e.collector, l.ExactBalance, "connectionBalanceConfig", needsPatch)
	lostSetting(e.collector, l.Timeouts.Drain, "drainTimeout of a listener", needsPatch)
	lostSetting(e.collector, l.TCPProxy.MaxConnectAttempts, "maxConnectAttempts of a TCP listener", needsPatch)
}

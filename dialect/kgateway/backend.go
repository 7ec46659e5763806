package kgateway

import (
	"path"
	"slices"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/plan"
)

// policy begins a policy whose fields have a base, such as "spec.".
func (e *kgateway) policy(base string) *dialect.Policy {
	return &dialect.Policy{Collector: e.Collector, Options: e.opts, Base: base, NameOf: func(v plan.Value) string { return path.Base(v.From.Pointer()) }}
}

// backend returns the settings of a policy for connections to one destination, of whatever sort, with those of
// rows besides.
func backend(p *dialect.Policy, s *plan.Settings, rows []dialect.Mapping) *dialect.Block {
	one := http1Rows
	if writesHTTP2(p, s.HTTP2) {
		one = besideHTTP2
	}
	return p.Write(s.Values(), slices.Concat(backendRows, one, rows)...)
}

// writesHTTP2 reports options of HTTP/2 that are written.
func writesHTTP2(p *dialect.Policy, h plan.HTTP2) bool {
	written := h.InitialStreamWindowSize.Written() || h.InitialConnectionWindowSize.Written() || h.MaxConcurrentStreams.Written() || h.OverrideStreamError.Written()
	return h.On.Value && (written || p.Options.Explicit)
}

// serviceProtocol reports where the ports of a Service name another protocol than a policy has.
func serviceProtocol(p *dialect.Policy, one *decider) {
	h := one.Settings.HTTP2
	switch two := slices.Contains(one.protocols, "HTTP2") || slices.Contains(one.protocols, "GRPC"); {
	case two == h.On.Value: // the Service says the same
	case h.On.Value:
		p.Unsupported(h.On.From, dialect.ProtocolField(h.On.From), "write appProtocol: kubernetes.io/h2c at the port of the Service")
	default:
		p.Unsupported(h.On.From, "useHttp2: false for a port of HTTP/2", "write appProtocol: http at the port of the Service")
	}
}

package istio

import (
	"fmt"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// Findings about Upstreams that come to a mesh, where Istio decides by other rules than Gloo.

// upstream reports an Upstream's settings that no rule can carry: for want of a host, or
// because another source decides its port.
func (e *istio) upstream(u *plan.Upstream) {
	from, ok := dialect.FirstWritten(u.Settings)
	if !ok {
		return
	}
	if len(u.Places) == 0 {
		what, help := "an Upstream of type "+u.Type, "compile with --target envoy; a mesh has no host to set it for"
		switch u.Type {
		case "":
			what = "an Upstream without a type"
		case "static":
			what = "an Upstream of addresses alone"
			help = "give its addresses a name in a ServiceEntry, and select that"
		}
		e.Unsupported(from, what, help)
		return
	}
	for _, ep := range u.Endpoints {
		switch {
		case u.Type != "static" || ep.Address == "":
		case !dialect.IsName(ep.Address):
			e.Unsupported(ep.From, fmt.Sprintf("the address %s, which is not a host name,", ep.Address), "give it a name in a ServiceEntry, and select that")
		case !istioTakes(strings.TrimSuffix(ep.Address, ".")):
			e.Unsupported(ep.From, fmt.Sprintf("the name %q, which Istio refuses for a host,", ep.Address), "write a name of letters, digits, dots and dashes, in which each part begins and ends with a letter or digit")
		}
	}
	e.Overridden(u, from, "rule")
}

// differ notes what an Upstream leaves out and Istio has otherwise, also where the Upstream
// gives no rule.
func (e *istio) differ(p *plan.Port) {
	if e.opts.Explicit || e.opts.Preserve {
		return
	}
	s, none := p.Settings, facts.IstioUnlimited
	if dialect.Differs(s.ConnectTimeout, facts.IstioConnectTimeout) {
		e.differences.Report(diag.ConnectTimeoutDiffers, plan.From(p.By, "/metadata/name"), fmt.Sprintf("connect timeout %s becomes %s", dialect.Text(s.ConnectTimeout.Value), dialect.Text(facts.IstioConnectTimeout)))
	}
	if l := s.Limits; dialect.Differs(l.MaxConnections, none) || dialect.Differs(l.MaxPendingRequests, none) || dialect.Differs(l.MaxRequests, none) || dialect.Differs(l.MaxRetries, none) {
		e.differences.Report(diag.LimitsDiffer, plan.From(p.By, "/metadata/name"), fmt.Sprintf("limits of %d, and of %d retries, become none", facts.EnvoyLimit, facts.EnvoyRetries))
	}
}

// otherProtocol reports where Istio goes by the Service's port and not by the Upstream: it never
// turns HTTP/2 off, and to a port that names no protocol its sidecars use the caller's,
// whatever a rule has (istio: cluster_builder.go, setUpstreamProtocol and setH2Options).
func (e *istio) otherProtocol(d *plan.Destination, p *plan.Port) {
	h := p.Settings.HTTP2
	if d.Object.Document.Identity().Kind != "Service" || h.UseDownstreamProtocol.Value {
		return
	}
	var why string
	switch two := p.Protocol == "HTTP2" || p.Protocol == "GRPC"; {
	case p.Protocol == "":
		why = fmt.Sprintf("Istio's sidecars use the caller's protocol for %s:%d, whose Service declares none", d.Host, p.Number)
	case two && !h.On.Value:
		why = fmt.Sprintf("Istio uses HTTP/2 for %s:%d, which is a port of protocol %s", d.Host, p.Number, p.Protocol)
	default:
		return
	}
	protocol := "http"
	if h.On.Value {
		protocol = "http2"
	}
	help := "write appProtocol: " + protocol + " at the port of the Service"
	switch {
	case h.On.Written():
		e.Approximated(h.On.From, fmt.Sprintf("%s, and %s", dialect.ProtocolText(h.On), why), help)
	case h.UseDownstreamProtocol.Written():
		e.Approximated(h.UseDownstreamProtocol.From, "protocolSelection is USE_CONFIGURED_PROTOCOL, and "+why, help)
	}
}

// refusedHost reports that a host has no rule; that of an Upstream is reported at the address.
func (e *istio) refusedHost(d *plan.Destination) {
	if p := d.Ports[0]; !p.Upstream {
		e.Report(diag.NotExpressible, plan.From(d.Object.Document, "/metadata/name"), d.Object.Document.Span("/metadata/name"),
			fmt.Sprintf("the host %q, which Istio refuses, is not supported by a DestinationRule, and is left out", d.Host), "write a name and a namespace that Kubernetes takes")
	}
}

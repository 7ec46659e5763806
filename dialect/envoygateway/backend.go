package envoygateway

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// policy begins a policy for connections.
func (e *envoyGateway) policy(places ...string) *dialect.Policy {
	return &dialect.Policy{Collector: e.Collector, Options: e.opts, Base: "spec.", Places: places, NameOf: func(v plan.Value) string {
		return strings.TrimPrefix(strings.Replace(v.Name, "keepalive.", "keepalive ", 1), "http.")
	}}
}

// write makes an object of a policy. Two routes of one name, but of two kinds, have a policy each.
func (e *envoyGateway) write(kind string, to plan.Attachment, spec *dialect.Block, carried []dialect.Carried) {
	name := to.Name
	if to.Section != "" {
		name += "-" + to.Section
	}
	for e.taken[kind+" "+to.Namespace+"/"+name] {
		name += "-" + strings.ToLower(to.Kind)
	}
	e.taken[kind+" "+to.Namespace+"/"+name] = true
	e.objects = append(e.objects, dialect.NewObject(egVersion, kind, to.Namespace, name, "", spec, carried))
}

// backend returns the settings of a policy for the connections to what a route leads to.
func (e *envoyGateway) backend(p *dialect.Policy, r *plan.Route) *dialect.Block {
	request, dns := httpRows, unnamedRows
	if !forHTTP(r) {
		request = []dialect.Mapping{{Setting: "http.maxStreamDuration", Name: "maxStreamDuration beside a " + r.Kind, Hint: "set it for HTTP only; connections have maxConnectionDuration"}}
	}
	if e.named(r) {
		dns = namedRows
	}
	return p.Write(r.Settings.Values(), slices.Concat(backendRows, request, http2Rows, dns, lastRows)...)
}

// forHTTP reports a route of requests; others forward connections.
func forHTTP(r *plan.Route) bool { return r.Kind == "HTTPRoute" || r.Kind == "GRPCRoute" }

// speaksHTTP2 reports settings by which HTTP/2 is spoken, at least to some.
func speaksHTTP2(h plan.HTTP2) bool { return h.On.Value || h.UseDownstreamProtocol.Value }

// named reports a route to an Upstream of names that DNS resolves.
func (e *envoyGateway) named(r *plan.Route) bool {
	for i := range e.plan.Upstreams {
		u := &e.plan.Upstreams[i]
		if u.Object.Document != r.By || u.Type != "static" {
			continue
		}
		for _, ep := range u.Endpoints {
			if dialect.IsName(ep.Address) {
				return true
			}
		}
	}
	return false
}

// protocol reports where HTTP/2 is not decided by a policy: Envoy Gateway goes by the kind of the
// route and the Service's port.
func (e *envoyGateway) protocol(r *plan.Route) {
	on := r.Settings.HTTP2.On
	switch two := r.Protocol == "HTTP2" || r.Protocol == "GRPC"; {
	case !on.Written() || r.Settings.HTTP2.UseDownstreamProtocol.Value, on.Value == (r.Kind == "GRPCRoute") && !two:
	case on.Value && r.Kind != "GRPCRoute":
		e.Unsupported(on.From, dialect.ProtocolField(on.From)+", which Envoy Gateway reads at the Service,", "write appProtocol: kubernetes.io/h2c at the port of the Service")
	case !on.Value:
		e.Approximated(on.From, "useHttp2 is false, and Envoy Gateway uses HTTP/2 for a GRPCRoute, and to a port of appProtocol kubernetes.io/h2c", "write appProtocol: http at the port of the Service, and an HTTPRoute")
	}
}

// defaultsDiffer reports what a document leaves out and Envoy Gateway fills otherwise.
func (e *envoyGateway) defaultsDiffer(r *plan.Route) {
	if e.opts.Preserve || e.opts.Explicit {
		return // written
	}
	s := r.Settings
	if dialect.Differs(s.ConnectTimeout, facts.EnvoyGatewayConnectTimeout) {
		e.differs.Report(diag.ConnectTimeoutDiffers, plan.From(r.By, "/metadata/name"), fmt.Sprintf("connect timeout %s becomes %s", dialect.Text(s.ConnectTimeout.Value), dialect.Text(facts.EnvoyGatewayConnectTimeout)))
	}
	if what := limitsThatDiffer(s.Limits); what != "" {
		e.differs.Report(diag.LimitsDiffer, plan.From(r.By, "/metadata/name"), what)
	}
	if dialect.Differs(s.BufferLimit, facts.EnvoyGatewayBuffer) {
		e.differs.Report(diag.BufferDiffers, plan.From(r.By, "/metadata/name"), bufferChange(s.BufferLimit.Value))
	}
	if e.named(r) && (dialect.Differs(s.DNS.RefreshRate, facts.EnvoyGatewayDNSRefreshRate) || dialect.Differs(s.DNS.RespectTTL, true)) {
		e.differs.Report(diag.DNSDiffers, plan.From(r.By, "/metadata/name"), dnsChange(s.DNS))
	}
	if h := s.HTTP2; speaksHTTP2(h) && (dialect.Differs(h.InitialStreamWindowSize, facts.EnvoyGatewayStreamWindow) || dialect.Differs(h.InitialConnectionWindowSize, facts.EnvoyGatewayConnectionWindow)) {
		e.windows.Report(diag.BufferDiffers, plan.From(r.By, "/metadata/name"), fmt.Sprintf("HTTP/2 windows of %s become %s a stream and %s a connection",
			bytesText(facts.EnvoyWindow), bytesText(facts.EnvoyGatewayStreamWindow), bytesText(facts.EnvoyGatewayConnectionWindow)))
	}
}

// dnsChange describes how often names are resolved in Envoy Gateway and how often they are today.
func dnsChange(d plan.DNS) string {
	rate, ttl := d.RefreshRate.Value, d.RespectTTL.Value
	if !d.RefreshRate.Written() {
		rate = facts.EnvoyGatewayDNSRefreshRate
	}
	if !d.RespectTTL.Written() {
		ttl = true
	}
	return fmt.Sprintf("names are resolved %s, not %s", refreshed(ttl, rate), refreshed(d.RespectTTL.Value, d.RefreshRate.Value))
}

func refreshed(ttl bool, rate time.Duration) string {
	if ttl {
		return fmt.Sprintf("when their TTL ends, or every %s where there is none", dialect.Text(rate))
	}
	return "every " + dialect.Text(rate)
}

// limitsThatDiffer lists the limits that are not written and are not 1024 today.
func limitsThatDiffer(l plan.Limits) string {
	var none, others []string
	for _, limit := range []struct {
		name string
		s    plan.Setting[uint32]
	}{{"connections", l.MaxConnections}, {"pending requests", l.MaxPendingRequests}, {"requests", l.MaxRequests}, {"retries", l.MaxRetries}} {
		switch {
		case !dialect.Differs(limit.s, facts.EnvoyGatewayLimit):
		case limit.s.Value == facts.IstioUnlimited:
			none = append(none, limit.name)
		default:
			others = append(others, fmt.Sprintf("%d %s at once become %d", limit.s.Value, limit.name, facts.EnvoyGatewayLimit))
		}
	}
	if len(none) > 0 {
		others = append(others, fmt.Sprintf("no limit of %s becomes %d", dialect.Listed(none), facts.EnvoyGatewayLimit))
	}
	return strings.Join(others, ", ")
}

// bufferChange is what becomes of a buffer that is left out.
func bufferChange(is uint32) string {
	return fmt.Sprintf("a buffer of %s becomes %s", bytesText(is), bytesText(facts.EnvoyGatewayBuffer))
}

// bytesText is a number of bytes in the largest unit that divides it: "1 MiB", "32 KiB", "1000 bytes".
func bytesText(n uint32) string {
	switch {
	case n > 0 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n > 0 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

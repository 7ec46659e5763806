package emit

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
)

// egPolicy is a policy that is being written, and what it holds so far.
type egPolicy struct {
	*envoyGateway
	places  []string
	carried []Carried
}

// write makes an object of a policy. Two routes of one name, but of two kinds, have a policy each.
func (p *egPolicy) write(kind string, to compile.Attachment, spec any) {
	name := to.Name
	if to.Section != "" {
		name += "-" + to.Section
	}
	for p.taken[kind+" "+to.Namespace+"/"+name] {
		name += "-" + strings.ToLower(to.Kind)
	}
	p.taken[kind+" "+to.Namespace+"/"+name] = true
	p.objects = append(p.objects, Object{File: fileName(strings.ToLower(kind), to.Namespace, name), Carried: p.carried, Value: Manifest{
		APIVersion: egVersion, Kind: kind,
		Metadata: Metadata{Name: name, Namespace: to.Namespace, Labels: map[string]string{compile.ManagedByLabel: compile.ManagedBy}},
		Spec:     spec,
	}})
}

// carry records a setting that is written.
func (p *egPolicy) carry(from compile.Origin, setting, field, value string) {
	for _, place := range p.places {
		p.carried = append(p.carried, Carried{from, place, setting, "spec." + field, value})
	}
}

// writes reports a setting to write: by the user, or a default that is asked for.
func writes[T comparable](p *egPolicy, s compile.Setting[T], there T) bool {
	return shown(s, p.opts) || p.opts.Preserve && differs(s, there)
}

func (p *egPolicy) number(s compile.Setting[uint32], there uint32, setting, field string) *uint32 {
	if !writes(p, s, there) {
		return nil
	}
	p.carry(s.From, setting, field, fmt.Sprint(s.Value))
	return &s.Value
}

func (p *egPolicy) flag(s compile.Setting[bool], there bool, setting, field string) *bool {
	if !writes(p, s, there) {
		return nil
	}
	p.carry(s.From, setting, field, fmt.Sprint(s.Value))
	return &s.Value
}

// duration spells a setting; "" for one that is left out.
func (p *egPolicy) duration(s compile.Setting[time.Duration], there time.Duration, setting, field string) string {
	if !writes(p, s, there) {
		return ""
	}
	value := p.gatewayDuration(s, strings.TrimPrefix(strings.Replace(setting, "keepalive.", "keepalive ", 1), "http."))
	p.carry(s.From, setting, field, value)
	return value
}

// unlessNone is a duration in which a default of zero is none, and need not be said.
func (p *egPolicy) unlessNone(s compile.Setting[time.Duration], setting, field string) string {
	if s.Value == 0 && !s.Written() {
		return ""
	}
	return p.duration(s, s.Value, setting, field)
}

// keepalive writes a keepalive that is on. The kernel has its defaults wherever the proxy runs.
func (p *egPolicy) keepalive(k compile.Keepalive) *gatewayKeepalive {
	if !k.On.Value {
		return nil
	}
	const field = "tcpKeepalive"
	p.carry(k.On.From, "keepalive.on", field, "on")
	return &gatewayKeepalive{
		Probes:   p.number(k.Probes, k.Probes.Value, "keepalive.probes", field+".probes"),
		IdleTime: p.duration(k.Time, k.Time.Value, "keepalive.time", field+".idleTime"),
		Interval: p.duration(k.Interval, k.Interval.Value, "keepalive.interval", field+".interval"),
	}
}

// backend is what is said about the connections to what stands behind a route.
func (p *egPolicy) backend(r *compile.Route) *backendTraffic {
	s := r.Settings
	return &backendTraffic{
		TCPKeepalive:      p.keepalive(s.Keepalive),
		CircuitBreaker:    p.circuitBreaker(s),
		Connection:        p.connection(s),
		Timeout:           p.timeout(r),
		HTTP2:             p.http2(s.HTTP2),
		DNS:               p.resolving(r),
		UseClientProtocol: p.flag(s.HTTP2.UseDownstreamProtocol, s.HTTP2.UseDownstreamProtocol.Value, "http2.useDownstreamProtocol", "useClientProtocol"),
	}
}

// circuitBreaker writes limits. In one that is left out, the API server fills in 1024, which is
// what holds without the block as well.
func (p *egPolicy) circuitBreaker(s *compile.Settings) *circuitBreaker {
	l, perConnection := s.Limits, s.MaxRequestsPerConnection
	const field = "circuitBreaker."
	b := circuitBreaker{
		MaxConnections:      p.number(l.MaxConnections, facts.EnvoyGatewayLimit, "limits.maxConnections", field+"maxConnections"),
		MaxPendingRequests:  p.number(l.MaxPendingRequests, facts.EnvoyGatewayLimit, "limits.maxPendingRequests", field+"maxPendingRequests"),
		MaxParallelRequests: p.number(l.MaxRequests, facts.EnvoyGatewayLimit, "limits.maxRequests", field+"maxParallelRequests"),
		MaxParallelRetries:  p.number(l.MaxRetries, facts.EnvoyGatewayLimit, "limits.maxRetries", field+"maxParallelRetries"),
	}
	if perConnection.Value != 0 || perConnection.Written() {
		b.MaxRequestsPerConnection = p.number(perConnection, perConnection.Value, "maxRequestsPerConnection", field+"maxRequestsPerConnection")
	}
	return orNil(b)
}

func (p *egPolicy) connection(s *compile.Settings) *backendConnection {
	return orNil(backendConnection{
		BufferLimit: p.number(s.BufferLimit, facts.EnvoyGatewayBuffer, "bufferLimit", "connection.bufferLimit"),
		Preconnect:  p.preconnect(s.Preconnect.PerUpstream),
	})
}

// preconnect writes a ratio as the percentage that is nearest.
func (p *egPolicy) preconnect(ratio compile.Setting[float64]) *backendPreconnect {
	if !shown(ratio, p.opts) {
		return nil
	}
	percent := uint32(math.Round(ratio.Value * 100))
	if float64(percent)/100 != ratio.Value {
		p.bent(ratio.From, fmt.Sprintf("perUpstreamPreconnectRatio is %v, and Envoy Gateway takes whole percents: it becomes %d", ratio.Value, percent), fmt.Sprintf("write %v", float64(percent)/100))
	}
	p.carry(ratio.From, "preconnect.perUpstream", "connection.preconnect.perEndpointPercent", fmt.Sprint(percent))
	return &backendPreconnect{percent}
}

func (p *egPolicy) timeout(r *compile.Route) *backendTimeout {
	s, idle := r.Settings, r.Settings.HTTP.IdleTimeout
	const field = "timeout.http."
	http := backendHTTPTimeout{
		ConnectionIdleTimeout: p.duration(idle, idle.Value, "http.idleTimeout", field+"connectionIdleTimeout"),
		MaxConnectionDuration: p.unlessNone(s.MaxConnectionDuration, "maxConnectionDuration", field+"maxConnectionDuration"),
	}
	if forHTTP(r) {
		http.MaxStreamDuration = p.unlessNone(s.HTTP.MaxStreamDuration, "http.maxStreamDuration", field+"maxStreamDuration")
	}
	return orNil(backendTimeout{
		TCP:  orNil(backendTCPTimeout{p.duration(s.ConnectTimeout, facts.EnvoyGatewayConnectTimeout, "connectTimeout", "timeout.tcp.connectTimeout")}),
		HTTP: orNil(http),
	})
}

// forHTTP reports a route of requests; others forward connections.
func forHTTP(r *compile.Route) bool { return r.Kind == "HTTPRoute" || r.Kind == "GRPCRoute" }

// speaksHTTP2 reports settings by which HTTP/2 is spoken, at least to some.
func speaksHTTP2(h compile.HTTP2) bool { return h.On.Value || h.UseDownstreamProtocol.Value }

// http2 writes the options of HTTP/2. Its defaults hold where it is spoken.
func (p *egPolicy) http2(h compile.HTTP2) *backendHTTP2 {
	if !speaksHTTP2(h) {
		return nil
	}
	const field, override = "http2.", "http2.overrideStreamError"
	out := backendHTTP2{
		InitialStreamWindowSize:     p.number(h.InitialStreamWindowSize, facts.EnvoyGatewayStreamWindow, "http2.initialStreamWindowSize", field+"initialStreamWindowSize"),
		InitialConnectionWindowSize: p.number(h.InitialConnectionWindowSize, facts.EnvoyGatewayConnectionWindow, "http2.initialConnectionWindowSize", field+"initialConnectionWindowSize"),
		MaxConcurrentStreams:        p.number(h.MaxConcurrentStreams, h.MaxConcurrentStreams.Value, "http2.maxConcurrentStreams", field+"maxConcurrentStreams"),
	}
	if shown(h.OverrideStreamError, p.opts) {
		out.OnInvalidMessage = "TerminateConnection"
		if h.OverrideStreamError.Value {
			out.OnInvalidMessage = "TerminateStream"
		}
		p.carry(h.OverrideStreamError.From, override, field+"onInvalidMessage", out.OnInvalidMessage)
	}
	return orNil(out)
}

// resolving writes how names are resolved. Envoy Gateway knows a Service's endpoints without DNS,
// so that defaults are for names alone.
func (p *egPolicy) resolving(r *compile.Route) *backendDNS {
	d := r.Settings.DNS
	there := [...]any{d.RefreshRate.Value, d.RespectTTL.Value}
	if p.named(r) {
		there = [...]any{facts.EnvoyGatewayDNSRefreshRate, true}
	}
	return orNil(backendDNS{
		DNSRefreshRate: p.duration(d.RefreshRate, there[0].(time.Duration), "dns.refreshRate", "dns.dnsRefreshRate"),
		RespectDNSTTL:  p.flag(d.RespectTTL, there[1].(bool), "dns.respectTTL", "dns.respectDnsTtl"),
	})
}

// named reports a route to an Upstream of names that DNS resolves.
func (e *envoyGateway) named(r *compile.Route) bool {
	for i := range e.plan.Upstreams {
		u := &e.plan.Upstreams[i]
		if u.Object.Document != r.By || u.Type != "static" {
			continue
		}
		for _, ep := range u.Endpoints {
			if isName(ep.Address) {
				return true
			}
		}
	}
	return false
}

// leftOut reports the settings that a BackendTrafficPolicy has no field for.
func (e *envoyGateway) leftOut(r *compile.Route) {
	s := r.Settings
	if !forHTTP(r) {
		lostSetting(e.collector, s.HTTP.MaxStreamDuration, "maxStreamDuration beside a "+r.Kind, "set it for HTTP only; connections have maxConnectionDuration")
	}
	if !speaksHTTP2(s.HTTP2) {
		lostSetting(e.collector, s.HTTP2.InitialStreamWindowSize, "initialStreamWindowSize without HTTP/2", "set useHttp2 beside it")
		lostSetting(e.collector, s.HTTP2.InitialConnectionWindowSize, "initialConnectionWindowSize without HTTP/2", "set useHttp2 beside it")
		lostSetting(e.collector, s.HTTP2.MaxConcurrentStreams, "maxConcurrentStreams without HTTP/2", "set useHttp2 beside it")
		lostSetting(e.collector, s.HTTP2.OverrideStreamError, "overrideStreamErrorOnInvalidHttpMessage without HTTP/2", "set useHttp2 beside it")
	}
	lostSetting(e.collector, s.ProxyProtocol, "proxyProtocolVersion", "write proxyProtocol.version into the BackendTrafficPolicy")
	lostSetting(e.collector, s.Tunnel, "httpProxyHostname", "write an EnvoyPatchPolicy, or reach the destination by another proxy")
	lostSetting(e.collector, s.HTTP.MaxHeadersCount, "maxHeadersCount", needsPatch)
	lostSetting(e.collector, s.HTTP1.EnableTrailers, "enableTrailers toward destinations", "set http1.enableTrailers in a ClientTrafficPolicy, which is for all routes of a Gateway")
	lostSetting(e.collector, s.HTTP1.HeaderKeyFormat, "the format of header names", "set http1.preserveHeaderCase in a ClientTrafficPolicy, which is for all routes of a Gateway")
	lostSetting(e.collector, s.HTTP1.OverrideStreamError, "overrideStreamErrorOnInvalidHttpMessage of HTTP/1", needsPatch)
	lostSetting(e.collector, s.Preconnect.Predictive, "predictivePreconnectRatio without a load balancer", "set loadBalancer.type to RoundRobin or Random in the policy, and connection.preconnect.predictivePercent beside it")
	if ignore := s.DNS.IgnoreHealthOnHostRemoval; !ignore.Value {
		lostSetting(e.collector, ignore, "ignoreHealthOnHostRemoval: false, where Envoy Gateway always has true,", needsPatch)
	}
	e.protocol(r)
}

// protocol says where HTTP/2 is not a policy's to say: Envoy Gateway goes by the kind of the
// route and the Service's port.
func (e *envoyGateway) protocol(r *compile.Route) {
	on := r.Settings.HTTP2.On
	switch two := r.Protocol == "HTTP2" || r.Protocol == "GRPC"; {
	case !on.Written() || r.Settings.HTTP2.UseDownstreamProtocol.Value, on.Value == (r.Kind == "GRPCRoute") && !two:
	case on.Value && r.Kind != "GRPCRoute":
		e.lost(on.From, protocolField(on.From)+", which Envoy Gateway reads at the Service,", "write appProtocol: kubernetes.io/h2c at the port of the Service")
	case !on.Value:
		e.bent(on.From, "useHttp2 is false, and Envoy Gateway uses HTTP/2 for a GRPCRoute, and to a port of appProtocol kubernetes.io/h2c", "write appProtocol: http at the port of the Service, and an HTTPRoute")
	}
}

// defaultsDiffer says what a document leaves out and Envoy Gateway fills otherwise.
func (e *envoyGateway) defaultsDiffer(r *compile.Route) {
	if e.opts.Preserve || e.opts.Explicit {
		return // written
	}
	s := r.Settings
	if differs(s.ConnectTimeout, facts.EnvoyGatewayConnectTimeout) {
		e.differs.add(diag.ConnectTimeoutDiffers, compile.From(r.By, "/metadata/name"), fmt.Sprintf("connect timeout %s becomes %s", text(s.ConnectTimeout.Value), text(facts.EnvoyGatewayConnectTimeout)))
	}
	if what := limitsThatDiffer(s.Limits); what != "" {
		e.differs.add(diag.LimitsDiffer, compile.From(r.By, "/metadata/name"), what)
	}
	if differs(s.BufferLimit, facts.EnvoyGatewayBuffer) {
		e.differs.add(diag.BufferDiffers, compile.From(r.By, "/metadata/name"), bufferChange(s.BufferLimit.Value))
	}
	if e.named(r) && (differs(s.DNS.RefreshRate, facts.EnvoyGatewayDNSRefreshRate) || differs(s.DNS.RespectTTL, true)) {
		e.differs.add(diag.DNSDiffers, compile.From(r.By, "/metadata/name"), dnsChange(s.DNS))
	}
	if h := s.HTTP2; speaksHTTP2(h) && (differs(h.InitialStreamWindowSize, facts.EnvoyGatewayStreamWindow) || differs(h.InitialConnectionWindowSize, facts.EnvoyGatewayConnectionWindow)) {
		e.windows.add(diag.BufferDiffers, compile.From(r.By, "/metadata/name"), fmt.Sprintf("HTTP/2 windows of %s become %s a stream and %s a connection",
			bytesText(facts.EnvoyWindow), bytesText(facts.EnvoyGatewayStreamWindow), bytesText(facts.EnvoyGatewayConnectionWindow)))
	}
}

// dnsChange describes how often names are resolved in Envoy Gateway and how often they are today.
func dnsChange(d compile.DNS) string {
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
		return fmt.Sprintf("when their TTL ends, or every %s where there is none", text(rate))
	}
	return "every " + text(rate)
}

// limitsThatDiffer tells which limits that nobody wrote are not 1024 today.
func limitsThatDiffer(l compile.Limits) string {
	var none, others []string
	for _, limit := range []struct {
		name string
		s    compile.Setting[uint32]
	}{{"connections", l.MaxConnections}, {"pending requests", l.MaxPendingRequests}, {"requests", l.MaxRequests}, {"retries", l.MaxRetries}} {
		switch {
		case !differs(limit.s, facts.EnvoyGatewayLimit):
		case limit.s.Value == facts.IstioUnlimited:
			none = append(none, limit.name)
		default:
			others = append(others, fmt.Sprintf("%d %s at once become %d", limit.s.Value, limit.name, facts.EnvoyGatewayLimit))
		}
	}
	if len(none) > 0 {
		others = append(others, fmt.Sprintf("no limit of %s becomes %d", listed(none), facts.EnvoyGatewayLimit))
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

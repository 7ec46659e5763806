package compile

import (
	"time"

	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// reader reads optional values of one document into settings.
type reader struct{ document *schema.Document }

// value is what the user wrote at a pointer, or the default.
func value[T, U any](r reader, written *T, convert func(T) U, pointer string, fallback U, name string) plan.Setting[U] {
	if written == nil {
		return plan.Setting[U]{Value: fallback, From: plan.Origin{Default: name}}
	}
	return plan.Setting[U]{Value: convert(*written), From: plan.From(r.document, pointer)}
}

func same[T any](v T) T { return v }

func length(d schema.Duration) time.Duration { return d.Duration }

func wholeSeconds(d schema.Duration) time.Duration {
	return time.Duration(facts.WholeSeconds(d.Duration)) * time.Second
}

// limit is an int32 limit of a ConnectionPolicy, in which 0 and less mean that none is set.
func (r reader) limit(written *int32, pointer string, fallback uint32) plan.Setting[uint32] {
	if written == nil || *written <= 0 {
		return plan.Setting[uint32]{Value: fallback, From: plan.Origin{Default: plan.DefaultOfIstio}}
	}
	return plan.Setting[uint32]{Value: uint32(*written), From: plan.From(r.document, pointer)}
}

// keepaliveFields are a keepalive's parts under the names of one API.
type keepaliveFields struct {
	time, interval                     *schema.Duration
	probes                             *uint32
	timeName, intervalName, probesName string
}

// keepalive decides a keepalive block; its being there turns keepalive on.
func (r reader) keepalive(present bool, pointer string, f keepaliveFields) plan.Keepalive {
	k := plan.Keepalive{On: plan.Setting[bool]{Value: false, From: plan.Origin{Default: plan.DefaultOfKernel}}}
	if present {
		k.On = plan.Setting[bool]{Value: true, From: plan.From(r.document, pointer)}
	}
	if f.probes != nil && *f.probes == 0 {
		f.probes = nil // protobuf's zero: not set
	}
	k.Time = value(r, f.time, wholeSeconds, pointer+"/"+f.timeName, facts.KernelKeepaliveTime, plan.DefaultOfKernel)
	k.Interval = value(r, f.interval, wholeSeconds, pointer+"/"+f.intervalName, facts.KernelKeepaliveInterval, plan.DefaultOfKernel)
	k.Probes = value(r, f.probes, same[uint32], pointer+"/"+f.probesName, facts.KernelKeepaliveProbes, plan.DefaultOfKernel)
	return k
}

func (r reader) policyKeepalive(k *schema.TCPKeepalive, pointer string) plan.Keepalive {
	f := keepaliveFields{timeName: "time", intervalName: "interval", probesName: "probes"}
	if k != nil {
		f.time, f.interval, f.probes = k.Time, k.Interval, k.Probes
	}
	return r.keepalive(k != nil, pointer, f)
}

// policySettings decides what a ConnectionPolicy gives each port it wins.
func policySettings(d *schema.Document, p *schema.ConnectionPolicy) *plan.Settings {
	r := reader{d}
	tcp, http := p.Spec.Config.TCP, p.Spec.Config.HTTP
	if tcp == nil {
		tcp = &schema.TCPConfig{}
	}
	if http == nil {
		http = &schema.HTTPConfig{}
	}
	const inTCP, inHTTP = "/spec/config/tcp", "/spec/config/http"
	s := upstreamSettings(d, &schema.UpstreamSpec{}) // the defaults of everything a policy cannot say
	s.ConnectTimeout = value(r, tcp.ConnectTimeout, length, inTCP+"/connectTimeout", facts.IstioConnectTimeout, plan.DefaultOfIstio)
	s.Keepalive = r.policyKeepalive(tcp.TCPKeepalive, inTCP+"/tcpKeepalive")
	s.Limits = plan.Limits{
		From:               plan.Origin{Default: plan.DefaultOfIstio},
		MaxConnections:     r.limit(tcp.MaxConnections, inTCP+"/maxConnections", facts.IstioUnlimited),
		MaxPendingRequests: r.limit(http.MaxPendingRequests, inHTTP+"/maxPendingRequests", facts.IstioUnlimited),
		MaxRequests:        r.limit(http.MaxRequests, inHTTP+"/maxRequests", facts.IstioUnlimited),
		MaxRetries:         r.limit(http.MaxRetries, inHTTP+"/maxRetries", facts.IstioUnlimited),
	}
	s.MaxRequestsPerConnection = r.limit(http.MaxRequestsPerConnection, inHTTP+"/maxRequestsPerConnection", 0)
	s.MaxConnectionDuration = value(r, tcp.MaxConnectionDuration, length, inTCP+"/maxConnectionDuration", 0, plan.DefaultOfEnvoy)
	s.HTTP.IdleTimeout = value(r, http.IdleTimeout, length, inHTTP+"/idleTimeout", facts.EnvoyIdleTimeout, plan.DefaultOfEnvoy)
	return s
}

// upstreamSettings decides what an Upstream gives its cluster.
func upstreamSettings(d *schema.Document, spec *schema.UpstreamSpec) *plan.Settings {
	r := reader{d}
	c := spec.ConnectionConfig
	if c == nil {
		c = &schema.UpstreamConnection{}
	}
	const base = "/spec/connectionConfig"
	s := &plan.Settings{
		ConnectTimeout:           value(r, c.ConnectTimeout, length, base+"/connectTimeout", facts.GlooConnectTimeout, plan.DefaultOfGloo),
		Keepalive:                r.upstreamKeepalive(c.TCPKeepalive, base+"/tcpKeepalive"),
		Limits:                   r.circuitBreakers(spec.CircuitBreakers, "/spec/circuitBreakers"),
		MaxRequestsPerConnection: value(r, nonZero(c.MaxRequestsPerConnection), same[uint32], base+"/maxRequestsPerConnection", 0, plan.DefaultOfEnvoy),
		MaxConnectionDuration:    plan.Setting[time.Duration]{Value: 0, From: plan.Origin{Default: plan.DefaultOfEnvoy}}, // an Upstream cannot say it
		BufferLimit:              value(r, c.PerConnectionBufferLimitBytes, same[uint32], base+"/perConnectionBufferLimitBytes", facts.EnvoyBuffer, plan.DefaultOfEnvoy),
		TCP:                      plan.TCP{IdleTimeout: tcpIdle()},
		HTTP:                     r.commonHTTP(c.CommonHTTP, base+"/commonHttpProtocolOptions"),
		HTTP1:                    r.http1(c.HTTP1, base+"/http1ProtocolOptions"),
		HTTP2:                    r.http2(spec),
		ProxyProtocol:            value(r, nonZero(spec.ProxyProtocolVersion), same[string], "/spec/proxyProtocolVersion", "", plan.DefaultOfEnvoy),
		Tunnel:                   value(r, nonZero(spec.HTTPProxyHostname), same[string], "/spec/httpProxyHostname", "", plan.DefaultOfEnvoy),
		DNS: plan.DNS{
			RefreshRate:               value(r, spec.DNSRefreshRate, length, "/spec/dnsRefreshRate", facts.EnvoyDNSRefreshRate, plan.DefaultOfEnvoy),
			RespectTTL:                value(r, spec.RespectDNSTTL, same[bool], "/spec/respectDnsTtl", false, plan.DefaultOfEnvoy),
			IgnoreHealthOnHostRemoval: value(r, spec.IgnoreHealthOnHostRemoval, same[bool], "/spec/ignoreHealthOnHostRemoval", false, plan.DefaultOfEnvoy),
		},
	}
	if optionsApart(spec) {
		s.HTTP = r.commonHTTP(nil, "")
	}
	if s.HTTP2.On.Value && !s.HTTP2.UseDownstreamProtocol.Value {
		s.HTTP1 = r.http1(nil, "") // Envoy takes the options of one protocol
	}
	p := spec.PreconnectPolicy
	if p == nil {
		p = &schema.PreconnectPolicy{}
	}
	s.Preconnect = plan.Preconnect{
		PerUpstream: value(r, p.PerUpstreamPreconnectRatio, same[float64], "/spec/preconnectPolicy/perUpstreamPreconnectRatio", facts.EnvoyPreconnectRatio, plan.DefaultOfEnvoy),
		Predictive:  value(r, p.PredictivePreconnectRatio, same[float64], "/spec/preconnectPolicy/predictivePreconnectRatio", facts.EnvoyPreconnectRatio, plan.DefaultOfEnvoy),
	}
	return s
}

// optionsApart reports an Upstream whose HTTP/2 options Gloo writes into an extension, beside
// which Envoy does not read the options of all versions (gloo: plugins/protocoloptions; envoy:
// source/common/upstream/upstream_impl.cc, createOptions).
func optionsApart(spec *schema.UpstreamSpec) bool { return spec.UseHTTP2 != nil && *spec.UseHTTP2 }

// nonZero is nil for a protobuf zero, which means the same as leaving the field out.
func nonZero[T comparable](v *T) *T {
	var zero T
	if v != nil && *v == zero {
		return nil
	}
	return v
}

func (r reader) upstreamKeepalive(k *schema.UpstreamKeepalive, pointer string) plan.Keepalive {
	f := keepaliveFields{timeName: "keepaliveTime", intervalName: "keepaliveInterval", probesName: "keepaliveProbes"}
	if k != nil {
		f.time, f.interval, f.probes = k.Time, k.Interval, k.Probes
	}
	return r.keepalive(k != nil, pointer, f)
}

// circuitBreakers are limits in which a zero that is written is a limit of zero.
func (r reader) circuitBreakers(c *schema.CircuitBreakers, pointer string) plan.Limits {
	from := plan.Origin{Default: plan.DefaultOfEnvoy}
	if c == nil {
		c = &schema.CircuitBreakers{}
	} else {
		from = plan.From(r.document, pointer)
	}
	return plan.Limits{
		From:               from,
		MaxConnections:     value(r, c.MaxConnections, same[uint32], pointer+"/maxConnections", facts.EnvoyLimit, plan.DefaultOfEnvoy),
		MaxPendingRequests: value(r, c.MaxPendingRequests, same[uint32], pointer+"/maxPendingRequests", facts.EnvoyLimit, plan.DefaultOfEnvoy),
		MaxRequests:        value(r, c.MaxRequests, same[uint32], pointer+"/maxRequests", facts.EnvoyLimit, plan.DefaultOfEnvoy),
		MaxRetries:         value(r, c.MaxRetries, same[uint32], pointer+"/maxRetries", facts.EnvoyRetries, plan.DefaultOfEnvoy),
	}
}

func (r reader) commonHTTP(h *schema.CommonHTTP, pointer string) plan.HTTP {
	from := plan.Origin{Default: plan.DefaultOfEnvoy}
	if h == nil {
		h = &schema.CommonHTTP{}
	} else {
		from = plan.From(r.document, pointer)
	}
	return plan.HTTP{
		From:              from,
		IdleTimeout:       value(r, h.IdleTimeout, length, pointer+"/idleTimeout", facts.EnvoyIdleTimeout, plan.DefaultOfEnvoy),
		MaxHeadersCount:   value(r, nonZero(h.MaxHeadersCount), same[uint32], pointer+"/maxHeadersCount", 0, plan.DefaultOfEnvoy),
		MaxStreamDuration: value(r, h.MaxStreamDuration, length, pointer+"/maxStreamDuration", 0, plan.DefaultOfEnvoy),
	}
}

func (r reader) http1(h *schema.HTTP1, pointer string) plan.HTTP1 {
	from := plan.Origin{Default: plan.DefaultOfEnvoy}
	if h == nil {
		h = &schema.HTTP1{}
	} else {
		from = plan.From(r.document, pointer)
	}
	out := plan.HTTP1{
		From:                from,
		EnableTrailers:      value(r, h.EnableTrailers, same[bool], pointer+"/enableTrailers", false, plan.DefaultOfEnvoy),
		HeaderKeyFormat:     plan.Setting[string]{Value: "", From: plan.Origin{Default: plan.DefaultOfEnvoy}},
		OverrideStreamError: value(r, h.OverrideStreamErrorOnInvalidHTTPMessage, same[bool], pointer+"/overrideStreamErrorOnInvalidHttpMessage", false, plan.DefaultOfEnvoy),
	}
	// The two formats are one protobuf oneof, in which the later field wins when both are set.
	switch {
	case h.PreserveCaseHeaderKeyFormat != nil:
		out.HeaderKeyFormat = headerFormat(*h.PreserveCaseHeaderKeyFormat, "PRESERVE_CASE", plan.From(r.document, pointer+"/preserveCaseHeaderKeyFormat"))
	case h.ProperCaseHeaderKeyFormat != nil:
		out.HeaderKeyFormat = headerFormat(*h.ProperCaseHeaderKeyFormat, "PROPER_CASE", plan.From(r.document, pointer+"/properCaseHeaderKeyFormat"))
	}
	return out
}

func headerFormat(on bool, name string, from plan.Origin) plan.Setting[string] {
	if !on {
		name = ""
	}
	return plan.Setting[string]{Value: name, From: from}
}

func (r reader) http2(spec *schema.UpstreamSpec) plan.HTTP2 {
	downstream := func(e schema.Enum) bool {
		return e.Of("USE_CONFIGURED_PROTOCOL", "USE_DOWNSTREAM_PROTOCOL") == "USE_DOWNSTREAM_PROTOCOL"
	}
	h := plan.HTTP2{
		On:                    value(r, spec.UseHTTP2, same[bool], "/spec/useHttp2", false, plan.DefaultOfEnvoy),
		UseDownstreamProtocol: value(r, spec.ProtocolSelection, downstream, "/spec/protocolSelection", false, plan.DefaultOfEnvoy),
	}
	if grpc := spec.GRPC(); grpc != "" && !h.On.Value {
		h.On = plan.Setting[bool]{Value: true, From: plan.From(r.document, grpc)} // gloo: plugins/grpc/plugin.go, plugins/grpcjson/plugin.go
	}
	if !optionsApart(spec) { // without it Gloo does not look at the rest
		spec = &schema.UpstreamSpec{}
	}
	h.InitialStreamWindowSize = value(r, spec.InitialStreamWindowSize, same[uint32], "/spec/initialStreamWindowSize", facts.EnvoyWindow, plan.DefaultOfEnvoy)
	h.InitialConnectionWindowSize = value(r, spec.InitialConnectionWindowSize, same[uint32], "/spec/initialConnectionWindowSize", facts.EnvoyWindow, plan.DefaultOfEnvoy)
	h.MaxConcurrentStreams = value(r, spec.MaxConcurrentStreams, same[uint32], "/spec/maxConcurrentStreams", facts.EnvoyStreams, plan.DefaultOfEnvoy)
	h.OverrideStreamError = value(r, spec.OverrideStreamErrorOnInvalidHTTPMessage, same[bool], "/spec/overrideStreamErrorOnInvalidHttpMessage", false, plan.DefaultOfEnvoy)
	return h
}

package emit

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
)

// kpolicy is a policy of kgateway while it is filled: what it holds, and for which connections.
type kpolicy struct {
	*collector
	opts    Options
	base    string // of its fields: "spec."
	places  []string
	carried []Carried
}

func (e *kgateway) policy(base string) *kpolicy {
	return &kpolicy{collector: e.collector, opts: e.opts, base: base}
}

func kgatewayObject(kind, namespace, name string, spec any, carried []Carried) Object {
	m := Manifest{
		APIVersion: kgatewayGroup + "/v1alpha1", Kind: kind,
		Metadata: Metadata{Name: name, Namespace: namespace, Labels: map[string]string{compile.ManagedByLabel: compile.ManagedBy}},
		Spec:     spec,
	}
	return Object{File: fileName(strings.ToLower(kind), namespace, name), Value: m, Carried: carried}
}

// carry notes a setting that is written.
func (p *kpolicy) carry(from compile.Origin, setting, field, value string) {
	for _, place := range p.places {
		p.carried = append(p.carried, Carried{From: from, Place: place, Setting: setting, Field: p.base + field, Text: value})
	}
}

// backend is what a policy says about connections to one destination, of whatever sort.
func (p *kpolicy) backend(s *compile.Settings) kgatewayBackend {
	out := kgatewayBackend{
		ConnectTimeout:                p.duration(preserved(s.ConnectTimeout, facts.GlooConnectTimeout, p.opts), s.ConnectTimeout, "connectTimeout", "connectTimeout"),
		PerConnectionBufferLimitBytes: p.number(s.BufferLimit, 0, "bufferLimit", "perConnectionBufferLimitBytes"),
		TCPKeepalive:                  p.keepalive(s.Keepalive),
		CircuitBreakers:               p.limits(s.Limits),
		CommonHTTPProtocolOptions:     p.commonHTTP(s),
		HTTP2ProtocolOptions:          p.http2(s.HTTP2),
	}
	if out.HTTP2ProtocolOptions == nil {
		out.HTTP1ProtocolOptions = p.http1(s.HTTP1)
	} else {
		p.onlyHTTP2(s.HTTP1)
	}
	const none = "delete it; kgateway has no field for it"
	lostSetting(p.collector, s.ProxyProtocol, "proxyProtocolVersion", "write upstreamProxyProtocol.version into the BackendConfigPolicy")
	lostSetting(p.collector, s.Tunnel, "httpProxyHostname", "kgateway has no field for it: reach the destination by another proxy")
	lostSetting(p.collector, s.MaxConnectionDuration, "maxConnectionDuration", none)
	lostSetting(p.collector, s.DNS.IgnoreHealthOnHostRemoval, "ignoreHealthOnHostRemoval", none)
	lostSetting(p.collector, s.Preconnect.PerUpstream, "perUpstreamPreconnectRatio", none)
	lostSetting(p.collector, s.Preconnect.Predictive, "predictivePreconnectRatio", none)
	if s.HTTP2.UseDownstreamProtocol.Value {
		lostSetting(p.collector, s.HTTP2.UseDownstreamProtocol, "protocolSelection", "kgateway uses the protocol of appProtocol, at the Service's port or in the Backend")
	}
	return out
}

// preserved reports a setting to write: also one that kgateway has otherwise, with Preserve.
func preserved[T comparable](s compile.Setting[T], there T, opts Options) bool {
	return shown(s, opts) || opts.Preserve && differs(s, there)
}

func (p *kpolicy) duration(write bool, s compile.Setting[time.Duration], setting, field string) string {
	if !write {
		return ""
	}
	out := p.gatewayDuration(s, asWritten(s.From))
	p.carry(s.From, setting, field, out)
	return out
}

// number writes a number as kgateway's int32, of which each field has a least value.
func (p *kpolicy) number(s compile.Setting[uint32], least uint32, setting, field string) *int32 {
	if !shown(s, p.opts) {
		return nil
	}
	return p.whole(s, least, setting, field)
}

func (p *kpolicy) whole(s compile.Setting[uint32], least uint32, setting, field string) *int32 {
	n := s.Value
	switch {
	case n < least:
		n = least
		if s.Written() {
			p.add(diag.ZeroDiffers, s.From, s.From.Span(), fmt.Sprintf("%s is %d, which allows nothing, and kgateway refuses it: it becomes %d", asWritten(s.From), s.Value, least),
				fmt.Sprintf("write %d, the smallest limit that kgateway can hold", least))
		}
	case n > math.MaxInt32:
		n = math.MaxInt32
		if s.Written() {
			p.bent(s.From, fmt.Sprintf("%s is %d, more than kgateway can hold, and becomes %d", asWritten(s.From), s.Value, n), fmt.Sprintf("write %d or less, a limit that is never reached", n))
		}
	}
	out := int32(n) //nolint:gosec // bounded above
	p.carry(s.From, setting, field, strconv.Itoa(int(out)))
	return &out
}

func (p *kpolicy) flag(s compile.Setting[bool], write bool, setting, field string) *bool {
	if !write {
		return nil
	}
	p.carry(s.From, setting, field, strconv.FormatBool(s.Value))
	return &s.Value
}

// asWritten is a setting's field as the user wrote it: the last word of its place.
func asWritten(from compile.Origin) string { return path.Base(from.Pointer()) }

func (p *kpolicy) keepalive(k compile.Keepalive) *kgatewayKeepalive {
	if !k.On.Value {
		return nil
	}
	p.carry(k.On.From, "keepalive.on", "tcpKeepalive", "on")
	return &kgatewayKeepalive{
		KeepAliveProbes:   p.number(k.Probes, 0, "keepalive.probes", "tcpKeepalive.keepAliveProbes"),
		KeepAliveTime:     p.duration(shown(k.Time, p.opts), k.Time, "keepalive.time", "tcpKeepalive.keepAliveTime"),
		KeepAliveInterval: p.duration(shown(k.Interval, p.opts), k.Interval, "keepalive.interval", "tcpKeepalive.keepAliveInterval"),
	}
}

// limits are at least 1, but for retries. The defaults of a mesh, no limit, come out as the
// largest number: so many are never reached.
func (p *kpolicy) limits(l compile.Limits) *kgatewayLimits {
	limit := func(s compile.Setting[uint32], there, least uint32, name string) *int32 {
		if !preserved(s, there, p.opts) {
			return nil
		}
		return p.whole(s, least, "limits."+name, "circuitBreakers."+name)
	}
	return orNil(kgatewayLimits{
		MaxConnections:     limit(l.MaxConnections, facts.EnvoyLimit, 1, "maxConnections"),
		MaxPendingRequests: limit(l.MaxPendingRequests, facts.EnvoyLimit, 1, "maxPendingRequests"),
		MaxRequests:        limit(l.MaxRequests, facts.EnvoyLimit, 1, "maxRequests"),
		MaxRetries:         limit(l.MaxRetries, facts.EnvoyRetries, 0, "maxRetries"),
	})
}

func (p *kpolicy) commonHTTP(s *compile.Settings) *kgatewayCommonHTTP {
	const block = "commonHttpProtocolOptions."
	out := kgatewayCommonHTTP{MaxRequestsPerConnection: p.number(s.MaxRequestsPerConnection, 0, "maxRequestsPerConnection", block+"maxRequestsPerConnection")}
	out.IdleTimeout = p.duration(shown(s.HTTP.IdleTimeout, p.opts), s.HTTP.IdleTimeout, "http.idleTimeout", block+"idleTimeout")
	h := s.HTTP
	out.MaxStreamDuration = p.duration(h.MaxStreamDuration.Written(), h.MaxStreamDuration, "http.maxStreamDuration", block+"maxStreamDuration")
	if h.MaxHeadersCount.Written() { // its default, 0, stands for Envoy's
		out.MaxHeadersCount = p.whole(h.MaxHeadersCount, 0, "http.maxHeadersCount", block+"maxHeadersCount")
	}
	return orNil(out)
}

// http1 are never written out as defaults: they would make HTTP/1.1 of any protocol.
func (p *kpolicy) http1(h compile.HTTP1) *kgatewayHTTP1 {
	const block = "http1ProtocolOptions."
	out := kgatewayHTTP1{
		EnableTrailers:      p.flag(h.EnableTrailers, h.EnableTrailers.Written(), "http1.enableTrailers", block+"enableTrailers"),
		OverrideStreamError: p.flag(h.OverrideStreamError, h.OverrideStreamError.Written(), "http1.overrideStreamError", block+"overrideStreamErrorOnInvalidHttpMessage"),
	}
	if f := h.HeaderKeyFormat; f.Value == "PROPER_CASE" {
		lostSetting(p.collector, f, "properCaseHeaderKeyFormat", "write preserveCaseHeaderKeyFormat: true, which kgateway has")
	} else {
		preserve := compile.Setting[bool]{Value: f.Value == "PRESERVE_CASE", From: f.From}
		out.PreserveHTTP1HeaderCase = p.flag(preserve, f.Written(), "http1.headerKeyFormat", block+"preserveHttp1HeaderCase")
	}
	return orNil(out)
}

// onlyHTTP2 reports the options of HTTP/1.1 that stand beside those of HTTP/2.
func (p *kpolicy) onlyHTTP2(h compile.HTTP1) {
	const beside, help = " beside options of HTTP/2", "keep the options of one protocol: kgateway takes no others beside them"
	lostSetting(p.collector, h.EnableTrailers, "enableTrailers"+beside, help)
	lostSetting(p.collector, h.HeaderKeyFormat, "the format of header names"+beside, help)
	lostSetting(p.collector, h.OverrideStreamError, "overrideStreamErrorOnInvalidHttpMessage of HTTP/1"+beside, help)
}

func (p *kpolicy) http2(h compile.HTTP2) *kgatewayHTTP2 {
	const block = "http2ProtocolOptions."
	if !h.On.Value {
		return nil // nobody reads them
	}
	number := func(s compile.Setting[uint32], name string) *int32 { return p.number(s, 1, "http2."+name, block+name) }
	return orNil(kgatewayHTTP2{
		InitialStreamWindowSize:     number(h.InitialStreamWindowSize, "initialStreamWindowSize"),
		InitialConnectionWindowSize: number(h.InitialConnectionWindowSize, "initialConnectionWindowSize"),
		MaxConcurrentStreams:        number(h.MaxConcurrentStreams, "maxConcurrentStreams"),
		OverrideStreamError:         p.flag(h.OverrideStreamError, shown(h.OverrideStreamError, p.opts), "http2.overrideStreamError", block+"overrideStreamErrorOnInvalidHttpMessage"),
	})
}

// serviceOnly says what a Service decides otherwise than a policy can: its ports name their
// protocol, and its addresses are not looked up.
func (p *kpolicy) serviceOnly(one *decider) {
	h, d := one.Settings.HTTP2, one.Settings.DNS
	switch two := slices.Contains(one.protocols, "HTTP2") || slices.Contains(one.protocols, "GRPC"); {
	case two == h.On.Value: // the Service says the same
	case h.On.Value:
		lostSetting(p.collector, h.On, protocolField(h.On.From), "write appProtocol: kubernetes.io/h2c at the port of the Service")
	default:
		lostSetting(p.collector, h.On, "useHttp2: false for a port of HTTP/2", "write appProtocol: http at the port of the Service")
	}
	const help = "delete it: kgateway takes a Service's addresses from Kubernetes, not from DNS"
	lostSetting(p.collector, d.RefreshRate, "dnsRefreshRate of a Service", help)
	lostSetting(p.collector, d.RespectTTL, "respectDnsTtl of a Service", help)
}

// backendOnly says what a Backend decides, and adds what its hosts have.
func (p *kpolicy) backendOnly(spec *kgatewayBackend, s *compile.Settings) {
	if s.HTTP2.On.Value {
		lostSetting(p.collector, s.HTTP2.On, protocolField(s.HTTP2.On.From), "write appProtocol: kubernetes.io/h2c under spec.static of the Backend")
	}
	spec.DNS = orNil(kgatewayDNS{
		RefreshRate: p.duration(shown(s.DNS.RefreshRate, p.opts), s.DNS.RefreshRate, "dns.refreshRate", "dns.refreshRate"),
		RespectTTL:  p.flag(s.DNS.RespectTTL, shown(s.DNS.RespectTTL, p.opts), "dns.respectTTL", "dns.respectTTL"),
	})
}

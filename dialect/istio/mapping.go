package istio

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoyapi"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// The settings of a DestinationRule's connectionPool (networking.istio.io/v1,
// https://istio.io/latest/docs/reference/config/networking/destination-rule/). The defaults are those that Istio
// writes (istio: pilot/pkg/networking/core, cluster_traffic_policy.go;
// https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/).

const needsEnvoyFilter = "compile with --target envoy to see it in Envoy's configuration, or write an EnvoyFilter"

func downstreamOn(v plan.Values) bool  { return v.On("http2.useDownstreamProtocol") }
func downstreamOff(v plan.Values) bool { return !downstreamOn(v) }
func http2Off(v plan.Values) bool      { return !v.On("http2.on") }

// tcpRows are the settings of connections, whatever is sent on them.
var tcpRows = []dialect.Mapping{
	{Setting: "limits.maxConnections", Field: "tcp.maxConnections", Codec: limit{}, Default: facts.IstioUnlimited},
	{Setting: "connectTimeout", Field: "tcp.connectTimeout", Codec: duration{}, Default: facts.IstioConnectTimeout},
	{Setting: "keepalive.on", Field: "tcp.tcpKeepalive", Codec: dialect.Switch{}, Unless: dialect.UnlessOn("", "", "keepalive.on")},
	{Setting: "keepalive.probes", Field: "tcp.tcpKeepalive.probes", Codec: dialect.Number{}, Unless: dialect.UnlessOn("", "", "keepalive.on")},
	{Setting: "keepalive.time", Field: "tcp.tcpKeepalive.time", Codec: duration{}, Unless: dialect.UnlessOn("", "", "keepalive.on")},
	{Setting: "keepalive.interval", Field: "tcp.tcpKeepalive.interval", Codec: duration{}, Unless: dialect.UnlessOn("", "", "keepalive.on")},
	{Setting: "maxConnectionDuration", Field: "tcp.maxConnectionDuration", Codec: duration{}, Zero: dialect.Never}, // no limit cannot be written
	// Connections that are forwarded as TCP have it as well (istio: cluster_traffic_policy.go).
	{Setting: "limits.maxPendingRequests", Field: "http.http1MaxPendingRequests", Codec: limit{}, Default: facts.IstioUnlimited},
}

// httpRows are the settings of requests. The caller's protocol beats an upgrade, in Gloo as in Istio, which
// refuses both. Istio takes maxConcurrentStreams for clusters of HTTP/2 alone (istio: cluster_traffic_policy.go).
var httpRows = []dialect.Mapping{
	{Setting: "limits.maxRequests", Field: "http.http2MaxRequests", Codec: limit{}, Default: facts.IstioUnlimited},
	{Setting: "maxRequestsPerConnection", Field: "http.maxRequestsPerConnection", Codec: limit{noneIsZero: true}},
	{Setting: "limits.maxRetries", Field: "http.maxRetries", Codec: limit{}, Default: facts.IstioUnlimited},
	{Setting: "http.idleTimeout", Field: "http.idleTimeout", Codec: duration{}},
	{Setting: "http2.on", Field: "http.h2UpgradePolicy", Codec: dialect.Words{On: "UPGRADE"}, Unless: []dialect.Unless{
		{If: downstreamOn, Same: "the caller's protocol decides"}, {If: http2Off, Same: "the protocol is the port's"},
	}},
	{Setting: "http2.useDownstreamProtocol", Field: "http.useClientProtocol", Codec: dialect.Flag{}, Unless: []dialect.Unless{
		{If: downstreamOff, Same: "a destination has its own protocol"},
	}},
	{Setting: "http2.maxConcurrentStreams", Field: "http.maxConcurrentStreams", Codec: limit{}, Zero: dialect.Never, Unless: []dialect.Unless{
		{If: downstreamOn, Name: "maxConcurrentStreams beside the caller's protocol", Hint: needsEnvoyFilter},
	}},
}

// otherRows are settings that a DestinationRule has no field for.
var otherRows = []dialect.Mapping{
	{Setting: "tcp.idleTimeout", Hint: "by the listener"},
	{Setting: "bufferLimit", Name: "perConnectionBufferLimitBytes", Hint: needsEnvoyFilter},
	{Setting: "http.maxHeadersCount", Name: "maxHeadersCount", Hint: needsEnvoyFilter},
	{Setting: "http.maxStreamDuration", Name: "maxStreamDuration", Hint: "set a timeout on the route, in a VirtualService"},
	{Setting: "http1.enableTrailers", Name: "enableTrailers", Hint: needsEnvoyFilter},
	{Setting: "http1.headerKeyFormat", Name: "the format of header names", Hint: needsEnvoyFilter},
	{Setting: "http1.overrideStreamError", Name: "overrideStreamErrorOnInvalidHttpMessage", Hint: needsEnvoyFilter},
	{Setting: "http2.initialStreamWindowSize", Name: "initialStreamWindowSize", Hint: needsEnvoyFilter},
	{Setting: "http2.initialConnectionWindowSize", Name: "initialConnectionWindowSize", Hint: needsEnvoyFilter},
	{Setting: "http2.overrideStreamError", Name: "overrideStreamErrorOnInvalidHttpMessage", Hint: needsEnvoyFilter},
	{Setting: "proxyProtocol", Name: "proxyProtocolVersion", Hint: "write trafficPolicy.proxyProtocol.version into the DestinationRule"},
	{Setting: "tunnel", Name: "httpProxyHostname", Hint: "write trafficPolicy.tunnel into the DestinationRule, with targetHost and targetPort"},
	{Setting: "dns.refreshRate", Name: "dnsRefreshRate", Hint: "set the mesh's dnsRefreshRate, which is for all hosts", Default: facts.IstioDNSRefreshRate},
	{Setting: "dns.respectTTL", Name: "respectDnsTtl", Hint: needsEnvoyFilter, Default: true},
	{Setting: "dns.ignoreHealthOnHostRemoval", Name: "ignoreHealthOnHostRemoval", Hint: needsEnvoyFilter},
	{Setting: "preconnect.perUpstream", Name: "perUpstreamPreconnectRatio", Hint: needsEnvoyFilter},
	{Setting: "preconnect.predictive", Name: "predictivePreconnectRatio", Hint: needsEnvoyFilter},
}

// lastWord is a setting's name without its group: "maxRetries" of "limits.maxRetries".
func lastWord(setting string) string { return setting[strings.LastIndexByte(setting, '.')+1:] }

// limit is Istio's int32, in which 0 means that none is set: no limit is left out, which is what it means, and a
// limit of zero becomes the nearest one.
type limit struct{ noneIsZero bool } // in the plan; else it is 2^32-1

func (c limit) none() uint32 {
	if c.noneIsZero {
		return 0
	}
	return facts.IstioUnlimited
}

func (c limit) Encode(p *dialect.Policy, v plan.Value) (any, string, bool) {
	n, name := v.Raw.(uint32), lastWord(v.Name)
	out := min(n, math.MaxInt32)
	switch {
	case n == c.none(), n == facts.IstioUnlimited:
		p.Omit(v, "no limit")
		return nil, "", false
	case n == 0:
		out = 1
		p.Report(diag.ZeroDiffers, v.From, v.From.Span(), name+" is 0, which allows none; in Istio 0 means no limit, so 1 is written, the smallest limit", "write 1, or stop traffic to the destination by other means")
	case n > math.MaxInt32:
		p.Approximated(v.From, fmt.Sprintf("%s is %d, more than Istio can hold, and becomes %d", name, n, out), fmt.Sprintf("write %d or less, or %d for no limit", out, facts.IstioUnlimited))
	}
	return out, fmt.Sprint(out), true
}

func (c limit) Decode(value any) (any, bool) {
	n, ok := dialect.Int32{}.Decode(value)
	if ok && n == uint32(0) {
		return c.none(), true
	}
	return n, ok
}

// duration is a duration as Istio takes it: at least a millisecond, and whole ones.
type duration struct{}

func (duration) Encode(p *dialect.Policy, v plan.Value) (any, string, bool) {
	name, d := lastWord(v.Name), v.Raw.(time.Duration)
	if d < time.Millisecond {
		p.Approximated(v.From, fmt.Sprintf("%s is %s, and Istio takes 1ms or more, so it is left out", name, dialect.Text(d)), "write a long duration, such as \"24h\", to come close to never")
		return nil, "", false
	}
	if rest := d % time.Millisecond; rest != 0 {
		was := d
		d += time.Millisecond - rest
		p.Approximated(v.From, fmt.Sprintf("%s is %s, and Istio takes whole milliseconds: it becomes %s", name, dialect.Text(was), dialect.Text(d)), fmt.Sprintf("write %q", dialect.Text(d)))
	}
	text := envoyapi.Seconds(d)
	return text, text, true
}

func (duration) Decode(value any) (any, bool) { return dialect.GatewayDuration{}.Decode(value) }

// poolRows are the settings of a connection pool. Connections that are forwarded as TCP have none of HTTP's.
func poolRows(forwarded bool) []dialect.Mapping {
	if forwarded {
		return forwardedRows
	}
	return requestRows
}

var (
	forwardedRows = slices.Concat(tcpRows, otherRows)
	requestRows   = slices.Concat(tcpRows, httpRows, otherRows)
)

// Tables are the kinds with their settings.
var Tables = []dialect.Table{{Kind: "DestinationRule", Rows: requestRows}}

// Defaults returns what holds in Istio for settings that are left out, where that is not Envoy's default.
func Defaults() map[string]string {
	defaults := dialect.Defaults(requestRows...)
	defaults["http.streamIdle"] = plan.ValueText("http.streamIdle", time.Duration(0)) // istio: listener_builder.go
	return defaults
}

package envoygateway

import (
	"slices"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// The settings of Envoy Gateway's policies, as far as they are about connections (gateway.envoyproxy.io/v1alpha1,
// https://gateway.envoyproxy.io/docs/api/extension_types/). The defaults are those that it writes where a policy
// leaves them out (envoyproxy/gateway v1.9.1, internal/xds/translator: cluster.go, listener.go).

const needsPatch = "compile with --target envoy to see it in Envoy's configuration, or write an EnvoyPatchPolicy"

// keepaliveRows are the keepalive of either policy. The kernel has its defaults wherever the proxy runs.
var keepaliveRows = []dialect.Mapping{
	{Setting: "keepalive.on", Field: "tcpKeepalive", Codec: dialect.Switch{}, Unless: dialect.UnlessOn("", "", "keepalive.on")},
	{Setting: "keepalive.probes", Field: "tcpKeepalive.probes", Codec: dialect.Number{}, Unless: dialect.UnlessOn("", "", "keepalive.on")},
	{Setting: "keepalive.time", Field: "tcpKeepalive.idleTime", Codec: dialect.GatewayDuration{}, Unless: dialect.UnlessOn("", "", "keepalive.on")},
	{Setting: "keepalive.interval", Field: "tcpKeepalive.interval", Codec: dialect.GatewayDuration{}, Unless: dialect.UnlessOn("", "", "keepalive.on")},
}

// bufferRow is the buffer of either policy, in bytes.
var bufferRow = dialect.Mapping{Setting: "bufferLimit", Field: "connection.bufferLimit", Codec: dialect.Number{}, Default: facts.EnvoyGatewayBuffer}

const setHTTP2 = "set useHttp2 beside it"

func http2(name string) []dialect.Unless {
	return dialect.UnlessOn(name+" without HTTP/2", setHTTP2, "http2.on", "http2.useDownstreamProtocol")
}

// backendRows are the settings of a BackendTrafficPolicy for every route. In a limit that is left out, the API
// server fills in 1024, which is what holds without the block as well.
var backendRows = slices.Concat(keepaliveRows, []dialect.Mapping{
	{Setting: "limits.maxConnections", Field: "circuitBreaker.maxConnections", Codec: dialect.Number{}, Default: facts.EnvoyGatewayLimit},
	{Setting: "limits.maxPendingRequests", Field: "circuitBreaker.maxPendingRequests", Codec: dialect.Number{}, Default: facts.EnvoyGatewayLimit},
	{Setting: "limits.maxRequests", Field: "circuitBreaker.maxParallelRequests", Codec: dialect.Number{}, Default: facts.EnvoyGatewayLimit},
	{Setting: "limits.maxRetries", Field: "circuitBreaker.maxParallelRetries", Codec: dialect.Number{}, Default: facts.EnvoyGatewayLimit},
	{Setting: "maxRequestsPerConnection", Field: "circuitBreaker.maxRequestsPerConnection", Codec: dialect.Number{}, Zero: dialect.IfNotZero},
	bufferRow,
	{Setting: "preconnect.perUpstream", Field: "connection.preconnect.perEndpointPercent", Codec: dialect.Percent{Name: "perUpstreamPreconnectRatio"}},
	{Setting: "connectTimeout", Field: "timeout.tcp.connectTimeout", Codec: dialect.GatewayDuration{}, Default: facts.EnvoyGatewayConnectTimeout},
	{Setting: "http.idleTimeout", Field: "timeout.http.connectionIdleTimeout", Codec: dialect.GatewayDuration{}},
	{Setting: "maxConnectionDuration", Field: "timeout.http.maxConnectionDuration", Codec: dialect.GatewayDuration{}, Zero: dialect.IfNotZero},
})

// httpRows are what the policy of a route of requests has besides.
var httpRows = []dialect.Mapping{
	{Setting: "http.maxStreamDuration", Field: "timeout.http.maxStreamDuration", Codec: dialect.GatewayDuration{}, Zero: dialect.IfNotZero},
}

// http2Rows are the options of HTTP/2, and settings without a field. The defaults hold where HTTP/2 is spoken.
var http2Rows = []dialect.Mapping{
	{Setting: "http2.initialStreamWindowSize", Field: "http2.initialStreamWindowSize", Codec: dialect.Number{}, Default: facts.EnvoyGatewayStreamWindow, Unless: http2("initialStreamWindowSize")},
	{Setting: "http2.initialConnectionWindowSize", Field: "http2.initialConnectionWindowSize", Codec: dialect.Number{}, Default: facts.EnvoyGatewayConnectionWindow, Unless: http2("initialConnectionWindowSize")},
	{Setting: "http2.maxConcurrentStreams", Field: "http2.maxConcurrentStreams", Codec: dialect.Number{}, Unless: http2("maxConcurrentStreams")},
	{Setting: "http2.overrideStreamError", Field: "http2.onInvalidMessage", Codec: dialect.Words{On: "TerminateStream", Off: "TerminateConnection"}, Unless: http2("overrideStreamErrorOnInvalidHttpMessage")},
}

// namedRows are how the names of an Upstream are resolved.
var namedRows = []dialect.Mapping{
	{Setting: "dns.refreshRate", Field: "dns.dnsRefreshRate", Codec: dialect.GatewayDuration{}, Default: facts.EnvoyGatewayDNSRefreshRate},
	{Setting: "dns.respectTTL", Field: "dns.respectDnsTtl", Codec: dialect.Flag{}, Default: true},
}

// unnamedRows are the same where there are no names: Envoy Gateway knows a Service's endpoints without DNS, so
// that its defaults do not matter.
var unnamedRows = []dialect.Mapping{
	{Setting: "dns.refreshRate", Field: "dns.dnsRefreshRate", Codec: dialect.GatewayDuration{}},
	{Setting: "dns.respectTTL", Field: "dns.respectDnsTtl", Codec: dialect.Flag{}},
}

var lastRows = []dialect.Mapping{
	{Setting: "http2.useDownstreamProtocol", Field: "useClientProtocol", Codec: dialect.Flag{}},

	{Setting: "http2.on", Hint: "by the kind of the route and appProtocol at the port of the Service"},
	{Setting: "tcp.idleTimeout", Hint: "by the listener"},
	{Setting: "proxyProtocol", Name: "proxyProtocolVersion", Hint: "write proxyProtocol.version into the BackendTrafficPolicy"},
	{Setting: "tunnel", Name: "httpProxyHostname", Hint: "write an EnvoyPatchPolicy, or reach the destination by another proxy"},
	{Setting: "http.maxHeadersCount", Name: "maxHeadersCount", Hint: needsPatch},
	{Setting: "http1.enableTrailers", Name: "enableTrailers toward destinations", Hint: "set http1.enableTrailers in a ClientTrafficPolicy, which is for all routes of a Gateway"},
	{Setting: "http1.headerKeyFormat", Name: "the format of header names", Hint: "set http1.preserveHeaderCase in a ClientTrafficPolicy, which is for all routes of a Gateway"},
	{Setting: "http1.overrideStreamError", Name: "overrideStreamErrorOnInvalidHttpMessage of HTTP/1", Hint: needsPatch},
	{
		Setting: "preconnect.predictive", Name: "predictivePreconnectRatio without a load balancer",
		Hint: "set loadBalancer.type to RoundRobin or Random in the policy, and connection.preconnect.predictivePercent beside it",
	},
	{
		Setting: "dns.ignoreHealthOnHostRemoval", Name: "ignoreHealthOnHostRemoval: false, where Envoy Gateway always has true,", Hint: needsPatch,
		Unless: []dialect.Unless{{If: func(v plan.Values) bool { return v.On("dns.ignoreHealthOnHostRemoval") }}},
	},
}

// listenerRows are the settings of a ClientTrafficPolicy for every listener.
var listenerRows = slices.Concat(keepaliveRows, []dialect.Mapping{
	bufferRow,
	{Setting: "keepalive.userTimeout", Hint: "as a socket option, of which there are none"},
	{Setting: "exactBalance", Name: "connectionBalanceConfig", Hint: needsPatch},
	{Setting: "http.drain", Name: "drainTimeout of a listener", Hint: needsPatch},
	{Setting: "tcp.maxConnectAttempts", Name: "maxConnectAttempts of a TCP listener", Hint: needsPatch},
})

// httpListenerRows are what the policy of an HTTP listener has besides. No limit of requests is left out, which
// means the same.
var httpListenerRows = []dialect.Mapping{
	{Setting: "tcp.idleTimeout", Hint: "by a TCP listener"},
	{Setting: "http.maxConnectionDuration", Field: "connection.connectionLimit.maxConnectionDuration", Codec: dialect.GatewayDuration{}, Zero: dialect.IfNotZero},
	{Setting: "maxRequestsPerConnection", Field: "connection.connectionLimit.maxRequestsPerConnection", Codec: dialect.Number{}, Zero: dialect.Never},
	{Setting: "http.maxStreamDuration", Field: "connection.connectionLimit.maxStreamDuration", Codec: dialect.GatewayDuration{}, Zero: dialect.IfNotZero},
	{Setting: "http.idle", Field: "timeout.http.idleTimeout", Codec: dialect.GatewayDuration{}},
	{Setting: "http.request", Field: "timeout.http.requestReceivedTimeout", Codec: dialect.GatewayDuration{}, Zero: dialect.IfNotZero},
	{Setting: "http.streamIdle", Field: "timeout.http.streamIdleTimeout", Codec: dialect.GatewayDuration{}},
}

// tcpListenerRows are what the policy of a TCP listener has besides.
var tcpListenerRows = []dialect.Mapping{
	{Setting: "tcp.idleTimeout", Field: "timeout.tcp.idleTimeout", Codec: dialect.GatewayDuration{}},
}

// Tables are the kinds with their settings.
var Tables = []dialect.Table{
	{Kind: "BackendTrafficPolicy", Rows: slices.Concat(backendRows, httpRows, http2Rows, namedRows, lastRows)},
	{Kind: "ClientTrafficPolicy", Listeners: true, Rows: slices.Concat(listenerRows, httpListenerRows, tcpListenerRows)},
}

// Defaults returns what holds in Envoy Gateway for settings that are left out, where that is not Envoy's default.
func Defaults() map[string]string {
	return dialect.Defaults(slices.Concat(backendRows, http2Rows, namedRows)...)
}

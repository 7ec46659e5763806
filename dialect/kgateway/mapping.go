package kgateway

import (
	"slices"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// The settings of kgateway's policies, as far as they are about connections (gateway.kgateway.dev/v1alpha1,
// https://kgateway.dev/docs/reference/api/). What a policy leaves out is Envoy's default.

const none = "delete it; kgateway has no field for it"

var (
	withoutKeepalive = dialect.UnlessOn("", "", "keepalive.on")
	withoutHTTP2     = dialect.UnlessOn("", "", "http2.on")
)

// keepaliveRows are the keepalive of either policy. Durations are whole milliseconds.
var keepaliveRows = []dialect.Mapping{
	{Setting: "keepalive.on", Field: "tcpKeepalive", Codec: dialect.Switch{}, Unless: withoutKeepalive},
	{Setting: "keepalive.probes", Field: "tcpKeepalive.keepAliveProbes", Codec: dialect.Int32{}, Unless: withoutKeepalive},
	{Setting: "keepalive.time", Field: "tcpKeepalive.keepAliveTime", Codec: dialect.GatewayDuration{}, Unless: withoutKeepalive},
	{Setting: "keepalive.interval", Field: "tcpKeepalive.keepAliveInterval", Codec: dialect.GatewayDuration{}, Unless: withoutKeepalive},
}

// bufferRow is the buffer of either policy, in bytes.
var bufferRow = dialect.Mapping{Setting: "bufferLimit", Field: "perConnectionBufferLimitBytes", Codec: dialect.Int32{}}

// backendRows are the settings of a BackendConfigPolicy. Limits are at least 1, but for retries. The defaults of
// a mesh, no limit, come out as the largest number: so many are never reached.
var backendRows = slices.Concat([]dialect.Mapping{
	{Setting: "connectTimeout", Field: "connectTimeout", Codec: dialect.GatewayDuration{}, Default: facts.EnvoyConnectTimeout},
	bufferRow,
}, keepaliveRows, []dialect.Mapping{
	{Setting: "limits.maxConnections", Field: "circuitBreakers.maxConnections", Codec: dialect.Int32{Least: 1}, Default: facts.EnvoyLimit},
	{Setting: "limits.maxPendingRequests", Field: "circuitBreakers.maxPendingRequests", Codec: dialect.Int32{Least: 1}, Default: facts.EnvoyLimit},
	{Setting: "limits.maxRequests", Field: "circuitBreakers.maxRequests", Codec: dialect.Int32{Least: 1}, Default: facts.EnvoyLimit},
	{Setting: "limits.maxRetries", Field: "circuitBreakers.maxRetries", Codec: dialect.Int32{}, Default: facts.EnvoyRetries},
	{Setting: "http.idleTimeout", Field: "commonHttpProtocolOptions.idleTimeout", Codec: dialect.GatewayDuration{}},
	{Setting: "http.maxHeadersCount", Field: "commonHttpProtocolOptions.maxHeadersCount", Codec: dialect.Int32{}, Zero: dialect.Never}, // 0 stands for Envoy's
	{Setting: "http.maxStreamDuration", Field: "commonHttpProtocolOptions.maxStreamDuration", Codec: dialect.GatewayDuration{}, Zero: dialect.Never},
	{Setting: "maxRequestsPerConnection", Field: "commonHttpProtocolOptions.maxRequestsPerConnection", Codec: dialect.Int32{}},

	{Setting: "http2.initialStreamWindowSize", Field: "http2ProtocolOptions.initialStreamWindowSize", Codec: dialect.Int32{Least: 1}, Unless: withoutHTTP2},
	{Setting: "http2.initialConnectionWindowSize", Field: "http2ProtocolOptions.initialConnectionWindowSize", Codec: dialect.Int32{Least: 1}, Unless: withoutHTTP2},
	{Setting: "http2.maxConcurrentStreams", Field: "http2ProtocolOptions.maxConcurrentStreams", Codec: dialect.Int32{Least: 1}, Unless: withoutHTTP2},
	{Setting: "http2.overrideStreamError", Field: "http2ProtocolOptions.overrideStreamErrorOnInvalidHttpMessage", Codec: dialect.Flag{}, Unless: withoutHTTP2},
	{
		Setting: "http2.useDownstreamProtocol", Name: "protocolSelection", Hint: "kgateway uses the protocol of appProtocol, at the Service's port or in the Backend",
		Unless: dialect.UnlessOn("", "", "http2.useDownstreamProtocol"),
	},

	{Setting: "http2.on", Hint: "by appProtocol at the port of the Service, or in the Backend"},
	{Setting: "tcp.idleTimeout", Hint: "by the listener"},
	{Setting: "proxyProtocol", Name: "proxyProtocolVersion", Hint: "write upstreamProxyProtocol.version into the BackendConfigPolicy"},
	{Setting: "tunnel", Name: "httpProxyHostname", Hint: "kgateway has no field for it: reach the destination by another proxy"},
	{Setting: "maxConnectionDuration", Name: "maxConnectionDuration", Hint: none},
	{Setting: "dns.ignoreHealthOnHostRemoval", Name: "ignoreHealthOnHostRemoval", Hint: none},
	{Setting: "preconnect.perUpstream", Name: "perUpstreamPreconnectRatio", Hint: none},
	{Setting: "preconnect.predictive", Name: "predictivePreconnectRatio", Hint: none},
})

// http1Rows are the options of HTTP/1.1. They are never written out as defaults: that would make HTTP/1.1 of any
// protocol.
var http1Rows = []dialect.Mapping{
	{Setting: "http1.enableTrailers", Field: "http1ProtocolOptions.enableTrailers", Codec: dialect.Flag{}, Zero: dialect.Never},
	{Setting: "http1.overrideStreamError", Field: "http1ProtocolOptions.overrideStreamErrorOnInvalidHttpMessage", Codec: dialect.Flag{}, Zero: dialect.Never},
	{
		Setting: "http1.headerKeyFormat", Field: "http1ProtocolOptions.preserveHttp1HeaderCase", Codec: dialect.Is{Text: "PRESERVE_CASE"}, Zero: dialect.Never,
		Unless: []dialect.Unless{{
			If:   func(v plan.Values) bool { return v["http1.headerKeyFormat"].Raw == "PROPER_CASE" },
			Name: "properCaseHeaderKeyFormat", Hint: "write preserveCaseHeaderKeyFormat: true, which kgateway has",
		}},
	},
}

const oneProtocol = "keep the options of one protocol: kgateway takes no others beside them"

// besideHTTP2 are the options of HTTP/1.1 in a policy that has those of HTTP/2.
var besideHTTP2 = []dialect.Mapping{
	{Setting: "http1.enableTrailers", Name: "enableTrailers beside options of HTTP/2", Hint: oneProtocol},
	{Setting: "http1.headerKeyFormat", Name: "the format of header names beside options of HTTP/2", Hint: oneProtocol},
	{Setting: "http1.overrideStreamError", Name: "overrideStreamErrorOnInvalidHttpMessage of HTTP/1 beside options of HTTP/2", Hint: oneProtocol},
}

// dnsRows are what a policy of a Backend has besides.
var dnsRows = []dialect.Mapping{
	{Setting: "dns.refreshRate", Field: "dns.refreshRate", Codec: dialect.GatewayDuration{}},
	{Setting: "dns.respectTTL", Field: "dns.respectTTL", Codec: dialect.Flag{}},
}

const notDNS = "delete it: kgateway takes a Service's addresses from Kubernetes, not from DNS"

// serviceRows are what a policy of a Service does not have.
var serviceRows = []dialect.Mapping{
	{Setting: "dns.refreshRate", Name: "dnsRefreshRate of a Service", Hint: notDNS},
	{Setting: "dns.respectTTL", Name: "respectDnsTtl of a Service", Hint: notDNS},
}

// listenerRows are the settings of a ListenerPolicy for every listener.
var listenerRows = slices.Concat(keepaliveRows, []dialect.Mapping{
	bufferRow,
	{Setting: "keepalive.userTimeout", Hint: "as a socket option, of which there are none"},
	{Setting: "exactBalance", Name: "connectionBalanceConfig", Hint: none},
	{Setting: "http.maxConnectionDuration", Name: "maxConnectionDuration of a listener", Hint: none},
	{
		Setting: "http.maxStreamDuration", Name: "maxStreamDuration of a listener",
		Hint: "set timeouts.request at the rules of the HTTPRoutes, which counts from the end of the request and resets no upgraded connection",
	},
	{
		Setting: "http.request", Name: "requestTimeout of a listener",
		Hint: "delete it; timeouts.request of an HTTPRoute is a different limit: it bounds the response as well and ends long downloads",
	},
	{Setting: "http.drain", Name: "drainTimeout of a listener", Hint: none},
	{Setting: "tcp.idleTimeout", Name: "idleTimeout of a TCP listener", Hint: none},
	{Setting: "tcp.maxConnectAttempts", Name: "maxConnectAttempts of a TCP listener", Hint: none},
})

// httpRows are what the policy of an HTTP listener has besides. No limit of requests is left out, which means the
// same. That limit is there since kgateway 2.4.
var httpRows = []dialect.Mapping{
	{Setting: "http.idle", Field: "httpSettings.idleTimeout", Codec: dialect.GatewayDuration{}},
	{Setting: "http.streamIdle", Field: "httpSettings.streamIdleTimeout", Codec: dialect.GatewayDuration{}},
	{Setting: "maxRequestsPerConnection", Field: "httpSettings.maxRequestsPerConnection", Codec: dialect.Int32{Least: 1}, Zero: dialect.Never},
}

// Tables are the kinds with their settings.
var Tables = []dialect.Table{
	{Kind: "BackendConfigPolicy", Rows: slices.Concat(backendRows, http1Rows, dnsRows)},
	{Kind: "ListenerPolicy", Listeners: true, Rows: slices.Concat(listenerRows, httpRows)},
}

// Defaults returns what holds in kgateway for settings that are left out: Envoy's defaults.
func Defaults() map[string]string { return dialect.Defaults(backendRows...) }

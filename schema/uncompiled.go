package schema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
)

// ConnectionSetting is a field that Gloo sends to Envoy as a setting of connections and that is
// not compiled, with the field that each target has for it.
type ConnectionSetting struct {
	// Path is the end of the field's path, without the numbers of items:
	// "connectionLimit.delayBeforeClose".
	Path string
	// What is what the field does, as the end of "this field …".
	What string
	// The fields of the targets; empty for none.
	Envoy, EnvoyGateway, KGateway string
	// Istio is a field of Istio's own; where there is none, an EnvoyFilter carries Envoy's.
	// ProxyConfig.connectionSettings (Istio 1.31) is for all listeners of a workload.
	Istio string
}

// Sources of the table, read on 2026-11-25: solo-io/gloo at 8d57572e (projects/gloo/pkg/plugins:
// hcm, connection_limit, proxyprotocol, listener, loadbalancer), kgateway v2.4.2
// (api/v1alpha1/kgateway: listener_policy_types.go, backend_config_policy_types.go), Envoy Gateway
// v1.9.1 (api/v1alpha1: clienttrafficpolicy_types.go, connection_types.go), istio.io/api v1.32.0
// (mesh/v1alpha1/proxy.proto).
const (
	manager = "httpConnectionManagerSettings."
	http2   = manager + "http2ProtocolOptions."
	common  = "common_http_protocol_options."
)

// connectionSettings returns the connection settings that are not compiled, in the order of their
// paths.
func connectionSettings() []ConnectionSetting {
	const (
		clientTraffic  = "ClientTrafficPolicy "
		listenerPolicy = "ListenerPolicy httpSettings."
		limitFilter    = "connection_limit filter: "
		proxyConfig    = "ProxyConfig connectionSettings: "
	)
	return []ConnectionSetting{
		{Path: "dynamicForwardProxy.circuitBreakers", What: "limits the connections to hosts that requests name", Envoy: "circuit_breakers of the cluster"},
		{Path: "dynamicForwardProxy.dnsCacheConfig", What: "resolves the hosts that requests name", Envoy: "dns_cache_config of the cluster and the filter"},
		{Path: "httpGateway.options.networkLocalRatelimit", What: "limits new connections", Envoy: "local_ratelimit network filter"},
		{Path: manager + "codecType", What: "selects the HTTP versions that the listener serves", Envoy: "codec_type"},
		{Path: manager + "delayedCloseTimeout", What: "delays the close of a connection", Envoy: "delayed_close_timeout"},
		{Path: manager + "enableTrailers", What: "passes trailers of HTTP/1.1", Envoy: "http_protocol_options.enable_trailers", EnvoyGateway: clientTraffic + "http1.enableTrailers"},
		{Path: manager + "acceptHttp10", What: "accepts HTTP/1.0", Envoy: "http_protocol_options.accept_http_10", EnvoyGateway: clientTraffic + "http1.http10", KGateway: listenerPolicy + "acceptHttp10"},
		{Path: manager + "allowChunkedLength", What: "accepts requests with both a length and chunks", Envoy: "http_protocol_options.allow_chunked_length"},
		{Path: manager + "headersWithUnderscoresAction", What: "decides about header names with underscores", Envoy: common + "headers_with_underscores_action", EnvoyGateway: clientTraffic + "headers.withUnderscoresAction"},
		{Path: http2 + "initialConnectionWindowSize", What: "sets a window of HTTP/2", Envoy: "http2_protocol_options.initial_connection_window_size", EnvoyGateway: clientTraffic + "http2.initialConnectionWindowSize", KGateway: listenerPolicy + "http2ProtocolOptions.initialConnectionWindowSize", Istio: proxyConfig + "HTTP/2 windows"},
		{Path: http2 + "initialStreamWindowSize", What: "sets a window of HTTP/2", Envoy: "http2_protocol_options.initial_stream_window_size", EnvoyGateway: clientTraffic + "http2.initialStreamWindowSize", KGateway: listenerPolicy + "http2ProtocolOptions.initialStreamWindowSize", Istio: proxyConfig + "HTTP/2 windows"},
		{Path: http2 + "maxConcurrentStreams", What: "limits the streams of an HTTP/2 connection", Envoy: "http2_protocol_options.max_concurrent_streams", EnvoyGateway: clientTraffic + "http2.maxConcurrentStreams", KGateway: listenerPolicy + "http2ProtocolOptions.maxConcurrentStreams", Istio: proxyConfig + "httpMaxConcurrentStreams"},
		{Path: http2 + "overrideStreamErrorOnInvalidHttpMessage", What: "keeps an HTTP/2 connection open after an invalid message", Envoy: "http2_protocol_options.override_stream_error_on_invalid_http_message", EnvoyGateway: clientTraffic + "http2.onInvalidMessage"},
		{Path: manager + "maxHeadersCount", What: "limits the headers of a request", Envoy: common + "max_headers_count", KGateway: listenerPolicy + "maxHeadersCount"},
		{Path: manager + "maxRequestHeadersKb", What: "limits the headers of a request", Envoy: "max_request_headers_kb", KGateway: listenerPolicy + "maxRequestHeadersKb"},
		{Path: manager + "preserveCaseHeaderKeyFormat", What: "keeps the case of header names", Envoy: "http_protocol_options.header_key_format", EnvoyGateway: clientTraffic + "http1.preserveHeaderCase", KGateway: listenerPolicy + "preserveHttp1HeaderCase"},
		{Path: manager + "properCaseHeaderKeyFormat", What: "capitalizes header names", Envoy: "http_protocol_options.header_key_format"},
		{Path: manager + "requestHeadersTimeout", What: "limits the wait for a request's headers", Envoy: "request_headers_timeout", EnvoyGateway: clientTraffic + "timeout.http.requestHeadersReceivedTimeout", Istio: proxyConfig + "httpRequestHeadersTimeout"},
		{Path: "httpConnectHeaders", What: "adds headers to the CONNECT request of each connection", Envoy: "tunneling_config"},
		{Path: "loadBalancerConfig.closeConnectionsOnHostSetChange", What: "closes connections when the endpoints change", Envoy: "common_lb_config.close_connections_on_host_set_change", KGateway: "BackendConfigPolicy loadBalancer.closeConnectionsOnHostSetChange"},
		{Path: "connectionLimit.delayBeforeClose", What: "delays the close of connections above the limit", Envoy: limitFilter + "delay", EnvoyGateway: clientTraffic + "connection.connectionLimit.closeDelay"},
		{Path: "connectionLimit.maxActiveConnections", What: "limits the open connections", Envoy: limitFilter + "max_connections", EnvoyGateway: clientTraffic + "connection.connectionLimit.value", Istio: proxyConfig + "listenerConnectionLimit"},
		{Path: "proxyProtocol", What: "expects the PROXY protocol on each connection", Envoy: "proxy_protocol listener filter", EnvoyGateway: clientTraffic + "proxyProtocol", KGateway: "ListenerPolicy proxyProtocol"},
		{Path: "sslConfig.transportSocketConnectTimeout", What: "limits the wait for the TLS handshake", Envoy: "transport_socket_connect_timeout", EnvoyGateway: clientTraffic + "timeout.tcp.tlsHandshakeTimeout", KGateway: "ListenerPolicy transportSocketConnectTimeout"},
		{Path: "sslConfigurations.transportSocketConnectTimeout", What: "limits the wait for the TLS handshake", Envoy: "transport_socket_connect_timeout", EnvoyGateway: clientTraffic + "timeout.tcp.tlsHandshakeTimeout", KGateway: "ListenerPolicy transportSocketConnectTimeout"},
		{Path: "tcpGateway.options.localRatelimit", What: "limits new connections", Envoy: "local_ratelimit network filter"},
		{Path: "tcpListener.options.localRatelimit", What: "limits new connections", Envoy: "local_ratelimit network filter"},
		{Path: "httpListener.options.networkLocalRatelimit", What: "limits new connections", Envoy: "local_ratelimit network filter"},
		{Path: "tcpProxySettings.tunnelingConfig", What: "sends each connection through an HTTP CONNECT request", Envoy: "tunneling_config of the TCP proxy"},
		{Path: "useProxyProto", What: "expects the PROXY protocol on each connection", Envoy: "proxy_protocol listener filter", EnvoyGateway: clientTraffic + "proxyProtocol", KGateway: "ListenerPolicy proxyProtocol"},
	}
}

// unrelated returns the ends of the paths of fields that set nothing about connections: TLS,
// routes, load balancing, health checks, filters, logs and statistics, and where endpoints are
// found. What stands below one of them is unrelated as well, unless it is a ConnectionSetting.
func unrelated() []string {
	return []string{
		"accessLogFlushInterval", "accessLoggingService", "allowedRouteTables", "appProtocol", "appendXForwardedPort",
		"autoSniRewrite", "awsAccountId", "awsEc2.port", "buffer", "caching", "clientMode", "clientsideTls", "cluster",
		"configEnabled", "connectEnabled", "consistencyMode", "consul", "csrf", "dataCenters", "defaultHostForHttp10",
		"destinationOverrides", "destinationSpec", "disableExtProc", "disableExtProcEarly", "disableExtProcLate",
		"disableIstioAutoMtls", "disableRoleChaining", "discoveryMetadata", "dlp", "earlyHeaderManipulation", "egressGatewayRoutes",
		"exposedExternalServices", "extProc", "extProcEarly", "extProcLate", "extauth", "extensions", "externalWorkloads.name",
		"externalWorkloads.namespace", "externalWorkloads.workspace", "failover", "filters", "forwardClientCertDetails",
		"functions", "generateRequestId", "grpc.descriptors", "grpc.grpcServices", "options.grpcJsonTranscoder",
		"grpcJsonTranscoder.autoMapping", "grpcJsonTranscoder.convertGrpcStatus", "grpcJsonTranscoder.ignoreUnknownQueryParameters",
		"grpcJsonTranscoder.ignoredQueryParameters", "grpcJsonTranscoder.matchIncomingRequestRoute",
		"grpcJsonTranscoder.printOptions", "grpcJsonTranscoder.protoDescriptor", "grpcJsonTranscoder.protoDescriptorBin",
		"grpcJsonTranscoder.protoDescriptorConfigMap", "grpcJsonTranscoder.services", "grpcWeb", "gzip",
		"headerValidationSettings", "healthCheck", "healthCheckConfig", "healthChecks", "httpConnectSslConfig", "httpLocalRatelimit",
		"httpsRedirect", "instanceBlacklistTags", "instanceTags", "internalAddressConfig", "labels", "lambdaFunctions",
		"leftmostXffAddress", "listenerAccessLoggingService", "loadBalancerConfig", "locality", "matcher", "mergeSlashes",
		"metadata", "metadataStatic", "namespacedStatuses", "normalizePath", "options", "outlierDetection",
		"pathWithEscapedSlashesAction", "preserveExternalRequestId", "proxy100Continue", "proxyLatency", "publicIp", "queryOptions",
		"ratelimitServer", "region", "roleArn", "routeOptions", "router", "sanitizeClusterHeader", "saveUpstreamAddress",
		"secretRef", "secretRef.name", "secretRef.namespace", "selector", "serverHeaderTransformation", "serverName", "serviceSpec.rest",
		"serviceTags", "setCurrentClientCertDetails", "skipXffAppend", "ssl", "sslConfig", "sslConfigurations", "statefulSession",
		"stripAnyHostPort", "subjectAltNames", "subset", "subsetSpec", "subsetTags", "tap", "tcpStats", "tls", "tracing",
		"trackRemaining", "upgrades", "useRemoteAddress", "useTls", "uuidRequestIdConfig", "via", "virtualServiceExpressions",
		"virtualServiceNamespaces", "virtualServiceSelector", "virtualServices", "waf", "wasm", "workloads.kind", "workloads.port",
		"xffNumTrustedHops",
	}
}

// Leftover is a field that is not compiled.
type Leftover struct {
	Pointer string
	// Setting is set for a field that is a setting of connections.
	Setting *ConnectionSetting
	// Unrelated reports a field that is known to set nothing about connections. A field that is
	// neither is one that nothing is known of.
	Unrelated bool
}

// uncompiled classifies the fields that are not decoded. The zero value is ready.
type uncompiled struct {
	settings  []ConnectionSetting
	unrelated []string
	out       []Leftover
}

// classify takes in a field that is not decoded. What stands in it is looked through for
// connection settings; a field of which nothing else is known is taken as a whole. An empty mapping
// that could hold connection settings sets nothing, and is not a leftover.
func (u *uncompiled) classify(pointer string, value any) {
	if u.settings == nil {
		u.settings, u.unrelated = connectionSettings(), unrelated()
	}
	path := fieldPath(pointer)
	if setting := u.setting(path); setting != nil {
		u.out = append(u.out, Leftover{Pointer: pointer, Setting: setting})
		return
	}
	if slices.ContainsFunc(u.unrelated, func(end string) bool { return endsWith(path, end) }) {
		u.out = append(u.out, Leftover{Pointer: pointer, Unrelated: true})
		u.below(pointer, value)
		return
	}
	fields, isMap := value.(map[string]any)
	if !isMap || !u.above(path) {
		u.out = append(u.out, Leftover{Pointer: pointer})
		return
	}
	for name, field := range fields {
		u.classify(pointer+diag.Pointer(name), field)
	}
}

// below takes in the connection settings that stand in a field.
func (u *uncompiled) below(pointer string, value any) {
	if setting := u.setting(fieldPath(pointer)); setting != nil {
		u.out = append(u.out, Leftover{Pointer: pointer, Setting: setting})
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			u.below(pointer+diag.Pointer(name), field)
		}
	case []any:
		for i, item := range value {
			u.below(pointer+diag.Pointer(i), item)
		}
	}
}

func (u *uncompiled) setting(path string) *ConnectionSetting {
	for i := range u.settings {
		if endsWith(path, u.settings[i].Path) {
			return &u.settings[i]
		}
	}
	return nil
}

// above reports a path at whose end a connection setting's begins.
func (u *uncompiled) above(path string) bool {
	for i := range u.settings {
		for end := range prefixes(u.settings[i].Path) {
			if endsWith(path, end) {
				return true
			}
		}
	}
	return false
}

// prefixes yields "a" and "a.b" of "a.b.c".
func prefixes(path string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range path {
			if path[i] == '.' && !yield(path[:i]) {
				return
			}
		}
	}
}

// endsWith reports a path that is end, or ends with it after a dot.
func endsWith(path, end string) bool {
	return path == end || strings.HasSuffix(path, "."+end)
}

// fieldPath spells a pointer below spec as a path without the numbers of items:
// "tcpGateway.tcpHosts.sslConfig".
func fieldPath(pointer string) string {
	var kept []string
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/spec/"), "/") {
		if _, err := strconv.Atoi(token); err != nil {
			kept = append(kept, text.CamelCase(token))
		}
	}
	return strings.Join(kept, ".")
}

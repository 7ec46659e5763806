package emit

import "maps"

// Defaults are what holds in a target for a setting that is left out, in the words of
// compile.Value; nil for a target without the settings of gateways.
func Defaults(target string) map[string]string {
	own, known := ownDefaults[target]
	if !known {
		return nil
	}
	all := maps.Clone(envoyDefaults)
	maps.Copy(all, own)
	return all
}

// envoyDefaults are Envoy's own, which hold wherever a target writes nothing: the figures of
// cluster.proto, circuit_breaker.proto, protocol.proto, http_connection_manager.proto and
// tcp_proxy.proto (https://www.envoyproxy.io/docs/envoy/latest/api-v3/api).
var envoyDefaults = map[string]string{
	"connectTimeout": "5s",
	"keepalive.on":   "off", "keepalive.time": "7200s", "keepalive.interval": "75s", "keepalive.probes": "9", "keepalive.userTimeout": "off",
	"limits.maxConnections": "1024", "limits.maxPendingRequests": "1024", "limits.maxRequests": "1024", "limits.maxRetries": "3",
	"maxRequestsPerConnection": "no limit", "maxConnectionDuration": "no limit", "bufferLimit": "1048576",
	"http.idleTimeout": "3600s", "http.maxHeadersCount": "100", "http.maxStreamDuration": "no limit",
	"http1.enableTrailers": "off", "http1.headerKeyFormat": "as received", "http1.overrideStreamError": "off",
	"http2.on": "off", "http2.useDownstreamProtocol": "off", "http2.overrideStreamError": "off",
	"http2.initialStreamWindowSize": "268435456", "http2.initialConnectionWindowSize": "268435456", "http2.maxConcurrentStreams": "2147483647",
	"proxyProtocol": "none", "tunnel": "none",
	"dns.refreshRate": "5s", "dns.respectTTL": "off", "dns.ignoreHealthOnHostRemoval": "off",
	"preconnect.perUpstream": "1", "preconnect.predictive": "1",
	"exactBalance": "off", "http.idle": "3600s", "http.maxConnectionDuration": "no limit", "http.streamIdle": "300s", "http.request": "no limit", "http.drain": "5s",
	"tcp.idleTimeout": "3600s", "tcp.maxConnectAttempts": "1",
}

// ownDefaults are those that a target has otherwise.
var ownDefaults = map[string]map[string]string{
	// BackendConfigPolicy and ListenerPolicy leave Envoy's own in place
	// (https://kgateway.dev/docs/reference/api/).
	"kgateway": {},
	// Envoy Gateway writes its own (envoyproxy/gateway v1.9.1, internal/xds/translator: cluster.go,
	// listener.go; https://gateway.envoyproxy.io/docs/api/extension_types/).
	"envoy-gateway": {
		"connectTimeout": "10s", "limits.maxRetries": "1024", "bufferLimit": "32768",
		"http2.initialStreamWindowSize": "65536", "http2.initialConnectionWindowSize": "1048576",
		"dns.refreshRate": "30s", "dns.respectTTL": "on",
	},
	// Istio writes limits of 2^32-1 and the mesh's timeouts (istio: pilot/pkg/networking/core,
	// cluster_traffic_policy.go, listener_builder.go; https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/).
	"istio": {
		"connectTimeout":        "10s",
		"limits.maxConnections": "no limit", "limits.maxPendingRequests": "no limit", "limits.maxRequests": "no limit", "limits.maxRetries": "no limit",
		"http.streamIdle": "never", "dns.refreshRate": "60s", "dns.respectTTL": "on",
	},
}

package emit

import (
	"fmt"
	"maps"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
)

// Defaults are what holds in the target for a setting that is left out, in the words of
// compile.Value; nil for a target that writes Envoy's configuration itself.
func (t *Target) Defaults() map[string]string {
	if t.defaults == nil {
		return nil
	}
	all := maps.Clone(envoyDefaults)
	maps.Copy(all, t.defaults)
	return all
}

// envoyDefaults are Envoy's own, which hold wherever a target writes nothing: the figures of
// cluster.proto, circuit_breaker.proto, protocol.proto, http_connection_manager.proto and
// tcp_proxy.proto (https://www.envoyproxy.io/docs/envoy/latest/api-v3/api).
var envoyDefaults = map[string]string{
	"connectTimeout": "5s",
	"keepalive.on":   "off", "keepalive.time": diag.Seconds(compile.KernelTime), "keepalive.interval": diag.Seconds(compile.KernelInterval), "keepalive.probes": fmt.Sprint(compile.KernelProbes), "keepalive.userTimeout": "off",
	"limits.maxConnections": fmt.Sprint(compile.EnvoyLimit), "limits.maxPendingRequests": fmt.Sprint(compile.EnvoyLimit),
	"limits.maxRequests": fmt.Sprint(compile.EnvoyLimit), "limits.maxRetries": fmt.Sprint(compile.EnvoyRetries),
	"maxRequestsPerConnection": "no limit", "maxConnectionDuration": "no limit", "bufferLimit": fmt.Sprint(compile.EnvoyBuffer),
	"http.idleTimeout": diag.Seconds(compile.IdleTimeout), "http.maxHeadersCount": "100", "http.maxStreamDuration": "no limit",
	"http1.enableTrailers": "off", "http1.headerKeyFormat": "as received", "http1.overrideStreamError": "off",
	"http2.on": "off", "http2.useDownstreamProtocol": "off", "http2.overrideStreamError": "off",
	"http2.initialStreamWindowSize": fmt.Sprint(compile.EnvoyWindow), "http2.initialConnectionWindowSize": fmt.Sprint(compile.EnvoyWindow),
	"http2.maxConcurrentStreams": fmt.Sprint(compile.EnvoyStreams),
	"proxyProtocol":              "none", "tunnel": "none",
	"dns.refreshRate": "5s", "dns.respectTTL": "off", "dns.ignoreHealthOnHostRemoval": "off",
	"preconnect.perUpstream": "1", "preconnect.predictive": "1",
	"exactBalance": "off", "http.idle": diag.Seconds(compile.IdleTimeout), "http.maxConnectionDuration": "no limit", "http.streamIdle": diag.Seconds(compile.EnvoyStreamIdle), "http.request": "no limit", "http.drain": diag.Seconds(compile.EnvoyDrain),
	"tcp.idleTimeout": diag.Seconds(compile.TCPIdleTimeout), "tcp.maxConnectAttempts": "1",
}

// envoyGatewayDefaults are those that Envoy Gateway writes (envoyproxy/gateway v1.9.1,
// internal/xds/translator: cluster.go, listener.go; https://gateway.envoyproxy.io/docs/api/extension_types/).
// kgateway's BackendConfigPolicy and ListenerPolicy leave Envoy's own in place
// (https://kgateway.dev/docs/reference/api/).
var envoyGatewayDefaults = map[string]string{
	"connectTimeout": diag.Seconds(egConnectTimeout), "limits.maxRetries": fmt.Sprint(egLimit), "bufferLimit": fmt.Sprint(egBuffer),
	"http2.initialStreamWindowSize": fmt.Sprint(egStreamWindow), "http2.initialConnectionWindowSize": fmt.Sprint(egConnectionWindow),
	"dns.refreshRate": diag.Seconds(egRefreshRate), "dns.respectTTL": "on",
}

// istioDefaults are those that Istio writes: limits of 2^32-1 and the mesh's timeouts (istio:
// pilot/pkg/networking/core, cluster_traffic_policy.go, listener_builder.go;
// https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/).
var istioDefaults = map[string]string{
	"connectTimeout":        diag.Seconds(compile.IstioConnectTimeout),
	"limits.maxConnections": "no limit", "limits.maxPendingRequests": "no limit", "limits.maxRequests": "no limit", "limits.maxRetries": "no limit",
	"http.streamIdle": "never", "dns.refreshRate": "60s", "dns.respectTTL": "on",
}

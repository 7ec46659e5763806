package emit

import (
	"fmt"
	"maps"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
)

// Defaults returns what holds in the target for a setting that is left out, in the words of
// plan.Value; nil for a target that writes Envoy's configuration itself.
func (t *Target) Defaults() map[string]string {
	if t.defaults == nil {
		return nil
	}
	all := maps.Clone(envoyDefaults)
	maps.Copy(all, t.defaults())
	return all
}

// envoyDefaults are Envoy's own, which hold wherever a target writes nothing: the figures of
// cluster.proto, circuit_breaker.proto, protocol.proto, http_connection_manager.proto and
// tcp_proxy.proto (https://www.envoyproxy.io/docs/envoy/latest/api-v3/api).
var envoyDefaults = map[string]string{
	"connectTimeout": diag.Seconds(facts.EnvoyConnectTimeout),
	"keepalive.on":   "off", "keepalive.time": diag.Seconds(facts.KernelKeepaliveTime), "keepalive.interval": diag.Seconds(facts.KernelKeepaliveInterval), "keepalive.probes": fmt.Sprint(facts.KernelKeepaliveProbes), "keepalive.userTimeout": "off",
	"limits.maxConnections": fmt.Sprint(facts.EnvoyLimit), "limits.maxPendingRequests": fmt.Sprint(facts.EnvoyLimit),
	"limits.maxRequests": fmt.Sprint(facts.EnvoyLimit), "limits.maxRetries": fmt.Sprint(facts.EnvoyRetries),
	"maxRequestsPerConnection": "no limit", "maxConnectionDuration": "no limit", "bufferLimit": fmt.Sprint(facts.EnvoyBuffer),
	"http.idleTimeout": diag.Seconds(facts.EnvoyIdleTimeout), "http.maxHeadersCount": fmt.Sprint(facts.EnvoyMaxHeaders), "http.maxStreamDuration": "no limit",
	"http1.enableTrailers": "off", "http1.headerKeyFormat": "as received", "http1.overrideStreamError": "off",
	"http2.on": "off", "http2.useDownstreamProtocol": "off", "http2.overrideStreamError": "off",
	"http2.initialStreamWindowSize": fmt.Sprint(facts.EnvoyWindow), "http2.initialConnectionWindowSize": fmt.Sprint(facts.EnvoyWindow),
	"http2.maxConcurrentStreams": fmt.Sprint(facts.EnvoyStreams),
	"proxyProtocol":              "none", "tunnel": "none",
	"dns.refreshRate": diag.Seconds(facts.EnvoyDNSRefreshRate), "dns.respectTTL": "off", "dns.ignoreHealthOnHostRemoval": "off",
	"preconnect.perUpstream": fmt.Sprint(facts.EnvoyPreconnectRatio), "preconnect.predictive": fmt.Sprint(facts.EnvoyPreconnectRatio),
	"exactBalance": "off", "http.idle": diag.Seconds(facts.EnvoyIdleTimeout), "http.maxConnectionDuration": "no limit", "http.streamIdle": diag.Seconds(facts.EnvoyStreamIdle), "http.request": "no limit", "http.drain": diag.Seconds(facts.EnvoyDrain),
	"tcp.idleTimeout": diag.Seconds(facts.EnvoyTCPIdleTimeout), "tcp.maxConnectAttempts": fmt.Sprint(facts.EnvoyMaxConnectAttempts),
}

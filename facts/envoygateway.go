package facts

import "time"

// What Envoy Gateway writes where a policy leaves a setting out. Source: Envoy Gateway v1.9.1,
// internal/xds/translator (cluster.go, listener.go); https://gateway.envoyproxy.io/docs/api/extension_types/.
// Compared 2026-11-25, with the output of its translator.
const (
	EnvoyGatewayConnectTimeout          = 10 * time.Second
	EnvoyGatewayLimit            uint32 = 1024     // connections, pending requests, requests and retries at once
	EnvoyGatewayBuffer           uint32 = 32 << 10 // bytes that a connection may buffer, a listener's too
	EnvoyGatewayStreamWindow     uint32 = 64 << 10 // bytes, of an HTTP/2 stream
	EnvoyGatewayConnectionWindow uint32 = 1 << 20  // bytes, of an HTTP/2 connection
	EnvoyGatewayDNSRefreshRate          = 30 * time.Second
)

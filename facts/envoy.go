package facts

import (
	"math"
	"time"
)

// What holds in Envoy for a cluster's settings that are left out. Source:
// https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto and
// https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto. Compared 2026-11-25.
const (
	EnvoyConnectTimeout          = 5 * time.Second
	EnvoyLimit           uint32  = 1024    // connections, pending requests and requests at once
	EnvoyRetries         uint32  = 3       // at once
	EnvoyBuffer          uint32  = 1 << 20 // bytes that a connection may buffer, a listener's too
	EnvoyDNSRefreshRate          = 5 * time.Second
	EnvoyPreconnectRatio float64 = 1
)

// What holds in Envoy for protocol options that are left out, and their bounds. Source:
// https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto. Compared 2026-11-25.
const (
	EnvoyIdleTimeout            = time.Hour // of an HTTP connection without requests
	EnvoyMaxHeaders             = 100       // of a request
	EnvoyWindow          uint32 = 256 << 20 // bytes, of an HTTP/2 stream and of a connection
	EnvoyStreams         uint32 = math.MaxInt32
	EnvoyLeastWindow     uint32 = 65535 // bytes; HTTP/2's own initial window, RFC 9113 6.9.2
	EnvoyMostHTTP2Number uint32 = math.MaxInt32
)

// What holds in Envoy's connection manager and TCP proxy for settings that are left out. Source:
// https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto
// and https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto.
// Compared 2026-11-25.
const (
	EnvoyStreamIdle                = 5 * time.Minute
	EnvoyDrain                     = 5 * time.Second
	EnvoyTCPIdleTimeout            = time.Hour
	EnvoyMaxConnectAttempts uint32 = 1
)

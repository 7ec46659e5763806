package compile

import (
	"math"
	"net/netip"
	"time"
)

// What the kernel takes and does. Linux, net/ipv4/tcp.c and include/net/tcp.h:
// MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL, MAX_TCP_KEEPCNT, TCP_KEEPALIVE_TIME, _INTVL, _PROBES.
const (
	MaxKeepaliveSeconds = 32767 // of TCP_KEEPIDLE and TCP_KEEPINTVL; the least is 1
	MaxKeepaliveProbes  = 127   // of TCP_KEEPCNT; the least is 1

	KernelTime     = 7200 * time.Second // idle time before the first probe
	KernelInterval = 75 * time.Second   // between probes
	KernelProbes   = 9                  // unanswered probes that end a connection
)

// Socket option numbers of Linux (asm-generic/socket.h, uapi/linux/tcp.h). Literals, because
// the system that compiles may number them otherwise; Envoy runs on Linux.
const (
	SolSocket      = 1
	SoKeepalive    = 9
	IPProtoTCP     = 6
	TCPKeepIdle    = 4
	TCPKeepIntvl   = 5
	TCPKeepCnt     = 6
	TCPUserTimeout = 18
)

// Defaults of those who read the output.
const (
	// IstioConnectTimeout is the mesh's default, and the one Gloo documents for a
	// ConnectionPolicy (https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/).
	IstioConnectTimeout = 10 * time.Second
	// GlooConnectTimeout is what Gloo Edge gives a cluster (gloo: translator/defaults.go).
	GlooConnectTimeout = 5 * time.Second
	// Unlimited is 2^32-1, what Istio writes for a limit that is not set.
	Unlimited uint32 = math.MaxUint32
	// EnvoyLimit and EnvoyRetries are Envoy's own limits where none are written
	// (https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto).
	EnvoyLimit   uint32 = 1024
	EnvoyRetries uint32 = 3
	// EnvoyWindow and EnvoyStreams are Envoy's HTTP/2 windows in bytes and streams at once
	// (https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto).
	EnvoyWindow  uint32 = 256 << 20
	EnvoyStreams uint32 = math.MaxInt32
	// IdleTimeout is Envoy's for HTTP connections, which Gloo documents as well.
	IdleTimeout = time.Hour
	// TCPIdleTimeout is that of Envoy's TCP proxy
	// (https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto).
	TCPIdleTimeout = time.Hour
	// EnvoyBuffer is how many bytes a connection may buffer
	// (https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto).
	EnvoyBuffer uint32 = 1 << 20
	// EnvoyStreamIdle and EnvoyDrain are the connection manager's toward callers
	// (https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto).
	EnvoyStreamIdle = 5 * time.Minute
	EnvoyDrain      = 5 * time.Second
	// GlooProxy is the proxy of a Gateway that names none.
	GlooProxy = "gateway-proxy"
)

// WholeSeconds is a keepalive duration as Envoy and the kernel count it. A fraction of a
// second is rounded up, by Gloo Edge's formula (gloo: plugins/upstreamconn/plugin.go), since
// Istio cuts it off: 500ms would become 0, which turns keepalive off or fails connections.
func WholeSeconds(d time.Duration) int64 {
	return int64(math.Round(d.Seconds() + 0.4999))
}

// IsIP reports an IP address without a zone, as Gloo and Envoy read addresses; anything else
// is a name for DNS.
func IsIP(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && a.Zone() == ""
}

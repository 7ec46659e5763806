package facts

import (
	"math"
	"net/netip"
	"time"
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

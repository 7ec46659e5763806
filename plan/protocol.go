package plan

import (
	"slices"
	"strings"
	"time"
)

// ForwardsTCP reports a protocol whose connections Istio's and Gloo's proxies forward without
// reading requests (istio: pkg/config/protocol/instance.go, IsTCP and IsTLS).
func ForwardsTCP(protocol string) bool {
	switch protocol {
	case "TCP", "TLS", "HTTPS", "MONGO":
		return true
	}
	return false
}

// TCP reports a port whose connections are forwarded without reading requests.
func (p *Port) TCP() bool { return ForwardsTCP(p.Protocol) }

// OnlyTCP reports an Upstream to which everything in the input that leads there forwards TCP.
func (u *Upstream) OnlyTCP() bool { return u.TCP && !u.Requests }

// Forwarded returns the settings of connections that are forwarded as TCP: those that only HTTP
// has are the defaults. Limits of connections and of pending ones hold: Envoy's TCP pools count
// them (envoy: source/common/conn_pool/conn_pool_base.cc; tcp/conn_pool.h, enforceMaxRequests).
func (s *Settings) Forwarded(defaults *Settings, idle Setting[time.Duration]) *Settings {
	out := *s
	out.HTTP, out.HTTP1, out.HTTP2 = defaults.HTTP, defaults.HTTP1, defaults.HTTP2
	out.MaxRequestsPerConnection, out.MaxConnectionDuration = defaults.MaxRequestsPerConnection, defaults.MaxConnectionDuration
	out.Limits.MaxRequests, out.Limits.MaxRetries = defaults.Limits.MaxRequests, defaults.Limits.MaxRetries
	out.TCP.IdleTimeout = idle
	return &out
}

// holds reports a setting, by its name in the plan, that connections of a protocol have.
func (c *Connection) holds(name string) bool {
	if !c.TCP {
		return c.alsoTCP || !strings.HasPrefix(name, "tcp.")
	}
	switch name {
	case "maxRequestsPerConnection", "maxConnectionDuration", "limits.maxRequests", "limits.maxRetries":
		return false
	}
	return !strings.HasPrefix(name, "http")
}

// WrittenOnly lists where the settings are written that a has and b does not, in the order of
// the plan.
func WrittenOnly(a, b *Settings) []Origin {
	there := map[Origin]bool{}
	for _, v := range appendValues(nil, group{"", b}) {
		there[v.From] = true
	}
	var out []Origin
	for _, v := range appendValues(nil, group{"", a}) {
		if v.From.Written() && !there[v.From] {
			out = append(out, v.From)
		}
	}
	return out
}

// Outlasts reports an idle timeout that ends connections later than another; 0 never does.
func Outlasts(a, b time.Duration) bool { return b != 0 && (a == 0 || a > b) }

// Lost reports an Upstream of which another document decides all that it stands for.
func (u *Upstream) Lost() bool {
	return len(u.Places) > 0 && !slices.ContainsFunc(u.Places, func(p Place) bool { return p.DecidedBy == nil })
}

package envoy

import (
	"cmp"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoyapi"
	"github.com/connpolicy/connpolicy/plan"
)

// listener is a proxy's listener. An HTTP one serves an empty route table, a TCP one forwards
// to its cluster: routes are outside connections, and without them Envoy still loads it.
func (e *envoy) listener(l *plan.Listener) envoyapi.Listener {
	out := envoyapi.Listener{
		Name: l.Name,
		Address: envoyapi.Address{SocketAddress: &envoyapi.SocketAddress{
			Address: l.Address, PortValue: l.Port, IPv4Compat: ipv4Compat(l.Address),
		}},
		FilterChains: []envoyapi.FilterChain{{Filters: e.filters(l)}},
	}
	if l.TCP && l.TCPProxy.BySNI {
		out.ListenerFilters = []envoyapi.ListenerFilter{{Name: envoyapi.TLSInspector, TypedConfig: envoyapi.TypedConfig{Type: envoyapi.TypeTLSInspector}}}
	}
	if dialect.Shown(l.BufferLimit, e.opts) {
		out.PerConnectionBufferLimitBytes = l.BufferLimit.Value
	}
	for _, o := range l.SocketOptions {
		if !o.From.Written() && !e.opts.Explicit {
			continue // the kernel's own value
		}
		out.SocketOptions = append(out.SocketOptions, envoyapi.NewSocketOption(o))
		e.NewListenersOnly(l)
	}
	if l.ExactBalance.Value {
		out.ConnectionBalanceConfig = &envoyapi.ConnectionBalance{ExactBalance: &envoyapi.Empty{}}
	}
	return out
}

// filters are a listener's network filters. One that forwards by SNI lets a filter before the TCP
// proxy choose the cluster, as in Gloo (gloo: plugins/tcp/plugin.go).
func (e *envoy) filters(l *plan.Listener) []envoyapi.Filter {
	switch {
	case !l.TCP:
		return []envoyapi.Filter{{Name: envoyapi.ManagerFilter, TypedConfig: connectionManager(l)}}
	case l.TCPProxy.BySNI:
		return []envoyapi.Filter{{Name: envoyapi.SNIFilter, TypedConfig: envoyapi.TypedConfig{Type: envoyapi.TypeSNICluster}}, {Name: envoyapi.TCPProxyFilter, TypedConfig: tcpProxy(l)}}
	}
	return []envoyapi.Filter{{Name: envoyapi.TCPProxyFilter, TypedConfig: tcpProxy(l)}}
}

// noCluster is the cluster of a TCP listener without a destination. There is none of that name.
const noCluster = "no-destination"

func tcpProxy(l *plan.Listener) envoyapi.TCPProxy {
	cluster := cmp.Or(l.TCPProxy.Cluster, noCluster)
	if l.TCPProxy.BySNI {
		cluster = "" // the filter before it chooses
	}
	return envoyapi.TCPProxy{Type: envoyapi.TypeTCPProxy, StatPrefix: "tcp", Cluster: cluster, TCPProxyOptions: envoyapi.NewTCPProxyOptions(l)}
}

func connectionManager(l *plan.Listener) envoyapi.ConnectionManager {
	return envoyapi.ConnectionManager{
		Type: envoyapi.TypeConnectionManager, StatPrefix: "http", ManagerTimeouts: envoyapi.NewManagerTimeouts(l),
		RouteConfig: envoyapi.RouteConfig{Name: l.Name + "-routes", VirtualHosts: []struct{}{}},
		HTTPFilters: []envoyapi.HTTPFilter{{Name: "envoy.filters.http.router", TypedConfig: envoyapi.TypedConfig{Type: envoyapi.TypeRouter}}},
	}
}

package emit

import (
	"cmp"
	"strconv"
	"time"

	"github.com/connpolicy/connpolicy/plan"
)

// listener is a proxy's listener. An HTTP one serves an empty route table, a TCP one forwards
// to its cluster: routes are outside connections, and without them Envoy still loads it.
func (e *envoy) listener(l *plan.Listener) Listener {
	out := Listener{
		Name: l.Name,
		Address: Address{SocketAddress: &SocketAddress{
			Address: l.Address, PortValue: l.Port, IPv4Compat: ipv4Compat(l.Address),
		}},
		FilterChains: []FilterChain{{Filters: e.filters(l)}},
	}
	if l.TCP && l.TCPProxy.BySNI {
		out.ListenerFilters = []ListenerFilter{{Name: tlsInspector, TypedConfig: TypedConfig{Type: typeTLSInspector}}}
	}
	if shown(l.BufferLimit, e.opts) {
		out.PerConnectionBufferLimitBytes = l.BufferLimit.Value
	}
	for _, o := range l.SocketOptions {
		if !o.From.Written() && !e.opts.Explicit {
			continue // the kernel's own value
		}
		out.SocketOptions = append(out.SocketOptions, socketOption(o))
		e.newListenersOnly(l)
	}
	if l.ExactBalance.Value {
		out.ConnectionBalanceConfig = &ConnectionBalance{ExactBalance: &Empty{}}
	}
	return out
}

// socketOption writes protobuf's JSON: 64-bit numbers as text, zeros left out.
func socketOption(o plan.SocketOption) SocketOption {
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	out := SocketOption{Description: o.Description, Level: number(o.Level), Name: number(o.Name)}
	if o.IntValue != nil {
		text := strconv.FormatInt(*o.IntValue, 10)
		out.IntValue = &text
	} else {
		out.BufValue = o.BufValue
	}
	if o.State != "STATE_PREBIND" {
		out.State = o.State
	}
	return out
}

// Names of Envoy's network filters.
const (
	managerFilter  = "envoy.filters.network.http_connection_manager"
	tcpProxyFilter = "envoy.filters.network.tcp_proxy"
	sniFilter      = "envoy.filters.network.sni_cluster"
	tlsInspector   = "envoy.filters.listener.tls_inspector"
)

// filters are a listener's network filters. One that forwards by SNI lets a filter before the TCP
// proxy choose the cluster, as in Gloo (gloo: plugins/tcp/plugin.go).
func (e *envoy) filters(l *plan.Listener) []Filter {
	switch {
	case !l.TCP:
		return []Filter{{Name: managerFilter, TypedConfig: connectionManager(l)}}
	case l.TCPProxy.BySNI:
		return []Filter{{Name: sniFilter, TypedConfig: TypedConfig{Type: typeSNICluster}}, {Name: tcpProxyFilter, TypedConfig: tcpProxy(l)}}
	}
	return []Filter{{Name: tcpProxyFilter, TypedConfig: tcpProxy(l)}}
}

// noCluster is where a TCP listener forwards to that says no destination: nowhere.
const noCluster = "no-destination"

func tcpProxy(l *plan.Listener) TCPProxy {
	cluster := cmp.Or(l.TCPProxy.Cluster, noCluster)
	if l.TCPProxy.BySNI {
		cluster = "" // the filter before it chooses
	}
	return TCPProxy{Type: typeTCPProxy, StatPrefix: "tcp", Cluster: cluster, TCPProxyOptions: tcpProxyOptions(l)}
}

func tcpProxyOptions(l *plan.Listener) TCPProxyOptions {
	var out TCPProxyOptions
	if l.TCPProxy.IdleTimeout.Written() {
		out.IdleTimeout = seconds(l.TCPProxy.IdleTimeout.Value)
	}
	if l.TCPProxy.MaxConnectAttempts.Written() {
		out.MaxConnectAttempts = &l.TCPProxy.MaxConnectAttempts.Value
	}
	return out
}

func connectionManager(l *plan.Listener) ConnectionManager {
	return ConnectionManager{
		Type: typeConnectionManager, StatPrefix: "http", ManagerTimeouts: managerTimeouts(l),
		RouteConfig: RouteConfig{Name: l.Name + "-routes", VirtualHosts: []struct{}{}},
		HTTPFilters: []HTTPFilter{{Name: "envoy.filters.http.router", TypedConfig: TypedConfig{Type: typeRouter}}},
	}
}

func managerTimeouts(l *plan.Listener) ManagerTimeouts {
	written := func(s plan.Setting[time.Duration]) string {
		if !s.Written() {
			return ""
		}
		return seconds(s.Value)
	}
	t := l.Timeouts
	out := ManagerTimeouts{StreamIdleTimeout: written(t.StreamIdle), RequestTimeout: written(t.Request), DrainTimeout: written(t.Drain)}
	common := CommonHTTP{IdleTimeout: written(t.Idle), MaxConnectionDuration: written(t.MaxConnectionDuration), MaxStreamDuration: written(t.MaxStreamDuration)}
	if l.MaxRequestsPerConnection.Written() {
		common.MaxRequestsPerConnection = l.MaxRequestsPerConnection.Value
	}
	if common != (CommonHTTP{}) {
		out.CommonHTTPProtocolOptions = &common
	}
	return out
}

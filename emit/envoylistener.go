package emit

import (
	"strconv"

	"github.com/connpolicy/connpolicy/compile"
)

// listener is a proxy's listener. An HTTP one serves an empty route table, a TCP one forwards
// to its cluster: routes are outside connections, and without them Envoy still loads it.
func (e *envoy) listener(l *compile.Listener) Listener {
	out := Listener{
		Name: l.Name,
		Address: Address{SocketAddress: &SocketAddress{
			Address: l.Address, PortValue: l.Port, IPv4Compat: ipv4Compat(l.Address),
		}},
		FilterChains: []FilterChain{{Filters: []Filter{e.filter(l)}}},
	}
	if l.BufferLimit.Written() && l.BufferLimit.Value > 0 || e.opts.Explicit { // Gloo leaves a zero out
		out.PerConnectionBufferLimitBytes = l.BufferLimit.Value
	}
	for _, o := range l.SocketOptions {
		if !o.From.Written() && !e.opts.Explicit {
			continue // the kernel's own value
		}
		out.SocketOptions = append(out.SocketOptions, socketOption(o))
	}
	if l.ExactBalance.Value {
		out.ConnectionBalanceConfig = &ConnectionBalance{ExactBalance: &Empty{}}
	}
	return out
}

// socketOption writes protobuf's JSON: 64-bit numbers as text, zeros left out.
func socketOption(o compile.SocketOption) SocketOption {
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

func (e *envoy) filter(l *compile.Listener) Filter {
	if l.TCP {
		return Filter{Name: "envoy.filters.network.tcp_proxy", TypedConfig: tcpProxy(l)}
	}
	return Filter{Name: "envoy.filters.network.http_connection_manager", TypedConfig: connectionManager(l)}
}

// noCluster is where a TCP listener forwards to that says no destination: nowhere.
const noCluster = "no-destination"

func tcpProxy(l *compile.Listener) TCPProxy {
	out := TCPProxy{Type: typeTCPProxy, StatPrefix: "tcp", Cluster: l.TCPProxy.Cluster}
	if out.Cluster == "" {
		out.Cluster = noCluster
	}
	if l.TCPProxy.IdleTimeout.Written() {
		out.IdleTimeout = seconds(l.TCPProxy.IdleTimeout.Value)
	}
	if l.TCPProxy.MaxConnectAttempts.Written() {
		out.MaxConnectAttempts = &l.TCPProxy.MaxConnectAttempts.Value
	}
	return out
}

func connectionManager(l *compile.Listener) ConnectionManager {
	t := l.Timeouts
	common := CommonHTTP{}
	if t.Idle.Written() {
		common.IdleTimeout = seconds(t.Idle.Value)
	}
	if t.MaxConnectionDuration.Written() {
		common.MaxConnectionDuration = seconds(t.MaxConnectionDuration.Value)
	}
	if t.MaxStreamDuration.Written() {
		common.MaxStreamDuration = seconds(t.MaxStreamDuration.Value)
	}
	out := ConnectionManager{
		Type: typeConnectionManager, StatPrefix: "http",
		RouteConfig: RouteConfig{Name: l.Name + "-routes", VirtualHosts: []struct{}{}},
		HTTPFilters: []HTTPFilter{{Name: "envoy.filters.http.router", TypedConfig: TypedConfig{Type: typeRouter}}},
	}
	if common != (CommonHTTP{}) {
		out.CommonHTTPProtocolOptions = &common
	}
	if t.StreamIdle.Written() {
		out.StreamIdleTimeout = seconds(t.StreamIdle.Value)
	}
	if t.Request.Written() {
		out.RequestTimeout = seconds(t.Request.Value)
	}
	if t.Drain.Written() {
		out.DrainTimeout = seconds(t.Drain.Value)
	}
	return out
}

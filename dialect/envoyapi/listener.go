package envoyapi

import (
	"strconv"
	"time"

	"github.com/connpolicy/connpolicy/plan"
)

// NewSocketOption writes protobuf's JSON: 64-bit numbers as text, zeros left out.
func NewSocketOption(o plan.SocketOption) SocketOption {
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
	ManagerFilter  = "envoy.filters.network.http_connection_manager"
	TCPProxyFilter = "envoy.filters.network.tcp_proxy"
	SNIFilter      = "envoy.filters.network.sni_cluster"
	TLSInspector   = "envoy.filters.listener.tls_inspector"
)

// NewTCPProxyOptions returns the settings of a TCP listener that are written.
func NewTCPProxyOptions(l *plan.Listener) TCPProxyOptions {
	var out TCPProxyOptions
	if l.TCPProxy.IdleTimeout.Written() {
		out.IdleTimeout = Seconds(l.TCPProxy.IdleTimeout.Value)
	}
	if l.TCPProxy.MaxConnectAttempts.Written() {
		out.MaxConnectAttempts = &l.TCPProxy.MaxConnectAttempts.Value
	}
	return out
}

// NewManagerTimeouts returns the settings of an HTTP listener that are written.
func NewManagerTimeouts(l *plan.Listener) ManagerTimeouts {
	written := func(s plan.Setting[time.Duration]) string {
		if !s.Written() {
			return ""
		}
		return Seconds(s.Value)
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

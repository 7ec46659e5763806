// Package envoyapi has the messages of Envoy that are written, for the bootstraps of package envoy and for the
// EnvoyFilters of package istio.
package envoyapi

import (
	"fmt"
	"strings"
	"time"
)

// Envoy's messages, as much of them as is written, in the JSON form of protobuf with the
// original names. They are structs of our own because Envoy's module is larger than all of
// connpolicy; tests decode every output strictly into that module's types and validate it.

// Types of Envoy's extensions, as an Any names them.
const (
	TypeHTTPOptions       = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
	TypePreserveCase      = "type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig"
	TypeConnectionManager = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
	TypeSNICluster        = "type.googleapis.com/envoy.extensions.filters.network.sni_cluster.v3.SniCluster"
	TypeTLSInspector      = "type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"
	TypeTCPProxy          = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"
	TypeRouter            = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
)

// Empty is a message without fields, whose presence counts.
type Empty struct{}

// Bootstrap is what Envoy is started with.
type Bootstrap struct {
	StaticResources StaticResources `json:"static_resources"`
}

// StaticResources are everything that Envoy serves and connects to.
type StaticResources struct {
	Listeners []Listener `json:"listeners"`
	Clusters  []Cluster  `json:"clusters"`
}

// Cluster is envoy.config.cluster.v3.Cluster.
type Cluster struct {
	Name                          string                     `json:"name"`
	Type                          string                     `json:"type"`
	ConnectTimeout                string                     `json:"connect_timeout"`
	Metadata                      *Empty                     `json:"metadata,omitempty"`
	PerConnectionBufferLimitBytes *uint32                    `json:"per_connection_buffer_limit_bytes,omitempty"`
	CircuitBreakers               *CircuitBreakers           `json:"circuit_breakers,omitempty"`
	MaxRequestsPerConnection      uint32                     `json:"max_requests_per_connection,omitempty"`
	UpstreamConnectionOptions     *UpstreamConnectionOptions `json:"upstream_connection_options,omitempty"`
	CommonHTTPProtocolOptions     *CommonHTTP                `json:"common_http_protocol_options,omitempty"`
	HTTPProtocolOptions           *HTTP1Options              `json:"http_protocol_options,omitempty"`
	HTTP2ProtocolOptions          *Empty                     `json:"http2_protocol_options,omitempty"`
	TypedExtensionProtocolOptions *ExtensionOptions          `json:"typed_extension_protocol_options,omitempty"`
	ProtocolSelection             string                     `json:"protocol_selection,omitempty"`
	DNSLookupFamily               string                     `json:"dns_lookup_family,omitempty"`
	DNSRefreshRate                string                     `json:"dns_refresh_rate,omitempty"`
	RespectDNSTTL                 bool                       `json:"respect_dns_ttl,omitempty"`
	IgnoreHealthOnHostRemoval     bool                       `json:"ignore_health_on_host_removal,omitempty"`
	PreconnectPolicy              *PreconnectPolicy          `json:"preconnect_policy,omitempty"`
	LoadAssignment                *LoadAssignment            `json:"load_assignment,omitempty"`
}

// CircuitBreakers is envoy.config.cluster.v3.CircuitBreakers.
type CircuitBreakers struct {
	Thresholds []Thresholds `json:"thresholds"`
}

// Thresholds are a cluster's limits; one left out is Envoy's default.
type Thresholds struct {
	MaxConnections     *uint32 `json:"max_connections,omitempty"`
	MaxPendingRequests *uint32 `json:"max_pending_requests,omitempty"`
	MaxRequests        *uint32 `json:"max_requests,omitempty"`
	MaxRetries         *uint32 `json:"max_retries,omitempty"`
}

// UpstreamConnectionOptions is envoy.config.cluster.v3.UpstreamConnectionOptions.
type UpstreamConnectionOptions struct {
	TCPKeepalive TCPKeepalive `json:"tcp_keepalive"`
}

// TCPKeepalive is envoy.config.core.v3.TcpKeepalive: Seconds, and the kernel's value for what is left out.
type TCPKeepalive struct {
	Probes   *uint32 `json:"keepalive_probes,omitempty"`
	Time     *uint32 `json:"keepalive_time,omitempty"`
	Interval *uint32 `json:"keepalive_interval,omitempty"`
}

// CommonHTTP is envoy.config.core.v3.HttpProtocolOptions.
type CommonHTTP struct {
	IdleTimeout              string `json:"idle_timeout,omitempty"`
	MaxConnectionDuration    string `json:"max_connection_duration,omitempty"`
	MaxHeadersCount          uint32 `json:"max_headers_count,omitempty"`
	MaxStreamDuration        string `json:"max_stream_duration,omitempty"`
	MaxRequestsPerConnection uint32 `json:"max_requests_per_connection,omitempty"`
}

// HTTP1Options is envoy.config.core.v3.Http1ProtocolOptions.
type HTTP1Options struct {
	EnableTrailers      bool             `json:"enable_trailers,omitempty"`
	HeaderKeyFormat     *HeaderKeyFormat `json:"header_key_format,omitempty"`
	OverrideStreamError *bool            `json:"override_stream_error_on_invalid_http_message,omitempty"`
}

// HeaderKeyFormat is how header names are written to HTTP/1.1.
type HeaderKeyFormat struct {
	ProperCaseWords   *Empty          `json:"proper_case_words,omitempty"`
	StatefulFormatter *TypedExtension `json:"stateful_formatter,omitempty"`
}

// HTTP2Options is envoy.config.core.v3.Http2ProtocolOptions.
type HTTP2Options struct {
	MaxConcurrentStreams        *uint32 `json:"max_concurrent_streams,omitempty"`
	InitialStreamWindowSize     *uint32 `json:"initial_stream_window_size,omitempty"`
	InitialConnectionWindowSize *uint32 `json:"initial_connection_window_size,omitempty"`
	OverrideStreamError         *bool   `json:"override_stream_error_on_invalid_http_message,omitempty"`
}

// ExtensionOptions holds the one extension that clusters carry here.
type ExtensionOptions struct {
	HTTP HTTPProtocolOptions `json:"envoy.extensions.upstreams.http.v3.HttpProtocolOptions"`
}

// HTTPProtocolOptions is envoy.extensions.upstreams.http.v3.HttpProtocolOptions.
type HTTPProtocolOptions struct {
	Type                      string              `json:"@type"`
	CommonHTTPProtocolOptions *CommonHTTP         `json:"common_http_protocol_options,omitempty"`
	ExplicitHTTPConfig        *ExplicitHTTPConfig `json:"explicit_http_config,omitempty"`
	UseDownstream             *DownstreamProtocol `json:"use_downstream_protocol_config,omitempty"`
}

// ExplicitHTTPConfig names the one protocol that is spoken.
type ExplicitHTTPConfig struct {
	HTTP1 *HTTP1Options `json:"http_protocol_options,omitempty"`
	HTTP2 *HTTP2Options `json:"http2_protocol_options,omitempty"`
}

// DownstreamProtocol uses the protocol of the caller.
type DownstreamProtocol struct {
	HTTP1 *HTTP1Options `json:"http_protocol_options,omitempty"`
	HTTP2 *HTTP2Options `json:"http2_protocol_options,omitempty"`
}

// PreconnectPolicy is envoy.config.cluster.v3.Cluster.PreconnectPolicy.
type PreconnectPolicy struct {
	PerUpstream *float64 `json:"per_upstream_preconnect_ratio,omitempty"`
	Predictive  *float64 `json:"predictive_preconnect_ratio,omitempty"`
}

// LoadAssignment is envoy.config.endpoint.v3.ClusterLoadAssignment.
type LoadAssignment struct {
	ClusterName string              `json:"cluster_name"`
	Endpoints   []LocalityEndpoints `json:"endpoints"`
}

// LocalityEndpoints are the endpoints of one locality; there is only one here.
type LocalityEndpoints struct {
	LBEndpoints []LBEndpoint `json:"lb_endpoints"`
}

// LBEndpoint is envoy.config.endpoint.v3.LbEndpoint.
type LBEndpoint struct {
	Endpoint            Endpoint          `json:"endpoint"`
	Metadata            *EndpointMetadata `json:"metadata,omitempty"`
	LoadBalancingWeight uint32            `json:"load_balancing_weight,omitempty"`
}

// Endpoint is envoy.config.endpoint.v3.Endpoint.
type Endpoint struct {
	Hostname          string             `json:"hostname,omitempty"`
	Address           Address            `json:"address"`
	HealthCheckConfig *HealthCheckConfig `json:"health_check_config,omitempty"`
}

// HealthCheckConfig names the host that health checks ask for.
type HealthCheckConfig struct {
	Hostname string `json:"hostname"`
}

// EndpointMetadata matches an endpoint to a transport socket.
type EndpointMetadata struct {
	FilterMetadata FilterMetadata `json:"filter_metadata"`
}

// FilterMetadata is the metadata of the one filter that reads it here.
type FilterMetadata struct {
	TransportSocketMatch map[string]bool `json:"envoy.transport_socket_match"`
}

// Address is envoy.config.core.v3.Address.
type Address struct {
	SocketAddress *SocketAddress `json:"socket_address,omitempty"`
	Pipe          *Pipe          `json:"pipe,omitempty"`
}

// SocketAddress is envoy.config.core.v3.SocketAddress.
type SocketAddress struct {
	Address    string `json:"address"`
	PortValue  uint32 `json:"port_value"`
	IPv4Compat bool   `json:"ipv4_compat,omitempty"`
}

// Pipe is a Unix socket.
type Pipe struct {
	Path string `json:"path"`
}

// Listener is envoy.config.listener.v3.Listener.
type Listener struct {
	Name                          string             `json:"name"`
	Address                       Address            `json:"address"`
	PerConnectionBufferLimitBytes uint32             `json:"per_connection_buffer_limit_bytes,omitempty"`
	SocketOptions                 []SocketOption     `json:"socket_options,omitempty"`
	ConnectionBalanceConfig       *ConnectionBalance `json:"connection_balance_config,omitempty"`
	ListenerFilters               []ListenerFilter   `json:"listener_filters,omitempty"`
	FilterChains                  []FilterChain      `json:"filter_chains"`
}

// ListenerFilter is envoy.config.listener.v3.ListenerFilter.
type ListenerFilter struct {
	Name        string      `json:"name"`
	TypedConfig TypedConfig `json:"typed_config"`
}

// SocketOption is envoy.config.core.v3.SocketOption.
type SocketOption struct {
	Description string  `json:"description,omitempty"`
	Level       string  `json:"level,omitempty"`
	Name        string  `json:"name,omitempty"`
	IntValue    *string `json:"int_value,omitempty"`
	BufValue    string  `json:"buf_value,omitempty"`
	State       string  `json:"state,omitempty"`
}

// ConnectionBalance spreads connections over Envoy's threads.
type ConnectionBalance struct {
	ExactBalance *Empty `json:"exact_balance,omitempty"`
}

// FilterChain is envoy.config.listener.v3.FilterChain.
type FilterChain struct {
	Filters []Filter `json:"filters"`
}

// Filter is envoy.config.listener.v3.Filter.
type Filter struct {
	Name        string `json:"name"`
	TypedConfig any    `json:"typed_config"`
}

// TypedExtension is a named extension.
type TypedExtension struct {
	Name        string      `json:"name"`
	TypedConfig TypedConfig `json:"typed_config"`
}

// HTTPFilter is an HTTP filter of a connection manager.
type HTTPFilter = TypedExtension

// TypedConfig is a config of a type without fields.
type TypedConfig struct {
	Type string `json:"@type"`
}

// ConnectionManager is Envoy's HTTP connection manager.
type ConnectionManager struct {
	Type       string `json:"@type"`
	StatPrefix string `json:"stat_prefix"`
	ManagerTimeouts
	RouteConfig RouteConfig  `json:"route_config"`
	HTTPFilters []HTTPFilter `json:"http_filters"`
}

// ManagerTimeouts are a connection manager's, toward its callers.
type ManagerTimeouts struct {
	CommonHTTPProtocolOptions *CommonHTTP `json:"common_http_protocol_options,omitempty"`
	StreamIdleTimeout         string      `json:"stream_idle_timeout,omitempty"`
	RequestTimeout            string      `json:"request_timeout,omitempty"`
	DrainTimeout              string      `json:"drain_timeout,omitempty"`
}

// RouteConfig is a route table, which is empty here.
type RouteConfig struct {
	Name         string     `json:"name"`
	VirtualHosts []struct{} `json:"virtual_hosts"`
}

// TCPProxy is Envoy's TCP proxy.
type TCPProxy struct {
	Type       string `json:"@type"`
	StatPrefix string `json:"stat_prefix"`
	Cluster    string `json:"cluster"`
	TCPProxyOptions
}

// TCPProxyOptions are how a TCP proxy forwards.
type TCPProxyOptions struct {
	IdleTimeout        string  `json:"idle_timeout,omitempty"`
	MaxConnectAttempts *uint32 `json:"max_connect_attempts,omitempty"`
}

// Seconds is a duration in protobuf's JSON: Seconds with 0, 3, 6 or 9 decimals.
func Seconds(d time.Duration) string {
	text := fmt.Sprintf("%d.%09d", d/time.Second, d%time.Second)
	text = strings.TrimSuffix(text, "000")
	text = strings.TrimSuffix(text, "000")
	text = strings.TrimSuffix(text, ".000")
	return text + "s"
}

package kgateway

// kgateway's policies, as far as they are about connections (gateway.kgateway.dev/v1alpha1,
// https://kgateway.dev/docs/reference/api/).

// Group is the API group of kgateway's policies.
const Group = "gateway.kgateway.dev"

type kgatewayBackend struct {
	TargetRefs                    []kgatewayTarget    `json:"targetRefs"`
	ConnectTimeout                string              `json:"connectTimeout,omitempty"`
	PerConnectionBufferLimitBytes *int32              `json:"perConnectionBufferLimitBytes,omitempty"`
	TCPKeepalive                  *kgatewayKeepalive  `json:"tcpKeepalive,omitempty"`
	CircuitBreakers               *kgatewayLimits     `json:"circuitBreakers,omitempty"`
	CommonHTTPProtocolOptions     *kgatewayCommonHTTP `json:"commonHttpProtocolOptions,omitempty"`
	HTTP1ProtocolOptions          *kgatewayHTTP1      `json:"http1ProtocolOptions,omitempty"`
	HTTP2ProtocolOptions          *kgatewayHTTP2      `json:"http2ProtocolOptions,omitempty"`
	DNS                           *kgatewayDNS        `json:"dns,omitempty"`
}

type kgatewayTarget struct {
	Group string `json:"group"` // "" is the core group, and has to be written
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

type kgatewayKeepalive struct {
	KeepAliveProbes   *int32 `json:"keepAliveProbes,omitempty"`
	KeepAliveTime     string `json:"keepAliveTime,omitempty"`
	KeepAliveInterval string `json:"keepAliveInterval,omitempty"`
}

type kgatewayLimits struct {
	MaxConnections     *int32 `json:"maxConnections,omitempty"`
	MaxPendingRequests *int32 `json:"maxPendingRequests,omitempty"`
	MaxRequests        *int32 `json:"maxRequests,omitempty"`
	MaxRetries         *int32 `json:"maxRetries,omitempty"`
}

type kgatewayCommonHTTP struct {
	IdleTimeout              string `json:"idleTimeout,omitempty"`
	MaxHeadersCount          *int32 `json:"maxHeadersCount,omitempty"`
	MaxStreamDuration        string `json:"maxStreamDuration,omitempty"`
	MaxRequestsPerConnection *int32 `json:"maxRequestsPerConnection,omitempty"`
}

type kgatewayHTTP1 struct {
	EnableTrailers          *bool `json:"enableTrailers,omitempty"`
	OverrideStreamError     *bool `json:"overrideStreamErrorOnInvalidHttpMessage,omitempty"`
	PreserveHTTP1HeaderCase *bool `json:"preserveHttp1HeaderCase,omitempty"`
}

type kgatewayHTTP2 struct {
	InitialStreamWindowSize     *int32 `json:"initialStreamWindowSize,omitempty"`
	InitialConnectionWindowSize *int32 `json:"initialConnectionWindowSize,omitempty"`
	MaxConcurrentStreams        *int32 `json:"maxConcurrentStreams,omitempty"`
	OverrideStreamError         *bool  `json:"overrideStreamErrorOnInvalidHttpMessage,omitempty"`
}

type kgatewayDNS struct {
	RefreshRate string `json:"refreshRate,omitempty"`
	RespectTTL  *bool  `json:"respectTTL,omitempty"`
}

type kgatewayListeners struct {
	TargetRefs []kgatewayTarget `json:"targetRefs"`
	PerPort    []kgatewayPort   `json:"perPort"`
}

type kgatewayPort struct {
	Port     uint32           `json:"port"`
	Listener kgatewayListener `json:"listener"`
}

type kgatewayListener struct {
	TCPKeepalive                  *kgatewayKeepalive `json:"tcpKeepalive,omitempty"`
	PerConnectionBufferLimitBytes *int32             `json:"perConnectionBufferLimitBytes,omitempty"`
	HTTPSettings                  *kgatewayHTTP      `json:"httpSettings,omitempty"`
}

type kgatewayHTTP struct {
	IdleTimeout       string `json:"idleTimeout,omitempty"`
	StreamIdleTimeout string `json:"streamIdleTimeout,omitempty"`
	// MaxRequestsPerConnection is there since kgateway 2.4.
	MaxRequestsPerConnection *int32 `json:"maxRequestsPerConnection,omitempty"`
}

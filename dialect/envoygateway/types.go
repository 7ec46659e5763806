package envoygateway

// Envoy Gateway's policies, as far as connections go (gateway.envoyproxy.io/v1alpha1,
// https://gateway.envoyproxy.io/docs/api/extension_types/). Durations are spelled as the Gateway
// API does; sizes are quantities, of which a whole number is one.

// targetRef names what a policy is for.
type targetRef struct {
	Group       string `json:"group"`
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	SectionName string `json:"sectionName,omitempty"`
}

// backendTraffic is the spec of a BackendTrafficPolicy.
type backendTraffic struct {
	TargetRefs        []targetRef        `json:"targetRefs"`
	TCPKeepalive      *gatewayKeepalive  `json:"tcpKeepalive,omitempty"`
	CircuitBreaker    *circuitBreaker    `json:"circuitBreaker,omitempty"`
	Connection        *backendConnection `json:"connection,omitempty"`
	Timeout           *backendTimeout    `json:"timeout,omitempty"`
	HTTP2             *backendHTTP2      `json:"http2,omitempty"`
	DNS               *backendDNS        `json:"dns,omitempty"`
	UseClientProtocol *bool              `json:"useClientProtocol,omitempty"`
}

// gatewayKeepalive is a TCPKeepalive, of either policy.
type gatewayKeepalive struct {
	Probes   *uint32 `json:"probes,omitempty"`
	IdleTime string  `json:"idleTime,omitempty"`
	Interval string  `json:"interval,omitempty"`
}

type circuitBreaker struct {
	MaxConnections           *uint32 `json:"maxConnections,omitempty"`
	MaxPendingRequests       *uint32 `json:"maxPendingRequests,omitempty"`
	MaxParallelRequests      *uint32 `json:"maxParallelRequests,omitempty"`
	MaxParallelRetries       *uint32 `json:"maxParallelRetries,omitempty"`
	MaxRequestsPerConnection *uint32 `json:"maxRequestsPerConnection,omitempty"`
}

type backendConnection struct {
	BufferLimit *uint32            `json:"bufferLimit,omitempty"`
	Preconnect  *backendPreconnect `json:"preconnect,omitempty"`
}

type backendPreconnect struct {
	PerEndpointPercent uint32 `json:"perEndpointPercent"`
}

type backendTimeout struct {
	TCP  *backendTCPTimeout  `json:"tcp,omitempty"`
	HTTP *backendHTTPTimeout `json:"http,omitempty"`
}

type backendTCPTimeout struct {
	ConnectTimeout string `json:"connectTimeout"`
}

type backendHTTPTimeout struct {
	ConnectionIdleTimeout string `json:"connectionIdleTimeout,omitempty"`
	MaxConnectionDuration string `json:"maxConnectionDuration,omitempty"`
	MaxStreamDuration     string `json:"maxStreamDuration,omitempty"`
}

type backendHTTP2 struct {
	InitialStreamWindowSize     *uint32 `json:"initialStreamWindowSize,omitempty"`
	InitialConnectionWindowSize *uint32 `json:"initialConnectionWindowSize,omitempty"`
	MaxConcurrentStreams        *uint32 `json:"maxConcurrentStreams,omitempty"`
	OnInvalidMessage            string  `json:"onInvalidMessage,omitempty"`
}

type backendDNS struct {
	DNSRefreshRate string `json:"dnsRefreshRate,omitempty"`
	RespectDNSTTL  *bool  `json:"respectDnsTtl,omitempty"`
}

// clientTraffic is the spec of a ClientTrafficPolicy.
type clientTraffic struct {
	TargetRefs   []targetRef       `json:"targetRefs"`
	TCPKeepalive *gatewayKeepalive `json:"tcpKeepalive,omitempty"`
	Connection   *clientConnection `json:"connection,omitempty"`
	Timeout      *clientTimeout    `json:"timeout,omitempty"`
	HTTP1        *clientHTTP1      `json:"http1,omitempty"`
}

type clientHTTP1 struct {
	DisableSafeMaxConnectionDuration bool `json:"disableSafeMaxConnectionDuration,omitempty"`
}

type clientConnection struct {
	BufferLimit     *uint32          `json:"bufferLimit,omitempty"`
	ConnectionLimit *connectionLimit `json:"connectionLimit,omitempty"`
}

type connectionLimit struct {
	MaxConnectionDuration    string  `json:"maxConnectionDuration,omitempty"`
	MaxRequestsPerConnection *uint32 `json:"maxRequestsPerConnection,omitempty"`
	MaxStreamDuration        string  `json:"maxStreamDuration,omitempty"`
}

type clientTimeout struct {
	TCP  *clientTCPTimeout  `json:"tcp,omitempty"`
	HTTP *clientHTTPTimeout `json:"http,omitempty"`
}

type clientTCPTimeout struct {
	IdleTimeout string `json:"idleTimeout"`
}

type clientHTTPTimeout struct {
	IdleTimeout            string `json:"idleTimeout,omitempty"`
	RequestReceivedTimeout string `json:"requestReceivedTimeout,omitempty"`
	StreamIdleTimeout      string `json:"streamIdleTimeout,omitempty"`
}

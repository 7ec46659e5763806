package schema

import "encoding/json"

// The resources of Gloo Edge (v1 APIs), as far as they set connections. What these
// structs leave out is outside connections, and Leftovers names it.

// Upstream is a destination of Gloo Edge, with its connection settings.
type Upstream struct {
	Spec UpstreamSpec `json:"spec"`
}

// UpstreamSpec is an Upstream's spec; exactly one of the types should be set.
type UpstreamSpec struct {
	ConnectionConfig *UpstreamConnection `json:"connectionConfig"`
	CircuitBreakers  *CircuitBreakers    `json:"circuitBreakers"`
	PreconnectPolicy *PreconnectPolicy   `json:"preconnectPolicy"`

	UseHTTP2                                *bool   `json:"useHttp2"`
	InitialStreamWindowSize                 *uint32 `json:"initialStreamWindowSize"`
	InitialConnectionWindowSize             *uint32 `json:"initialConnectionWindowSize"`
	MaxConcurrentStreams                    *uint32 `json:"maxConcurrentStreams"`
	OverrideStreamErrorOnInvalidHTTPMessage *bool   `json:"overrideStreamErrorOnInvalidHttpMessage"`
	ProtocolSelection                       *Enum   `json:"protocolSelection"`

	DNSRefreshRate            *Duration `json:"dnsRefreshRate"`
	RespectDNSTTL             *bool     `json:"respectDnsTtl"`
	IgnoreHealthOnHostRemoval *bool     `json:"ignoreHealthOnHostRemoval"`

	ProxyProtocolVersion *string `json:"proxyProtocolVersion"`
	HTTPProxyHostname    *string `json:"httpProxyHostname"`

	Kube   *KubeUpstream   `json:"kube"`
	Static *StaticUpstream `json:"static"`
	Pipe   *struct {
		Path        string       `json:"path"`
		ServiceSpec *ServiceSpec `json:"serviceSpec"`
	} `json:"pipe"`
	AWS *struct {
		Region    string    `json:"region"`
		SecretRef *struct{} `json:"secretRef"`
	} `json:"aws"`
	Azure *struct {
		FunctionAppName string `json:"functionAppName"`
	} `json:"azure"`
	Consul *struct {
		ServiceName string       `json:"serviceName"`
		ServiceSpec *ServiceSpec `json:"serviceSpec"`
	} `json:"consul"`
	AWSEC2 *struct{}      `json:"awsEc2"`
	GCP    map[string]any `json:"gcp"` // Enterprise only, and refused
	AI     map[string]any `json:"ai"`  // Enterprise only, and refused
}

// UpstreamConnection is an Upstream's connectionConfig.
type UpstreamConnection struct {
	MaxRequestsPerConnection      *uint32            `json:"maxRequestsPerConnection"`
	ConnectTimeout                *Duration          `json:"connectTimeout"`
	TCPKeepalive                  *UpstreamKeepalive `json:"tcpKeepalive"`
	PerConnectionBufferLimitBytes *uint32            `json:"perConnectionBufferLimitBytes"`
	CommonHTTP                    *CommonHTTP        `json:"commonHttpProtocolOptions"`
	HTTP1                         *HTTP1             `json:"http1ProtocolOptions"`
}

// UpstreamKeepalive turns keepalive on, even when it is empty.
type UpstreamKeepalive struct {
	Probes   *uint32   `json:"keepaliveProbes"`
	Time     *Duration `json:"keepaliveTime"`
	Interval *Duration `json:"keepaliveInterval"`
}

// CommonHTTP are the HTTP options of every protocol version.
type CommonHTTP struct {
	IdleTimeout                  *Duration `json:"idleTimeout"`
	MaxHeadersCount              *uint32   `json:"maxHeadersCount"`
	MaxStreamDuration            *Duration `json:"maxStreamDuration"`
	HeadersWithUnderscoresAction *Enum     `json:"headersWithUnderscoresAction"`
}

// HTTP1 are the options of HTTP/1.1.
type HTTP1 struct {
	EnableTrailers                          *bool `json:"enableTrailers"`
	ProperCaseHeaderKeyFormat               *bool `json:"properCaseHeaderKeyFormat"`
	PreserveCaseHeaderKeyFormat             *bool `json:"preserveCaseHeaderKeyFormat"`
	OverrideStreamErrorOnInvalidHTTPMessage *bool `json:"overrideStreamErrorOnInvalidHttpMessage"`
}

// CircuitBreakers are limits; a zero here is a limit of zero.
type CircuitBreakers struct {
	MaxConnections     *uint32 `json:"maxConnections"`
	MaxPendingRequests *uint32 `json:"maxPendingRequests"`
	MaxRequests        *uint32 `json:"maxRequests"`
	MaxRetries         *uint32 `json:"maxRetries"`
}

// PreconnectPolicy opens connections ahead of need: ratios from 1 to 3.
type PreconnectPolicy struct {
	PerUpstreamPreconnectRatio *float64 `json:"perUpstreamPreconnectRatio"`
	PredictivePreconnectRatio  *float64 `json:"predictivePreconnectRatio"`
}

// KubeUpstream names a port of a Kubernetes Service.
type KubeUpstream struct {
	ServiceName      string       `json:"serviceName"`
	ServiceNamespace string       `json:"serviceNamespace"`
	ServicePort      uint32       `json:"servicePort"`
	ServiceSpec      *ServiceSpec `json:"serviceSpec"`
}

// ServiceSpec is the service of an Upstream, as its type has it.
type ServiceSpec struct {
	GRPC               *struct{} `json:"grpc"`
	GRPCJSONTranscoder *struct{} `json:"grpcJsonTranscoder"`
}

// GRPC returns where the Upstream declares its service as gRPC, as a JSON pointer, or "".
func (s *UpstreamSpec) GRPC() string {
	var of ServiceSpec
	var in string
	take := func(name string, spec *ServiceSpec) {
		if spec != nil {
			in, of = name, *spec
		}
	}
	if s.Kube != nil {
		take("kube", s.Kube.ServiceSpec)
	}
	if s.Static != nil {
		take("static", s.Static.ServiceSpec)
	}
	if s.Pipe != nil {
		take("pipe", s.Pipe.ServiceSpec)
	}
	if s.Consul != nil {
		take("consul", s.Consul.ServiceSpec)
	}
	switch {
	case of.GRPC != nil:
		return "/spec/" + in + "/serviceSpec/grpc"
	case of.GRPCJSONTranscoder != nil:
		return "/spec/" + in + "/serviceSpec/grpcJsonTranscoder"
	}
	return ""
}

// StaticUpstream lists addresses or host names.
type StaticUpstream struct {
	Hosts          []StaticHost `json:"hosts"`
	AutoSNIRewrite *bool        `json:"autoSniRewrite"`
	ServiceSpec    *ServiceSpec `json:"serviceSpec"`
	UseTLS         *bool        `json:"useTls"` // named, not compiled
}

// StaticHost is one address or host name of a StaticUpstream.
type StaticHost struct {
	Addr                string  `json:"addr"`
	Port                uint32  `json:"port"`
	SNIAddr             string  `json:"sniAddr"`
	LoadBalancingWeight *uint32 `json:"loadBalancingWeight"`
}

// Gateway is one listener of Gloo Edge.
type Gateway struct {
	Spec struct {
		BindAddress   string           `json:"bindAddress"`
		BindPort      uint32           `json:"bindPort"`
		Options       *ListenerOptions `json:"options"`
		HTTPGateway   *HTTPGateway     `json:"httpGateway"`
		TCPGateway    *TCPGateway      `json:"tcpGateway"`
		HybridGateway *HybridGateway   `json:"hybridGateway"`
		ProxyNames    []string         `json:"proxyNames"` // "gateway-proxy" when left out
	} `json:"spec"`
}

// ListenerOptions are the options of a Gateway's and a Proxy's listener.
type ListenerOptions struct {
	PerConnectionBufferLimitBytes *uint32        `json:"perConnectionBufferLimitBytes"`
	SocketOptions                 []SocketOption `json:"socketOptions"`
	ConnectionBalanceConfig       *struct {
		ExactBalance *struct{} `json:"exactBalance"`
	} `json:"connectionBalanceConfig"`
}

// SocketOption is one setsockopt call on the listening socket.
type SocketOption struct {
	Description string  `json:"description"`
	Level       Int64   `json:"level"`
	Name        Int64   `json:"name"`
	IntValue    *Int64  `json:"intValue"`
	BufValue    *string `json:"bufValue"` // base64
	State       *Enum   `json:"state"`    // STATE_PREBIND when left out
}

// HTTPGateway serves HTTP.
type HTTPGateway struct {
	Options *struct {
		HCM *HCMSettings `json:"httpConnectionManagerSettings"`
	} `json:"options"`
}

// HCMSettings are the timeouts and limits of the HTTP connection manager, toward the client.
type HCMSettings struct {
	MaxRequestsPerConnection *uint32 `json:"maxRequestsPerConnection"`

	IdleTimeout           *Duration `json:"idleTimeout"`
	MaxConnectionDuration *Duration `json:"maxConnectionDuration"`
	MaxStreamDuration     *Duration `json:"maxStreamDuration"`
	StreamIdleTimeout     *Duration `json:"streamIdleTimeout"`
	RequestTimeout        *Duration `json:"requestTimeout"`
	DrainTimeout          *Duration `json:"drainTimeout"`
}

// TCPGateway forwards TCP.
type TCPGateway struct {
	TCPHosts []TCPHost `json:"tcpHosts"`
	Options  *struct {
		TCPProxySettings *TCPProxySettings `json:"tcpProxySettings"`
	} `json:"options"`
}

// TCPHost is where a TCPGateway forwards to.
type TCPHost struct {
	Name        string `json:"name"`
	Destination struct {
		Single                *TCPDestination `json:"single"`
		Multi                 map[string]any  `json:"multi"`         // not compiled
		UpstreamGroup         map[string]any  `json:"upstreamGroup"` // not compiled
		ForwardSNIClusterName *struct{}       `json:"forwardSniClusterName"`
	} `json:"destination"`
}

// Destinations lists where the host forwards to; none for an UpstreamGroup, which is not read.
func (h *TCPHost) Destinations() []TCPDestination {
	if h.Destination.Single != nil {
		return []TCPDestination{*h.Destination.Single}
	}
	var multi struct {
		Destinations []struct {
			Destination TCPDestination `json:"destination"`
		} `json:"destinations"`
	}
	if raw, err := json.Marshal(h.Destination.Multi); err != nil || json.Unmarshal(raw, &multi) != nil {
		return nil // a value of the wrong type, which the JSON Schema does not look at
	}
	var out []TCPDestination
	for _, d := range multi.Destinations {
		out = append(out, d.Destination)
	}
	return out
}

// TCPDestination is one place that a TCPGateway forwards to.
type TCPDestination struct {
	Consul   map[string]any `json:"consul"` // not compiled
	Upstream *ResourceRef   `json:"upstream"`
	Kube     *struct {
		Ref  ResourceRef `json:"ref"`
		Port uint32      `json:"port"`
	} `json:"kube"`
}

// ResourceRef names an object.
type ResourceRef struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

// TCPProxySettings are the TCP proxy's own limits.
type TCPProxySettings struct {
	MaxConnectAttempts *uint32   `json:"maxConnectAttempts"`
	IdleTimeout        *Duration `json:"idleTimeout"`
}

// HybridGateway serves several kinds of traffic on one port.
type HybridGateway struct {
	MatchedGateways []struct {
		HTTPGateway *HTTPGateway `json:"httpGateway"`
		TCPGateway  *TCPGateway  `json:"tcpGateway"`
	} `json:"matchedGateways"`
	DelegatedHTTPGateways map[string]any `json:"delegatedHttpGateways"` // not compiled
	DelegatedTCPGateways  map[string]any `json:"delegatedTcpGateways"`  // not compiled
}

// Proxy is what Gloo Edge's gateway controller makes of the Gateways of one proxy.
type Proxy struct {
	Spec struct {
		Listeners []ProxyListener `json:"listeners"`
	} `json:"spec"`
}

// ProxyListener is one listener of a Proxy.
type ProxyListener struct {
	Name              string           `json:"name"`
	BindAddress       string           `json:"bindAddress"`
	BindPort          uint32           `json:"bindPort"`
	Options           *ListenerOptions `json:"options"`
	HTTPListener      *HTTPGateway     `json:"httpListener"`
	TCPListener       *TCPGateway      `json:"tcpListener"`
	HybridListener    map[string]any   `json:"hybridListener"`    // not compiled
	AggregateListener map[string]any   `json:"aggregateListener"` // not compiled
}

// Package plan is the intermediate form between those who read manifests and those who write them: what every
// connection will do, each setting with its value and where it comes from. What goes in: nothing; package compile
// makes plans. What comes out: connections for those who show, judge or write them, and the differences of two
// plans. It reads no document and writes no target.
package plan

import (
	"time"

	"github.com/connpolicy/connpolicy/diag"
)

// Plan is what every destination's and every listener's connections will do. All slices
// are sorted; two inputs with the same documents give equal plans.
type Plan struct {
	Destinations []Destination
	Upstreams    []Upstream
	Listeners    []Listener
	// Routes are those of the Gateway API that lead to something decided, for targets whose
	// settings are for routes.
	Routes []Route
	// Undecided are the places that no policy decides. No target writes anything for them.
	Undecided Undecided
}

// Destination is a host that callers connect to, with the ports that something decides.
type Destination struct {
	Object    Object
	Name      string   // of the rule, as Gloo names it
	Namespace string   // where the rule goes
	Host      string   // as callers write it
	ExportTo  []string // namespaces that may see the rule; nil means all
	Ports     []Port
	// Undecided are the ports that nobody decides, for targets whose settings are for all ports.
	Undecided []uint32
}

// Object is the thing that a destination or listener stands for.
type Object struct {
	Kind      string // SERVICE, VIRTUAL_DESTINATION, EXTERNAL_SERVICE, UPSTREAM
	Name      string
	Namespace string
	Cluster   string // "" when not known
	Workspace string // "" when not known
	Document  Document
}

// Port is one port of a destination, with its decided settings.
type Port struct {
	Number   uint32
	Protocol string // HTTP, HTTPS, HTTP2, GRPC, TCP, TLS, MONGO; "" when not said
	Settings *Settings
	// Endpoints are where the connections go, for targets that connect by themselves.
	Endpoints []Endpoint
	// By is the document that decided the settings, Overridden those that would have.
	By         Document
	Overridden []Override
	IdleAt     Origin // where the idle timeout can be written; zero for nowhere
	// Upstream reports settings that come from an Upstream, which has a cluster of its own.
	Upstream bool
	// Routed reports a route in Plan.Routes that leads here.
	Routed bool
}

// Override is a document that lost a port or a listener, whole, to the one that decides it.
type Override struct {
	By  Document
	Why string // by which rule the other one comes first: "it is older"
}

// Endpoint is an address, or a name that DNS resolves, with a port; or a Unix socket's path.
type Endpoint struct {
	Address string
	Port    uint32
	Path    string
	Weight  uint32 // 0: not weighted
	SNI     string // what Gloo matches the endpoint's transport socket by; "" for no match
	From    Origin // where it is written, for a static Upstream's
}

// Upstream is a Gloo Edge Upstream as a cluster.
type Upstream struct {
	Object    Object
	Type      string // kube, static, pipe, aws, azure, consul, awsEc2, gcp, ai; "" when it names none
	Settings  *Settings
	Endpoints []Endpoint
	Places    []Place // what it stands for in a mesh; none for addresses and sockets
	Routed    bool    // a route in Plan.Routes leads here
	TCP       bool    // something in the input forwards TCP here
	Requests  bool    // something in the input sends requests here
	IdleAt    Origin  // where the idle timeout of its connections can be written; zero for nowhere
}

// Place is a port of a host that an Upstream stands for in a mesh, where only one source can
// Decide a port.
type Place struct {
	Host      string
	Port      uint32
	DecidedBy Document // who decides it instead, nil when the Upstream does
	Why       string   // by which rule
}

// Document is a document of the input as a plan refers to it: what it is called, and where its fields stand.
type Document interface {
	Identity() diag.Object // with the namespace that it is in, written or not
	Subject() string       // "ConnectionPolicy bookinfo/tcp-keepalive"
	Ref() string           // "bookinfo/tcp-keepalive"
	Cluster() string       // of the directory that it was read from, or ""
	Place() diag.Span      // the file
	// Span and KeySpan are where the value and the key at a JSON pointer stand.
	Span(pointer string) diag.Span
	KeySpan(pointer string) diag.Span
	// SetValue is the edit that writes another value at a JSON pointer, or nil.
	SetValue(pointer string, value any) *diag.Fix
}

// Origin is where a value comes from: the user's text, or a default with a name. The zero Origin is neither.
type Origin struct {
	Default  string // "the kernel's default", when nobody wrote the value
	document Document
	pointer  string
}

// The names of defaults, as they are shown for a value that nobody wrote.
const (
	DefaultOfKernel = "the kernel's default"
	DefaultOfIstio  = "Istio's default"
	DefaultOfGloo   = "Gloo's default"
	DefaultOfEnvoy  = "Envoy's default"
)

// From is the origin of a value that stands at a JSON pointer of a document.
func From(d Document, pointer string) Origin { return Origin{document: d, pointer: pointer} }

// Written reports a value that the user wrote.
func (o Origin) Written() bool { return o.document != nil }

// Span is where the value stands; no place for a default.
func (o Origin) Span() diag.Span {
	if o.document == nil {
		return diag.Span{}
	}
	return o.document.Span(o.pointer)
}

// KeySpan is where the value's key stands; no place for a default.
func (o Origin) KeySpan() diag.Span {
	if o.document == nil {
		return diag.Span{}
	}
	return o.document.KeySpan(o.pointer)
}

// Name is where the name of the value's document stands.
func (o Origin) Name() diag.Span {
	if o.document == nil {
		return diag.Span{}
	}
	return o.document.Span("/metadata/name")
}

// Subject names the document the value stands in.
func (o Origin) Subject() string {
	if o.document == nil {
		return ""
	}
	return o.document.Subject()
}

// Document is the one the value stands in; nil for a default.
func (o Origin) Document() Document { return o.document }

// Pointer is where the value stands in its document, as a JSON pointer.
func (o Origin) Pointer() string { return o.pointer }

// Setting is a value with its origin.
type Setting[T any] struct {
	Value T
	From  Origin
}

// Written reports a setting that the user wrote.
func (s Setting[T]) Written() bool { return s.From.Written() }

// Settings are everything that is decided about connections to one place. Each is filled;
// its origin distinguishes what was written from a default.
type Settings struct {
	ConnectTimeout           Setting[time.Duration]
	Keepalive                Keepalive
	Limits                   Limits
	MaxRequestsPerConnection Setting[uint32]        // 0: no limit
	MaxConnectionDuration    Setting[time.Duration] // 0: no limit
	BufferLimit              Setting[uint32]        // bytes a connection may buffer, in each direction
	TCP                      TCP
	HTTP                     HTTP
	HTTP1                    HTTP1
	HTTP2                    HTTP2
	ProxyProtocol            Setting[string] // V1 or V2, the header sent before the data; "" for none
	Tunnel                   Setting[string] // the host for which the destination, an HTTP proxy, opens a tunnel; "" for none
	DNS                      DNS
	Preconnect               Preconnect
}

// Keepalive is TCP keepalive toward a peer. Durations are whole seconds.
type Keepalive struct {
	On       Setting[bool]
	Time     Setting[time.Duration] // idle time before the first probe
	Interval Setting[time.Duration] // between probes
	Probes   Setting[uint32]        // unanswered ones that end the connection
	// UserTimeout is TCP_USER_TIMEOUT, which a listener's socket options can set; nil when none is
	// set. With it the kernel does not count probes.
	UserTimeout *Setting[time.Duration]
}

// Limits bound what a proxy does at once toward one destination.
type Limits struct {
	From               Origin // the block they stand in; an empty block is one, too
	MaxConnections     Setting[uint32]
	MaxPendingRequests Setting[uint32]
	MaxRequests        Setting[uint32]
	MaxRetries         Setting[uint32]
}

// TCP are options of connections that are forwarded without reading requests.
type TCP struct {
	// IdleTimeout is how long neither side may send data; keepalive probes are not data. The
	// proxy's listener decides it, and not a destination.
	IdleTimeout Setting[time.Duration]
}

// HTTP are options of all HTTP versions.
type HTTP struct {
	From              Origin // the block they stand in; an empty block is one, too
	IdleTimeout       Setting[time.Duration]
	MaxHeadersCount   Setting[uint32] // 0: Envoy's default, 100
	MaxStreamDuration Setting[time.Duration]
}

// HTTP1 are options of HTTP/1.1.
type HTTP1 struct {
	From                Origin // the block they stand in; an empty block is one, too
	EnableTrailers      Setting[bool]
	HeaderKeyFormat     Setting[string] // "", PROPER_CASE or PRESERVE_CASE
	OverrideStreamError Setting[bool]
}

// HTTP2 are options of HTTP/2, and how the protocol is chosen.
type HTTP2 struct {
	On                          Setting[bool]
	UseDownstreamProtocol       Setting[bool]
	InitialStreamWindowSize     Setting[uint32] // bytes
	InitialConnectionWindowSize Setting[uint32] // bytes
	MaxConcurrentStreams        Setting[uint32]
	OverrideStreamError         Setting[bool]
}

// DNS is how a destination's names are resolved.
type DNS struct {
	RefreshRate               Setting[time.Duration]
	RespectTTL                Setting[bool]
	IgnoreHealthOnHostRemoval Setting[bool]
}

// Preconnect opens connections ahead of need: ratios from 1 to 3.
type Preconnect struct {
	PerUpstream Setting[float64]
	Predictive  Setting[float64]
}

// Listener is a port that a proxy opens for its callers.
type Listener struct {
	Object  Object // GATEWAY, PROXY or VIRTUAL_GATEWAY
	Name    string
	Proxy   string // the proxy that opens it, "" when not known
	Address string
	Port    uint32
	// Selector selects its port among several listeners of a VirtualGateway: "number: 443". Of a
	// listener that a policy decides it is "". SelectorAt is where the port stands.
	Selector   string
	SelectorAt Origin
	// ServicePorts are the ports of the gateway's Service that lead to Port, in ascending order;
	// none when no manifest names them.
	ServicePorts []uint32
	TCP          bool   // forwards TCP instead of serving HTTP
	IdleAt       Origin // where the idle timeout can be written; zero for nowhere
	// Gateways are the listeners that take it over: of one Gateway of the Gateway API, all of one port.
	Gateways []Attachment
	// Unbound is why there are none.
	Unbound Unbound
	// Workload are the pods that open it in a mesh; nil when not known.
	Workload *Workload
	// By is the document that decided the settings, Overridden those that would have.
	By         Document
	Overridden []Override

	SocketOptions []SocketOption // in the order they are set
	BufferLimit   Setting[uint32]
	ExactBalance  Setting[bool]
	// MaxRequestsPerConnection is an HTTP listener's; 0 is no limit.
	MaxRequestsPerConnection Setting[uint32]
	Timeouts                 Timeouts
	TCPProxy                 TCPProxy
}

// Workload are pods by their labels.
type Workload struct {
	Namespace string
	Labels    map[string]string
	Port      uint32 // that they bind for a listener; 0 when their Service has none for it
}

// SocketOption is one setsockopt call.
type SocketOption struct {
	Description string
	Level, Name int64
	IntValue    *int64
	BufValue    string // base64; used when IntValue is nil
	State       string // STATE_PREBIND, STATE_BOUND or STATE_LISTENING
	From        Origin
}

// Timeouts are those of an HTTP listener toward its callers.
type Timeouts struct {
	Idle, MaxConnectionDuration, MaxStreamDuration Setting[time.Duration]
	StreamIdle, Request, Drain                     Setting[time.Duration]
}

// TCPProxy is how a TCP listener forwards.
type TCPProxy struct {
	Cluster string
	// BySNI reports a listener that forwards to the cluster which the TLS handshake's SNI names.
	BySNI              bool
	IdleTimeout        Setting[time.Duration]
	MaxConnectAttempts Setting[uint32]
}

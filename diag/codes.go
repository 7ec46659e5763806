package diag

// The codes of findings, in groups. The page of each is a file of package diag/codes.

// Findings about text that cannot be read, and documents that are passed over.
var (
	Syntax        = &Code{Name: "syntax", Severity: Error}
	Template      = &Code{Name: "template", Severity: Error}
	NotUTF8       = &Code{Name: "not-utf8", Severity: Error}
	NoBreakSpace  = &Code{Name: "no-break-space", Severity: Error, Fixable: true}
	DuplicateKey  = &Code{Name: "duplicate-key", Severity: Error}
	NotAnObject   = &Code{Name: "not-an-object", Severity: Error}
	InternalError = &Code{Name: "internal-error", Severity: Error}
	UnknownKind   = &Code{Name: "unknown-kind", Severity: Error, Fixable: true}
	UnreadKind    = &Code{Name: "unread-kind", Severity: Warning}
	NotJudged     = &Code{Name: "not-judged", Severity: Info}
)

// Findings that a document's schema gives: its fields, their types and values.
var (
	UnknownField      = &Code{Name: "unknown-field", Severity: Error, Fixable: true}
	SnakeCaseField    = &Code{Name: "snake-case-field", Severity: Warning, Fixable: true}
	MissingField      = &Code{Name: "missing-field", Severity: Error}
	MissingName       = &Code{Name: "missing-name", Severity: Error}
	RefusedName       = &Code{Name: "refused-name", Severity: Warning}
	NullValue         = &Code{Name: "null-value", Severity: Warning}
	WrongType         = &Code{Name: "wrong-type", Severity: Error, Fixable: true}
	UnknownValue      = &Code{Name: "unknown-value", Severity: Error, Fixable: true}
	OutOfRange        = &Code{Name: "out-of-range", Severity: Error}
	MalformedValue    = &Code{Name: "malformed-value", Severity: Error, Fixable: true}
	PortNumberAndName = &Code{Name: "port-number-and-name", Severity: Error}
)

// Findings about durations, keepalives and limits.
var (
	DurationWithoutUnit = &Code{Name: "duration-without-unit", Severity: Error, Fixable: true}
	DurationUnit        = &Code{Name: "duration-unit", Severity: Error, Fixable: true}
	DurationMalformed   = &Code{Name: "duration-malformed", Severity: Error, Fixable: true}
	DurationTooShort    = &Code{Name: "duration-too-short", Severity: Error}
	DurationTooLong     = &Code{Name: "duration-too-long", Severity: Error}
	DurationPrecision   = &Code{Name: "duration-precision", Severity: Error}
	BareSeconds         = &Code{Name: "bare-seconds", Severity: Warning, Fixable: true}
	KeepaliveOutOfRange = &Code{Name: "keepalive-out-of-range", Severity: Error}
	KeepaliveRounded    = &Code{Name: "keepalive-rounded", Severity: Warning, Fixable: true}
	ZeroProbes          = &Code{Name: "zero-probes", Severity: Warning}
	ConnectTimeoutShort = &Code{Name: "connect-timeout-short", Severity: Info}
	LimitOutOfRange     = &Code{Name: "limit-out-of-range", Severity: Error}
	ZeroLimit           = &Code{Name: "zero-limit", Severity: Warning}
)

// Findings about one policy or one destination of Gloo Platform.
var (
	NoSettings            = &Code{Name: "no-settings", Severity: Warning}
	SelectorMissing       = &Code{Name: "selector-missing", Severity: Warning}
	ExternalServicePolicy = &Code{Name: "external-service-policy", Severity: Error}
	BadHost               = &Code{Name: "bad-host", Severity: Error}
	RepeatedValue         = &Code{Name: "repeated-value", Severity: Warning}
	EmptyDestination      = &Code{Name: "empty-destination", Severity: Error}
	TargetPortUnused      = &Code{Name: "target-port-unused", Severity: Error}
	HostsAndAddresses     = &Code{Name: "hosts-and-addresses", Severity: Error}
	BadAddress            = &Code{Name: "bad-address", Severity: Error}
)

// Findings about one Upstream of Gloo Edge.
var (
	NoUpstreamType     = &Code{Name: "no-upstream-type", Severity: Warning}
	TwoUpstreamTypes   = &Code{Name: "two-upstream-types", Severity: Warning}
	ClusterIncomplete  = &Code{Name: "cluster-incomplete", Severity: Error}
	HTTP2Setting       = &Code{Name: "http2-setting", Severity: Error}
	IgnoredSetting     = &Code{Name: "ignored-setting", Severity: Warning}
	ProtocolConflict   = &Code{Name: "protocol-conflict", Severity: Error}
	DNSRefreshRate     = &Code{Name: "dns-refresh-rate", Severity: Error}
	EnterpriseOnly     = &Code{Name: "enterprise-only", Severity: Warning}
	LambdaCredentials  = &Code{Name: "lambda-credentials", Severity: Warning}
	NotCompiled        = &Code{Name: "not-compiled", Severity: Info}
	SettingNotCompiled = &Code{Name: "setting-not-compiled", Severity: Warning}
)

// Findings about gateways and the listeners that they open.
var (
	RefusedAddress        = &Code{Name: "refused-address", Severity: Warning}
	NoGatewayType         = &Code{Name: "no-gateway-type", Severity: Warning}
	TwoGatewayTypes       = &Code{Name: "two-gateway-types", Severity: Warning}
	EmptyTCPGateway       = &Code{Name: "empty-tcp-gateway", Severity: Warning}
	PartlyCompiled        = &Code{Name: "partly-compiled", Severity: Warning}
	GatewayServiceMissing = &Code{Name: "gateway-service-missing", Severity: Info}
	ListenerConflict      = &Code{Name: "listener-conflict", Severity: Error}
	ListenerCovered       = &Code{Name: "listener-covered", Severity: Info}
)

// Findings about socket options, which Gloo hands to Envoy as they stand.
var (
	SocketOptionNoValue      = &Code{Name: "socket-option-no-value", Severity: Error}
	SocketOptionTwoValues    = &Code{Name: "socket-option-two-values", Severity: Warning}
	SocketOptionRefused      = &Code{Name: "socket-option-refused", Severity: Error}
	SocketOptionRepeated     = &Code{Name: "socket-option-repeated", Severity: Warning}
	SocketOptionForeign      = &Code{Name: "socket-option-foreign", Severity: Warning}
	SocketOptionMilliseconds = &Code{Name: "socket-option-milliseconds", Severity: Warning}
	NewListenersOnly         = &Code{Name: "new-listeners-only", Severity: Info}
	KeepaliveOff             = &Code{Name: "keepalive-off", Severity: Warning, Fixable: true}
)

// Findings that need more than one document: what selects what, and which takes precedence.
var (
	DuplicateObject = &Code{Name: "duplicate-object", Severity: Error}
	NothingSelected = &Code{Name: "nothing-selected", Severity: Warning}
	PortNotFound    = &Code{Name: "port-not-found", Severity: Warning}
	PolicyShadowed  = &Code{Name: "policy-shadowed", Severity: Warning}
	ExistingRule    = &Code{Name: "existing-rule", Severity: Warning, HoldsBack: true}
	HostTwice       = &Code{Name: "host-twice", Severity: Warning}
)

// Findings about workspaces and clusters: who owns what, and what is not known.
var (
	ImportedDestination = &Code{Name: "imported-destination", Severity: Warning}
	OutsideWorkspace    = &Code{Name: "outside-workspace", Severity: Warning}
	WorkspaceOverlap    = &Code{Name: "workspace-overlap", Severity: Warning}
	ClusterUnknown      = &Code{Name: "cluster-unknown", Severity: Info}
)

// Findings about the Services behind Upstreams and VirtualDestinations.
var (
	ServiceMissing         = &Code{Name: "service-missing", Severity: Warning}
	SeveralBackingServices = &Code{Name: "several-backing-services", Severity: Warning}
	NoBackingService       = &Code{Name: "no-backing-service", Severity: Info}
	TargetPortNotFound     = &Code{Name: "target-port-not-found", Severity: Warning}
)

// Findings about what a target can say, and what it cannot.
var (
	NotExpressible      = &Code{Name: "not-expressible", Severity: Warning}
	ValueNotExpressible = &Code{Name: "value-not-expressible", Severity: Warning}
	ClashingOutput      = &Code{Name: "clashing-output", Severity: Error}
)

// Findings about hops: package judge gives them for a plan.
var (
	HopIdleTimeout      = &Code{Name: "hop-idle-timeout", Severity: Warning, Fixable: true}
	HopKeepaliveOff     = &Code{Name: "hop-keepalive-off", Severity: Warning}
	HopOneLostProbe     = &Code{Name: "hop-one-lost-probe", Severity: Info}
	HopEndsConnections  = &Code{Name: "hop-ends-connections", Severity: Warning, Fixable: true}
	ListenerClosesFirst = &Code{Name: "listener-closes-first", Severity: Warning, Fixable: true}
	HopsThatForget      = &Code{Name: "hops-that-forget", Severity: Info}
	KeepaliveRhythm     = &Code{Name: "keepalive-rhythm", Severity: Warning}
	KeepaliveEager      = &Code{Name: "keepalive-eager", Severity: Info}
	KeepaliveSlow       = &Code{Name: "keepalive-slow", Severity: Info}
	KeepaliveMoot       = &Code{Name: "keepalive-moot", Severity: Info}
	UnknownHop          = &Code{Name: "unknown-hop", Severity: Error}
	ConfigUnmatched     = &Code{Name: "config-unmatched", Severity: Warning}
	HopTimeout          = &Code{Name: "hop-timeout", Severity: Error}
)

// Findings about connections on which nothing is sent, or whose settings no policy decides.
var (
	HopProtocolUnknown    = &Code{Name: "hop-protocol-unknown", Severity: Warning}
	HopSilentRequest      = &Code{Name: "hop-silent-request", Severity: Info}
	HopSilentStream       = &Code{Name: "hop-silent-stream", Severity: Warning}
	ServicesWithoutPolicy = &Code{Name: "services-without-policy", Severity: Info}
	SidecarClosesFirst    = &Code{Name: "sidecar-closes-first", Severity: Info}
	TCPIdleTimeout        = &Code{Name: "tcp-idle-timeout", Severity: Info}
)

// Findings about suppressions, and about files that a configuration names.
var (
	MissingFile         = &Code{Name: "missing-file", Severity: Error}
	IgnoreUnknownCode   = &Code{Name: "ignore-unknown-code", Severity: Warning}
	IgnoreWithoutReason = &Code{Name: "ignore-without-reason", Severity: Warning}
	IgnoreRefused       = &Code{Name: "ignore-refused", Severity: Warning}
)

// Findings about what changes when settings go to another gateway.
var (
	ConnectTimeoutDiffers  = &Code{Name: "connect-timeout-differs", Severity: Info}
	LimitsDiffer           = &Code{Name: "limits-differ", Severity: Info}
	BufferDiffers          = &Code{Name: "buffer-differs", Severity: Info}
	DNSDiffers             = &Code{Name: "dns-differs", Severity: Info}
	ConnectionEndDiffers   = &Code{Name: "connection-end-differs", Severity: Info}
	ZeroDiffers            = &Code{Name: "zero-differs", Severity: Warning}
	DurationRespelled      = &Code{Name: "duration-respelled", Severity: Info}
	SettingsForAllPorts    = &Code{Name: "settings-for-all-ports", Severity: Warning}
	SettingsForAllBackends = &Code{Name: "settings-for-all-backends", Severity: Warning}
	ObjectReplaced         = &Code{Name: "object-replaced", Severity: Warning, HoldsBack: true}
	ExistingPolicy         = &Code{Name: "existing-policy", Severity: Warning, HoldsBack: true}
	GatewayMissing         = &Code{Name: "gateway-missing", Severity: Warning}
	GatewayUnread          = &Code{Name: "gateway-unread", Severity: Warning}
	SeveralGateways        = &Code{Name: "several-gateways", Severity: Warning}
	RouteMissing           = &Code{Name: "route-missing", Severity: Warning}
	BackendNeeded          = &Code{Name: "backend-needed", Severity: Info}
	WorkloadMissing        = &Code{Name: "workload-missing", Severity: Warning}
)

// NotJudgedByHops is NotJudged in a run that names hops.
var NotJudgedByHops = NotJudged.as(Warning)

// as is the code with another severity.
func (c *Code) as(s Severity) *Code {
	out := *c
	out.Severity = s
	return &out
}

// Codes are all kinds of finding there are, in the order of the stages that give them.
var Codes = []*Code{
	Syntax, Template, NotUTF8, NoBreakSpace, DuplicateKey, NotAnObject, InternalError,
	UnknownKind, UnreadKind, NotJudged, UnknownField, SnakeCaseField,
	MissingField, MissingName, RefusedName, NullValue, WrongType,
	UnknownValue, OutOfRange, MalformedValue, PortNumberAndName,
	DurationWithoutUnit, DurationUnit, DurationMalformed, DurationTooShort, DurationTooLong,
	DurationPrecision, BareSeconds, KeepaliveOutOfRange, KeepaliveRounded,
	ZeroProbes, ConnectTimeoutShort, LimitOutOfRange, ZeroLimit, NoSettings,
	SelectorMissing, ExternalServicePolicy, BadHost, RepeatedValue,
	EmptyDestination, TargetPortUnused, HostsAndAddresses, BadAddress, RefusedAddress,
	NoUpstreamType, TwoUpstreamTypes, NoGatewayType, TwoGatewayTypes,
	ClusterIncomplete, EmptyTCPGateway, HTTP2Setting, IgnoredSetting, ProtocolConflict,
	DNSRefreshRate, EnterpriseOnly, LambdaCredentials, NotCompiled, SettingNotCompiled, PartlyCompiled, SocketOptionNoValue,
	SocketOptionTwoValues, SocketOptionRefused, SocketOptionRepeated,
	SocketOptionForeign, SocketOptionMilliseconds, NewListenersOnly, KeepaliveOff, DuplicateObject,
	NothingSelected, PortNotFound, PolicyShadowed, ExistingRule,
	ImportedDestination, OutsideWorkspace, WorkspaceOverlap, ClusterUnknown,
	ServiceMissing, SeveralBackingServices, NoBackingService, TargetPortNotFound,
	GatewayServiceMissing, ListenerConflict, ListenerCovered, HostTwice, NotExpressible,
	ValueNotExpressible, ClashingOutput,
	HopIdleTimeout, HopKeepaliveOff, HopOneLostProbe, HopEndsConnections, ListenerClosesFirst,
	HopProtocolUnknown, HopSilentRequest, HopSilentStream, ServicesWithoutPolicy, SidecarClosesFirst, TCPIdleTimeout,
	HopsThatForget, KeepaliveRhythm, KeepaliveEager, KeepaliveSlow, KeepaliveMoot,
	UnknownHop, ConfigUnmatched, HopTimeout, MissingFile,
	IgnoreUnknownCode, IgnoreWithoutReason, IgnoreRefused,
	ConnectTimeoutDiffers, LimitsDiffer, BufferDiffers, DNSDiffers, ConnectionEndDiffers, ZeroDiffers, DurationRespelled,
	SettingsForAllPorts, SettingsForAllBackends, ObjectReplaced, ExistingPolicy, GatewayMissing, GatewayUnread, SeveralGateways, RouteMissing,
	BackendNeeded, WorkloadMissing,
}

// Lookup finds a code by name, or nil.
func Lookup(name string) *Code {
	for _, c := range Codes {
		if c.Name == name {
			return c
		}
	}
	return nil
}

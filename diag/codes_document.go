package diag

// Findings that one document gives by itself: its fields, types and values.
var (
	UnknownField = &Code{
		Name: "unknown-field", Severity: Error,
		Summary: "a field does not exist where it stands",
	}
	SnakeCaseField = &Code{
		Name: "snake-case-field", Severity: Warning,
		Summary: "a field is spelled the way protobuf sources spell it",
	}
	MissingField = &Code{
		Name: "missing-field", Severity: Error,
		Summary: "a field that is required is left out",
	}
	MissingName = &Code{
		Name: "missing-name", Severity: Error,
		Summary: "an object has no metadata.name",
	}
	NullValue = &Code{
		Name: "null-value", Severity: Warning,
		Summary: "a field has no value, which counts as leaving it out",
	}
	WrongType = &Code{
		Name: "wrong-type", Severity: Error,
		Summary: "a value is of the wrong type",
	}
	UnknownValue = &Code{
		Name: "unknown-value", Severity: Error,
		Summary: "a value is none of those the field takes",
	}
	OutOfRange = &Code{
		Name: "out-of-range", Severity: Error,
		Summary: "a number is outside the range the field takes",
	}
	MalformedValue = &Code{
		Name: "malformed-value", Severity: Error,
		Summary: "a text does not have the form the field takes",
	}
	PortNumberAndName = &Code{
		Name: "port-number-and-name", Severity: Error,
		Summary: "a port is given by number and by name at once",
	}
	DurationWithoutUnit = &Code{
		Name: "duration-without-unit", Severity: Error,
		Summary: "a duration is a number without a unit",
	}
	DurationUnit = &Code{
		Name: "duration-unit", Severity: Error,
		Summary: "a duration has a unit that does not exist",
	}
	DurationMalformed = &Code{
		Name: "duration-malformed", Severity: Error,
		Summary: "a text is not a duration",
	}
	DurationTooShort = &Code{
		Name: "duration-too-short", Severity: Error,
		Summary: "a duration is shorter than the field takes",
	}
	DurationPrecision = &Code{
		Name: "duration-precision", Severity: Error,
		Summary: "a duration is finer than a millisecond",
	}
	BareSeconds = &Code{
		Name: "bare-seconds", Severity: Warning,
		Summary: "an Upstream's keepalive duration is a bare number",
	}
	KeepaliveOutOfRange = &Code{
		Name: "keepalive-out-of-range", Severity: Error,
		Summary: "the kernel refuses a keepalive value",
	}
	KeepaliveRounded = &Code{
		Name: "keepalive-rounded", Severity: Warning,
		Summary: "a keepalive duration has a fraction of a second",
	}
	ZeroProbes = &Code{
		Name: "zero-probes", Severity: Warning,
		Summary: "zero keepalive probes means the kernel's default",
	}
	LimitOutOfRange = &Code{
		Name: "limit-out-of-range", Severity: Error,
		Summary: "a connection limit is outside its range",
	}
	ZeroLimit = &Code{
		Name: "zero-limit", Severity: Warning,
		Summary: "a limit of zero means that no limit is set",
	}
	NoSettings = &Code{
		Name: "no-settings", Severity: Warning,
		Summary: "a policy sets nothing",
	}
	SelectorMissing = &Code{
		Name: "selector-missing", Severity: Warning,
		Summary: "an entry of applyToDestinations has no selector",
	}
	ExternalServicePolicy = &Code{
		Name: "external-service-policy", Severity: Error,
		Summary: "a ConnectionPolicy selects ExternalServices",
	}
	BadHost = &Code{
		Name: "bad-host", Severity: Error,
		Summary: "a host name is not one that DNS and Istio take",
	}
	RepeatedValue = &Code{
		Name: "repeated-value", Severity: Warning,
		Summary: "a list holds the same entry twice",
	}
	EmptyDestination = &Code{
		Name: "empty-destination", Severity: Error,
		Summary: "a VirtualDestination has no host and selects nothing",
	}
	TargetPortUnused = &Code{
		Name: "target-port-unused", Severity: Error,
		Summary: "a targetPort has no backing service to be a port of",
	}
	HostsAndAddresses = &Code{
		Name: "hosts-and-addresses", Severity: Error,
		Summary: "an ExternalService has hosts and addresses at once",
	}
	BadAddress = &Code{
		Name: "bad-address", Severity: Error,
		Summary: "an address is not an IP address",
	}
	NoUpstreamType = &Code{
		Name: "no-upstream-type", Severity: Warning,
		Summary: "an Upstream names no type",
	}
	TwoUpstreamTypes = &Code{
		Name: "two-upstream-types", Severity: Warning,
		Summary: "an Upstream names more than one type",
	}
	NoGatewayType = &Code{
		Name: "no-gateway-type", Severity: Warning,
		Summary: "a Gateway names no gateway type",
	}
	TwoGatewayTypes = &Code{
		Name: "two-gateway-types", Severity: Warning,
		Summary: "a Gateway names more than one gateway type",
	}
	EmptyTCPGateway = &Code{
		Name: "empty-tcp-gateway", Severity: Warning,
		Summary: "a TCP gateway has nowhere to forward to",
	}
	HTTP2Setting = &Code{
		Name: "http2-setting", Severity: Error,
		Summary: "an HTTP/2 setting is outside the range that Envoy takes",
	}
	IgnoredSetting = &Code{
		Name: "ignored-setting", Severity: Warning,
		Summary: "a setting has no effect beside the others",
	}
	ProtocolConflict = &Code{
		Name: "protocol-conflict", Severity: Error,
		Summary: "HTTP/1 and HTTP/2 options are both set",
	}
	DNSRefreshRate = &Code{
		Name: "dns-refresh-rate", Severity: Error,
		Summary: "a DNS refresh rate is set where no names are resolved, or too low",
	}
	EnterpriseOnly = &Code{
		Name: "enterprise-only", Severity: Error,
		Summary: "a setting exists in Gloo Edge Enterprise only",
	}
	NotCompiled = &Code{
		Name: "not-compiled", Severity: Info,
		Summary: "a field is not about connections and is not compiled",
	}
	SocketOptionNoValue = &Code{
		Name: "socket-option-no-value", Severity: Error,
		Summary: "a socket option has no value",
	}
	SocketOptionTwoValues = &Code{
		Name: "socket-option-two-values", Severity: Warning,
		Summary: "a socket option has an int and a buffer value",
	}
	SocketOptionRefused = &Code{
		Name: "socket-option-refused", Severity: Error,
		Summary: "the kernel refuses a socket option's value",
	}
	SocketOptionRepeated = &Code{
		Name: "socket-option-repeated", Severity: Warning,
		Summary: "a socket option is set twice",
	}
	SocketOptionState = &Code{
		Name: "socket-option-state", Severity: Warning,
		Summary: "a keepalive socket option is not set before bind",
	}
	SocketOptionForeign = &Code{
		Name: "socket-option-foreign", Severity: Warning,
		Summary: "a socket option has the number of another operating system",
	}
	SocketOptionMilliseconds = &Code{
		Name: "socket-option-milliseconds", Severity: Warning,
		Summary: "a keepalive socket option looks like milliseconds",
	}
	KeepaliveOff = &Code{
		Name: "keepalive-off", Severity: Warning,
		Summary: "keepalive timings are set and keepalive is off",
	}
)

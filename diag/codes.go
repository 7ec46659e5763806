package diag

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
	HopSilentRequest, HopSilentStream, ServicesWithoutPolicy, SidecarClosesFirst, TCPIdleTimeout,
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

package diag

// Findings that need more than one document: what selects what, and which one wins.
var (
	DuplicateObject = &Code{
		Name: "duplicate-object", Severity: Error,
		Summary: "two objects of one kind have one name",
	}
	NothingSelected = &Code{
		Name: "nothing-selected", Severity: Warning,
		Summary: "a selector matches no destination",
	}
	PortNotFound = &Code{
		Name: "port-not-found", Severity: Warning,
		Summary: "a policy names a port that its destinations lack",
	}
	PolicyShadowed = &Code{
		Name: "policy-shadowed", Severity: Warning,
		Summary: "an older policy decides for the same destination and port",
	}
	ExistingRule = &Code{
		Name: "existing-rule", Severity: Warning,
		Summary: "a DestinationRule for the same host is there already",
	}
	ImportedDestination = &Code{
		Name: "imported-destination", Severity: Warning,
		Summary: "a selector would match a destination of another workspace",
	}
	OutsideWorkspace = &Code{
		Name: "outside-workspace", Severity: Warning,
		Summary: "an object lies in no workspace",
	}
	WorkspaceOverlap = &Code{
		Name: "workspace-overlap", Severity: Warning,
		Summary: "two workspaces own one namespace",
	}
	ClusterUnknown = &Code{
		Name: "cluster-unknown", Severity: Info,
		Summary: "a selector names a cluster, and objects do not say theirs",
	}
	ServiceMissing = &Code{
		Name: "service-missing", Severity: Warning,
		Summary: "an Upstream names a Service or port that is not there",
	}
	SeveralBackingServices = &Code{
		Name: "several-backing-services", Severity: Warning,
		Summary: "a VirtualDestination selects several Services of one cluster",
	}
	NoBackingService = &Code{
		Name: "no-backing-service", Severity: Info,
		Summary: "a VirtualDestination selects no Service of the input",
	}
	TargetPortNotFound = &Code{
		Name: "target-port-not-found", Severity: Warning,
		Summary: "a backing Service lacks the port that is named",
	}
	GatewayServiceMissing = &Code{
		Name: "gateway-service-missing", Severity: Info,
		Summary: "the Service of a gateway is not in the input",
	}
	ListenerConflict = &Code{
		Name: "listener-conflict", Severity: Error,
		Summary: "two listeners bind one address and port",
	}
	ListenerCovered = &Code{
		Name: "listener-covered", Severity: Info,
		Summary: "a Proxy repeats the listener of a Gateway",
	}
	HostTwice = &Code{
		Name: "host-twice", Severity: Warning,
		Summary: "two destinations have one host",
	}
)

package diag

// Findings about what a target can say, and what it cannot.
var (
	NotExpressible = &Code{
		Name: "not-expressible", Severity: Warning,
		Summary: "the target has no field for a setting",
		Explain: `The setting is valid and the output cannot have it: Istio's DestinationRule
knows connection pools, and no buffer limits. What it leaves out, the
proxies will not do; people write an EnvoyFilter for it. Envoy's own
configuration has a place for it.`,
		Example: `connectTimeout: 3s
perConnectionBufferLimitBytes: 32768`,
		Fix:       `$ connpolicy compile --target envoy -f input.yaml`,
		Reference: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings",
	}
	ValueNotExpressible = &Code{
		Name: "value-not-expressible", Severity: Warning,
		Summary: "the target cannot hold a value",
		Explain: `The target has the field and not the value. Istio's limits end at
2147483647, where an Upstream's go to 4294967295, which is no limit; its
durations are whole milliseconds, 1ms at least. What is written instead
stands in the finding.`,
		Example: `maxRequests: 3000000000
maxRetries: 5`,
		Fix: `maxRequests: 4294967295
maxRetries: 5`,
		Reference: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings",
	}
	ClashingOutput = &Code{
		Name: "clashing-output", Severity: Error,
		Summary: "two results would have one name",
		Explain: `One Envoy has one cluster of a name and one listener on a port, a namespace
has one DestinationRule of a name, and an EnvoyFilter knows a listener by
its pods and port alone. Objects of different proxies or different clusters
can share them in the input, and hosts that differ only in dots, dashes and
case give rules of one name. The second result would replace the first or be
mixed with it, so neither is written: compile them in separate runs, or give
them names, hosts or ports of their own.`,
		Example:   `bindPort: 8080`,
		Fix:       `bindPort: 8081`,
		Reference: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto",
	}
)

package diag

// Findings about what a target can say, and what it cannot.
var (
	NotExpressible = &Code{
		Name: "not-expressible", Severity: Warning,
		Summary: "the target has no field for a setting",
		Explain: `The setting is valid and the output cannot have it: Istio's DestinationRule
knows connection pools, and neither buffer limits nor the options of a
gateway's listener. What it leaves out, the proxies will not do; people
write an EnvoyFilter for it. Envoy's own configuration has a place for it.`,
		Example: `connectTimeout: 3s
perConnectionBufferLimitBytes: 32768`,
		Fix:       `$ connpolicy compile --target envoy -f input.yaml`,
		Reference: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings",
	}
	ValueNotExpressible = &Code{
		Name: "value-not-expressible", Severity: Warning,
		Summary: "the target cannot hold a value",
		Explain: `The target has the field and not the value. Istio's limits are signed 32-bit
numbers in which 0 means "no limit", where an Upstream's 0 allows none and
its values go to 4294967295; its durations are whole milliseconds, 1ms at
least. What is written instead stands in the finding.`,
		Example: `maxRequests: 1024
maxRetries: 0`,
		Fix: `maxRequests: 1024
maxRetries: 1`,
		Reference: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings",
	}
	DefaultDiffers = &Code{
		Name: "default-differs", Severity: Info,
		Summary: "what is left out means something else in the target",
		Explain: `Gloo Edge waits 5s for a connection and leaves Envoy's limits in place: 1024
connections, pending requests and requests, 3 retries. Istio waits 10s and
sets no limits. So an Upstream that leaves them out behaves differently as a
DestinationRule; --defaults explicit writes Gloo's values out.`,
		Example: `tcpKeepalive:
  keepaliveTime: 60s`,
		Fix:       `$ connpolicy compile --defaults explicit -f input.yaml`,
		Reference: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto",
	}
	ClashingOutput = &Code{
		Name: "clashing-output", Severity: Error,
		Summary: "two results would have one name",
		Explain: `One Envoy has one cluster of a name and one listener on a port, and a
namespace has one DestinationRule of a name. Objects of different proxies or
different clusters can share them in the input, and hosts that differ only
in dots, dashes and case give rules of one name. The second result would
replace the first, so neither is written: compile them in separate runs, or
give them names, hosts or ports of their own.`,
		Example:   `bindPort: 8080`,
		Fix:       `bindPort: 8081`,
		Reference: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto",
	}
)

package diag

// Findings about durations, keepalives and limits.
var (
	DurationWithoutUnit = &Code{
		Name: "duration-without-unit", Severity: Error, Fixable: true,
		Summary: "a duration is a number without a unit",
		Explain: `Durations are texts in Go's syntax: a number with h, m, s or ms, or several
such in a row. Gloo and Istio refuse a bare number, quoted or not. It is not
read as one here either, since the number may be seconds or milliseconds.`,
		Example:   `time: 300`,
		Fix:       `time: 300s`,
		Reference: "https://pkg.go.dev/time#ParseDuration",
	}
	DurationUnit = &Code{
		Name: "duration-unit", Severity: Error, Fixable: true,
		Summary: "a duration has a unit that does not exist",
		Explain: `The units are h, m, s and ms; us and ns exist and are too fine to be of use.
There is no unit for days or weeks, and units are written in lower case.`,
		Example:   `idleTimeout: 1d`,
		Fix:       `idleTimeout: 24h`,
		Reference: "https://pkg.go.dev/time#ParseDuration",
	}
	DurationMalformed = &Code{
		Name: "duration-malformed", Severity: Error, Fixable: true,
		Summary: "a text is not a duration",
		Explain: `The value is empty, has a space in it, or is in another notation, such as
ISO 8601. Go's syntax is a number with h, m, s or ms, or several such in a
row: 1h30m, 700s, 1500ms.`,
		Example:   `idleTimeout: PT5M`,
		Fix:       `idleTimeout: 5m`,
		Reference: "https://pkg.go.dev/time#ParseDuration",
	}
	DurationTooShort = &Code{
		Name: "duration-too-short", Severity: Error,
		Summary: "a duration is shorter than the field takes",
		Explain: `Istio refuses a connect timeout or an idle timeout below 1ms, zero included,
and Envoy refuses a cluster whose connect timeout is not above zero. Zero
does not mean "no timeout" here: leave the field out for the default.`,
		Example:   `connectTimeout: 0s`,
		Fix:       `connectTimeout: 3s`,
		Reference: "https://github.com/istio/istio/blob/master/pkg/config/validation/agent/validation.go",
	}
	DurationTooLong = &Code{
		Name: "duration-too-long", Severity: Error,
		Summary: "a duration is longer than Envoy's timers run",
		Explain: `Envoy cuts the time of a timer to 2147483647s (68 years), whatever is
written. A longer duration is most often a number in another unit, or stands
for "never": write 0s for that in the fields that take it, such as an
Upstream's idleTimeout.`,
		Example:   `idleTimeout: 2562047h`,
		Fix:       `idleTimeout: 1h`,
		Reference: "https://github.com/envoyproxy/envoy/blob/main/source/common/event/timer_impl.h",
	}
	DurationPrecision = &Code{
		Name: "duration-precision", Severity: Error,
		Summary: "a duration is finer than a millisecond",
		Explain: `Istio takes durations of whole milliseconds: its webhook refuses the
DestinationRule for a finer one. Gloo would accept the policy, and the rule
made of it would never arrive.`,
		Example:   `connectTimeout: 2.5005s`,
		Fix:       `connectTimeout: 2.501s`,
		Reference: "https://github.com/istio/istio/blob/master/pkg/config/validation/agent/validation.go",
	}
	BareSeconds = &Code{
		Name: "bare-seconds", Severity: Warning, Fixable: true,
		Summary: "an Upstream's keepalive duration is a bare number",
		Explain: `Gloo's own guide writes keepaliveTime: 60, and its CRD takes texts only: an
API server refuses the Upstream, and Gloo's reader refuses the whole object
where it gets past. The guide means seconds, so the number is read as
seconds here.`,
		Example: `keepaliveTime: 60
keepaliveInterval: 20`,
		Fix: `keepaliveTime: 60s
keepaliveInterval: 20s`,
		Reference: "https://github.com/solo-io/gloo/blob/main/docs/content/guides/traffic_management/tcp_keepalive/_index.md",
	}
	KeepaliveOutOfRange = &Code{
		Name: "keepalive-out-of-range", Severity: Error,
		Summary: "the kernel refuses a keepalive value",
		Explain: `Linux takes 1 to 32767 seconds for the time and the interval, and 1 to 127
probes; anything else is EINVAL. Nothing before it checks: Istio passes
40000s on, and makes 5 of 4294967301s. Envoy then closes each connection
that it opens, and every request is answered with 503 and the flag UF.`,
		Example:   `time: 12h`,
		Fix:       `time: 9h`,
		Reference: "https://github.com/torvalds/linux/blob/master/include/net/tcp.h",
	}
	KeepaliveRounded = &Code{
		Name: "keepalive-rounded", Severity: Warning, Fixable: true,
		Summary: "a keepalive duration has a fraction of a second",
		Explain: `Envoy and the kernel count keepalive in whole seconds. Gloo Edge rounds a
fraction up, Istio cuts it off: 500ms would become 0, which Envoy takes as
"keepalive off" since 1.37, and which fails every connection before that. It
is rounded up here for every target.`,
		Example:   `interval: 2500ms`,
		Fix:       `interval: 3s`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/plugins/upstreamconn/plugin.go",
	}
	ZeroProbes = &Code{
		Name: "zero-probes", Severity: Warning,
		Summary: "zero keepalive probes means the kernel's default",
		Explain: `Gloo and Istio cannot tell a zero from a field that is left out, so the
kernel's 9 probes are sent. It does not turn keepalive off: for that, leave
tcpKeepalive out as a whole.`,
		Example: `time: 60s
probes: 0`,
		Fix: `time: 60s
probes: 3`,
		Reference: "https://man7.org/linux/man-pages/man7/tcp.7.html",
	}
	ConnectTimeoutShort = &Code{
		Name: "connect-timeout-short", Severity: Info,
		Summary: "a connect timeout is so short that connections may fail",
		Explain: `A connect timeout below 100ms is questioned. TCP takes a round trip to
connect, TLS one or two more within the same time, and a SYN that is lost is
sent again after a second. Hosts in another zone or region may not be
reached; requests then fail as if the host were down. The value 30ms is on
Istio's reference page, from where it is copied; Envoy's default is 5s.`,
		Example:   `connectTimeout: 30ms`,
		Fix:       `connectTimeout: 3s`,
		Reference: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto",
	}
	LimitOutOfRange = &Code{
		Name: "limit-out-of-range", Severity: Error,
		Summary: "a connection limit is outside its range",
		Explain: `A ConnectionPolicy's limits are signed 32-bit numbers, as those of a
DestinationRule are: 4294967295, the documented default of "no limit",
cannot be written, and a negative one is refused by Istio. A limit that is
left out is no limit.`,
		Example: `connectTimeout: 3s
maxConnections: 4294967295`,
		Fix:       `connectTimeout: 3s`,
		Reference: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings",
	}
	ZeroLimit = &Code{
		Name: "zero-limit", Severity: Warning,
		Summary: "a limit of zero means that no limit is set",
		Explain: `In a ConnectionPolicy and in Istio a zero is the same as leaving the field
out, and Istio writes 4294967295 for it: the opposite of "none allowed".
Only maxRequestsPerConnection documents its 0, as unlimited. An Upstream's
circuitBreakers are different: a zero there is a limit of zero.`,
		Example: `maxRequests: 100
maxRetries: 0`,
		Fix: `maxRequests: 100
maxRetries: 1`,
		Reference: "https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/cluster_traffic_policy.go",
	}
)

package diag

// Findings about one Upstream of Gloo Edge.
var (
	NoUpstreamType = &Code{
		Name: "no-upstream-type", Severity: Warning,
		Summary: "an Upstream names no type",
		Explain: `Gloo reports an error for such an Upstream and takes its cluster out of what
it sends to Envoy. It is compiled here all the same, as a cluster with its
settings and without endpoints, since the settings are what is looked at.`,
		Example: `spec:
  connectionConfig:`,
		Fix: `spec:
  static:
    hosts:
    - addr: reviews.example.com
      port: 8080
  connectionConfig:`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/translator/clusters.go",
	}
	TwoUpstreamTypes = &Code{
		Name: "two-upstream-types", Severity: Warning,
		Summary: "an Upstream names more than one type",
		Explain: `Only one type can hold, and Gloo's reader keeps the one that comes last in
its own order (kube, static, pipe, aws, azure, consul, awsEc2, gcp, ai),
without a word. The order in the manifest does not matter.`,
		Example: `kube:
  serviceName: reviews
  serviceNamespace: bookinfo
  servicePort: 9080
static:
  hosts:
  - addr: reviews.example.com
    port: 8080`,
		Fix: `kube:
  serviceName: reviews
  serviceNamespace: bookinfo
  servicePort: 9080`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/api/v1/upstream.proto",
	}
	HTTP2Setting = &Code{
		Name: "http2-setting", Severity: Error,
		Summary: "an HTTP/2 setting is outside the range that Envoy takes",
		Explain: `Windows are 65535 to 2147483647 bytes, and a connection carries 1 to
2147483647 streams at once. Gloo reports an error for anything else and
leaves out the HTTP/2 options as a whole.`,
		Example:   `initialStreamWindowSize: 32768`,
		Fix:       `initialStreamWindowSize: 65535`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/plugins/protocoloptions/plugin.go",
	}
	IgnoredSetting = &Code{
		Name: "ignored-setting", Severity: Warning,
		Summary: "a setting has no effect where it is written",
		Explain: `The setting is valid, and something else decides that it is not used. HTTP/2
options need useHttp2: true. With useHttp2, Envoy does not look at
commonHttpProtocolOptions, which Gloo writes to another place. Of the two
formats of header names, preserveCaseHeaderKeyFormat wins.
HTTP settings have no effect on a port of protocol TCP, TLS, HTTPS or MONGO,
nor on an Upstream to which a tcpGateway, TCPRoute or TLSRoute forwards:
Envoy's TCP proxy does not read them. It closes a connection on which
neither side has sent data for an hour, unless the listener has another
idle timeout; keepalive probes are not data. Keepalive works for TCP as
well, and so do limits of connections.`,
		Example: `maxConcurrentStreams: 100`,
		Fix: `useHttp2: true
maxConcurrentStreams: 100`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/plugins/protocoloptions/plugin.go",
	}
	ProtocolConflict = &Code{
		Name: "protocol-conflict", Severity: Error,
		Summary: "HTTP/1 and HTTP/2 options are both set",
		Explain: `With useHttp2: true the connections are HTTP/2, and http1ProtocolOptions
contradict it. Gloo reports an error. Both make sense together only when the
protocol is that of the caller: protocolSelection: USE_DOWNSTREAM_PROTOCOL.`,
		Example: `useHttp2: true
connectionConfig:
  http1ProtocolOptions:
    enableTrailers: true`,
		Fix: `useHttp2: true
protocolSelection: USE_DOWNSTREAM_PROTOCOL
connectionConfig:
  http1ProtocolOptions:
    enableTrailers: true`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/plugins/protocoloptions/plugin.go",
	}
	DNSRefreshRate = &Code{
		Name: "dns-refresh-rate", Severity: Error,
		Summary: "a DNS refresh rate is set where no names are resolved, or too low",
		Explain: `Only a cluster that asks DNS has a refresh rate; Gloo reports an error for
it on any other, one of addresses alone among them. Below 1ms Gloo drops it
with a warning, and Envoy refuses exactly 1ms as well.`,
		Example: `static:
  hosts:
  - addr: 192.0.2.10
    port: 27017
dnsRefreshRate: 30s`,
		Fix: `static:
  hosts:
  - addr: ratings-db.example.com
    port: 27017
dnsRefreshRate: 30s`,
		Reference: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto",
	}
	ClusterIncomplete = &Code{
		Name: "cluster-incomplete", Severity: Error,
		Summary: "an Envoy cluster would connect wrongly without a setting",
		Explain: `Gloo sends a PROXY protocol header before the data, or opens a tunnel
through an HTTP proxy, and neither is compiled. A cluster that lacks it
connects to the right address and sends what the other side does not
understand, so none is written. For other targets the setting is named as
left out.`,
		Example:   `proxyProtocolVersion: V2`,
		Fix:       `proxyProtocolVersion: ""`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/api/v1/upstream.proto",
	}
	EnterpriseOnly = &Code{
		Name: "enterprise-only", Severity: Warning,
		Summary: "an object needs Gloo Edge Enterprise, and is left out",
		Explain: `Open source Gloo Edge reports an error for such a type or field. What
Enterprise makes of it is not published, so the output does not have the
object and its connections are not judged. All other objects are compiled.`,
		Example: `gcp:
  host: translate-abcdef-uc.a.run.app`,
		Fix: `static:
  hosts:
  - addr: translate-abcdef-uc.a.run.app
    port: 443`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/api/v1/upstream.proto",
	}
	LambdaCredentials = &Code{
		Name: "lambda-credentials", Severity: Warning,
		Summary: "an Upstream for AWS Lambda has no credentials in the input, and is left out",
		Explain: `Gloo Edge refuses an Upstream for AWS Lambda that names no Secret, unless
its Settings let it take the credentials from elsewhere, as on EKS:
gloo.awsOptions.enableCredentialsDiscovey (which Gloo spells so) or
gloo.awsOptions.serviceAccountCredentials. The input has no such Settings,
so the output does not have the Upstream, and its connections are not
judged. All other objects are compiled.`,
		Example: `aws:
  region: eu-west-1`,
		Fix: `aws:
  region: eu-west-1
  secretRef:
    name: aws
    namespace: gloo-system`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/plugins/aws/plugin.go",
	}
	NotCompiled = &Code{
		Name: "not-compiled", Severity: Info,
		Summary: "a field is not compiled, and is not known to be about connections",
		Explain: `Load balancing, health checks, TLS and the like have their place in the same
objects. They are valid, and the output does not have them: it holds
connection settings and what a proxy needs to load them. Nothing is wrong
with the manifest.`,
		Example: `outlierDetection:
  interval: 10s`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/api/v1/upstream.proto",
	}
	SettingNotCompiled = &Code{
		Name: "setting-not-compiled", Severity: Warning,
		Summary: "a setting of connections is not compiled",
		Explain: `Gloo sends this field to Envoy, where it changes what connections do, and
the output does not have it. The help names the field that each target has
for it; where a target has none, the setting is lost there. migrate lists
it as left behind.`,
		Example: `connectionLimit:
  maxActiveConnections: 1000`,
		Fix:       `connectionLimit: {} # Envoy Gateway has connection.connectionLimit.value for it`,
		Reference: "https://github.com/solo-io/gloo/tree/main/projects/gloo/pkg/plugins",
	}
)

package diag

// Findings about what changes when settings go to another gateway.
var (
	ConnectTimeoutDiffers = &Code{
		Name: "connect-timeout-differs", Severity: Info,
		Summary: "a connect timeout that is left out is another one in the target",
		Explain: `Gloo Edge, kgateway and Envoy give up connecting after 5 seconds, Istio and
Envoy Gateway after 10. Who leaves the timeout out gets the target's.
--preserve-behavior writes the one that holds today. It is said once a run,
at the first document that leaves the timeout out.`,
		Example: `connectionConfig:
  tcpKeepalive:
    keepaliveTime: 300s`,
		Fix:       `$ connpolicy compile --preserve-behavior -f input.yaml`,
		Reference: "https://gateway.envoyproxy.io/docs/api/extension_types/#tcptimeout",
	}
	LimitsDiffer = &Code{
		Name: "limits-differ", Severity: Info,
		Summary: "limits that are left out are others in the target",
		Explain: `Envoy, and with it Gloo Edge and kgateway, allows 1024 connections, pending
requests and requests, and 3 retries at once. Istio sets no limit at all,
and Envoy Gateway allows 1024 of everything. Moving to Istio removes limits,
moving away from it adds them. --preserve-behavior writes those that hold
today. It is said once a run, at the first document that leaves one out.`,
		Example: `connectionConfig:
  connectTimeout: 3s`,
		Fix:       `$ connpolicy compile --preserve-behavior -f input.yaml`,
		Reference: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto",
	}
	BufferDiffers = &Code{
		Name: "buffer-differs", Severity: Info,
		Summary: "a buffer limit that is left out is another one in the target",
		Explain: `A connection may buffer 1 MiB in Envoy, Gloo Edge, Istio and kgateway, and
32 KiB in Envoy Gateway. A smaller buffer makes large bodies slower.`,
		Example:   `connectionConfig:`,
		Reference: "https://gateway.envoyproxy.io/docs/api/extension_types/#backendconnection",
	}
	DNSDiffers = &Code{
		Name: "dns-differs", Severity: Info,
		Summary: "names of hosts are resolved at other times in the target",
		Explain: `Gloo Edge asks for the addresses of a host every 5 seconds, whatever their
TTL, unless dnsRefreshRate or respectDnsTtl is set. Envoy Gateway goes by
the TTL, and asks every 30 seconds where there is none. A host that changes
its address is followed later, or earlier.`,
		Example: `static:
  hosts:`,
		Reference: "https://gateway.envoyproxy.io/docs/api/extension_types/#dns",
	}
	ConnectionEndDiffers = &Code{
		Name: "connection-end-differs", Severity: Info,
		Summary: "connections that reach their maxConnectionDuration end later in the target",
		Explain: `Gloo Edge's Envoy drains a connection that reaches its maxConnectionDuration
and closes it, idle or not. Envoy Gateway sets
http1_safe_max_connection_duration: an HTTP/1 connection stays open until
its next request, and ends with the response. Connections of HTTP/2 are
drained by both. --preserve-behavior writes
http1.disableSafeMaxConnectionDuration: true, which ends them as before.`,
		Example: `httpConnectionManagerSettings:
  maxConnectionDuration: 1h`,
		Reference: "https://gateway.envoyproxy.io/docs/api/extension_types/#http1settings",
	}
	ZeroDiffers = &Code{
		Name: "zero-differs", Severity: Warning,
		Summary: "a zero means something else in the target",
		Explain: `A limit of zero allows nothing in Gloo Edge and Envoy Gateway, is the same
as leaving it out in Istio, and is refused by kgateway. The nearest that the
target can say is written.`,
		Example: `circuitBreakers:
  maxConnections: 0`,
		Fix: `circuitBreakers:
  maxConnections: 1`,
		Reference: "https://kgateway.dev/docs/reference/api/#circuitbreakers",
	}
	DurationRespelled = &Code{
		Name: "duration-respelled", Severity: Info,
		Summary: "a duration is written in other words in the target",
		Explain: `The Gateway API takes no fractions and no more than five digits a unit: 1.5s
is written 1s500ms, and 100000s 27h46m40s. The meaning is the same.`,
		Example:   `connectTimeout: 1.5s`,
		Reference: "https://gateway-api.sigs.k8s.io/geps/gep-2257/",
	}
	SettingsForAllPorts = &Code{
		Name: "settings-for-all-ports", Severity: Warning,
		Summary: "settings of one port hold for all ports of the Service in the target",
		Explain: `kgateway's policy is for a Service as a whole. Settings that are for some of
its ports hold for the others as well there. Of two that differ neither is
carried.`,
		Example: `- selector: {}
  port:
    number: 80`,
		Fix:       `- selector: {}`,
		Reference: "https://kgateway.dev/docs/reference/api/#backendconfigpolicy",
	}
	SettingsForAllBackends = &Code{
		Name: "settings-for-all-backends", Severity: Warning,
		Summary: "settings of one backend hold for all backends of the route in the target",
		Explain: `Envoy Gateway's policy is for a route as a whole, or for a rule of it that
has a name. Settings of one backend hold for the others behind the same
route as well there, and of two that differ neither is carried.`,
		Example:   `- name: reviews`,
		Fix:       `- name: ratings`,
		Reference: "https://gateway.envoyproxy.io/docs/api/extension_types/#backendtrafficpolicy",
	}
	ObjectReplaced = &Code{
		Name: "object-replaced", Severity: Warning, HoldsBack: true,
		Summary: "an object of the name that is written is there already, and is not connpolicy's",
		Explain: `Applying the output replaces the object that has its kind, name and
namespace: Gloo's own DestinationRule, say, with its TLS settings, or a
policy that was written by hand. Only an object with the label
app.kubernetes.io/managed-by: connpolicy is taken for an earlier run's own
output. With --fail-on warning nothing is written.`,
		Example: `kind: BackendConfigPolicy
metadata:
  name: orders
  namespace: store`,
		Fix: `kind: BackendConfigPolicy
metadata:
  name: orders
  namespace: store
  labels:
    app.kubernetes.io/managed-by: connpolicy`,
		Reference: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
	}
	ExistingPolicy = &Code{
		Name: "existing-policy", Severity: Warning, HoldsBack: true,
		Summary: "a policy that is there already is for the same thing",
		Explain: `kgateway merges the policies for a Service or a Gateway field by field since
2.4, and the fields of the older one hold. Envoy Gateway accepts the oldest
policy for a route or a listener and refuses the others; a policy for a
listener holds there instead of one for the whole Gateway. Istio applies all
EnvoyFilters for a listener, one after the other. With --fail-on warning
nothing is written.`,
		Example: `- group: ""
  kind: Service
  name: orders`,
		Fix: `- group: ""
  kind: Service
  name: baskets`,
		Reference: "https://github.com/kgateway-dev/kgateway/pull/14043",
	}
	GatewayMissing = &Code{
		Name: "gateway-missing", Severity: Warning,
		Summary: "no Gateway of the Gateway API opens this listener's port",
		Explain: `A policy for a listener is bound to a Gateway of the Gateway API: to the
one in the input that opens the same port, or the one by which the gateway's
Service leads there. Gloo binds 8080 where its Service has 80, and a Gateway
opens 80. Pass that Service in the same run, or name the listener with
--gateway. Without either the settings are left out.`,
		Example: `- name: http
  port: 80`,
		Fix:       `$ connpolicy compile --gateway infra/web=8080:http -f input.yaml`,
		Reference: "https://gateway-api.sigs.k8s.io/reference/spec/#gateway",
	}
	GatewayUnread = &Code{
		Name: "gateway-unread", Severity: Warning,
		Summary: "the Gateway that --gateway names is not in the input",
		Explain: `Which listeners the Gateway has is then not known. kgateway's entry is
written for the port of the gateway's Service, or for the one that Gloo
binds, which the Gateway may not open; Envoy Gateway's policy is for the
Gateway as a whole, so that settings of one port hold for all of them. Pass
the Gateway in the same run, or name the listener or its port.`,
		Example:   `bindPort: 8080`,
		Fix:       `$ connpolicy compile --gateway infra/web=8080:80 -f input.yaml`,
		Reference: "https://gateway-api.sigs.k8s.io/reference/spec/#gateway",
	}
	SeveralGateways = &Code{
		Name: "several-gateways", Severity: Warning,
		Summary: "several listeners of the Gateway API may take this listener over",
		Explain: `More than one Gateway opens its port, or one Gateway opens both its port and
the one of its Service. Which of them takes over the listener cannot be told
from the port alone, so the settings are left out. --gateway chooses one.`,
		Example:   `bindPort: 8080`,
		Fix:       `$ connpolicy compile --gateway infra/public -f input.yaml`,
		Reference: "https://gateway-api.sigs.k8s.io/reference/spec/#gateway",
	}
	RouteMissing = &Code{
		Name: "route-missing", Severity: Warning,
		Summary: "no route leads to this destination",
		Explain: `Envoy Gateway's policy for backends is bound to a route. The routes that
lead to the destination are looked for in the input; --attach names one that
is not there. Without it the settings are left out.`,
		Example:   `- name: ratings`,
		Fix:       `- name: reviews`,
		Reference: "https://gateway.envoyproxy.io/docs/api/extension_types/#backendtrafficpolicy",
	}
	BackendNeeded = &Code{
		Name: "backend-needed", Severity: Info,
		Summary: "the policy is bound to a Backend that has to be made",
		Explain: `An Upstream of hosts has no Service. In kgateway a Backend stands for it,
and the policy is bound to one of the Upstream's name, in its namespace.`,
		Example: `static:
  hosts:`,
		Reference: "https://kgateway.dev/docs/reference/api/#backend",
	}
	WorkloadMissing = &Code{
		Name: "workload-missing", Severity: Warning,
		Summary: "nothing says which pods open this listener",
		Explain: `A DestinationRule has no field for a listener's connections, so an
EnvoyFilter carries their settings, and is bound to pods by labels. A
VirtualGateway names the labels in its workloads; for a Gateway and a
Proxy, --gateway-selector does. Without labels the settings are left out.
Since Istio 1.31, connectionSettings of a ProxyConfig hold HTTP timeouts,
buffer limits, HTTP/2 windows and a connection limit for all listeners of
a workload at once (istio.io/api v1.32.0, mesh/v1alpha1/proxy.proto, read
on 2026-11-25). Keepalive and other socket options have no field there.`,
		Example: `kind: Gateway
metadata:
  name: web`,
		Fix:       `$ connpolicy compile --gateway-selector istio-system/istio=ingressgateway -f input.yaml`,
		Reference: "https://istio.io/latest/docs/reference/config/networking/envoy-filter/",
	}
)

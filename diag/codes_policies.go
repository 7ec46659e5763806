package diag

// Findings about one policy or one destination of Gloo Platform.
var (
	NoSettings = &Code{
		Name: "no-settings", Severity: Warning,
		Summary: "a policy sets nothing",
		Explain: `The policy selects destinations and gives them no setting, so their
connections do what they would do without it. Where it is the oldest of
several it still keeps the others out.`,
		Example: `config:
  tcp: {}`,
		Fix: `config:
  tcp:
    tcpKeepalive:
      time: 300s`,
		Reference: "https://docs.solo.io/gloo-mesh-enterprise/main/reference/api/connection_policy/",
	}
	SelectorMissing = &Code{
		Name: "selector-missing", Severity: Warning,
		Summary: "an entry of applyToDestinations has no selector",
		Explain: `Gloo does not say what such an entry selects. Elsewhere in its API an empty
selector selects everything and a missing one nothing. It is read as every
object of the kind here; writing selector: {} makes sure of it.`,
		Example: `- kind: VIRTUAL_DESTINATION
  port:
    number: 8080`,
		Fix: `- kind: VIRTUAL_DESTINATION
  selector: {}
  port:
    number: 8080`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/common/v2/selectors.proto",
	}
	ExternalServicePolicy = &Code{
		Name: "external-service-policy", Severity: Error,
		Summary: "a ConnectionPolicy selects ExternalServices",
		Explain: `Gloo does not apply ConnectionPolicies to ExternalServices, so this one
would be without effect. A VirtualDestination whose externalServices select
it has a host of its own, to which the policy does apply.`,
		Example: `- kind: EXTERNAL_SERVICE
  selector:
    name: httpbin`,
		Fix: `- kind: VIRTUAL_DESTINATION
  selector:
    name: httpbin`,
		Reference: "https://docs.solo.io/gloo-mesh-gateway/main/resiliency/connection-http/",
	}
	BadHost = &Code{
		Name: "bad-host", Severity: Error,
		Summary: "a host name is not one that DNS and Istio take",
		Explain: `A host is a name alone, without scheme, port or path. Its parts have 1 to 63
letters, digits and dashes, begin and end with a letter or digit, and the
last one is not all digits. A VirtualDestination takes no wildcard either.
Istio refuses a rule for any other host.`,
		Example:   `- http://ratings.global/`,
		Fix:       `- ratings.global`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_destination.proto",
	}
	RepeatedValue = &Code{
		Name: "repeated-value", Severity: Warning,
		Summary: "a list holds the same entry twice",
		Explain: `The second entry adds nothing, and Gloo demands that the entries differ.
Often one of the two was meant to be another name or port.`,
		Example: `- ratings.global
- ratings.bookinfo.global
- ratings.global`,
		Fix: `- ratings.global
- ratings.bookinfo.global`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_destination.proto",
	}
	EmptyDestination = &Code{
		Name: "empty-destination", Severity: Error,
		Summary: "a VirtualDestination has no host and selects nothing",
		Explain: `Without hosts nobody can name it, and without services, externalServices or
externalWorkloads nothing is behind it. Gloo refuses it.`,
		Example: `spec:
  ports:
  - number: 80`,
		Fix: `spec:
  hosts:
  - ratings.global
  ports:
  - number: 80`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_destination.proto",
	}
	TargetPortUnused = &Code{
		Name: "target-port-unused", Severity: Error,
		Summary: "a targetPort has no backing service to be a port of",
		Explain: `A targetPort is a port of what stands behind the destination, and nothing is
selected to stand there. Gloo refuses it. An ExternalService's targetPort by
name needs ExternalEndpoints in the same way.`,
		Example: `hosts:
- ratings.global
ports:
- number: 80
  protocol: HTTP
  targetPort:
    number: 9080`,
		Fix: `hosts:
- ratings.global
services:
- labels:
    app: ratings
ports:
- number: 80
  protocol: HTTP
  targetPort:
    number: 9080`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_destination.proto",
	}
	HostsAndAddresses = &Code{
		Name: "hosts-and-addresses", Severity: Error,
		Summary: "an ExternalService has hosts and addresses at once",
		Explain: `An ExternalService is known by host names or by IP addresses, and the API
refuses both together. Addresses behind a host name are ExternalEndpoints,
which the service selects by their labels.`,
		Example: `hosts:
- db.example.com
addresses:
- 192.0.2.10`,
		Fix: `hosts:
- db.example.com`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/external_service.proto",
	}
	BadAddress = &Code{
		Name: "bad-address", Severity: Error,
		Summary: "an address is not an IP address",
		Explain: `A listener binds an IP address: Gloo refuses names, localhost among them,
and writes no listener. "::" takes IPv6 and IPv4 callers, "0.0.0.0" IPv4
alone, and "127.0.0.1" those of the same machine. An ExternalService's
addresses are IP addresses or CIDR blocks.`,
		Example:   `bindAddress: localhost`,
		Fix:       `bindAddress: 127.0.0.1`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/translator/listener.go",
	}
)

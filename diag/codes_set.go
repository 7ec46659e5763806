package diag

// Findings that need more than one document: what selects what, and which one wins.
var (
	DuplicateObject = &Code{
		Name: "duplicate-object", Severity: Error,
		Summary: "two objects of one kind have one name",
		Explain: `A cluster holds one object of a kind, a namespace and a name: applying both
leaves the one that comes last. Objects of different clusters are told apart
by the annotation cluster.solo.io/cluster.`,
		Example: `kind: ConnectionPolicy
metadata:
  name: timeouts
  namespace: bookinfo`,
		Fix: `kind: ConnectionPolicy
metadata:
  name: ratings-timeouts
  namespace: bookinfo`,
		Reference: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
	}
	NothingSelected = &Code{
		Name: "nothing-selected", Severity: Warning,
		Summary: "a selector matches no destination",
		Explain: `The policy is valid and changes nothing. A selector compares the labels,
name and namespace of the destination itself, not of its pods, all of them
and exactly; kind is SERVICE when it is left out. Destinations that are not
part of the input cannot be selected.`,
		Example: `- selector:
    labels:
      app: rating`,
		Fix: `- selector:
    labels:
      app: ratings`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/common/v2/selectors.proto",
	}
	PortNotFound = &Code{
		Name: "port-not-found", Severity: Warning,
		Summary: "a policy names a port that its destinations lack",
		Explain: `A policy names the port that callers connect to. For a VirtualDestination
that is the number under ports, not its targetPort, which is the port behind
it; for a Service it is port, not the pods' targetPort.`,
		Example: `port:
  number: 9080`,
		Fix: `port:
  number: 80`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/common/v2/port.proto",
	}
	PolicyShadowed = &Code{
		Name: "policy-shadowed", Severity: Warning,
		Summary: "an older policy decides for the same destination and port",
		Explain: `Of several policies for one port of a destination Gloo applies the one that
was created first, whole; settings are not merged. Policies for different
ports live side by side. Gloo does not say what decides between equal ages:
it is namespace and name here, and a policy that is in a cluster comes
before one that was never applied.`,
		Example: `- selector: {}`,
		Fix: `- selector:
    name: reviews`,
		Reference: "https://docs.solo.io/gloo-mesh-enterprise/latest/concepts/policies/overview/",
	}
	ExistingRule = &Code{
		Name: "existing-rule", Severity: Warning, HoldsBack: true,
		Summary: "a DestinationRule for the same host is there already",
		Explain: `Istio does not merge the traffic policies of two rules for one host. In one
namespace the older rule holds, or the newer one where their exportTo
differs; the caller's namespace goes before the service's, even with a
wildcard host. A wildcard rule of the same namespace is not used for a host
that has a rule of its own. No tool of Istio's warns of it. With --fail-on
warning nothing is written.`,
		Example: `spec:
  applyToDestinations:
  - selector:
      name: ratings
  config:
    tcp:
      tcpKeepalive:
        time: 300s
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: ratings
  namespace: bookinfo
  creationTimestamp: "2023-11-20T14:30:00Z"
spec:
  host: ratings.bookinfo.svc.cluster.local
  trafficPolicy:
    connectionPool:
      tcp:
        maxConnections: 100`,
		Fix: `spec:
  applyToDestinations:
  - selector:
      name: ratings
  config:
    tcp:
      maxConnections: 100 # the rule had it, which is deleted
      tcpKeepalive:
        time: 300s`,
		Reference: "https://github.com/istio/istio/blob/master/pilot/pkg/model/destination_rule.go",
	}
	HostTwice = &Code{
		Name: "host-twice", Severity: Warning,
		Summary: "two destinations have one host",
		Explain: `Each of the two gets a rule of its own, for the same host, and Istio uses
one of them for it: the settings of the other do nothing, even on ports that
only the other one has.`,
		Example: `metadata:
  name: ratings-canary
  namespace: bookinfo
spec:
  hosts:
  - ratings.global`,
		Fix: `metadata:
  name: ratings-canary
  namespace: bookinfo
spec:
  hosts:
  - ratings-canary.global`,
		Reference: "https://github.com/istio/istio/blob/master/pilot/pkg/model/push_context.go",
	}
)

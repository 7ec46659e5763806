package diag

// Findings about the Services behind Upstreams and VirtualDestinations.
var (
	ServiceMissing = &Code{
		Name: "service-missing", Severity: Warning,
		Summary: "an Upstream names a Service or port that is not there",
		Explain: `Gloo reports an error for a kube Upstream whose Service does not exist, and
takes its cluster away. The input has Services of that namespace and not
this one, so it is likely misspelled. Where the input has none of that
namespace, nothing is said.`,
		Example:   `serviceName: reviws`,
		Fix:       `serviceName: reviews`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/plugins/kubernetes/plugin.go",
	}
	SeveralBackingServices = &Code{
		Name: "several-backing-services", Severity: Warning,
		Summary: "a VirtualDestination selects several Services of one cluster",
		Explain: `Gloo takes one Service per cluster. Until 2.3 it refused a
VirtualDestination that selects more; since 2.4 it takes the one that was
created first, with a warning. It is the same here, by namespace and name
where ages are equal.`,
		Example: `services:
- labels:
    app: reviews`,
		Fix: `services:
- name: reviews-v1`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_destination.proto",
	}
	NoBackingService = &Code{
		Name: "no-backing-service", Severity: Info,
		Summary: "a VirtualDestination selects no Service of the input",
		Explain: `A DestinationRule needs the destination's host only. Envoy connects by
itself and needs to know where to: without the Services its cluster resolves
the host of the VirtualDestination, which DNS may not know.`,
		Example: `spec:
  hosts:
  - reviews.global
  services:
  - labels:
      app: reviews
  ports:
  - number: 80
    protocol: HTTP`,
		Fix: `spec:
  hosts:
  - reviews.global
  services:
  - labels:
      app: reviews
  ports:
  - number: 80
    protocol: HTTP
---
apiVersion: v1
kind: Service
metadata:
  name: reviews
  namespace: bookinfo
  labels:
    app: reviews
spec:
  ports:
  - name: http
    port: 80`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_destination.proto",
	}
	TargetPortNotFound = &Code{
		Name: "target-port-not-found", Severity: Warning,
		Summary: "a backing Service lacks the port that is named",
		Explain: `Callers of this port reach nothing there: every backing Service must have
the targetPort, by number or by name. Without a targetPort the
VirtualDestination's own number is looked for.`,
		Example: `- number: 80
  protocol: HTTP`,
		Fix: `- number: 80
  protocol: HTTP
  targetPort:
    number: 9080`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_destination.proto",
	}
)

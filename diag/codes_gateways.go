package diag

// Findings about gateways and the listeners that they open.
var (
	RefusedAddress = &Code{
		Name: "refused-address", Severity: Warning,
		Summary: "Envoy refuses the address in the way Gloo writes it",
		Explain: `Gloo sets ipv4_compat on every listener whose address is not plain IPv4, and
Envoy takes that on "::" and on IPv4-mapped addresses only: the listener is
rejected, and the port stays closed. The listener written here does without
ipv4_compat, and Envoy takes it; the one in a real gateway it does not.`,
		Example:   `bindAddress: '2001:db8::10'`,
		Fix:       `bindAddress: '::'`,
		Reference: "https://github.com/envoyproxy/envoy/blob/main/source/common/network/resolver_impl.cc",
	}
	NoGatewayType = &Code{
		Name: "no-gateway-type", Severity: Warning,
		Summary: "a Gateway names no gateway type",
		Explain: `Gloo refuses a Gateway without httpGateway, tcpGateway or hybridGateway and
opens no listener, though its CRD lets the object in. It is compiled here as
an HTTP gateway, so that its socket options can be looked at.`,
		Example: `bindAddress: '::'
bindPort: 8080`,
		Fix: `bindAddress: '::'
bindPort: 8080
httpGateway: {}`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gateway/api/v1/gateway.proto",
	}
	TwoGatewayTypes = &Code{
		Name: "two-gateway-types", Severity: Warning,
		Summary: "a Gateway names more than one gateway type",
		Explain: `Only one type can hold, and Gloo's reader keeps the one that comes last in
its own order (httpGateway, tcpGateway, hybridGateway), without a word. A
hybridGateway serves HTTP and TCP on one port.`,
		Example: `httpGateway: {}
tcpGateway:`,
		Fix:       `tcpGateway:`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gateway/api/v1/gateway.proto",
	}
	EmptyTCPGateway = &Code{
		Name: "empty-tcp-gateway", Severity: Warning,
		Summary: "a TCP gateway has nowhere to forward to",
		Explain: `Gloo makes a chain of filters for each of the tcpHosts, and drops a listener
that has none. So the port stays closed, and the gateway's socket options
reach nobody.`,
		Example: `tcpGateway: {}`,
		Fix: `tcpGateway:
  tcpHosts:
  - name: ratings-db
    destination:
      single:
        upstream:
          name: ratings-db
          namespace: gloo-system`,
		Reference: "https://github.com/solo-io/gloo/tree/main/projects/gateway/pkg/translator",
	}
	PartlyCompiled = &Code{
		Name: "partly-compiled", Severity: Warning,
		Summary: "a part of a listener that may set connections is not compiled",
		Explain: `A listener that serves several things has a chain of filters for each, and
Gloo tells them apart by TLS or by the address of the client. What the
listener itself sets, its socket options and buffer limit, holds for all of
them and is compiled; of the chains the first one is, with its timeouts. The
others' are missing in the output.`,
		Example: `tcpHosts:
- name: ratings-db
  sslConfig:
    sniDomains: [ratings-db.example.com]
  destination:
    single:
      upstream: {name: ratings-db, namespace: gloo-system}
- name: reviews-db
  sslConfig:
    sniDomains: [reviews-db.example.com]
  destination:
    single:
      upstream: {name: reviews-db, namespace: gloo-system}`,
		Fix: `tcpHosts:
- name: ratings-db
  sslConfig:
    sniDomains: [ratings-db.example.com]
  destination:
    single:
      upstream: {name: ratings-db, namespace: gloo-system}`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/translator/network_filters.go",
	}
	GatewayServiceMissing = &Code{
		Name: "gateway-service-missing", Severity: Info,
		Summary: "the Service of a gateway is not in the input",
		Explain: `A VirtualGateway names ports of the gateway's Service, and the proxy binds
the target ports of these: a Service's port 80 is often 8080 in the proxy.
Without the Service the number is all there is to go by, and the listener of
the output may be on another port than the real one.`,
		Example: `spec:
  workloads:
  - selector:
      labels:
        istio: ingressgateway
  listeners:
  - port:
      number: 80
    http: {}`,
		Fix: `spec:
  workloads:
  - selector:
      labels:
        istio: ingressgateway
  listeners:
  - port:
      number: 80
    http: {}
---
apiVersion: v1
kind: Service
metadata:
  name: istio-ingressgateway
  namespace: istio-gateways
spec:
  selector:
    istio: ingressgateway
  ports:
  - name: http
    port: 80
    targetPort: 8080`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_gateway.proto",
	}
	ListenerConflict = &Code{
		Name: "listener-conflict", Severity: Error,
		Summary: "two listeners bind one address and port",
		Explain: `A proxy can bind a port once. Gloo reports an error on both Gateways and
serves neither, not even the one that was there first.`,
		Example:   `bindPort: 8080`,
		Fix:       `bindPort: 8081`,
		Reference: "https://github.com/solo-io/gloo/tree/main/projects/gateway/pkg/translator",
	}
	ListenerCovered = &Code{
		Name: "listener-covered", Severity: Info,
		Summary: "a Proxy repeats the listener of a Gateway",
		Explain: `Gloo itself writes Proxies, from the Gateways. Where the input has both, as
an export of a whole cluster does, the Gateway is compiled and the Proxy's
copy is passed over. Proxies whose Gateways are not in the input are
compiled.`,
		Example: `- name: listener-::-8080
  bindAddress: '::'
  bindPort: 8080
  httpListener: {}`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/api/v1/proxy.proto",
	}
)

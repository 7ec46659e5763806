package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// APIs whose kinds are named more than once.
const (
	gatewayAPI   = "gateway.networking.k8s.io"
	kgateway     = "gateway.kgateway.dev"
	envoyGateway = "gateway.envoyproxy.io"
	istio        = "networking.istio.io"
	glooEdge     = "gateway.solo.io"
	glooMesh     = "networking.mesh.gloo.solo.io"            // Gloo Mesh 1.x
	glooMeshEE   = "networking.enterprise.mesh.gloo.solo.io" // Gloo Mesh Enterprise 1.x
	appMesh      = "appmesh.k8s.aws"
	flux         = "helm.toolkit.fluxcd.io"
)

// Fields that carry connection settings, each as the last steps of its path. They match at any
// depth and in either spelling, tcpKeepalive or tcp_keepalive.
const (
	// Listeners and their HTTP connection managers
	// (https://docs.solo.io/gloo-edge/latest/reference/api/github.com/solo-io/gloo/projects/gloo/api/v1/options.proto.sk/).
	glooListenerFields = "socketOptions perConnectionBufferLimitBytes connectionBalanceConfig connectionLimit tcpProxySettings " +
		"httpConnectionManagerSettings.idleTimeout httpConnectionManagerSettings.streamIdleTimeout " +
		"httpConnectionManagerSettings.requestTimeout httpConnectionManagerSettings.requestHeadersTimeout " +
		"httpConnectionManagerSettings.drainTimeout httpConnectionManagerSettings.delayedCloseTimeout " +
		"httpConnectionManagerSettings.maxConnectionDuration httpConnectionManagerSettings.maxStreamDuration " +
		"httpConnectionManagerSettings.maxRequestsPerConnection httpConnectionManagerSettings.http2ProtocolOptions"
	// Upstreams (https://docs.solo.io/gloo-edge/latest/reference/api/github.com/solo-io/gloo/projects/gloo/api/v1/upstream.proto.sk/).
	glooUpstreamFields = "connectionConfig circuitBreakers useHttp2 initialStreamWindowSize initialConnectionWindowSize maxConcurrentStreams " +
		"protocolSelection dnsRefreshRate respectDnsTtl preconnectPolicy httpProxyHostname proxyProtocolVersion"
	// Envoy's listeners, connection managers and clusters (https://www.envoyproxy.io/docs/envoy/latest/api-v3/api).
	envoyFields = "tcp_keepalive socket_options upstream_connection_options connect_timeout circuit_breakers per_connection_buffer_limit_bytes " +
		"common_http_protocol_options http_protocol_options http2_protocol_options idle_timeout stream_idle_timeout request_timeout " +
		"request_headers_timeout drain_timeout delayed_close_timeout max_connection_duration max_downstream_connection_duration " +
		"max_requests_per_connection max_stream_duration connection_balance_config tcp_backlog_size preconnect_policy " +
		"dns_refresh_rate respect_dns_ttl max_connections"
	// Istio's mesh-wide defaults (https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig).
	meshConfigFields = "meshConfig.connectTimeout meshConfig.tcpKeepalive meshConfig.h2UpgradePolicy meshConfig.defaultConfig.drainDuration"
)

// opaqueKinds are the kinds that carry connection settings and are not judged. Their sources are
// the API references of Istio, kgateway, Envoy Gateway, Gloo and AWS App Mesh.
var opaqueKinds = []*Kind{
	opaque(istio, "v1alpha3", "EnvoyFilter", envoyFields),
	opaque(istio, "v1", "Sidecar", "connectionPool inboundConnectionPool"),
	opaque("install.istio.io", "v1alpha1", "IstioOperator", meshConfigFields),
	opaque(kgateway, "v1alpha1", "BackendConfigPolicy", "tcpKeepalive connectTimeout perConnectionBufferLimitBytes commonHttpProtocolOptions "+
		"http1ProtocolOptions http2ProtocolOptions circuitBreakers dns upstreamProxyProtocol"),
	opaque(kgateway, "v1alpha1", "ListenerPolicy", "tcpKeepalive perConnectionBufferLimitBytes httpSettings.idleTimeout httpSettings.streamIdleTimeout "+
		"httpSettings.maxRequestsPerConnection httpSettings.http2ProtocolOptions"),
	opaque(kgateway, "v1alpha1", "HTTPListenerPolicy", "idleTimeout streamIdleTimeout maxRequestsPerConnection http2ProtocolOptions"),
	opaque(envoyGateway, "v1alpha1", "BackendTrafficPolicy", "tcpKeepalive circuitBreaker connection dns http2 timeout.tcp timeout.http.connectionIdleTimeout "+
		"timeout.http.maxConnectionDuration timeout.http.maxStreamDuration timeout.http.streamIdleTimeout"),
	opaque(envoyGateway, "v1alpha1", "ClientTrafficPolicy", "tcpKeepalive connection http2 timeout.tcp timeout.http"),
	opaque(envoyGateway, "v1alpha1", "EnvoyPatchPolicy", envoyFields),
	opaque(glooEdge, "v1", "ListenerOption", glooListenerFields),
	opaque(glooEdge, "v1", "HttpListenerOption", glooListenerFields),
	opaque(glooEdge, "v1", "MatchableHttpGateway", glooListenerFields),
	opaque(glooEdge, "v1", "MatchableTcpGateway", glooListenerFields),
	opaque("fed.gloo.solo.io", "v1", "FederatedUpstream", glooUpstreamFields),
	opaque("fed.gloo.solo.io", "v1", "FederatedSettings", "circuitBreakers upstreamOptions"),
	opaque("fed.gateway.solo.io", "v1", "FederatedGateway", glooListenerFields),
	opaque("fed.gateway.solo.io", "v1", "FederatedMatchableHttpGateway", glooListenerFields),
	opaque("fed.gateway.solo.io", "v1", "FederatedMatchableTcpGateway", glooListenerFields),
	opaque(glooMesh, "v1", "TrafficPolicy", "connectionPool connectionPoolSettings outlierDetection"),
	opaque(glooMeshEE, "v1beta1", "VirtualGateway", "connectionPool perConnectionBufferLimitBytes httpConnectionManagerSettings tcpKeepalive socketOptions"),
	opaque(appMesh, "v1beta2", "VirtualNode", "connectionPool listeners.timeout"),
	opaque(appMesh, "v1beta2", "VirtualGateway", "connectionPool"),
}

// bootstrap is the kind of an Envoy configuration, which has neither apiVersion nor kind.
var bootstrap = opaque("", "", "Envoy bootstrap", envoyFields)

// isBootstrap reports the top level of an Envoy bootstrap (https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto).
func isBootstrap(value map[string]any) bool {
	for _, key := range []string{"static_resources", "staticResources", "dynamic_resources", "dynamicResources"} {
		if _, is := value[key].(map[string]any); is {
			return value["kind"] == nil && value["apiVersion"] == nil
		}
	}
	return false
}

func opaque(group, version, name, fields string) *Kind {
	return &Kind{Group: group, Versions: []string{version}, Name: name, Foreign: true, Opaque: true, fields: fieldPaths(fields), resource: func() any { return new(Object) }}
}

// fieldPaths splits "a.b c" into the paths {a b} and {c}, folded.
func fieldPaths(fields string) [][]string {
	var paths [][]string
	for field := range strings.FieldsSeq(fields) {
		paths = append(paths, strings.Split(foldField(field), "."))
	}
	return paths
}

// foldField makes the two spellings of a protobuf field alike.
func foldField(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// Carried returns the JSON pointers of the connection settings in an object of a kind that is not
// judged, in the order of their names. Fields without a value set nothing and are left out.
func (d *Document) Carried() []string { return pointersOf(d.carried) }

// CarriedPaths returns the paths of the fields that Carried points at, a text's with what it holds:
// "data.custom-resources (Gateway edge/http)".
func (d *Document) CarriedPaths() []string {
	var paths []string
	for _, f := range d.carried {
		path := diag.FieldPath(f.pointer)
		if f.holds != "" {
			path += " (" + f.holds + ")"
		}
		paths = append(paths, path)
	}
	return paths
}

// SameCarried reports that two objects carry the same connection settings.
func (d *Document) SameCarried(other *Document) bool {
	return reflect.DeepEqual(d.carried, other.carried)
}

// Unjudged reports an object that carries connection settings which are not judged.
func (d *Document) Unjudged() bool { return len(d.carried) > 0 }

// UpstreamSettings returns the connection settings in an Upstream's spec that is written as JSON
// text as JSON pointers; none where the text is not a JSON object.
func UpstreamSettings(text string) []string {
	var spec map[string]any
	if json.Unmarshal([]byte(text), &spec) != nil {
		return nil
	}
	return pointersOf(carried(spec, upstreamFields))
}

var upstreamFields = fieldPaths(glooUpstreamFields)

// setField is a field with its value.
type setField struct {
	pointer string
	value   any
	holds   string // of a text: the objects in it
	gloo    bool   // of a text: these are Gloo's, and set something about connections
}

func pointersOf(fields []setField) []string {
	var pointers []string
	for _, f := range fields {
		pointers = append(pointers, f.pointer)
	}
	return pointers
}

func carried(value map[string]any, paths [][]string) []setField {
	if len(paths) == 0 {
		return nil
	}
	w := carriedWalk{paths: paths}
	for _, key := range sortedKeys(value) {
		if key != "metadata" && key != "status" {
			w.field(key, value[key], "", nil)
		}
	}
	return w.found
}

// carriedWalk looks for fields by the last steps of their paths.
type carriedWalk struct {
	paths [][]string
	found []setField
}

func (w *carriedWalk) field(key string, v any, pointer string, path []string) {
	if empty(v) {
		return
	}
	pointer, path = pointer+diag.Pointer(key), append(path, foldField(key))
	if w.matches(path) {
		w.found = append(w.found, setField{pointer: pointer, value: v})
		return
	}
	w.below(v, pointer, path)
}

func (w *carriedWalk) below(v any, pointer string, path []string) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			w.below(item, pointer+diag.Pointer(i), path)
		}
	case map[string]any:
		w.patch(v, pointer)
		for _, key := range sortedKeys(v) {
			w.field(key, v[key], pointer, path)
		}
	}
}

// patch looks at a JSON Patch operation, which names its field in its path (RFC 6902).
func (w *carriedWalk) patch(v map[string]any, pointer string) {
	op, _ := v["op"].(string)
	path, _ := v["path"].(string)
	if op != "" && w.matches(strings.Split(foldField(path), "/")) {
		w.found = append(w.found, setField{pointer: pointer + "/path", value: v})
	}
}

func (w *carriedWalk) matches(path []string) bool {
	return slices.ContainsFunc(w.paths, func(p []string) bool {
		return len(p) <= len(path) && slices.Equal(p, path[len(path)-len(p):])
	})
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

package schema_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/schema"
)

func TestAnObjectOfAnOpaqueKindIsKeptWhole(t *testing.T) {
	d := only(t, "apiVersion: gateway.kgateway.dev/v1beta1\nkind: BackendConfigPolicy\nmetadata: {name: a, namespace: shop, labels: {team: x}}\nspec: {targetRefs: [{name: cart}], tcpKeepalive: {keepAliveTime: 60s}}\n")
	if err := d.Decode(); err != nil {
		t.Fatal(err)
	}
	object, ok := d.Resource.(*schema.Object)
	if !ok || object.Spec()["tcpKeepalive"] == nil || d.Labels["team"] != "x" || d.Ref() != "shop/a" {
		t.Errorf("%s is kept as %#v", d.Subject(), d.Resource)
	}
}

func TestAnOpaqueObjectWithoutASpecHasNone(t *testing.T) {
	for _, spec := range []string{"", "spec: null\n", "spec: [a]\n", "spec: text\n"} {
		d := only(t, "apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a}\n"+spec)
		if err := d.Decode(); err != nil {
			t.Fatal(err)
		}
		if object := d.Resource.(*schema.Object); object.Spec() != nil {
			t.Errorf("%q: the spec is %v", spec, object.Spec())
		}
	}
}

func TestConnectionSettingsOfOpaqueKindsAreFoundByTheirFields(t *testing.T) {
	for _, c := range []struct{ apiVersion, kind, spec, want string }{
		{"gateway.solo.io/v1", "ListenerOption", "{options: {accessLoggingService: {accessLog: []}}}", ""},
		{"gateway.solo.io/v1", "ListenerOption", "{options: {socketOptions: []}}", ""},
		{"gateway.solo.io/v1", "ListenerOption", "{options: {perConnectionBufferLimitBytes: 1, socketOptions: [{level: 1}]}}", "/spec/options/perConnectionBufferLimitBytes /spec/options/socketOptions"},
		{"gateway.solo.io/v1", "HttpListenerOption", "{options: {httpConnectionManagerSettings: {idleTimeout: 60s, codecType: AUTO}}}", "/spec/options/httpConnectionManagerSettings/idleTimeout"},
		{"gateway.solo.io/v1", "MatchableHttpGateway", "{httpGateway: {virtualServices: []}}", ""},
		{"networking.istio.io/v1", "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: SIMPLE}}}", ""},
		{"networking.istio.io/v1", "DestinationRule", "{host: a, trafficPolicy: {portLevelSettings: [{connectionPool: {tcp: {maxConnections: 1}}}]}}", "/spec/trafficPolicy/portLevelSettings/0/connectionPool"},
		{"networking.istio.io/v1alpha3", "EnvoyFilter", "{configPatches: [{applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE, value: {name: lua}}}]}", ""},
		{"networking.istio.io/v1alpha3", "EnvoyFilter", "{configPatches: [{patch: {value: {socket_options: [{level: '6'}]}}}]}", "/spec/configPatches/0/patch/value/socket_options"},
		{"gateway.envoyproxy.io/v1alpha1", "EnvoyPatchPolicy", "{jsonPatches: [{operation: {op: add, path: /per_connection_buffer_limit_bytes, value: 1}}]}", "/spec/jsonPatches/0/operation/path"},
		{"gateway.envoyproxy.io/v1alpha1", "BackendTrafficPolicy", "{timeout: {http: {requestTimeout: 5s}}}", ""},
		{"gateway.envoyproxy.io/v1alpha1", "BackendTrafficPolicy", "{timeout: {tcp: {connectTimeout: 5s}}}", "/spec/timeout/tcp"},
		{"networking.mesh.gloo.solo.io/v1", "TrafficPolicy", "{policy: {trafficShift: {destinations: []}}}", ""},
		{"networking.mesh.gloo.solo.io/v1", "TrafficPolicy", "{policy: {connectionPool: {tcp: {maxConnections: 5}}}}", "/spec/policy/connectionPool"},
		{"fed.gloo.solo.io/v1", "FederatedUpstream", "{template: {spec: {connectionConfig: {connectTimeout: 5s}}}}", "/spec/template/spec/connectionConfig"},
		{"appmesh.k8s.aws/v1beta2", "VirtualNode", "{listeners: [{timeout: {tcp: {idle: {unit: s, value: 5}}}}]}", "/spec/listeners/0/timeout"},
	} {
		d := only(t, "apiVersion: "+c.apiVersion+"\nkind: "+c.kind+"\nmetadata: {name: a}\nspec: "+c.spec+"\n")
		if got := strings.Join(d.Carried(), " "); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.kind, c.spec, got, c.want)
		}
	}
}

func TestAnEnvoyBootstrapIsNotJudged(t *testing.T) {
	d := only(t, `{"admin": {}, "static_resources": {"clusters": [{"name": "a", "connect_timeout": "5s"}]}}`)
	if d.Subject() != "Envoy bootstrap" || !slices.Equal(d.Carried(), []string{"/static_resources/clusters/0/connect_timeout"}) {
		t.Errorf("%s carries %q", d.Subject(), d.Carried())
	}
}

package compile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/dialect/istio"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/schema"
	"pgregory.net/rapid"
)

// result is what a user sees of a set: both outputs, and the findings as they are printed.
type result struct {
	istio, envoy []byte
	found        string
}

func compiled(t rapid.TB, docs []*schema.Document) result {
	t.Helper()
	p, found := compile.Resolve(docs, compile.Options{})
	var r result
	for _, target := range []struct {
		emit   emit.Writer
		format string
		text   *[]byte
	}{{istio.Write, "yaml", &r.istio}, {envoy.Write, "json", &r.envoy}} {
		objects, more := target.emit(p, dialect.Options{})
		found = append(found, more...)
		var err error
		if *target.text, err = emit.EncodeAll(objects, target.format); err != nil {
			t.Fatal(err)
		}
	}
	r.found = printed(found)
	return r
}

// randomSet draws manifests that meet in many ways: few names, few labels, few ages.
func randomSet(t *rapid.T) []string {
	pick := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	seen := map[string]bool{}
	var texts []string
	add := func(kind, meta, spec string) {
		reference := pick("namespace", "a", "b", "c") + "/" + pick("name", "x", "v", "z", "w")
		if !seen[kind+reference] { // two of one name are an error
			seen[kind+reference] = true
			texts = append(texts, manifest(kind, reference, meta, spec))
		}
	}
	meta := func() string {
		return fmt.Sprintf("labels: {app: %s}%s%s", pick("label", "x", "v"), pick("age", "", ", "+created(1), ", "+created(2)),
			pick("cluster", "", "", ", annotations: {cluster.solo.io/cluster: east}"))
	}
	selector := func() string {
		return pick("selector", "", "selector: {}, ", "selector: {labels: {app: x}}, ", "selector: {namespace: a}, ", "selector: {name: v}, ", "selector: {cluster: east}, ", "selector: {name: nobody}, ")
	}
	makers := []func(){
		func() {
			add("Service", meta(), "{ports: [{port: 80, name: http}"+pick("more", "", ", {port: 81, name: grpc}")+"]"+pick("ip", "", ", clusterIP: None")+"}")
		},
		func() {
			add("VirtualDestination", meta(), "{hosts: ["+pick("host", "x.global", "y.global", "x.global, z.global")+"], services: [{labels: {app: "+pick("app", "x", "v")+"}}], ports: [{number: 80, protocol: "+pick("protocol", "HTTP", "GRPC", "TCP")+"}]}")
		},
		func() {
			add("ConnectionPolicy", meta(), "{applyToDestinations: [{"+selector()+"kind: "+pick("kind", "SERVICE", "VIRTUAL_DESTINATION")+pick("port", "", ", port: {number: 80}", ", port: {name: grpc}")+"}], config: {tcp: {connectTimeout: "+pick("timeout", "3s", "4s", "5s")+"}}}")
		},
		func() {
			add("ConnectionPolicy", meta(), "{config: {tcp: {tcpKeepalive: {time: "+pick("time", "60s", "500ms")+"}}, http: {maxRetries: "+pick("retries", "1", "2")+"}}}")
		},
		func() {
			add("Upstream", meta(), "{kube: {serviceName: "+pick("service", "x", "v", "nobody")+", serviceNamespace: a, servicePort: "+pick("number", "80", "82")+"}, connectionConfig: {connectTimeout: 9s}}")
		},
		func() {
			add("Upstream", meta(), "{static: {hosts: [{addr: "+pick("addr", "10.0.0.1", "x.example", "y.example")+", port: 80}]}, circuitBreakers: {maxRequests: "+pick("requests", "0", "7")+"}}")
		},
		func() {
			add("Gateway", meta(), "{bindAddress: '::', bindPort: "+pick("bind", "80", "81", "82")+", httpGateway: {}, options: {socketOptions: [{level: 1, name: 9, intValue: 1}]}}")
		},
		func() {
			add("VirtualGateway", meta(), "{workloads: [{selector: {labels: {app: x}}}], listeners: [{http: {}, port: {number: "+pick("listener", "80", "81")+"}}, {tcp: {}, port: {number: 82}}]}")
		},
		func() {
			add("ListenerConnectionPolicy", meta(), "{applyToListeners: [{virtualGateway: {"+pick("gateway", "", "name: x", "labels: {app: v}")+"}}], config: {perConnectionBufferLimitBytes: 4096, tcpKeepalive: {time: "+pick("idle", "60s", "70s")+"}}}")
		},
		func() {
			add("Proxy", meta(), "{listeners: [{bindAddress: '::', bindPort: "+pick("opened", "80", "90")+", httpListener: {}, options: {perConnectionBufferLimitBytes: 1024}}]}")
		},
		func() {
			add("ExternalService", meta(), "{hosts: ["+pick("outside", "x.example", "x.global")+"], ports: [{number: 80, name: http, protocol: HTTP}]}")
		},
		func() {
			add("DestinationRule", meta(), "{host: "+pick("ruled", "x", "x.a.svc.cluster.local", "x.global", "\"*.global\"")+", trafficPolicy: {loadBalancer: {simple: RANDOM}}}")
		},
		func() {
			add("Workspace", meta(), "{workloadClusters: [{name: '*', namespaces: [{name: "+pick("owned", "a", "b", "'*'")+"}]}]}")
		},
		func() {
			add("WorkspaceSettings", meta(), "{importFrom: [{workspaces: [{name: '*'}]}], exportTo: [{workspaces: [{name: '*'}]}]}")
		},
	}
	for range rapid.IntRange(1, 16).Draw(t, "objects") {
		makers[rapid.IntRange(0, len(makers)-1).Draw(t, "maker")]()
	}
	return texts
}

func TestTheOrderOfTheInputCannotBeSeenInTheOutput(t *testing.T) {
	written := 0
	rapid.Check(t, func(rt *rapid.T) {
		var docs []*schema.Document
		for i, text := range randomSet(rt) {
			docs = append(docs, readFrom(rt, fmt.Sprintf("%02d.yaml", i), text)...) // places do not depend on the order either
		}
		given := compiled(rt, docs)
		other := compiled(rt, rapid.Permutation(docs).Draw(rt, "order"))
		if !bytes.Equal(given.istio, other.istio) || !bytes.Equal(given.envoy, other.envoy) {
			rt.Fatalf("the output depends on the order:\n%s\n%s\n\n%s\n%s", given.istio, other.istio, given.envoy, other.envoy)
		}
		if given.found != other.found {
			rt.Fatalf("the findings depend on the order:\n%s\n\n%s", given.found, other.found)
		}
		written += strings.Count(string(given.istio), "kind: DestinationRule")
	})
	if written == 0 {
		t.Error("no set led to a rule, so nothing was compared")
	}
}

// readFrom is read for one file of several.
func readFrom(t rapid.TB, name, text string) []*schema.Document {
	t.Helper()
	docs, found := check(name, text)
	if found.AtLeast(diag.Error) {
		t.Fatalf("%s\n%s", text, printed(found))
	}
	return docs
}

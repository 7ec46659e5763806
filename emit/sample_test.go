package emit_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
)

// lawPlan is a plan in which every setting is written, each at a line of its own: a policy's
// destination, Upstreams of every sort, and both sorts of listener.
func lawPlan(doc *schema.Document) *plan.Plan {
	kube, static, http1 := sampleSettings(1), sampleSettings(2), sampleSettings(3)
	static.HTTP2.UseDownstreamProtocol.Value, http1.HTTP2.On.Value = true, false
	plain := sampleSettings(7)
	plain.HTTP2.On.Value = false
	object := func(kind, name string) plan.Object {
		return plan.Object{Kind: kind, Name: name, Namespace: "bookinfo", Cluster: "cluster1", Workspace: "team"}
	}
	service := plan.Endpoint{Address: "ratings.bookinfo.svc.cluster.local", Port: 9080}
	host := plan.Endpoint{Address: "api.example.com", Port: 8443, Weight: 3, SNI: "sni.example.com"}
	address := plan.Endpoint{Address: "10.0.0.1", Port: 8080, Weight: 2, SNI: "10.0.0.1"}
	p := &plan.Plan{
		Destinations: []plan.Destination{
			sampleDestination(object("VIRTUAL_DESTINATION", "ratings-global"), "ratings.global",
				plan.Port{Number: 80, Protocol: "HTTP", Settings: sampleSettings(0), Endpoints: []plan.Endpoint{service, address}},
				plan.Port{Number: 9080, Protocol: "HTTP", Settings: http1, Endpoints: []plan.Endpoint{address}}),
			sampleDestination(object("SERVICE", "ratings"), service.Address, plan.Port{Number: 9080, Settings: kube, Upstream: true}),
			sampleDestination(object("UPSTREAM", "api"), host.Address, plan.Port{Number: 8443, Settings: static, Upstream: true}),
			sampleDestination(object("SERVICE", "details"), "details.bookinfo.svc.cluster.local", plan.Port{Number: 9081, Protocol: "HTTP", Settings: plain}),
		},
		Upstreams: []plan.Upstream{
			{Object: object("UPSTREAM", "ratings"), Type: "kube", Settings: kube, Endpoints: []plan.Endpoint{service}, Places: []plan.Place{{Host: service.Address, Port: 9080, Why: "it is older"}}},
			{Object: object("UPSTREAM", "api"), Type: "static", Settings: static, Endpoints: []plan.Endpoint{host}, Places: []plan.Place{{Host: host.Address, Port: 8443, Why: "it is older"}}},
			{Object: object("UPSTREAM", "addresses"), Type: "static", Settings: sampleSettings(4), Endpoints: []plan.Endpoint{address}},
			{Object: object("UPSTREAM", "discovered"), Type: "consul", Settings: sampleSettings(5)},
			{Object: object("UPSTREAM", "socket"), Type: "pipe", Settings: sampleSettings(6), Endpoints: []plan.Endpoint{{Path: "/run/app.sock"}}},
		},
		Listeners: []plan.Listener{sampleListener(object("GATEWAY", "web"), "10.0.0.1", 8080), sampleListener(object("GATEWAY", "raw"), "::", 9000)},
	}
	p.Destinations[3].Undecided = []uint32{9443}
	p.Listeners[1].TCP = true
	p.Routes = sampleRoutes(p)
	write(p, doc)
	return p
}

// sampleRoutes lead to the destinations, and to the first two Upstreams.
func sampleRoutes(p *plan.Plan) []plan.Route {
	d := &p.Destinations[0]
	details := &p.Destinations[3].Ports[0]
	d.Ports[0].Routed, d.Ports[1].Routed, details.Routed, p.Upstreams[0].Routed, p.Upstreams[1].Routed = true, true, true, true, true
	to := func(kind, name, section string, s *plan.Settings, backend string) plan.Route {
		return plan.Route{
			Attachment: plan.Attachment{Kind: kind, Namespace: "bookinfo", Name: name, Section: section},
			Settings:   s, Protocol: "HTTP", Backends: []string{backend},
		}
	}
	routes := []plan.Route{
		to("HTTPRoute", "web", "ratings", d.Ports[0].Settings, "ratings-global:80"), to("TCPRoute", "raw", "", d.Ports[1].Settings, "ratings-global:9080"),
		to("HTTPRoute", "kube", "", p.Upstreams[0].Settings, "ratings:9080"), to("HTTPRoute", "static", "", p.Upstreams[1].Settings, "api"),
		to("GRPCRoute", "details", "", details.Settings, "details:9081"),
	}
	routes[0].Others = []string{"reviews:80"}
	return routes
}

func sampleDestination(o plan.Object, host string, ports ...plan.Port) plan.Destination {
	return plan.Destination{Object: o, Name: compile.RuleName(host, o), Namespace: o.Namespace, Host: host, ExportTo: []string{"bookinfo", "gateways"}, Ports: ports}
}

// sampleSettings are settings of which no two are equal, nor equal to a default.
func sampleSettings(n uint32) *plan.Settings {
	s := &plan.Settings{}
	s.ConnectTimeout.Value = time.Duration(3+n) * time.Second
	s.Keepalive.On.Value = true
	s.Keepalive.Time.Value = time.Duration(700+n) * time.Second
	s.Keepalive.Interval.Value = time.Duration(20+n) * time.Second
	s.Keepalive.Probes.Value = 4 + n
	s.Limits.MaxConnections.Value, s.Limits.MaxPendingRequests.Value = 100+n, 200+n
	s.Limits.MaxRequests.Value, s.Limits.MaxRetries.Value = 300+n, 400+n
	s.MaxRequestsPerConnection.Value, s.BufferLimit.Value = 500+n, 32768+n
	s.HTTP.IdleTimeout.Value, s.HTTP.MaxStreamDuration.Value = time.Duration(30+n)*time.Second, time.Duration(60+n)*time.Second
	s.HTTP.MaxHeadersCount.Value = 50 + n
	s.HTTP1.EnableTrailers.Value, s.HTTP1.OverrideStreamError.Value, s.HTTP1.HeaderKeyFormat.Value = true, true, "PROPER_CASE"
	s.HTTP2.On.Value, s.HTTP2.OverrideStreamError.Value = true, true
	s.HTTP2.InitialStreamWindowSize.Value, s.HTTP2.InitialConnectionWindowSize.Value = 70000+n, 80000+n
	s.HTTP2.MaxConcurrentStreams.Value = 600 + n
	s.ProxyProtocol.Value, s.Tunnel.Value = "V2", "api.example.com:443"
	s.DNS.RefreshRate.Value, s.DNS.RespectTTL.Value, s.DNS.IgnoreHealthOnHostRemoval.Value = time.Duration(7+n)*time.Second, true, true
	s.Preconnect.PerUpstream.Value, s.Preconnect.Predictive.Value = 1.5, 2
	return s
}

func sampleListener(o plan.Object, address string, port uint32) plan.Listener {
	on, idle := int64(1), int64(60)
	l := plan.Listener{Object: o, Name: fmt.Sprintf("listener-%s-%d", address, port), Proxy: "gateway-proxy", Address: address, Port: port}
	l.SocketOptions = []plan.SocketOption{
		{Description: "keepalive on", Level: 1, Name: 9, IntValue: &on, State: "STATE_PREBIND"},
		{Description: "idle", Level: 6, Name: 4, IntValue: &idle, State: "STATE_PREBIND"},
		{Description: "linger", Level: 1, Name: 13, BufValue: "AQAAAAoAAAA=", State: "STATE_PREBIND"},
	}
	l.BufferLimit.Value, l.ExactBalance.Value, l.MaxRequestsPerConnection.Value = 4096, true, 1000
	for i, d := range []*time.Duration{
		&l.Timeouts.Idle.Value, &l.Timeouts.MaxConnectionDuration.Value, &l.Timeouts.MaxStreamDuration.Value,
		&l.Timeouts.StreamIdle.Value, &l.Timeouts.Request.Value, &l.Timeouts.Drain.Value, &l.TCPProxy.IdleTimeout.Value,
	} {
		*d = time.Duration(10+i) * time.Minute
	}
	l.TCPProxy.Cluster, l.TCPProxy.MaxConnectAttempts.Value = "redis_default", 5
	l.Gateways = []plan.Attachment{{Kind: "Gateway", Namespace: "infra", Name: "public", Section: fmt.Sprintf("port-%d", port), Port: port, Protocol: "HTTP"}}
	l.Workload = &plan.Workload{Namespace: "istio-system", Labels: map[string]string{"istio": "ingressgateway"}, Port: port}
	l.ServicePorts = []uint32{port - 8000}
	return l
}

// write gives every origin of a plan a line of its own in a document, and every object that
// document.
func write(p *plan.Plan, d *schema.Document) {
	lines := 0
	seen := map[any]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch {
		case v.Type() == lawOrigin:
			v.Set(reflect.ValueOf(plan.From(d, fmt.Sprintf("/spec/group%d/setting%d", lines/20, lines))))
			lines++
		case v.Type() == reflect.TypeFor[plan.Document]():
			v.Set(reflect.ValueOf(d))
		case v.Kind() == reflect.Pointer && !v.IsNil() && !seen[v.Interface()]:
			seen[v.Interface()] = true
			walk(v.Elem())
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case v.Kind() == reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		}
	}
	walk(reflect.ValueOf(p).Elem())
	if lines > sampleLines {
		panic("the sample document has too few lines")
	}
}

const sampleLines = 400

// sampleDocument is a manifest with a line for every setting.
func sampleDocument(t *testing.T) *schema.Document {
	t.Helper()
	var b strings.Builder
	b.WriteString("apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata:\n  name: sample\nspec:\n  consul: {}\n")
	for i := range sampleLines {
		if i%20 == 0 {
			fmt.Fprintf(&b, "  group%d:\n", i/20)
		}
		fmt.Fprintf(&b, "    setting%d: written\n", i)
	}
	chunks := text.Split(diag.NewSource("sample.yaml", b.String()))
	if len(chunks) != 1 {
		t.Fatalf("the sample is %d texts", len(chunks))
	}
	parsed := schema.Parse(chunks[0], "default")
	if len(parsed.Documents) != 1 {
		t.Fatalf("the sample is %d documents: %v", len(parsed.Documents), parsed.Found)
	}
	return parsed.Documents[0]
}

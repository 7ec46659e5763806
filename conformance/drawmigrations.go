package conformance

import "pgregory.net/rapid"

// Migrations draws what Plans does, with gateways of Gloo and of the Gateway API beside it, and
// routes: what goes to targets whose policies are bound to those.
func Migrations() *rapid.Generator[Plan] {
	return rapid.Custom(func(t *rapid.T) Plan {
		text := Manifests().Draw(t, "manifests") + surroundings().Draw(t, "gateways")
		c := Compile("drawn.yaml", text)
		if c.Plan == nil {
			panic("what was drawn is refused:\n" + text + c.Text())
		}
		return Plan{text, c.Plan}
	})
}

// surroundings draws gateways of both sorts that open some of the same ports, and routes to
// Services of Manifests.
func surroundings() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		d := drawing{t: t}
		for port, name := range []string{"web", "raw"} {
			d.add("gateway.solo.io/v1", "Gateway", name, d.gatewaySpec(8080+port))
		}
		d.add(network, "VirtualGateway", "mesh", d.virtualGatewaySpec(8443))
		d.add("resilience.policy.gloo.solo.io/v2", "ListenerConnectionPolicy", "callers", map[string]any{"config": map[string]any{"tcpKeepalive": d.keepalive("time", "interval", "probes")}})
		for _, name := range some(t, "Gateways of the Gateway API", "public", "staff") {
			d.apiGateway(name)
		}
		d.route("HTTPRoute", "v1", "site", "cart", "web")
		d.route("TCPRoute", "v1alpha2", "store", "db", "ratings")
		return d.text.String()
	})
}

// apiGateway draws a Gateway of the Gateway API that opens some of the ports.
func (d *drawing) apiGateway(name string) {
	listeners := []any{map[string]any{"name": "own", "port": 7777, "protocol": "HTTP"}}
	for _, l := range []map[string]any{{"name": "web", "port": 8080, "protocol": "HTTP"}, {"name": "raw", "port": 8081, "protocol": "TCP"}, {"name": "mesh", "port": 8443, "protocol": "HTTP"}} {
		if rapid.Bool().Draw(d.t, name+" opens a port") {
			listeners = append(listeners, l)
		}
	}
	d.add("gateway.networking.k8s.io/v1", "Gateway", name, map[string]any{"gatewayClassName": "any", "listeners": listeners})
}

// route draws a route to some Services, one to a rule; some rules have names.
func (d *drawing) route(kind, version, name string, services ...string) {
	var rules []any
	for _, service := range some(d.t, "backends of "+name, services...) {
		rule := map[string]any{"backendRefs": []any{map[string]any{"name": service, "port": 80}}}
		if rapid.Bool().Draw(d.t, "named rule") {
			rule["name"] = "to-" + service
		}
		rules = append(rules, rule)
	}
	if len(rules) > 0 {
		parents := []any{map[string]any{"name": "public"}}
		d.add("gateway.networking.k8s.io/"+version, kind, name, map[string]any{"parentRefs": parents, "rules": rules})
	}
}

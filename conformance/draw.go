package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
	"pgregory.net/rapid"
)

// Plan is a random set of manifests that connpolicy takes, with the plan it gives.
type Plan struct {
	Manifests string
	*plan.Plan
}

// Plans draws sets of manifests and compiles them. Every value drawn is one that the rules
// allow, so a set with an error is a fault of connpolicy or of this generator: it panics.
func Plans() *rapid.Generator[Plan] {
	return rapid.Custom(func(t *rapid.T) Plan {
		text := Manifests().Draw(t, "manifests")
		c := Compile("drawn.yaml", text)
		if c.Plan == nil {
			panic("what was drawn is refused:\n" + text + c.Text())
		}
		return Plan{text, c.Plan}
	})
}

// Manifests draws Services, VirtualDestinations, ExternalServices and Upstreams, and the
// ConnectionPolicies that are about them. Names are few, so that selectors meet objects and
// policies meet each other.
func Manifests() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		d := drawing{t: t}
		for _, name := range some(t, "services", "cart", "db", "ratings", "web") {
			d.add("v1", "Service", name, d.serviceSpec())
		}
		for _, name := range some(t, "external services", "mail", "maps") {
			d.add(network, "ExternalService", name, map[string]any{"hosts": []any{name + ".example.com"}, "ports": d.ports(name)})
		}
		for _, name := range some(t, "virtual destinations", "front", "back") {
			d.add(network, "VirtualDestination", name, map[string]any{
				"hosts": []any{name + ".global"}, "ports": d.virtualPorts(),
				"services": []any{map[string]any{"labels": d.label()}}, "externalServices": []any{map[string]any{"labels": d.label()}},
			})
		}
		for _, name := range some(t, "upstreams", "static", "kube") {
			d.add("gloo.solo.io/v1", "Upstream", name, d.upstreamSpec(name))
		}
		for _, name := range append(some(t, "policies", "calm", "eager", "strict"), "always") {
			d.add("resilience.policy.gloo.solo.io/v2", "ConnectionPolicy", name, d.policySpec())
		}
		return d.text.String()
	})
}

const network = "networking.gloo.solo.io/v2"

// drawing collects the texts of objects.
type drawing struct {
	t    *rapid.T
	text strings.Builder
}

func (d *drawing) add(version, kind, name string, spec map[string]any) {
	meta := map[string]any{"name": name, "namespace": "shop", "labels": d.label()}
	if kind == "ConnectionPolicy" {
		if day := rapid.IntRange(0, 3).Draw(d.t, "day"); day > 0 {
			meta["creationTimestamp"] = fmt.Sprintf("2026-01-%02dT00:00:00Z", day)
		}
	}
	raw, err := json.Marshal(map[string]any{"apiVersion": version, "kind": kind, "metadata": meta, "spec": spec})
	if err != nil {
		panic(err) // what is drawn is maps, lists, words and numbers
	}
	d.text.WriteString("---\n" + string(raw) + "\n")
}

func (d *drawing) label() map[string]any {
	return map[string]any{"tier": rapid.SampledFrom([]string{"back", "front"}).Draw(d.t, "tier")}
}

// portKinds are names by which Istio and Gloo know a port's protocol.
var portKinds = map[string]string{"http": "HTTP", "http2": "HTTP2", "grpc": "GRPC", "tcp": "TCP", "mongo": "MONGO", "https": "HTTPS", "tls": "TLS"}

func (d *drawing) serviceSpec() map[string]any {
	var ports []any
	for i, kind := range some(d.t, "ports", "http", "http2", "grpc", "tcp", "https", "plain") {
		ports = append(ports, map[string]any{"name": kind, "port": 8000 + i})
	}
	for i, kind := range some(d.t, "application protocols", "kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss", "kubernetes.io/http", "http-alt", "h2c", "grpc-web", "redis", "mysql", "MONGO", "example.com/own") {
		ports = append(ports, map[string]any{"name": fmt.Sprintf("app-%d", i), "port": 8100 + i, "appProtocol": kind})
	}
	for i, name := range some(d.t, "other ports", "grpc-web-ui", "redis", "HTTP2-alt", "any") {
		ports = append(ports, map[string]any{"name": strings.ToLower(name), "port": 8200 + i})
	}
	for _, number := range []int{25, 53, 3306, 27017} { // never sniffed
		if rapid.Bool().Draw(d.t, "well-known port") {
			ports = append(ports, map[string]any{"name": fmt.Sprintf("known-%d", number), "port": number})
		}
	}
	ports = append(ports, map[string]any{"name": "tcp-both", "port": 7000}, map[string]any{"name": "udp-both", "port": 7000, "protocol": "UDP"}, map[string]any{"name": "udp", "port": 7001, "protocol": "UDP"})
	spec := map[string]any{"ports": append(ports, map[string]any{"name": "http-main", "port": 80})}
	if rapid.IntRange(0, 4).Draw(d.t, "headless") == 0 {
		spec["clusterIP"] = "None"
	}
	return spec
}

// ports are those of an ExternalService, which name their protocol.
func (d *drawing) ports(host string) []any {
	ports := []any{map[string]any{"name": "http-main", "number": 80, "protocol": "HTTP"}}
	for i, kind := range some(d.t, "ports of "+host, "http2", "tcp", "tls") {
		ports = append(ports, map[string]any{"name": kind, "number": 8000 + i, "protocol": portKinds[kind]})
	}
	return ports
}

func (d *drawing) virtualPorts() []any {
	ports := []any{map[string]any{"number": 80, "protocol": "HTTP", "targetPort": map[string]any{"name": "http-main"}}}
	for i, kind := range some(d.t, "virtual ports", "http2", "grpc", "tcp") {
		ports = append(ports, map[string]any{"number": 9000 + i, "protocol": portKinds[kind], "targetPort": map[string]any{"number": 80}})
	}
	return ports
}

func (d *drawing) policySpec() map[string]any {
	var applies []any
	for _, kind := range some(d.t, "selected kinds", "SERVICE", "VIRTUAL_DESTINATION") {
		entry := map[string]any{"kind": kind, "selector": map[string]any{}}
		switch rapid.IntRange(0, 3).Draw(d.t, "selected by") {
		case 0:
			entry["selector"] = map[string]any{"labels": d.label()}
		case 1:
			entry["selector"] = map[string]any{"namespace": "shop"}
		case 2:
			entry["port"] = map[string]any{"number": 80}
		}
		applies = append(applies, entry)
	}
	spec := map[string]any{"config": d.someOf("config", map[string]any{
		"tcp": d.someOf("tcp", map[string]any{
			"maxConnections": d.number("maxConnections", 0, math.MaxInt32), "connectTimeout": d.milliseconds("connectTimeout"),
			"tcpKeepalive": d.keepalive("time", "interval", "probes"), "maxConnectionDuration": d.milliseconds("maxConnectionDuration"),
		}),
		"http": d.someOf("http", map[string]any{
			"maxRequestsPerConnection": d.number("maxRequestsPerConnection", 0, math.MaxInt32), "maxRetries": d.number("maxRetries", 0, math.MaxInt32),
			"maxRequests": d.number("maxRequests", 0, math.MaxInt32), "maxPendingRequests": d.number("maxPendingRequests", 0, math.MaxInt32),
			"idleTimeout": d.milliseconds("idleTimeout"),
		}),
	})}
	if len(applies) > 0 {
		spec["applyToDestinations"] = applies
	}
	return spec
}

func (d *drawing) upstreamSpec(kind string) map[string]any {
	spec := d.someOf("upstream", map[string]any{
		"circuitBreakers": d.maybe("circuitBreakers", map[string]any{
			"maxConnections": d.number("maxConnections", 0, math.MaxUint32), "maxPendingRequests": d.number("maxPendingRequests", 0, math.MaxUint32),
			"maxRequests": d.number("maxRequests", 0, math.MaxUint32), "maxRetries": d.number("maxRetries", 0, math.MaxUint32),
		}),
		"connectionConfig": d.maybe("connectionConfig", map[string]any{
			"connectTimeout": d.milliseconds("connectTimeout"), "maxRequestsPerConnection": d.number("maxRequestsPerConnection", 0, math.MaxUint32),
			"tcpKeepalive":                  d.keepalive("keepaliveTime", "keepaliveInterval", "keepaliveProbes"),
			"perConnectionBufferLimitBytes": d.number("perConnectionBufferLimitBytes", 0, math.MaxUint32),
			"commonHttpProtocolOptions":     d.maybe("commonHttpProtocolOptions", map[string]any{"idleTimeout": d.milliseconds("idleTimeout"), "maxHeadersCount": d.number("maxHeadersCount", 1, 1000)}),
		}),
		"useHttp2": rapid.Bool().Draw(d.t, "useHttp2"), "maxConcurrentStreams": d.number("maxConcurrentStreams", 1, math.MaxInt32),
		"protocolSelection": rapid.SampledFrom([]string{"USE_CONFIGURED_PROTOCOL", "USE_DOWNSTREAM_PROTOCOL"}).Draw(d.t, "protocolSelection"),
	})
	if kind == "kube" {
		port := rapid.SampledFrom([]int{80, 8000, 8001, 8002}).Draw(d.t, "servicePort") // some Services lack some
		spec["kube"] = map[string]any{"serviceName": "web", "serviceNamespace": "shop", "servicePort": port}
	} else {
		spec["static"] = map[string]any{"hosts": []any{map[string]any{"addr": "api.example.com", "port": 443}}}
	}
	return spec
}

func (d *drawing) keepalive(idle, interval, probes string) map[string]any {
	return d.maybe("keepalive", map[string]any{
		idle: d.seconds(idle), interval: d.seconds(interval), probes: d.number(probes, 0, facts.KernelMaxKeepaliveProbes),
	})
}

// seconds draws whole seconds and fractions that round up, small ones and the largest.
func (d *drawing) seconds(name string) string {
	n := rapid.IntRange(1, facts.KernelMaxKeepaliveSeconds*1000).Draw(d.t, name)
	if rapid.Bool().Draw(d.t, name+" is whole") {
		n = (n + 999) / 1000 * 1000
	}
	return (time.Duration(n) * time.Millisecond).String()
}

func (d *drawing) milliseconds(name string) string {
	return (time.Duration(rapid.IntRange(1, math.MaxInt32).Draw(d.t, name)) * time.Millisecond).String()
}

// number draws a number, the smallest and the largest more often than others.
func (d *drawing) number(name string, least, most int) int {
	return rapid.OneOf(rapid.IntRange(least, most), rapid.SampledFrom([]int{least, most})).Draw(d.t, name)
}

// someOf keeps at least one of the fields.
func (d *drawing) someOf(what string, fields map[string]any) map[string]any {
	kept := d.maybe(what, fields)
	if len(kept) == 0 {
		name := rapid.SampledFrom(sorted(fields)).Draw(d.t, what+" has")
		kept[name] = fields[name]
	}
	return kept
}

// maybe keeps some of the fields, or none.
func (d *drawing) maybe(what string, fields map[string]any) map[string]any {
	kept := map[string]any{}
	for _, name := range some(d.t, what, sorted(fields)...) {
		kept[name] = fields[name]
	}
	return kept
}

func sorted(fields map[string]any) []string { return slices.Sorted(maps.Keys(fields)) }

// some keeps some of the words, in their order.
func some(t *rapid.T, what string, words ...string) []string {
	var kept []string
	for _, w := range words {
		if rapid.Bool().Draw(t, what+" with "+w) {
			kept = append(kept, w)
		}
	}
	return kept
}

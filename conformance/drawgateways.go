package conformance

import (
	"fmt"
	"math"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
	"pgregory.net/rapid"
)

// GatewayPlans draws Gateways, VirtualGateways and ListenerConnectionPolicies, and compiles them
// for the pods of one selector; a VirtualGateway that names its own keeps them.
func GatewayPlans() *rapid.Generator[Plan] {
	return rapid.Custom(func(t *rapid.T) Plan {
		d := drawing{t: t}
		for i, name := range append(some(t, "gateways", "raw", "api"), "web") {
			d.add("gateway.solo.io/v1", "Gateway", name, d.gatewaySpec(8000+i))
		}
		for i, name := range some(t, "virtual gateways", "east", "west") {
			d.add(network, "VirtualGateway", name, d.virtualGatewaySpec(9000+10*i))
		}
		d.add("resilience.policy.gloo.solo.io/v2", "ListenerConnectionPolicy", "callers", map[string]any{"config": d.someOf("config", map[string]any{
			"tcpKeepalive": d.keepalive("time", "interval", "probes"), "perConnectionBufferLimitBytes": d.number("perConnectionBufferLimitBytes", 1, math.MaxUint32),
		})})
		text := d.text.String()
		c := CompileFor("drawn.yaml", text, compile.Options{Workload: &plan.Workload{Namespace: "istio-system", Labels: map[string]string{"istio": "ingressgateway"}}})
		if c.Plan == nil {
			panic("what was drawn is refused:\n" + text + c.Text())
		}
		return Plan{text, c.Plan}
	})
}

func (d *drawing) gatewaySpec(port int) map[string]any {
	spec := map[string]any{"bindAddress": "::", "bindPort": port, "options": d.maybe("options", map[string]any{
		"socketOptions":                 d.socketOptions(),
		"perConnectionBufferLimitBytes": d.number("perConnectionBufferLimitBytes", 0, math.MaxUint32),
		"connectionBalanceConfig":       map[string]any{"exactBalance": map[string]any{}},
	})}
	if rapid.Bool().Draw(d.t, "tcp") {
		spec["tcpGateway"] = map[string]any{
			"options": map[string]any{"tcpProxySettings": d.maybe("tcpProxySettings", map[string]any{"idleTimeout": d.milliseconds("idleTimeout"), "maxConnectAttempts": d.number("maxConnectAttempts", 1, 100)})},
			"tcpHosts": []any{map[string]any{
				"name": "db", "destination": map[string]any{"single": map[string]any{"upstream": map[string]any{"name": "db", "namespace": "shop"}}},
			}},
		}
		return spec
	}
	timeouts := map[string]any{"maxRequestsPerConnection": d.number("maxRequestsPerConnection", 0, math.MaxInt32)}
	for _, name := range []string{"idleTimeout", "maxConnectionDuration", "maxStreamDuration", "streamIdleTimeout", "requestTimeout", "drainTimeout"} {
		timeouts[name] = d.milliseconds(name)
		if name != "drainTimeout" && rapid.Bool().Draw(d.t, name+" is off") {
			timeouts[name] = "0s"
		}
	}
	spec["httpGateway"] = map[string]any{"options": map[string]any{"httpConnectionManagerSettings": d.maybe("httpConnectionManagerSettings", timeouts)}}
	return spec
}

// socketOptions draws keepalive options, one that is none, and one as bytes.
func (d *drawing) socketOptions() []any {
	option := func(level, name, value int) map[string]any {
		return map[string]any{"level": level, "name": name, "intValue": value, "state": "STATE_PREBIND"}
	}
	all := map[string]map[string]any{
		"a switch": option(facts.SolSocket, facts.SoKeepalive, d.number("on", 0, 1)),
		"idle":     option(facts.IPProtoTCP, facts.TCPKeepIdle, d.number("idle", 1, facts.KernelMaxKeepaliveSeconds)),
		"probes":   option(facts.IPProtoTCP, facts.TCPKeepCnt, d.number("probes", 1, facts.KernelMaxKeepaliveProbes)),
		"timeout":  option(facts.IPProtoTCP, facts.TCPUserTimeout, d.number("timeout", 0, math.MaxInt32)),
		"bytes":    {"level": facts.SolSocket, "name": 13, "bufValue": "AQAAAAoAAAA=", "state": "STATE_PREBIND", "description": "linger"},
	}
	options := []any{all["a switch"]}
	for _, name := range some(d.t, "socket options", "idle", "probes", "timeout", "bytes") {
		options = append(options, all[name])
	}
	return options
}

func (d *drawing) virtualGatewaySpec(port int) map[string]any {
	spec := map[string]any{}
	if rapid.Bool().Draw(d.t, "selects pods") {
		spec["workloads"] = []any{map[string]any{"selector": map[string]any{"labels": map[string]any{"istio": fmt.Sprintf("gateway-%d", port), "app": "edge"}}}}
	}
	var listeners []any
	for i, kind := range append(some(d.t, "listeners", "tcp"), "http") {
		listeners = append(listeners, map[string]any{"port": map[string]any{"number": port + i}, kind: map[string]any{}})
	}
	spec["listeners"] = listeners
	return spec
}

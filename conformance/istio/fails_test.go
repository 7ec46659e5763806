package istio

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/plan"
)

// everything is a policy that sets all there is, each to a number of its own.
const everything = `
apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: everything, namespace: shop}
spec:
  config:
    tcp: {maxConnections: 101, connectTimeout: 102s, maxConnectionDuration: 103s, tcpKeepalive: {time: 104s, interval: 105s, probes: 106}}
    http: {maxRequestsPerConnection: 107, maxRetries: 108, idleTimeout: 109s, maxRequests: 110, maxPendingRequests: 111}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
`

// lossy is an Upstream with settings that a DestinationRule cannot hold.
const lossy = `
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: maps, namespace: shop}
spec:
  static: {hosts: [{addr: maps.example.com, port: 80}]}
  circuitBreakers: {maxConnections: 0, maxRetries: 4294967294}
  connectionConfig: {perConnectionBufferLimitBytes: 32768}
`

func compiled(t *testing.T, text string) *plan.Plan {
	t.Helper()
	c := conformance.Compile("text.yaml", text)
	if c.Plan == nil {
		t.Fatal(c.Text())
	}
	return c.Plan
}

// faults goes both roads after a change to one of them.
func faults(t *testing.T, text string, change func(*roads)) []string {
	t.Helper()
	r, err := walk(compiled(t, text), dialect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	change(&r)
	found, err := new(tally).judge(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Every number of the policy above is changed in the rule, and more in the rule, in Envoy's
// words and in the Service: each time the comparison must see it.
func TestASettingThatDiffersIsSeen(t *testing.T) {
	rule := func(from, to string) func(*roads) {
		return func(r *roads) { r.rules.Objects[0] = replaced(t, r.rules.Objects[0], from, to) }
	}
	envoy := func(from, to string) func(*roads) {
		return func(r *roads) { r.bootstrap.Objects[0] = replaced(t, r.bootstrap.Objects[0], from, to) }
	}
	const common = extension + ".common_http_protocol_options."
	const keepalive = "upstream_connection_options.tcp_keepalive."
	seen := 0
	for _, c := range []struct {
		name   string
		change func(*roads)
		path   string
	}{
		{"maxConnections", rule("101", "99"), limits + "max_connections"},
		{"connectTimeout", rule("102s", "102.001s"), "connect_timeout"},
		{"maxConnectionDuration", rule("103s", "99s"), common + "max_connection_duration"},
		{"tcpKeepalive.time", rule("104s", "99s"), keepalive + "keepalive_time"},
		{"tcpKeepalive.interval", rule("105s", "99s"), keepalive + "keepalive_interval"},
		{"tcpKeepalive.probes", rule("106", "99"), keepalive + "keepalive_probes"},
		{"maxRequestsPerConnection", rule("107", "99"), common + "max_requests_per_connection"},
		{"maxRetries", rule("108", "99"), limits + "max_retries"},
		{"idleTimeout", rule("109s", "99s"), common + "idle_timeout"},
		{"http2MaxRequests", rule("110", "99"), limits + "max_requests"},
		{"http1MaxPendingRequests", rule("111", "99"), limits + "max_pending_requests"},
		{"a field left out", rule(`"connectTimeout"`, `"idleTimeout"`), "connect_timeout"},
		{"the port", rule(`"number": 80`, `"number": 81`), keepalive[:len(keepalive)-1]},
		{"the namespaces that see it", rule(`"host"`, `"exportTo": ["nowhere"], "host"`), "connect_timeout"},
		{"max_retries for Envoy", envoy("108", "99"), limits + "max_retries"},
		{"a field more for Envoy", envoy(`"type"`, `"close_connections_on_host_health_failure": true, "type"`), "close_connections_on_host_health_failure"},
		{"the protocol for Envoy", envoy(`"http_protocol_options": {`, `"http2_protocol_options": {`), ".http2_protocol_options"},
		{"the Service's protocol", func(r *roads) {
			r.plan = compiled(t, string(replaced(t, []byte(everything), "name: http,", "name: grpc,")))
		}, ".http2_protocol_options"},
	} {
		found := faults(t, everything, c.change)
		if !strings.Contains(strings.Join(found, "\n"), c.path+": pilot gives") {
			t.Errorf("%s was changed, and %s should differ; what is seen: %q", c.name, c.path, found)
			continue
		}
		seen++
	}
	if found := faults(t, everything, func(*roads) {}); len(found) > 0 {
		t.Errorf("nothing was changed, and there are differences: %q", found)
	}
	proved(t, "%d changes to one of the roads are each seen as a difference", seen)
}

func replaced(t *testing.T, text []byte, from, to string) []byte {
	t.Helper()
	out := strings.Replace(string(text), from, to, 1)
	if out == string(text) {
		t.Fatalf("there is no %s to change in\n%s", from, text)
	}
	return []byte(out)
}

func TestADifferenceOfAnUpstreamWithoutAFindingIsSeen(t *testing.T) {
	whole, err := walk(compiled(t, lossy), dialect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i, lost := range whole.rules.Found {
		without := func(r *roads) {
			r.rules.Found = append(append(diag.List{}, r.rules.Found[:i]...), r.rules.Found[i+1:]...)
		}
		if found := faults(t, lossy, without); len(found) == 0 {
			t.Errorf("nothing is seen without the finding %q", lost.Message)
			continue
		}
		seen++
	}
	if found := faults(t, lossy, func(*roads) {}); len(found) > 0 || seen < 4 {
		t.Errorf("%d findings are needed, and with all of them there is %q", seen, found)
	}
	proved(t, "each of %d findings about an Upstream is needed: without it the difference is seen", seen)
}

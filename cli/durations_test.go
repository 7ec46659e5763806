package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// durationFields are manifests with an @ at every place of a duration, and a # at every number of a
// socket option that is a time or a count.
var durationFields = map[string]string{
	"ConnectionPolicy": `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: keepalive, namespace: bookinfo}
spec:
  applyToDestinations: [{selector: {name: ratings}}]
  config:
    tcp: {connectTimeout: "@", maxConnectionDuration: "@", tcpKeepalive: {time: "@", interval: "@", probes: #}}
    http: {idleTimeout: "@"}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: bookinfo}
spec: {ports: [{name: http, port: 9080}]}
`,
	"Upstream": `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: ratings, namespace: gloo-system}
spec:
  static: {hosts: [{addr: ratings.example, port: 80}]}
  dnsRefreshRate: "@"
  connectionConfig:
    connectTimeout: "@"
    tcpKeepalive: {keepaliveTime: "@", keepaliveInterval: "@", keepaliveProbes: #}
    commonHttpProtocolOptions: {idleTimeout: "@", maxStreamDuration: "@"}
`,
	"Gateway": `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: gateway, namespace: gloo-system}
spec:
  bindAddress: "::"
  bindPort: 8080
  options:
    socketOptions:
    - {level: 1, name: 9, intValue: 1, state: STATE_PREBIND}
    - {level: 6, name: 4, intValue: #, state: STATE_PREBIND}
    - {level: 6, name: 5, intValue: #, state: STATE_PREBIND}
    - {level: 6, name: 6, intValue: #, state: STATE_PREBIND}
  httpGateway:
    options:
      httpConnectionManagerSettings: {idleTimeout: "@", maxConnectionDuration: "@", maxStreamDuration: "@", streamIdleTimeout: "@", requestTimeout: "@", drainTimeout: "@"}
`,
	"Gateway for TCP": `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: gateway, namespace: gloo-system}
spec:
  bindAddress: "::"
  bindPort: 8080
  tcpGateway:
    options: {tcpProxySettings: {idleTimeout: "@"}}
`,
}

var (
	extremeDurations = []string{"2562047h", "99999999999999999999h", "2147483647s", "1ns", "-2562047h"}
	extremeNumbers   = []string{"4294967295", "2147483647", "0", "-2147483648"}
)

// fill puts a value in the place of the nth mark and a usual one in the place of all others.
func fill(text, mark, value string, n int) string {
	parts := strings.Split(text, mark)
	usual := map[string]string{"@": "10s", "#": "3"}
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		switch {
		case i == len(parts)-1:
		case i == n:
			b.WriteString(value)
		default:
			b.WriteString(usual[mark])
		}
	}
	return strings.NewReplacer("@", usual["@"], "#", usual["#"]).Replace(b.String())
}

func TestNoDurationIsTooLongForAnyOutput(t *testing.T) {
	dir := t.TempDir()
	tried := 0
	try := func(name, text string, args ...string) {
		done := make(chan result, 1)
		go func() { done <- runIn(t, dir, text, append(args, "--config", "none", "-")...) }()
		select {
		case got := <-done:
			tried++
			if strings.Contains(got.out+got.err, "-9223372036854775808") || got.code > ExitFindings {
				t.Errorf("%s: %s: exit code %d\n%.600s", name, args, got.code, got.err)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%s: %s does not end", name, args)
		}
	}
	for kind, text := range durationFields {
		for mark, values := range map[string][]string{"@": extremeDurations, "#": extremeNumbers} {
			for i := range strings.Count(text, mark) {
				for _, value := range values {
					name, filled := fmt.Sprintf("%s, %s %d, %s", kind, mark, i, value), fill(text, mark, value, i)
					try(name, filled, "report", "--hop", "other-flow=596523h")
				}
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d runs", tried)
	}
}

func TestADurationOfCenturiesIsRefused(t *testing.T) {
	for kind, text := range durationFields {
		for i := range strings.Count(text, "@") {
			got := runIn(t, t.TempDir(), fill(text, "@", "2562047h", i), "validate", "--config", "none", "-")
			if got.code != ExitFindings || !strings.Contains(got.err+got.out, "[duration-too-long]") && !strings.Contains(got.err+got.out, "[keepalive-out-of-range]") {
				t.Errorf("%s, duration %d: exit code %d\n%s", kind, i, got.code, got.err)
			}
		}
	}
}

//go:build egctl

package gateway_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
)

func everything(t *testing.T) roads {
	t.Helper()
	text, err := os.ReadFile("testdata/two-gateways.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, ok := walk(t, "two-gateways.yaml", string(text), dialect.Options{Preserve: true})
	if !ok {
		t.Fatal("the input has errors")
	}
	return r
}

// spoil changes the first policy that has a text.
func spoil(t *testing.T, r *roads, from, to string) {
	t.Helper()
	i := slices.IndexFunc(r.policies.Objects, func(o []byte) bool { return strings.Contains(string(o), from) })
	if i < 0 {
		t.Fatalf("no policy has %s", from)
	}
	r.policies.Objects[i] = []byte(strings.Replace(string(r.policies.Objects[i]), from, to, 1))
}

func TestAPolicyThatIsSpoiltIsRefused(t *testing.T) {
	seen := 0
	for _, c := range []struct{ name, from, to string }{
		{"a fraction in a duration", `"idleTime": "61s"`, `"idleTime": "61.5s"`},
		{"too many digits", `"idleTime": "61s"`, `"idleTime": "100000s"`},
		{"a limit below zero", `"maxConnections": 201`, `"maxConnections": -1`},
		{"a limit beyond 32 bits", `"maxConnections": 201`, `"maxConnections": 4294967296`},
		{"a percentage below 100", `"perEndpointPercent": 150`, `"perEndpointPercent": 15`},
		{"a policy for a Service", `"kind": "HTTPRoute"`, `"kind": "Service"`},
		{"a buffer of a word", `"bufferLimit": 65537`, `"bufferLimit": "much"`},
		{"a field that is not there", `"probes": 4`, `"probe": 4`},
	} {
		r := everything(t)
		spoil(t, &r, c.from, c.to)
		_, err := new(tally).judge(r)
		if !errors.Is(err, errRefused) {
			t.Errorf("%s: %s is taken: %v", c.name, c.to, err)
			continue
		}
		seen++
	}
	proved(t, "%d ways to spoil a policy are each refused", seen)
}

func TestASettingThatDiffersIsSeen(t *testing.T) {
	seen := 0
	for _, c := range []struct{ from, to, want string }{
		{`"maxConnections": 201`, `"maxConnections": 9`, "maxConnections"},
		{`"maxPendingRequests": 202`, `"maxPendingRequests": 9`, "maxPendingRequests"},
		{`"maxParallelRequests": 203`, `"maxParallelRequests": 9`, "maxRequests"},
		{`"maxParallelRetries": 204`, `"maxParallelRetries": 9`, "maxRetries"},
		{`"maxRequestsPerConnection": 205`, `"maxRequestsPerConnection": 9`, "maxRequestsPerConnection"},
		{`"connectTimeout": "7s"`, `"connectTimeout": "9s"`, "connectTimeout"},
		{`"connectionIdleTimeout": "901s"`, `"connectionIdleTimeout": "9s"`, "idleTimeout"},
		{`"maxStreamDuration": "31s"`, `"maxStreamDuration": "9s"`, "maxStreamDuration"},
		{`"idleTime": "61s"`, `"idleTime": "9s"`, "keepaliveTime"},
		{`"interval": "11s"`, `"interval": "9s"`, "keepaliveInterval"},
		{`"probes": 4`, `"probes": 9`, "keepaliveProbes"},
		{`"bufferLimit": 65537`, `"bufferLimit": 9`, "perConnectionBufferLimitBytes"},
		{`"perEndpointPercent": 150`, `"perEndpointPercent": 110`, "perUpstreamPreconnectRatio"},
		{`"initialStreamWindowSize": 65538`, `"initialStreamWindowSize": 65540`, "initialStreamWindowSize"},
		{`"maxConcurrentStreams": 101`, `"maxConcurrentStreams": 9`, "maxConcurrentStreams"},
		{`"idleTime": "62s"`, `"idleTime": "9s"`, "keepaliveTime"},
		{`"idleTimeout": "902s"`, `"idleTimeout": "9s"`, "idleTimeout"},
		{`"idleTimeout": "601s"`, `"idleTimeout": "9s"`, "idleTimeout"},
		{`"requestReceivedTimeout": "21s"`, `"requestReceivedTimeout": "9s"`, "requestTimeout"},
		{`"streamIdleTimeout": "63s"`, `"streamIdleTimeout": "9s"`, "streamIdleTimeout"},
		{`"maxConnectionDuration": "3601s"`, `"maxConnectionDuration": "9s"`, "maxConnectionDuration"},
	} {
		r := everything(t)
		spoil(t, &r, c.from, c.to)
		faults, err := new(tally).judge(r)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(faults, "\n"), ": "+c.want+": Envoy Gateway has") {
			t.Errorf("%s became %s, and %s should differ; what is seen: %q", c.from, c.to, c.want, faults)
			continue
		}
		seen++
	}
	proved(t, "%d settings that are changed on one road are each seen as a difference", seen)
}

func TestADifferenceWithoutAFindingIsSeen(t *testing.T) {
	r := everything(t)
	r.policies.Found = diag.List{}
	faults, err := new(tally).judge(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"maxHeadersCount"} {
		if !strings.Contains(strings.Join(faults, "\n"), ": "+name+": Envoy Gateway has") {
			t.Errorf("nothing is seen without the finding about %s: %q", name, faults)
		}
	}
	proved(t, "a difference that no finding names is seen")
}

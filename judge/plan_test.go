package judge_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/pipeline"
)

// judged returns the findings about a text and its plan, with the hops of --hop.
func judged(t *testing.T, text string, hops ...string) diag.List {
	t.Helper()
	o := pipeline.Options{Namespace: "default"}
	for _, h := range hops {
		placement, err := judge.ParsePlacement(h)
		if err != nil {
			t.Fatal(err)
		}
		o.Hops = append(o.Hops, placement)
	}
	r := pipeline.New().Run(pipeline.Text("input.yaml", text), &o)
	if r.Plan == nil {
		t.Fatalf("%+v", r.Found)
	}
	return r.Found
}

// codes lists the codes of findings, in order.
func codes(found diag.List) string {
	var names []string
	for i := range found {
		names = append(names, found[i].Name)
	}
	return strings.Join(names, " ")
}

const gatewayWithIdleTimeout = `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: web, namespace: edge}
spec:
  bindAddress: '::'
  bindPort: 8080
  httpGateway: {options: {httpConnectionManagerSettings: {idleTimeout: TIME}}}
`

func TestAListenerIsJudgedByTheBackendSideOfAProxy(t *testing.T) {
	for _, c := range []struct{ hop, idle, want string }{
		{"gcp-proxy-lb", "60s", "listener-closes-first"},
		{"gcp-proxy-lb=30s", "60s", "listener-closes-first"},
		{"gcp-proxy-lb=120s", "300s", "listener-closes-first"},
		{"gcp-proxy-lb", "605s", ""},
		{"gcp-proxy-lb=1200s", "620s", ""},
		{"cloudflare-client", "800s", "listener-closes-first"},
		{"oci-lb", "299s", "listener-closes-first"},
		{"oci-lb", "301s", ""},
	} {
		text := strings.ReplaceAll(gatewayWithIdleTimeout, "TIME", c.idle)
		if got := codes(judged(t, text, "clients:"+c.hop)); got != c.want {
			t.Errorf("%s before an idle timeout of %s: %q, not %q", c.hop, c.idle, got, c.want)
		}
	}
}

// Of several hops at one place one finding is made, whose help survives each of them.
func TestTheHelpHoldsForEveryHopThatIsNamed(t *testing.T) {
	policy := `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: web, namespace: edge}
spec: {static: {hosts: [{addr: web.example.com, port: 80}]}, connectionConfig: {tcpKeepalive: {keepaliveTime: 2h}}}
`
	for _, c := range []struct{ hops, want string }{
		{"aws-nlb azure-lb", "the help holds for both"},
		{"aws-nlb azure-lb gcp-cloud-nat", "the help holds for all of them"},
	} {
		found := judged(t, policy, strings.Fields(c.hops)...)
		if codes(found) != "hop-idle-timeout" || !strings.HasPrefix(found[0].Help, `write "120s"`) {
			t.Fatalf("%s: %s %v", c.hops, codes(found), found)
		}
		notes := 0
		for _, note := range found[0].Related {
			if strings.HasSuffix(note.Message, c.want) {
				notes++
			}
		}
		if notes != len(strings.Fields(c.hops))-1 {
			t.Errorf("%s: not %q: %v", c.hops, c.want, found[0].Related)
		}
	}
}

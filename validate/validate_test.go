package validate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/google/go-cmp/cmp"
)

// line is one for all tests, as it is for all documents of a run.
var line = pipeline.New()

// check reads and checks a text, as "validate --documents-only" does.
func check(text string) diag.List {
	found := line.Load(pipeline.Text("a.yaml", text), &pipeline.Options{Namespace: "default"}).Found
	found.Sort()
	return found
}

// said is a finding as "LINE:COL+LENGTH CODE: MESSAGE | HELP".
func said(d diag.Diagnostic) string {
	return fmt.Sprintf("%d:%d+%d %s: %s | %s", d.Line, d.Col, d.Len, d.Name, d.Message, d.Help)
}

func allSaid(l diag.List) []string {
	out := make([]string, len(l))
	for i := range l {
		out[i] = said(l[i])
	}
	return out
}

func expect(t *testing.T, text string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), allSaid(check(text))); diff != "" {
		t.Errorf("wanted (-) and found (+):\n%s\nin\n%s", diff, text)
	}
}

// doc is an object whose spec begins on line 5, each of its lines two spaces in.
func doc(apiVersion, kind, spec string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: a, namespace: b}\nspec:\n  " + strings.ReplaceAll(spec, "\n", "\n  ") + "\n"
}

func connectionPolicy(spec string) string {
	return doc("resilience.policy.gloo.solo.io/v2", "ConnectionPolicy", spec)
}

func listenerPolicy(spec string) string {
	return doc("resilience.policy.gloo.solo.io/v2", "ListenerConnectionPolicy", spec)
}

func virtualDestination(spec string) string {
	return doc("networking.gloo.solo.io/v2", "VirtualDestination", spec)
}

func externalService(spec string) string {
	return doc("networking.gloo.solo.io/v2", "ExternalService", spec)
}

func upstream(spec string) string { return doc("gloo.solo.io/v1", "Upstream", spec) }

func gateway(spec string) string { return doc("gateway.solo.io/v1", "Gateway", spec) }

// keepalive is a policy with a keepalive time, on line 8 at column 15.
func keepalive(value string) string {
	return connectionPolicy("config:\n  tcp:\n    tcpKeepalive:\n      time: " + value)
}

// connectTimeout is a policy with a timeout, on line 7 at column 23.
func connectTimeout(value string) string {
	return connectionPolicy("config:\n  tcp:\n    connectTimeout: " + value)
}

// upstreamKeepalive is an Upstream with a keepalive time, on line 8 at column 22.
func upstreamKeepalive(value string) string {
	return upstream("static: {hosts: [{addr: a.example.com, port: 80}]}\nconnectionConfig:\n  tcpKeepalive:\n    keepaliveTime: " + value)
}

// socketOptions is a Gateway with options, the first on line 10.
func socketOptions(options ...string) string {
	return gateway("bindAddress: '::'\nbindPort: 8080\nhttpGateway: {}\noptions:\n  socketOptions:\n  - " + strings.Join(options, "\n  - "))
}

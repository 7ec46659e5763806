package validate_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

// helpOf is the help of the only finding in a text.
func helpOf(t *testing.T, text string) string {
	t.Helper()
	found := check(text)
	if len(found) != 1 || found[0].Code != diag.UnknownField {
		t.Fatalf("found %q in\n%s", allSaid(found), text)
	}
	return found[0].Help
}

func TestFieldsOfOtherAPIsAreNamedByTheirNameHere(t *testing.T) {
	tcp := func(s string) string { return connectionPolicy("config:\n  tcp: {" + s + "}") }
	keepalive := func(s string) string { return tcp("tcpKeepalive: {" + s + "}") }
	http := func(s string) string { return connectionPolicy("config:\n  http: {" + s + "}") }
	upstream := func(s string) string {
		return "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a, namespace: b}\nspec:\n  static: {hosts: [{addr: a.example.com, port: 80}]}\n  " + s + "\n"
	}
	for _, c := range []struct{ api, text, want string }{
		{"Gloo Edge", keepalive("keepaliveTime: 60s"), "time"},
		{"Gloo Edge", keepalive("keepaliveInterval: 60s"), "interval"},
		{"Gloo Edge", keepalive("keepaliveProbes: 3"), "probes"},
		{"kgateway", keepalive("keepAliveTime: 60s"), "time"},
		{"kgateway", keepalive("keepAliveInterval: 60s"), "interval"},
		{"Envoy Gateway", keepalive("idleTime: 60s"), "time"},
		{"Envoy", keepalive("keepalive_time: 60"), "time"},
		{"Envoy", keepalive("keepalive_probes: 3"), "probes"},
		{"the kernel", keepalive("tcp_keepidle: 60"), "time"},
		{"the kernel", keepalive("TCP_KEEPCNT: 3"), "probes"},
		{"Envoy Gateway", http("maxParallelRequests: 3"), "maxRequests"},
		{"Istio", http("http1MaxPendingRequests: 3"), "maxPendingRequests"},
		{"Istio", http("http2MaxRequests: 3"), "maxRequests"},
		{"a platform's policy", upstream("connectionConfig: {tcpKeepalive: {time: 60s}}"), "keepaliveTime"},
		{"Istio", upstream("circuitBreakers: {http1MaxPendingRequests: 3}"), "maxPendingRequests"},
		{"nobody, a letter short", tcp("maxConnection: 5"), "maxConnections"},
		{"nobody, cut short", tcp("maxConn: 5"), "maxConnections"},
		{"a text processor", tcp("\u201cmaxConnections\u201d: 5"), "maxConnections"},
	} {
		if help := helpOf(t, c.text); !strings.HasPrefix(help, `did you mean "`+c.want+`"?`) {
			t.Errorf("a name of %s is answered with %q, want %q, in\n%s", c.api, help, c.want, c.text)
		}
	}
}

func TestAFieldOfTheObjectBesideIsSentThere(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{connectionPolicy("config:\n  tcp: {idleTimeout: 60s}"), "it belongs in spec.config.http, as idleTimeout; it has an effect on HTTP connections only"},
		{connectionPolicy("config:\n  tcp: {http2MaxRequests: 5}"), "it belongs in spec.config.http, as maxRequests; it has an effect on HTTP connections only"},
		{connectionPolicy("config:\n  http: {maxConnections: 5}"), "it belongs in spec.config.tcp, as maxConnections"},
		{withMetadata("metadata: {name: a, config: {}}\n"), "it belongs in spec, as config"},
		{"apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata:\n  name: a\n  config: {tcp: {maxConnections: 1}}\n", "the line spec: is missing: write spec: on a line of its own above it, at the start of the line"},
		{withMetadata("name: a\n"), "it belongs under metadata, and there is no metadata: write metadata: on a line of its own above it, and indent it"},
	} {
		if help := helpOf(t, c.text); help != c.want {
			t.Errorf("the help is %q, want %q, in\n%s", help, c.want, c.text)
		}
	}
}

func TestQuotesThatArePartOfATextAreNamed(t *testing.T) {
	keepalive := func(s string) string {
		return connectionPolicy("config:\n  tcp:\n    tcpKeepalive:\n      " + s)
	}
	for _, c := range []struct{ value, want, help string }{
		{"time: “700s”", `"“700s”", and the typographic quotation mark “ is part of the text`, `write "700s"`},
		{"time: 700s”", `"700s”", and the typographic quotation mark ” is part of the text`, `write "700s"`},
		{`time: 700s"`, `"700s\"", and the quote " is part of the text`, `write "700s"`},
		{`time: 700s'`, `"700s'", and the quote ' is part of the text`, `write "700s"`},
		{"time: 700s\u00a0", `"700s\u00a0", and the invisible character U+00A0 is part of the text`, `write "700s"`},
		{"probes: “9”", `"“9”", and the typographic quotation mark “ is part of the text`, `write 9, without quotes`},
	} {
		found := check(keepalive(c.value))
		if len(found) != 1 || !strings.HasSuffix(found[0].Message, " is "+c.want) || found[0].Help != c.help {
			t.Errorf("%s: found %q, want %s | %s", c.value, allSaid(found), c.want, c.help)
		}
	}
}

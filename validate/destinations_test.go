package validate_test

import (
	"strings"
	"testing"
)

func TestHostsFollowGloosRules(t *testing.T) {
	host := func(h string) string {
		return virtualDestination("hosts: [" + h + "]\nports: [{number: 80, protocol: HTTP}]")
	}
	for _, good := range []string{"ratings.global", "a", "a.b.", "A.B", "localhost", "xn--a.b", "a1.2b", "1.a", strings.Repeat("a", 63) + ".b"} {
		t.Run(good, func(t *testing.T) { expect(t, host(good)) })
	}
	const parts = ` is not letters, digits and dashes | write a-z, 0-9 and - only, with a letter or digit at both ends`
	for _, c := range []struct{ host, want string }{
		{`.`, `5:11+1 bad-host: host "." has no name | write a host name such as ratings.global`},
		{`"*"`, `5:11+3 bad-host: host "*" contains a wildcard | write the hosts out`},
		{`"*.a.b"`, `5:11+7 bad-host: host "*.a.b" contains a wildcard | write the hosts out`},
		{`a..b`, `5:11+4 bad-host: host "a..b" has an empty part between two dots | write one dot only`},
		{`a.b..`, `5:11+5 bad-host: host "a.b.." has an empty part between two dots | write one dot only`},
		{`-a.b`, `5:11+4 bad-host: host "-a.b" has the part "-a", which` + parts},
		{`a_b.c`, `5:11+5 bad-host: host "a_b.c" has the part "a_b", which` + parts},
		{`a.b/c`, `5:11+5 bad-host: host "a.b/c" has the part "b/c", which` + parts},
		{`日本.jp`, `5:11+5 bad-host: host "日本.jp" has the part "日本", which` + parts},
		{`"a b"`, `5:11+5 bad-host: host "a b" has the part "a b", which` + parts},
		{`http://a.b`, `5:11+10 bad-host: host "http://a.b" is a URL | write "a.b"`},
		{`a.b:80`, `5:11+6 bad-host: host "a.b:80" contains a port | write "a.b"; ports go under spec.ports`},
		{`10.0.0.1`, `5:11+8 bad-host: host "10.0.0.1" is an IP address | write a host name, or use an ExternalService with addresses`},
		{`"::1"`, `5:11+5 bad-host: host "::1" is an IP address | write a host name, or use an ExternalService with addresses`},
		{`a.123`, `5:11+5 bad-host: host "a.123" ends in a part that is all digits | write a name whose last part has a letter`},
		{`5`, `5:11+1 wrong-type: spec.hosts[0] is 5, a number; it must be a string | write "5"`},
		{`a.b, c.d, a.b`, `5:21+3 repeated-value: duplicate "a.b" in spec.hosts | delete one of the two`},
	} {
		t.Run(c.host, func(t *testing.T) { expect(t, host(c.host), c.want) })
	}
	expect(t, externalService(`hosts: ["*.a.b"]`+"\nports: [{number: 80, name: http, protocol: HTTP}]"))
	expect(t, externalService(`hosts: ["*.*.b"]`+"\nports: [{number: 80, name: http, protocol: HTTP}]"), `5:11+7 bad-host: host "*.*.b" contains a wildcard | write the hosts out`)
}

func TestAVirtualDestinationNeedsAHostAndPorts(t *testing.T) {
	expectAll(t, []refused{
		{"no host and nothing selected", virtualDestination("ports: [{number: 80, protocol: HTTP}]"), []string{`4:1+4 empty-destination: this VirtualDestination has no hosts and selects nothing | write hosts, or select services`}},
		{"external workloads are enough", virtualDestination("externalWorkloads: [{}]\nports: [{number: 80, protocol: HTTP, targetPort: {number: 1}}]"), nil},
		{"no ports", virtualDestination("hosts: [a.b]"), []string{`4:1+4 missing-field: ports is missing in spec | write ports: [{"number":80,"protocol":"HTTP","targetPort":{"name":"http"}}]`}},
		{"no protocol", virtualDestination("hosts: [a.b]\nports: [{number: 80}]"), []string{`6:11+12 missing-field: protocol is missing in spec.ports[0] | write protocol: "HTTP"`}},
		{"protocols in lower case", virtualDestination("hosts: [a.b]\nports: [{number: 80, protocol: http}, {number: 81, protocol: gRPC}]"), nil},
		{"port 0", virtualDestination("hosts: [a.b]\nports: [{number: 0, protocol: HTTP}]"), []string{`6:20+1 out-of-range: spec.ports[0].number is 0, outside 1 to 65535 | write a number from 1 to 65535`}},
		{"port 65536", virtualDestination("hosts: [a.b]\nports: [{number: 65536, protocol: HTTP}]"), []string{`6:20+5 out-of-range: spec.ports[0].number is 65536, outside 1 to 65535 | write a number from 1 to 65535`}},
		{"a port twice", virtualDestination("hosts: [a.b]\nports: [{number: 80, protocol: HTTP}, {number: 80, protocol: TCP}]"), []string{`6:50+2 repeated-value: duplicate port 80 in spec.ports | delete one of the two`}},
		{"a target port of nothing", virtualDestination("hosts: [a.b]\nports: [{number: 80, protocol: HTTP, targetPort: {number: 9080}}]"), []string{`6:40+10 target-port-unused: targetPort needs services or externalServices | select the services behind it, or delete the line`}},
		{"a target port by number and name", virtualDestination("services: [{}]\nports: [{number: 80, protocol: HTTP, targetPort: {number: 1, name: http}}]"), []string{`6:40+10 port-number-and-name: spec.ports[0].targetPort has both a number and a name | keep one of the two`}},
	})
	for _, ports := range []string{"[]", "[{number: 80, protocol: UDP}]", "[{number: 80, protocol: HTTP, targetPort: 9080}]", "80"} {
		if found := check(virtualDestination("hosts: [a.b]\nservices: [{}]\nports: " + ports)); len(found) != 1 || found[0].Line != 7 {
			t.Errorf("%s: found %q", ports, allSaid(found))
		}
	}
}

func TestAnEmptyHostsLineDoesNotHideAnEmptyDestination(t *testing.T) {
	found := check(virtualDestination("hosts:\nports: [{number: 80, protocol: HTTP}]"))
	if len(found) == 0 || found[0].Severity.String() != "error" {
		t.Errorf("found %q", allSaid(found))
	}
}

func TestExternalServicesHaveHostsOrAddresses(t *testing.T) {
	const port = "\nports: [{number: 80, name: http, protocol: HTTP}]"
	expectAll(t, []refused{
		{"both", externalService("hosts: [a.b]\naddresses: [10.0.0.1]" + port), []string{`6:3+9 hosts-and-addresses: an ExternalService has hosts or addresses, not both | delete one of the two`}},
		{"addresses and blocks", externalService(`addresses: [10.0.0.1, 10.0.0.0/8, "::1", "fe80::/10"]` + port), nil},
		{"no address", externalService("addresses: [foo]" + port), []string{`5:15+3 bad-address: spec.addresses[0] is "foo", which is not an IP address or a CIDR block | write an address such as "10.0.0.1" or "::1"`}},
		{"a zone", externalService(`addresses: ["fe80::1%eth0"]` + port), []string{`5:15+14 bad-address: spec.addresses[0] is "fe80::1%eth0", which is not an IP address or a CIDR block | write an address such as "10.0.0.1" or "::1"`}},
		{"twice", externalService(`addresses: [10.0.0.1, 10.0.0.1]` + port), []string{`5:25+8 repeated-value: duplicate "10.0.0.1" in spec.addresses | delete one of the two`}},
	})
}

func TestUpstreamsFollowGloosRules(t *testing.T) {
	const static = "static: {hosts: [{addr: a.example.com, port: 80}]}\n"
	expectAll(t, []refused{
		{"the guide's example", upstream("connectionConfig:\n  tcpKeepalive:\n    keepaliveInterval: 20\n    keepaliveProbes: 2\n    keepaliveTime: 60"), []string{
			`4:1+4 no-upstream-type: this Upstream has no type, so Gloo refuses it; its cluster has no endpoints | write static, kube or another type under spec`,
			`7:26+2 bare-seconds: keepaliveInterval is the bare number 20, read as seconds; Gloo refuses the whole Upstream for it | write "20s"`,
			`9:22+2 bare-seconds: keepaliveTime is the bare number 60, read as seconds; Gloo refuses the whole Upstream for it | write "60s"`,
		}},
		{"two types", upstream(static + "kube: {serviceName: a, serviceNamespace: b, servicePort: 80}"), []string{`6:3+4 two-upstream-types: this Upstream has 2 types, and Gloo takes static | keep one of kube, static`}},
		{"a type in an Enterprise edition", upstream("ai: {}"), []string{`5:3+2 enterprise-only: the type ai exists in Gloo Edge Enterprise only, so this Upstream is left out | use a static Upstream for its host, or check its connections by hand`}},
		{"a host without a port", upstream("static: {hosts: [{addr: a}]}"), []string{`5:20+9 missing-field: port is missing in spec.static.hosts[0] | write port: 80`}},
		{"port 0", upstream("static: {hosts: [{addr: a, port: 0}]}"), []string{`5:36+1 out-of-range: spec.static.hosts[0].port is 0, outside 1 to 65535 | write a number from 1 to 65535`}},
		{"port 70000", upstream("static: {hosts: [{addr: a, port: 70000}]}"), []string{`5:36+5 out-of-range: spec.static.hosts[0].port is 70000, outside 1 to 65535 | write a number from 1 to 65535`}},
		{"an address with a port", upstream(`static: {hosts: [{addr: "a.b:80", port: 80}]}`), []string{`5:27+8 bad-host: addr "a.b:80" is neither an IP address nor a host name | write the address or name alone; the port goes beside it as port: …`}},
		{"a weight of zero", upstream(`static: {hosts: [{addr: a, port: 80, loadBalancingWeight: 0}]}`), []string{`5:61+1 out-of-range: loadBalancingWeight is 0, and Envoy takes 1 or more | write 1 or more, or delete the line`}},
		{"windows need HTTP/2", upstream(static + "maxConcurrentStreams: 5"), []string{`6:3+20 ignored-setting: maxConcurrentStreams has no effect without useHttp2: true | write useHttp2: true, or delete the line`}},
		{"a window too small", upstream(static + "useHttp2: true\ninitialStreamWindowSize: 100"), []string{`7:28+3 http2-setting: initialStreamWindowSize is 100, outside 65535 to 2147483647 | write a number from 65535 to 2147483647`}},
		{"HTTP/1 beside HTTP/2", upstream(static + "useHttp2: true\nconnectionConfig: {http1ProtocolOptions: {enableTrailers: true}}"), []string{`7:22+20 protocol-conflict: http1ProtocolOptions cannot be combined with useHttp2: true | write protocolSelection: USE_DOWNSTREAM_PROTOCOL, or delete one of the two`}},
		{"both, as the client speaks", upstream(static + "useHttp2: true\nprotocolSelection: USE_DOWNSTREAM_PROTOCOL\nconnectionConfig: {http1ProtocolOptions: {enableTrailers: true}}"), nil},
		{"an enum in lower case", upstream(static + "connectionConfig: {commonHttpProtocolOptions: {headersWithUnderscoresAction: drop_header}}"), []string{`6:80+11 unknown-value: spec.connectionConfig.commonHttpProtocolOptions.headersWithUnderscoresAction is "drop_header", which is not an allowed value | did you mean "DROP_HEADER"? allowed: ALLOW, REJECT_REQUEST, DROP_HEADER`}},
		{"an enum by number", upstream(static + "protocolSelection: 1"), nil},
		{"an option of requests from callers", upstream(static + "connectionConfig: {commonHttpProtocolOptions: {headersWithUnderscoresAction: 1}}"), []string{"6:50+28 ignored-setting: headersWithUnderscoresAction has no effect on an Upstream: Envoy checks the headers of incoming requests only | write it under httpConnectionManagerSettings of the Gateway, or delete the line"}},
		{"a refresh rate at the floor", upstream(static + "dnsRefreshRate: 1ms"), []string{`6:19+3 dns-refresh-rate: dnsRefreshRate is 1ms, and Envoy takes more than 1ms | write "5s", which is Envoy's default, or delete the line`}},
		{"a refresh rate of addresses", upstream("static: {hosts: [{addr: 10.0.0.1, port: 80}]}\ndnsRefreshRate: 5s"), []string{`6:3+14 dns-refresh-rate: dnsRefreshRate needs host names to resolve, and this Upstream has none | delete the line, or write host names instead of addresses`}},
		{"a preconnect ratio too high", upstream(static + "preconnectPolicy: {perUpstreamPreconnectRatio: 5}"), []string{`6:50+1 out-of-range: spec.preconnectPolicy.perUpstreamPreconnectRatio is 5, outside 1 to 3 | write a number from 1 to 3`}},
		{"a policy's names", upstream(static + "connectionConfig: {tcpKeepalive: {time: 60s}}"), []string{`6:37+4 unknown-field: unknown field "time" in spec.connectionConfig.tcpKeepalive | did you mean "keepaliveTime"? fields allowed here: keepaliveInterval, keepaliveProbes, keepaliveTime`}},
		{"a timeout without a unit", upstream(static + "connectionConfig: {connectTimeout: 60}"), []string{`6:38+2 duration-without-unit: spec.connectionConfig.connectTimeout is 60, a number without a unit | write "60s" if seconds are meant, "60ms" if milliseconds`}},
		{"an idle timeout of zero is none", upstream(static + "connectionConfig: {commonHttpProtocolOptions: {idleTimeout: 0s}}"), nil},
		{"what is not about connections", upstream(static + "circuitBreakers: {trackRemaining: true}"), []string{`6:21+14 not-compiled: not about connections, so not compiled: circuitBreakers.trackRemaining | nothing to change; keep configuring it where you do now`}},
	})
}

func TestWhatIsRefusedIsNotAlsoMissing(t *testing.T) {
	for name, text := range map[string]string{
		"hosts of texts":     upstream("static: {hosts: [a]}"),
		"no hosts":           upstream("static: {hosts: []}"),
		"a host as object":   upstream("static: {hosts: {addr: a, port: 80}}"),
		"a misspelled addr":  upstream("static: {hosts: [{adr: a, port: 80}]}"),
		"an empty addr":      upstream(`static: {hosts: [{addr: "", port: 80}]}`),
		"a misspelled type":  upstream("sttic: {hosts: []}"),
		"a type of nothing":  upstream("static:"),
		"a bad ratio":        upstream("static: {hosts: [{addr: a, port: 80}]}\npreconnectPolicy: {perUpstreamPreconnectRatio: no}"),
		"namespaces of text": doc("admin.gloo.solo.io/v2", "Workspace", `workloadClusters: [{name: "*", namespaces: [a]}]`),
		"a port as number":   doc("networking.gloo.solo.io/v2", "VirtualGateway", "listeners: [{http: {}, port: 80}]"),
		"a port of two":      doc("networking.gloo.solo.io/v2", "VirtualGateway", "listeners: [{http: {}, port: {number: 80, name: x}}]"),
		"settings in spec":   connectionPolicy("tcp: {maxConnections: 1}"),
		"a bad port":         gateway("bindAddress: '::'\nbindPort: 70000\nhttpGateway: {}"),
		"a bad address":      gateway("bindAddress: 0\nbindPort: 8080\nhttpGateway: {}"),
		"a gateway of null":  gateway("bindAddress: '::'\nbindPort: 8080\nhttpGateway:"),
		"a bad int":          socketOptions("{level: 1, name: 9, intValue: 60s}"),
		"a bad buffer":       socketOptions("{level: 1, name: 13, bufValue: AQAAAAoAAAA}"),
		"a misspelled int":   socketOptions("{level: 1, name: 9, intVal: 1}"),
	} {
		t.Run(name, func(t *testing.T) {
			if found := check(text); len(found) != 1 {
				t.Errorf("found %q in\n%s", allSaid(found), text)
			}
		})
	}
}

func TestAListenerPolicysEntryNeedsAVirtualGateway(t *testing.T) {
	expect(t, listenerPolicy("applyToListeners: [{port: {number: 80}}]\nconfig: {tcpKeepalive: {}}"),
		`5:22+20 selector-missing: this entry has no virtualGateway, and Gloo does not define what that means; it is read as every VirtualGateway | write virtualGateway: {} to make that explicit`)
	expect(t, listenerPolicy("applyToListeners: [{virtualGateway: {}, port: {number: 80}}]\nconfig: {tcpKeepalive: {}}"))
	expect(t, listenerPolicy("config: {tcpKeepalive: {time: 60}}"), `5:33+2 duration-without-unit: spec.config.tcpKeepalive.time is 60, a number without a unit | write "60s"`)
}

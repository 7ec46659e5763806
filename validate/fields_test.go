package validate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// refused is a text and every finding in it.
type refused struct {
	name, text string
	want       []string
}

func expectAll(t *testing.T, cases []refused) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { expect(t, c.text, c.want...) })
	}
}

// withMetadata is a policy with nothing to say of but its metadata, which stand on line 3.
func withMetadata(metadata string) string {
	return "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\n" + metadata + "spec: {config: {tcp: {maxConnections: 1}}}\n"
}

const missingName = `missing-name: metadata.name is missing | write a name under metadata, such as name: my-connectionpolicy`

func TestANameIsNeededInEveryForm(t *testing.T) {
	const refusedName = `refused-name: metadata.`
	const nameHelp = `, which is not a valid Kubernetes name | write lower-case letters, digits and -, with a letter or digit at both ends`
	expectAll(t, []refused{
		{"no metadata", withMetadata(""), []string{"1:1+45 " + missingName}},
		{"nothing in metadata", withMetadata("metadata:\n"), []string{"1:1+45 " + missingName}},
		{"an empty object", withMetadata("metadata: {}\n"), []string{"3:1+8 " + missingName}},
		{"only a namespace", withMetadata("metadata:\n  namespace: b\n"), []string{"3:1+8 " + missingName}},
		{"nothing in name", withMetadata("metadata:\n  name:\n"), []string{"3:1+8 " + missingName}},
		{"generateName", withMetadata("metadata: {generateName: a-}\n"), nil},
		{"generateName that is empty", withMetadata("metadata: {generateName: ''}\n"), []string{"3:1+8 " + missingName}},
		{"a number", withMetadata("metadata: {name: 5}\n"), []string{`3:18+1 wrong-type: metadata.name is 5, a number; it must be a string | write the name in quotes`}},
		{"a word for true", withMetadata("metadata: {name: yes}\n"), []string{`3:18+3 wrong-type: metadata.name is true, a boolean; it must be a string | write the name in quotes`}},
		{"an object", withMetadata("metadata: {name: {}}\n"), []string{`3:18+2 wrong-type: metadata.name is an object; it must be a string | write the name in quotes`}},
		{"too long", withMetadata("metadata: {name: " + strings.Repeat("x", 254) + "}\n"), []string{`3:18+254 malformed-value: metadata.name is longer than 253 characters | shorten it`}},
		{"capitals and spaces", withMetadata("metadata: {name: \"A B\"}\n"), []string{`3:18+5 ` + refusedName + `name is "A B"` + nameHelp}},
		{"a path", withMetadata("metadata: {name: ../../x}\n"), []string{`3:18+7 ` + refusedName + `name is "../../x"` + nameHelp}},
		{"other letters", withMetadata("metadata: {name: 日本}\n"), []string{`3:18+2 ` + refusedName + `name is "日本"` + nameHelp}},
		{"a namespace with a dot", withMetadata("metadata: {name: a, namespace: x.y}\n"), []string{`3:32+3 ` + refusedName + `namespace is "x.y"` + nameHelp}},
		{"dots in the name are fine", withMetadata("metadata: {name: a.b-c}\n"), nil},
	})
}

func TestAnEmptyNameIsOneFinding(t *testing.T) {
	for _, text := range []string{`metadata: {name: ""}`, "metadata: []", "metadata: text", "metdata: {name: a}", "metadata: {naame: a}"} {
		if found := check(withMetadata(text + "\n")); len(found) != 1 || found[0].Line != 3 {
			t.Errorf("%s: found %q", text, allSaid(found))
		}
	}
}

func TestATypoInMetadataIsFound(t *testing.T) {
	for typo, want := range map[string]string{
		"namespce: b": "namespace", "lables: {a: b}": "labels", "annotatons: {a: b}": "annotations", "creationTimeStamp: null": "creationTimestamp",
	} {
		found := check(withMetadata("metadata: {name: a, " + typo + "}\n"))
		if len(found) != 1 || found[0].Name != "unknown-field" || found[0].Col != 21 || !strings.HasPrefix(found[0].Help, `did you mean "`+want+`"?`) {
			t.Errorf("%s: found %q", typo, allSaid(found))
		}
	}
	expect(t, withMetadata(`metadata: {name: a, generation: 2, uid: x, resourceVersion: "5", selfLink: /a, managedFields: [{f: {}}], ownerReferences: [{kind: x}], finalizers: [a], deletionTimestamp: null, deletionGracePeriodSeconds: 5, creationTimestamp: 2024-05-01T12:00:00Z}`+"\n"))
}

func TestUnknownFieldsNameTheNearestOne(t *testing.T) {
	const keepaliveFields, tcpFields = `fields allowed here: interval, probes, time`, `fields allowed here: connectTimeout, maxConnectionDuration, maxConnections, tcpKeepalive`
	tcp := func(s string) string { return connectionPolicy("config:\n  tcp:\n    " + s) }
	expectAll(t, []refused{
		{"a letter too many", tcp("tcpKeepalive: {intervall: 10s}"), []string{`7:22+9 unknown-field: unknown field "intervall" in spec.config.tcp.tcpKeepalive | did you mean "interval"? ` + keepaliveFields}},
		{"two at once", tcp("tcpKeepalive: {tme: 60s, prob: 5}"), []string{
			`7:22+3 unknown-field: unknown field "tme" in spec.config.tcp.tcpKeepalive | did you mean "time"? ` + keepaliveFields,
			`7:32+4 unknown-field: unknown field "prob" in spec.config.tcp.tcpKeepalive | did you mean "probes"? ` + keepaliveFields,
		}},
		{"another case", tcp("tcpKeepAlive: {}"), []string{`7:7+12 unknown-field: unknown field "tcpKeepAlive" in spec.config.tcp | did you mean "tcpKeepalive"? ` + tcpFields}},
		{"nothing alike", tcp("banana: 1\n    maxConnections: 1"), []string{`7:7+6 unknown-field: unknown field "banana" in spec.config.tcp | ` + tcpFields}},
		{"at the top", "metadata2: {}\n" + connectionPolicy("config: {tcp: {maxConnections: 1}}"), []string{`1:1+9 unknown-field: unknown field "metadata2" at the top level | did you mean "metadata"? fields allowed here: apiVersion, kind, metadata, spec, status`}},
		{"in a list item, in blocks", connectionPolicy("applyToDestinations:\n- kid: SERVICE\n  selector: {}\nconfig: {tcp: {maxConnections: 1}}"), []string{`6:5+3 unknown-field: unknown field "kid" in spec.applyToDestinations[0] | did you mean "kind"? fields allowed here: kind, port, selector`}},
		{"in a list item, in flow", connectionPolicy("applyToDestinations: [{selector: {matchLabels: {app: x}}}]\nconfig: {tcp: {maxConnections: 1}}"), []string{`5:37+11 unknown-field: unknown field "matchLabels" in spec.applyToDestinations[0].selector | fields allowed here: cluster, labels, name, namespace, workspace`}},
		{"one level too high", connectionPolicy("tcp: {maxConnections: 1}"), []string{`5:3+3 unknown-field: unknown field "tcp" in spec | it belongs under spec.config: indent it`}},
		{"keepalive one level too high", connectionPolicy("config: {tcpKeepalive: {time: 60s}}"), []string{`5:12+12 unknown-field: unknown field "tcpKeepalive" in spec.config | it belongs under spec.config.tcp: indent it`}},
		{"a Gateway's option one level too high", gateway("bindAddress: '::'\nbindPort: 8080\nhttpGateway: {}\nsocketOptions: []"), []string{`8:3+13 unknown-field: unknown field "socketOptions" in spec | it belongs under spec.options: indent it`}},
	})
}

func TestSnakeCaseIsReadAndNamedAtEveryDepth(t *testing.T) {
	snake := func(at, key, camel string) string {
		return at + ` snake-case-field: "` + key + `" is the protobuf spelling of "` + camel + `": Gloo reads it from a file, but a cluster drops it | write "` + camel + `"`
	}
	expectAll(t, []refused{
		{"in a policy", connectionPolicy("config:\n  tcp:\n    tcp_keepalive: {time: 60s}\n    max_connections: 5"), []string{snake("7:7+13", "tcp_keepalive", "tcpKeepalive"), snake("8:7+15", "max_connections", "maxConnections")}},
		{"with mistakes below", connectionPolicy("config:\n  tcp:\n    tcp_keepalive: {tme: 60s, time: 5}"), []string{
			snake("7:7+13", "tcp_keepalive", "tcpKeepalive"),
			`7:23+3 unknown-field: unknown field "tme" in spec.config.tcp.tcpKeepalive | did you mean "time"? fields allowed here: interval, probes, time`,
			`7:39+1 duration-without-unit: spec.config.tcp.tcpKeepalive.time is 5, a number without a unit | write "5s"`,
		}},
		{"one in another", upstream("static: {hosts: [{addr: a.example.com, port: 80}]}\nconnectionConfig: {tcp_keepalive: {keepalive_time: 60}}"), []string{
			snake("6:22+13", "tcp_keepalive", "tcpKeepalive"), snake("6:38+14", "keepalive_time", "keepaliveTime"),
			`6:54+2 bare-seconds: keepaliveTime is the bare number 60, read as seconds; Gloo refuses the whole Upstream for it | write "60s"`,
		}},
		{"both spellings", connectionPolicy("config:\n  tcp:\n    tcp_keepalive: {time: 60s}\n    tcpKeepalive: {time: 50s}"), []string{`7:7+13 snake-case-field: "tcp_keepalive" is the protobuf spelling of "tcpKeepalive", which is also set and takes precedence | delete the line`}},
		{"in a list", connectionPolicy("apply_to_destinations: [{selector: {}, kid: x}]\nconfig: {tcp: {maxConnections: 1}}"), []string{
			snake("5:3+21", "apply_to_destinations", "applyToDestinations"),
			`5:42+3 unknown-field: unknown field "kid" in spec.applyToDestinations[0] | did you mean "kind"? fields allowed here: kind, port, selector`,
		}},
	})
}

func TestLimitsHoldWhatTheirFieldHolds(t *testing.T) {
	limit := func(value string) string { return connectionPolicy("config:\n  tcp:\n    maxConnections: " + value) }
	requests := func(value string) string {
		return connectionPolicy("config:\n  http:\n    maxRequestsPerConnection: " + value)
	}
	probes := func(value string) string {
		return connectionPolicy("config:\n  tcp:\n    tcpKeepalive:\n      probes: " + value)
	}
	const path, help = "spec.config.tcp.maxConnections is ", "leave it out for no limit (4294967295 cannot be written here), or write a number up to 2147483647"
	const probesPath = "spec.config.tcp.tcpKeepalive.probes is "
	expectAll(t, []refused{
		{"the most", limit("2147483647"), nil},
		{"the least", limit("1"), nil},
		{"a float that is whole", limit("1e2"), nil},
		{"one more", limit("2147483648"), []string{"7:23+10 limit-out-of-range: " + path + "2147483648, and this field holds 0 to 2147483647 | " + help}},
		{"the documented default", limit("4294967295"), []string{"7:23+10 limit-out-of-range: " + path + "4294967295, and this field holds 0 to 2147483647 | " + help}},
		{"beyond a float's digits", limit("9007199254740993"), []string{"7:23+16 limit-out-of-range: " + path + "9007199254740993, and this field holds 0 to 2147483647 | " + help}},
		{"below zero", limit("-1"), []string{"7:23+2 limit-out-of-range: " + path + "-1, and this field holds 0 to 2147483647 | " + help}},
		{"zero", limit("0"), []string{"7:23+1 zero-limit: " + path + "0, which counts as leaving it out: there is no limit | delete the line, or write 1 or more"}},
		{"a fraction", limit("1.5"), []string{"7:23+3 wrong-type: " + path + "1.5, a number; it must be an integer | write a whole number"}},
		{"in quotes", limit(`"5"`), []string{`7:23+3 wrong-type: ` + path + `"5", a string; it must be an integer | write 5, without quotes`}},
		{"a word", limit("true"), []string{"7:23+4 wrong-type: " + path + "true, a boolean; it must be an integer | write a whole number"}},
		{"requests: zero is unlimited", requests("0"), nil},
		{"requests: the most", requests("2147483647"), nil},
		{"requests: one more", requests("2147483648"), []string{"7:33+10 limit-out-of-range: spec.config.http.maxRequestsPerConnection is 2147483648, and this field holds 0 to 2147483647 | write 0 for no limit, or a number up to 2147483647"}},
		{"probes: the most", probes("127"), nil},
		{"probes: one more", probes("128"), []string{"8:17+3 keepalive-out-of-range: " + probesPath + "128, and the kernel takes 1 to 127 probes | write a number from 1 to 127"}},
		{"probes: below zero", probes("-1"), []string{"8:17+2 keepalive-out-of-range: " + probesPath + "-1, and the kernel takes 1 to 127 probes | write a number from 1 to 127"}},
		{"probes: zero", probes("0"), []string{"8:17+1 zero-probes: " + probesPath + "0, which counts as leaving it out: the kernel's 9 probes are sent | delete the line, or write a number from 1 to 127"}},
		{"an Upstream's zero is a zero", upstream("static: {hosts: [{addr: a.example.com, port: 80}]}\ncircuitBreakers: {maxConnections: 0, maxPendingRequests: 4294967295}"), nil},
		{"an Upstream's, one more", upstream("static: {hosts: [{addr: a.example.com, port: 80}]}\ncircuitBreakers: {maxConnections: 4294967296}"), []string{"6:37+10 out-of-range: spec.circuitBreakers.maxConnections is 4294967296, outside 0 to 4294967295 | write a number from 0 to 4294967295"}},
	})
}

func TestSelectorsArePickedApart(t *testing.T) {
	item := func(s string) string {
		return connectionPolicy("applyToDestinations:\n- " + s + "\nconfig: {tcp: {maxConnections: 1}}")
	}
	const at = "spec.applyToDestinations[0]."
	expectAll(t, []refused{
		{"a kind in lower case", item("kind: virtual_destination\n  selector: {}"), []string{`6:11+19 unknown-value: ` + at + `kind is "virtual_destination", which is not an allowed value | did you mean "VIRTUAL_DESTINATION"? allowed: SERVICE, VIRTUAL_DESTINATION, EXTERNAL_SERVICE`}},
		{"a kind as manifests write it", item("kind: VirtualDestination\n  selector: {}"), []string{`6:11+18 unknown-value: ` + at + `kind is "VirtualDestination", which is not an allowed value | did you mean "VIRTUAL_DESTINATION"? allowed: SERVICE, VIRTUAL_DESTINATION, EXTERNAL_SERVICE`}},
		{"another kind", item("kind: Pod\n  selector: {}"), []string{`6:11+3 unknown-value: ` + at + `kind is "Pod", which is not an allowed value | write "SERVICE", "VIRTUAL_DESTINATION" or "EXTERNAL_SERVICE"`}},
		{"a number for a kind", item("kind: 3\n  selector: {}"), []string{`6:11+1 wrong-type: ` + at + `kind is 3, a number; it must be a string | write "SERVICE", "VIRTUAL_DESTINATION" or "EXTERNAL_SERVICE"`}},
		{"ExternalServices", item("kind: EXTERNAL_SERVICE\n  selector: {}"), []string{`6:11+16 external-service-policy: a ConnectionPolicy cannot select ExternalServices | select VIRTUAL_DESTINATION or SERVICE, or put a VirtualDestination before the ExternalService`}},
		{"no selector", item("kind: SERVICE"), []string{`6:5+13 selector-missing: this entry has no selector, and Gloo does not define what that means; it is read as every Service | write selector: {} to make that explicit`}},
		{"number and name", item("selector: {}\n  port: {number: 80, name: http}"), []string{`7:5+4 port-number-and-name: ` + at + `port has both a number and a name | keep one of the two`}},
		{"a number in quotes and a typo", item("selector: {}\n  port: {number: \"80\", nam: http}"), []string{
			`7:20+4 wrong-type: ` + at + `port.number is "80", a string; it must be an integer | write 80, without quotes`,
			`7:26+3 unknown-field: unknown field "nam" in spec.applyToDestinations[0].port | did you mean "name"? fields allowed here: name, number`,
		}},
		{"port 0", item("selector: {}\n  port: {number: 0}"), []string{`7:20+1 out-of-range: ` + at + `port.number is 0, outside 1 to 65535 | write a number from 1 to 65535`}},
		{"port 65536", item("selector: {}\n  port: {number: 65536}"), []string{`7:20+5 out-of-range: ` + at + `port.number is 65536, outside 1 to 65535 | write a number from 1 to 65535`}},
		{"an empty port is all ports", item("selector: {}\n  port: {}"), nil},
		{"a label that is a number", item(`selector: {labels: {"app.kubernetes.io/name": 1}}`), []string{`6:51+1 wrong-type: ` + at + `selector.labels["app.kubernetes.io/name"] is 1, a number; it must be a string | write "1"`}},
	})
}

func TestALabelIsQuotedAsItWasWritten(t *testing.T) {
	for written, want := range map[string]string{"yes": `"yes"`, "n": `"n"`, "1.10": `"1.10"`, "0123": `"0123"`, "1_0": `"1_0"`, "true": `"true"`, "12": `"12"`, "0x1F": `"0x1F"`} {
		text := func(value string) string { return withMetadata("metadata: {name: a, labels: {v: " + value + "}}\n") }
		found := check(text(written))
		if len(found) != 1 || !strings.HasPrefix(found[0].Help, "write "+want) {
			t.Errorf("%s: found %q, want it to say write %s", written, allSaid(found), want)
		}
		if again := check(text(want)); len(again) != 0 {
			t.Errorf("%s: typing %s gives %q", written, want, allSaid(again))
		}
	}
}

func TestNothingAsAValueIsOneWarning(t *testing.T) {
	expectAll(t, []refused{
		{"keepalive", connectionPolicy("config:\n  tcp:\n    tcpKeepalive:"), []string{`7:7+12 null-value: spec.config.tcp.tcpKeepalive has no value, which is the same as leaving it out | write tcpKeepalive: {} to turn it on with the kernel's timings, or delete the line`}},
		{"a limit", connectionPolicy("config:\n  tcp:\n    maxConnections:"), []string{`7:7+14 null-value: spec.config.tcp.maxConnections has no value, which is the same as leaving it out | write a value, or delete the line`}},
		{"a tilde", connectionPolicy("config:\n  tcp:\n    maxConnections: 1\n    connectTimeout: ~"), []string{`8:7+14 null-value: spec.config.tcp.connectTimeout has no value, which is the same as leaving it out | write connectTimeout: "10s", or delete the line`}},
		{"status", connectionPolicy("config: {tcp: {maxConnections: 1}}") + "status:\n", nil},
	})
	for _, text := range []string{connectionPolicy("applyToDestinations:\n- selector:\nconfig: {tcp: {maxConnections: 1}}"), connectionPolicy("config:"), strings.Replace(connectionPolicy(""), "spec:\n  \n", "spec:\n", 1)} {
		if found := check(text); len(found) != 1 {
			t.Errorf("found %q in\n%s", allSaid(found), text)
		}
	}
}

func TestTheStatusIsNotOursToJudge(t *testing.T) {
	for _, status := range []string{"{}", "null", "{anything: [1, {a: b}]}", `{common: {State: {approval: ACCEPTED}}, numSelectedDestinationPorts: "many"}`} {
		expect(t, connectionPolicy("config: {tcp: {maxConnections: 1}}")+"status: "+status+"\n")
	}
}

func TestAPolicyThatSetsNothingIsAWarning(t *testing.T) {
	const nothing = `no-settings: this policy sets nothing, so it changes nothing | write settings under spec.config, or delete the policy`
	expectAll(t, []refused{
		{"an empty config", connectionPolicy("config: {}"), []string{"5:3+6 " + nothing}},
		{"empty tcp and http", connectionPolicy("config: {tcp: {}, http: {}}"), []string{"5:3+6 " + nothing}},
		{"no config", connectionPolicy("applyToDestinations: []"), []string{"4:1+4 " + nothing}},
		{"a listener policy", listenerPolicy("config: {}"), []string{"5:3+6 " + nothing}},
		{"empty keepalive is something", connectionPolicy("config: {tcp: {tcpKeepalive: {}}}"), nil},
		{"a buffer of zero is something", listenerPolicy("config: {perConnectionBufferLimitBytes: 0}"), nil},
	})
}

func TestSeveralMistakesAreOneFindingEach(t *testing.T) {
	const text = `applyToDestinations:
- kind: POD
  selecter: {}
config:
  tcp:
    maxConnections: -1
    tcpKeepalive:
      time: 60
      intervall: 10s
      probes: 200
  http:
    idleTimeout: 0s
    maxRetries: "3"`
	want := []string{
		"6 unknown-value", "7 unknown-field", "10 limit-out-of-range", "12 duration-without-unit", "13 unknown-field", "14 keepalive-out-of-range", "16 duration-too-short", "17 wrong-type",
	}
	var got []string
	for _, d := range check(connectionPolicy(text)) {
		got = append(got, itoa(d.Line)+" "+d.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestMistakesInListsAndJSONStandWhereTheyAre(t *testing.T) {
	item := `{"apiVersion":"resilience.policy.gloo.solo.io/v2","kind":"ConnectionPolicy","metadata":{"name":"a"},"spec":{"config":{"tcp":{"tcpKeepalive":{"time":60}}}}}`
	expect(t, `{"apiVersion":"v1","kind":"List","items":[`+"\n"+item+",\n "+strings.Replace(item, `"a"`, `"b"`, 1)+"]}",
		`2:149+2 duration-without-unit: spec.config.tcp.tcpKeepalive.time is 60, a number without a unit | write "60s"`,
		`3:150+2 duration-without-unit: spec.config.tcp.tcpKeepalive.time is 60, a number without a unit | write "60s"`)
	expect(t, "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicyList\nitems:\n- metadata: {}\n  spec: {config: {tcp: {maxConnections: 1}}}\n",
		`4:3+8 `+missingName)
}

func TestAMissingColonOfAnOnlyKeySaysToWriteIt(t *testing.T) {
	for name, c := range map[string]struct{ text, write string }{
		"a name":         {withMetadata("metadata:\n  name tcp-keepalive\n"), "write name: tcp-keepalive"},
		"a glued name":   {withMetadata("metadata:\n  name:tcp-keepalive\n"), "write name: tcp-keepalive"},
		"a time":         {connectionPolicy("config:\n  tcp:\n    tcpKeepalive:\n      time 60s"), "write time: 60s"},
		"a limit":        {connectionPolicy("config:\n  tcp:\n    maxConnections 5"), "write maxConnections: 5"},
		"an item's port": {virtualDestination("hosts: [a.b]\nports:\n- number 80"), "write number: 80"},
	} {
		t.Run(name, func(t *testing.T) {
			found := check(c.text)
			if len(found) != 1 || !strings.HasPrefix(found[0].Help, c.write) {
				t.Errorf("found %q", allSaid(found))
			}
		})
	}
}

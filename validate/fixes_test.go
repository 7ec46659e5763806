package validate_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
)

// mendedOnce puts all fixes of a text in and tells how many there are.
func mendedOnce(text string) (string, int) {
	texts := pipeline.Text("a.yaml", text)
	var fixes []*diag.Fix
	for _, d := range line.Load(texts, &pipeline.Options{Namespace: "default"}).Found {
		if d.Fix != nil {
			fixes = append(fixes, d.Fix)
		}
	}
	return texts.Sources[0].ApplyFixes(fixes)
}

// respelt is a line as it is written, and as it is mended; "" where two meanings are possible.
type respelt struct{ was, now string }

func expectRespelt(t *testing.T, around func(line string) string, cases []respelt) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.was, func(t *testing.T) {
			if len(check(around(c.was))) == 0 {
				t.Fatalf("nothing is wrong in\n%s", around(c.was))
			}
			want := around(c.was)
			if c.now != "" {
				want = around(c.now)
			}
			if got, n := mendedOnce(around(c.was)); got != want || (n == 0) != (c.now == "") {
				t.Errorf("with %d fixes it is\n%s\nand should be\n%s", n, got, want)
			}
		})
	}
}

func keepaliveLine(line string) string {
	return connectionPolicy("applyToDestinations: [{selector: {}}]\nconfig:\n  tcp:\n    tcpKeepalive:\n      " + line + " # as it is")
}

func tcpLine(line string) string {
	return connectionPolicy("applyToDestinations: [{selector: {}}]\nconfig:\n  tcp:\n    " + line + " # as it is")
}

func TestAKeepaliveDurationIsMendedWhereItMeansOneThing(t *testing.T) {
	expectRespelt(t, keepaliveLine, []respelt{
		{"time: 700", "time: 700s"},
		{"time: '700'", "time: '700s'"},
		{`time: "700"`, `time: "700s"`},
		{"time: 7201", "time: 7201s"},
		{"interval: 30 s", "interval: 30s"},
		{`"interval": "30  sec"`, `"interval": "30s"`},
		{"time: 5min", "time: 5m"},
		{"time: 2 Hours", "time: 2h"},
		{"time: 700S", "time: 700s"},
		{"time: PT5M", "time: 5m"},
		{"time: 1500ms", "time: 2s"},
		{"time: 0.5s", "time: 1s"},
		{"time: 3000 millis", "time: 3000ms"},
		// 5000 is 5000 seconds or 5 of them, 60000 a slip or a minute in milliseconds, and the rest no time that the kernel takes.
		{"time: 5000", ""},
		{"time: 60000", ""},
		{"time: 40001", ""},
		{"time: 0", ""},
		{"time: -5", ""},
		{"time: 12 hours", ""},
		{"time: 1d", ""},
		{"time: 0.5 sec", ""},
		// YAML reads 448, 1000, 90 and 256 here.
		{"time: 0700", ""},
		{"time: 1_000", ""},
		{"time: 1:30", ""},
		{"time: 0x100", ""},
		{"time: 7e2", ""},
		{"time: 5M", ""},
		{"time: 5 fortnights", ""},
		{"time: {seconds: 5}", ""},
		{"time: [5]", ""},
		{"time: true", ""},
		{"time: ''", ""},
		{"time: P5M", ""},
		{"time: &a 700", ""},
		{"time: !!int 700", ""},
		{"time: !!str 700", ""},
		{"time: |\n        700", ""},
		{"time: >-\n        700", ""},
		{"time: \"70\\\n        0\"", ""},
	})
}

func TestAnotherDurationIsMendedWhereItMeansOneThing(t *testing.T) {
	expectRespelt(t, tcpLine, []respelt{
		{"connectTimeout: 0.5", "connectTimeout: 0.5s"},
		{"connectTimeout: 3 seconds", "connectTimeout: 3s"},
		{"connectTimeout: 250 msec", "connectTimeout: 250ms"},
		{"maxConnectionDuration: 1d", "maxConnectionDuration: 24h"},
		{"maxConnectionDuration: 2 weeks", "maxConnectionDuration: 336h"},
		{"maxConnectionDuration: P1DT2H", "maxConnectionDuration: 26h"},
		{"connectTimeout: 5", ""},
		{"connectTimeout: '250'", ""},
		{"connectTimeout: 2.5005s", ""},
		{"connectTimeout: 2.5005 sec", ""},
		{"connectTimeout: 0 sec", ""},
		{"connectTimeout: 1.5d", ""},
		{"connectTimeout: 99999999w", ""},
	})
}

func TestATypeIsMendedWhereTheTextSaysTheValue(t *testing.T) {
	expectRespelt(t, keepaliveLine, []respelt{
		{`probes: "5"`, "probes: 5"},
		{"probes: '5'", "probes: 5"},
		{`probes: "05"`, ""},
		{`probes: "5.0"`, ""},
		{`probes: "+5"`, ""},
		{`probes: "0x5"`, ""},
		{`probes: " 5"`, ""},
		{`probes: "500"`, ""},
		{`probes: "five"`, ""},
		{"probes: [5]", ""},
		{"probes: true", ""},
		{"probes: 5.5", ""},
	})
	labels := func(line string) string {
		return connectionPolicy("applyToDestinations: [{selector: {labels: {a: b, " + line + "}}}]\nconfig: {tcp: {maxConnections: 1}}")
	}
	expectRespelt(t, labels, []respelt{
		{"version: 1.10", `version: "1.10"`},
		{"version: 010", `version: "010"`},
		{"version: yes", `version: "yes"`},
		{"version: 5", `version: "5"`},
		{"version: false", `version: "false"`},
		{"version: [1]", ""},
		{"version: !!float 1", ""},
	})
	expectRespelt(t, withMetadata, []respelt{{"metadata: {name: 5}\n", "metadata: {name: \"5\"}\n"}, {"metadata: {name: 5.0_1}\n", ""}, {"metadata: {name: Big_Name}\n", ""}})
}

func TestAFieldIsRenamedWhereNoOtherCanBeMeant(t *testing.T) {
	expectRespelt(t, keepaliveLine, []respelt{
		{"intervall: 30s", "interval: 30s"},
		{"'intervall' : 30s", "'interval' : 30s"},
		{`"Interval": 30s`, `"interval": 30s`},
		{"interal: 30 s", "interval: 30 s"},
		{"prboes: 3", "probes: 3"},
		{"intervall: 30", ""},
		{"probs: many", ""},
		{"tme: 30s", ""},
		{"intrvll: 30s", ""},
		{"timeout: 30s", ""},
		{"&a intervall: 30s", ""},
		{"{intervall: 30s, interval: 20s}", ""},
		{"{intervall: 30s, intervl: 20s}", ""},
	})
	expectRespelt(t, tcpLine, []respelt{
		{"max_connections: 5", "maxConnections: 5"},
		{"tcp_keepalive: {time: 300s}", "tcpKeepalive: {time: 300s}"},
		{"{connect_timeout: 3s, connectTimeout: 4s}", ""},
		{"minConnections: 5", ""},
		{"{max_connections: 5, maxConnection: 6}", ""},
	})
	expectRespelt(t, staticUpstream, []respelt{
		{"useHttp3: true", ""}, {"useHtp2: true", "useHttp2: true"}, {"use_http2: true", "useHttp2: true"},
	})
}

func staticUpstream(line string) string {
	return doc("gloo.solo.io/v1", "Upstream", "static: {hosts: [{addr: a.example.com, port: 80}]}\n"+line)
}

func TestAWordIsMendedWhereNoOtherCanBeMeant(t *testing.T) {
	kind := func(line string) string {
		return connectionPolicy("applyToDestinations:\n- selector: {}\n  " + line + "\nconfig: {tcp: {maxConnections: 1}}")
	}
	expectRespelt(t, kind, []respelt{
		{"kind: service", "kind: SERVICE"},
		{"kind: 'virtual-destination'", "kind: 'VIRTUAL_DESTINATION'"},
		{"kind: SERVCE", "kind: SERVICE"},
		{"kind: DESTINATION", ""},
		{"kind: Service ", "kind: SERVICE "},
		{"kind: SRVC", ""},
	})
	expectRespelt(t, func(line string) string {
		return strings.Replace(connectionPolicy("config: {tcp: {maxConnections: 1}}"), "kind: ConnectionPolicy", line, 1)
	},
		[]respelt{{"kind: ConectionPolicy", "kind: ConnectionPolicy"}, {"kind: connectionpolicy", "kind: ConnectionPolicy"}})
	expectRespelt(t, func(line string) string {
		return strings.Replace(connectionPolicy("config: {tcp: {maxConnections: 1}}"), "apiVersion: resilience.policy.gloo.solo.io/v2", line, 1)
	}, []respelt{
		{"apiVersion: resilience.policy.gloo.solo.io/v1", "apiVersion: resilience.policy.gloo.solo.io/v2"},
		{"apiVersion: networking.gloo.solo.io/v2", "apiVersion: resilience.policy.gloo.solo.io/v2"},
		{"apiVersion: resilience.policy.gloo.solo.oi/v2", "apiVersion: resilience.policy.gloo.solo.io/v2"},
	})
}

func TestWhatStandsInTwoPlacesIsNotMended(t *testing.T) {
	policy := func(name, keepalive string) string {
		return "- apiVersion: resilience.policy.gloo.solo.io/v2\n  kind: ConnectionPolicy\n  metadata: {name: " + name + "}\n  spec: {applyToDestinations: [{selector: {}}], config: {tcp: {tcpKeepalive: " + keepalive + "}}}\n"
	}
	for name, second := range map[string]string{"an alias": "*k", "a merge": "{<<: *k, probes: 3}"} {
		text := "apiVersion: v1\nkind: List\nitems:\n" + policy("a", "&k {time: 300}") + policy("b", second)
		if got, n := mendedOnce(text); n != 0 || len(check(text)) != 2 {
			t.Errorf("%s: %d fixes of %d findings make\n%s", name, n, len(check(text)), got)
		}
	}
	text := "apiVersion: v1\nkind: List\nitems:\n" + policy("a", "{<<: {time: 300}, intervall: 30s}")
	if got, n := mendedOnce(text); n != 0 {
		t.Errorf("what is merged in: %d fixes make\n%s", n, got)
	}
}

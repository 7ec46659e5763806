package preset_test

import (
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/preset"
	"pgregory.net/rapid"
)

// around are objects for the presets to be about.
const around = `
---
apiVersion: networking.gloo.solo.io/v2
kind: VirtualDestination
metadata: {name: app, namespace: default, labels: {app: my-app}}
spec: {hosts: [app.global], services: [{labels: {app: my-app}}], ports: [{number: 80, protocol: HTTP}]}
---
apiVersion: v1
kind: Service
metadata: {name: app, namespace: default, labels: {app: my-app}}
spec: {selector: {gateway: mine}, ports: [{name: http, port: 80}]}
---
apiVersion: networking.gloo.solo.io/v2
kind: VirtualGateway
metadata: {name: my-gateway, namespace: default}
spec: {workloads: [{selector: {labels: {gateway: mine}}}], listeners: [{http: {}, port: {number: 80}}]}
`

var line = pipeline.New()

// judged is everything that connpolicy reports about a text, with the hops on the way.
func judged(t rapid.TB, text string, hops []judge.Placement) diag.List {
	t.Helper()
	return line.Run(pipeline.Text("preset.yaml", text), &pipeline.Options{Namespace: "default", Hops: hops}).Found
}

// leftOpen reports a finding about an object beside the preset that a preset of the kind does not
// decide.
func leftOpen(kind string, d diag.Diagnostic) bool {
	policy := map[string]string{"VirtualDestination default/app": "ConnectionPolicy", "VirtualGateway default/my-gateway": "ListenerConnectionPolicy"}[d.Subject]
	return policy != "" && policy != kind
}

func written(t rapid.TB, kind string, hops []hop.Hop) string {
	t.Helper()
	text, err := preset.Write(kind, "keepalive", "default", hops)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func printed(found diag.List) string {
	var b strings.Builder
	_ = format.Text(&b, found, false)
	return b.String()
}

func TestAPresetSurvivesTheHopsItWasMadeFor(t *testing.T) {
	var all []hop.Hop
	for _, h := range hop.All() {
		if h.Idle > 0 && h.Class != hop.Data { // behind one and a patient proxy, no idle timeout is right
			all = append(all, h)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		hops := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 4, func(h hop.Hop) string { return h.ID }).Draw(t, "hops")
		kind := rapid.SampledFrom(preset.Kinds).Draw(t, "kind")
		var ways []judge.Placement
		for _, h := range hops {
			ways = append(ways, judge.Placement{Hop: h})
		}
		text := written(t, kind, hops)
		for _, d := range judged(t, text+around, ways) {
			if leftOpen(kind, d) {
				continue
			}
			if cannotSay := kind == "ListenerConnectionPolicy" && strings.Contains(text, "# It has no idle timeout") && d.Code == diag.ListenerClosesFirst; !cannotSay {
				t.Fatalf("%s\n%s", text, printed(diag.List{d}))
			}
		}
	})
}

func TestAPresetClosesConnectionsBeforeADataHopForgetsThem(t *testing.T) {
	h, _ := hop.Lookup("aws-global-accelerator")
	for _, kind := range preset.Kinds[:3] {
		for _, d := range judged(t, written(t, kind, []hop.Hop{h})+around, []judge.Placement{{Hop: h}}) {
			if !leftOpen(kind, d) {
				t.Errorf("%s: %s", kind, printed(diag.List{d}))
			}
		}
	}
}

func TestAPresetForATimeoutOfOnesOwnIsStillInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		idle := time.Duration(rapid.IntRange(5, 100_000).Draw(t, "seconds")) * time.Second
		class := rapid.SampledFrom([]hop.Class{hop.Flow, hop.Proxy}).Draw(t, "class")
		h := hop.Hop{ID: "mine", Title: "Hop", Class: class, Idle: idle, Set: true}
		kind := rapid.SampledFrom(preset.Kinds[:3]).Draw(t, "kind")
		found := judged(t, written(t, kind, []hop.Hop{h})+around, []judge.Placement{{Hop: h}})
		for _, d := range found {
			if d.Code != diag.KeepaliveEager && !leftOpen(kind, d) { // what a hop that forgets within seconds asks for
				t.Fatalf("%s", printed(found))
			}
		}
	})
}

// Editors look for this line before anything else in a document.
func TestAPresetTellsEditorsItsSchema(t *testing.T) {
	for _, kind := range preset.Kinds {
		text := written(t, kind, nil)
		first, _, _ := strings.Cut(text, "\n")
		docs := line.Load(pipeline.Text("preset.yaml", text), &pipeline.Options{}).Documents
		if len(docs) != 1 {
			t.Fatalf("%s: %d documents", kind, len(docs))
		}
		if want := "# yaml-language-server: $schema=" + docs[0].Kind.URL(); first != want {
			t.Errorf("%s begins with\n%s\nand not with\n%s", kind, first, want)
		}
	}
}

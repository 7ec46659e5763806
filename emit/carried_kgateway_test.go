package emit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/kgateway"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/google/go-cmp/cmp"
)

// What an object carries is what it says, no more and no less, in the plan's words and for the
// plan's connections.
func TestEveryFieldOfAKgatewayPolicyIsAccountedFor(t *testing.T) {
	doc := sampleDocument(t)
	for _, opts := range []dialect.Options{{}, {Explicit: true}, {Preserve: true}} {
		p := lawPlan(doc)
		known := knownSettings(p)
		objects, _ := kgateway.Write(p, opts)
		if len(objects) < 4 {
			t.Fatalf("%+v: only %d objects", opts, len(objects))
		}
		for _, o := range objects {
			carried := map[string]string{}
			for _, c := range o.Carried {
				if !known[c.Place+" "+c.Setting] {
					t.Errorf("%s carries %s for %s, which the plan does not have", o.File, c.Setting, c.Place)
				}
				if c.Setting != "keepalive.on" { // a block's being there, whatever stands in it
					carried[c.Field] = c.Text
				}
			}
			if diff := cmp.Diff(specLeaves(t, o), carried); diff != "" {
				t.Errorf("%+v: %s (-holds +carried):\n%s", opts, o.File, diff)
			}
		}
	}
}

// knownSettings are the settings of a plan: "ratings.global:80 keepalive.time".
func knownSettings(p *plan.Plan) map[string]bool {
	known := map[string]bool{}
	for _, c := range p.Connections() {
		for _, v := range c.Values() {
			known[c.Name+" "+v.Name] = true
			known[c.By.Ref()+" "+v.Name] = true // an Upstream's own name, which the sample's are not called by
		}
	}
	return known
}

// specLeaves are the values in an object's spec by their paths, but for what it is bound to.
func specLeaves(t *testing.T, o dialect.Object) map[string]string {
	t.Helper()
	text, err := emit.Encode(o, "json")
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		t.Fatal(err)
	}
	spec, _ := object["spec"].(map[string]any)
	delete(spec, "targetRefs")
	leaves := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, field := range v {
				walk(path+"."+key, field)
			}
		case []any:
			for _, item := range v {
				entry, _ := item.(map[string]any)
				port := entry["port"]
				delete(entry, "port")
				walk(fmt.Sprintf("%s[%v]", path, port), entry)
			}
		default:
			leaves[path] = fmt.Sprint(v)
		}
	}
	walk("spec", spec)
	return leaves
}

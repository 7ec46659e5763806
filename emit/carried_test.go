package emit_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/istio"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/plan"
)

var pathStep = regexp.MustCompile(`[^.\[\]]+`)

// at is the value at a path such as "spec.ports[0].number"; false when there is none.
func at(value any, path string) (any, bool) {
	for _, step := range pathStep.FindAllString(path, -1) {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, value != nil
}

func TestWhatAnObjectForIstioIsSaidToHoldStandsThere(t *testing.T) {
	checked := 0
	for _, opts := range []dialect.Options{{}, {Explicit: true}, {Preserve: true}} {
		objects, _ := istio.Write(lawPlan(sampleDocument(t)), opts)
		for _, o := range objects {
			var object any
			text, err := emit.Encode(o, "json")
			if err == nil {
				err = json.Unmarshal(text, &object)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range o.Carried {
				if c.Field == "" {
					continue // left out without a loss
				}
				checked++
				value, there := at(object, c.Field)
				if options, ok := value.(map[string]any); ok { // a socket option, or a block that is there
					value = options["int_value"]
				}
				if !there || value != nil && strings.TrimSuffix(fmt.Sprint(value), ".0") != c.Text {
					t.Errorf("%s is said to hold %s, %q, at %s; there is %v", o.File, c.Setting, c.Text, c.Field, value)
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d settings were looked for", checked)
	}
}

// Each setting of a plan in which everything is written is in an object for its place, or a
// finding stands at it.
func TestEverySettingIsCarriedToIstioOrNamed(t *testing.T) {
	p := lawPlan(sampleDocument(t))
	objects, found := istio.Write(p, dialect.Options{})
	type setting struct {
		from plan.Origin
		name string
	}
	carried := map[setting]bool{}
	for _, o := range objects {
		for _, c := range o.Carried {
			carried[setting{c.From, c.Setting}] = true
		}
	}
	result := lawResult{list: found}
	for _, c := range p.Connections() {
		for _, v := range c.Values() {
			if !v.From.Written() || carried[setting{v.From, v.Name}] || result.explains(v.From) || excusedFromIstio(&c, v) {
				continue
			}
			t.Errorf("%s of %s is neither carried nor named", v.Name, c.Name)
		}
	}
}

// excusedFromIstio reports settings that a finding about something else speaks for: an Upstream
// of addresses has no place as a whole, and beside HTTP/2 nobody reads an idle timeout.
func excusedFromIstio(c *plan.Connection, v plan.Value) bool {
	upstream := c.Object.Kind == "UPSTREAM" && c.Object.Name != "api"
	return upstream && c.Name != "bookinfo/ratings" || v.Name == "http.idleTimeout"
}

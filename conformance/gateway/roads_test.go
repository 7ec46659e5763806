//go:build egctl

package gateway_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/dialect/envoygateway"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// tally counts what was compared, and the differences that a finding names.
type tally struct{ policies, clusters, listeners, findings int }

// roads are both ways of one input, up to Envoy Gateway's gate.
type roads struct {
	plan     *plan.Plan
	input    string // of the Gateway API
	policies conformance.Emitted
	ours     object // the bootstrap
}

func walk(t *testing.T, name, text string, opts dialect.Options) (roads, bool) {
	t.Helper()
	c := conformance.Compile(name, text)
	if c.Plan == nil {
		return roads{}, false // an error: nothing is written
	}
	r := roads{plan: c.Plan, input: inputOf(t, text, c.Plan)}
	var err error
	if r.policies, err = conformance.Emit(envoygateway.Write, c.Plan, opts); err != nil {
		t.Fatal(err)
	}
	bootstrap, err := conformance.Emit(envoy.Write, c.Plan, dialect.Options{})
	if err != nil || len(bootstrap.Objects) != 1 {
		t.Fatalf("%s: %d bootstraps: %v", name, len(bootstrap.Objects), err)
	}
	var snake any
	if err := json.Unmarshal(bootstrap.Objects[0], &snake); err != nil {
		t.Fatal(err)
	}
	r.ours = camel(snake).(object)["staticResources"].(object)
	return r, true
}

// camel spells field names as Envoy Gateway's JSON does; names of extensions have dots.
func camel(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for name, value := range v {
			if !strings.Contains(name, ".") {
				parts := strings.Split(name, "_")
				for i := range parts[1:] {
					parts[i+1] = strings.ToUpper(parts[i+1][:1]) + parts[i+1][1:]
				}
				name = strings.Join(parts, "")
			}
			out[name] = camel(value)
		}
		return out
	case []any:
		for i := range v {
			v[i] = camel(v[i])
		}
	}
	return v
}

func named(list any, name string) object {
	items, _ := list.([]any)
	for _, item := range items {
		if item.(object)["name"] == name {
			return item.(object)
		}
	}
	return nil
}

// judge asks Envoy Gateway, and returns what is neither equal nor named by a finding.
func (n *tally) judge(r roads) ([]string, error) {
	text := r.input
	for _, policy := range r.policies.Objects {
		text += "---\n" + string(policy) + "\n"
	}
	theirs, err := translate(text)
	if err != nil {
		return nil, err
	}
	n.policies += len(r.policies.Objects)
	faults := theirs.refused
	for i := range r.plan.Routes {
		if route := &r.plan.Routes[i]; route.Settings != nil {
			faults = append(faults, n.route(r, route, theirs)...)
		}
	}
	for i := range r.plan.Listeners {
		faults = append(faults, n.listener(r, &r.plan.Listeners[i], theirs)...)
	}
	return faults, nil
}

// route compares the clusters of a route with the cluster of what it leads to.
func (n *tally) route(r roads, route *plan.Route, theirs *translated) []string {
	mine := r.cluster(route)
	if mine == nil {
		return []string{"--target envoy has no cluster for " + route.Ref()}
	}
	var rules []string
	for _, rule := range route.Document.(*schema.Document).Resource.(*schema.Route).Spec.Rules {
		rules = append(rules, rule.Name)
	}
	names := clusters(route, theirs.clusters, rules)
	if len(names) == 0 {
		return []string{"Envoy Gateway has no cluster for " + route.Ref()}
	}
	var faults []string
	for _, name := range names {
		n.clusters++
		gateways, ours := clusterSettings(theirs.clusters[name]), clusterSettings(mine)
		if theirs.clusters[name]["type"] == "STRICT_DNS" { // others are not resolved there
			gateways.dns(theirs.clusters[name])
			ours.dns(mine)
		}
		for _, entry := range theirs.routes[name] {
			if d := at(entry.(object), "route.maxStreamDuration.maxStreamDuration"); d != nil {
				gateways["maxStreamDuration"] = spelled(fmt.Sprint(d)) // a route's there
			}
		}
		for _, d := range different(gateways, ours) {
			switch {
			case d.name == "protocol" && !route.Upstream: // a Service's port says it there
			case n.excused(d.name, route.Settings, r.policies.Found):
				n.findings++
			default:
				faults = append(faults, name+": "+d.String())
			}
		}
	}
	return faults
}

// cluster finds what --target envoy writes for what a route leads to.
func (r roads) cluster(route *plan.Route) object {
	if route.Upstream {
		return named(r.ours["clusters"], plan.ClusterName(route.By.Identity().Name, route.By.Identity().Namespace))
	}
	for _, d := range r.plan.Destinations {
		for _, p := range d.Ports {
			if p.By == route.By && p.Routed && slices.Contains(route.Backends, fmt.Sprintf("%s:%d", d.Object.Name, p.Number)) {
				return named(r.ours["clusters"], fmt.Sprintf("outbound|%d||%s", p.Number, d.Host))
			}
		}
	}
	return nil
}

// excused reports a finding of the target at one of the places that a setting comes from.
func (n *tally) excused(name string, s *plan.Settings, found diag.List) bool {
	for _, from := range origins(s)[name] {
		for _, f := range found {
			if from.Written() && (f.Span == from.Span() || f.Span == from.KeySpan()) {
				return true
			}
		}
	}
	return false
}

// listener compares a listener with the one that its Gateway opens instead.
func (n *tally) listener(r roads, l *plan.Listener, theirs *translated) []string {
	mine := named(r.ours["listeners"], l.Name)
	var faults []string
	for _, a := range l.Gateways {
		if a.Document == nil || slices.ContainsFunc(r.policies.Found, func(f diag.Diagnostic) bool {
			return f.Span == l.By.Span("/spec/bindPort") // says that none, or none alone, opens it
		}) {
			continue
		}
		gateway := theirs.listeners[fmt.Sprintf("%s:%d", a.Ref(), bound(a))]
		if gateway == nil || mine == nil {
			faults = append(faults, fmt.Sprintf("%s: Envoy Gateway has it: %t, --target envoy: %t", l.Name, gateway != nil, mine != nil))
			continue
		}
		n.listeners++
		for _, d := range different(listenerSettings(gateway), listenerSettings(mine)) {
			faults = append(faults, fmt.Sprintf("%s at %s: %s", l.Name, a.Ref(), d))
		}
	}
	return faults
}

// bound is the port that Envoy Gateway's proxies bind for a Gateway's listener: none that needs
// a privilege.
func bound(a plan.Attachment) uint32 {
	for _, l := range a.Document.(*schema.Document).Resource.(*schema.APIGateway).Spec.Listeners {
		if l.Name != a.Section {
			continue
		}
		if l.Port < 1024 {
			return l.Port + 10000
		}
		return l.Port
	}
	return 0
}

// difference is a setting that is not the same on both roads.
type difference struct{ name, gateway, ours string }

func (d difference) String() string {
	return fmt.Sprintf("%s: Envoy Gateway has %q, --target envoy %q", d.name, d.gateway, d.ours)
}

// different compares two places; options of HTTP/2 only where both speak it.
func different(gateway, ours settings) []difference {
	all := maps.Clone(gateway)
	maps.Copy(all, ours)
	two := strings.HasPrefix(gateway["protocol"], "HTTP/2") && strings.HasPrefix(ours["protocol"], "HTTP/2")
	var out []difference
	for _, name := range slices.Sorted(maps.Keys(all)) {
		ofTwo := strings.HasPrefix(name, "initial") || name == "maxConcurrentStreams" || strings.HasPrefix(name, "override")
		if gateway[name] != ours[name] && (two || !ofTwo) {
			out = append(out, difference{name, gateway[name], ours[name]})
		}
	}
	return out
}

// inputs are the golden cases for Envoy Gateway that need no flags, and the sets in testdata.
func inputs(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	golden, err := conformance.GoldenInputs()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range golden {
		if targets, err := os.ReadFile(filepath.Join("..", "..", "golden", name, "targets")); err == nil && strings.Contains(string(targets), "envoy-gateway") {
			out[name] = text
		}
	}
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(file)] = string(text)
	}
	return out
}

func TestPoliciesLeadToTheEnvoyThatIsWrittenDirectly(t *testing.T) {
	var n tally
	all := inputs(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, opts := range []dialect.Options{{Preserve: true}, {Explicit: true}} {
			r, ok := walk(t, name, all[name], opts)
			if !ok {
				continue
			}
			faults, err := n.judge(r)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, fault := range faults {
				t.Errorf("%s with %+v: %s", name, opts, fault)
			}
		}
	}
	if n.policies == 0 || n.clusters == 0 || n.listeners == 0 || n.findings == 0 {
		t.Fatalf("something was never compared: %+v", n)
	}
	proved(t, "Envoy Gateway applies all %d policies of %d inputs", n.policies, len(all))
	proved(t, "its clusters have the connection settings of --target envoy, in %d clusters, but for %d settings that a finding names", n.clusters, n.findings)
	proved(t, "and so have its listeners, keepalive toward callers included, %d of them", n.listeners)
}

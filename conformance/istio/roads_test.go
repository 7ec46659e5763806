package istio

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/dialect/istio"
	"github.com/connpolicy/connpolicy/plan"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"pgregory.net/rapid"
)

// tally counts the clusters that were compared, once for each client and each choice of defaults, and
// what is different in those of Upstreams: settings, defaults, and protocols nobody chose.
type tally struct{ policies, upstreams, findings, defaults, protocols, skipped int }

func (n *tally) proved(t *testing.T, of string) {
	t.Helper()
	if n.policies == 0 || n.upstreams == 0 || n.findings == 0 || n.defaults == 0 {
		t.Fatalf("something was never compared: %+v", *n)
	}
	proved(t, "%s: pilot's connection settings equal those of --target envoy, in %d clusters of ConnectionPolicies", of, n.policies)
	proved(t, "%s: and in %d clusters of Upstreams, but for %d settings that a finding names, and %d defaults that one does", of, n.upstreams, n.findings, n.defaults)
}

// proved prints what a test has shown.
func proved(t *testing.T, format string, args ...any) {
	t.Helper()
	if !t.Failed() {
		fmt.Printf("proved: "+format+"\n", args...)
	}
}

func TestBothRoadsLeadToOneEnvoyForGoldenCases(t *testing.T) {
	inputs, err := conformance.GoldenInputs()
	if err != nil {
		t.Fatal(err)
	}
	var n tally
	cases := 0
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		c := conformance.Compile(name, inputs[name])
		if c.Plan == nil {
			continue // an error: nothing is written
		}
		cases++
		for _, fault := range n.both(c.Plan, c.Found) {
			t.Errorf("%s: %s", name, fault)
		}
	}
	for name := range notCompared {
		if !met[name] {
			t.Errorf("no cluster has a field %s, so there is no need to leave it out", name)
		}
	}
	n.proved(t, fmt.Sprintf("%d golden cases", cases))
}

func TestBothRoadsLeadToOneEnvoyForRandomPlans(t *testing.T) {
	var n tally
	plans := 0
	rapid.Check(t, func(t *rapid.T) {
		p := conformance.Plans().Draw(t, "plan")
		plans++
		if faults := n.both(p.Plan, nil); len(faults) > 0 {
			t.Fatalf("%s\n%s", strings.Join(faults, "\n"), p.Manifests)
		}
	})
	n.proved(t, fmt.Sprintf("%d random plans", plans))
}

// both goes both roads with a plan, once for each cluster that its objects are of, as one
// Istio and one Envoy know one cluster only.
func (n *tally) both(all *plan.Plan, found diag.List) []string {
	of := map[string]*plan.Plan{}
	at := func(cluster string) *plan.Plan {
		if of[cluster] == nil {
			of[cluster] = &plan.Plan{}
		}
		return of[cluster]
	}
	for _, d := range all.Destinations {
		p := at(d.Object.Cluster)
		p.Destinations = append(p.Destinations, d)
	}
	for _, u := range all.Upstreams {
		p := at(u.Object.Cluster)
		p.Upstreams = append(p.Upstreams, u)
	}
	var faults []string
	for _, p := range of {
		for _, opts := range []dialect.Options{{}, {Explicit: true}, {Preserve: true}} {
			more, err := n.compare(p, opts, conformance.Codes(found))
			if err != nil {
				more = append(more, err.Error())
			}
			for _, fault := range more {
				faults = append(faults, fmt.Sprintf("%+v: %s", opts, fault))
			}
		}
	}
	return faults
}

func (n *tally) compare(p *plan.Plan, opts dialect.Options, said map[string]bool) ([]string, error) {
	r, err := walk(p, opts)
	if err != nil {
		return nil, err
	}
	if r.rules.Found.AtLeast(diag.Error) || r.bootstrap.Found.AtLeast(diag.Error) {
		n.skipped++
		return nil, nil // two results of one name: nothing is written
	}
	return n.judge(r, said)
}

// roads are both ways of one plan, up to pilot's gate.
type roads struct {
	plan             *plan.Plan
	opts             dialect.Options
	rules, bootstrap conformance.Emitted
}

func walk(p *plan.Plan, opts dialect.Options) (roads, error) {
	r := roads{plan: p, opts: opts}
	var err error
	if r.rules, err = conformance.Emit(istio.Write, p, opts); err == nil {
		r.bootstrap, err = conformance.Emit(envoy.Write, p, opts)
	}
	return r, err
}

// judge asks pilot, and returns what is neither equal nor excused.
func (n *tally) judge(r roads, said map[string]bool) ([]string, error) {
	ours, err := clusters(r.bootstrap.Objects)
	if err != nil {
		return nil, err
	}
	pilot, err := ask(r.rules.Objects, r.plan.Destinations)
	if err != nil {
		return nil, err
	}
	for _, u := range r.plan.Upstreams {
		ours[u.Object.Document.Ref()] = ours[plan.ClusterName(u.Object.Name, u.Object.Namespace)]
	}
	rules, hosts := map[place]int{}, map[string]int{}
	for _, d := range r.plan.Destinations {
		rules[place{d.Namespace, d.Host}]++
		hosts[d.Host]++
	}
	var faults []string
	for i := range r.plan.Destinations {
		d := &r.plan.Destinations[i]
		twice := rules[place{d.Namespace, d.Host}] > 1 && said[diag.HostTwice.Name]
		if twice || refused(d, r) {
			n.skipped++
			continue // a finding says that Istio uses one of two rules, or that there is none
		}
		in := clients(d)
		if hosts[d.Host] > 1 && said[diag.HostTwice.Name] {
			in = in[:1] // elsewhere Istio goes by the rule of one namespace, and a finding says so
		}
		faults = append(faults, n.destination(d, in, r, pilot, ours)...)
	}
	return faults, nil
}

// refused reports a host that a finding says Istio refuses, where an Upstream writes it.
func refused(d *plan.Destination, r roads) bool {
	for _, u := range r.plan.Upstreams {
		for _, ep := range u.Endpoints {
			if ep.Address == d.Host && slices.ContainsFunc(r.rules.Found, func(f diag.Diagnostic) bool { return ep.From.Written() && f.Span == ep.From.KeySpan() }) {
				return true
			}
		}
	}
	return false
}

// clusters reads a bootstrap's clusters, by name.
func clusters(bootstrap [][]byte) (map[string]*clusterv3.Cluster, error) {
	out := map[string]*clusterv3.Cluster{}
	for _, text := range bootstrap {
		var b struct {
			Resources struct{ Clusters []json.RawMessage } `json:"static_resources"`
		}
		if err := json.Unmarshal(text, &b); err != nil {
			return nil, err
		}
		for _, raw := range b.Resources.Clusters {
			c := &clusterv3.Cluster{}
			if err := protojson.Unmarshal(raw, c); err != nil {
				return nil, err
			}
			out[c.Name] = c
		}
	}
	return out, nil
}

// destination compares its ports' clusters as clients in these namespaces have them.
func (n *tally) destination(d *plan.Destination, clients []string, r roads, pilot map[place]*clusterv3.Cluster, ours map[string]*clusterv3.Cluster) []string {
	var faults []string
	for i := range d.Ports {
		p := &d.Ports[i]
		name := fmt.Sprintf("outbound|%d||%s", p.Number, d.Host)
		mine := ours[name]
		if p.Upstream {
			mine = ours[p.By.Ref()]
		}
		for _, namespace := range clients {
			theirs := pilot[place{namespace, name}]
			if theirs == nil || mine == nil {
				faults = append(faults, fmt.Sprintf("%s for %s: pilot has it: %t, --target envoy: %t", name, namespace, theirs != nil, mine != nil))
				continue
			}
			for _, f := range n.port(p, settingsOf(theirs), settingsOf(mine), r) {
				faults = append(faults, fmt.Sprintf("%s for %s: %s", name, namespace, f))
			}
		}
	}
	return faults
}

// port compares one client's cluster for a port.
func (n *tally) port(p *plan.Port, pilot, ours settings, r roads) []difference {
	switch {
	case p.Upstream:
		n.upstreams++
	case r.opts.Explicit: // which spells out more for Envoy than a rule can hold
		n.policies++
		return compare(inForce(pilot), inForce(ours))
	default:
		n.policies++
		return compare(pilot, ours)
	}
	return slices.DeleteFunc(compare(inForce(pilot), inForce(ours)), func(d difference) bool {
		return n.excused(d, p.Settings, r.rules.Found)
	})
}

package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// Options are what the manifests may leave unsaid.
type Options struct {
	Cluster   string // of objects that do not say theirs
	Workspace string // of everything, when the input has no Workspaces
	// Gateways are the Gateways of the Gateway API that take listeners over.
	Gateways []GatewayOption
	// Attach are routes of the Gateway API that lead to destinations, where the input has none.
	Attach []Attach
	// Workload are the pods of gateways that do not say theirs; nil when not known.
	Workload *plan.Workload
	// All puts the Services that no policy selects into Plan.Undecided one by one.
	All bool
}

// Resolve decides over a whole set of decoded documents. The plan is usable even where there
// are findings; after an error it must not be written.
func Resolve(docs []*schema.Document, opts Options) (*plan.Plan, diag.List) {
	docs, found := distinct(docs)
	r := &resolver{opts: opts, inv: takeInventory(docs), plan: &plan.Plan{}, found: found, values: map[string]*values{}}
	r.ws = newWorkspaces(r.inv, docs, opts.Workspace)
	r.found = append(r.found, r.ws.check()...)
	r.placeTargets()
	r.index = newIndex(r.inv.targets, r.inv.selectors())
	r.uses = newUses(r.inv)
	r.claimPorts()
	r.claimUpstreams()
	r.destinations()
	for _, c := range r.claims {
		r.ignoredByTCP(c)
	}
	r.undecidedDestinations()
	r.listeners()
	r.gatewayAPI()
	r.sort()
	r.hostsTwice()
	r.existingRules()
	return r.plan, r.found
}

type resolver struct {
	opts  Options
	inv   *inventory
	ws    *workspaces
	index *index
	plan  *plan.Plan
	found diag.List

	values    map[string]*values                    // of properties, by what they were collected for
	endpoints map[workspaceLabel][]*schema.Document // made when it is first asked for

	uses          uses
	claims        []*claim  // of policies
	upstreamHosts []*target // what Upstreams stand for in a mesh

	defaults, tcpDefaults *plan.Settings // of a mesh, made when they are first asked for
}

func (r *resolver) find(d diag.Diagnostic) { r.found = append(r.found, d) }

// placeTargets gives every target its cluster and workspace, and drops none: a target outside
// all workspaces is only never selected.
func (r *resolver) placeTargets() {
	for _, t := range r.inv.targets {
		t.Cluster = cmp.Or(t.Cluster, r.opts.Cluster)
		t.Workspace, _ = r.ws.owner(t.Cluster, t.Namespace)
	}
	slices.SortStableFunc(r.inv.targets, func(a, b *target) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Cluster, b.Cluster))
	})
}

// selectors lists every selector that will be searched by.
func (inv *inventory) selectors() []*schema.ObjectSelector {
	var out []*schema.ObjectSelector
	for _, d := range inv.policies {
		for _, item := range d.Resource.(*schema.ConnectionPolicy).Spec.ApplyToDestinations {
			out = append(out, item.Selector)
		}
	}
	for _, t := range inv.targets {
		if v, ok := t.Document.Resource.(*schema.VirtualDestination); ok {
			for i := range v.Spec.Services {
				out = append(out, &v.Spec.Services[i])
			}
			for i := range v.Spec.ExternalServices {
				out = append(out, &v.Spec.ExternalServices[i])
			}
		}
	}
	return out
}

// destinations turns every claimed target into one destination per host.
func (r *resolver) destinations() {
	for _, t := range slices.Concat(r.inv.targets, r.upstreamHosts) {
		if !slices.ContainsFunc(t.claims, func(c claimed) bool { return c.claim != nil }) {
			continue
		}
		exportTo := r.ws.exportTo(t.Object, t.labels)
		backing := r.backing(t)
		for _, host := range t.hosts {
			d := plan.Destination{Object: t.Object, Name: RuleName(host, t.Object), Namespace: t.Namespace, Host: host, ExportTo: exportTo}
			for i, p := range t.ports {
				c := &t.claims[i]
				if c.claim == nil {
					d.Undecided = append(d.Undecided, p.number)
					continue
				}
				protocol := r.protocolOf(t, p)
				port := plan.Port{
					Number: p.number, Protocol: protocol, Settings: c.portSettings(host, p.number, protocol),
					Endpoints: backing.endpoints(host, p), By: c.document, Overridden: c.overrides(), Upstream: c.upstream,
				}
				if !c.upstream && !port.TCP() {
					port.IdleAt = plan.From(c.document, "/spec/config/http/idleTimeout")
				}
				d.Ports = append(d.Ports, port)
			}
			r.plan.Destinations = append(r.plan.Destinations, d)
		}
	}
}

// hostsTwice reports two objects that give one host of one cluster two rules: Istio uses one.
func (r *resolver) hostsTwice() {
	type place struct{ host, cluster string }
	first := map[place]*plan.Destination{}
	for i := range r.plan.Destinations {
		d := &r.plan.Destinations[i]
		at := place{d.Host, d.Object.Cluster}
		earlier := first[at]
		if earlier == nil {
			first[at] = d
			continue
		}
		if sameObject(earlier.Object.Document, d.Object.Document) {
			continue
		}
		r.find(diag.Diagnostic{
			Code: diag.HostTwice, Span: nameSpan(d.Object.Document), Subject: d.Object.Document.Subject(),
			Message: fmt.Sprintf("the host %q is also the host of %s %s, and Istio uses one rule for a host", d.Host, earlier.Object.Document.Identity().Kind, earlier.Object.Document.Ref()),
			Help:    "give each a host of its own, or set one policy for both",
			Related: []diag.Related{{Span: nameSpan(earlier.Object.Document), Message: "the other one is here"}},
		})
	}
}

// sort puts the plan in its one order.
func (r *resolver) sort() {
	byHost := func(a, b plan.Destination) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Host, b.Host), strings.Compare(a.Name, b.Name), strings.Compare(a.Object.Cluster, b.Object.Cluster))
	}
	byName := func(a, b plan.Listener) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Object.Namespace, b.Object.Namespace), strings.Compare(a.Object.Name, b.Object.Name), strings.Compare(a.Proxy, b.Proxy))
	}
	slices.SortStableFunc(r.plan.Destinations, byHost)
	slices.SortStableFunc(r.plan.Undecided.Destinations, byHost)
	slices.SortStableFunc(r.plan.Undecided.Services, byHost)
	slices.SortStableFunc(r.plan.Upstreams, func(a, b plan.Upstream) int {
		return cmp.Or(strings.Compare(a.Object.Namespace, b.Object.Namespace), strings.Compare(a.Object.Name, b.Object.Name), strings.Compare(a.Object.Cluster, b.Object.Cluster))
	})
	slices.SortStableFunc(r.plan.Listeners, byName)
	slices.SortStableFunc(r.plan.Undecided.Listeners, byName)
}

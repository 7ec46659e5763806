package compile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// existingRules reports DestinationRules of the input that Istio would weigh against the
// ones written here: it never merges two, and no tool of its own says so.
func (r *resolver) existingRules() {
	if len(r.inv.rules) == 0 {
		return
	}
	byHost := map[string][]*plan.Destination{}
	for i := range r.plan.Destinations {
		d := &r.plan.Destinations[i]
		byHost[d.Host] = append(byHost[d.Host], d)
	}
	var suffixes *hostSuffixes
	for _, d := range r.inv.rules {
		host := ruleHost(d)
		if !strings.HasPrefix(host, "*") {
			for _, dest := range byHost[host] {
				r.existingRule(d, dest)
			}
			continue
		}
		if suffixes == nil {
			suffixes = newHostSuffixes(r.plan.Destinations)
		}
		r.wildcardRule(d, suffixes, host[1:])
	}
}

// ruleHost is the host a rule is for: Istio completes a name without a dot from the rule's namespace.
func ruleHost(d *schema.Document) string {
	host := d.Resource.(*schema.DestinationRule).Spec.Host
	if host == "" || strings.Contains(host, ".") || host == "*" {
		return host
	}
	return serviceHost(host, d.Namespace)
}

func (r *resolver) existingRule(d *schema.Document, dest *plan.Destination) {
	if d.Name == dest.Name && d.Namespace == dest.Namespace {
		return // the compiled one replaces it, which is reported where it is written
	}
	r.find(diag.Diagnostic{
		Code: diag.ExistingRule, Span: d.Span("/spec/host"), Subject: d.Subject(),
		Message: fmt.Sprintf("this rule and the one compiled for %s are for one host: %s", dest.Host, whichRule(dest, d)),
		Help:    fmt.Sprintf("move its settings into the policy and delete it, or put them into %s/%s", dest.Namespace, dest.Name),
		Related: []diag.Related{{Span: nameSpan(dest.Ports[0].By), Message: "the compiled rule comes from here"}},
	})
}

// wildcardRule reports a rule whose wildcard covers hosts of compiled rules: once for those of its
// own namespace, for which Istio takes the exact host, and once for those of others.
func (r *resolver) wildcardRule(d *schema.Document, hosts *hostSuffixes, suffix string) {
	own, others := hosts.ending(suffix, d.Namespace)
	root := d.Namespace == rootNamespace
	for _, covered := range []coveredHosts{own, others} {
		if covered.count == 0 {
			continue
		}
		first := covered.first
		what := "the compiled rule for " + first.Host
		if covered.count > 1 {
			what = fmt.Sprintf("the compiled rules for %s and %s", first.Host, diag.Plural(covered.count-1, "more host"))
		}
		effect := fmt.Sprintf("clients in namespace %q use this one alone, all others the compiled one", d.Namespace)
		help := fmt.Sprintf("add the compiled settings to this rule by hand, so that clients in namespace %q have them", d.Namespace)
		if first.Namespace == d.Namespace || root {
			effect = "Istio takes the exact host before a wildcard and merges nothing, so the settings of this rule do not apply to it" + ruleSettings(d)
			help = fmt.Sprintf("keep it for other hosts, and add the settings that must apply to %s/%s by hand", first.Namespace, first.Name)
		}
		r.find(diag.Diagnostic{
			Code: diag.ExistingRule, Span: d.Span("/spec/host"), Subject: d.Subject(),
			Message: fmt.Sprintf("the host of this rule covers %s: %s", what, effect), Help: help,
			Related: []diag.Related{{Span: nameSpan(first.Ports[0].By), Message: "the compiled rule comes from here"}},
		})
	}
}

// ruleSettings lists the groups of settings that a rule has: ": outlierDetection, tls".
func ruleSettings(d *schema.Document) string {
	names := map[string]bool{}
	policy := d.Resource.(*schema.DestinationRule).Spec.TrafficPolicy
	ports, _ := policy["portLevelSettings"].([]any)
	for _, settings := range append([]any{policy}, ports...) {
		fields, _ := settings.(map[string]any)
		for name := range fields {
			names[name] = true
		}
	}
	delete(names, "portLevelSettings")
	delete(names, "port")
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}

// hostSuffixes finds destinations by the end of their hosts, in two orders: by host backwards,
// and by namespace and host backwards.
type hostSuffixes struct {
	all, byNamespace []backwardsHost
}

type backwardsHost struct {
	host string // its bytes in reverse
	*plan.Destination
	next int // the next one whose rule is in another namespace
}

// coveredHosts are hosts that one wildcard covers: how many, and one of them.
type coveredHosts struct {
	first *plan.Destination
	count int
}

func newHostSuffixes(destinations []plan.Destination) *hostSuffixes {
	h := &hostSuffixes{}
	for i := range destinations {
		h.all = append(h.all, backwardsHost{backwards(destinations[i].Host), &destinations[i], 0})
	}
	h.byNamespace = slices.Clone(h.all)
	slices.SortStableFunc(h.all, func(a, b backwardsHost) int { return strings.Compare(a.host, b.host) })
	slices.SortStableFunc(h.byNamespace, func(a, b backwardsHost) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.host, b.host))
	})
	for i := len(h.all) - 2; i >= 0; i-- {
		if h.all[i].next = i + 1; h.all[i+1].Namespace == h.all[i].Namespace {
			h.all[i].next = h.all[i+1].next
		}
	}
	return h
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// ending finds the hosts with a suffix, apart by whether their rule is in a namespace.
func (h *hostSuffixes) ending(suffix, namespace string) (own, others coveredHosts) {
	prefix := backwards(suffix)
	compare := func(b backwardsHost, prefix string) int {
		return strings.Compare(b.host[:min(len(b.host), len(prefix))], prefix)
	}
	inNamespace := func(b backwardsHost, prefix string) int {
		return cmp.Or(strings.Compare(b.Namespace, namespace), compare(b, prefix))
	}
	mine := between(h.byNamespace, prefix, inNamespace)
	if own.count = len(mine); own.count > 0 {
		own.first = mine[0].Destination
	}
	all := between(h.all, prefix, compare)
	if others.count = len(all) - own.count; others.count > 0 {
		first := all[0]
		if first.Namespace == namespace {
			first = h.all[first.next]
		}
		others.first = first.Destination
	}
	return own, others
}

// between is the run of a sorted list that compares as equal.
func between(list []backwardsHost, prefix string, compare func(backwardsHost, string) int) []backwardsHost {
	first, _ := slices.BinarySearchFunc(list, prefix, compare)
	count, _ := slices.BinarySearchFunc(list[first:], prefix, func(b backwardsHost, prefix string) int {
		if compare(b, prefix) == 0 {
			return -1
		}
		return 1
	})
	return list[first : first+count]
}

// rootNamespace is where Istio looks for rules last, unless the mesh names another.
const rootNamespace = "istio-system"

// whichRule is which of two rules Istio uses, by its own order of look-up
// (istio: pilot/pkg/model/push_context.go, destination_rule.go).
func whichRule(dest *plan.Destination, d *schema.Document) string {
	spec := d.Resource.(*schema.DestinationRule).Spec
	switch {
	case spec.WorkloadSelector != nil:
		return "Istio uses this one for the workloads it selects, and the compiled one for the others"
	case d.Namespace == rootNamespace && d.Namespace != dest.Namespace:
		return "Istio looks in its root namespace last, so all clients use the compiled one"
	case d.Namespace != dest.Namespace:
		return fmt.Sprintf("clients in namespace %q use this one alone, all others the compiled one", d.Namespace)
	case !slices.Equal(sortedCopy(spec.ExportTo), sortedCopy(dest.ExportTo)):
		return "they are exported to different namespaces, so Istio uses the newer one, which will be the compiled one"
	case len(spec.TrafficPolicy) == 0:
		return "this one has no trafficPolicy, so Istio merges its subsets with the compiled one"
	case d.Created.IsZero():
		return "Istio uses the one that is created first, and merges nothing"
	default:
		return "Istio uses the older one, this one, and merges nothing"
	}
}

func sortedCopy(list []string) []string {
	if len(list) == 1 && list[0] == "*" {
		return nil // says the same as leaving it out
	}
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

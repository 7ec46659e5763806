package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// existingRules reports DestinationRules of the input that Istio would weigh against the
// ones written here: it never merges two, and no tool of its own says so.
func (r *resolver) existingRules() {
	if len(r.inv.rules) == 0 {
		return
	}
	byHost := map[string][]*schema.Document{}
	var wildcards []*schema.Document
	for _, d := range r.inv.rules {
		host := ruleHost(d)
		if strings.HasPrefix(host, "*") {
			wildcards = append(wildcards, d)
		} else {
			byHost[host] = append(byHost[host], d)
		}
	}
	for i := range r.plan.Destinations {
		dest := &r.plan.Destinations[i]
		for _, d := range byHost[dest.Host] {
			r.existingRule(dest, d)
		}
		for _, d := range wildcards {
			if strings.HasSuffix(dest.Host, strings.TrimPrefix(ruleHost(d), "*")) && d.Namespace != dest.Namespace {
				r.existingRule(dest, d)
			}
		}
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

func (r *resolver) existingRule(dest *Destination, d *schema.Document) {
	if d.Name == dest.Name && d.Namespace == dest.Namespace {
		return // an earlier run's own output, which this one replaces
	}
	r.find(diag.Diagnostic{
		Code: diag.ExistingRule, Span: d.Span("/spec/host"), Subject: d.Subject(),
		Message: fmt.Sprintf("this rule and the one compiled for %s are for one host: %s", dest.Host, whichRule(dest, d)),
		Help:    fmt.Sprintf("move its settings into the policy and delete it, or put them into %s/%s", dest.Namespace, dest.Name),
		Related: []diag.Related{{Span: nameSpan(dest.Ports[0].By), Message: "the compiled rule comes from here"}},
	})
}

// rootNamespace is where Istio looks for rules last, unless the mesh names another.
const rootNamespace = "istio-system"

// whichRule tells which of two rules Istio uses, by its own order of look-up
// (istio: pilot/pkg/model/push_context.go, destination_rule.go).
func whichRule(dest *Destination, d *schema.Document) string {
	spec := d.Resource.(*schema.DestinationRule).Spec
	switch {
	case spec.WorkloadSelector != nil:
		return "Istio uses this one for the workloads it selects, and the compiled one for the others"
	case d.Namespace == rootNamespace && d.Namespace != dest.Namespace:
		return "Istio looks in its root namespace last, so all clients use the compiled one"
	case d.Namespace != dest.Namespace:
		return fmt.Sprintf("clients in namespace %q use this one whole, all others the compiled one", d.Namespace)
	case !slices.Equal(sortedCopy(spec.ExportTo), sortedCopy(dest.ExportTo)):
		return "they are exported to different namespaces, so Istio uses the newer one, which will be the compiled one"
	case spec.TrafficPolicy == nil:
		return "this one has no trafficPolicy, so Istio unites its subsets with the compiled one"
	case d.Created.IsZero():
		return "Istio uses the one that is created first, whole"
	default:
		return "Istio uses the older one, this one, whole"
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

package compile

import (
	"fmt"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// Findings about selectors: what they missed, and what they would have matched.

// nothingSelected reports a selector without a match, with the nearest candidate.
func (r *resolver) nothingSelected(d *schema.Document, pointer string, s *schema.ObjectSelector, kind, workspace string, elsewhere int) {
	if elsewhere > 0 && r.ws.given() {
		if w := r.ws.named[workspace]; w != nil && len(w.imports) > 0 {
			return // said better, as an import
		}
	}
	at := pointer
	if s != nil {
		at += "/selector"
	}
	what := "the policy changes nothing"
	if len(d.Resource.(*schema.ConnectionPolicy).Spec.ApplyToDestinations) > 1 {
		what = "this entry selects nothing"
	}
	f := finding(diag.NothingSelected, d, at, fmt.Sprintf("this selector matches no %s, so %s", kindText(kind), what), "")
	f.Help, f.Related = r.nearest(s, kind, workspace)
	r.find(f)
}

func kindText(kind string) string {
	switch kind {
	case kindVirtualDestination:
		return "VirtualDestination"
	case kindExternalService:
		return "ExternalService"
	default:
		return "Service"
	}
}

// nearest looks for the target that a selector most likely meant: one that has all but one
// of what it asks for, and something close to that one.
func (r *resolver) nearest(s *schema.ObjectSelector, kind, workspace string) (string, []diag.Related) {
	if other := r.ofOtherKind(s, kind, workspace); other != nil {
		return "write kind: " + other.Kind, []diag.Related{{Span: nameSpan(other.Document), Message: fmt.Sprintf("%s %s matches, but is of another kind", other.text(), other.reference())}}
	}
	if t := r.elsewhere(s, kind, workspace); t != nil {
		return "write " + describe(&schema.ObjectSelector{Labels: s.Labels, Name: s.Name, Namespace: s.Namespace, Cluster: t.Cluster}) + " to select it",
			[]diag.Related{{Span: nameSpan(t.Document), Message: fmt.Sprintf("%s %s matches except for its location: it is in cluster %q, workspace %q", t.text(), t.reference(), t.Cluster, t.Workspace)}}
	}
	if len(r.index.all[kind]) == 0 {
		return fmt.Sprintf("the input has no %s; pass them in the same run, or write another kind", kindText(kind)), nil
	}
	wanted := properties(s)
	for _, p := range wanted[:min(len(wanted), mostTries)] {
		t, value := r.closeTo(p, wanted, kind, workspace)
		if t == nil {
			continue
		}
		fixed := fixSelector(s, p, value)
		message := fmt.Sprintf("%s %s is close: it has %s", t.text(), t.reference(), describeProperty(p, value))
		return fmt.Sprintf("write %s to select it", fixed), []diag.Related{{Span: nameSpan(t.Document), Message: message}}
	}
	return fmt.Sprintf("compare it with the labels, names and namespaces of the %ss in the input", kindText(kind)), nil
}

// mostTries bounds how many of a selector's requirements are tried as the slip.
const mostTries = 8

// closeTo finds a target that has every wanted property but p, for which it has a value
// that p may be a slip of.
func (r *resolver) closeTo(p property, wanted []property, kind, workspace string) (*target, string) {
	others := slices.DeleteFunc(slices.Clone(wanted), func(q property) bool { return q == p })
	key := fmt.Sprintf("%q", []string{kind, workspace, p.field, p.key, fmt.Sprintf("%q", others)})
	found := r.values[key]
	if found == nil {
		found = r.valuesOf(p, others, kind, workspace)
		r.values[key] = found
	}
	near := found.words.Nearest(p.value)
	if near == "" && slices.ContainsFunc(others, func(q property) bool { return q.field != "namespace" }) {
		near = found.first // it is the same but for one thing
	}
	return found.targets[near], near
}

// values are what some targets have for a property, and the first target of each.
type values struct {
	words   *diag.Words
	targets map[string]*target
	first   string
}

// valuesOf collects the values of a property among the targets that have all others.
func (r *resolver) valuesOf(p property, others []property, kind, workspace string) *values {
	pool := r.index.all[kind]
	for _, q := range others {
		if list := r.index.lists[q]; len(list) < len(pool) {
			pool = list
		}
	}
	var all []string
	found := &values{targets: map[string]*target{}}
	for _, i := range pool {
		t := r.index.targets[i]
		if t.Kind != kind || t.Workspace != workspace || !t.has(others) {
			continue
		}
		if v := t.value(p); v != "" && found.targets[v] == nil {
			found.targets[v], all = t, append(all, v)
		}
	}
	if found.words = diag.NewWords(all); len(all) > 0 {
		found.first = all[0]
	}
	return found
}

func (t *target) value(p property) string {
	switch p.field {
	case "name":
		return t.Name
	case "namespace":
		return t.Namespace
	default:
		return t.labels[p.key]
	}
}

func describeProperty(p property, value string) string {
	if p.field == "labels" {
		return fmt.Sprintf("%s %q", p.key, value)
	}
	return fmt.Sprintf("the %s %q", p.field, value)
}

// fixSelector writes the selector with one value replaced.
func fixSelector(s *schema.ObjectSelector, p property, value string) string {
	fixed := *s
	switch p.field {
	case "name":
		fixed.Name = value
	case "namespace":
		fixed.Namespace = value
	default:
		fixed.Labels = map[string]string{}
		for k, v := range s.Labels {
			fixed.Labels[k] = v
		}
		fixed.Labels[p.key] = value
	}
	return describe(&fixed)
}

// elsewhere finds a target that has all that a selector asks for but the cluster or workspace.
func (r *resolver) elsewhere(s *schema.ObjectSelector, kind, workspace string) *target {
	if s == nil || s.Cluster == "" && s.Workspace == "" {
		return nil
	}
	for _, t := range r.index.find(&schema.ObjectSelector{Labels: s.Labels, Name: s.Name, Namespace: s.Namespace}, kind) {
		if t.Workspace == workspace {
			return t
		}
	}
	return nil
}

// ofOtherKind finds a target that the selector would match if the kind were another.
func (r *resolver) ofOtherKind(s *schema.ObjectSelector, kind, workspace string) *target {
	if len(properties(s)) == 0 {
		return nil
	}
	for _, other := range []string{kindService, kindVirtualDestination} {
		if other == kind {
			continue
		}
		for _, t := range r.index.find(s, other) {
			if t.Workspace == workspace {
				return t
			}
		}
	}
	return nil
}

// checkImports reports destinations of another workspace that a selector matches and that are
// imported here: destination policies do not cross workspaces.
func (r *resolver) checkImports(d *schema.Document, pointer string, matched []*target, workspace string) {
	if !r.ws.given() {
		return
	}
	importer := r.ws.named[workspace]
	if importer == nil || len(importer.imports) == 0 {
		return
	}
	var imported []*target
	for _, t := range matched {
		if t.Workspace != workspace && t.Workspace != "" && r.ws.shares(t.Object, t.labels, importer) {
			imported = append(imported, t)
		}
	}
	if len(imported) == 0 {
		return
	}
	t := imported[0]
	r.find(finding(diag.ImportedDestination, d, pointer+"/selector",
		fmt.Sprintf("%s%s is imported from workspace %q, and policies do not reach imported destinations", t.reference(), more(len(imported)), t.Workspace),
		fmt.Sprintf("put the policy into workspace %q, which owns the destination", t.Workspace),
		diag.Related{Span: nameSpan(t.Document), Message: t.reference() + " is here"}))
}

// checkClusters reports that a cluster in a selector was not compared with anything.
func (r *resolver) checkClusters(d *schema.Document, pointer string, s *schema.ObjectSelector, matched []*target) {
	if s == nil || s.Cluster == "" {
		return
	}
	unknown := 0
	for _, t := range matched {
		if t.Cluster == "" {
			unknown++
		}
	}
	if unknown > 0 {
		r.find(diag.Diagnostic{
			Code: diag.ClusterUnknown, Span: d.Span(pointer + "/selector/cluster"), Subject: d.Subject(),
			Message: fmt.Sprintf("%d of %d matched destinations do not name their cluster, so %q was not compared", unknown, len(matched), s.Cluster),
			Help:    "pass --cluster NAME, or annotate them with cluster.solo.io/cluster",
		})
	}
}

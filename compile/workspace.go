package compile

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// workspaces are the workspaces and what they own. Without Workspace documents the whole input is
// one workspace, of the name given by option.
type workspaces struct {
	list     []*space          // by name
	named    map[string]*space // the first of each name
	fallback string
	labels   map[string]map[string]string // of Namespaces, by name
	known    []string                     // every namespace of the input, sorted
	owners   map[[2]string][]*space       // by cluster and namespace
	admin    map[string]bool              // namespaces that Workspaces lie in
}

// space is one workspace and what it shares.
type space struct {
	name     string
	document *schema.Document
	clusters []schema.WorkloadCluster
	imports  []schema.Sharing
	exports  []schema.Sharing

	namespaces []string // that it owns, as far as the input names them
	everywhere bool     // it owns every namespace there is
}

func newWorkspaces(inv *inventory, docs []*schema.Document, fallback string) *workspaces {
	ws := &workspaces{fallback: fallback, named: map[string]*space{}, labels: map[string]map[string]string{}, owners: map[[2]string][]*space{}, admin: map[string]bool{}}
	known := map[string]bool{}
	for _, d := range docs {
		if d.Namespace != "" {
			known[d.Namespace] = true
		}
	}
	for _, d := range inv.namespaces {
		known[d.Name], ws.labels[d.Name] = true, d.Labels
	}
	ws.known = slices.Sorted(maps.Keys(known))
	for _, d := range inv.workspaces {
		ws.admin[d.Namespace] = true
		ws.list = append(ws.list, &space{name: d.Name, document: d, clusters: d.Resource.(*schema.Workspace).Spec.WorkloadClusters})
	}
	slices.SortStableFunc(ws.list, func(a, b *space) int { return cmp.Compare(a.name, b.name) })
	for _, w := range ws.list {
		if ws.named[w.name] == nil {
			ws.named[w.name] = w
		}
	}
	for _, d := range inv.settings {
		ws.settings(d)
	}
	for _, w := range ws.list {
		ws.listNamespaces(w)
	}
	return ws
}

// settings gives a WorkspaceSettings to the workspace it lies in; "global" in the admin
// namespace is for all.
func (ws *workspaces) settings(d *schema.Document) {
	spec := d.Resource.(*schema.WorkspaceSettings).Spec
	owners := ws.at(d.Cluster(), d.Namespace)
	if d.Name == "global" && ws.admin[d.Namespace] {
		owners = ws.list
	}
	for _, w := range owners {
		w.imports = append(w.imports, spec.ImportFrom...)
		w.exports = append(w.exports, spec.ExportTo...)
	}
}

// given reports whether the input has Workspaces.
func (ws *workspaces) given() bool { return len(ws.list) > 0 }

// owner is the name of the workspace that owns a namespace in a cluster, and whether one does.
func (ws *workspaces) owner(cluster, namespace string) (string, bool) {
	if !ws.given() {
		return ws.fallback, true
	}
	if owners := ws.at(cluster, namespace); len(owners) > 0 {
		return owners[0].name, true
	}
	return "", false
}

// at lists the workspaces that own a namespace in a cluster; an unknown cluster is any.
func (ws *workspaces) at(cluster, namespace string) []*space {
	key := [2]string{cluster, namespace}
	if owners, ok := ws.owners[key]; ok {
		return owners
	}
	var owners []*space
	for _, w := range ws.list {
		if ws.owns(w, cluster, namespace) {
			owners = append(owners, w)
		}
	}
	ws.owners[key] = owners
	return owners
}

func (ws *workspaces) owns(w *space, cluster, namespace string) bool {
	for _, c := range w.clusters {
		if cluster != "" && !glob(c.Name, cluster) {
			continue
		}
		for _, n := range c.Namespaces {
			if ws.namespaceMatches(n, namespace) {
				return true
			}
		}
	}
	return false
}

// namespaceMatches checks the pattern and the labels of an entry; an entry with neither
// matches nothing.
func (ws *workspaces) namespaceMatches(n schema.WorkloadNamespace, namespace string) bool {
	if n.Name == "" && len(n.Labels) == 0 || n.Name != "" && !glob(n.Name, namespace) {
		return false
	}
	return subset(n.Labels, ws.labels[namespace])
}

// glob matches Gloo's patterns, in which "*" is any text.
func glob(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

func subset(want, have map[string]string) bool {
	for k, v := range want {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// listNamespaces finds what a workspace owns, as far as the input names it.
func (ws *workspaces) listNamespaces(w *space) {
	set := map[string]bool{}
	for _, c := range w.clusters {
		for _, n := range c.Namespaces {
			if len(n.Labels) > 0 {
				continue
			}
			if n.Name == "*" {
				w.everywhere = true
			}
			if n.Name != "" && !isPattern(n.Name) {
				set[n.Name] = true
			}
		}
	}
	for _, name := range ws.known {
		if ws.owns(w, "", name) {
			set[name] = true
		}
	}
	w.namespaces = slices.Sorted(maps.Keys(set))
}

func isPattern(name string) bool { return strings.Contains(name, "*") || !glob(name, name) }

// exportTo lists the namespaces that may see a target's rule: those of its workspace, and
// for a VirtualDestination those of the workspaces that import it. Nil means all.
func (ws *workspaces) exportTo(t plan.Object, labels map[string]string) []string {
	if !ws.given() {
		return nil
	}
	set := map[string]bool{}
	for _, w := range ws.list {
		owner := w.name == t.Workspace
		if !owner && (t.Kind != kindVirtualDestination || !ws.shares(t, labels, w)) {
			continue
		}
		if w.everywhere {
			return nil
		}
		for _, n := range w.namespaces {
			set[n] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// shares reports whether the owner exports an object and the workspace imports it: both
// sides must agree.
func (ws *workspaces) shares(t plan.Object, labels map[string]string, to *space) bool {
	owner := ws.named[t.Workspace]
	return owner != nil && owner != to && listed(owner.exports, to, t, labels) && listed(to.imports, owner, t, labels)
}

func listed(entries []schema.Sharing, other *space, t plan.Object, labels map[string]string) bool {
	for _, e := range entries {
		for _, w := range e.Workspaces {
			if (w.Name == "" || glob(w.Name, other.name)) && subset(w.Selector, other.document.Labels) && sharesResource(e.Resources, t, labels) {
				return true
			}
		}
	}
	return false
}

func sharesResource(resources []schema.SharedResource, t plan.Object, labels map[string]string) bool {
	if len(resources) == 0 {
		return true
	}
	matches := func(want, have string) bool { return want == "" || want == have }
	for _, r := range resources {
		if (r.Kind == "" || r.Kind == "ALL" || r.Kind == t.Kind) && matches(r.Name, t.Name) && matches(r.Namespace, t.Namespace) &&
			(t.Cluster == "" || matches(r.Cluster, t.Cluster)) && subset(r.Labels, labels) {
			return true
		}
	}
	return false
}

// overlap is what a workspace owns that another one owns as well and is used for.
type overlap struct {
	used  *space
	first string // the first namespace, by name
	count int
}

// check reports workspaces that own namespaces of another one, for which Gloo publishes no rule:
// one finding for each, at its first namespace.
func (ws *workspaces) check() diag.List {
	overlaps := map[*space]*overlap{}
	for _, name := range ws.known {
		owners := ws.at("", name)
		for _, other := range owners[min(1, len(owners)):] {
			switch o := overlaps[other]; {
			case !clustersMeet(owners[0], other):
			case o == nil:
				overlaps[other] = &overlap{owners[0], name, 1}
			default:
				o.count++
			}
		}
	}
	var found diag.List
	for _, w := range ws.list {
		if o := overlaps[w]; o != nil {
			found = append(found, o.finding(w))
		}
	}
	return found
}

func (o *overlap) finding(w *space) diag.Diagnostic {
	also := ""
	if o.count > 1 {
		also = fmt.Sprintf("; %d namespaces of this workspace are owned twice", o.count)
	}
	return finding(diag.WorkspaceOverlap, w.document, "/spec/workloadClusters",
		fmt.Sprintf("namespace %q is also owned by workspace %q, which is used for it%s", o.first, o.used.name, also),
		"give each namespace to one workspace",
		diag.Related{Span: o.used.document.KeySpan("/spec/workloadClusters"), Message: "workspace " + o.used.name + " is here"})
}

// clustersMeet reports workspaces that share a cluster by name or pattern.
func clustersMeet(a, b *space) bool {
	for _, x := range a.clusters {
		for _, y := range b.clusters {
			if glob(x.Name, y.Name) || glob(y.Name, x.Name) {
				return true
			}
		}
	}
	return false
}

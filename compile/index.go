package compile

import (
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/schema"
)

// index finds targets by selector without looking at each: every label pair, name and
// namespace that some selector asks for has a list of the targets that have it, and a search
// starts from the shortest list.
type index struct {
	targets []*target
	all     map[string][]int // by kind
	lists   map[property][]int
}

// property is something a selector can ask for.
type property struct{ field, key, value string }

// newIndex indexes the properties that the selectors ask for, and no others.
func newIndex(targets []*target, selectors []*schema.ObjectSelector) *index {
	ix := &index{targets: targets, all: map[string][]int{}, lists: map[property][]int{}}
	keys := map[string]bool{}
	for _, s := range selectors {
		for _, p := range properties(s) {
			ix.lists[p] = nil
			if p.field == "labels" {
				keys[p.key] = true
			}
		}
	}
	for i, t := range targets {
		ix.all[t.Kind] = append(ix.all[t.Kind], i)
		ix.file(property{"name", "", t.Name}, i)
		ix.file(property{"namespace", "", t.Namespace}, i)
		for k, v := range t.labels {
			if keys[k] {
				ix.file(property{"labels", k, v}, i)
			}
		}
	}
	return ix
}

func (ix *index) file(p property, i int) {
	if list, wanted := ix.lists[p]; wanted {
		ix.lists[p] = append(list, i)
	}
}

// properties lists what a selector asks for, label keys in order, without cluster and
// workspace: those may be unknown, and an unknown one matches.
func properties(s *schema.ObjectSelector) []property {
	if s == nil {
		return nil
	}
	var out []property
	if s.Name != "" {
		out = append(out, property{"name", "", s.Name})
	}
	if s.Namespace != "" {
		out = append(out, property{"namespace", "", s.Namespace})
	}
	for _, k := range slices.Sorted(maps.Keys(s.Labels)) {
		out = append(out, property{"labels", k, s.Labels[k]})
	}
	return out
}

// find returns the targets of a kind that a selector matches, in the targets' order. A nil
// selector matches every one of the kind.
func (ix *index) find(s *schema.ObjectSelector, kind string) []*target {
	candidates := ix.all[kind]
	wanted := properties(s)
	for _, p := range wanted {
		if list := ix.lists[p]; len(list) < len(candidates) {
			candidates = list
		}
	}
	var out []*target
	for _, i := range candidates {
		if t := ix.targets[i]; t.Kind == kind && t.has(wanted) && t.placed(s) {
			out = append(out, t)
		}
	}
	return out
}

func (t *target) has(wanted []property) bool {
	for _, p := range wanted {
		if !t.hasOne(p) {
			return false
		}
	}
	return true
}

func (t *target) hasOne(p property) bool {
	switch p.field {
	case "name":
		return t.Name == p.value
	case "namespace":
		return t.Namespace == p.value
	default:
		v, ok := t.labels[p.key]
		return ok && v == p.value
	}
}

// placed checks cluster and workspace. Where the input does not say them, any will do:
// manifests in a repository seldom name their cluster.
func (t *target) placed(s *schema.ObjectSelector) bool {
	return s == nil ||
		(s.Cluster == "" || t.Cluster == "" || s.Cluster == t.Cluster) &&
			(s.Workspace == "" || t.Workspace == "" || s.Workspace == t.Workspace)
}

// describe writes a selector as a person would type it.
func describe(s *schema.ObjectSelector) string {
	if s == nil {
		return "{}"
	}
	var parts []string
	for _, p := range properties(s) {
		if p.field == "labels" {
			parts = append(parts, p.key+": "+p.value)
		} else {
			parts = append(parts, p.field+": "+p.value)
		}
	}
	if s.Cluster != "" {
		parts = append(parts, "cluster: "+s.Cluster)
	}
	if s.Workspace != "" {
		parts = append(parts, "workspace: "+s.Workspace)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

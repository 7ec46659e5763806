package schema

import (
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// otherAPIs are API groups of solo.io, and groups below them, that have kinds with the names of
// ours and are not misspellings: Gloo Mesh 1.x and its predecessors, Gloo Federation, and Gloo
// Edge's and kgateway's own (https://docs.solo.io/gloo-mesh-enterprise/1.2/reference/api/,
// https://docs.solo.io/gloo-edge/latest/reference/api/).
var otherAPIs = []string{
	"mesh.gloo.solo.io", "smh.solo.io", "zephyr.solo.io", "fed.solo.io", "fed.gloo.solo.io", "fed.gateway.solo.io",
	"fed.enterprise.gloo.solo.io", "multicluster.solo.io", "enterprise.gloo.solo.io", "gateway.gloo.solo.io",
}

func isOtherAPI(group string) bool {
	return slices.ContainsFunc(otherAPIs, func(api string) bool { return group == api || strings.HasSuffix(group, "."+api) })
}

// meantBy reports that an object of the kind's name in another API group was meant for this one:
// the group is missing, it is one of Gloo's, or one label of it is misspelled or left out. A kind
// belongs to its group: groups of other projects, and known ones of solo.io, are other APIs.
func (k *Kind) meantBy(group string) bool {
	switch {
	case k.Foreign, isOtherAPI(group):
		return false
	case group == "":
		return k.distinctive()
	case group == "solo.io" || strings.HasSuffix(group, ".solo.io"):
		return true
	}
	return misspelled(strings.Split(group, "."), strings.Split(k.Group, "."))
}

// misspelled reports labels that become the others when one is put in or corrected.
func misspelled(labels, right []string) bool {
	same := 0
	for same < len(labels) && same < len(right) && labels[same] == right[same] {
		same++
	}
	switch {
	case same == len(labels): // cut short, or the same
		return len(labels)+1 == len(right)
	case same == len(right):
		return false
	case slices.Equal(labels[same:], right[same+1:]):
		return true
	}
	return slices.Equal(labels[same+1:], right[same+1:]) && diag.Nearest(labels[same], right[same:same+1]) != ""
}

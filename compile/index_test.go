package compile

import (
	"slices"
	"testing"

	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
	"pgregory.net/rapid"
)

// matches is what a selector means, without an index: facts/gloo-platform.md, 2.
func matches(s *schema.ObjectSelector, t *target) bool {
	if s == nil {
		return true
	}
	for k, v := range s.Labels {
		if got, ok := t.labels[k]; !ok || got != v {
			return false
		}
	}
	unknown := func(want, have string) bool { return want == "" || have == "" || want == have }
	return (s.Name == "" || s.Name == t.Name) && (s.Namespace == "" || s.Namespace == t.Namespace) &&
		unknown(s.Cluster, t.Cluster) && unknown(s.Workspace, t.Workspace)
}

func TestTheIndexFindsWhatLookingAtEveryTargetFinds(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "a", "b", "c"})
	labels := rapid.MapOfN(rapid.SampledFrom([]string{"app", "tier"}), word, 0, 2)
	kinds := []string{kindService, kindVirtualDestination, kindExternalService}
	targets := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *target {
		return &target{Object: plan.Object{
			Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Name: word.Draw(t, "name"), Namespace: word.Draw(t, "namespace"),
			Cluster: word.Draw(t, "cluster"), Workspace: word.Draw(t, "workspace"),
		}, labels: labels.Draw(t, "labels")}
	}), 0, 30)
	selectors := rapid.SliceOfN(rapid.OneOf(rapid.Just[*schema.ObjectSelector](nil), rapid.Custom(func(t *rapid.T) *schema.ObjectSelector {
		return &schema.ObjectSelector{
			Labels: labels.Draw(t, "labels"), Name: word.Draw(t, "name"), Namespace: word.Draw(t, "namespace"),
			Cluster: word.Draw(t, "cluster"), Workspace: word.Draw(t, "workspace"),
		}
	})), 1, 10)
	rapid.Check(t, func(t *rapid.T) {
		all, asked := targets.Draw(t, "targets"), selectors.Draw(t, "selectors")
		ix := newIndex(all, asked)
		for _, s := range asked {
			for _, kind := range kinds {
				var want []*target
				for _, one := range all {
					if one.Kind == kind && matches(s, one) {
						want = append(want, one)
					}
				}
				if got := ix.find(s, kind); !slices.Equal(got, want) {
					t.Fatalf("%s of kind %s finds %d targets, and there are %d", describe(s), kind, len(got), len(want))
				}
			}
		}
	})
}

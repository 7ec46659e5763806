package kubernetes_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/connpolicy/connpolicy/conformance/kubernetes"
)

var drawn = flag.Int("drawn", 600, "how many random documents of each kind are tried")

// Random documents, by the CRD's own schema, with several values and up to three faults. That an
// error comes of the fault itself is for the test of all places; here one may hide the other.
func TestWhatACRDRefusesInRandomDocumentsIsRefused(t *testing.T) {
	kinds := gloo(t)
	all, reached := &tally{examples: map[string]string{}}, map[string]bool{}
	t.Run("kinds", func(t *testing.T) {
		for _, name := range slices.Sorted(maps.Keys(kinds)) {
			k := kinds[name]
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				documents := kubernetes.Draw(k.places, k.base)
				for seed := range *drawn {
					k.tryDrawn(t, documents.Example(seed), seed, all, reached)
				}
			})
		}
	})
	all.report(t)
	t.Logf("proved: %d random documents that reach %d places (half with faults, %d of the others without an error): the %d that a CRD refuses give one, but for %d; %d errors go beyond the CRDs",
		all.tried, len(reached), all.clean, all.refused, len(all.holes), all.beyond)
}

// tryDrawn judges a random document without its faults and with them.
func (k *kind) tryDrawn(t *testing.T, d kubernetes.Drawn, seed int, all *tally, reached map[string]bool) {
	t.Helper()
	text := yamlText(t, d.Sound)
	sound := k.judge(d.Sound, text)
	if len(sound.crd) > 0 {
		t.Errorf("seed %d: the generator draws what the CRD refuses: %s\n%s", seed, strings.Join(sound.crd, "; "), text)
	}
	what := fmt.Sprintf("%s, seed %d", k.name, seed)
	all.add(what, verdict{}, sound, text)
	text = yamlText(t, d.Faulty)
	all.add(what, verdict{}, k.judge(d.Faulty, text), text)
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(sound.errors()) == 0 {
		all.clean++
	}
	for _, place := range d.Places {
		reached[k.name+" "+place.String()] = true
	}
}

func yamlText(t testing.TB, object map[string]any) string {
	t.Helper()
	text, err := yaml.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

package kubernetes_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/conformance/kubernetes"
)

// tally counts what the places of a kind were tried with.
type tally struct {
	mu                     sync.Mutex
	tried, refused, beyond int
	clean                  int // without any error before the faults
	holes                  []string
	examples               map[string]string // of codes that refuse more than the CRD
}

func (c *tally) add(what string, base, v verdict, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tried++
	if len(v.crd) > 0 {
		c.refused++
		if !v.sees(base) {
			c.holes = append(c.holes, fmt.Sprintf("%s: %s\n    %s", what, strings.Join(v.crd, "; "), text))
		}
	}
	for code, said := range v.beyond() {
		c.beyond++
		if c.examples[code] == "" {
			c.examples[code] = said + "\n    " + text
		}
	}
}

// report fails for holes and for codes without an explanation.
func (c *tally) report(t *testing.T) {
	t.Helper()
	if c.refused == 0 || c.beyond == 0 {
		t.Error("nothing was refused: nothing is proved")
	}
	slices.Sort(c.holes)
	for _, hole := range c.holes[:min(len(c.holes), 50)] {
		t.Error(hole)
	}
	unexplained(t, c.examples)
}

// Every place of every CRD, with a value of each type and at the ends of its range: what the CRD
// refuses must give an error that is not there without the fault.
func TestWhatACRDRefusesAtAnyPlaceIsRefused(t *testing.T) {
	kinds := gloo(t)
	all := &tally{examples: map[string]string{}}
	places := 0
	t.Run("places", func(t *testing.T) {
		for _, name := range slices.Sorted(maps.Keys(kinds)) {
			k := kinds[name]
			places += len(k.places)
			for chunk := range slices.Chunk(k.places, 500) {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					for _, place := range chunk {
						k.tryPlace(t, place, all)
					}
				})
			}
		}
	})
	all.report(t)
	t.Logf("proved: %d values at %d places of %d CRDs: the %d that the CRD refuses give an error, but for %d; %d errors go beyond the CRD",
		all.tried, places, len(kinds), all.refused, len(all.holes), all.beyond)
}

// tryPlace puts values at one place of the base.
func (k *kind) tryPlace(t *testing.T, place kubernetes.Place, all *tally) {
	t.Helper()
	sound, text := k.with(t, place, kubernetes.Sample(place.Schema))
	base := k.judge(sound, text)
	if len(base.crd) > 0 {
		t.Errorf("no sound value for %s: %q of %s", place, base.crd, text)
	}
	all.add(fmt.Sprint(k.name, " ", place), base, base, text)
	for _, fault := range kubernetes.Faults(place.Schema) {
		object, text := k.with(t, place, fault)
		all.add(fmt.Sprintf("%s %s = %v", k.name, place, fault), base, k.judge(object, text), text)
	}
}

func (k *kind) with(t *testing.T, place kubernetes.Place, value any) (object map[string]any, text string) {
	t.Helper()
	object = runtime.DeepCopyJSON(k.base)
	if !place.Put(object, value) {
		t.Fatalf("the base of %s has no room for %s", k.name, place)
	}
	return object, jsonText(t, object)
}

// The tally must be able to find a hole, or finding none proves nothing.
func TestARefusalThatIsNotSeenIsAHole(t *testing.T) {
	unlike := verdict{found: conformance.Check("a.yaml", "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a}\nspec: {statik: {}}\n").Found}
	if len(unlike.errors()) == 0 {
		t.Fatal("the unknown field is no error")
	}
	refused := verdict{crd: []string{"refused"}, found: unlike.found}
	for _, c := range []struct {
		name    string
		base, v verdict
		holes   int
	}{
		{"no error", verdict{}, verdict{crd: []string{"refused"}}, 1},
		{"an error of something else", unlike, refused, 1},
		{"an error", verdict{}, refused, 0},
		{"nothing refused", verdict{}, verdict{}, 0},
	} {
		all := &tally{examples: map[string]string{}}
		if all.add("a place", c.base, c.v, ""); len(all.holes) != c.holes {
			t.Errorf("%s: %d holes, not %d", c.name, len(all.holes), c.holes)
		}
	}
}

package pool_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/connpolicy/connpolicy/pool"
)

func explode() { panic("boom") }

func TestAPanicEndsOneItemAndKeepsItsWorkersStack(t *testing.T) {
	var done atomic.Int64
	panics := pool.Each(20, func() func(int) {
		return func(i int) {
			if i%7 == 3 {
				explode()
			}
			done.Add(1)
		}
	})
	var items []int
	for _, p := range panics {
		items = append(items, p.Item)
		if p.Error() != "boom" || !strings.Contains(string(p.Stack), "pool_test.explode") {
			t.Errorf("item %d: %v with the stack\n%s", p.Item, p, p.Stack)
		}
	}
	if !slices.Equal(items, []int{3, 10, 17}) || done.Load() != 17 {
		t.Errorf("panics in %v, %d items done", items, done.Load())
	}
}

func TestNoItemsNeedNoWorker(t *testing.T) {
	if panics := pool.Each(0, func() func(int) { t.Error("a worker was made"); return nil }); panics != nil {
		t.Error(panics)
	}
}

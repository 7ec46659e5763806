// Package pool runs work on all cores.
//
// What goes in: a number of items and a function for each. What comes out: the panics of
// that function, each with the item and the stack of the worker that it ended. It imports
// nothing of the project.
package pool

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
)

// Panic is a panic in the work on one item. It is an error for callers whose work is all or nothing.
type Panic struct {
	Item  int
	Value any
	Stack []byte // of the worker's goroutine
}

func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Each calls work for the items 0 to n-1 on all cores, each worker with a function of its own
// from newWork, and returns the panics in the order of the items. A panic ends the work on its
// item only.
func Each(n int, newWork func() func(item int)) []*Panic {
	workers := min(runtime.GOMAXPROCS(0), n)
	panics := make([][]*Panic, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			work := newWork()
			for i := w; i < n; i += workers {
				if p := guarded(work, i); p != nil {
					panics[w] = append(panics[w], p)
				}
			}
		})
	}
	wg.Wait()
	all := slices.Concat(panics...)
	slices.SortFunc(all, func(a, b *Panic) int { return cmp.Compare(a.Item, b.Item) })
	return all
}

// guarded calls work for an item and returns its panic, or nil.
func guarded(work func(int), item int) (p *Panic) {
	defer func() {
		if r := recover(); r != nil {
			p = &Panic{Item: item, Value: r, Stack: debug.Stack()}
		}
	}()
	work(item)
	return nil
}

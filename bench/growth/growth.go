// Package growth tests that work does not take much longer than its input grows.
package growth

import (
	"testing"
	"time"
)

// factor is how much larger the large input of a test is than the small one.
const factor = 4

// Linear fails when the time that work takes grows with the square of n. Linear time takes 4 times as
// long for 4n and quadratic time 16 times; the limit is between them.
func Linear(t *testing.T, n int, prepare func(n int) (work func())) {
	t.Helper()
	within(t, n, 10, prepare)
}

// Quadratic fails when the time that work takes grows with the third power of n. Quadratic time takes
// 16 times as long for 4n and cubic time 64 times; the limit is between them.
func Quadratic(t *testing.T, n int, prepare func(n int) (work func())) {
	t.Helper()
	within(t, n, 32, prepare)
}

// attempts is how often a comparison may fail: other work on the machine may slow down one of the two.
const attempts = 3

// within compares the least of three times for n and for 4n.
func within(t *testing.T, n int, limit time.Duration, prepare func(n int) (work func())) {
	t.Helper()
	var short, long time.Duration
	for range attempts {
		short, long = least(n, prepare), least(factor*n, prepare)
		if long <= limit*short+20*time.Millisecond {
			return
		}
	}
	t.Errorf("%d take %v, %d take %v", n, short, factor*n, long)
}

func least(n int, prepare func(n int) (work func())) time.Duration {
	least := time.Hour
	for range 3 {
		work := prepare(n)
		start := time.Now()
		work()
		least = min(least, time.Since(start))
	}
	return least
}

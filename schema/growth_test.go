package schema

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
)

// growing are shapes of text whose places were once looked up in a time that grew with the square
// of the text.
var growing = map[string]func(n int) string{
	"keys in one mapping": func(n int) string {
		return "a:\n" + repeated(n, "  key_%d: 1\n")
	},
	"keys on one line": func(n int) string {
		return "a: {" + repeated(n, "key%d: 1, ") + "last: 1}\n"
	},
}

// TestPlacesGrowWithTheText looks up every key of a text, and of one four times as long. Linear
// time takes 4 times as long and quadratic time 16 times; the limit is between them.
func TestPlacesGrowWithTheText(t *testing.T) {
	const n, factor, limit = 2000, 4, 10
	for name, shape := range growing {
		t.Run(name, func(t *testing.T) {
			short := lookUpAll(t, shape, n)
			long := lookUpAll(t, shape, factor*n)
			if long > limit*short+50*time.Millisecond {
				t.Errorf("%d keys take %v, %d keys take %v", n, short, factor*n, long)
			}
		})
	}
}

// lookUpAll returns the least of three times that it takes to find the places of n keys.
func lookUpAll(t *testing.T, shape func(int) string, n int) time.Duration {
	t.Helper()
	least := time.Hour
	for range 3 {
		c := Split(diag.NewSource("in.yaml", shape(n)))[0]
		c.tree()
		start := time.Now()
		for i := range n {
			c.span(fmt.Sprintf("/a/key%d", i), true)
			c.span(fmt.Sprintf("/a/key_%d", i), true)
		}
		least = min(least, time.Since(start))
	}
	return least
}

func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

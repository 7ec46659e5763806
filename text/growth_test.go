package text

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/bench/growth"
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

// broken are shapes of text with a syntax error, which was once looked for in such a time, and the n from
// which on that showed.
var broken = map[string]struct {
	n     int
	shape func(n int) string
}{
	"quotes that are never closed": {16_000, func(n int) string { return strings.Repeat("- \"a\n", n) }},
	"aliases before their anchor":  {64_000, func(n int) string { return strings.Repeat("- *a\n", n) + "- &a x\n" }},
}

// TestPlacesGrowWithTheText looks up every key of a text, and of one four times as long.
func TestPlacesGrowWithTheText(t *testing.T) {
	for name, shape := range growing {
		t.Run(name, func(t *testing.T) {
			growth.Linear(t, 2000, func(n int) func() {
				c := Split(diag.NewSource("in.yaml", shape(n)))[0]
				c.Tree()
				return func() {
					for i := range n {
						c.span(fmt.Sprintf("/a/key%d", i), true)
						c.span(fmt.Sprintf("/a/key_%d", i), true)
					}
				}
			})
		})
	}
}

func TestSyntaxErrorsAreFoundInTimeThatGrowsWithTheText(t *testing.T) {
	for name, text := range broken {
		t.Run(name, func(t *testing.T) {
			growth.Linear(t, text.n, func(n int) func() {
				c := Split(diag.NewSource("in.yaml", text.shape(n)))[0]
				return func() {
					if _, found := c.Read(Kinds{}); len(found) != 1 {
						t.Fatalf("%d findings", len(found))
					}
				}
			})
		})
	}
}

// TestCommentsAboveNestedBlocks reads a text whose length is the square of its depth.
func TestCommentsAboveNestedBlocks(t *testing.T) {
	growth.Quadratic(t, 300, func(n int) func() {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%*s# connpolicy:ignore keepalive-rounded reason\n%*sa:\n", i, "", i, "")
		}
		c := Split(diag.NewSource("in.yaml", b.String()))[0]
		return func() {
			if got := len(c.Suppressions()); got != n {
				t.Fatalf("%d suppressions, want %d", got, n)
			}
		}
	})
}

func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

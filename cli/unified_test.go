package cli

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Each hunk of a diff says where it stands in both texts, and its lines stand there.
func TestHunksSayWhereTheyStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"a", "b", "c", "", "-", "日本\r"})
		have := rapid.SliceOfN(line, 0, 60).Draw(t, "have")
		var want []string
		for _, text := range have {
			switch rapid.IntRange(0, 12).Draw(t, "change") {
			case 0:
			case 1:
				want = append(want, text, "new")
			case 2:
				want = append(want, "other")
			default:
				want = append(want, text)
			}
		}
		text := func(lines []string) string { return strings.Join(append(lines[:len(lines):len(lines)], ""), "\n") }
		diff := unifiedDiff("a", "b", text(have), text(want))
		if (diff == "") != (text(have) == text(want)) {
			t.Fatalf("the diff is %q", diff)
		}
		if diff == "" {
			return
		}
		old, now := 0, 0
		for _, l := range strings.Split(strings.TrimSuffix(diff, "\n"), "\n") {
			switch {
			case strings.HasPrefix(l, "--- a"), strings.HasPrefix(l, "+++ b"):
			case strings.HasPrefix(l, "@@ "):
				old, now = start(t, l, "-"), start(t, l, "+")
			case l[0] != '+' && have[old] != l[1:], l[0] != '-' && want[now] != l[1:]:
				t.Fatalf("%q does not stand where its hunk says:\n%s", l, diff)
			case l[0] == '-':
				old++
			case l[0] == '+':
				now++
			default:
				old, now = old+1, now+1
			}
		}
	})
}

// start is the line, from 0, that a hunk's header names behind a sign.
func start(t *rapid.T, header, sign string) int {
	_, rest, _ := strings.Cut(header, " "+sign)
	var n int
	if _, err := fmt.Sscanf(rest, "%d", &n); err != nil {
		t.Fatalf("%q: %v", header, err)
	}
	return max(0, n-1)
}

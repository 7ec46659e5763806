package diag

import (
	"slices"
	"strings"
	"unicode"
)

// longestName bounds the words that are compared, in letters: names of Kubernetes have at most 253
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
const longestName = 253

// mostCandidates bounds how many candidates are compared with one word.
const mostCandidates = 4096

// Nearest returns the candidate that word was most likely meant to be, or "".
// Upper and lower case, "-" and "_" count as the same; otherwise up to a third of the
// word's letters may differ, at most three, a swap of two neighbors counting once. A word that
// a candidate begins with is as near as one letter, behind those that are so near by their letters
// and the shorter ones that it begins. Of two that are as near, the first is returned.
func Nearest(word string, candidates []string) string {
	folded := fold(word)
	if len(folded) > longestName {
		return ""
	}
	best, bestCost, bestCut := "", min(3, max(1, len(word)/3))+1, 0
	for _, c := range candidates[:min(len(candidates), mostCandidates)] {
		other := fold(c)
		gap := abs(len(other) - len(folded))
		cost, cut := bestCost+1, 0
		if gap <= 3 {
			cost = distance(folded, other, bestCost+1)
		}
		if cost > 1 && len(folded) >= 3 && strings.HasPrefix(other, folded) {
			cost, cut = 1, gap
		}
		if cost < bestCost || cost == bestCost && cut < bestCut {
			best, bestCost, bestCut = c, cost, cut
		}
	}
	return best
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// distance is the optimal string alignment distance, given up on at limit. Only cells that are
// nearer to the diagonal than the limit are computed, as no other is on a way that is short enough.
func distance(a, b string, limit int) int {
	x, y := trimCommon([]rune(a), []rune(b))
	if abs(len(x)-len(y)) >= limit {
		return limit
	}
	before, prev, cur := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		from, to := max(1, i-limit), min(len(y), i+limit)
		cur[from-1] = limit
		if from == 1 {
			cur[0] = i
		}
		least := cur[from-1]
		for j := from; j <= to; j++ {
			cur[j] = cell(x, y, i, j, before, prev, cur)
			least = min(least, cur[j])
		}
		if to < len(y) {
			cur[to+1] = limit
		}
		if least >= limit {
			return limit
		}
		before, prev, cur = prev, cur, before
	}
	return min(prev[len(y)], limit)
}

// cell is the distance of the first i letters of x and the first j of y, from the rows before it.
func cell(x, y []rune, i, j int, before, prev, cur []int) int {
	cost := 1
	if x[i-1] == y[j-1] {
		cost = 0
	}
	d := min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
	if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
		d = min(d, before[j-2]+1)
	}
	return d
}

// trimCommon cuts off what two words begin and end with alike, which no edit is about.
func trimCommon(x, y []rune) ([]rune, []rune) {
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return x, y
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// Unambiguous returns the candidate that word can only have been meant to be, or "": unlike Nearest it
// does not guess. The two differ in upper and lower case, "-" and "_" alone, or by one letter:
// left out, typed twice, mistyped or swapped with its neighbor, in a word of four letters or
// more. No other candidate may be near, and a digit is never taken for a slip.
func Unambiguous(word string, candidates []string) string {
	const far = 3 // a candidate that differs by so much was not meant
	folded := fold(word)
	if len(folded) > longestName {
		return ""
	}
	best, bestCost, rivals := "", far, 0
	for _, c := range candidates[:min(len(candidates), mostCandidates)] {
		cost := far
		if other := fold(c); abs(len(other)-len(folded)) < far {
			cost = distance(folded, other, far)
		}
		if cost < far {
			rivals++
		}
		if cost < bestCost {
			best, bestCost = c, cost
		}
	}
	switch {
	case bestCost == 0 && !slices.ContainsFunc(candidates, func(c string) bool { return c != best && fold(c) == folded }):
		return best
	case bestCost == 1 && rivals == 1 && len(folded) >= 4 && digits(folded) == digits(fold(best)):
		return best
	}
	return ""
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

package diag

import (
	"slices"
	"strings"
	"unicode"
)

// Nearest returns the candidate that word was most likely meant to be, or "".
// Upper and lower case, "-" and "_" count as the same; otherwise up to a third of the
// word's letters may differ, at most three, a swap of two neighbours counting once.
func Nearest(word string, candidates []string) string {
	best, bestCost := "", min(3, max(1, len(word)/3))+1
	folded := fold(word)
	for _, c := range candidates {
		other := fold(c)
		if len(folded) >= 3 && strings.HasPrefix(other, folded) && bestCost > 1 {
			best, bestCost = c, 1 // a word cut short
			continue
		}
		if abs(len(other)-len(folded)) >= bestCost {
			continue
		}
		if cost := distance(folded, other, bestCost); cost < bestCost {
			best, bestCost = c, cost
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

// distance is the optimal string alignment distance, given up on at limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	before, prev, cur := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
			least = min(least, cur[j])
		}
		if least >= limit {
			return limit
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(y)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// Unambiguous returns the candidate that word can only have been meant to be, or "": unlike Nearest it
// does not guess. The two differ in upper and lower case, "-" and "_" alone, or by one letter:
// left out, typed twice, mistyped or swapped with its neighbour, in a word of four letters or
// more. No other candidate may be near, and a digit is never taken for a slip.
func Unambiguous(word string, candidates []string) string {
	const far = 3 // a candidate that differs by so much was not meant
	folded := fold(word)
	best, bestCost, rivals := "", far, 0
	for _, c := range candidates {
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

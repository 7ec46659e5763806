package diag

import (
	"slices"
	"strings"
)

// Words are candidates that many words are compared with, as Nearest compares one.
type Words struct {
	words []string
	begin []place // sorted by how the words begin
	end   []place // sorted by how they end
}

// place is a folded word, or one read backward, and its index among the candidates.
type place struct {
	text string
	at   int
}

// Of more candidates than mostCompared, those are compared that begin or end as the word does: so
// many neighbors on each side in both orders.
const (
	mostCompared = 256
	neighbors    = 64
)

// NewWords prepares candidates. The slice is kept.
func NewWords(candidates []string) *Words {
	w := &Words{words: candidates}
	if len(candidates) <= mostCompared {
		return w
	}
	for i, c := range candidates {
		folded := fold(c)
		w.begin = append(w.begin, place{folded, i})
		w.end = append(w.end, place{reversed(folded), i})
	}
	slices.SortStableFunc(w.begin, comparePlaces)
	slices.SortStableFunc(w.end, comparePlaces)
	return w
}

func comparePlaces(a, b place) int { return strings.Compare(a.text, b.text) }

// Nearest returns the candidate that word was most likely meant to be, or "": see the function of that name.
// Of more than 256 candidates it finds one that has its slip near the end or the beginning, or
// is one of few that begin or end as the word does.
func (w *Words) Nearest(word string) string {
	if w.begin == nil {
		return Nearest(word, w.words)
	}
	folded := fold(word)
	if len(folded) > longestName {
		return ""
	}
	near := slices.Concat(around(w.begin, folded), around(w.end, reversed(folded)))
	slices.Sort(near)
	near = slices.Compact(near)
	candidates := make([]string, len(near))
	for i, at := range near {
		candidates[i] = w.words[at]
	}
	return Nearest(word, candidates)
}

// around lists the indexes of the places next to where a text would stand.
func around(sorted []place, text string) []int {
	i, _ := slices.BinarySearchFunc(sorted, text, func(p place, text string) int { return strings.Compare(p.text, text) })
	var out []int
	for _, p := range sorted[max(0, i-neighbors):min(len(sorted), i+neighbors)] {
		out = append(out, p.at)
	}
	return out
}

func reversed(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

package diag

import (
	"math/rand/v2"
	"testing"
)

// wholeDistance computes every cell of the optimal string alignment distance.
func wholeDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}

func TestTheBandedDistanceIsTheWholeOneBelowItsLimit(t *testing.T) {
	word := func() string {
		letters := make([]rune, rand.IntN(9))
		for i := range letters {
			letters[i] = []rune("abö")[rand.IntN(3)]
		}
		return string(letters)
	}
	for range 200_000 {
		a, b, limit := word(), word(), 1+rand.IntN(5)
		if want, got := min(limit, wholeDistance(a, b)), distance(a, b, limit); got != want {
			t.Fatalf("the distance of %q and %q below %d is %d, want %d", a, b, limit, got, want)
		}
	}
}

package diag_test

import (
	"fmt"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

// TestManyCandidatesAreComparedLikeFew changes one letter of names, at every place in turn.
func TestManyCandidatesAreComparedLikeFew(t *testing.T) {
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("payments-%c%c%c-service-%s", 'a'+i%26, 'a'+i/26%26, 'a'+i*7%26, []string{"prod", "test", "dev"}[i%3]))
	}
	words := diag.NewWords(names)
	for i, name := range names[:100] {
		at := i % len(name)
		slip := name[:at] + "#" + name[at+1:]
		got, want := words.Nearest(slip), diag.Nearest(slip, names)
		if got != want {
			t.Errorf("%q is taken for %q, want %q", slip, got, want)
		}
	}
}

func TestFewCandidatesAreAllCompared(t *testing.T) {
	if got := diag.NewWords([]string{"time", "tome"}).Nearest("tame"); got != "time" {
		t.Errorf("got %q", got)
	}
	if got := diag.NewWords(nil).Nearest("tame"); got != "" {
		t.Errorf("got %q", got)
	}
}

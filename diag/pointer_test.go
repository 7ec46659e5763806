package diag_test

import (
	"slices"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

func TestPointersEscapeSlashesAndTildes(t *testing.T) {
	for _, c := range []struct {
		tokens []any
		want   string
	}{
		{nil, ""},
		{[]any{"spec", 3, "name"}, "/spec/3/name"},
		{[]any{"app.kubernetes.io/name"}, "/app.kubernetes.io~1name"},
		{[]any{"a~b/c~1"}, "/a~0b~1c~01"},
		{[]any{""}, "/"},
	} {
		if got := diag.Pointer(c.tokens...); got != c.want {
			t.Errorf("%v is %q, want %q", c.tokens, got, c.want)
		}
	}
}

func TestAPointerIsTakenApartIntoItsSteps(t *testing.T) {
	for _, want := range [][]string{nil, {""}, {"spec", "3", "name"}, {"a~b/c~1", "", "d"}} {
		var steps []any
		for _, step := range want {
			steps = append(steps, step)
		}
		if got := slices.Collect(diag.Steps(diag.Pointer(steps...))); !slices.Equal(got, want) {
			t.Errorf("the steps of %q are %q, want %q", diag.Pointer(steps...), got, want)
		}
	}
}

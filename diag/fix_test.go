package diag_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"pgregory.net/rapid"
)

func TestFixesThatMeetAreNotMadeTogether(t *testing.T) {
	src, other := diag.NewSource("a", "\ufeffone two three"), diag.NewSource("b", "one two three")
	edit := func(start, end int, text string) diag.Edit {
		return diag.Edit{Source: src, Start: start, End: end, New: text}
	}
	fix := func(edits ...diag.Edit) *diag.Fix { return &diag.Fix{Edits: edits} }
	for _, c := range []struct {
		name  string
		fixes []*diag.Fix
		want  string
		made  int
	}{
		{"none", nil, "one two three", 0},
		{"in any order", []*diag.Fix{fix(edit(8, 13, "3")), fix(edit(0, 3, "1"))}, "1 two 3", 2},
		{"the same twice", []*diag.Fix{fix(edit(4, 7, "2")), fix(edit(4, 7, "2"))}, "one 2 three", 2},
		{"the same place, another text", []*diag.Fix{fix(edit(4, 7, "2")), fix(edit(4, 7, "zwei"))}, "one 2 three", 1},
		{"one within the other", []*diag.Fix{fix(edit(0, 7, "1")), fix(edit(2, 3, "2"))}, "1 three", 1},
		{"one around the other", []*diag.Fix{fix(edit(2, 3, "2")), fix(edit(0, 7, "1"))}, "on2 two three", 1},
		{"one behind the other", []*diag.Fix{fix(edit(0, 3, "1")), fix(edit(3, 4, "-"))}, "1 two three", 1},
		{"two insertions at one place", []*diag.Fix{fix(edit(4, 4, "and ")), fix(edit(4, 4, "or "))}, "one and two three", 1},
		{"two edits", []*diag.Fix{fix(edit(0, 0, "("), edit(13, 13, ")"))}, "(one two three)", 1},
		{"a half that cannot be made", []*diag.Fix{fix(edit(4, 7, "2")), fix(edit(0, 1, "O"), edit(5, 6, "W"))}, "one 2 three", 1},
		{"another source", []*diag.Fix{fix(diag.Edit{Source: other, Start: 0, End: 3, New: "1"})}, "one two three", 0},
		{"outside the text", []*diag.Fix{fix(edit(10, 14, "")), fix(edit(-1, 2, "")), fix(edit(3, 2, ""))}, "one two three", 0},
		{"nothing to do", []*diag.Fix{fix()}, "one two three", 0},
	} {
		if got, made := src.ApplyFixes(c.fixes); got != c.want || made != c.made {
			t.Errorf("%s: %d make %q, want %d and %q", c.name, made, got, c.made, c.want)
		}
	}
}

func TestBytesOutsideOfEditsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab\r\n\t "))).Draw(t, "text")
		src := diag.NewSource("a", text)
		var fixes []*diag.Fix
		for range rapid.IntRange(0, 6).Draw(t, "fixes") {
			start := rapid.IntRange(0, len(text)).Draw(t, "start")
			fixes = append(fixes, &diag.Fix{Edits: []diag.Edit{{Source: src, Start: start, End: rapid.IntRange(start, len(text)).Draw(t, "end"), New: rapid.SampledFrom([]string{"", "<>", "<->"}).Draw(t, "new")}}})
		}
		got, made := src.ApplyFixes(fixes)
		if len(fixes) > 0 && made == 0 {
			t.Fatal("the first fix meets nothing, and is not made")
		}
		kept := strings.NewReplacer("<>", "", "<->", "").Replace(got)
		for _, r := range kept { // what is kept is a part of the text, in its order
			i := strings.IndexRune(text, r)
			if i < 0 {
				t.Fatalf("%q does not stand in the text: %q", r, got)
			}
			text = text[i+1:]
		}
	})
}

func TestWhatIsMeantIsNeverGuessed(t *testing.T) {
	fields := []string{"interval", "probes", "time"}
	for _, c := range []struct {
		word  string
		among []string
		want  string
	}{
		{"Interval", fields, "interval"},
		{"inter_val", fields, "interval"},
		{"intervall", fields, "interval"},
		{"intreval", fields, "interval"},
		{"probe", fields, "probes"},
		{"prabes", fields, "probes"},
		{"intervl", []string{"interval", "intervals"}, ""},
		{"tim", fields, ""},
		{"tme", fields, ""},
		{"prob", fields, ""},
		{"intrvll", fields, ""},
		{"", fields, ""},
		{"time", nil, ""},
		{"useHttp3", []string{"useHttp2"}, ""},
		{"useHtp2", []string{"useHttp2"}, "useHttp2"},
		{"minConnections", []string{"maxConnections"}, ""},
		{"hosts", []string{"HOSTS", "Hosts"}, ""},
		{"port", []string{"ports", "part"}, ""},
		{"time", []string{"time", "times"}, "time"},
	} {
		if got := diag.Unambiguous(c.word, c.among); got != c.want {
			t.Errorf("%q of %v can only be %q, and it is said to be %q", c.word, c.among, c.want, got)
		}
	}
}

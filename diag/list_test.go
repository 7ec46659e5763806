package diag_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"pgregory.net/rapid"
)

var (
	mistake = &diag.Code{Name: "some-mistake", Severity: diag.Error}
	doubt   = &diag.Code{Name: "some-doubt", Severity: diag.Warning}
	remark  = &diag.Code{Name: "some-remark", Severity: diag.Info}
)

// key is what a reader can tell two findings apart by.
func key(d diag.Diagnostic) string {
	var b strings.Builder
	_ = format.Text(&b, diag.List{d}, false) // a Builder does not fail
	return b.String()
}

func TestFindingsAreSortedByFileLineColumnAndCode(t *testing.T) {
	a, b := diag.NewSource("a.yaml", strings.Repeat("xxxxxxxxxxxxxxx\n", 20)), diag.NewSource("b.yaml", "x\n")
	list := diag.List{
		{Code: mistake, Span: diag.Span{Source: b, Line: 1, Col: 1}, Message: "7"},
		{Code: mistake, Span: diag.Span{Source: a, Line: 10, Col: 2}, Message: "6"},
		{Code: mistake, Span: diag.Span{Source: a, Line: 2, Col: 10}, Message: "5"},
		{Code: mistake, Span: diag.Span{Source: a, Line: 2, Col: 9}, Message: "4"},
		{Code: doubt, Span: diag.Span{Source: a, Line: 2, Col: 9}, Message: "3"},
		{Code: mistake, Span: a.Whole(), Message: "2"},
		{Code: mistake, Message: "1"},
	}
	list.Sort()
	var order string
	for _, d := range list {
		order += d.Message
	}
	if order != "1234567" {
		t.Errorf("order %s", order)
	}
}

func TestTheOrderOfFindingsDoesNotDependOnHowTheyCameIn(t *testing.T) {
	src := diag.NewSource("a", "xxxx\nxxxx\n")
	words := rapid.SampledFrom([]string{"", "a", "b"})
	finding := rapid.Custom(func(t *rapid.T) diag.Diagnostic {
		return diag.Diagnostic{
			Code:    rapid.SampledFrom([]*diag.Code{mistake, doubt}).Draw(t, "code"),
			Span:    diag.Span{Source: src, Line: rapid.IntRange(0, 2).Draw(t, "line"), Col: rapid.IntRange(1, 2).Draw(t, "column"), Len: rapid.IntRange(1, 2).Draw(t, "length")},
			Subject: words.Draw(t, "subject"), Message: words.Draw(t, "message"), Help: words.Draw(t, "help"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		list := diag.List(rapid.SliceOfN(finding, 0, 12).Draw(t, "findings"))
		shuffled := slices.Clone(list)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		list.Sort()
		shuffled.Sort()
		for i := range list {
			if key(list[i]) != key(shuffled[i]) {
				t.Fatalf("finding %d is\n%s\nor\n%s", i, key(list[i]), key(shuffled[i]))
			}
		}
	})
}

func TestSeveritiesAreCountedAndCompared(t *testing.T) {
	list := diag.List{{Code: mistake}, {Code: doubt}, {Code: doubt}, {Code: remark}}
	if e, w, i := list.Count(diag.Error), list.Count(diag.Warning), list.Count(diag.Info); e != 1 || w != 2 || i != 1 {
		t.Errorf("counted %d, %d, %d", e, w, i)
	}
	for _, c := range []struct {
		list diag.List
		at   diag.Severity
		want bool
	}{
		{nil, diag.Info, false},
		{diag.List{{Code: remark}}, diag.Info, true},
		{diag.List{{Code: remark}}, diag.Warning, false},
		{diag.List{{Code: doubt}}, diag.Info, true},
		{diag.List{{Code: doubt}}, diag.Warning, true},
		{diag.List{{Code: doubt}}, diag.Error, false},
		{diag.List{{Code: remark}, {Code: mistake}}, diag.Error, true},
	} {
		if got := c.list.AtLeast(c.at); got != c.want {
			t.Errorf("AtLeast(%s) of %d findings is %v", c.at, len(c.list), got)
		}
	}
}

func TestTheSummaryCountsInWords(t *testing.T) {
	for want, s := range map[string]diag.Summary{
		"0 documents: nothing to judge":                                                  {},
		"0 documents (1 of other kinds skipped): nothing to judge":                       {Tally: diag.Tally{Skipped: 1}},
		"1 document: no findings":                                                        {Tally: diag.Tally{Documents: 1}},
		"1 document: 1 error":                                                            {Tally: diag.Tally{Documents: 1}, Errors: 1},
		"2 documents: 2 errors, 1 warning, 1 info; nothing written":                      {Tally: diag.Tally{Documents: 2}, Errors: 2, Warnings: 1, Infos: 1, Result: "nothing written"},
		"3 documents (1 of other kinds skipped): 2 warnings, 2 infos; 1 DestinationRule": {Tally: diag.Tally{Documents: 3, Skipped: 1}, Warnings: 2, Infos: 2, Result: "1 DestinationRule"},
		"1 document (2 ClientTrafficPolicies, 1 DestinationRule not judged; 3 of other kinds skipped): 1 info": {
			Tally: diag.Tally{Documents: 1, Skipped: 3, NotJudged: map[string]int{"DestinationRule": 1, "ClientTrafficPolicy": 2}}, Infos: 1,
		},
	} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestOneThingIsSingularAndNoneIsPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 errors", 1: "1 error", 2: "2 errors", 1000: "1000 errors"} {
		if got := diag.Plural(n, "error"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

package diag_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"pgregory.net/rapid"
)

// key is what a reader can tell two findings apart by.
func key(d diag.Diagnostic) string {
	var b strings.Builder
	_ = diag.WriteText(&b, diag.List{d}, false) // a Builder does not fail
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

func TestJSONHoldsEveryFindingAndTheFigures(t *testing.T) {
	src := diag.NewSource("a<b>.yaml", "one\ntwö three\n")
	list := diag.List{
		{
			Code: mistake, Span: src.At(9, 5), Subject: "S", Message: `is "<x>" & more`, Help: "h\nsecond",
			Related: []diag.Related{{Span: src.At(0, 3), Message: "here"}, {Message: "nowhere"}},
		},
		{Code: remark, Span: src.Whole(), Message: "of the file"},
		{Code: doubt, Message: "of nothing"},
	}
	var out bytes.Buffer
	if err := diag.WriteJSON(&out, list, diag.Summarize(list, diag.Tally{Documents: 3, Skipped: 4}, "nothing written")); err != nil {
		t.Fatal(err)
	}
	expect(t, out.String(), `{
  "findings": [
    {
      "severity": "error",
      "code": "some-mistake",
      "message": "is \"<x>\" & more",
      "file": "a<b>.yaml",
      "line": 2,
      "column": 5,
      "length": 5,
      "subject": "S",
      "help": "h\nsecond",
      "related": [
        {
          "message": "here",
          "file": "a<b>.yaml",
          "line": 1,
          "column": 1,
          "length": 3
        },
        {
          "message": "nowhere"
        }
      ],
      "fingerprint": "b50d94ca1c49c0f8a42b897da2f19d4e"
    },
    {
      "severity": "info",
      "code": "some-remark",
      "message": "of the file",
      "file": "a<b>.yaml",
      "fingerprint": "33a4f194b5b82e699a647ed4c0cbcb35"
    },
    {
      "severity": "warning",
      "code": "some-doubt",
      "message": "of nothing",
      "fingerprint": "435c459f48ac8a875955a31e30a40486"
    }
  ],
  "summary": {
    "documents": 3,
    "skipped": 4,
    "errors": 1,
    "warnings": 1,
    "infos": 1,
    "suppressed": 0,
    "baselined": 0,
    "baselinedErrors": 0,
    "result": "nothing written"
  }
}
`)
}

func TestJSONWithoutFindingsHasAnEmptyList(t *testing.T) {
	var out bytes.Buffer
	if err := diag.WriteJSON(&out, nil, diag.Summary{}); err != nil {
		t.Fatal(err)
	}
	var report struct {
		Findings []any          `json:"findings"`
		Summary  map[string]any `json:"summary"`
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	if report.Findings == nil || len(report.Findings) != 0 {
		t.Errorf("findings are %v, and a script that walks them needs []", report.Findings)
	}
	for _, name := range []string{"documents", "skipped", "errors", "warnings", "infos", "suppressed", "baselined", "baselinedErrors"} {
		if report.Summary[name] != 0.0 {
			t.Errorf("%s is %v", name, report.Summary[name])
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

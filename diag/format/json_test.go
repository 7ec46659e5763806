package format_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
)

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
	if err := format.JSON(&out, list, diag.Summarize(list, diag.Tally{Documents: 3, Skipped: 4}, "nothing written")); err != nil {
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
	if err := format.JSON(&out, nil, diag.Summary{}); err != nil {
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

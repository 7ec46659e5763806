package format_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
)

// TestAFindingInAnExcerptNamesTheFieldAndNoLine prints a finding about a text whose line numbers
// stand nowhere.
func TestAFindingInAnExcerptNamesTheFieldAndNoLine(t *testing.T) {
	src := diag.NewExcerpt("rules/a.yaml (object 2)", "kind: Service\nspec:\n  ports: [0]\n")
	span := src.At(strings.Index(src.Text(), "0"), 1)
	span.Field = "/spec/ports/0"
	other := diag.NewExcerpt("Service shop/db", "kind: Service\n").At(6, 7)
	var out strings.Builder
	found := diag.List{
		{Code: diag.OutOfRange, Span: span, Subject: "Service shop/web", Message: "a port is 0", Help: "write 1", Related: []diag.Related{{Span: span, Message: "here"}, {Span: other, Message: "Service shop/db is close"}}},
		{Code: diag.OutOfRange, Span: src.Whole(), Subject: "Service shop/web", Message: "no line"},
		{Code: diag.OutOfRange, Span: diag.NewExcerpt("Service shop/web", "x").At(0, 1), Subject: "Service shop/web", Message: "no file"},
	}
	if err := format.Text(&out, found, false); err != nil {
		t.Fatal(err)
	}
	want := `rules/a.yaml (object 2): error: a port is 0 [out-of-range]
   | Service shop/web, spec.ports[0]
   |   ports: [0]
   |           ^
   = note: rules/a.yaml (object 2): here
   = note: Service shop/db is close
   = help: write 1
rules/a.yaml (object 2): error: no line [out-of-range]
   | Service shop/web
Service shop/web: error: no file [out-of-range]
   | x
   | ^
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

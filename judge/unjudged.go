package judge

import (
	"fmt"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// Unjudged reports connection settings in objects that are not judged, one finding for each kind at
// its first object: a warning where hops are named, since nothing compares them with these settings,
// else an info. Objects that connpolicy wrote are judged by the policies that they come from, where
// the plan has any.
func Unjudged(docs []*schema.Document, p *plan.Plan, placements []Placement) diag.List {
	code := diag.NotJudged
	help := "check by hand that its connections survive the hops that they pass; connpolicy hops lists idle timeouts"
	if len(placements) > 0 {
		code = diag.NotJudgedByHops
		help = "compare it by hand with what connpolicy hops explain prints about each hop"
	}
	compiled := len(p.Connections()) > 0
	var unjudged []*schema.Document
	for _, d := range docs {
		own := compiled && schema.Written(d.Labels)
		if d.Unjudged() && !d.OfGloo() && !own {
			unjudged = append(unjudged, d)
		}
	}
	var found diag.List
	for _, of := range schema.ByKind(unjudged) {
		d := of.First
		message := fmt.Sprintf("the connection settings of this %s are not judged: %s", d.Kind.Name, diag.FirstOf(d.CarriedPaths(), diag.MostNames))
		if of.Others > 0 {
			message += fmt.Sprintf("; nor are those of %s", diag.Plural(of.Others, "other "+d.Kind.Name))
		}
		found = append(found, diag.Diagnostic{Code: code, Span: d.KeySpan(d.Carried()[0]), Subject: d.Subject(), Message: message, Help: d.RenderHelp(help)})
	}
	return found
}

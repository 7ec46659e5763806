package dialect

import (
	"fmt"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
)

// Differences counts, by code, the documents that leave out what the target fills otherwise. Each
// is reported once a run, at the first of them: a tree of a thousand Upstreams leaves it out a
// thousand times.
type Differences struct {
	order []*diag.Code
	seen  map[*diag.Code]*difference
}

type difference struct {
	first     plan.Origin // where the document that leaves it out says its name
	what      string      // "connect timeout 5s becomes 10s"
	documents map[plan.Origin]bool
}

// Report counts a document by which a default differs; what is the change, such as "connect timeout 5s becomes 10s".
func (d *Differences) Report(code *diag.Code, by plan.Origin, what string) {
	if d.seen == nil {
		d.seen = map[*diag.Code]*difference{}
	}
	one := d.seen[code]
	if one == nil {
		one = &difference{first: by, what: what, documents: map[plan.Origin]bool{}}
		d.seen[code], d.order = one, append(d.order, code)
	}
	one.documents[by] = true
}

// Findings returns each difference once.
func (d *Differences) Findings(target string) diag.List {
	var found diag.List
	for _, code := range d.order {
		one := d.seen[code]
		also := ""
		if n := len(one.documents); n > 1 {
			also = fmt.Sprintf(" (here and in %d more)", n-1)
		}
		found = append(found, diag.Diagnostic{
			Code: code, Span: one.first.Span(), Subject: one.first.Subject(),
			Message: fmt.Sprintf("what is left out means something else in %s: %s%s", target, one.what, also),
			Help:    "pass --preserve-behavior to write out the values that apply today",
		})
	}
	return found
}

// Differs reports a default that holds today and that the target has otherwise.
func Differs[T comparable](s plan.Setting[T], there T) bool {
	return !s.Written() && s.Value != there
}

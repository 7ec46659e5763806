package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/codes"
)

// manyFindings of one code are folded: a reader sees that there are codes below them.
const manyFindings = 20

// findingGroup is the findings of one code.
type findingGroup struct {
	*diag.Code
	codes.Page
	Findings []findingView
	Open     bool
	Link     string // the code's reference, if it is a URL
}

// findingView is a finding as the page shows it.
type findingView struct {
	ID, At, Subject, Message, Help string
	Line                           int // 0 for no line to show
	Before, Mark, After            string
	Notes                          []string
}

// anchor leads to a finding.
type anchor struct{ ID, Code, Severity string }

// findingGroups puts findings together by their code, the worst first.
func findingGroups(l diag.List) []findingGroup {
	l = slices.Clone(l)
	slices.SortStableFunc(l, func(a, b diag.Diagnostic) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Name, b.Name))
	})
	var out []findingGroup
	for i := range l {
		if len(out) == 0 || out[len(out)-1].Code != l[i].Code {
			page := codes.PageOf(l[i].Code)
			out = append(out, findingGroup{Code: l[i].Code, Page: page, Link: link(page.Source)})
		}
		g := &out[len(out)-1]
		g.Findings = append(g.Findings, newFindingView(&l[i], i+1))
		g.Open = len(g.Findings) <= manyFindings
	}
	return out
}

func newFindingView(d *diag.Diagnostic, n int) findingView {
	v := findingView{ID: fmt.Sprintf("f%d", n), At: d.At(), Subject: d.Subject, Message: sentence(d.Message), Help: sentence(d.Help)}
	if d.Source != nil && d.Line > 0 {
		v.Line = d.Line
		v.Before, v.Mark, v.After = d.Snippet()
	}
	for _, r := range d.Related {
		note := sentence(r.Message)
		if at := r.At(); at != "" {
			note = at + ": " + note
		}
		v.Notes = append(v.Notes, note)
	}
	return v
}

// anchors lead to the findings about each object, by its name: to the first of each code.
func (v *pageView) anchors() map[string][]anchor {
	out := map[string][]anchor{}
	for i := range v.Groups {
		g := &v.Groups[i]
		for j := range g.Findings {
			subject := g.Findings[j].Subject
			known := slices.ContainsFunc(out[subject], func(a anchor) bool { return a.Code == g.Name })
			if subject != "" && !known {
				out[subject] = append(out[subject], anchor{g.Findings[j].ID, g.Name, g.Severity.String()})
			}
		}
	}
	return out
}

// longest is how much of a sentence is shown that carries a user's text of any length.
const longest = 600

func sentence(s string) string {
	n := 0
	for i := range s {
		if n++; n > longest {
			return s[:i] + "…"
		}
	}
	return s
}

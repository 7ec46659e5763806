package pipeline

import (
	"fmt"
	"path"
	"slices"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// Result is an input with its plans.
type Result struct {
	Input
	Plan     *plan.Plan   // the last that was made; nil after an error
	Plans    []*plan.Plan // of all sets that have no error
	Sets     []string     // the names of the sets, where each was resolved by itself
	Stopped  bool         // an error in a document, after which no plan was made
	Resolved bool         // every set was resolved, with or without an error
}

// Whole reports that every set of the input has a plan.
func (r *Result) Whole() bool { return len(r.Plans) > 0 && len(r.Plans) == max(1, len(r.Sets)) }

// Resolve makes the plan of an input that is one set, and judges it. Input that holds several sets has an
// error and no plan.
func Resolve(in Input, o *Options) Result {
	r := Result{Input: in, Stopped: in.Found.AtLeast(diag.Error)}
	if r.Stopped {
		return r
	}
	r.Resolved = true
	division := compile.Divide(r.Documents, nil)
	if sets := division.Sets(r.Documents); len(sets) > 1 {
		r.Found = append(r.Found, severalSets(sets, division.Differ))
		return r
	}
	r.set(r.Documents, o)
	return r
}

// ResolveSets makes the plans of the sets that an input holds, each by itself, and judges them.
func ResolveSets(in Input, o *Options) Result {
	r := Result{Input: in, Stopped: in.Found.AtLeast(diag.Error)}
	if r.Stopped {
		return r
	}
	r.Resolved = true
	sets := compile.Divide(r.Documents, nil).Sets(r.Documents)
	for _, set := range sets {
		r.set(set.Documents, o)
		r.Sets = append(r.Sets, set.Name)
	}
	if len(sets) > 1 {
		r.Found = WithoutRepeats(r.Found)
	}
	return r
}

func (r *Result) set(documents []*schema.Document, o *Options) {
	p, found := Set(documents, o)
	r.Found = append(r.Found, found...)
	if p != nil {
		r.Plan, r.Plans = p, append(r.Plans, p)
	}
}

// Set makes the plan of one set and judges it. The plan is nil after an error.
func Set(documents []*schema.Document, o *Options) (*plan.Plan, diag.List) {
	p, found := compile.Resolve(documents, o.Set)
	if found.AtLeast(diag.Error) {
		return nil, found
	}
	return p, slices.Concat(found, judge.Plan(p, o.Hops), judge.Unjudged(documents, p, o.Hops))
}

// WithoutRepeats drops findings about what several sets have in common, each but the first.
func WithoutRepeats(found diag.List) diag.List {
	type finding struct {
		code, path, message string
		line, col           int
	}
	seen := map[finding]bool{}
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		f := finding{d.Name, d.Path(), d.Message, d.Line, d.Col}
		again := seen[f]
		seen[f] = true
		return again
	})
}

// severalSets is the error of a command that takes one set and is given several.
func severalSets(sets []compile.Set, differ [2]*schema.Document) diag.Diagnostic {
	d, other := differ[1], differ[0]
	help := "name the cluster of each directory:"
	for i := range min(2, len(sets)) {
		help += " --cluster " + path.Base(sets[i].Name) + "=" + sets[i].Name
	}
	if len(sets) > 2 {
		help += " and so on"
	}
	names := make([]string, len(sets))
	for i := range sets {
		names[i] = sets[i].Name
	}
	return diag.Diagnostic{
		Code: diag.DuplicateObject, Span: d.Span("/metadata/name"), Subject: d.Subject(),
		Message: fmt.Sprintf("this object differs between directories, which makes %d sets of the input: %s", len(sets), diag.FirstOf(names, 4)),
		Help:    help + "; or read one directory at a time; validate judges each by itself",
		Related: []diag.Related{{Span: other.Span("/metadata/name"), Message: "the other one is here"}},
	}
}

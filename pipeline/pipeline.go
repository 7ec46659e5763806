// Package pipeline runs the stages from text to output: load, check, resolve, judge, write. What goes in:
// texts with their names, and options. What comes out: documents, plans, objects and findings. The command
// line, the KRM function and the tests call it; it reads no file, no flag and no stream.
package pipeline

import (
	"slices"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
	"github.com/connpolicy/connpolicy/validate"
)

// Pipeline runs the stages. It compiles each JSON Schema once, so one serves all texts of a run.
type Pipeline struct{ checker *validate.Checker }

// New returns a Pipeline.
func New() *Pipeline { return &Pipeline{validate.New()} }

// Options are what a run does with its texts.
type Options struct {
	Namespace string                   // of objects that name none
	ClusterOf func(path string) string // the cluster of the objects of a file, or ""; nil for none
	Set       compile.Options
	Hops      []judge.Placement
	Progress  Progress // nil for none
}

// Progress counts the documents of a run. It is called from all cores.
type Progress interface {
	Expect(documents int)
	Done() // with one document
}

// Texts are what a run reads.
type Texts struct {
	Sources []*diag.Source
	Walked  map[string]bool // paths of the files that were found in directories and not named
	Patches int             // files that were left out as patches of kustomize
}

// Text returns one text with its name.
func Text(name, content string) Texts {
	return Texts{Sources: []*diag.Source{diag.NewSource(name, content)}}
}

// Run loads, checks, resolves and judges texts that are one set.
func (p *Pipeline) Run(texts Texts, o *Options) Result { return Resolve(p.Load(texts, o), o) }

// Write returns the objects that a target has for a plan. The findings are about settings that the target
// does not hold as they are, and about objects among the documents that the written ones would replace.
func Write(p *plan.Plan, documents []*schema.Document, write emit.Writer, o dialect.Options) ([]dialect.Object, diag.List) {
	objects, found := write(p, o)
	return objects, slices.Concat(found, emit.Existing(objects, emit.Present(documents)))
}

// Existing reports objects of other texts that the written ones would replace, or that are for the same thing,
// but for those that are among the documents, which Write reports.
func Existing(objects []dialect.Object, sources []*diag.Source, documents []*schema.Document, namespace string) diag.List {
	known := map[string]bool{}
	for _, d := range documents {
		known[d.Subject()] = true
	}
	var existing []*schema.Document
	for _, source := range sources {
		for _, chunk := range text.Split(source) {
			for _, d := range schema.Parse(chunk, namespace).Documents {
				if d.Kind.Foreign && !known[d.Subject()] && d.Decode() == nil {
					existing = append(existing, d)
				}
			}
		}
	}
	return emit.Existing(objects, emit.Present(existing))
}

package cli

import (
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/pipeline"
)

// run is what the pipeline made of a command's input, and what is shown of its findings.
type run struct {
	pipeline.Result
	filtered bool          // Found is what is to be shown
	notShown diag.NotShown // what was taken out of it
	gone     int           // findings of the baseline that did not occur
}

// load loads what a run is about, and adds what is found in its configuration, if that is not among the
// sources as well.
func (s *streams) load(o *options, texts pipeline.Texts) pipeline.Input {
	how := o.pipeline
	how.Progress = &s.progress
	in := s.pipeline.Load(texts, &how)
	s.bugs = append(s.bugs, in.Panics...)
	if o.config == nil || len(o.config.loaded.Found) == 0 {
		return in
	}
	name := canonicalPath(o.config.document.Place().Path())
	if slices.ContainsFunc(texts.Sources, func(src *diag.Source) bool { return canonicalPath(src.Path()) == name }) {
		return in
	}
	in.Found = append(in.Found, o.config.loaded.Found...)
	in.Suppressions = append(in.Suppressions, o.config.loaded.Suppressions...)
	return in
}

// resolveInput reads what the flags name, makes the plan and judges it.
func (s *streams) resolveInput(o *options) (run, error) {
	defer s.watch()()
	texts, err := s.texts(o)
	if err != nil {
		return run{}, err
	}
	r := run{Result: pipeline.Resolve(s.load(o, texts), &o.pipeline)}
	r.Found = append(r.Found, o.unmatched(&r)...)
	return r, nil
}

// write returns the objects that a target has for the plan, and adds what is found on the way.
func (r *run) write(target *emit.Target, o dialect.Options) []dialect.Object {
	objects, found := pipeline.Write(r.Plan, r.Documents, target.Write, o)
	r.Found = slices.Concat(r.Found, found)
	return objects
}

// unparsable reports findings about text that could not be read at all: exit code 2, as for
// a file that cannot be opened.
func unparsable(l diag.List) bool {
	return slices.ContainsFunc(l, func(d diag.Diagnostic) bool {
		return d.Code == diag.Syntax || d.Code == diag.Template || d.Code == diag.NotUTF8
	})
}

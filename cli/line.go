package cli

import (
	"slices"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pool"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/validate"
	"github.com/urfave/cli/v2"
)

// read is the first half of the line: text to checked, decoded documents.
type read struct {
	documents []*schema.Document
	skipped   int
	unread    []string // kinds of what was skipped
	found     diag.List

	suppressions diag.Suppressions
	filtered     bool          // found is what is to be shown
	notShown     diag.NotShown // what was taken out of it
	gone         int           // findings of the baseline that did not occur
	stopped      bool          // an error ended the line before the set was looked at
}

// tally counts the documents by what became of them.
func (r *read) tally() diag.Tally {
	t := diag.Tally{Skipped: r.skipped}
	for _, d := range r.documents {
		switch {
		case d.Unjudged():
			t.AddNotJudged(d.Kind.Name)
		case d.Kind.Opaque:
			t.Skipped++
		default:
			t.Documents++
		}
	}
	return t
}

// readAll parses and checks every document, on all cores. The results are put together in the
// order of the input, so that the number of cores cannot be seen in the output. A panic becomes a
// finding about its document, and a bug report that Run prints; the other documents are read.
func (s *streams) readAll(sources []*diag.Source, namespace string) read {
	var chunks []*schema.Chunk
	for _, src := range sources {
		chunks = append(chunks, schema.Split(src)...)
	}
	s.progress.total.Add(int64(len(chunks)))
	results := make([]schema.Parsed, len(chunks))
	panics := pool.Each(len(chunks), func() func(int) {
		return func(i int) {
			results[i] = checked(s.checker, chunks[i], namespace)
			s.progress.checked.Add(1)
		}
	})
	for _, p := range panics {
		results[p.Item] = schema.Parsed{Found: diag.List{internalError(chunks[p.Item])}}
	}
	s.bugs = append(s.bugs, panics...)
	var out read
	for _, r := range results {
		out.documents = append(out.documents, r.Documents...)
		out.skipped += r.Skipped
		out.unread = append(out.unread, r.Unread...)
		out.found = append(out.found, r.Found...)
		out.suppressions = append(out.suppressions, r.Suppressions...)
	}
	return out
}

// internalError is the finding about a document that connpolicy failed on.
func internalError(c *schema.Chunk) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.InternalError, Span: c.Start(),
		Message: "connpolicy failed while it read this document, so nothing in it is checked",
		Help:    "report the bug with this document and the stack that is printed below the summary",
	}
}

// documents reads what a run is about, and adds what is found in its configuration, if that is not
// among the sources as well.
func (s *streams) documents(sources []*diag.Source, namespace string) read {
	r := s.readAll(sources, namespace)
	if s.config == nil || len(s.config.read.found) == 0 {
		return r
	}
	name := whereabouts(s.config.document.Place().Path())
	if slices.ContainsFunc(sources, func(src *diag.Source) bool { return whereabouts(src.Path()) == name }) {
		return r
	}
	r.found = append(r.found, s.config.read.found...)
	r.suppressions = append(r.suppressions, s.config.read.suppressions...)
	return r
}

func checked(checker *validate.Checker, chunk *schema.Chunk, namespace string) schema.Parsed {
	p := schema.Parse(chunk, namespace)
	for _, d := range p.Documents {
		p.Found = append(p.Found, checker.Document(d)...)
	}
	p.Found = append(p.Found, p.Suppressions.Check()...)
	chunk.Forget()
	return p
}

// planned is a run of the line as far as the plan, and what stands on the way of its connections.
type planned struct {
	read
	plan *compile.Plan // nil after an error
	ways []validate.Way
}

// plan runs the line as far as the plan, and judges it.
func (s *streams) plan(c *cli.Context) (planned, error) {
	opts, err := setOptions(c)
	if err != nil {
		return planned{}, err
	}
	ways, err := s.ways(c)
	if err != nil {
		return planned{}, err
	}
	defer s.watch()()
	sources, err := s.sources(c)
	if err != nil {
		return planned{}, err
	}
	run := s.planOf(sources, c.String("namespace"), opts, ways)
	run.found = append(run.found, s.unmatched(c, run)...)
	return run, nil
}

// planOf takes texts down the line as far as the plan, or to the first error.
func (s *streams) planOf(sources []*diag.Source, namespace string, opts compile.Options, ways []validate.Way) planned {
	run := planned{read: s.documents(sources, namespace), ways: ways}
	if run.stopped = run.found.AtLeast(diag.Error); run.stopped {
		return run
	}
	plan, found := compile.Resolve(run.documents, opts)
	run.found = append(run.found, found...)
	if !found.AtLeast(diag.Error) {
		run.plan = plan
		run.found = append(run.found, validate.Plan(plan, ways)...)
		run.found = append(run.found, validate.Unjudged(run.documents, plan, ways)...)
	}
	return run
}

// unparsable reports findings about text that could not be read at all: exit code 2, as for
// a file that cannot be opened.
func unparsable(l diag.List) bool {
	for i := range l {
		if l[i].Code == diag.Syntax || l[i].Code == diag.Template || l[i].Code == diag.NotUTF8 {
			return true
		}
	}
	return false
}

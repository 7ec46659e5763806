package cli

import (
	"fmt"
	"path"
	"slices"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/pool"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

// read is the first half of the line: text to checked, decoded documents.
type read struct {
	documents []*schema.Document
	skipped   int
	templates int      // of kinds that are read, not read
	patches   int      // files that are patches of kustomize
	unread    []string // kinds of what was skipped
	found     diag.List

	suppressions diag.Suppressions
	filtered     bool          // found is what is to be shown
	notShown     diag.NotShown // what was taken out of it
	gone         int           // findings of the baseline that did not occur
	sets         []string      // the names of the sets that were judged, each by itself
	stopped      bool          // an error ended the line before the set was looked at
}

// tally counts the documents by what became of them.
func (r *read) tally() diag.Tally {
	t := diag.Tally{Skipped: r.skipped, Templates: r.templates, Patches: r.patches}
	for _, d := range r.documents {
		switch {
		case d.Unjudged():
			t.AddNotJudged(d.Kind.Name)
		case d.Kind.Opaque:
			t.AddSkipped(d.Kind.Name)
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
			results[i] = s.checked(chunks[i], namespace)
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
		out.templates += r.Templates
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
	r.patches = s.patches
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

func (s *streams) checked(chunk *schema.Chunk, namespace string) schema.Parsed {
	p := schema.Parse(chunk, namespace)
	for _, d := range p.Documents {
		found := s.checker.Document(d)
		if found.AtLeast(diag.Error) {
			d.LeaveOut()
		}
		p.Found = append(p.Found, found...)
	}
	if s.found[chunk.Source.Path()] {
		p = lenient(chunk, p)
	}
	p.Found = append(p.Found, p.Suppressions.Check()...)
	chunk.Forget()
	return p
}

// planned is a run of the line as far as the plan, and what stands on the way of its connections.
type planned struct {
	read
	plan  *compile.Plan   // nil after an error
	plans []*compile.Plan // those of all sets that have no error
	ways  []judge.Placement
}

// whole reports that every set of the input has a plan.
func (run *planned) whole() bool {
	return len(run.plans) > 0 && len(run.plans) == max(1, len(run.sets))
}

// settings are what a run does with its input: the flags and the configuration.
type settings struct {
	namespace string // of objects that name none
	clusters  clusterDirs
	opts      compile.Options
	ways      []judge.Placement
}

func (s *streams) settings(c *cli.Context) (settings, error) {
	opts, err := setOptions(c)
	if err != nil {
		return settings{}, err
	}
	ways, err := s.ways(c)
	if err != nil {
		return settings{}, err
	}
	clusters, all, err := s.clusters(c)
	opts.Cluster = all
	return settings{c.String("namespace"), clusters, opts, ways}, err
}

// plan runs the line as far as the plan, and judges it.
func (s *streams) plan(c *cli.Context) (planned, error) {
	set, err := s.settings(c)
	if err != nil {
		return planned{}, err
	}
	defer s.watch()()
	sources, err := s.sources(c)
	if err != nil {
		return planned{}, err
	}
	run := s.planOf(sources, set)
	run.found = append(run.found, s.unmatched(c, run)...)
	return run, nil
}

// planOf takes texts down the line as far as the plan, or to the first error. Input that holds
// several sets has no plan.
func (s *streams) planOf(sources []*diag.Source, set settings) planned {
	run := planned{read: s.placed(sources, set), ways: set.ways}
	if run.stopped = run.found.AtLeast(diag.Error); run.stopped {
		return run
	}
	division := compile.Divide(run.documents, nil)
	if sets := division.Sets(run.documents); len(sets) > 1 {
		run.found = append(run.found, severalSets(sets, division.Differ))
		return run
	}
	run.resolve(run.documents, set)
	return run
}

// placed reads what a run is about, and gives documents the clusters of their directories.
func (s *streams) placed(sources []*diag.Source, set settings) read {
	r := s.documents(sources, set.namespace)
	set.clusters.place(r.documents)
	return r
}

// resolve makes the plan of a set and judges it. After an error there is no plan.
func (run *planned) resolve(documents []*schema.Document, set settings) {
	plan, found := compile.Resolve(documents, set.opts)
	run.found = append(run.found, found...)
	if !found.AtLeast(diag.Error) {
		run.plan, run.plans = plan, append(run.plans, plan)
		run.found = append(run.found, judge.Plan(plan, set.ways)...)
		run.found = append(run.found, judge.Unjudged(documents, plan, set.ways)...)
	}
}

// judgeSets judges texts as the sets that they hold, each by itself.
func (s *streams) judgeSets(sources []*diag.Source, set settings) planned {
	run := planned{read: s.placed(sources, set), ways: set.ways}
	if run.stopped = run.found.AtLeast(diag.Error); run.stopped {
		return run
	}
	sets := compile.Divide(run.documents, nil).Sets(run.documents)
	for _, one := range sets {
		run.resolve(one.Documents, set)
		run.sets = append(run.sets, one.Name)
	}
	if len(sets) > 1 {
		run.found = withoutRepeats(run.found)
	}
	return run
}

// withoutRepeats drops findings about what several sets have in common, each but the first.
func withoutRepeats(found diag.List) diag.List {
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
	return diag.Diagnostic{
		Code: diag.DuplicateObject, Span: d.Span("/metadata/name"), Subject: d.Subject(),
		Message: fmt.Sprintf("this object differs between directories, which makes %d sets of the input: %s", len(sets), setNames(sets)),
		Help:    help + "; or read one directory at a time; validate judges each by itself",
		Related: []diag.Related{{Span: other.Span("/metadata/name"), Message: "the other one is here"}},
	}
}

// setNames lists the first few of the sets by their names.
func setNames(sets []compile.Set) string {
	names := make([]string, len(sets))
	for i := range sets {
		names[i] = sets[i].Name
	}
	return diag.FirstOf(names, 4)
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

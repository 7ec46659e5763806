package pipeline

import (
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pool"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
)

// Input is texts as they were loaded: checked and decoded documents.
type Input struct {
	Documents    []*schema.Document
	Skipped      int      // documents of kinds that are not read
	Templates    int      // templates of kinds that are read, which were found in directories
	Patches      int      // files that were left out as patches of kustomize
	Unread       []string // kinds of what was skipped
	Found        diag.List
	Suppressions diag.Suppressions
	Panics       []*pool.Panic // in the work on a document, each with a finding
}

// Load parses and checks every document, on all cores. The results are put together in the order of the
// input, so that the number of cores cannot be seen in the output. A panic becomes a finding about its
// document; the other documents are read.
func (p *Pipeline) Load(texts Texts, o *Options) Input {
	var chunks []*text.Chunk
	for _, src := range texts.Sources {
		chunks = append(chunks, text.Split(src)...)
	}
	done := func() {}
	if o.Progress != nil {
		o.Progress.Expect(len(chunks))
		done = o.Progress.Done
	}
	results := make([]schema.Parsed, len(chunks))
	panics := pool.Each(len(chunks), func() func(int) {
		return func(i int) {
			results[i] = p.check(chunks[i], o.Namespace, texts.Walked[chunks[i].Source.Path()])
			done()
		}
	})
	for _, broken := range panics {
		results[broken.Item] = schema.Parsed{Found: diag.List{internalError(chunks[broken.Item])}}
	}
	in := Input{Patches: texts.Patches, Panics: panics}
	for i := range results {
		in.add(&results[i])
	}
	if o.ClusterOf != nil {
		place(in.Documents, o.ClusterOf)
	}
	return in
}

func (in *Input) add(p *schema.Parsed) {
	in.Documents = append(in.Documents, p.Documents...)
	in.Skipped += p.Skipped
	in.Templates += p.Templates
	in.Unread = append(in.Unread, p.Unread...)
	in.Found = append(in.Found, p.Found...)
	in.Suppressions = append(in.Suppressions, p.Suppressions...)
}

// check parses one chunk and checks its documents, each by itself.
func (p *Pipeline) check(chunk *text.Chunk, namespace string, walked bool) schema.Parsed {
	parsed := schema.Parse(chunk, namespace)
	for _, d := range parsed.Documents {
		found := p.checker.Document(d)
		if found.AtLeast(diag.Error) {
			d.LeaveOut()
		}
		parsed.Found = append(parsed.Found, found...)
	}
	if walked {
		parsed = lenient(chunk, parsed)
	}
	parsed.Found = append(parsed.Found, parsed.Suppressions.Check()...)
	chunk.Forget()
	return parsed
}

// lenient is what is made of a chunk of a file that was found in a directory and not named: where it
// is not a manifest of a kind that is read, nothing is wrong with it, and where it is a template of
// one it is counted.
func lenient(c *text.Chunk, p schema.Parsed) schema.Parsed {
	ours := schema.NamesKind(c.Text)
	switch {
	case ours && slices.ContainsFunc(p.Found, func(d diag.Diagnostic) bool { return d.Code == diag.Template }):
		return schema.Parsed{Templates: 1}
	case !ours && len(p.Documents) == 0 && p.Found.AtLeast(diag.Error):
		return schema.Parsed{Skipped: 1}
	}
	return p
}

// internalError is the finding about a document that connpolicy failed on.
func internalError(c *text.Chunk) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.InternalError, Span: c.Start(),
		Message: "connpolicy failed while it read this document, so nothing in it is checked",
		Help:    "report the bug with this document and the stack that is printed below the summary",
	}
}

// place gives each document the cluster of its file.
func place(documents []*schema.Document, clusterOf func(path string) string) {
	known := map[string]string{} // by file
	for _, d := range documents {
		path := d.Place().Path()
		cluster, seen := known[path]
		if !seen {
			cluster = clusterOf(path)
			known[path] = cluster
		}
		d.PlaceIn(cluster)
	}
}

// Tally counts the documents by what became of them.
func (in *Input) Tally() diag.Tally {
	t := diag.Tally{Skipped: in.Skipped, Templates: in.Templates, Patches: in.Patches}
	for _, d := range in.Documents {
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

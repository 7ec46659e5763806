package cli

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/report"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

func diffCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "diff", Usage: "show which connections change between two inputs, and how",
		UsageText: "connpolicy diff [FLAGS] OLD NEW\n\n   connpolicy diff /dev/null examples/bookinfo\n   connpolicy diff --target istio git:HEAD:examples/bookinfo examples/bookinfo\n   connpolicy diff -R -o markdown git:HEAD:examples examples\n\nOLD and NEW are each a file, a directory, a glob, - for standard input, or git:REV:PATH for PATH\nas it was in a revision.\nThe exit code is 0 when nothing changes, 1 when something does, 2 for trouble.",
		Flags: slices.Concat([]cli.Flag{
			&cli.BoolFlag{Name: "recursive", Aliases: []string{"R"}, Usage: "read directories with everything below them"},
			excludeFlag(),
			&cli.StringFlag{Name: "namespace", Aliases: []string{"n"}, Value: "default", Usage: "`NAMESPACE` of objects that name none"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "text", Usage: "print `text|json|markdown|html`"},
			targetFlag("", "also compare what is written for TARGET, as a unified diff"),
		}, configFlags(), setFlags(), []cli.Flag{
			&cli.StringFlag{Name: "color", Value: "auto", Usage: "color the text: `auto|always|never`; NO_COLOR turns auto off"},
		}),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       action(s.diffOptions, s.diff),
	}
}

// diffOptions are the options of diff.
type diffOptions struct {
	*options
	old, new string
	output   string
	target   *target // nil for none
}

func (s *streams) diffOptions(c *cli.Context) (*diffOptions, error) {
	shared, err := s.options(c, traits{revisions: true, ownTarget: true})
	if err != nil {
		return nil, err
	}
	if err := oneOf(c, "output", "text", "json", "markdown", "html"); err != nil {
		return nil, err
	}
	o := &diffOptions{options: shared, old: c.Args().Get(0), new: c.Args().Get(1), output: c.String("output")}
	if c.IsSet("target") {
		t, err := targetOf(c)
		if err != nil {
			return nil, err
		}
		o.target = &t
	}
	switch {
	case c.NArg() != 2:
		return nil, usage("connpolicy diff OLD NEW, or connpolicy diff git:HEAD:PATH PATH for what changed since the last commit", "diff compares two inputs, and %d %s named", c.NArg(), isAre(c.NArg()))
	case o.old == "-" && o.new == "-":
		return nil, usage("name a file, a directory or git:REV:PATH for one of the two", "standard input can be read once only")
	}
	o.pipeline.Set.All = true // a Service that a policy leaves is judged by itself
	return o, nil
}

// side is one of the two inputs.
type side struct {
	run
	name     string // as the user wrote it
	kept     []*schema.Document
	division *compile.Division
	plans    []*plan.Plan      // of the sets; nil where one has an error
	files    map[string]string // what --target writes
}

func (s *streams) diff(o *diffOptions) error {
	before, err := s.side(o, o.old)
	if err != nil {
		return err
	}
	after, err := s.side(o, o.new)
	if err != nil {
		return err
	}
	before.division.Join(after.division)
	after.division.Join(before.division)
	for _, one := range []*side{before, after} {
		if err := one.resolve(o); err != nil {
			return err
		}
	}
	d := &report.Diff{Changes: changes(before, after)}
	if o.target != nil {
		d.Target = o.target.Name
	}
	was, is := o.suppress(before.run).Found, o.suppress(after.run).Found
	d.New, d.Gone = onlyIn(is, was), onlyIn(was, is)
	d.NotCompared = compile.Uncompared(before.notWritten(), after.notWritten())
	d.Outputs = outputsDiff(before.files, after.files)
	if err := toStdout(0, s.showDiff(o, d)); err != nil {
		return err
	}
	if before.Found.AtLeast(diag.Error) || after.Found.AtLeast(diag.Error) {
		return s.trouble(o, before, after)
	}
	if !d.Empty() {
		return &exit{code: ExitFindings}
	}
	return nil
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// side reads one input. Documents with errors are left out of the comparison.
func (s *streams) side(o *diffOptions, name string) (*side, error) {
	defer s.watch()()
	in := s.newInput(&o.input)
	add := in.add
	if strings.HasPrefix(name, revisionPrefix) {
		add = in.revision
	}
	if err := add(name); err != nil {
		return nil, asRevision(name, err)
	}
	if len(in.texts.Sources) == 0 {
		return nil, usage("files in directories are read when they end in .yaml, .yml or .json; -R also reads directories in directories; "+os.DevNull+" stands for an empty input", "no manifests in %s", name)
	}
	in.dropPatches()
	out := &side{run: run{Result: pipeline.Result{Input: s.load(o.options, in.texts)}}, name: name}
	if t := out.Tally(); t.Documents+len(t.NotJudged) == 0 && name != os.DevNull && !out.Found.AtLeast(diag.Error) {
		return nil, usage("name the manifests; "+os.DevNull+" stands for an empty input", "nothing in %s is of a kind that connpolicy reads (%s)", name, t.String())
	}
	for _, d := range out.Documents {
		if !d.LeftOut() {
			out.kept = append(out.kept, d)
		}
	}
	out.division = compile.Divide(out.kept, out.file)
	return out, nil
}

// file is a document's path within the input, the same in a revision and in what is there now.
func (one *side) file(d *schema.Document) string {
	root := path.Clean(filepath.ToSlash(present(one.name)))
	file := path.Clean(present(d.Place().Path()))
	if rest, ok := strings.CutPrefix(file, root+"/"); ok {
		return rest
	}
	return file
}

// resolve makes the plan of each set, and what a target is written of it.
func (one *side) resolve(o *diffOptions) error {
	one.files = map[string]string{}
	for _, part := range one.division.Sets(one.kept) {
		p, found := pipeline.Set(part.Documents, &o.pipeline)
		one.Found = append(one.Found, found...)
		one.plans = append(one.plans, p)
		if p != nil && o.target != nil {
			if err := one.write(o.target, p, part.Name); err != nil {
				return err
			}
		}
	}
	one.Found = pipeline.WithoutRepeats(one.Found)
	return nil
}

// notWritten returns the documents without those that connpolicy wrote, where the input has the
// policies that they come from: these are compared.
func (one *side) notWritten() []*schema.Document {
	compiled := slices.ContainsFunc(one.plans, func(p *plan.Plan) bool { return p != nil && len(p.Connections()) > 0 })
	return slices.DeleteFunc(slices.Clone(one.kept), func(d *schema.Document) bool { return compiled && schema.Written(d.Labels) })
}

// write encodes what a target is written of a set's plan.
func (one *side) write(t *target, p *plan.Plan, set string) error {
	objects, found := t.Write(p, dialect.Options{})
	one.Found = append(one.Found, found...)
	for _, o := range objects {
		text, err := emit.Encode(o, t.format)
		if err != nil {
			return &exit{ExitBug, "bug: the output cannot be encoded: " + err.Error(), ""}
		}
		one.files[path.Join(set, o.File+"."+t.format)] = string(text)
	}
	return nil
}

// changes compares the sets of two inputs, which are divided alike. A set that has an error on
// either side is not compared.
func changes(before, after *side) []plan.Change {
	var out []plan.Change
	seen := map[string]bool{}
	for i, was := range before.plans {
		is := after.plans[i]
		if was == nil || is == nil {
			continue
		}
		for _, change := range plan.Diff(was, is) {
			if key := changeKey(&change); len(before.plans) == 1 || !seen[key] {
				seen[key] = true
				out = append(out, change)
			}
		}
	}
	return out
}

// changeKey is equal for one change of what several sets have in common.
func changeKey(change *plan.Change) string {
	place := change.Place()
	key := fmt.Sprint(place.Name, place.Object.Document.Place().Path(), change.Proxy, change.Old == nil, change.New == nil)
	for _, s := range change.Settings {
		key += "\n" + s.Name
		for _, v := range []*plan.Value{s.Old, s.New} {
			if v != nil {
				key += " " + v.Text
			}
		}
	}
	return key
}

// trouble prints the errors of both inputs. What has them is left out of the comparison, so the exit
// code is neither that of equal inputs nor that of different ones.
func (s *streams) trouble(o *diffOptions, sides ...*side) error {
	var found diag.List
	var both pipeline.Input
	for _, one := range sides {
		both.Documents, both.Skipped = append(both.Documents, one.Documents...), both.Skipped+one.Skipped
		both.Templates, both.Patches = both.Templates+one.Templates, both.Patches+one.Patches
		for _, d := range one.Found {
			if d.Severity >= diag.Error {
				found = append(found, d)
			}
		}
	}
	found.Sort()
	summary := diag.Summarize(found, both.Tally(), "objects with errors are left out of the comparison")
	if err := s.print(o.options, run{Result: pipeline.Result{Input: pipeline.Input{Found: found}}}, summary); err != nil {
		return err
	}
	return &exit{code: ExitUsage}
}

// onlyIn returns the warnings and errors of found that others lacks. Findings of one fingerprint
// (code, object and field) are paired, those with the same message first, so that lines that move
// and values that change are not a difference, while a second finding at the same place is.
func onlyIn(found, others diag.List) diag.List {
	type exact struct{ fingerprint, message string }
	same, alike := map[exact]int{}, map[string]int{}
	for i := range others {
		d := &others[i]
		same[exact{d.Fingerprint(), d.Message}]++
		alike[d.Fingerprint()]++
	}
	unpaired := slices.DeleteFunc(slices.Clone(found), func(d diag.Diagnostic) bool {
		key := exact{d.Fingerprint(), d.Message}
		same[key]--
		if same[key] >= 0 {
			alike[key.fingerprint]--
		}
		return d.Severity < diag.Warning || same[key] >= 0
	})
	unpaired.Sort()
	return slices.DeleteFunc(unpaired, func(d diag.Diagnostic) bool {
		key := d.Fingerprint()
		alike[key]--
		return alike[key] >= 0
	})
}

// outputsDiff compares what a target was written, file by file.
func outputsDiff(before, after map[string]string) string {
	names := maps.Clone(before)
	maps.Copy(names, after)
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		from, to := "old/"+name, "new/"+name
		if _, there := before[name]; !there {
			from = os.DevNull
		}
		if _, there := after[name]; !there {
			to = os.DevNull
		}
		b.WriteString(unifiedDiff(from, to, before[name], after[name]))
	}
	return b.String()
}

func (s *streams) showDiff(o *diffOptions, d *report.Diff) error {
	switch o.output {
	case "json":
		return s.encode(d.JSON(), "json")
	case "markdown":
		return d.Markdown(s.out)
	case "html":
		return d.HTML(s.out)
	}
	return d.Text(s.out, colored(s.out, o.findings.color))
}

package cli

import (
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/report"
	"github.com/connpolicy/connpolicy/validate"
	"github.com/urfave/cli/v2"
)

func diffCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "diff", Usage: "show what changes for whom between two inputs",
		UsageText: "connpolicy diff [FLAGS] OLD NEW\n\n   connpolicy diff /dev/null examples/bookinfo\n   connpolicy diff --target istio git:HEAD:examples/bookinfo examples/bookinfo\n   connpolicy diff -R -o markdown git:HEAD:examples examples\n\nOLD and NEW are each a file, a directory, a glob, - for standard input, or git:REV:PATH for PATH as it was in a revision.\nThe exit code is 0 when nothing changes, 1 when something does, 2 for trouble.",
		Flags: slices.Concat([]cli.Flag{
			&cli.BoolFlag{Name: "recursive", Aliases: []string{"R"}, Usage: "read directories with everything below them"},
			excludeFlag(),
			&cli.StringFlag{Name: "namespace", Aliases: []string{"n"}, Value: "default", Usage: "`NAMESPACE` of objects that name none"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "text", Usage: "print `text|json|markdown|html`"},
			&cli.StringFlag{Name: "target", Aliases: []string{"t"}, Usage: "also compare what is written for `" + strings.Join(targetNames, "|") + "`, as a unified diff"},
		}, wayFlags(), setFlags(), []cli.Flag{
			&cli.StringFlag{Name: "color", Value: "auto", Usage: "colour the text: `auto|always|never`; NO_COLOR turns auto off"},
		}),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       func(c *cli.Context) error { return s.diff(c) },
	}
}

// side is one of the two inputs, as far as the line took it.
type side struct {
	planned
	files map[string]string // what --target writes
}

func (s *streams) diff(c *cli.Context) error {
	if err := checkDiffFlags(c); err != nil {
		return err
	}
	ways, err := s.ways(c)
	if err != nil {
		return err
	}
	before, err := s.side(c, c.Args().Get(0), ways)
	if err != nil {
		return err
	}
	after, err := s.side(c, c.Args().Get(1), ways)
	if err != nil {
		return err
	}
	if before.found.AtLeast(diag.Error) || after.found.AtLeast(diag.Error) {
		return s.trouble(c, before, after)
	}
	d := &report.Diff{Changes: compile.Diff(before.plan, after.plan), Target: c.String("target")}
	was, is := s.suppress(before.read).found, s.suppress(after.read).found
	d.New, d.Gone = onlyIn(is, was), onlyIn(was, is)
	d.Outputs = outputsDiff(before.files, after.files)
	if err := toStdout(0, s.showDiff(c, d)); err != nil {
		return err
	}
	if !d.Empty() {
		return &exit{code: ExitFindings}
	}
	return nil
}

func checkDiffFlags(c *cli.Context) error {
	if err := oneOf(c, "output", "text", "json", "markdown", "html"); err != nil {
		return err
	}
	if err := oneOf(c, "color", "auto", "always", "never"); err != nil {
		return err
	}
	if c.IsSet("target") {
		if _, err := targetOf(c); err != nil {
			return err
		}
	}
	switch {
	case c.NArg() != 2:
		return usage("connpolicy diff OLD NEW, or connpolicy diff git:HEAD:PATH PATH for what changed since the last commit", "diff compares two inputs, and %d %s named", c.NArg(), isAre(c.NArg()))
	case c.Args().Get(0) == "-" && c.Args().Get(1) == "-":
		return usage("name a file, a directory or git:REV:PATH for one of the two", "standard input can be read once only")
	}
	return nil
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// side takes one input down the line: the plan, and what a target is written of it.
func (s *streams) side(c *cli.Context, name string, ways []validate.Way) (side, error) {
	opts, err := setOptions(c)
	if err != nil {
		return side{}, err
	}
	defer s.watch()()
	in, err := s.newInput(c)
	if err != nil {
		return side{}, err
	}
	add := in.add
	if strings.HasPrefix(name, revisionPrefix) {
		add = in.revision
	}
	if err := add(name); err != nil {
		return side{}, asRevision(name, err)
	}
	if len(in.sources) == 0 {
		return side{}, usage("files in directories are read when they end in .yaml, .yml or .json; -R also reads directories in directories; "+os.DevNull+" stands for nothing at all", "no manifests in %s", name)
	}
	out := side{planned: s.planOf(in.sources, c.String("namespace"), opts, ways)}
	if out.plan == nil || !c.IsSet("target") {
		return out, nil
	}
	t, err := targetOf(c)
	if err != nil {
		return out, err
	}
	objects, found := t.emit(out.plan, emit.Options{})
	out.found = append(out.found, found...)
	out.files = map[string]string{}
	for _, o := range objects {
		text, err := emit.Encode(o, t.format)
		if err != nil {
			return out, &exit{ExitBug, "bug: the output cannot be encoded: " + err.Error(), ""}
		}
		out.files[o.File+"."+t.format] = string(text)
	}
	return out, nil
}

// trouble prints the errors of both inputs, which are no difference but the end of the run.
func (s *streams) trouble(c *cli.Context, sides ...side) error {
	var found diag.List
	var both read
	for _, side := range sides {
		both.documents, both.skipped = append(both.documents, side.documents...), both.skipped+side.skipped
		for _, d := range side.found {
			if d.Severity >= diag.Error {
				found = append(found, d)
			}
		}
	}
	found.Sort()
	if err := s.print(c, read{found: found}, diag.Summarize(found, both.tally(), "nothing compared")); err != nil {
		return err
	}
	return &exit{code: ExitUsage}
}

// onlyIn returns the warnings and errors of found that others lacks. Findings of one fingerprint
// (code, object and field) are paired, those with the same message first, so that lines that move
// and values that change are no difference, while a second finding at the same place is.
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

func (s *streams) showDiff(c *cli.Context, d *report.Diff) error {
	switch c.String("output") {
	case "json":
		return s.encode(d.JSON(), "json")
	case "markdown":
		return d.Markdown(s.out)
	case "html":
		return d.HTML(s.out)
	}
	return d.Text(s.out, coloured(s.out, c.String("color")))
}

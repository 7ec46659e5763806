package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/pool"
	"github.com/urfave/cli/v2"
)

func compileCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "compile", Usage: "write what proxies will really run",
		UsageText: "connpolicy compile [FLAGS] FILE ...\n\n   connpolicy compile -f examples/bookinfo\n   connpolicy compile --target envoy examples/gloo-edge\n   kubectl get connectionpolicies,virtualdestinations -A -o yaml | connpolicy compile -f -",
		Flags: slices.Concat(inputFlags(), []cli.Flag{
			targetFlag(emit.Targets[0].Name, "write for TARGET"),
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write `yaml|json|name|wide`, the last two as lists; json for envoy and yaml else when left out"},
			&cli.StringFlag{Name: "output-dir", Usage: "write one file per object to `DIR`, instead of standard output"},
			&cli.BoolFlag{Name: "check", Usage: "write nothing; exit 1 and print a diff when --output-dir is stale"},
			&cli.BoolFlag{Name: "fail-on-change", Usage: "exit 1 when something in --output-dir had to be written or deleted: for a hook"},
			&cli.StringFlag{Name: "defaults", Value: "omit", Usage: "`omit|explicit`: leave defaults out, or write those the target can hold"},
		}, bindFlags(), wayFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       func(c *cli.Context) error { return s.compile(c) },
	}
}

// target is what --target names, and the format that its objects are written in.
type target struct {
	*emit.Target
	format string
}

func targetFlag(value, usage string) cli.Flag {
	return &cli.StringFlag{Name: "target", Aliases: []string{"t"}, Value: value, Usage: strings.Replace(usage, "TARGET", "`"+strings.Join(emit.TargetNames(), "|")+"`", 1)}
}

// targetOf returns the target that --target names.
func targetOf(c *cli.Context) (target, error) {
	t, err := targetAmong(c, "target", emit.TargetNames())
	if err != nil {
		return target{}, err
	}
	return target{t, t.Encoding}, nil
}

// targetAmong returns the target that a flag names, one of names.
func targetAmong(c *cli.Context, flag string, names []string) (*emit.Target, error) {
	if err := oneOf(c, flag, names...); err != nil {
		return nil, err
	}
	return emit.LookupTarget(c.String(flag)), nil
}

func (s *streams) compile(c *cli.Context) error {
	t, err := s.compileFlags(c)
	if err != nil {
		return err
	}
	run, err := s.plan(c)
	if err != nil {
		return err
	}
	var objects []emit.Object
	if run.plan != nil {
		objects = run.emit(t.Target, emit.Options{Explicit: c.String("defaults") == "explicit", Preserve: c.Bool("preserve-behavior")})
	}
	if run.found.AtLeast(diag.Error) {
		return s.finish(c, run.read, "nothing written")
	}
	return s.deliver(c, t, run.read, objects)
}

func (s *streams) compileFlags(c *cli.Context) (target, error) {
	if err := checkFindingFlags(c); err != nil {
		return target{}, err
	}
	if err := oneOf(c, "defaults", "omit", "explicit"); err != nil {
		return target{}, err
	}
	t, err := targetOf(c)
	if err != nil {
		return t, err
	}
	if c.String("output") != "" {
		if err := oneOf(c, "output", "yaml", "json", "name", "wide"); err != nil {
			return t, err
		}
		t.format = c.String("output")
	}
	if c.IsSet("output-dir") && c.String("output-dir") == "" {
		return t, usage("write the name of a directory, or leave the flag out", "--output-dir is empty")
	}
	if c.String("output-dir") != "" && t.isList() {
		return t, usage("write -o yaml or json, or leave --output-dir out", "-o %s is a list, and --output-dir takes objects", t.format)
	}
	if c.Bool("check") && c.String("output-dir") == "" {
		return t, usage("write --check --output-dir DIR", "--check needs a directory to compare with")
	}
	if c.Bool("fail-on-change") && c.String("output-dir") == "" {
		return t, usage("write --fail-on-change --output-dir DIR", "--fail-on-change needs a directory that may change")
	}
	return t, nil
}

// isList reports a format that names the objects and does not hold them.
func (t target) isList() bool { return t.format == "name" || t.format == "wide" }

// encode returns the objects in the format, or their list.
func (t target) encode(objects []emit.Object) ([]byte, error) {
	var list string
	var err error
	switch t.format {
	case "name":
		list, err = emit.ListNames(objects)
	case "wide":
		list, err = emit.ListWide(objects)
	default:
		return emit.EncodeAll(objects, t.format)
	}
	return []byte(list), err
}

// emit returns the objects that a target has for the plan, and adds to the run what is found on the
// way and what the objects would replace in the input.
func (run *planned) emit(target *emit.Target, opts emit.Options) []emit.Object {
	objects, found := target.Write(run.plan, opts)
	run.found = slices.Concat(run.found, found, emit.Existing(objects, compile.Present(run.documents)))
	return objects
}

// deliver writes the objects to where they were asked for. A finding at or above --fail-on
// does not hold them back, unless it is an error or they would destroy something.
func (s *streams) deliver(c *cli.Context, t target, r read, objects []emit.Object) error {
	if dir := c.String("output-dir"); dir != "" {
		return s.deliverDir(c, t, r, objects, dir)
	}
	if s.heldBack(c, r) {
		return s.finish(c, r, "nothing written")
	}
	text, err := t.encode(objects)
	if err != nil {
		return s.notEncoded(err)
	}
	if err := toStdout(s.out.Write(text)); err != nil {
		return err
	}
	return s.finish(c, r, t.Count(objects))
}

// notEncoded is the end of a run whose output cannot be encoded, which is a bug.
func (s *streams) notEncoded(err error) error {
	var p *pool.Panic
	if errors.As(err, &p) {
		s.bugs = append(s.bugs, p)
	}
	return &exit{ExitBug, "bug: the output cannot be encoded: " + err.Error(), ""}
}

func (s *streams) deliverDir(c *cli.Context, t target, r read, objects []emit.Object, name string) error {
	d, err := newDirectory(name, objects, t.format)
	if err != nil {
		return err
	}
	r.found = append(r.found, d.existing(objects, r.documents, c.String("namespace"))...)
	return s.deliverFiles(c, d, r, t.Count(objects), "")
}

// heldBack reports findings at or above --fail-on that hold back what is to be written.
func (s *streams) heldBack(c *cli.Context, r read) bool {
	return slices.ContainsFunc(s.shown(c, r).found, func(d diag.Diagnostic) bool {
		return d.HoldsBack && d.Severity >= threshold(c)
	})
}

// deliverFiles writes a directory, or with --check prints what would change in it. The summary ends
// with more.
func (s *streams) deliverFiles(c *cli.Context, d *directory, r read, what, more string) error {
	if c.Bool("check") {
		diff := d.diff()
		if err := toStdout(fmt.Fprint(s.out, diag.VisibleLines(diff))); err != nil {
			return err
		}
		if diff == "" {
			return s.finish(c, r, d.path+" is current"+more)
		}
		err := s.finish(c, r, d.path+" is stale: run the same command without --check"+more)
		if err == nil {
			err = &exit{code: ExitFindings}
		}
		return err
	}
	gone := d.gone()
	if t := r.tally(); t.Documents == 0 && len(gone) > 0 {
		return usage("name the manifests; to be rid of what earlier runs wrote, delete the files of "+d.path,
			"nothing of a kind that connpolicy reads was given (%s), and %s of %s would be deleted", t.String(), diag.Plural(len(gone), "file"), d.path)
	}
	if s.heldBack(c, r) || len(gone) > 0 && s.shown(c, r).found.AtLeast(threshold(c)) {
		return s.finish(c, r, "nothing written")
	}
	written, deleted, err := d.write()
	if err != nil {
		return err
	}
	result := fmt.Sprintf("%s in %s, %d written", what, d.path, written)
	if deleted > 0 {
		result += fmt.Sprintf(", %d deleted", deleted)
	}
	if err := s.finish(c, r, result+more); err != nil || !c.Bool("fail-on-change") || written+deleted == 0 {
		return err
	}
	return &exit{code: ExitFindings}
}

package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/pool"
	"github.com/urfave/cli/v2"
)

func compileCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "compile", Usage: "compile manifests to the objects of a target",
		UsageText: "connpolicy compile [FLAGS] FILE ...\n\n   connpolicy compile -f examples/bookinfo\n   connpolicy compile --target envoy examples/gloo-edge\n   kubectl get connectionpolicies,virtualdestinations -A -o yaml | connpolicy compile -f -",
		Flags: slices.Concat(inputFlags(), []cli.Flag{
			targetFlag(emit.Targets[0].Name, "write for TARGET"),
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write `yaml|json|name|wide`, the last two as lists; json for envoy and yaml else when left out"},
			&cli.StringFlag{Name: "output-dir", Usage: "write one file per object to `DIR`, instead of standard output"},
			&cli.BoolFlag{Name: "check", Usage: "write nothing; exit 1 and print a diff when --output-dir is stale"},
			&cli.BoolFlag{Name: "fail-on-change", Usage: "exit 1 when something in --output-dir had to be written or deleted: for a hook"},
			&cli.StringFlag{Name: "defaults", Value: "omit", Usage: "`omit|explicit`: leave defaults out, or write those the target can hold"},
		}, bindFlags(), configFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       action(s.compileOptions, s.compile),
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

// writeOptionsOf reads how settings are written.
func writeOptionsOf(c *cli.Context) dialect.Options {
	return dialect.Options{Explicit: c.String("defaults") == "explicit", Preserve: c.Bool("preserve-behavior")}
}

// outputOptions say where objects are written.
type outputOptions struct {
	dir          string // "" for standard output
	check        bool   // write nothing, compare
	failOnChange bool
}

// compileOptions are the options of compile.
type compileOptions struct {
	*options
	target target
	write  dialect.Options
	output outputOptions
}

func (s *streams) compileOptions(c *cli.Context) (*compileOptions, error) {
	shared, err := s.options(c, traits{})
	if err != nil {
		return nil, err
	}
	if err := oneOf(c, "defaults", "omit", "explicit"); err != nil {
		return nil, err
	}
	o := &compileOptions{options: shared, write: writeOptionsOf(c), output: outputOptions{c.String("output-dir"), c.Bool("check"), c.Bool("fail-on-change")}}
	if o.target, err = targetOf(c); err != nil {
		return nil, err
	}
	if c.String("output") != "" {
		if err := oneOf(c, "output", "yaml", "json", "name", "wide"); err != nil {
			return nil, err
		}
		o.target.format = c.String("output")
	}
	switch {
	case c.IsSet("output-dir") && o.output.dir == "":
		return nil, usage("write the name of a directory, or leave the flag out", "--output-dir is empty")
	case o.output.dir != "" && o.target.isList():
		return nil, usage("write -o yaml or json, or leave --output-dir out", "-o %s is a list, and --output-dir takes objects", o.target.format)
	case o.output.check && o.output.dir == "":
		return nil, usage("write --check --output-dir DIR", "--check needs a directory to compare with")
	case o.output.failOnChange && o.output.dir == "":
		return nil, usage("write --fail-on-change --output-dir DIR", "--fail-on-change needs a directory that may change")
	}
	return o, nil
}

func (s *streams) compile(o *compileOptions) error {
	r, err := s.resolveInput(o.options)
	if err != nil {
		return err
	}
	var objects []dialect.Object
	if r.Plan != nil {
		objects = r.write(o.target.Target, o.write)
	}
	if r.Found.AtLeast(diag.Error) {
		return s.finish(o.options, r, "nothing written")
	}
	return s.deliver(o, r, objects)
}

// isList reports a format that names the objects and does not hold them.
func (t target) isList() bool { return t.format == "name" || t.format == "wide" }

// encode returns the objects in the format, or their list.
func (t target) encode(objects []dialect.Object) ([]byte, error) {
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

// deliver writes the objects to where they were asked for. A finding at or above --fail-on
// does not hold them back, unless it is an error or they would destroy something.
func (s *streams) deliver(o *compileOptions, r run, objects []dialect.Object) error {
	if o.output.dir != "" {
		d, err := newDirectory(o.output.dir, objects, o.target.format)
		if err != nil {
			return err
		}
		r.Found = append(r.Found, pipeline.Existing(objects, d.others, r.Documents, o.pipeline.Namespace)...)
		return s.deliverFiles(o.options, o.output, d, r, o.target.Count(objects), "")
	}
	if o.heldBack(r) {
		return s.finish(o.options, r, "nothing written")
	}
	text, err := o.target.encode(objects)
	if err != nil {
		return s.notEncoded(err)
	}
	if err := toStdout(s.out.Write(text)); err != nil {
		return err
	}
	return s.finish(o.options, r, o.target.Count(objects))
}

// notEncoded is the end of a run whose output cannot be encoded, which is a bug.
func (s *streams) notEncoded(err error) error {
	var p *pool.Panic
	if errors.As(err, &p) {
		s.bugs = append(s.bugs, p)
	}
	return &exit{ExitBug, "bug: the output cannot be encoded: " + err.Error(), ""}
}

// heldBack reports findings at or above --fail-on that hold back what is to be written.
func (o *options) heldBack(r run) bool {
	return slices.ContainsFunc(o.shown(r).Found, func(d diag.Diagnostic) bool {
		return d.HoldsBack && d.Severity >= o.findings.failOn
	})
}

// deliverFiles writes a directory, or with --check prints what would change in it. The summary ends
// with more.
func (s *streams) deliverFiles(o *options, output outputOptions, d *directory, r run, what, more string) error {
	if output.check {
		diff := d.diff()
		if err := toStdout(fmt.Fprint(s.out, diag.VisibleLines(diff))); err != nil {
			return err
		}
		if diff == "" {
			return s.finish(o, r, d.path+" is current"+more)
		}
		err := s.finish(o, r, d.path+" is stale: run the same command without --check"+more)
		if err == nil {
			err = &exit{code: ExitFindings}
		}
		return err
	}
	gone := d.gone()
	if t := r.Tally(); t.Documents == 0 && len(gone) > 0 {
		return usage("name the manifests; to remove what earlier runs wrote, delete the files of "+d.path,
			"nothing of a kind that connpolicy reads was given (%s), and %s of %s would be deleted", t.String(), diag.Plural(len(gone), "file"), d.path)
	}
	if o.heldBack(r) || len(gone) > 0 && o.shown(r).Found.AtLeast(o.findings.failOn) {
		return s.finish(o, r, "nothing written")
	}
	written, deleted, err := d.write()
	if err != nil {
		return err
	}
	result := fmt.Sprintf("%s in %s, %d written", what, d.path, written)
	if deleted > 0 {
		result += fmt.Sprintf(", %d deleted", deleted)
	}
	if err := s.finish(o, r, result+more); err != nil || !output.failOnChange || written+deleted == 0 {
		return err
	}
	return &exit{code: ExitFindings}
}

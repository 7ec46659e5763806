package cli

import (
	"fmt"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/urfave/cli/v2"
)

func setFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "cluster", Usage: "`NAME` of the cluster of objects that do not name theirs, or NAME=DIR for those in a directory or file; may be repeated"},
		&cli.StringFlag{Name: "workspace", Usage: "`NAME` of the workspace, when the input has no Workspaces"},
	}
}

// allFlag is the flag that judges each Service without a policy by itself.
func allFlag() cli.Flag {
	return &cli.BoolFlag{Name: "all", Usage: "judge and show each Service that no policy selects, and not only their number"}
}

func validateCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "validate", Usage: "check manifests, one by one and as a set",
		UsageText: "connpolicy validate [FLAGS] FILE ...\n\n   connpolicy validate -R -f examples\n   connpolicy validate --documents-only examples/gloo-edge/upstream.yaml",
		Flags: slices.Concat(inputFlags(), []cli.Flag{
			&cli.BoolFlag{Name: "documents-only", Usage: "check each document by itself: for a hook that gets changed files only"},
			allFlag(), writeBaselineFlag(),
		}, fixFlags(), configFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       action(s.validateOptions, s.validate),
	}
}

// validateOptions are the options of validate.
type validateOptions struct {
	*options
	documentsOnly, fix, dryRun bool
}

func (s *streams) validateOptions(c *cli.Context) (*validateOptions, error) {
	shared, err := s.options(c, traits{validates: true})
	if err != nil {
		return nil, err
	}
	o := &validateOptions{shared, c.Bool("documents-only"), c.Bool("fix"), c.Bool("dry-run")}
	switch {
	case o.documentsOnly && c.IsSet("hop"):
		return nil, usage("leave one of the two out", "--hop judges all documents together, and --documents-only checks each by itself")
	case o.dryRun && !o.fix:
		return nil, usage("write --fix --dry-run", "--dry-run shows what --fix would change, and there is no --fix")
	case o.fix && !o.dryRun && slices.Contains(o.input.args, "-"):
		return nil, usage("write --fix --dry-run to see the changes, or name a file", "standard input cannot be fixed in place")
	}
	return o, nil
}

func (s *streams) validate(o *validateOptions) error {
	texts, r, err := s.judgeInput(o)
	if err != nil {
		return err
	}
	if o.fix {
		return s.fix(o, texts, r)
	}
	return s.finish(o.options, r, judgedSets(r.Sets))
}

// judgeInput reads what the flags name and judges it.
func (s *streams) judgeInput(o *validateOptions) (pipeline.Texts, run, error) {
	defer s.watch()()
	texts, err := s.texts(o.options)
	if err != nil {
		return texts, run{}, err
	}
	return texts, s.judge(o, texts), nil
}

// judge judges texts as the sets that they hold, or without the set.
func (s *streams) judge(o *validateOptions, texts pipeline.Texts) run {
	in := s.load(o.options, texts)
	if o.documentsOnly {
		return run{Result: pipeline.Result{Input: in}}
	}
	r := run{Result: pipeline.ResolveSets(in, &o.pipeline)}
	r.Found = append(r.Found, o.unmatched(&r)...)
	return r
}

// judgedSets names the sets that were judged, "" for one.
func judgedSets(sets []string) string {
	if len(sets) < 2 {
		return ""
	}
	return fmt.Sprintf("%d sets judged, each by itself: %s", len(sets), diag.FirstOf(sets, 4))
}

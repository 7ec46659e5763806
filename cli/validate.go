package cli

import (
	"fmt"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
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
			&cli.BoolFlag{Name: "documents-only", Usage: "check each document by itself: for a hook that is shown changed files only"},
			allFlag(), writeBaselineFlag(),
		}, fixFlags(), wayFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       func(c *cli.Context) error { return s.validate(c) },
	}
}

func (s *streams) validate(c *cli.Context) error {
	if err := checkFindingFlags(c); err != nil {
		return err
	}
	if c.Bool("documents-only") && c.IsSet("hop") {
		return usage("leave one of the two out", "--hop is about what the documents come to together, which --documents-only does not look at")
	}
	if c.Bool("fix") || c.Bool("dry-run") {
		return s.fix(c)
	}
	judge, err := s.judge(c)
	if err != nil {
		return err
	}
	_, r, err := s.judged(c, judge)
	if err != nil {
		return err
	}
	return s.finish(c, r, judgedSets(r.sets))
}

// judge gives what validate does to texts, by its flags: the line as far as the plan, or without
// the set.
func (s *streams) judge(c *cli.Context) (func([]*diag.Source) read, error) {
	if c.Bool("documents-only") {
		namespace := c.String("namespace")
		return func(sources []*diag.Source) read { return s.documents(sources, namespace) }, nil
	}
	set, err := s.settings(c)
	if err != nil {
		return nil, err
	}
	return func(sources []*diag.Source) read {
		run := s.judgeSets(sources, set)
		run.found = append(run.found, s.unmatched(c, run)...)
		return run.read
	}, nil
}

// judged reads what the flags name and judges it.
func (s *streams) judged(c *cli.Context, judge func([]*diag.Source) read) ([]*diag.Source, read, error) {
	defer s.watch()()
	sources, err := s.sources(c)
	if err != nil {
		return nil, read{}, err
	}
	return sources, judge(sources), nil
}

// judgedSets names the sets that were judged, "" for one.
func judgedSets(sets []string) string {
	if len(sets) < 2 {
		return ""
	}
	return fmt.Sprintf("%d sets judged, each by itself: %s", len(sets), diag.FirstOf(sets, 4))
}

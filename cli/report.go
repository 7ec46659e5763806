package cli

import (
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/report"
	"github.com/urfave/cli/v2"
)

func reportCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "report", Usage: "write a page to look at, or to send: one HTML file that needs nothing else",
		UsageText: "connpolicy report [FLAGS] FILE ...\n\n   connpolicy report examples/bookinfo > report.html\n   connpolicy report --hop aws-nlb --target envoy examples/gloo-edge > report.html",
		Flags: slices.Concat(inputFlags(), []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "html", Usage: "write `html`"},
			targetFlag(emit.Targets[0].Name, "show what is written for TARGET"),
			allFlag(),
		}, placeFlags(), wayFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       func(c *cli.Context) error { return s.reportPage(c) },
	}
}

func (s *streams) reportPage(c *cli.Context) error {
	if err := checkFindingFlags(c); err != nil {
		return err
	}
	if err := oneOf(c, "output", "html"); err != nil {
		return err
	}
	if _, err := targetOf(c); err != nil {
		return err
	}
	run, err := s.plan(c)
	if err != nil {
		return err
	}
	var places []report.Place
	if run.plan != nil {
		if places, err = chosenPlaces(c, run); err != nil {
			return err
		}
	}
	page, shown, err := s.newPage(c, run, places)
	if err != nil {
		return err
	}
	if err := toStdout(0, report.HTML(s.out, &page)); err != nil {
		return err
	}
	return s.finish(c, shown, diag.Plural(len(places), "connection"))
}

// page writes a page about places, and about what is emitted for them.
func (s *streams) page(c *cli.Context, run planned, places []report.Place) error {
	page, _, err := s.newPage(c, run, places)
	if err != nil {
		return err
	}
	return report.HTML(s.out, &page)
}

// newPage gathers what a page tells, and gives what was read with the findings that it shows. After
// an error it is about the findings alone.
func (s *streams) newPage(c *cli.Context, run planned, places []report.Place) (report.Page, read, error) {
	r := run.read
	t := &emit.Targets[0] // resolve has no --target
	if c.String("target") != "" {
		t = emit.LookupTarget(c.String("target"))
	}
	p := report.Page{
		Places: places, Resolved: run.plan != nil, Version: versionText(),
		Input: s.named(c), Target: t.Name,
	}
	if run.plan != nil {
		objects, found, err := emitted(t, run.plan.Narrow(func(p *compile.Connection) bool { return chosen(c, p) }))
		if err != nil {
			return p, r, err
		}
		p.Objects, r.found = objects, slices.Concat(r.found, found)
	}
	r = s.shown(c, r)
	r.found.Sort()
	p.Findings, p.Summary = r.found, diag.Summarize(r.found, r.tally(), "")
	p.Summary.NotShown = r.notShown
	return p, r, nil
}

// emitted is the plan in the target's words, object by object, and what was lost on the way. A
// plan that the target cannot hold gives no objects.
func emitted(t *emit.Target, plan *compile.Plan) ([]report.Emitted, diag.List, error) {
	objects, found := t.Write(plan, emit.Options{})
	if found.AtLeast(diag.Error) {
		return nil, found, nil
	}
	var out []report.Emitted
	for _, o := range objects {
		text, err := emit.Encode(o, t.Encoding)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, report.Emitted{Name: o.File, Text: strings.TrimSuffix(string(text), "\n")})
	}
	return out, found, nil
}

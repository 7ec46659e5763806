package cli

import (
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/report"
	"github.com/urfave/cli/v2"
)

func reportCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "report", Usage: "write a report as one self-contained HTML file",
		UsageText: "connpolicy report [FLAGS] FILE ...\n\n   connpolicy report examples/bookinfo > report.html\n   connpolicy report --hop aws-nlb --target envoy examples/gloo-edge > report.html",
		Flags: slices.Concat(inputFlags(), []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "html", Usage: "write `html`"},
			targetFlag(emit.Targets[0].Name, "show what is written for TARGET"),
			allFlag(),
		}, placeFlags(), configFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       action(s.reportOptions, s.reportPage),
	}
}

// reportOptions are the options of report.
type reportOptions struct {
	*options
	target target
	places placeOptions
}

func (s *streams) reportOptions(c *cli.Context) (*reportOptions, error) {
	shared, err := s.options(c, traits{})
	if err != nil {
		return nil, err
	}
	if err := oneOf(c, "output", "html"); err != nil {
		return nil, err
	}
	o := &reportOptions{options: shared}
	if o.target, err = targetOf(c); err != nil {
		return nil, err
	}
	o.places, err = placeOptionsOf(c)
	return o, err
}

func (s *streams) reportPage(o *reportOptions) error {
	r, err := s.resolveInput(o.options)
	if err != nil {
		return err
	}
	var places []report.Place
	if r.Plan != nil {
		places = o.places.of(r.Plan, o.pipeline.Hops)
	}
	page, shown, err := newPage(o.options, o.target.Target, &o.places, r, places)
	if err != nil {
		return err
	}
	if err := toStdout(0, report.HTML(s.out, &page)); err != nil {
		return err
	}
	return s.finish(o.options, shown, diag.Plural(len(places), "connection"))
}

// newPage returns a page about places and about what is written for them in a target, and the run with the
// findings that the page shows. After an error it is about the findings alone.
func newPage(o *options, t *emit.Target, chosen *placeOptions, r run, places []report.Place) (report.Page, run, error) {
	p := report.Page{
		Places: places, Resolved: r.Plan != nil, Version: versionText(),
		Input: o.input.names, Target: t.Name,
	}
	if r.Plan != nil {
		objects, found, err := emitted(t, r.Plan.Narrow(chosen.matches))
		if err != nil {
			return p, r, err
		}
		p.Objects, r.Found = objects, slices.Concat(r.Found, found)
	}
	r = o.shown(r)
	r.Found.Sort()
	p.Findings, p.Summary = r.Found, diag.Summarize(r.Found, r.Tally(), "")
	p.Summary.NotShown = r.notShown
	return p, r, nil
}

// emitted is the plan in the target's words, object by object, and what was lost on the way. A
// plan that the target cannot hold gives no objects.
func emitted(t *emit.Target, p *plan.Plan) ([]report.Emitted, diag.List, error) {
	objects, found := t.Write(p, dialect.Options{})
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

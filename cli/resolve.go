package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/report"
	"github.com/urfave/cli/v2"
)

func resolveCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "resolve", Usage: "show each connection's effective settings, and where they come from",
		UsageText: "connpolicy resolve [FLAGS] FILE ...\n\n   connpolicy resolve examples/bookinfo\n   connpolicy resolve --host ratings.global --hop aws-nlb -o timeline examples/bookinfo\n   connpolicy resolve --from-policy bookinfo/tcp-keepalive -o json examples/bookinfo",
		Flags: slices.Concat(inputFlags(), []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "table", Usage: "print a `table|wide|json|yaml|mermaid|dot|timeline|html`"},
			allFlag(),
		}, placeFlags(), configFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       action(s.resolveOptions, s.resolve),
	}
}

// placeFlags choose among the connections; each takes a name or a pattern with *.
func placeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "host", Usage: "show connections to `HOST` only, or a listener by its address"},
		&cli.StringFlag{Name: "name", Usage: "show the destination, Upstream or gateway of this `NAME` only"},
		&cli.StringFlag{Name: "in-namespace", Usage: "show only what is in `NAMESPACE`"},
		&cli.StringFlag{Name: "from-policy", Usage: "show what `NAMESPACE/NAME` decides, or would have decided, only"},
	}
}

// placeOptions choose among the connections: "" is all.
type placeOptions struct {
	host, name, namespace, policy string
	all                           bool // those of Services that no policy selects, each by itself
}

func placeOptionsOf(c *cli.Context) (placeOptions, error) {
	for _, flag := range placeFlags() {
		name := flag.Names()[0]
		if _, err := path.Match(c.String(name), ""); err != nil {
			return placeOptions{}, usage("write a name, or * for any text in it", "--%s cannot be %q", name, c.String(name))
		}
	}
	return placeOptions{c.String("host"), c.String("name"), c.String("in-namespace"), c.String("from-policy"), c.Bool("all")}, nil
}

// resolveOptions are the options of resolve.
type resolveOptions struct {
	*options
	output string
	places placeOptions
}

func (s *streams) resolveOptions(c *cli.Context) (*resolveOptions, error) {
	shared, err := s.options(c, traits{})
	if err != nil {
		return nil, err
	}
	if err := oneOf(c, "output", "table", "wide", "json", "yaml", "mermaid", "dot", "timeline", "html"); err != nil {
		return nil, err
	}
	places, err := placeOptionsOf(c)
	return &resolveOptions{shared, c.String("output"), places}, err
}

func (s *streams) resolve(o *resolveOptions) error {
	r, err := s.resolveInput(o.options)
	if err != nil {
		return err
	}
	if r.Plan == nil {
		return s.finish(o.options, r, "nothing resolved")
	}
	places := o.places.of(r.Plan, o.pipeline.Hops)
	if err := s.show(o, r, places); err != nil {
		return err
	}
	return s.finish(o.options, r, diag.Plural(len(places), "connection"))
}

// of returns the connections of a plan that are chosen, with their hops.
func (o *placeOptions) of(p *plan.Plan, hops []judge.Placement) []report.Place {
	connections := p.Connections()
	if len(hops) > 0 || o.all {
		connections = append(connections, p.Undecided.Connections()...)
	}
	var places []report.Place
	for _, connection := range connections {
		if o.matches(&connection) {
			places = append(places, report.Place{Connection: connection, Hops: judge.HopsOn(hops, &connection)})
		}
	}
	return places
}

func (o *placeOptions) matches(p *plan.Connection) bool {
	matches := func(pattern string, values ...string) bool {
		return pattern == "" || slices.ContainsFunc(values, func(v string) bool {
			ok, _ := path.Match(pattern, v) // the pattern was tried already
			return ok
		})
	}
	var deciders []string
	if !p.Undecided {
		deciders = []string{p.By.Identity().Name, p.By.Ref()}
	}
	for _, s := range p.Overridden {
		deciders = append(deciders, s.By.Identity().Name, s.By.Ref())
	}
	return matches(o.host, p.Host) && matches(o.name, p.Object.Name) && matches(o.namespace, p.Object.Namespace) && matches(o.policy, deciders...)
}

// show writes places to standard output.
func (s *streams) show(o *resolveOptions, r run, places []report.Place) error {
	var err error
	switch o.output {
	case "table", "wide":
		err = report.Table(s.out, places, o.output == "wide")
	case "mermaid":
		err = report.Mermaid(s.out, places)
	case "dot":
		err = report.DOT(s.out, places)
	case "timeline":
		err = report.Timeline(s.out, places)
	case "html":
		var page report.Page
		if page, _, err = newPage(o.options, &emit.Targets[0], &o.places, r, places); err == nil {
			err = report.HTML(s.out, &page)
		}
	default:
		err = s.encode(report.Resolve(places), o.output)
	}
	return toStdout(0, err)
}

// encode writes a value as JSON or YAML.
func (s *streams) encode(v any, format string) error {
	if format == "json" {
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			return err
		}
		_, err := s.out.Write(diag.EscapeJSON(text.Bytes()))
		return err
	}
	text, err := emit.Encode(dialect.Object{Value: v}, format)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err = s.out.Write(text)
	return err
}

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/judge"
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
		}, placeFlags(), wayFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       func(c *cli.Context) error { return s.resolve(c) },
	}
}

// placeFlags choose among the connections; each takes a name or a pattern with *.
func placeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "host", Usage: "show connections to `HOST` only, or a listener by its address"},
		&cli.StringFlag{Name: "name", Usage: "show the destination, Upstream or gateway of this `NAME` only"},
		&cli.StringFlag{Name: "in-namespace", Usage: "show what lies in `NAMESPACE` only"},
		&cli.StringFlag{Name: "from-policy", Usage: "show what `NAMESPACE/NAME` decides, or would have decided, only"},
	}
}

func (s *streams) resolve(c *cli.Context) error {
	if err := checkFindingFlags(c); err != nil {
		return err
	}
	if err := oneOf(c, "output", "table", "wide", "json", "yaml", "mermaid", "dot", "timeline", "html"); err != nil {
		return err
	}
	run, err := s.plan(c)
	if err != nil {
		return err
	}
	if run.plan == nil {
		return s.finish(c, run.read, "nothing resolved")
	}
	places, err := chosenPlaces(c, run)
	if err != nil {
		return err
	}
	if err := s.show(c, run, places); err != nil {
		return err
	}
	return s.finish(c, run.read, diag.Plural(len(places), "connection"))
}

// chosenPlaces are the connections that the flags choose, with their hops.
func chosenPlaces(c *cli.Context, run planned) ([]report.Place, error) {
	for _, flag := range placeFlags() {
		name := flag.Names()[0]
		if _, err := path.Match(c.String(name), ""); err != nil {
			return nil, usage("write a name, or * for any text in it", "--%s cannot be %q", name, c.String(name))
		}
	}
	var places []report.Place
	connections := run.plan.Connections()
	if len(run.ways) > 0 || c.Bool("all") {
		connections = append(connections, run.plan.Undecided.Connections()...)
	}
	for _, connection := range connections {
		if chosen(c, &connection) {
			places = append(places, report.Place{Connection: connection, Hops: judge.HopsOn(run.ways, &connection)})
		}
	}
	return places, nil
}

func chosen(c *cli.Context, p *compile.Connection) bool {
	matches := func(flag string, values ...string) bool {
		pattern := c.String(flag)
		return pattern == "" || slices.ContainsFunc(values, func(v string) bool {
			ok, _ := path.Match(pattern, v) // the pattern was tried already
			return ok
		})
	}
	var deciders []string
	if !p.Undecided {
		deciders = []string{p.By.Name, p.By.Ref()}
	}
	for _, s := range p.Shadowed {
		deciders = append(deciders, s.By.Name, s.By.Ref())
	}
	return matches("host", p.Host) && matches("name", p.Object.Name) && matches("in-namespace", p.Object.Namespace) && matches("from-policy", deciders...)
}

// show writes places to standard output.
func (s *streams) show(c *cli.Context, run planned, places []report.Place) error {
	var err error
	switch c.String("output") {
	case "table", "wide":
		err = report.Table(s.out, places, c.String("output") == "wide")
	case "mermaid":
		err = report.Mermaid(s.out, places)
	case "dot":
		err = report.DOT(s.out, places)
	case "timeline":
		err = report.Timeline(s.out, places)
	case "html":
		err = s.page(c, run, places)
	default:
		err = s.encode(report.Resolve(places), c.String("output"))
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
	text, err := emit.Encode(emit.Object{Value: v}, format)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err = s.out.Write(text)
	return err
}

package cli

import (
	"fmt"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/codes"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

func explainCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "explain", Usage: "explain a finding by its code, a hop, or a field of a kind",
		UsageText:    "connpolicy explain CODE\n\n   connpolicy explain keepalive-rounded\n   connpolicy explain aws-nlb\n   connpolicy explain ConnectionPolicy.spec.config\n   connpolicy explain --list",
		Flags:        []cli.Flag{&cli.BoolFlag{Name: "list", Usage: "list every code with its meaning"}},
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action: func(c *cli.Context) error {
			if c.Bool("list") {
				return s.listCodes()
			}
			if c.NArg() != 1 {
				return usage("connpolicy explain keepalive-rounded, or connpolicy explain --list", "explain takes one code")
			}
			return s.explain(strings.Trim(c.Args().First(), "[]"))
		},
	}
}

func (s *streams) listCodes() error {
	width := 0
	for _, code := range diag.Codes {
		width = max(width, len(code.Name))
	}
	var list strings.Builder
	for _, code := range diag.Codes {
		fmt.Fprintf(&list, "%-*s  %-7s  %s\n", width, code.Name, code.Severity, codes.PageOf(code).Summary)
	}
	return toStdout(fmt.Fprint(s.out, list.String()))
}

func (s *streams) explain(name string) error {
	code := diag.Lookup(name)
	if h, known := hop.Find(name); known {
		return toStdout(fmt.Fprint(s.out, s.typed(h.Page())))
	}
	if code != nil {
		return toStdout(fmt.Fprint(s.out, s.typed(codes.Text(code))))
	}
	if known, err := s.explainField(name); known {
		return err
	}
	return noPage(name)
}

// mostFields is how many fields of one name a help lists.
const mostFields = 3

// noPage refuses a name that nothing has, and names what is near.
func noPage(name string) error {
	hint := "connpolicy explain --list shows all codes, connpolicy hops all hops, connpolicy schema all kinds"
	switch fields := fieldsNamed(name); {
	case len(fields) > mostFields:
		hint = "connpolicy explain " + strings.Join(fields[:mostFields], ", or ") + fmt.Sprintf(", or %d others of that name", len(fields)-mostFields)
	case len(fields) > 0:
		hint = "connpolicy explain " + strings.Join(fields, ", or ")
	default:
		var names []string
		for _, c := range diag.Codes {
			names = append(names, c.Name)
		}
		for _, h := range hop.All() {
			names = append(names, h.ID)
		}
		for _, k := range schema.Published() {
			names = append(names, k.Name)
		}
		if near := diag.Nearest(name, names); near != "" {
			hint = "did you mean " + near + "? " + hint
		}
	}
	return usage(hint, "there is no code, hop or kind %q", name)
}

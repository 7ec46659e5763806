package cli

import (
	"fmt"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/urfave/cli/v2"
)

func explainCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "explain", Usage: "explain a finding by its code, or a hop",
		UsageText:    "connpolicy explain CODE\n\n   connpolicy explain keepalive-rounded\n   connpolicy explain aws-nlb\n   connpolicy explain --list",
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
		fmt.Fprintf(&list, "%-*s  %-7s  %s\n", width, code.Name, code.Severity, code.Summary)
	}
	return toStdout(fmt.Fprint(s.out, list.String()))
}

func (s *streams) explain(name string) error {
	code := diag.Lookup(name)
	if h, known := hop.Lookup(name); known {
		return toStdout(fmt.Fprint(s.out, s.typed(h.Page())))
	}
	if code == nil {
		var names []string
		for _, c := range diag.Codes {
			names = append(names, c.Name)
		}
		for _, h := range hop.All() {
			names = append(names, h.ID)
		}
		hint := "connpolicy explain --list shows all codes"
		if near := diag.Nearest(name, names); near != "" {
			hint = "did you mean " + near + "? " + hint
		}
		return usage(hint, "there is no code %q", name)
	}
	return toStdout(fmt.Fprint(s.out, s.typed(code.Page())))
}

package cli

import (
	"fmt"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

func schemaCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "schema", Usage: "print the JSON Schemas of the kinds that are read",
		UsageText: "connpolicy schema [KIND] [--dir DIR]\n\n   connpolicy schema ConnectionPolicy\n   connpolicy schema --dir schemas",
		Description: "Without flags, a KIND's schema goes to standard output; without a KIND, the kinds are listed\n" +
			"with the files that --dir writes. Editors and kubeconform look schemas up by that layout.\n" +
			schema.AllFile + ", beside them, picks the schema by a document's apiVersion and kind.\n" +
			"The same files are published at\n" + schema.Home,
		Flags:        []cli.Flag{&cli.StringFlag{Name: "dir", Usage: "write them to `DIR`, as <group>/<kind>_<version>.json, and " + schema.AllFile}},
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action: func(c *cli.Context) error {
			kinds, err := chosenKinds(c)
			if err != nil {
				return err
			}
			switch dir := c.String("dir"); {
			case c.IsSet("dir") && dir == "":
				return usage("write --dir DIR, or leave it out to print", "--dir is empty")
			case dir != "":
				return s.writeSchemas(dir, schemaFiles(kinds, c.NArg() == 0), len(kinds))
			case c.NArg() == 0:
				return s.listSchemas(kinds)
			default:
				return toStdout(s.out.Write(kinds[0].Schema()))
			}
		},
	}
}

// chosenKinds are the kinds named by argument, or all that are published.
func chosenKinds(c *cli.Context) ([]*schema.Kind, error) {
	var names []string
	published := schema.Published()
	for _, k := range published {
		names = append(names, k.Name)
		if c.NArg() == 1 && strings.EqualFold(k.Name, c.Args().First()) {
			return []*schema.Kind{k}, nil
		}
	}
	switch {
	case c.NArg() == 0:
		return published, nil
	case c.NArg() > 1:
		return nil, usage("connpolicy schema ConnectionPolicy", "schema takes one kind")
	}
	hint := "kinds: " + strings.Join(names, ", ")
	if near := diag.Nearest(c.Args().First(), names); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return nil, usage(hint, "there is no schema for %q", c.Args().First())
}

func (s *streams) listSchemas(kinds []*schema.Kind) error {
	var list strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&list, "%-25s %s\n", k.Name, k.File())
	}
	return toStdout(fmt.Fprint(s.out, list.String()))
}

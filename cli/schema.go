package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

func schemaCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "schema", Usage: "print the JSON Schemas of the kinds that are read",
		UsageText:    "connpolicy schema [KIND] [--dir DIR]\n\n   connpolicy schema ConnectionPolicy\n   connpolicy schema --dir schemas",
		Flags:        []cli.Flag{&cli.StringFlag{Name: "dir", Usage: "write them to `DIR`, as <group>/<kind>_<version>.json"}},
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action: func(c *cli.Context) error {
			kinds, err := chosenKinds(c)
			if err != nil {
				return err
			}
			switch dir := c.String("dir"); {
			case dir != "":
				return s.writeSchemas(kinds, dir)
			case c.NArg() == 0:
				return s.listSchemas(kinds)
			default:
				_, err := s.out.Write(kinds[0].Schema())
				return err
			}
		},
	}
}

// chosenKinds are the kinds named by argument, or all that are published.
func chosenKinds(c *cli.Context) ([]*schema.Kind, error) {
	var names []string
	var published []*schema.Kind
	for _, k := range schema.Kinds {
		if k.Foreign {
			continue
		}
		names, published = append(names, k.Name), append(published, k)
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
	for _, k := range kinds {
		fmt.Fprintf(s.out, "%-25s %s\n", k.Name, k.File())
	}
	return nil
}

func (s *streams) writeSchemas(kinds []*schema.Kind, dir string) error {
	for _, k := range kinds {
		path := filepath.Join(dir, filepath.FromSlash(k.File()))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return cannotWrite(filepath.Dir(path), err)
		}
		if err := replaceFile(path, k.Schema()); err != nil {
			return cannotWrite(path, err)
		}
	}
	fmt.Fprintf(s.err, "%s in %s\n", diag.Plural(len(kinds), "schema"), dir)
	return nil
}

package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/validate"
	"github.com/urfave/cli/v2"
)

// configName is the configuration's file, looked for in the directory one is in and above it.
const configName = ".connpolicy.yaml"

// wayFlags say what stands on the way of connections.
func wayFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "hop", Usage: "judge connections by `HOP` on their way: aws-nlb, azure-lb=15m, clients:aws-alb; may be repeated, see connpolicy hops"},
		&cli.StringFlag{Name: "config", Usage: "read `FILE` instead of the nearest " + configName + "; none reads no configuration"},
	}
}

// ways are the hops of the flags and of the configuration. What is wrong with the configuration
// is printed as findings are, and ends the run.
func (s *streams) ways(c *cli.Context) ([]validate.Way, error) {
	var ways []validate.Way
	for _, text := range c.StringSlice("hop") {
		way, err := validate.ParseWay(text)
		var fault *hop.Error
		if errors.As(err, &fault) {
			return nil, usage(fault.Help, "--hop %s: %s", text, fault.Message)
		}
		ways = append(ways, way)
	}
	config, err := s.config(c)
	if config == nil || err != nil {
		return ways, err
	}
	return append(ways, validate.Ways(config)...), nil
}

// config is the configuration that holds here, or nil.
func (s *streams) config(c *cli.Context) (*schema.Config, error) {
	name := c.String("config")
	switch name {
	case "none":
		return nil, nil
	case "":
		if name = nearestConfig(); name == "" {
			return nil, nil
		}
	}
	in := &input{streams: s, seen: map[string]bool{}}
	if err := in.add(name); err != nil {
		return nil, err
	}
	r := readAll(in.sources, "")
	if r.found.AtLeast(diag.Error) {
		if err := s.finish(c, r, "nothing else read"); err != nil {
			return nil, &exit{code: ExitUsage}
		}
	}
	i := slices.IndexFunc(r.documents, func(d *schema.Document) bool { return d.Kind.Own })
	if i < 0 || len(r.documents) != 1 {
		return nil, usage(`start it with "apiVersion: connpolicy.dev/v1" and "kind: Config"; connpolicy schema Config describes the rest`, "%s is not one configuration of connpolicy", name)
	}
	return r.documents[i].Resource.(*schema.Config), nil
}

// nearestConfig is the configuration's path relative to here, or "".
func nearestConfig() string {
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, configName)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			if short, err := filepath.Rel(here, file); err == nil {
				return short
			}
			return file
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

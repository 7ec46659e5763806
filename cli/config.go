package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

// configName is the configuration's file, looked for in the directory one is in and above it.
const configName = ".connpolicy.yaml"

// wayFlags say what stands on the way of connections.
func wayFlags() []cli.Flag {
	return []cli.Flag{
		hopFlag(),
		&cli.StringFlag{Name: "config", Usage: "read `FILE` instead of the nearest " + configName + "; none reads no configuration"},
	}
}

func hopFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "hop", Usage: "judge connections by `HOP` on their way: aws-nlb, azure-lb=15m, clients:aws-alb; may be repeated, see connpolicy hops"}
}

// config is the configuration that holds for a run, and where it was found. Nil stands for none.
type config struct {
	*schema.Config
	document *schema.Document
	file     string // as seen from the current directory, "" for a functionConfig
	dir      string // that its paths start from
	read     read   // what is found in it, and what its comments suppress
}

// configured makes a command read the configuration before it begins, if it has a flag for one.
func (s *streams) configured(commands []*cli.Command) {
	for _, command := range commands {
		if hasFlag(command, "--config") {
			command.Before = s.configure
		}
	}
}

// configure reads the configuration and gives flags that were not given what it says. What is
// wrong with it is printed as findings are, and nothing else is read.
func (s *streams) configure(c *cli.Context) error {
	name, err := configFile(c)
	if err != nil {
		return err
	}
	if name != "" {
		if s.config, err = s.readConfig(c, name); err != nil {
			return err
		}
		if err := s.config.setFlags(c); err != nil {
			return err
		}
	}
	if !hasFlag(c.Command, "--baseline") {
		return nil
	}
	s.baseline, err = readBaseline(c)
	return err
}

// configFile is the file that --config names, or the nearest one, or "".
func configFile(c *cli.Context) (string, error) {
	switch name := c.String("config"); {
	case name == "none", writesConfig(c):
		return "", nil
	case c.IsSet("config") && name == "":
		return "", usage("write --config FILE, or --config none to read none", "--config is empty")
	case name != "":
		return name, nil
	}
	return nearestConfig()
}

func (s *streams) readConfig(c *cli.Context, name string) (*config, error) {
	s.configuring = true
	defer func() { s.configuring = false }()
	in := &input{streams: s, seen: map[string]bool{}, found: map[string]bool{}}
	switch info, err := os.Stat(name); {
	case name == "-" || isURL(name): // which add answers
	case os.IsNotExist(err):
		return nil, usage("check the name; it is looked for from the directory you are in", "there is no file %s", name)
	case err == nil && info.IsDir():
		return nil, usage("write --config "+filepath.ToSlash(filepath.Join(name, configName)), "%s is a directory", name)
	}
	if err := in.add(name); err != nil {
		return nil, err
	}
	r := s.readAll(in.sources, "")
	i := slices.IndexFunc(r.documents, func(d *schema.Document) bool { return d.Kind.Own })
	if i >= 0 && !r.found.AtLeast(diag.Error) && len(r.documents) == 1 {
		f := &config{Config: r.documents[i].Resource.(*schema.Config), document: r.documents[i], file: name, dir: filepath.Dir(name)}
		r.found = append(r.found, f.check(c)...)
		if !r.found.AtLeast(diag.Error) {
			f.read = r
			return f, nil
		}
	}
	if r.found.AtLeast(diag.Error) {
		if err := s.finish(c, r, "nothing else read"); err != nil {
			return nil, &exit{code: ExitUsage}
		}
	}
	return nil, usage(`start it with "apiVersion: connpolicy.dev/v1" and "kind: Config"; connpolicy init --config writes one to start from`, "%s is not one configuration of connpolicy", name)
}

// setFlags gives each flag that the command has and that was not given the configuration's value:
// a flag comes before the configuration, and that before the default.
func (f *config) setFlags(c *cli.Context) error {
	if c.Command.Name == "init" { // which reads no manifests: only the hops are of use to it
		return nil
	}
	for _, setting := range []struct{ flag, value string }{
		{"recursive", f.recursive()},
		{"target", f.Target},
		{"cluster", f.Cluster},
		{"workspace", f.Workspace},
		{"namespace", f.Namespace},
		{"fail-on", f.FailOn},
		{"baseline", f.baseline()},
		{"function", f.Function},
	} {
		if setting.value == "" || c.IsSet(setting.flag) || !hasFlag(c.Command, "--"+setting.flag) || !applies(c, setting.flag) {
			continue
		}
		if err := c.Set(setting.flag, setting.value); err != nil {
			return usage("see connpolicy schema Config", "--%s cannot be %q", setting.flag, setting.value)
		}
	}
	return nil
}

// applies says whether a flag means in a command what the configuration means by it. diff takes
// --target for the wish to compare what is written.
func applies(c *cli.Context, flag string) bool {
	return c.Command.Name != "diff" || flag != "target"
}

func (f *config) recursive() string {
	if !f.Recursive {
		return "" // as without it: migrate has no other way
	}
	return strconv.FormatBool(f.Recursive)
}

func (f *config) baseline() string {
	if f.Baseline == "" {
		return ""
	}
	return f.path(f.Baseline)
}

// path is a path of the configuration as seen from here.
func (f *config) path(name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(f.dir, name)
}

// ways are the hops of the flags and of the configuration.
func (s *streams) ways(c *cli.Context) ([]judge.Placement, error) {
	ways, err := flagWays(c)
	if err != nil {
		return nil, err
	}
	if s.config != nil {
		ways = append(ways, judge.Placements(s.config.Config)...)
	}
	return ways, nil
}

// flagWays are the hops of the flags.
func flagWays(c *cli.Context) ([]judge.Placement, error) {
	var ways []judge.Placement
	for _, text := range c.StringSlice("hop") {
		way, err := judge.ParsePlacement(text)
		var fault *hop.Error
		if errors.As(err, &fault) {
			return nil, usage(fault.Help, "--hop %s: %s", text, fault.Message)
		}
		ways = append(ways, way)
	}
	return ways, nil
}

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
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

// configName is the configuration's file, looked for in the directory one is in and above it.
const configName = ".connpolicy.yaml"

// configFlags are the hops of connections, and the file of the configuration.
func configFlags() []cli.Flag {
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
	file     string         // as seen from the current directory, "" for a functionConfig
	dir      string         // that its paths start from
	loaded   pipeline.Input // what is found in it, and what its comments suppress
}

// configuration reads the configuration of a command that has a flag for one, or nil. What is wrong with it is
// printed as findings are, and nothing else is read.
func (s *streams) configuration(c *cli.Context, t traits) (*config, error) {
	if !hasFlag(c.Command, "--config") {
		return nil, nil
	}
	name, err := configFile(c)
	if name == "" || err != nil {
		return nil, err
	}
	return s.readConfig(c, t, name)
}

// configFile is the file that --config names, or the nearest one, or "".
func configFile(c *cli.Context) (string, error) {
	switch name := c.String("config"); {
	case name == "none":
		return "", nil
	case c.IsSet("config") && name == "":
		return "", usage("write --config FILE, or --config none to read none", "--config is empty")
	case name != "":
		return name, nil
	}
	return nearestConfig()
}

func (s *streams) readConfig(c *cli.Context, t traits, name string) (*config, error) {
	in := &input{streams: s, seen: map[string]bool{}}
	switch info, err := os.Stat(name); {
	case name == "-" || isURL(name): // which add answers
	case os.IsNotExist(err):
		return nil, usage("check the name; it is relative to the working directory", "there is no file %s", name)
	case err == nil && info.IsDir():
		return nil, usage("write --config "+filepath.ToSlash(filepath.Join(name, configName)), "%s is a directory", name)
	}
	if err := in.add(name); err != nil {
		return nil, err
	}
	r := s.pipeline.Load(in.texts, &pipeline.Options{})
	s.bugs = append(s.bugs, r.Panics...)
	i := slices.IndexFunc(r.Documents, func(d *schema.Document) bool { return d.Kind.Own })
	if i >= 0 && !r.Found.AtLeast(diag.Error) && len(r.Documents) == 1 {
		f := &config{Config: r.Documents[i].Resource.(*schema.Config), document: r.Documents[i], file: name, dir: filepath.Dir(name)}
		r.Found = append(r.Found, f.check(configUseOf(c))...)
		if !r.Found.AtLeast(diag.Error) {
			f.loaded = r
			return f, nil
		}
	}
	if r.Found.AtLeast(diag.Error) {
		return nil, s.refuseConfig(c, t, r)
	}
	return nil, usage(`start it with "apiVersion: connpolicy.dev/v1" and "kind: Config"; connpolicy init --config writes one to start from`, "%s must be a single configuration of connpolicy", name)
}

// refuseConfig prints what is wrong with a configuration.
func (s *streams) refuseConfig(c *cli.Context, t traits, in pipeline.Input) error {
	findings, err := findingOptionsOf(c, t)
	if err != nil {
		return err
	}
	in.Found.Sort()
	r := run{Result: pipeline.Result{Input: in}}
	if err := s.print(&options{command: c.Command.Name, findings: findings}, r, diag.Summarize(r.Found, r.Tally(), "nothing else read")); err != nil {
		return err
	}
	return &exit{code: ExitUsage}
}

// setFlags gives each flag that the command has and that was not given the configuration's value.
func (f *config) setFlags(c *cli.Context, t traits) error {
	if f == nil {
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
		if setting.value == "" || c.IsSet(setting.flag) || !hasFlag(c.Command, "--"+setting.flag) || t.ownTarget && setting.flag == "target" {
			continue
		}
		if err := c.Set(setting.flag, setting.value); err != nil {
			return usage("see connpolicy schema Config", "--%s cannot be %q", setting.flag, setting.value)
		}
	}
	return nil
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

// placements are the hops of the flags and of the configuration.
func placements(c *cli.Context, config *config) ([]judge.Placement, error) {
	var hops []judge.Placement
	for _, text := range c.StringSlice("hop") {
		placement, err := judge.ParsePlacement(text)
		var fault *hop.Error
		if errors.As(err, &fault) {
			return nil, usage(fault.Help, "--hop %s: %s", text, fault.Message)
		}
		hops = append(hops, placement)
	}
	if config != nil {
		hops = append(hops, judge.Placements(config.Config)...)
	}
	return hops, nil
}

package cli

import (
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/urfave/cli/v2"
)

// options are what the flags of a command and its configuration say. streams.options fills them, and nothing
// behind it reads a flag.
type options struct {
	command  string  // its name, for advice
	config   *config // nil for none
	input    inputOptions
	findings findingOptions
	pipeline pipeline.Options
}

// traits are what sets a command apart from the others.
type traits struct {
	// validates reports a command whose findings are its result: in a format for programs they go to standard
	// output, and errors can be in the baseline.
	validates bool
	// revisions reports a command that reads revisions, whose directories need not be there now.
	revisions bool
	// ownTarget reports a command whose --target is not the configuration's.
	ownTarget bool
}

// options reads the configuration, and then the flags: a flag comes before the configuration, and that before
// the default.
func (s *streams) options(c *cli.Context, t traits) (*options, error) {
	config, err := s.configuration(c, t)
	if err != nil {
		return nil, err
	}
	return optionsWith(c, t, config)
}

// optionsWith is options with a configuration that is read already, nil for none.
func optionsWith(c *cli.Context, t traits, config *config) (*options, error) {
	o := &options{command: c.Command.Name, config: config}
	if err := config.setFlags(c, t); err != nil {
		return nil, err
	}
	var err error
	if o.findings, err = findingOptionsOf(c, t); err != nil {
		return nil, err
	}
	if o.pipeline, err = pipelineOptionsOf(c, t, config); err != nil {
		return nil, err
	}
	o.input, err = inputOptionsOf(c, o)
	return o, err
}

// pipelineOptionsOf reads what is done with the input.
func pipelineOptionsOf(c *cli.Context, t traits, config *config) (pipeline.Options, error) {
	o := pipeline.Options{Namespace: c.String("namespace")}
	var err error
	if o.Set, err = setOptions(c); err != nil {
		return o, err
	}
	if o.Hops, err = placements(c, config); err != nil {
		return o, err
	}
	dirs, all, err := clustersOf(c, t, config)
	if o.Set.Cluster = all; len(dirs) > 0 {
		o.ClusterOf = dirs.of
	}
	return o, err
}

// action returns what a command does: fill its options from its flags, and run with them.
func action[O any](options func(*cli.Context) (O, error), run func(O) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		o, err := options(c)
		if err != nil {
			return err
		}
		return run(o)
	}
}

package cli

import (
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/preset"
	"github.com/urfave/cli/v2"
)

func initCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "init", Usage: "write a manifest to start from, which survives the hops on the way",
		UsageText: "connpolicy init [FLAGS]\n\n   connpolicy init --hop aws-nlb\n   connpolicy init --kind Gateway --hop azure-lb=15m > gateway.yaml\n   connpolicy init --config --hop clients:aws-nlb > " + configName,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "kind", Value: preset.Kinds[0], Usage: "write a `" + strings.Join(preset.Kinds, "|") + "`"},
			&cli.StringFlag{Name: "name", Value: "keepalive", Usage: "`NAME` of the object"},
			&cli.StringFlag{Name: "namespace", Aliases: []string{"n"}, Value: "default", Usage: "`NAMESPACE` of the object"},
			hopFlag(),
			&cli.StringFlag{Name: "config", Usage: "write a " + configName + " with a comment on each key, instead of a manifest; with a `FILE`, take its hops instead of the nearest's, or with none"},
		},
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       func(c *cli.Context) error { return s.init(c) },
	}
}

func (s *streams) init(c *cli.Context) error {
	if c.Args().Present() {
		return usage("connpolicy init --kind Gateway --hop aws-nlb > gateway.yaml", "init takes no arguments, it writes to standard output")
	}
	if c.IsSet("config") && c.String("config") == "" { // --config without a file
		return s.initConfig(c)
	}
	config, err := s.configuration(c, traits{}) // for its hops
	if err != nil {
		return err
	}
	kind := ""
	for _, k := range preset.Kinds {
		if strings.EqualFold(k, c.String("kind")) {
			kind = k
		}
	}
	if kind == "" {
		return oneOf(c, "kind", preset.Kinds...)
	}
	placed, err := placements(c, config)
	if err != nil {
		return err
	}
	var hops []hop.Hop
	for _, p := range placed {
		if h := p.Hop; h.Class == hop.Flow && h.Idle > 0 && h.Longest(time.Second) == 0 {
			return usage("keepalive counts in whole seconds; raise the timeout of the hop to 3s or more", "no keepalive survives %s, which forgets a connection after %s", h.ID, diag.Seconds(h.Idle))
		}
		hops = append(hops, p.Hop)
	}
	text, err := preset.Write(kind, c.String("name"), c.String("namespace"), hops)
	if err != nil {
		return &exit{ExitBug, "bug: the manifest cannot be written: " + err.Error(), ""}
	}
	for _, d := range s.pipeline.Load(pipeline.Text("init", string(text)), &pipeline.Options{}).Found {
		return usage("write letters, digits and dashes, such as --name tcp-keepalive", "--name and --namespace: %s", d.Message)
	}
	return toStdout(s.out.Write(text))
}

// initConfig writes a configuration to start from, with the hops of --hop.
func (s *streams) initConfig(c *cli.Context) error {
	for _, flag := range []string{"kind", "name", "namespace"} {
		if c.IsSet(flag) {
			return usage("leave one of the two out", "--%s is about a manifest, and --config writes a configuration", flag)
		}
	}
	var hops []preset.ConfigHop
	placed, err := placements(c, nil)
	if err != nil {
		return err
	}
	for i, text := range c.StringSlice("hop") {
		h := preset.ConfigHop{Hop: placed[i].ID}
		side, _, sided := strings.Cut(text, ":")
		if sided {
			h.Side = side
		}
		_, h.Timeout, _ = strings.Cut(text, "=")
		hops = append(hops, h)
	}
	text, err := preset.Config(hops)
	if err != nil {
		return &exit{ExitBug, "bug: the configuration cannot be written: " + err.Error(), ""}
	}
	return toStdout(s.out.Write(text))
}

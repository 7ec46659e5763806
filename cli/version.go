package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

func versionCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "version", Usage: "print the version", UsageText: "connpolicy version",
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("connpolicy version", "version takes no arguments")
			}
			fmt.Fprintln(s.out, versionText())
			return nil
		},
	}
}

// versionText takes the version from the build itself, so that it is right for "go install",
// a release and a checkout alike.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "connpolicy (devel)"
	}
	return fmt.Sprintf("connpolicy %s (%s)", info.Main.Version, info.GoVersion)
}

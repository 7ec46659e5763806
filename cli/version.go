package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

func versionCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "version", Usage: "print the version",
		UsageText:    "connpolicy version [-o json]\n\n   connpolicy version\n   connpolicy version -o json",
		Flags:        []cli.Flag{&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "text", Usage: "print `text|json`"}},
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("connpolicy version", "version takes no arguments")
			}
			if err := oneOf(c, "output", "text", "json"); err != nil {
				return err
			}
			if c.String("output") == "json" {
				return s.writeJSON(buildOf(debug.ReadBuildInfo()))
			}
			return toStdout(fmt.Fprintln(s.out, versionText()))
		},
	}
}

// versionText takes the version from the build itself, so that it is right for "go install",
// a release and a checkout alike.
func versionText() string {
	b := buildOf(debug.ReadBuildInfo())
	return fmt.Sprintf("connpolicy %s (%s)", b.Version, b.Go)
}

// unversioned is what Go calls a build of a checkout whose version it does not have.
const unversioned = "(devel)"

// build is how the program was built. Go stamps a build in a checkout with its
// commit, and one of a module version with that version only.
type build struct {
	Version  string `json:"version"`          // vMAJOR.MINOR.PATCH, a pseudo-version, or (devel)
	Commit   string `json:"commit,omitempty"` // in hexadecimal digits, whole
	Time     string `json:"time,omitempty"`   // of the commit, RFC 3339 in UTC
	Dirty    bool   `json:"dirty"`            // the checkout differed from the commit
	Go       string `json:"go"`               // the version of Go, such as go1.26.8
	Platform string `json:"platform"`         // GOOS/GOARCH
}

func buildOf(info *debug.BuildInfo, known bool) build {
	b := build{Version: unversioned, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if !known {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.time":
			b.Time = setting.Value
		case "vcs.modified":
			b.Dirty = setting.Value == "true"
		}
	}
	return b
}

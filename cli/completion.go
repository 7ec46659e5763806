package cli

import (
	"embed"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/urfave/cli/v2"
)

// shells are those that "completion" has a script for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

// scripts are the shells' side of completion, each by the shell's name.
//
//go:embed completion
var scripts embed.FS

func completionCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "completion", Usage: "print a script that completes commands, flags and their values in a shell",
		UsageText: "connpolicy completion " + strings.Join(shells, "|") + "\n\n" +
			"bash, in ~/.bashrc:\n   source <(connpolicy completion bash)\n\n" +
			"zsh, in a folder of $fpath, or in ~/.zshrc after compinit:\n   source <(connpolicy completion zsh)\n\n" +
			"fish:\n   connpolicy completion fish > ~/.config/fish/completions/connpolicy.fish\n\n" +
			"PowerShell, in $PROFILE:\n   connpolicy completion powershell | Out-String | Invoke-Expression",
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action: func(c *cli.Context) error {
			form := "connpolicy completion " + strings.Join(shells, ", or ")
			if c.NArg() != 1 {
				return usage(form, "completion takes one shell")
			}
			shell := c.Args().First()
			if !slices.Contains(shells, shell) {
				hint := form
				if near := diag.Nearest(shell, shells); near != "" {
					hint = "did you mean " + near + "? " + hint
				}
				return usage(hint, "there is no completion for %q", shell)
			}
			text, err := scripts.ReadFile("completion/" + shell)
			if err != nil {
				return &exit{ExitBug, "bug: the script for " + shell + " is not built in", ""}
			}
			return toStdout(s.out.Write(text))
		},
	}
}

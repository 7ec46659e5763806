package cli

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/urfave/cli/v2"
)

// manPage is the page but for the commands, which the program has itself. It names no date and
// no version: the page of two builds of one source is the same, byte for byte.
//
//go:embed man.md
var manPage string

func manCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "man", Usage: "print the manual page",
		UsageText:    "connpolicy man\n\n   connpolicy man > connpolicy.1",
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("connpolicy man", "man takes no arguments")
			}
			// The page is a file, and its name is not the one that the program was called by.
			app := newApp(&streams{caller: caller{name: programName}})
			page := strings.Replace(manPage, "{{commands}}\n", manCommands(app), 1)
			return toStdout(s.out.Write(md2man.Render([]byte(page))))
		},
	}
}

// manCommands describes every command, with its examples and flags.
func manCommands(app *cli.App) string {
	var b strings.Builder
	for _, command := range app.VisibleCommands() {
		form, rest, _ := strings.Cut(command.UsageText, "\n\n")
		fmt.Fprintf(&b, "### %s\n\n`%s`\n\n%s\n\n", command.Name, form, escaped(command.Usage))
		if rest != "" {
			fmt.Fprintf(&b, "```\n%s\n```\n\n", outdented(rest))
		}
		for _, flag := range command.VisibleFlags() {
			b.WriteString(manFlag(flag))
		}
	}
	return b.String()
}

// manFlag is a flag as an item of a definition list; what it takes is in italics.
func manFlag(flag cli.Flag) string {
	usage := usageOf(flag)
	if usage == nil {
		return "" // of --help, which the page has once
	}
	value := ""
	if m := placeholder.FindStringSubmatch(*usage); m != nil {
		value = " *" + escaped(m[1]) + "*"
	}
	names := slices.Clone(flag.Names())
	for i, name := range names {
		names[i] = "**" + dashed(name) + "**"
	}
	about := escaped(strings.ReplaceAll(*usage, "`", ""))
	if f, ok := flag.(*cli.StringFlag); ok && f.Value != "" {
		about += " (" + f.Value + " when left out)"
	}
	return fmt.Sprintf("%s%s\n:   %s\n\n", strings.Join(names, ", "), value, about)
}

// escaped keeps Markdown from seeing anything in a text.
func escaped(text string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "]", `\]`, "|", `\|`).Replace(text)
}

// outdented takes off the blanks that every line of an example begins with in help.
func outdented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "   ")
	}
	return strings.Join(lines, "\n")
}

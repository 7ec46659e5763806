package cli

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// helpColumns is the width of the help of a command.
const helpColumns = 100

// setHelp gives every command its help: each flag on a line of its own, what it does below it.
func setHelp(app *cli.App) {
	for _, command := range app.Commands {
		command.CustomHelpTemplate = commandHelp(command)
	}
}

// commandHelp returns the template of a command's help. Its options are text already, since the
// library's own table of them is as wide as its longest row.
func commandHelp(command *cli.Command) string {
	head, _, _ := strings.Cut(cli.CommandHelpTemplate, "{{if .VisibleFlagCategories}}")
	head = strings.Replace(head, "{{if .Category}}", "{{if false}}", 1) // of use in the list of commands only
	var b strings.Builder
	b.WriteString("\n\nOPTIONS:\n")
	for _, flag := range command.Flags {
		b.WriteString(flagHelp(flag))
	}
	b.WriteString("   --help, -h\n      show help\n")
	return head + "{{print `" + strings.ReplaceAll(b.String(), "`", "'") + "`}}"
}

// flagHelp returns the names of a flag with what it takes, and below them what it does.
func flagHelp(flag cli.Flag) string {
	usage := usageOf(flag)
	if usage == nil {
		return ""
	}
	var names []string
	for _, name := range flag.Names() {
		names = append(names, dashed(name))
	}
	line := "   " + strings.Join(names, ", ")
	if m := placeholder.FindStringSubmatch(*usage); m != nil {
		line += " " + m[1]
	}
	about := strings.ReplaceAll(*usage, "`", "")
	if f, ok := flag.(*cli.StringFlag); ok && f.Value != "" {
		about += " (default: " + f.Value + ")"
	}
	return line + "\n" + wrapped(about, "      ", helpColumns)
}

// dashed returns the name of a flag as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// wrapped breaks a text into lines of at most so many bytes, each with an indentation. A word that
// is longer has a line of its own.
func wrapped(text, indent string, columns int) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		switch {
		case line == indent:
			line += word
		case len(line)+1+len(word) > columns:
			b.WriteString(line + "\n")
			line = indent + word
		default:
			line += " " + word
		}
	}
	return b.String() + line + "\n"
}

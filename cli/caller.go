package cli

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
	"github.com/urfave/cli/v2"
)

// programName is the program's own name: in documents, in files that it writes, and in what
// machines read it is called by no other.
const programName = "connpolicy"

// caller is how the program was called. kubectl runs kubectl-connpolicy for "kubectl connpolicy",
// and an installation by krew has it under no other name: what is printed for typing must
// begin with the words that they type.
// (https://krew.sigs.k8s.io/docs/developer-guide/develop/best-practices/)
type caller struct {
	name     string         // "connpolicy", or "kubectl connpolicy"
	commands *regexp.Regexp // finds a command line of ours in a sentence
}

// called reads the name that the program was called by.
func called(args []string) caller {
	if words, plugin := strings.CutPrefix(base(args), "kubectl-"); plugin && words != "" {
		// A dash parts words of a command, and an underscore stands for a dash in one
		// (https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/#naming-a-plugin).
		return caller{name: "kubectl " + strings.NewReplacer("-", " ", "_", "-").Replace(words)}
	}
	return caller{name: programName}
}

// base is the program's file name, which Windows ends in .exe. It may be empty: a program can be
// started without any.
func base(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return strings.TrimSuffix(filepath.Base(args[0]), ".exe")
}

// typed puts the name that the user typed into command lines of a sentence. Where connpolicy is
// what the sentence is about, it keeps its name.
func (c *caller) typed(sentence string) string {
	if c.name == programName || c.commands == nil {
		return sentence
	}
	return c.commands.ReplaceAllString(sentence, strings.ReplaceAll(c.name, "$", "$$")+"$1")
}

// findingsAsTyped returns findings whose help uses the name that the user typed: copies, as machines and written files
// get the same under every name. Help that pipes manifests into connpolicy names the command
// that gave the finding.
func (c *caller) findingsAsTyped(command string, found diag.List) diag.List {
	piped := text.Piped
	if slices.Contains([]string{"compile", "resolve", "report", "migrate"}, command) {
		piped = programName + " " + command + " -f -"
	}
	if c.name == programName && piped == text.Piped {
		return found
	}
	found = slices.Clone(found)
	for i := range found {
		found[i].Help = c.typed(strings.ReplaceAll(found[i].Help, text.Piped, piped))
	}
	return found
}

// rename gives an app and all help in it the name that the user typed.
func (c *caller) rename(app *cli.App) {
	words := []string{"COMMAND", "-h"}
	for _, command := range app.Commands {
		words = append(words, command.Name)
	}
	c.commands = regexp.MustCompile(`\b` + programName + `( (?:` + strings.Join(words, "|") + `)\b)`)
	app.HelpName, app.UsageText = c.name, c.typed(app.UsageText)
	for _, command := range app.Commands {
		command.Usage, command.UsageText = c.typed(command.Usage), c.typed(command.UsageText)
		for _, flag := range command.Flags {
			if usage := usageOf(flag); usage != nil {
				*usage = c.typed(*usage)
			}
		}
	}
}

// usageOf is where a flag keeps what it is for; nil for a type of flag that no command has.
func usageOf(flag cli.Flag) *string {
	switch f := flag.(type) {
	case *cli.StringFlag:
		return &f.Usage
	case *cli.StringSliceFlag:
		return &f.Usage
	case *cli.BoolFlag:
		return &f.Usage
	}
	return nil
}

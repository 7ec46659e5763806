package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/codes"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

// What can stand where the user types is found here, once for every shell. The scripts that
// "completion" prints call "connpolicy __complete WORD...", and kubectl calls
// "kubectl_complete-connpolicy WORD...": the last word is the one at the cursor, and may be empty.
// Both are answered in Cobra's form, which kubectl asks for: a line for each candidate, with its
// meaning behind a tab, then a line with a colon and a directive
// (https://github.com/spf13/cobra/blob/main/site/content/completions/_index.md).
const (
	completeCommand = "__complete"
	completeProgram = "kubectl_complete-"
)

// directive is what a shell does beside showing candidates. The numbers are Cobra's, and add up.
type directive int

const (
	withFiles       directive = 0  // names of files are candidates, too
	noSpace         directive = 2  // the word goes on behind a candidate
	noFiles         directive = 4  // there are no other candidates
	withDirectories directive = 16 // names of directories are candidates, too
)

// candidate is a word that can stand at the cursor, and what it means.
type candidate struct{ word, about string }

// completing reports a command line that asks for candidates.
func completing(args []string) bool {
	return strings.HasPrefix(base(args), completeProgram) || len(args) > 1 && args[1] == completeCommand
}

// complete prints the candidates for the last word of a command line.
func (s *streams) complete(app *cli.App, args []string) error {
	words := args[1:]
	if !strings.HasPrefix(base(args), completeProgram) {
		words = words[1:]
	}
	if len(words) == 0 {
		words = []string{""}
	}
	found, how := candidates(app, words)
	var b strings.Builder
	for _, c := range found {
		b.WriteString(c.word)
		if c.about != "" {
			b.WriteString("\t" + c.about)
		}
		b.WriteByte('\n')
	}
	return toStdout(fmt.Fprintf(s.out, "%s:%d\n", b.String(), how))
}

// candidates are what the last word can become.
func candidates(app *cli.App, words []string) ([]candidate, directive) {
	before, typed := words[:len(words)-1], words[len(words)-1]
	found, how := possible(app, before, typed)
	found = slices.DeleteFunc(found, func(c candidate) bool { return !strings.HasPrefix(c.word, typed) })
	if len(found) > 0 && !slices.ContainsFunc(found, func(c candidate) bool { return !strings.ContainsAny(c.word[len(c.word)-1:], "=:/") }) {
		how |= noSpace
	}
	return found, how
}

// possible are the words that can stand behind those before, whatever is typed of one.
func possible(app *cli.App, before []string, typed string) ([]candidate, directive) {
	switch {
	case len(before) == 0 && strings.HasPrefix(typed, "-"):
		return flagNames(app.VisibleFlags(), typed), noFiles
	case len(before) == 0, len(before) == 1 && before[0] == "help":
		return commandNames(app), noFiles
	}
	command := app.Command(before[0])
	if command == nil {
		return nil, noFiles
	}
	arguments, open, ended := parted(command, before[1:])
	name, value, assigned := strings.Cut(typed, "=")
	switch {
	case open != nil:
		return values(open, typed)
	case !ended && assigned && strings.HasPrefix(name, "-"):
		found, how := values(flagNamed(command, name), value)
		for i := range found {
			found[i].word = name + "=" + found[i].word
		}
		return found, how
	case !ended && strings.HasPrefix(typed, "-"):
		return flagNames(command.VisibleFlags(), typed), noFiles
	}
	if list, known := argumentWords[command.Name]; known {
		return list(arguments), noFiles
	}
	return nil, withFiles
}

// parted reads what follows a command: the arguments, the flag that the next word is the
// value of, or nil, and whether "--" has ended the flags.
func parted(command *cli.Command, words []string) (arguments []string, open cli.Flag, ended bool) {
	for _, word := range words {
		switch {
		case open != nil:
			open = nil
		case ended, len(word) < 2, word[0] != '-':
			arguments = append(arguments, word)
		case word == "--":
			ended = true
		case takesValue(command, strings.TrimLeft(word, "-")):
			open = flagNamed(command, word)
		}
	}
	return arguments, open, ended
}

func flagNamed(command *cli.Command, name string) cli.Flag {
	i := slices.IndexFunc(command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), strings.TrimLeft(name, "-")) })
	if i < 0 {
		return nil
	}
	return command.Flags[i]
}

func commandNames(app *cli.App) []candidate {
	var found []candidate
	for _, c := range app.VisibleCommands() {
		found = append(found, candidate{c.Name, c.Usage})
	}
	return found
}

// flagNames are flags by their long names, and by one letter when only a dash is typed.
func flagNames(flags []cli.Flag, typed string) []candidate {
	found := []candidate{{"--help", "show help"}}
	for _, f := range flags {
		for _, name := range f.Names() {
			switch {
			case name == "help":
			case len(name) > 1:
				found = append(found, candidate{"--" + name, aboutFlag(f)})
			case typed == "-":
				found = append(found, candidate{"-" + name, aboutFlag(f)})
			}
		}
	}
	return found
}

func aboutFlag(f cli.Flag) string {
	if usage := usageOf(f); usage != nil {
		return strings.ReplaceAll(*usage, "`", "")
	}
	return ""
}

var (
	placeholder = regexp.MustCompile("`([^`]*)`")
	wordList    = regexp.MustCompile(`^[A-Za-z-]*[a-z][A-Za-z-]*(\|[A-Za-z-]*[a-z][A-Za-z-]*)*$`)
)

// values are what a flag can be given. Most flags say so in their help: words as `text|json`, and
// a FILE or a directory by these names.
func values(flag cli.Flag, typed string) ([]candidate, directive) {
	if flag == nil || usageOf(flag) == nil {
		return nil, noFiles
	}
	form := ""
	if m := placeholder.FindStringSubmatch(*usageOf(flag)); m != nil {
		form = m[1]
	}
	how := noFiles
	switch form {
	case "FILE":
		how = withFiles
	case "DIR", "OUT":
		how = withDirectories
	}
	if list, known := flagWords[flag.Names()[0]]; known {
		return list(typed), how
	}
	if wordList.MatchString(form) {
		return named(strings.Split(form, "|")...), how
	}
	return nil, how
}

// flagWords are values of flags whose help does not list them.
var flagWords = map[string]func(typed string) []candidate{
	"attach": func(string) []candidate {
		var found []candidate
		for _, kind := range routeKinds {
			found = append(found, candidate{kind + "/", ""})
		}
		return found
	},
	"config": func(string) []candidate { return []candidate{{"none", "read no configuration"}} },
	"format": func(string) []candidate { return named(format.Names()...) },
	"hop":    sidedHops,
}

// argumentWords are what commands take that read no files, behind the arguments before.
var argumentWords = map[string]func(before []string) []candidate{
	"fn":         none,
	"completion": first(func() []candidate { return named(shells...) }),
	"explain": first(func() []candidate {
		var found []candidate
		for _, c := range diag.Codes {
			found = append(found, candidate{c.Name, codes.PageOf(c).Summary})
		}
		return append(found, hopIDs()...)
	}),
	"hops": func(before []string) []candidate {
		switch {
		case len(before) == 0:
			return []candidate{{"list", "list all hops"}, {"explain", "explain what to do about one"}}
		case len(before) == 1 && before[0] == "explain":
			return hopIDs()
		}
		return nil
	},
	"schema": first(func() []candidate {
		var found []candidate
		for _, k := range schema.Kinds {
			if !k.Foreign {
				found = append(found, candidate{k.Name, k.Group})
			}
		}
		return found
	}),
	"init": none, "man": none, "version": none,
}

func none([]string) []candidate { return nil }

// first lists what a command takes as its only argument.
func first(list func() []candidate) func([]string) []candidate {
	return func(before []string) []candidate {
		if len(before) > 0 {
			return nil
		}
		return list()
	}
}

func named(words ...string) []candidate {
	found := make([]candidate, len(words))
	for i, word := range words {
		found[i].word = word
	}
	return found
}

func hopIDs() []candidate {
	var found []candidate
	for _, h := range hop.All() {
		found = append(found, candidate{h.ID, h.Title})
	}
	return found
}

// sidedHops are hops on both sides of a gateway and, behind a side that is typed, on that. One
// that has no timeout of its own needs one.
func sidedHops(typed string) []candidate {
	side, _, sided := strings.Cut(typed, ":")
	if sided {
		side += ":"
	} else {
		side = ""
	}
	if side != "" && side != "clients:" && side != "destinations:" {
		return nil
	}
	var found []candidate
	for _, h := range hop.All() {
		word := side + h.ID
		if h.Idle == 0 {
			word += "="
		}
		found = append(found, candidate{word, h.Title})
	}
	if !sided {
		found = append(found, candidate{"clients:", "on the way from clients"}, candidate{"destinations:", "on the way to destinations"})
	}
	return found
}

package cli

import (
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/urfave/cli/v2"
)

// habit is a flag of kubectl or of another tool that a command lacks, with what does the same here.
// The advice names nothing but flags and commands that exist.
type habit struct {
	flags    []string // without dashes
	commands []string // that the advice is for; none for every command
	has      string   // a flag that the command must have for the advice to hold; "" for none
	advice   string   // COMMAND stands for the command's name
}

// habits are in order of precedence: the first one that applies is used. A flag that is taken and
// does nothing would let people believe that a cluster was asked, so none of these is accepted.
var habits = []habit{
	{flags: []string{"A", "all-namespaces"}, advice: "leave it out: all namespaces of the input are read; it is a flag of kubectl get"},
	{flags: []string{"k", "kustomize"}, has: "filename", advice: "build it first: kubectl kustomize DIR | connpolicy COMMAND -f -"},
	{flags: []string{"context", "kubeconfig", "server", "token", "user"}, has: "filename", advice: "leave it out: no cluster is contacted; use kubectl get: kubectl get -A -o yaml KINDS | connpolicy COMMAND -f -"},
	{flags: []string{"l", "selector", "field-selector"}, has: "filename", advice: "leave it out: everything that is read is used; select with kubectl get: kubectl get -A -l LABELS -o yaml KINDS | connpolicy COMMAND -f -"},
	{flags: []string{"f", "filename", "files"}, commands: []string{"diff"}, advice: "name the two inputs without a flag: connpolicy diff OLD NEW"},
	{flags: []string{"file", "files", "input", "inputs", "i"}, has: "filename", advice: "write --filename FILE, or -f FILE"},
	{flags: []string{"r", "recurse"}, has: "recursive", advice: "write --recursive, or -R"},
	{flags: []string{"ignore", "skip", "x"}, has: "exclude", advice: "write --exclude PATTERN"},

	{flags: []string{"o", "output", "format", "json"}, commands: []string{"schema"}, advice: "leave it out: connpolicy schema KIND prints JSON"},
	{flags: []string{"o", "output", "format", "json"}, commands: []string{"explain"}, advice: "leave it out: explain prints text; hops are printed as JSON by: connpolicy hops --output json"},
	{flags: []string{"o", "output"}, commands: []string{"migrate"}, advice: "write --output-dir DIR for the objects, and --format json for the findings"},
	{flags: []string{"o", "output", "json"}, has: "format", advice: "write --format json for the findings"},
	{flags: []string{"json", "format"}, has: "output", advice: "write --output json"},
	{flags: []string{"yaml"}, has: "output", advice: "write --output yaml where the command has it, see connpolicy COMMAND -h"},
	{flags: []string{"out", "out-dir", "output-directory", "d", "dir", "O"}, has: "output-dir", advice: "write --output-dir DIR"},
	{flags: []string{"output-dir", "out", "d"}, has: "dir", advice: "write --dir DIR"},
	{flags: []string{"t", "target", "for"}, has: "to", advice: "write --to TARGET"},
	{flags: []string{"to", "for"}, has: "target", advice: "write --target TARGET"},

	{flags: []string{"dry-run", "diff"}, has: "check", advice: "write --check --output-dir DIR, which writes nothing and prints what would change"},
	{flags: []string{"check", "dry-run"}, has: "fix", advice: "write --fix --dry-run to see what would be fixed"},
	{flags: []string{"dry-run"}, advice: "leave it out: COMMAND changes no file that it reads"},
	{flags: []string{"fix", "w", "write", "i", "in-place"}, has: "filename", advice: "fix the input first: connpolicy validate --fix FILE"},
	{flags: []string{"strict", "werror", "Werror", "warnings-as-errors", "fail-on-warning", "fail-on-warnings"}, has: "fail-on", advice: "write --fail-on warning"},
	{flags: []string{"fail-on", "exit-code"}, commands: []string{"diff"}, advice: "leave it out: the exit code of diff is 1 when something changes"},
	{flags: []string{"no-color", "no-colour", "colour"}, has: "color", advice: "write --color never, or --color always"}, //nolint:misspell // as people type it

	{flags: []string{"short", "client"}, commands: []string{"version"}, advice: "leave it out: connpolicy version prints one line"},
	{flags: []string{"version", "V"}, advice: "the version is printed by: connpolicy version"},
	{flags: []string{"q", "quiet", "s", "silent"}, advice: "redirect standard error, where findings go: 2>/dev/null; the exit code is the same"},
	{flags: []string{"v", "verbose", "debug"}, advice: "leave it out: there is nothing more to print; the version is printed by: connpolicy version"},
}

// unknownFlag suggests what does the same, or the flag that was likely meant.
func unknownFlag(command *cli.Command, arg string) error {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	var names []string // one letter is near to any other
	for _, f := range command.Flags {
		names = append(names, longName(f))
	}
	hint := "see connpolicy " + command.Name + " -h for its flags"
	advice := habitOf(command, name)
	near := diag.Nearest(name, names)
	if advice == "" && near == "" && len(name) > 1 && !strings.HasPrefix(arg, "--") {
		advice = habitOf(command, name[:1]) // a value may follow its letter directly: -ojson
	}
	switch {
	case advice != "":
		hint = advice
	case near != "" && len(name) > 1:
		hint = "did you mean --" + near + "? " + hint
	}
	return usage(hint, "unknown flag %s", arg)
}

// habitOf returns the advice about a flag that a command lacks, or "".
func habitOf(command *cli.Command, name string) string {
	for _, h := range habits {
		if !slices.Contains(h.flags, name) || len(h.commands) > 0 && !slices.Contains(h.commands, command.Name) || h.has != "" && !hasFlag(command, "--"+h.has) {
			continue
		}
		return strings.ReplaceAll(h.advice, "COMMAND", command.Name)
	}
	return ""
}

// otherCommands are commands that other tools have, with the command line that does the same here.
var otherCommands = map[string]string{
	"lint": "connpolicy validate FILE", "check": "connpolicy validate FILE", "analyze": "connpolicy validate FILE", "analyse": "connpolicy validate FILE", //nolint:misspell // as people type it
	"verify": "connpolicy validate FILE", "test": "connpolicy validate FILE", "scan": "connpolicy validate FILE", "audit": "connpolicy validate FILE", "vet": "connpolicy validate FILE",
	"fmt": "connpolicy validate --fix FILE", "format": "connpolicy validate --fix FILE", "fix": "connpolicy validate --fix FILE",
	"plan": "connpolicy diff OLD NEW", "compare": "connpolicy diff OLD NEW",
	"build": "connpolicy compile FILE", "generate": "connpolicy compile FILE", "render": "connpolicy compile FILE", "template": "connpolicy compile FILE", "translate": "connpolicy compile FILE",
	"apply":   "connpolicy compile FILE | kubectl apply -f -",
	"convert": "connpolicy migrate DIR --to TARGET --output-dir OUT",
	"get":     "connpolicy resolve FILE", "list": "connpolicy resolve FILE", "show": "connpolicy resolve FILE", "describe": "connpolicy resolve FILE", "inspect": "connpolicy resolve FILE",
	"api-resources": "connpolicy schema", "schemas": "connpolicy schema", "kinds": "connpolicy schema",
	"codes": "connpolicy explain --list", "rules": "connpolicy explain --list",
	"create": "connpolicy init", "new": "connpolicy init",
	"krm": "connpolicy fn",
}

func unknownCommand(app *cli.App, name string) error {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	hint := "commands: " + strings.Join(names, ", ")
	if line := otherCommands[strings.ToLower(name)]; line != "" {
		hint = "write " + line + "; " + hint
	} else if near := diag.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return usage(hint, "unknown command %q", name)
}

package cli

import (
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/urfave/cli/v2"
)

// arrange moves a command's flags before its file names: the flag parser stops at the first
// file name and would take "a.yaml --target envoy" for three files. What follows "--" stays.
func arrange(app *cli.App, args []string) ([]string, error) {
	if len(args) < 2 || strings.HasPrefix(args[1], "-") {
		return args, nil
	}
	if args[1] == "help" { // "help compile" is what other tools take for "compile --help"
		return append(slices.Concat(args[:1], args[2:min(3, len(args))]), "--help"), nil
	}
	command := app.Command(args[1])
	if command == nil {
		return nil, unknownCommand(app, args[1])
	}
	var flags, files []string
	rest := args[2:]
	for i := 0; i < len(rest); i++ {
		switch arg := rest[i]; {
		case arg == "--":
			files = append(files, rest[i+1:]...)
			i = len(rest)
		case len(arg) < 2 || arg[0] != '-':
			files = append(files, arg)
		case !hasFlag(command, arg):
			return nil, unknownFlag(command, arg)
		default:
			flags = append(flags, arg)
			if strings.Contains(arg, "=") || !takesValue(command, strings.TrimLeft(arg, "-")) {
				continue
			}
			last := i+1 == len(rest) || strings.HasPrefix(rest[i+1], "-")
			if last && command.Name == "init" && strings.TrimLeft(arg, "-") == "config" { // it writes one
				flags[len(flags)-1] += "="
				continue
			}
			if i++; i == len(rest) {
				return nil, usage("write "+arg+" VALUE", "flag %s needs a value", arg)
			}
			flags = append(flags, rest[i])
		}
	}
	return slices.Concat(args[:2], flags, []string{"--"}, files), nil
}

// unknownFlag suggests the flag that was likely meant.
func unknownFlag(command *cli.Command, arg string) error {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	var names []string
	for _, f := range command.Flags {
		names = append(names, f.Names()...)
	}
	hint := "see connpolicy " + command.Name + " -h for the flags there are"
	if advice, known := kubectlFlags[name]; known {
		return usage(advice, "unknown flag %s", arg)
	}
	if near := diag.Nearest(name, names); near != "" {
		hint = "did you mean --" + near + "? " + hint
	}
	return usage(hint, "unknown flag %s", arg)
}

// kubectlFlags are flags that users of kubectl are used to, with what they do for the same here. A
// flag that is taken and does nothing would let them believe that a cluster was asked.
var kubectlFlags = map[string]string{
	"A":              allNamespaces,
	"all-namespaces": allNamespaces,
	"k":              kustomized,
	"kustomize":      kustomized,
	"context":        noCluster,
	"kubeconfig":     noCluster,
}

const (
	allNamespaces = "leave it out: all namespaces of the input are read; it is a flag of kubectl get"
	kustomized    = "build it first: kubectl kustomize DIR | connpolicy compile -f -"
	noCluster     = "leave it out: no cluster is talked to; let kubectl get ask it: kubectl get -A -o yaml KINDS | connpolicy compile -f -"
)

func hasFlag(command *cli.Command, arg string) bool {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	return name == "h" || name == "help" || slices.ContainsFunc(command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
}

func takesValue(command *cli.Command, name string) bool {
	for _, f := range command.Flags {
		if slices.Contains(f.Names(), name) {
			_, isBool := f.(*cli.BoolFlag)
			return !isBool
		}
	}
	return false
}

func unknownCommand(app *cli.App, name string) error {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	hint := "commands: " + strings.Join(names, ", ")
	if near := diag.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return usage(hint, "unknown command %q", name)
}

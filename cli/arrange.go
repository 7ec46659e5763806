package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// arrange moves a command's flags before its file names: the flag parser stops at the first
// file name and would take "a.yaml --target envoy" for three files. What follows "--" stays.
func arrange(app *cli.App, args []string) ([]string, error) {
	if len(args) < 2 {
		return args, nil
	}
	if strings.HasPrefix(args[1], "-") {
		return args, flagBeforeCommand(app, args[1])
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
		default:
			parsed, open, err := splitFlags(command, arg)
			if err != nil {
				return nil, err
			}
			flags = append(flags, parsed...)
			if !open {
				continue
			}
			last := i+1 == len(rest) || strings.HasPrefix(rest[i+1], "-")
			if last && command.Name == "init" && strings.TrimLeft(arg, "-") == "config" { // it writes one
				flags[len(flags)-1] += "="
				continue
			}
			if i++; i == len(rest) {
				flag := parsed[len(parsed)-1]
				return nil, usage("write "+flag+" VALUE", "flag %s needs a value", flag)
			}
			flags = append(flags, rest[i])
		}
	}
	return slices.Concat(args[:2], flags, []string{"--"}, files), nil
}

// splitFlags returns the flags of one argument, and whether the next argument is the value of the
// last one. Several one-letter flags may share a dash, and a value may follow its letter directly:
// -Rf DIR, -oyaml (POSIX utility conventions, guidelines 5 and 6:
// https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap12.html).
func splitFlags(command *cli.Command, arg string) (flags []string, open bool, err error) {
	name, _, valued := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if hasFlag(command, arg) {
		return []string{arg}, !valued && takesValue(command, name), nil
	}
	if strings.HasPrefix(arg, "--") {
		return nil, false, unknownFlag(command, arg)
	}
	for rest := arg[1:]; rest != ""; {
		letter := rest[:1]
		flag := "-" + letter
		switch {
		case !hasFlag(command, flag) && len(flags) > 0:
			return nil, false, unknownFlag(command, flag)
		case !hasFlag(command, flag):
			return nil, false, unknownFlag(command, arg)
		case !takesValue(command, letter):
			flags, rest = append(flags, flag), rest[1:]
		case len(rest) == 1:
			return append(flags, flag), true, nil
		default:
			return append(flags, flag+"="+strings.TrimPrefix(rest[1:], "=")), false, nil
		}
	}
	return flags, false, nil
}

// flagBeforeCommand refuses a flag in front of the command, except for those of the program itself.
func flagBeforeCommand(app *cli.App, arg string) error {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	own := []string{"", "h", "help"}
	for _, f := range app.Flags {
		own = append(own, f.Names()...)
	}
	if slices.Contains(own, name) {
		return nil
	}
	hint := "see connpolicy COMMAND -h for its flags"
	if command := app.Command("validate"); hasFlag(command, arg) {
		hint = "write it after a command: connpolicy validate " + arg
	}
	return usage(hint, "unknown flag %s", arg)
}

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

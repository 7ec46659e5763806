// Package cli is the command line: flags in, the line of packages, streams and exit code out.
// What a command prints as its result goes to stdout; findings and everything about the
// run go to stderr. It decides nothing about connections.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/pool"
	"github.com/urfave/cli/v2"
)

// Exit codes, the same for every format.
const (
	ExitDone     = 0 // nothing at or above --fail-on, nothing stale
	ExitFindings = 1 // findings at or above --fail-on, or stale output
	ExitUsage    = 2 // wrong usage, or input that cannot be read
	ExitBug      = 3 // a mistake in connpolicy itself
	ExitMemory   = 4 // the process may not have the memory that the input needs
)

// exit ends a command with a code; the message, if any, is printed as an error.
type exit struct {
	code    int
	message string
	hint    string
}

func (e *exit) Error() string { return e.message }

func usage(hint, format string, args ...any) *exit {
	return &exit{ExitUsage, fmt.Sprintf(format, args...), hint}
}

// streams are what a command reads and writes, and the name that it was called by.
type streams struct {
	in       io.Reader
	out, err io.Writer
	caller
	progress progress
	bugs     []*pool.Panic // in documents; reported at the end of the run
	pipeline *pipeline.Pipeline
}

// Run executes one command line and returns its exit code. It never panics and never exits.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if r := recover(); r != nil {
			code = reportBug(stderr, called(args).name, r, debug.Stack())
		}
	}()
	if os.Getenv("GOGC") == "" {
		// A run is short and its memory bounded by its input: collecting a quarter as often
		// saves a fifth of the time.
		debug.SetGCPercent(400)
	}
	watchMemory(called(args).name, stderr)
	s := &streams{in: stdin, out: stdout, err: stderr, caller: called(args), pipeline: pipeline.New()}
	app := newApp(s)
	if completing(args) {
		return s.report(s.complete(app, args))
	}
	args, err := arrange(app, args)
	if err == nil {
		err = app.Run(args)
	}
	return s.report(err)
}

// reportBug prints a panic with the stack of the goroutine that it ended, and returns the exit code.
func reportBug(stderr io.Writer, name string, cause any, stack []byte) int {
	fmt.Fprintf(stderr, "%s: bug: %v\n%s\nplease report this with the input that caused it\n", name, cause, stack)
	return ExitBug
}

// report prints what ended a command, and the bugs that its documents met, and gives its code.
func (s *streams) report(err error) (code int) {
	defer func() {
		for _, b := range s.bugs {
			code = reportBug(s.err, s.name, b.Value, b.Stack)
		}
	}()
	var e *exit
	switch {
	case err == nil:
		return ExitDone
	case !errors.As(err, &e):
		e = flagError(err)
	}
	if e.message != "" {
		fmt.Fprintf(s.err, "%s: %s\n", s.name, diag.Visible(e.message))
	}
	if e.hint != "" {
		fmt.Fprintf(s.err, "   = help: %s\n", diag.Visible(s.typed(e.hint)))
	}
	return e.code
}

// flagError words what the flag parser refuses, in terms of the command line.
func flagError(err error) *exit {
	text := err.Error()
	if name, found := strings.CutPrefix(text, "flag needs an argument: -"); found {
		return usage("write --"+strings.TrimLeft(name, "-")+"=VALUE", "flag --%s needs a value", strings.TrimLeft(name, "-"))
	}
	if value, flag, found := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(text, "invalid boolean value "), ": parse error"), " for -"); found {
		return usage("write --"+flag+", or --"+flag+"=false", "--%s cannot be %s", flag, value)
	}
	return usage("see connpolicy -h", "%s", text)
}

func newApp(s *streams) *cli.App {
	app := &cli.App{
		Name:      "connpolicy",
		Usage:     "compile connection policy for Istio, kgateway, Envoy Gateway and Envoy",
		UsageText: "connpolicy COMMAND [FLAGS] [FILE ...]\n\n   connpolicy compile -f examples/bookinfo",
		Description: "Results go to standard output; findings and the summary, which is the last line, go to\n" +
			"standard error. The findings are the only result of validate: in a format for programs,\n" +
			"such as --format json, they go to standard output.\n" +
			"Exit codes: 0 done; 1 findings at or above --fail-on, stale output, or inputs that differ;\n" +
			"2 wrong usage, or input that cannot be read; 3 a mistake in connpolicy itself;\n" +
			"4 not enough memory.",
		Version:                versionText(),
		HideVersion:            true,
		HideHelpCommand:        true,
		UseShortOptionHandling: false,
		Reader:                 s.in, Writer: s.out, ErrWriter: s.err,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              func(_ *cli.Context, err error, _ bool) error { return err },
		CommandNotFound:           nil,
		Flags:                     []cli.Flag{&cli.BoolFlag{Name: "version", Aliases: []string{"v"}, Usage: "print the version"}},
		Action: func(c *cli.Context) error {
			if c.Bool("version") {
				return toStdout(fmt.Fprintln(s.out, versionText()))
			}
			if c.Args().Present() {
				return unknownCommand(c.App, c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
		Commands: slices.Concat(
			category("Check and compile", compileCommand(s), validateCommand(s), migrateCommand(s), fnCommand(s)),
			category("Look and compare", resolveCommand(s), diffCommand(s), reportCommand(s)),
			category("Look up", explainCommand(s), hopsCommand(s), schemaCommand(s)),
			category("Set up", initCommand(s), completionCommand(s), manCommand(s), versionCommand(s)),
		),
	}
	s.rename(app)
	setHelp(app)
	return app
}

// category puts commands under a heading of the help, which sorts the headings by their letters.
func category(heading string, commands ...*cli.Command) []*cli.Command {
	for _, command := range commands {
		command.Category = heading
	}
	return commands
}

// isTerminal reports a stream that is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	return terminal(f)
}

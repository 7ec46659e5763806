package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/urfave/cli/v2"
)

func findingFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "format", Usage: "print findings as `FORMAT[=FILE]`: " + strings.Join(format.Names(), ", ") + "; text when left out; may be repeated"},
		baselineFlag(),
		failOnFlag(), colorFlag(),
	}
}

func failOnFlag() cli.Flag {
	return &cli.StringFlag{Name: "fail-on", Value: "error", Usage: "exit 1 at this severity or above: `error|warning|info`"}
}

func colorFlag() cli.Flag {
	return &cli.StringFlag{Name: "color", Value: "auto", Usage: "color findings: `auto|always|never`; NO_COLOR turns auto off"}
}

// oneOf checks a flag that takes one of a few words, and sets it to the word where it is spelled
// another way: in capitals, or with "_" for "-" or nothing.
func oneOf(c *cli.Context, flag string, words ...string) error {
	value := c.String(flag)
	if slices.Contains(words, value) {
		return nil
	}
	for _, w := range words {
		if spelling(w) == spelling(value) {
			return c.Set(flag, w)
		}
	}
	hint := fmt.Sprintf("write --%s %s", flag, strings.Join(words, " or "))
	if near := cmp.Or(emit.TargetOfAlias(spelling(value)), diag.Nearest(value, words)); slices.Contains(words, near) {
		hint = fmt.Sprintf("did you mean --%s %s? ", flag, near) + hint
	}
	return usage(hint, "--%s cannot be %q", flag, value)
}

// spelling is a word without what does not distinguish words.
func spelling(word string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(word))
}

// findingOptions say which findings are shown, how, and what they do to the exit code.
type findingOptions struct {
	printings     []printing
	failOn        diag.Severity
	color         string    // auto, always or never
	baseline      *baseline // nil for none
	writeBaseline string    // a file, or ""
	validates     bool      // they are the command's result
}

// findingOptionsOf reads those flags of findings that a command has.
func findingOptionsOf(c *cli.Context, t traits) (findingOptions, error) {
	o := findingOptions{validates: t.validates, writeBaseline: c.String("write-baseline")}
	if hasFlag(c.Command, "--fail-on") {
		if err := oneOf(c, "fail-on", "error", "warning", "info"); err != nil {
			return o, err
		}
	}
	if hasFlag(c.Command, "--color") {
		if err := oneOf(c, "color", "auto", "always", "never"); err != nil {
			return o, err
		}
	}
	o.color = c.String("color")
	switch c.String("fail-on") {
	case "info":
		o.failOn = diag.Info
	case "warning":
		o.failOn = diag.Warning
	default:
		o.failOn = diag.Error
	}
	var err error
	if o.printings, err = printingsOf(c.StringSlice("format"), t.validates && !c.Bool("dry-run")); err != nil {
		return o, err
	}
	if hasFlag(c.Command, "--baseline") {
		o.baseline, err = readBaseline(c, o.files())
	}
	return o, err
}

// finish prints findings and the summary, and gives the command its end.
func (s *streams) finish(o *options, r run, result string) error {
	r, result, err := o.filter(r, result)
	if err != nil {
		return err
	}
	r.Found.Sort()
	summary := diag.Summarize(r.Found, r.Tally(), result)
	summary.NotShown = r.notShown
	if err := s.print(o, r, summary); err != nil {
		return err
	}
	return o.findings.verdict(r.Found)
}

// verdict is the end that findings give a run.
func (o *findingOptions) verdict(found diag.List) error {
	switch {
	case unparsable(found):
		return &exit{code: ExitUsage}
	case found.AtLeast(o.failOn):
		return &exit{code: ExitFindings}
	}
	return nil
}

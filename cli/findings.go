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
	return &cli.StringFlag{Name: "fail-on", Value: "error", Usage: "exit 1 from this severity on: `error|warning|info`"}
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

func checkFindingFlags(c *cli.Context) error {
	for _, f := range []struct {
		name  string
		words []string
	}{{"fail-on", []string{"error", "warning", "info"}}, {"color", []string{"auto", "always", "never"}}} {
		if err := oneOf(c, f.name, f.words...); err != nil {
			return err
		}
	}
	_, err := printings(c)
	return err
}

func threshold(c *cli.Context) diag.Severity {
	switch c.String("fail-on") {
	case "info":
		return diag.Info
	case "warning":
		return diag.Warning
	default:
		return diag.Error
	}
}

// finish prints findings and the summary, and gives the command its end.
func (s *streams) finish(c *cli.Context, r read, result string) error {
	r, result, err := s.filter(c, r, result)
	if err != nil {
		return err
	}
	r.found.Sort()
	summary := diag.Summarize(r.found, r.tally(), result)
	summary.NotShown = r.notShown
	if err := s.print(c, r, summary); err != nil {
		return err
	}
	return verdict(c, r.found)
}

// verdict is the end that findings give a run.
func verdict(c *cli.Context, found diag.List) error {
	switch {
	case unparsable(found):
		return &exit{code: ExitUsage}
	case found.AtLeast(threshold(c)):
		return &exit{code: ExitFindings}
	}
	return nil
}

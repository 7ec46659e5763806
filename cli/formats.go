package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/urfave/cli/v2"
)

// printing is one form that findings are asked for in, and the file it goes to; "" is a stream.
type printing struct{ format, file string }

// printings are all that --format asks for.
func printings(c *cli.Context) ([]printing, error) {
	var wanted []printing
	files := map[string]bool{}
	for _, value := range c.StringSlice("format") {
		name, file, toFile := strings.Cut(value, "=")
		switch {
		case format.Lookup(name) == nil:
			return nil, usage("write --format "+strings.Join(format.Names(), " or "), "--format cannot be %q", name)
		case toFile && file == "":
			return nil, usage(fmt.Sprintf("write --format %s=FILE, or --format %s", name, name), "--format %s names no file", value)
		case file == "-":
			return nil, usage("write --format "+name, "--format %s: a format goes to a stream when no file is named", value)
		case toFile && files[whereabouts(file)]:
			return nil, usage("name another file for one of them", "two formats are to be written to %s", file)
		case toFile:
			files[whereabouts(file)] = true
		}
		wanted = append(wanted, printing{name, file})
	}
	return wanted, oneEach(c, wanted)
}

// findingsFiles are the files that findings are written to, by their whereabouts.
func findingsFiles(c *cli.Context) map[string]bool {
	files := map[string]bool{}
	for _, value := range c.StringSlice("format") {
		if _, file, toFile := strings.Cut(value, "="); toFile {
			files[whereabouts(file)] = true
		}
	}
	return files
}

// oneEach refuses two formats on one stream, on which nobody could tell them apart.
func oneEach(c *cli.Context, wanted []printing) error {
	first := map[bool]string{}
	for _, p := range wanted {
		if p.file != "" {
			continue
		}
		if other := first[p.toStdout(c)]; other != "" {
			return usage(fmt.Sprintf("write one of them to a file: --format %s=FILE", p.format), "--format %s and --format %s would stand on one stream", other, p.format)
		}
		first[p.toStdout(c)] = p.format
	}
	return nil
}

// toStdout reports a format that is the command's result: what validate tells programs. Standard
// output is others' elsewhere, that of --dry-run too, and text is for people, who see both streams.
func (p printing) toStdout(c *cli.Context) bool {
	return p.file == "" && p.format != "text" && c.Command.Name == "validate" && !c.Bool("dry-run")
}

// print writes files before streams: when one cannot be written, that is all that is said.
func (s *streams) print(c *cli.Context, r read, summary diag.Summary) error {
	wanted, err := printings(c)
	if err != nil {
		return err
	}
	var onOut, onErr bool
	for _, p := range wanted {
		if p.file == "" {
			onOut, onErr = onOut || p.toStdout(c), onErr || !p.toStdout(c)
			continue
		}
		var text bytes.Buffer
		if err := p.write(c, &text, r, summary, false); err != nil {
			return &exit{ExitBug, "bug: the findings cannot be written as " + p.format + ": " + err.Error(), ""}
		}
		if err := writeFindings(p.file, text.Bytes()); err != nil {
			return err
		}
	}
	for _, p := range wanted {
		if p.file == "" {
			err = firstOf(err, s.printTo(c, p, r, summary))
		}
	}
	switch {
	case onErr:
		return err
	case onOut:
		return firstOf(err, toStderr(fmt.Fprintln(s.err, summary)))
	}
	return s.printTo(c, printing{format: "text"}, r, summary)
}

// findingsForm matches the head of findings in each format, as this or an earlier version writes them.
var findingsForm = regexp.MustCompile(`^(\{\s*"findings":|\{"(severity|code|summary|documents)":|\{\s*"\$schema": "https://json\.schemastore\.org/sarif|\[\s*(\]|\{\s*"description":)|<\?xml [^>]*>\s*<(testsuites name="connpolicy"|checkstyle )|::(error|warning|notice)|.+:\d+:\d+: (error|warning|info): |\d+ documents?)`)

// writeFindings writes findings to a file that is new, empty or holds findings; another one stays.
func writeFindings(name string, text []byte) error {
	if info := regular(name); info != nil && info.Size() > 0 {
		have, err := os.ReadFile(name)
		switch {
		case err != nil:
			return cannotRead(name, err)
		case !findingsForm.Match(have):
			return usage("name another file, or delete this one first", "%s holds no findings, and --format would replace it", name)
		}
	}
	return writeFile(name, text)
}

func (s *streams) printTo(c *cli.Context, p printing, r read, summary diag.Summary) error {
	if p.format == "text" {
		r.found = s.findingsAsTyped(c.Command.Name, r.found)
	}
	if !p.toStdout(c) {
		return toStderr(0, p.write(c, s.err, r, summary, s.color(c.String("color"))))
	}
	return toStdout(0, p.write(c, s.out, r, summary, false))
}

// write prints a run's findings in the format.
func (p printing) write(c *cli.Context, w io.Writer, r read, summary diag.Summary, color bool) error {
	checked := func(yield func(diag.Span) bool) {
		for _, d := range r.documents {
			if !yield(d.Place()) {
				return
			}
		}
	}
	return format.Lookup(p.format).Write(w, &format.Report{
		Found: r.found, Summary: summary, Checked: checked, FailOn: threshold(c), Version: moduleVersion(), Color: color,
	})
}

// moduleVersion is the version of what connpolicy was built of, such as "1.2.3"; what has none comes
// before all that have one.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		if version, tagged := strings.CutPrefix(info.Main.Version, "v"); tagged {
			return version
		}
	}
	return "0.0.0-devel"
}

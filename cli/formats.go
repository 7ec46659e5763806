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
)

// printing is one format that findings are asked for in, and where it goes.
type printing struct {
	format string
	file   string // "" is a stream
	// result reports a format for programs on standard output, as the command's result. Standard output is
	// others' elsewhere, that of --dry-run too, and text is for people, who see both streams.
	result bool
}

// printingsOf are all that --format asks for. results reports a command whose findings are its result.
func printingsOf(values []string, results bool) ([]printing, error) {
	var wanted []printing
	files := map[string]bool{}
	for _, value := range values {
		name, file, toFile := strings.Cut(value, "=")
		switch {
		case format.Lookup(name) == nil:
			return nil, usage("write --format "+strings.Join(format.Names(), " or "), "--format cannot be %q", name)
		case toFile && file == "":
			return nil, usage(fmt.Sprintf("write --format %s=FILE, or --format %s", name, name), "--format %s names no file", value)
		case file == "-":
			return nil, usage("write --format "+name, "--format %s: a format goes to a stream when no file is named", value)
		case toFile && files[canonicalPath(file)]:
			return nil, usage("name another file for one of them", "two formats are to be written to %s", file)
		case toFile:
			files[canonicalPath(file)] = true
		}
		wanted = append(wanted, printing{name, file, results && file == "" && name != "text"})
	}
	return wanted, oneEach(wanted)
}

// files are the files that findings are written to, by their canonical paths.
func (o *findingOptions) files() map[string]bool {
	files := map[string]bool{}
	for _, p := range o.printings {
		if p.file != "" {
			files[canonicalPath(p.file)] = true
		}
	}
	return files
}

// oneEach refuses two formats on one stream.
func oneEach(wanted []printing) error {
	first := map[bool]string{}
	for _, p := range wanted {
		if p.file != "" {
			continue
		}
		if other := first[p.result]; other != "" {
			return usage(fmt.Sprintf("write one of them to a file: --format %s=FILE", p.format), "--format %s and --format %s would be written to one stream", other, p.format)
		}
		first[p.result] = p.format
	}
	return nil
}

// print writes files before streams: when one cannot be written, nothing else is printed.
func (s *streams) print(o *options, r run, summary diag.Summary) error {
	var onOut, onErr bool
	for _, p := range o.findings.printings {
		if p.file == "" {
			onOut, onErr = onOut || p.result, onErr || !p.result
			continue
		}
		var text bytes.Buffer
		if err := p.write(&text, o, r, summary, false); err != nil {
			return &exit{ExitBug, "bug: the findings cannot be written as " + p.format + ": " + err.Error(), ""}
		}
		if err := writeFindings(p.file, text.Bytes()); err != nil {
			return err
		}
	}
	var err error
	for _, p := range o.findings.printings {
		if p.file == "" {
			err = firstOf(err, s.printTo(p, o, r, summary))
		}
	}
	switch {
	case onErr:
		return err
	case onOut:
		return firstOf(err, toStderr(fmt.Fprintln(s.err, summary)))
	}
	return s.printTo(printing{format: "text"}, o, r, summary)
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
			return usage("name another file, or delete this one first", "%s contains no findings, and --format would replace it", name)
		}
	}
	return writeFile(name, text)
}

func (s *streams) printTo(p printing, o *options, r run, summary diag.Summary) error {
	if p.format == "text" {
		r.Found = s.findingsAsTyped(o.command, r.Found)
	}
	if !p.result {
		return toStderr(0, p.write(s.err, o, r, summary, s.color(o.findings.color)))
	}
	return toStdout(0, p.write(s.out, o, r, summary, false))
}

// write prints a run's findings in the format.
func (p printing) write(w io.Writer, o *options, r run, summary diag.Summary, color bool) error {
	checked := func(yield func(diag.Span) bool) {
		for _, d := range r.Documents {
			if !yield(d.Place()) {
				return
			}
		}
	}
	return format.Lookup(p.format).Write(w, &format.Report{
		Found: r.Found, Summary: summary, Checked: checked, FailOn: o.findings.failOn, Version: moduleVersion(), Color: color,
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

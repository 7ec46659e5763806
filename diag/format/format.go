// Package format prints findings: a file for each format, and the table of them.
//
// What goes in: sorted findings and what a run is about. What comes out: the same findings as text
// for people, or in a format that other programs read. It judges nothing and leaves nothing out but
// what a format has a limit for, which it names.
package format

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
)

// Report is what a run found, and what formats need to know about the run.
type Report struct {
	Found   diag.List // sorted
	Summary diag.Summary
	Checked iter.Seq[diag.Span] // the objects that were read, whether they have findings or not
	FailOn  diag.Severity       // the severity from which on the run fails
	Version string              // of connpolicy, by semver.org, such as "1.2.3"
	Color   bool                // ANSI colors, in text only
}

// Format is a form in which findings are printed.
type Format struct {
	Name  string // the value of --format
	Write func(w io.Writer, r *Report) error
}

// Formats are all formats. The first is for people, the others are for programs.
var Formats = []Format{
	{"text", func(w io.Writer, r *Report) error {
		if err := Text(w, r.Found, r.Color); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, r.Summary)
		return err
	}},
	{"json", func(w io.Writer, r *Report) error { return JSON(w, r.Found, r.Summary) }},
	{"jsonl", func(w io.Writer, r *Report) error { return JSONLines(w, r.Found, r.Summary) }},
	{"sarif", func(w io.Writer, r *Report) error { return SARIF(w, r.Found, r.Version) }},
	{"github", func(w io.Writer, r *Report) error { return GitHub(w, r.Found, r.Summary) }},
	{"gitlab", func(w io.Writer, r *Report) error { return GitLab(w, r.Found) }},
	{"junit", func(w io.Writer, r *Report) error { return JUnit(w, r.Found, slices.Collect(r.Checked), r.FailOn) }},
	{"checkstyle", func(w io.Writer, r *Report) error { return Checkstyle(w, r.Found) }},
}

// Lookup returns the format of a name, or nil.
func Lookup(name string) *Format {
	for i := range Formats {
		if Formats[i].Name == name {
			return &Formats[i]
		}
	}
	return nil
}

// Names returns the names of all formats, in the order of the table.
func Names() []string {
	names := make([]string, len(Formats))
	for i := range Formats {
		names[i] = Formats[i].Name
	}
	return names
}

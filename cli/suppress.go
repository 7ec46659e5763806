package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

func baselineFlag() cli.Flag {
	return &cli.StringFlag{Name: "baseline", Usage: "do not show findings that are in the baseline `FILE`, as validate --write-baseline writes it"}
}

func writeBaselineFlag() cli.Flag {
	return &cli.StringFlag{Name: "write-baseline", Usage: "write all findings to `FILE`, the baseline of later runs, and exit 0"}
}

// maxBaseline is the largest baseline that is read, in bytes: room for some hundred thousand findings.
const maxBaseline = 64 << 20

// baseline is findings that are not to be shown again, and the file they were read from.
type baseline struct {
	diag.Baseline
	file string
}

// readBaseline reads the file of --baseline, if there is one and it is not about to be written.
func readBaseline(c *cli.Context, findings map[string]bool) (*baseline, error) {
	name, write := c.String("baseline"), c.String("write-baseline")
	switch {
	case c.IsSet("baseline") && name == "":
		return nil, usage("write --baseline FILE, or leave the flag out", "--baseline is empty")
	case c.IsSet("write-baseline") && write == "":
		return nil, usage("write --write-baseline FILE", "--write-baseline is empty")
	case write != "":
		return nil, checkWriteBaseline(c, write, findings)
	case name == "":
		return nil, nil
	case findings[canonicalPath(name)]:
		return nil, usage("name another file for the findings", "--format would replace the baseline %s", name)
	}
	switch info, err := os.Stat(name); {
	case os.IsNotExist(err):
		return nil, usage("write it: connpolicy validate --write-baseline "+name, "there is no baseline %s", name)
	case err != nil:
		return nil, cannotRead(name, err)
	case !info.Mode().IsRegular():
		return nil, usage("name the file that --write-baseline wrote", "the baseline %s is not a regular file", name)
	case info.Size() > maxBaseline:
		return nil, usage("write it anew: connpolicy validate --write-baseline "+name, "the baseline %s is larger than %d MiB", name, maxBaseline>>20)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	known, fault := diag.ReadBaseline(text)
	if fault != "" {
		return nil, usage("write it anew: connpolicy validate --write-baseline "+name, "the baseline %s %s", name, fault)
	}
	return &baseline{known, name}, nil
}

// checkWriteBaseline refuses to write a baseline over something else.
func checkWriteBaseline(c *cli.Context, name string, findings map[string]bool) error {
	switch {
	case c.Bool("dry-run"):
		return usage("leave one of the two out", "--dry-run writes nothing, and --write-baseline writes a file")
	case findings[canonicalPath(name)]:
		return usage("name another file for one of them", "--write-baseline and --format would both be written to %s", name)
	}
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil // what cannot be written says so when it is
	}
	text, err := os.ReadFile(name)
	switch {
	case err != nil:
		return cannotRead(name, err)
	case !diag.WasBaseline(text):
		return usage("name another file, or delete this one first", "%s is not a baseline, and --write-baseline would replace it", name)
	}
	return nil
}

// suppress takes the findings out that comments, annotations and the configuration suppress.
func (o *options) suppress(r run) run {
	suppressions := r.Suppressions
	if o.config != nil {
		suppressions = slices.Concat(suppressions, o.config.suppressions())
	}
	found, n := suppressions.Filter(r.Found)
	r.Found, r.notShown.Suppressed = found, n
	return r
}

// shown takes the findings out that need not be shown: the suppressed ones and those of the baseline.
// Once: of two that look alike the baseline may have one, which is the first of those that are left.
func (o *options) shown(r run) run {
	if r.filtered {
		return r
	}
	r = o.suppress(r)
	r.filtered = true
	if o.findings.baseline == nil {
		return r
	}
	r.Found = slices.Clone(r.Found)
	r.Found.Sort()
	found, notShown, gone := o.findings.baseline.Filter(r.Found, o.findings.validates)
	r.Found, r.gone = found, gone
	r.notShown.Baselined, r.notShown.BaselinedErrors = notShown.Baselined, notShown.BaselinedErrors
	return r
}

// filter is the last step before findings are printed. It writes the baseline that was asked for,
// and adds to the result what was left out for the sake of one.
func (o *options) filter(r run, result string) (run, string, error) {
	results := []string{result}
	if o.config != nil && o.config.file != "" && filepath.Dir(o.config.file) != "." {
		results = append(results, "configuration "+filepath.ToSlash(o.config.file))
	}
	if file := o.findings.writeBaseline; file != "" {
		if unparsable(r.Found) {
			return o.suppress(r), "no baseline written: part of the input cannot be read", nil
		}
		written, err := writeBaseline(o.suppress(r).Found, file)
		if err != nil {
			return r, result, err
		}
		o.findings.baseline = written
		results = append(results, diag.Plural(len(written.Findings), "finding")+" in "+file)
	}
	r = o.shown(r)
	if r.Stopped && (r.notShown.BaselinedErrors > 0 || o.findings.validates && len(r.Documents) > 1) {
		results = append(results, "the set is not judged")
	}
	if r.gone > 0 && o.findings.validates && r.Resolved {
		results = append(results, diag.Plural(r.gone, "finding")+" of "+o.findings.baseline.file+" did not occur; --write-baseline updates the baseline")
	}
	return r, strings.Join(slices.DeleteFunc(results, func(text string) bool { return text == "" }), "; "), nil
}

// writeBaseline writes findings to a file, whole or not at all.
func writeBaseline(found diag.List, file string) (*baseline, error) {
	found = slices.Clone(found)
	found.Sort()
	known := diag.NewBaseline(found, func(path string) string {
		if rel, ok := below(canonicalPath(filepath.Dir(file)), canonicalPath(path)); ok {
			return rel // the same from whichever directory it is written
		}
		return path
	})
	if err := writeFile(file, known.JSON()); err != nil {
		return nil, err
	}
	return &baseline{known, file}, nil
}

// suppressions are the suppressions of a configuration.
func (f *config) suppressions() diag.Suppressions {
	base, err := filepath.Abs(f.dir)
	if err != nil {
		base = f.dir
	}
	var all diag.Suppressions
	for i := range f.Suppressions {
		p := &f.Suppressions[i]
		span := f.document.Span(diag.Pointer("suppressions", i))
		all = append(all, diag.Suppression{
			Span: span, Codes: []diag.CodeName{{Span: span, Name: p.Code}}, Reason: p.Reason,
			Matches: func(d *diag.Diagnostic) bool { return about(p, d) && inFiles(p.Files, base, d) },
		})
	}
	return all
}

// about reports a finding in an object that a suppression names.
func about(p *schema.ConfigSuppression, d *diag.Diagnostic) bool {
	if p.Kind == "" && p.Namespace == "" && p.Name == "" {
		return true
	}
	o := d.Object
	return o != nil && (p.Kind == "" || p.Kind == o.Kind) && (p.Namespace == "" || p.Namespace == o.Namespace) && (p.Name == "" || p.Name == o.Name)
}

// inFiles reports a finding in a file that a pattern names, by its path from the configuration's
// directory. A revision's file counts as the one that is there now.
func inFiles(pattern, base string, d *diag.Diagnostic) bool {
	if pattern == "" {
		return true
	}
	path := present(d.Path())
	rel, ok := below(base, path)
	if !ok {
		return false
	}
	matched, _ := doublestar.Match(strings.TrimPrefix(filepath.ToSlash(pattern), "./"), rel) // the pattern was tried already
	return matched
}

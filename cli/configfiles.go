package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/urfave/cli/v2"
)

// configUse is what a command reads of the files that its configuration names.
type configUse struct {
	inputs   bool // none are on the command line
	baseline bool // the same
}

func configUseOf(c *cli.Context) configUse {
	return configUse{
		inputs:   hasFlag(c.Command, "--filename") && len(inputArgs(c)) == 0,
		baseline: hasFlag(c.Command, "--baseline") && !c.IsSet("baseline") && c.String("write-baseline") == "",
	}
}

// check checks the files that a configuration names, which its document alone cannot show.
func (f *config) check(use configUse) diag.List {
	var found diag.List
	for i, name := range f.Inputs {
		found = append(found, f.checkInput(use, diag.Pointer("inputs", i), name)...)
	}
	for i, pattern := range f.Exclude {
		found = append(found, f.checkPattern(diag.Pointer("exclude", i), pattern)...)
	}
	for i := range f.Suppressions {
		if pattern := f.Suppressions[i].Files; pattern != "" {
			found = append(found, f.checkPattern(diag.Pointer("suppressions", i, "files"), pattern)...)
		}
	}
	if f.Baseline != "" && use.baseline {
		if _, err := os.Stat(f.baseline()); os.IsNotExist(err) {
			found = append(found, f.finding(diag.MissingFile, "/baseline", "there is no baseline "+f.baseline(), "write it: connpolicy validate --write-baseline "+f.baseline()))
		}
	}
	return found
}

func (f *config) finding(code *diag.Code, pointer, message, help string) diag.Diagnostic {
	return diag.Diagnostic{Code: code, Span: f.document.Span(pointer), Subject: f.document.Subject(), Message: message, Help: help}
}

func (f *config) checkInput(use configUse, pointer, name string) diag.List {
	switch {
	case name == "-" || isURL(name):
		return diag.List{f.finding(diag.MalformedValue, pointer, strconv.Quote(name)+" is not a file, directory or pattern", "write the path of one; "+f.start())}
	case isPattern(name):
		if found := f.checkPattern(pointer, name); found != nil || !use.inputs {
			return found // what matches is of interest when it is read
		}
		if matches, _ := matching(f.pattern(name)); len(matches) == 0 {
			return diag.List{f.finding(diag.MissingFile, pointer, "no file matches "+filepath.ToSlash(f.path(name)), f.start()+"; * does not cross directories, ** does")}
		}
		return nil
	}
	switch info, err := os.Stat(f.path(name)); {
	case os.IsNotExist(err):
		return diag.List{f.finding(diag.MissingFile, pointer, "there is no file or directory "+filepath.ToSlash(f.path(name)), f.nearestFile(name))}
	case err == nil && endless(info):
		return diag.List{f.finding(diag.MalformedValue, pointer, strconv.Quote(name)+" is neither a regular file nor a directory", "write the path of one; "+f.start())}
	}
	return nil
}

// start is where paths begin: a function's configuration is not a file.
func (f *config) start() string {
	if f.document.Span("").Excerpt() {
		return "paths start from the working directory"
	}
	return "paths start from the directory of this file"
}

// nearestFile suggests what else lies in a file's directory.
func (f *config) nearestFile(name string) string {
	entries, _ := os.ReadDir(filepath.Dir(f.path(name))) // nothing is read, nothing is near
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	help := f.start()
	if near := diag.Nearest(filepath.Base(name), names); near != "" {
		help = "did you mean " + near + "? " + help
	}
	return help
}

func (f *config) checkPattern(pointer, pattern string) diag.List {
	if wrong, help := patternFault(pattern); wrong != "" {
		return diag.List{f.finding(diag.MalformedValue, pointer, strconv.Quote(pattern)+" "+wrong, help)}
	}
	return nil
}

// isPattern reports a name that can stand for several.
func isPattern(name string) bool { return strings.ContainsAny(name, "*?[{") }

// named are the files, directories and patterns to read: those of the command line, or else those
// of the configuration.
func (f *config) named(args []string) []string {
	if len(args) > 0 || f == nil {
		return args
	}
	var names []string
	for _, name := range f.Inputs {
		if isPattern(name) {
			names = append(names, f.pattern(name))
		} else {
			names = append(names, f.path(name))
		}
	}
	return names
}

// inputArgs are those of the command line.
func inputArgs(c *cli.Context) []string {
	return slices.Concat(c.StringSlice("filename"), c.Args().Slice())
}

// pattern is a pattern of the configuration as seen from here.
func (f *config) pattern(name string) string {
	if name = filepath.FromSlash(name); filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(globQuoted.Replace(f.dir), name)
}

// globQuoted takes a directory for nothing but its name in a pattern.
var globQuoted = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `{`, `\{`)

// exclusion is a pattern for what is not read, and the directory that it starts from.
type exclusion struct{ base, pattern string }

// exclusions are those of --exclude, from here, and those of the configuration.
func exclusions(c *cli.Context, config *config) ([]exclusion, error) {
	var all []exclusion
	add := func(dir, pattern string) {
		if base, err := filepath.Abs(dir); err == nil {
			all = append(all, exclusion{base, strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(pattern), "./"), "/")})
		}
	}
	for _, pattern := range c.StringSlice("exclude") {
		if pattern == "" {
			return nil, usage("write --exclude '**/templates', with * for any text in a name and ** for any directories", "--exclude is empty")
		}
		if wrong, help := patternFault(pattern); wrong != "" {
			return nil, usage(help, "--exclude: %q %s", pattern, wrong)
		}
		add(".", pattern)
	}
	for _, flag := range []string{"baseline", "write-baseline"} { // a baseline is JSON, and no manifest
		if name := c.String(flag); name != "" {
			add(filepath.Dir(name), globQuoted.Replace(filepath.Base(name)))
		}
	}
	if config != nil {
		for _, pattern := range config.Exclude {
			add(config.dir, pattern)
		}
	}
	return all, nil
}

// excluded reports a file or directory that a pattern names.
func (in *input) excluded(path string) bool {
	for _, e := range in.exclude {
		if rel, ok := below(e.base, path); ok {
			if matched, _ := doublestar.Match(e.pattern, rel); matched { // patterns were tried already
				return true
			}
		}
	}
	return false
}

// excludedWithin reports a file that is excluded, or a directory above it as far up as root.
func (in *input) excludedWithin(root, name string) bool {
	for len(in.exclude) > 0 && name != "." {
		if in.excluded(filepath.Join(root, name)) {
			return true
		}
		parent := filepath.Dir(name)
		if parent == name {
			break
		}
		name = parent
	}
	return false
}

// below is a path as seen from a directory, with slashes, if it lies in it.
func below(base, path string) (string, bool) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(base, abs)
	rel = filepath.ToSlash(rel)
	return rel, err == nil && rel != "." && rel != ".." && !strings.HasPrefix(rel, "../")
}

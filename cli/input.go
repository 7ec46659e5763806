package cli

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/urfave/cli/v2"
)

// inputFlags say what to read; every command that reads manifests has them.
func inputFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "filename", Aliases: []string{"f"}, Usage: "read `FILE`: a file, a directory, a glob, or - for standard input; may be repeated"},
		&cli.BoolFlag{Name: "recursive", Aliases: []string{"R"}, Usage: "read directories with everything below them"},
		excludeFlag(),
		&cli.StringFlag{Name: "namespace", Aliases: []string{"n"}, Value: "default", Usage: "`NAMESPACE` of objects that name none"},
	}
}

func excludeFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "exclude", Usage: "leave out files and directories that match `PATTERN`, such as **/templates; may be repeated"}
}

// inputOptions say what a command reads.
type inputOptions struct {
	args      []string // the files, directories and patterns of the command line
	names     []string // those, or else the configuration's inputs
	recursive bool
	exclude   []exclusion
	except    string          // a directory that is not read, "" for none
	within    string          // the only directory whose files are read, "" for all
	written   map[string]bool // files that findings go to: an earlier run's are no manifests
}

func inputOptionsOf(c *cli.Context, o *options) (inputOptions, error) {
	args := inputArgs(c)
	exclude, err := exclusions(c, o.config)
	return inputOptions{args: args, names: o.config.named(args), recursive: c.Bool("recursive"), exclude: exclude, written: o.findings.files()}, err
}

// texts reads everything that the flags and arguments name, each file once.
func (s *streams) texts(o *options) (pipeline.Texts, error) {
	names := o.input.names
	if len(names) == 0 {
		return pipeline.Texts{}, usage("connpolicy "+o.command+" -f FILE, or -f - for standard input; or write inputs into "+configName, "nothing to read: no file is named")
	}
	if len(o.input.args) == 0 && piped(s.in) {
		return pipeline.Texts{}, usage("connpolicy "+o.command+" -f - reads standard input; with < /dev/null the inputs are read", "there is standard input, and %s has inputs too", filepath.ToSlash(o.config.file))
	}
	in := s.newInput(&o.input)
	for _, name := range names {
		if err := in.add(name); err != nil {
			return pipeline.Texts{}, err
		}
	}
	if len(in.texts.Sources) == 0 {
		return pipeline.Texts{}, usage("files in directories are read when they end in .yaml, .yml or .json; -R also reads directories in directories, and what is excluded is left out", "no manifests in %s", strings.Join(names, ", "))
	}
	in.dropPatches()
	return in.texts, nil
}

// pipedWithin is how long a pipe without data is waited for: programs that start others often leave
// one open.
const pipedWithin = 100 * time.Millisecond

// piped reports text on standard input. It takes the first byte of it. A terminal and /dev/null have
// none.
func piped(in io.Reader) bool {
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice != 0 {
			return false
		}
	}
	first := make(chan bool, 1)
	go func() {
		n, _ := in.Read(make([]byte, 1))
		first <- n > 0
	}()
	select {
	case some := <-first:
		return some
	case <-time.After(pipedWithin):
		return false
	}
}

func (s *streams) newInput(o *inputOptions) *input {
	return &input{streams: s, inputOptions: *o, seen: map[string]bool{}, texts: pipeline.Texts{Walked: map[string]bool{}}}
}

// input collects the texts that a command reads.
type input struct {
	*streams
	inputOptions
	seen  map[string]bool
	texts pipeline.Texts
}

func (in *input) add(name string) error {
	switch {
	case name == "":
		return usage("write the name of a file, or leave the argument out", "an empty file name")
	case isURL(name):
		return usage("fetch it first, for example with: curl -fsSL URL | connpolicy compile -f -", "%s is a URL, and connpolicy works offline so that a run gives the same result everywhere", name)
	case name == "-":
		return in.stdin()
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return in.directory(name)
	case err == nil:
		return in.file(name)
	case os.IsNotExist(err) && isPattern(name):
		return in.glob(name)
	case os.IsNotExist(err) && strings.Contains(name, ","):
		return usage("write -f for each file: -f "+strings.Join(strings.Split(name, ","), " -f "), "there is no file %s, and names are not split at commas", name)
	case os.IsNotExist(err):
		return usage("check the name; it is relative to the working directory", "there is no file %s", name)
	default:
		return cannotRead(name, err)
	}
}

func isURL(name string) bool {
	scheme, _, found := strings.Cut(name, "://")
	return found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

func cannotRead(name string, err error) error {
	if os.IsPermission(err) {
		return usage("check who may read it", "%s may not be read: permission denied", name)
	}
	return usage("check the file and the disk it is on", "%s cannot be read", name)
}

func (in *input) stdin() error {
	if in.seen["-"] {
		return usage("name - once", "standard input can be read once only")
	}
	in.seen["-"] = true
	in.progress.typing.Store(isTerminal(in.in))
	text, err := io.ReadAll(in.in)
	in.progress.typing.Store(false)
	if err != nil {
		return usage("check the command before the pipe", "standard input cannot be read")
	}
	in.texts.Sources = append(in.texts.Sources, diag.NewSource("-", string(text)))
	return nil
}

// endless reports what is neither a regular file nor a directory: a pipe or a device may never end.
func endless(info fs.FileInfo) bool { return !info.IsDir() && !info.Mode().IsRegular() }

// file reads a file once, under however many names it goes.
func (in *input) file(name string) error {
	path := filepath.Clean(name)
	place := path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		place = resolved
	}
	if abs, err := filepath.Abs(place); err == nil {
		place = abs
	}
	if in.seen[place] {
		return nil
	}
	if in.within != "" {
		if _, ok := below(in.within, place); !ok {
			return usage("name files of the package only", "%s is outside the package", name)
		}
	}
	if in.isWritten(path) {
		return usage("name another file for the findings", "%s is read, and --format would write to it", name)
	}
	in.seen[place] = true
	text, err := os.ReadFile(path)
	if err != nil {
		return cannotRead(name, err)
	}
	in.texts.Sources = append(in.texts.Sources, diag.NewSource(filepath.ToSlash(path), string(text)))
	in.progress.files.Add(1)
	return nil
}

// isWritten reports a file that this run writes findings to.
func (in *input) isWritten(path string) bool {
	return len(in.written) > 0 && in.written[canonicalPath(path)]
}

// directory reads the manifests of a directory, in the order of their names.
func (in *input) directory(name string) error {
	return filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return cannotRead(path, err)
		case entry.IsDir():
			if path != name && (!in.recursive || unwalked(entry.Name()) || in.excluded(path) || in.except != "" && canonicalPath(path) == in.except) {
				return filepath.SkipDir
			}
			return nil
		case !isManifest(path), in.isWritten(path), in.excluded(path):
			return nil
		}
		// A link to a directory could lead round in circles, a pipe never ends, and an editor's
		// lock file links to nothing.
		if info, err := os.Stat(path); err != nil && !os.IsPermission(err) || err == nil && !info.Mode().IsRegular() {
			return nil
		}
		before := len(in.texts.Sources)
		err = in.file(path)
		for _, src := range in.texts.Sources[before:] {
			in.texts.Walked[src.Path()] = true
		}
		return err
	})
}

func isManifest(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

func (in *input) glob(pattern string) error {
	if wrong, help := patternFault(pattern); wrong != "" {
		return usage(help, "%q %s", pattern, wrong)
	}
	matches, err := matching(pattern)
	if err != nil || len(matches) == 0 {
		return usage("quote the pattern, or check it; * does not cross directories, ** does", "no file matches %s", pattern)
	}
	for _, m := range matches {
		if info, err := os.Stat(m); in.excludedWithin("", m) || err == nil && endless(info) {
			continue
		}
		if err := in.add(m); err != nil {
			return err
		}
	}
	return nil
}

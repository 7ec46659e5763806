package golden_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/emit"
	"github.com/google/go-cmp/cmp"
)

// target is one that a case is compiled for, and the file that holds what is printed.
type target struct{ name, file string }

// defaultTargets are what a case is compiled for that does not list its own.
var defaultTargets = []string{"istio", "envoy"}

// This test stands in the first file, so that with -update it writes what the tests after it read.
func TestEveryFolderIsACaseThatHolds(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			c := load(t, e.Name())
			outcomes := make([]outcome, len(c.targets))
			for i, target := range c.targets {
				outcomes[i] = c.run(t, c.dir, target.name)
				c.sameOnOneCore(t, target.name, outcomes[i])
				if outcomes[i].exit == 0 {
					c.sameInReverse(t, target.name, outcomes[i].stdout)
				}
			}
			want := wanted(c.targets, outcomes)
			for _, format := range c.formats {
				want["want."+format] = c.printed(t, format)
			}
			c.compare(t, want)
		})
	}
}

// printed is what validate prints in a format, on any number of cores. The format has standard output
// to itself, and what is left for people is the summary.
func (c *golden) printed(t *testing.T, format string) string {
	t.Helper()
	args := []string{"validate", "--format", format}
	o := c.execute(t, c.dir, args)
	if one := c.execute(t, c.dir, args, "GOMAXPROCS=1"); one != o {
		t.Errorf("%s: one core prints something else:\n%s", format, cmp.Diff(o.stdout, one.stdout))
	}
	if text := c.execute(t, c.dir, args[:1]); o.exit != text.exit || !strings.HasSuffix(text.stderr, "\n"+o.stderr) || strings.Count(o.stderr, "\n") != 1 {
		t.Errorf("%s: exit code %d and on standard error %q, where text has %d and\n%s", format, o.exit, o.stderr, text.exit, text.stderr)
	}
	return o.stdout
}

// golden is a case: what goes in, and what the folder says comes out.
type golden struct {
	program string // what is run
	dir     string
	inputs  []string          // file names, sorted
	text    map[string]string // of the inputs
	args    []string
	targets []target
	formats []string
	want    map[string]string // by file name
}

var (
	inputName = regexp.MustCompile(`^input[^/]*\.(yaml|json)$`)
	wantName  = regexp.MustCompile(`^want\.([a-z-]+\.(yaml|json|stderr|exit)|stderr|exit|[a-z]+)$`)
)

// load reads a case's folder, in which every file must have a meaning.
func load(t *testing.T, dir string) *golden {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := &golden{program: program, dir: dir, text: map[string]string{}, want: map[string]string{}, targets: named(t, dir, defaultTargets)}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		text := string(raw)
		switch {
		case err != nil:
			t.Fatal(err)
		case inputName.MatchString(e.Name()):
			c.inputs = append(c.inputs, e.Name())
			c.text[e.Name()] = text
		case e.Name() == "args":
			c.args = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		case e.Name() == "targets":
			c.targets = named(t, dir, strings.Fields(text))
		case e.Name() == "formats":
			c.formats = strings.Fields(text)
		case wantName.MatchString(e.Name()):
			c.want[e.Name()] = text
		default:
			t.Errorf("%s has no meaning in a case; the package comment lists the files that have", filepath.Join(dir, e.Name()))
		}
	}
	if len(c.inputs) == 0 {
		t.Fatalf("%s has no input: it is no case, or a leftover to delete", dir)
	}
	return c
}

// plainSummary is what a run without findings says, which no file needs to repeat.
var plainSummary = regexp.MustCompile(`\A\d+ documents?: no findings; (\d+ DestinationRules?, )?\d+ (DestinationRule|EnvoyFilter|Envoy bootstrap|object)s?\n\z`)

// named are the targets of a case that lists its own.
func named(tb testing.TB, dir string, names []string) []target {
	tb.Helper()
	var list []target
	for _, name := range names {
		t := emit.LookupTarget(name)
		if t == nil {
			tb.Fatalf("%s is for the target %q, and there is none", dir, name)
		}
		list = append(list, target{name, "want." + name + "." + t.Encoding})
	}
	if len(list) == 0 {
		tb.Fatalf("%s lists no target", dir)
	}
	return list
}

// wanted lays outcomes out as want files. What the first target's run says goes by no target's
// name, and is not repeated for the others.
func wanted(targets []target, outcomes []outcome) map[string]string {
	files := map[string]string{}
	first := outcomes[0]
	if !plainSummary.MatchString(first.stderr) {
		files["want.stderr"] = first.stderr
	}
	if first.exit != 0 {
		files["want.exit"] = strconv.Itoa(first.exit) + "\n"
	}
	_, stated := files["want.stderr"]
	for i, o := range outcomes {
		if o.stdout != "" {
			files[targets[i].file] = o.stdout
		}
		if o.stderr != first.stderr && (stated || !plainSummary.MatchString(o.stderr)) {
			files["want."+targets[i].name+".stderr"] = o.stderr
		}
		if o.exit != first.exit {
			files["want."+targets[i].name+".exit"] = strconv.Itoa(o.exit) + "\n"
		}
	}
	return files
}

// compare holds the want files to what the program printed, or makes them so.
func (c *golden) compare(t *testing.T, got map[string]string) {
	t.Helper()
	names := maps.Clone(got)
	maps.Copy(names, c.want)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		want, wanted := c.want[name]
		text, printed := got[name]
		switch path := filepath.Join(c.dir, name); {
		case want == text && wanted == printed:
		case *update && printed:
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil { //nolint:gosec // a file of the repository
				t.Fatal(err)
			}
		case *update:
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s (-want +got), go test ./golden -update takes what was got:\n%s", path, cmp.Diff(want, text))
		}
	}
}

// said is all that the case says on stderr, for all targets.
func (c *golden) said() string {
	var all string
	for _, name := range slices.Sorted(maps.Keys(c.want)) {
		if strings.HasSuffix(name, "stderr") {
			all += c.want[name]
		}
	}
	return all
}

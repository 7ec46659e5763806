package golden_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// targets are what every case is compiled for, and the file that holds what is printed.
var targets = []struct{ name, file string }{{"istio", "want.istio.yaml"}, {"envoy", "want.envoy.json"}}

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
			outcomes := make([]outcome, len(targets))
			for i, target := range targets {
				outcomes[i] = c.run(t, c.dir, target.name)
				c.sameOnOneCore(t, target.name, outcomes[i])
				if outcomes[i].exit == 0 {
					c.sameInReverse(t, target.name, outcomes[i].stdout)
				}
			}
			c.compare(t, wanted(outcomes[0], outcomes[1]))
		})
	}
}

// golden is a case: what goes in, and what the folder says comes out.
type golden struct {
	dir    string
	inputs []string          // file names, sorted
	text   map[string]string // of the inputs
	args   []string
	want   map[string]string // by file name
}

var (
	inputName = regexp.MustCompile(`^input[^/]*\.(yaml|json)$`)
	wantNames = []string{
		"want.istio.yaml", "want.envoy.json", "want.stderr", "want.envoy.stderr", "want.exit", "want.envoy.exit",
	}
)

// load reads a case's folder, in which every file must have a meaning.
func load(t *testing.T, dir string) *golden {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := &golden{dir: dir, text: map[string]string{}, want: map[string]string{}}
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
		case slices.Contains(wantNames, e.Name()):
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
var plainSummary = regexp.MustCompile(`\A\d+ documents?: no findings; \d+ (DestinationRule|Envoy bootstrap)s?\n\z`)

// wanted lays two outcomes out as want files.
func wanted(istio, envoy outcome) map[string]string {
	files := map[string]string{}
	for i, o := range []outcome{istio, envoy} {
		if o.stdout != "" {
			files[targets[i].file] = o.stdout
		}
	}
	if !plainSummary.MatchString(istio.stderr) {
		files["want.stderr"] = istio.stderr
	}
	_, stated := files["want.stderr"]
	if envoy.stderr != istio.stderr && (stated || !plainSummary.MatchString(envoy.stderr)) {
		files["want.envoy.stderr"] = envoy.stderr
	}
	if istio.exit != 0 {
		files["want.exit"] = strconv.Itoa(istio.exit) + "\n"
	}
	if envoy.exit != istio.exit {
		files["want.envoy.exit"] = strconv.Itoa(envoy.exit) + "\n"
	}
	return files
}

// compare holds the want files to what the program printed, or makes them so.
func (c *golden) compare(t *testing.T, got map[string]string) {
	t.Helper()
	for _, name := range wantNames {
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

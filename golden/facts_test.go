package golden_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/emit"
	"github.com/google/go-cmp/cmp"
)

// figure is a constant of package facts, as source text.
type figure struct{ name, kind, value string }

// other is another value of the figure.
func (f *figure) other() string {
	if f.kind == "string" {
		return f.value + ` + "-other"`
	}
	return f.value + " - 1"
}

var factSource = regexp.MustCompile(`(?s)Source:\s.*Compared\s20\d\d-\d\d-\d\d`)

// figures are all constants of package facts. Each block of them names its source and the day on which
// it was compared.
func figures(t *testing.T) (all []figure) {
	t.Helper()
	files, err := filepath.Glob("../facts/*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	for _, file := range files {
		parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			block, ok := decl.(*ast.GenDecl)
			if !ok || block.Tok == token.IMPORT {
				continue
			}
			if block.Tok != token.CONST || !factSource.MatchString(block.Doc.Text()) {
				t.Errorf("%s: a block that is not of constants, or without a source and the day on which it was compared", set.Position(block.Pos()))
			}
			for _, spec := range block.Specs {
				all = append(all, figureOf(set, spec.(*ast.ValueSpec)))
			}
		}
	}
	return all
}

func figureOf(set *token.FileSet, spec *ast.ValueSpec) figure {
	text := func(node ast.Node) string {
		var b strings.Builder
		_ = printer.Fprint(&b, set, node) // a Builder takes everything
		return b.String()
	}
	f := figure{name: spec.Names[0].Name, value: text(spec.Values[0])}
	switch {
	case spec.Type != nil:
		f.kind = text(spec.Type)
	case strings.Contains(f.value, "time."):
		f.kind = "time.Duration"
	case strings.HasPrefix(f.value, `"`):
		f.kind = "string"
	default:
		f.kind = "int64"
	}
	return f
}

// factsProgram builds the program with variables in the place of package facts' constants. The one
// that the environment names has another value.
func factsProgram(t *testing.T, all []figure) string {
	t.Helper()
	var vars, cases strings.Builder
	for _, f := range all {
		fmt.Fprintf(&vars, "var %s %s = %s\n", f.name, f.kind, f.value)
		fmt.Fprintf(&cases, "case %q:\n%s = %s\n", f.name, f.name, f.other())
	}
	text := "package facts\nimport (\"math\"; \"os\"; \"time\")\nvar _ = time.Second + math.MaxInt32\n" + vars.String() +
		"func init() { switch os.Getenv(\"FACT\") {\n" + cases.String() + "} }\n"
	dir := t.TempDir()
	replaced, empty := filepath.Join(dir, "facts.go"), filepath.Join(dir, "empty.go")
	overlay := map[string]string{}
	files, _ := filepath.Glob("../facts/*.go") // the pattern is right
	for _, file := range files {
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "\nconst (") {
			continue // it has no figures
		}
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		if overlay[path] = empty; len(overlay) == 1 {
			overlay[path] = replaced
		}
	}
	list, _ := json.Marshal(map[string]any{"Replace": overlay}) // strings can be written
	for name, text := range map[string]string{replaced: text, empty: "package facts\n", filepath.Join(dir, "overlay.json"): string(list)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "connpolicy.exe")
	if output, err := exec.Command("go", "build", "-buildvcs=false", "-overlay", filepath.Join(dir, "overlay.json"), "-o", out, "..").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	return out
}

// A figure that is changed and nothing else makes a golden case fail.
func TestEveryFactIsHeldByACase(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many cases for each figure")
	}
	all := figures(t)
	changed := factsProgram(t, all)
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var cases []*golden
	for _, e := range entries {
		if e.IsDir() {
			c := load(t, e.Name())
			c.program = changed
			cases = append(cases, c)
		}
	}
	for _, f := range all {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			for name, text := range printedDefaults(t, changed, "FACT="+f.name) {
				if text != recorded(t, name) {
					return
				}
			}
			for _, c := range cases {
				if !c.holds(t, "FACT="+f.name) {
					return
				}
			}
			t.Errorf("%s was %s, and %s in its place changes no case", f.name, f.value, f.other())
		})
	}
}

// recordedDir has an input that leaves out what it can, and what the program prints for it.
const recordedDir = "../facts/testdata"

func recorded(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(recordedDir, name))
	if err != nil && !*update {
		t.Fatal(err)
	}
	return string(raw)
}

// printedDefaults is what resolve prints of the defaults, and migrate of those of its targets, by the
// file that holds it.
func printedDefaults(t *testing.T, program, env string) map[string]string {
	t.Helper()
	run := func(args ...string) string {
		cmd := exec.Command(program, args...)
		cmd.Dir, cmd.Env = recordedDir, []string{"LC_ALL=C", env}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return string(out)
	}
	files := map[string]string{"resolve.json": run("resolve", "-o", "json", "input.yaml")}
	for _, target := range emit.AppliedTargets() {
		dir := t.TempDir()
		run("migrate", "input.yaml", "--to", target, "--output-dir", dir)
		raw, err := os.ReadFile(filepath.Join(dir, "MIGRATION.md"))
		if err != nil {
			t.Fatal(err)
		}
		files[target+".md"] = string(raw)
	}
	return files
}

func TestDefaultsArePrintedAsRecorded(t *testing.T) {
	for name, text := range printedDefaults(t, program, "") {
		if *update {
			if err := os.WriteFile(filepath.Join(recordedDir, name), []byte(text), 0o666); err != nil { //nolint:gosec // a file of the repository
				t.Fatal(err)
			}
		} else if diff := cmp.Diff(recorded(t, name), text); diff != "" {
			t.Errorf("%s: (-is +should be)\n%s", name, diff)
		}
	}
}

// holds reports a case that prints what its folder has, in an environment.
func (c *golden) holds(t *testing.T, env string) bool {
	t.Helper()
	outcomes := make([]outcome, len(c.targets))
	for i, target := range c.targets {
		outcomes[i] = c.run(t, c.dir, target.name, env)
	}
	got := wanted(c.targets, outcomes)
	for name, text := range got {
		if c.want[name] != text {
			return false
		}
	}
	return true
}

package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/connpolicy/connpolicy"

// line is the house in order: what each package may import of the others.
var line = []struct {
	name string
	may  []string
}{
	{"diag", nil},
	{"diag/codes", []string{"diag"}},
	{"diag/format", []string{"diag", "diag/codes"}},
	{"facts", nil},
	{"pool", nil},
	{"hop", []string{"diag", "facts"}},
	{"text", []string{"diag"}},
	{"krm", []string{"diag", "text"}},
	{"schema", []string{"diag", "text"}},
	{"validate", []string{"diag", "facts", "hop", "text", "schema"}},
	{"plan", []string{"diag", "facts"}},
	{"compile", []string{"diag", "facts", "schema", "plan"}},
	{"judge", []string{"diag", "facts", "hop", "schema", "plan"}},
	{"dialect", []string{"diag", "facts", "schema", "plan"}},
	{"dialect/envoyapi", []string{"plan"}},
	{"dialect/envoy", []string{"diag", "plan", "dialect", "dialect/envoyapi"}},
	{"dialect/envoygateway", []string{"diag", "facts", "schema", "plan", "dialect"}},
	{"dialect/istio", []string{"diag", "facts", "schema", "plan", "dialect", "dialect/envoyapi"}},
	{"dialect/kgateway", []string{"diag", "facts", "schema", "plan", "dialect"}},
	{"emit", []string{"diag", "facts", "pool", "schema", "plan", "dialect", "dialect/envoy", "dialect/envoygateway", "dialect/istio", "dialect/kgateway"}},
	{"pipeline", []string{"diag", "pool", "text", "schema", "plan", "compile", "validate", "judge", "dialect", "emit"}},
	{"preset", []string{"diag", "hop"}},
	{"report", []string{"diag", "diag/codes", "diag/format", "facts", "hop", "text", "schema", "plan", "judge"}},
	{"cli", []string{"diag", "diag/codes", "diag/format", "pool", "hop", "text", "krm", "schema", "plan", "compile", "judge", "dialect", "emit", "pipeline", "preset", "report"}},
	{".", []string{"cli"}},
}

// homes are outside libraries and the packages that may know them.
var homes = map[string][]string{
	"github.com/aymanbagabas/go-udiff":         {"cli"},
	"github.com/bmatcuk/doublestar/v4":         {"cli"},
	"github.com/cpuguy83/go-md2man/v2":         {"cli"},
	"github.com/santhosh-tekuri/jsonschema/v5": {"validate"},
	"github.com/urfave/cli/v2":                 {"cli"},
	"go.yaml.in/yaml/v3":                       {"text", "krm"},
	"golang.org/x/term":                        {"cli"},
	"sigs.k8s.io/yaml":                         {"diag/codes", "hop", "text", "krm", "schema", "emit"},
}

// product lists what the product's packages import, without their tests.
func product(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	for _, p := range line {
		files, err := filepath.Glob(filepath.Join(p.name, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range parsed.Imports {
				name, _ := strconv.Unquote(spec.Path.Value)
				imports[p.name] = append(imports[p.name], name)
			}
		}
		if len(imports[p.name]) == 0 && p.name != "diag" {
			t.Errorf("package %s imports nothing: is it where this test looks for it?", p.name)
		}
	}
	return imports
}

func TestNoPackageImportsOneToItsRight(t *testing.T) {
	imports := product(t)
	for _, p := range line {
		for _, name := range imports[p.name] {
			if rest, ours := strings.CutPrefix(name, module+"/"); ours && !slices.Contains(p.may, rest) {
				t.Errorf("%s imports %s; it may import %s", p.name, rest, strings.Join(append([]string{"none of ours but"}, p.may...), " "))
			}
		}
	}
}

func TestEveryOutsideLibraryHasAHome(t *testing.T) {
	for name, imports := range product(t) {
		for _, imported := range imports {
			first, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(first, ".") || strings.HasPrefix(imported, module+"/") {
				continue
			}
			if !slices.ContainsFunc(libraries(imported), func(l string) bool { return slices.Contains(homes[l], name) }) {
				t.Errorf("%s imports %s, which is at home elsewhere or nowhere", name, imported)
			}
		}
	}
}

// libraries are the paths that a package may lie under.
func libraries(imported string) []string {
	var out []string
	for ; imported != "."; imported = path.Dir(imported) {
		out = append(out, imported)
	}
	return out
}

func TestEveryPackageOfTheHouseIsOnTheLine(t *testing.T) {
	outside := []string{".cache", ".ci", ".git", "bench", "conformance", "docs", "examples", "golden", "tools"} // no part of the product
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (slices.Contains(outside, name) || d.Name() == "testdata") {
			return fs.SkipDir
		}
		known := slices.ContainsFunc(line, func(p struct {
			name string
			may  []string
		},
		) bool {
			return p.name == filepath.Dir(name)
		})
		if strings.HasSuffix(name, ".go") && !known {
			t.Errorf("%s lies in a package that architecture.md does not know", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNothingDecidesByTheNameOfACommand(t *testing.T) {
	files, err := filepath.Glob("cli/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of package cli: %v", err)
	}
	compares := regexp.MustCompile(`Command\.Name\s*[=!]=|[=!]=\s*\w+\.Command\.Name|switch \w+\.Command\.Name|\.command\s*[=!]=|switch \w+\.command\b`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if at := compares.Find(text); at != nil {
			t.Errorf("%s: %s; let the command's options say what sets it apart", file, at)
		}
	}
}

func TestTheProductLinksNoLibraryOfTheTests(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, module+"/emit") {
		t.Fatal("go list does not show the product's packages")
	}
	for _, dep := range deps {
		for _, test := range []string{"github.com/envoyproxy/", "github.com/google/go-cmp", "pgregory.net/rapid", "google.golang.org/grpc", "google.golang.org/protobuf", "istio.io/api", "testing"} {
			if dep == test || strings.HasPrefix(dep, strings.TrimSuffix(test, "/")+"/") {
				t.Errorf("the product links %s", dep)
			}
		}
	}
}

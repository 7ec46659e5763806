package main_test

import (
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// leastFigure is the smallest figure that is looked for: smaller numbers stand for many other things.
const leastFigure = 101

// aboutConnections are the packages that could have a figure of their own.
var aboutConnections = []string{"compile", "dialect", "emit", "hop", "judge", "pipeline", "plan", "preset", "schema", "validate"}

// elsewhere are figures of package facts that other things happen to have as well.
var elsewhere = map[string]string{
	"dialect/envoygateway/backend.go 1024":    "bytes of a KiB",
	"dialect/envoygateway/backend.go 1048576": "bytes of a MiB",
	"preset/preset.go 300":                    "a timeout to start from",
	"validate/fixes.go 1048576":               "days of a duration",
	"validate/sockets.go 65535":               "the number of SOL_SOCKET on other systems",
	"validate/sockets.go 2147483647":          "a C int",
	"validate/sockets.go 1024":                "a socket option of FreeBSD",
}

// figuresOf are the whole numbers of package facts from leastFigure on; of a duration, its seconds.
func figuresOf(t *testing.T) map[uint64]string {
	t.Helper()
	set := token.NewFileSet()
	var files []*ast.File
	names, _ := filepath.Glob("facts/*.go") // the pattern is right
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	config := types.Config{Importer: importer.ForCompiler(set, "source", nil)}
	pkg, err := config.Check("facts", set, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	figures := map[uint64]string{}
	for _, name := range pkg.Scope().Names() {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok || c.Val().Kind() != constant.Int {
			continue
		}
		n, _ := constant.Uint64Val(c.Val())
		if strings.HasSuffix(c.Type().String(), "Duration") {
			n /= uint64(time.Second)
		}
		if n >= leastFigure {
			figures[n] = name
		}
	}
	if len(figures) < 10 {
		t.Fatalf("only %d figures", len(figures))
	}
	return figures
}

var digits = regexp.MustCompile(`\b\d{3,10}\b`)

// literals are the numbers in the literals of a file, in its texts as well.
func literals(file *ast.File) (numbers []uint64) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BinaryExpr: // 1<<20
			if left, ok := n.X.(*ast.BasicLit); ok && n.Op == token.SHL {
				if right, ok := n.Y.(*ast.BasicLit); ok {
					v := constant.Shift(constant.MakeFromLiteral(left.Value, left.Kind, 0), token.SHL, uint(must(strconv.Atoi(right.Value))))
					u, _ := constant.Uint64Val(v)
					numbers = append(numbers, u)
				}
			}
		case *ast.BasicLit:
			if n.Kind == token.INT {
				u, _ := constant.Uint64Val(constant.MakeFromLiteral(n.Value, n.Kind, 0))
				numbers = append(numbers, u)
			}
			if n.Kind == token.STRING {
				for _, text := range digits.FindAllString(n.Value, -1) {
					u, _ := strconv.ParseUint(text, 10, 64)
					numbers = append(numbers, u)
				}
			}
		}
		return true
	})
	return numbers
}

func must(n int, _ error) int { return n }

// TestNoFigureOfFactsStandsElsewhere finds the numbers of package facts in other packages of the product: what the
// outside world decides is written once.
func TestNoFigureOfFactsStandsElsewhere(t *testing.T) {
	figures := figuresOf(t)
	var needed []string
	for _, dir := range aboutConnections {
		needed = append(needed, figuresIn(t, dir, figures)...)
	}
	for key := range elsewhere {
		if !slices.Contains(needed, key) {
			t.Errorf("the exception %q is not needed any more", key)
		}
	}
}

// figuresIn reports the figures in the files of a directory, and returns the exceptions that they need.
func figuresIn(t *testing.T, dir string, figures map[uint64]string) (needed []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		for _, n := range literals(file) {
			key := filepath.ToSlash(name) + " " + strconv.FormatUint(n, 10)
			switch {
			case figures[n] == "":
			case elsewhere[key] != "":
				needed = append(needed, key)
			default:
				t.Errorf("%s has %d, which is facts.%s", name, n, figures[n])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return needed
}

package golden_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/codes"
)

// folder is the case of a code: "error-unknown-field".
func folder(c *diag.Code) string { return c.Severity.String() + "-" + c.Name }

func TestEveryCodeHasACase(t *testing.T) {
	for _, c := range diag.Codes {
		if c == diag.InternalError {
			continue // no input gives it; the tests of package cli do
		}
		dir := folder(c)
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("code %s has no case: no folder golden/%s", c.Name, dir)
			continue
		}
		g := load(t, dir)
		first := c.Severity.String() + ": "
		said := func(line string) bool {
			return strings.Contains(line, first) && strings.HasSuffix(line, "["+c.Name+"]")
		}
		if !slices.ContainsFunc(strings.Split(g.said(), "\n"), said) {
			t.Errorf("golden/%s does not give the finding it is named for", dir)
		}
	}
}

func TestEveryFolderNamedForACodeHasOne(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		severity, name, _ := strings.Cut(e.Name(), "-")
		if !e.IsDir() || !slices.Contains([]string{"error", "warning", "info"}, severity) {
			continue
		}
		if c := diag.Lookup(name); c == nil || folder(c) != e.Name() {
			t.Errorf("golden/%s is named for a code that does not exist, or is of another severity", e.Name())
		}
	}
}

func TestEveryPageIsComplete(t *testing.T) {
	for _, c := range diag.Codes {
		page := codes.PageOf(c)
		for part, text := range map[string]string{"Summary": page.Summary, "Explain": page.Explain, "Example": page.Example, "Fix": page.Fix, "Source": page.Source} {
			switch {
			case text == "" && part == "Fix" && c.Severity == diag.Info: // nothing is wrong, nothing to mend
			case text == "":
				t.Errorf("%s: the page has no %s", c.Name, part)
			case text != strings.TrimSpace(text) && part != "Example" && part != "Fix":
				t.Errorf("%s: %s begins or ends with white space", c.Name, part)
			}
			for line := range strings.Lines(text) {
				if n := len([]rune(strings.TrimRight(line, "\n"))); n > 76 && part == "Explain" {
					t.Errorf("%s: a line of Explain is %d characters long, and terminals are 80 wide: %s", c.Name, n, line)
				}
			}
		}
		if !strings.HasPrefix(page.Source, "https://") {
			t.Errorf("%s: the source %q is not a URL", c.Name, page.Source)
		}
	}
}

// lines are the lines of a text that say something, without the space around them.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' && line != "---" {
			out = append(out, line)
		}
	}
	return out
}

func TestExamplesOfPagesAreReal(t *testing.T) {
	for _, c := range diag.Codes {
		if _, err := os.Stat(folder(c)); err != nil {
			continue // TestEveryCodeHasACase says so
		}
		g := load(t, folder(c))
		var have []string
		for _, name := range g.inputs {
			have = append(have, lines(strings.ToValidUTF8(g.text[name], "\ufffd"))...) // as a page must print it
		}
		for _, line := range lines(codes.PageOf(c).Example) {
			if !slices.Contains(have, line) {
				t.Errorf("%s: golden/%s does not hold this line of the page's example: %s", c.Name, folder(c), line)
			}
		}
	}
}

// TestFixesOfPagesWork puts each page's fix in the place of its example and runs the case again:
// the finding is gone, and the input compiles.
func TestFixesOfPagesWork(t *testing.T) {
	for _, c := range diag.Codes {
		if _, err := os.Stat(folder(c)); err != nil || codes.PageOf(c).Fix == "" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			g := load(t, folder(c))
			dir := g.mended(t, c)
			for _, target := range g.targets {
				o := g.run(t, dir, target.name)
				if o.exit != 0 || strings.Contains(o.stderr, "["+c.Name+"]") {
					t.Errorf("with the page's fix, compile --target %s exits with %d and says\n%s", target.name, o.exit, o.stderr)
				}
			}
		})
	}
}

// mended copies a case's inputs with a page's fix in place of its example. A fix that is a
// command line ("$ connpolicy compile …") changes the case's flags instead.
func (c *golden) mended(t *testing.T, code *diag.Code) string {
	t.Helper()
	dir, page := t.TempDir(), codes.PageOf(code)
	mended := false
	for _, name := range c.inputs {
		text := strings.ToValidUTF8(c.text[name], "\ufffd")
		if !strings.HasPrefix(page.Fix, "$ ") {
			if fixed, ok := exchange(text, page.Example, page.Fix); ok {
				text, mended = fixed, true
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if flags, ok := strings.CutPrefix(page.Fix, "$ connpolicy compile "); ok {
		flags, _, _ = strings.Cut(flags, " -f ")
		c.args, mended = strings.Fields(flags), true
	}
	if !mended {
		t.Fatalf("the example of %s does not stand in golden/%s as one piece", code.Name, c.dir)
	}
	return dir
}

// exchange replaces a run of lines, wherever they are indented, by others.
func exchange(text, old, replacement string) (string, bool) {
	have := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	want := strings.Split(strings.TrimRight(old, "\n"), "\n")
	for i := 0; i+len(want) <= len(have); i++ {
		indent, _, found := strings.Cut(have[i], want[0])
		if !found || strings.TrimLeft(indent, " ") != "" || !slices.Equal(have[i:i+len(want)], indented(want, indent)) {
			continue
		}
		fixed := indented(strings.Split(strings.TrimRight(replacement, "\n"), "\n"), indent)
		if replacement == "" {
			fixed = nil
		}
		return strings.Join(slices.Concat(have[:i], fixed, have[i+len(want):]), "\n"), true
	}
	return text, false
}

func indented(lines []string, indent string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		if line != "" {
			out[i] = indent + line
		}
	}
	return out
}

// TestEveryCodeVarIsListed reads package diag's source: a code that is declared and not in the
// table would have no page and no case.
func TestEveryCodeVarIsListed(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../diag/codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(f, func(n ast.Node) bool {
		code := codeName(n)
		if code == "" {
			return true
		}
		declared++
		if diag.Lookup(code) == nil {
			t.Errorf("%s is declared, and diag.Codes does not list it", code)
		}
		return true
	})
	if declared != len(diag.Codes) {
		t.Errorf("%d codes are declared, and diag.Codes lists %d", declared, len(diag.Codes))
	}
}

// codeName is the name in a Code{Name: "…"} literal, or "".
func codeName(n ast.Node) string {
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return ""
	}
	if typ, ok := lit.Type.(*ast.Ident); !ok || typ.Name != "Code" {
		return ""
	}
	for _, e := range lit.Elts {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, _ := pair.Key.(*ast.Ident)
		value, isLit := pair.Value.(*ast.BasicLit)
		if key != nil && key.Name == "Name" && isLit {
			name, _ := strconv.Unquote(value.Value)
			return name
		}
	}
	return ""
}

//go:build e2e

package envoy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// document shows what the tests print, each test's lines in a block of its name:
//
//	```text TestSomethingIsSo
//	proved: …
//	```
var document = filepath.Join("..", "..", "docs", "proof.md")

// proof is what one test prints.
type proof struct{ text strings.Builder }

// newProof begins a test's part of the printed proof. At its end the document must show the same.
func newProof(t *testing.T) *proof {
	t.Helper()
	p := &proof{}
	t.Cleanup(func() {
		if !t.Failed() && !t.Skipped() {
			p.compare(t)
		}
	})
	return p
}

// show prints a line at once: a run takes a minute, and people watch it.
func (p *proof) show(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	fmt.Println(line)
	p.text.WriteString(line + "\n")
}

// proved prints a line that says what was shown to be so.
func (p *proof) proved(format string, args ...any) { p.show("proved: "+format, args...) }

// skip prints why a test is not run, and ends it.
func skip(t *testing.T, format string, args ...any) {
	t.Helper()
	fmt.Printf("skipped: %s: %s\n", t.Name(), fmt.Sprintf(format, args...))
	t.SkipNow()
}

// measured is what differs from run to run: times, versions, and how many cases there are.
var measured = regexp.MustCompile(` *\d+(\.\d+)+|\d+ of \d+`)

// compare holds the test's block of the document to what was printed, or makes it so.
func (p *proof) compare(t *testing.T) {
	t.Helper()
	raw, err := os.ReadFile(document)
	if err != nil {
		t.Error(err)
		return
	}
	text := string(raw)
	before, rest, opened := strings.Cut(text, "```text "+t.Name()+"\n")
	block, after, closed := strings.Cut(rest, "```\n")
	switch {
	case !opened || !closed:
		t.Errorf("%s has no block ```text %s", document, t.Name())
	case *update:
		text = before + "```text " + t.Name() + "\n" + p.text.String() + "```\n" + after
		if err := os.WriteFile(document, []byte(text), 0o644); err != nil { //nolint:gosec // a file of the repository
			t.Error(err)
		}
	case measured.ReplaceAllString(block, "#") != measured.ReplaceAllString(p.text.String(), "#"):
		t.Errorf("%s shows other lines than were printed just now; read both, then make e2e UPDATE=1 takes the new ones:\n%s", document, block)
	}
}

func TestEveryBlockOfTheDocumentIsPrintedByATest(t *testing.T) {
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(raw)
	}
	blocks := regexp.MustCompile("(?m)^```text (.+)$").FindAllStringSubmatch(string(text), -1)
	if len(blocks) == 0 {
		t.Errorf("%s shows no test", document)
	}
	for _, block := range blocks {
		if !strings.Contains(source.String(), "func "+block[1]+"(") {
			t.Errorf("%s shows %s, and there is no such test", document, block[1])
		}
	}
}

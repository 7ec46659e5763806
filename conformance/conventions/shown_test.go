//go:build conventions

package conventions_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the documents show of other programs' runs is run, too. A fenced block marked "text" and with
// the name of a test is what a terminal shows: each line that begins with "$ " is a command, which
// that test runs by bash in a folder it has prepared.
//
// "make conventions UPDATE=1" writes what is printed now into the documents.

var update = flag.Bool("update", false, "write what the commands in the documents print now into them")

// shows runs the commands of the document's block that has the test's name, and holds the block to
// what they print. The folders of path come before all others.
func shows(t *testing.T, document, dir string, env []string, path ...string) {
	t.Helper()
	file := filepath.Join(root, document)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(raw), "```text "+t.Name()+"\n")
	block, after, closed := strings.Cut(rest, "```\n")
	if !opened || !closed {
		t.Fatalf("%s has no block ```text %s", document, t.Name())
	}
	var printed strings.Builder
	for _, line := range strings.Split(block, "\n") {
		command, is := strings.CutPrefix(line, "$ ")
		if !is {
			continue
		}
		cmd := exec.Command("bash", "-o", "pipefail", "-c", command)
		cmd.Dir = dir
		cmd.Env = append(env, "PATH="+strings.Join(append(path, bin, os.Getenv("PATH")), string(os.PathListSeparator)))
		out, _ := cmd.CombinedOutput() // a run that fails is shown as well
		printed.WriteString(line + "\n" + string(out))
	}
	switch {
	case *update:
		text := before + "```text " + t.Name() + "\n" + printed.String() + "```\n" + after
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil { //nolint:gosec // a file of the repository
			t.Error(err)
		}
	case block != printed.String():
		t.Errorf("%s does not show what is printed; read both, then make conventions UPDATE=1 takes the new lines:\n%s", document, printed.String())
	}
}

// fenced is the text of a document's block that begins with a line.
func fenced(t *testing.T, document, first string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, document))
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(text), "```"+first+"\n")
	if block, _, _ = strings.Cut(block, "```"); !found {
		t.Fatalf("%s has no block that begins with %q", document, first)
	}
	return block
}

func TestEveryBlockOfARunIsHeldByATest(t *testing.T) {
	var tests strings.Builder
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(text)
	}
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]int{}
	for _, document := range append(documents, filepath.Join(root, "README.md")) {
		if filepath.Base(document) == "proof.md" {
			continue // conformance/envoy holds its blocks
		}
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile("(?m)^```text ?(.*)\n(.*)$").FindAllStringSubmatch(string(text), -1) {
			if !strings.HasPrefix(block[2], "$ ") {
				continue
			}
			if blocks[filepath.Base(document)]++; block[1] == "" || !strings.Contains(tests.String(), "func "+block[1]+"(") {
				t.Errorf("%s shows a run, and %q is no test of it", document, block[1])
			}
		}
	}
	for _, document := range []string{"gitops.md", "kubectl.md", "pre-commit.md"} {
		if blocks[document] == 0 {
			t.Errorf("docs/%s shows no run", document)
		}
	}
}

package main_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "github.com/connpolicy/connpolicy/cli" // so that go test knows: when the program changes, no result is to be had from its cache
	"github.com/connpolicy/connpolicy/schema"
	"github.com/google/go-cmp/cmp"
)

// What the documents show is run. In a fenced block marked "console" every line that begins with
// "$ " is a command, and the lines below it are all that a terminal shows of it: both streams, in
// the order in which they are written. A block marked "yaml NAME" is a file, which the commands
// after it may read. Commands run by sh, in order, in a folder that has the repository's examples
// and nothing else; a document starts with a fresh one. "go run ." is the built program. One that
// fails is followed by "$ echo $?". Blocks with other marks are not run.
//
// "go test . -run Docs -update" writes what is printed now into the documents.

var docsUpdate = flag.Bool("update", false, "write what the commands in the documents print now into them")

// docsFiles are the documents. docs/codes.md is made of the table of codes, and golden holds it.
func docsFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return slices.DeleteFunc(files, func(name string) bool { return filepath.ToSlash(name) == "docs/codes.md" })
}

func docsRead(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// docsPart is a stretch of a document: text to keep, a file, or a command with what it prints.
type docsPart struct {
	line    int    // where it begins
	text    string // as it stands, for all but output
	file    string // the name that a yaml block gives its text
	command string
	output  string
}

// docsParse takes a document apart, so that the texts and outputs in a row are the document.
func docsParse(t *testing.T, name, text string) []docsPart {
	t.Helper()
	var parts []docsPart
	mark, opened := "", 0
	for n, line := range strings.SplitAfter(text, "\n") {
		fence, isFence := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "```")
		last := len(parts) - 1
		switch {
		case isFence && opened == 0:
			mark, opened = fence, n+1
			parts = append(parts, docsPart{line: n + 1, text: line})
			if file, ok := strings.CutPrefix(mark, "yaml "); ok {
				parts = append(parts, docsPart{line: n + 2, file: file})
			}
		case isFence && fence != "":
			t.Fatalf("%s:%d: a block begins before the one of line %d has ended", name, n+1, opened)
		case isFence:
			mark, opened = "", 0
			parts = append(parts, docsPart{line: n + 1, text: line})
		case mark == "console" && strings.HasPrefix(line, "$ "):
			parts = append(parts, docsPart{line: n + 1, text: line, command: strings.TrimSpace(line[2:])})
		case mark == "console" && parts[last].command == "":
			t.Fatalf("%s:%d: a console block begins with a command, after a $ and a space", name, n+1)
		case mark == "console":
			parts[last].output += line
		case last >= 0 && (mark == "" || strings.HasPrefix(mark, "yaml ")):
			parts[last].text += line
		default:
			parts = append(parts, docsPart{line: n + 1, text: line})
		}
	}
	if opened != 0 {
		t.Fatalf("%s:%d: this block never ends", name, opened)
	}
	return parts
}

// docsShell runs commands one after another.
type docsShell struct {
	dir, path string
	status    string // of the command before, as sh has it
}

func (s *docsShell) run(t *testing.T, command string) string {
	t.Helper()
	if rest, ok := strings.CutPrefix(command, "go run . "); ok {
		command = "connpolicy " + rest
	}
	cmd := exec.Command("sh", "-c", "(exit "+s.status+")\n"+command)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &out, &out // one pipe, as one terminal
	cmd.Env = []string{"PATH=" + s.path + string(os.PathListSeparator) + os.Getenv("PATH"), "LC_ALL=C"}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		s.status = "0"
	case errors.As(err, &exit):
		s.status = strings.TrimPrefix(exit.Error(), "exit status ")
	default:
		t.Fatal(err)
	}
	return out.String()
}

// docsGo is the version of Go in what "connpolicy version" prints, the one thing that differs
// from machine to machine.
var docsGo = regexp.MustCompile(`\(go1\.[0-9a-z.]+\)`)

func TestDocsCommandsPrintWhatTheDocsShow(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh here to run the commands")
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(bin, "connpolicy"), ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	shown := map[string]int{} // how often each command of the program is run
	for _, name := range docsFiles(t) {
		t.Run(name, func(t *testing.T) {
			text := docsRead(t, name)
			now := docsRun(t, name, docsParse(t, name, text), bin, shown)
			switch {
			case now == text:
			case *docsUpdate:
				if err := os.WriteFile(name, []byte(now), 0o666); err != nil { //nolint:gosec // a file of the repository
					t.Fatal(err)
				}
			default:
				t.Errorf("the document shows something else (-shown +printed); go test . -run Docs -update writes what is printed:\n%s", cmp.Diff(strings.Split(text, "\n"), strings.Split(now, "\n")))
			}
		})
	}
	for _, command := range []string{"compile", "validate", "migrate", "explain", "hops", "schema", "version"} {
		if shown[command] == 0 {
			t.Errorf("no document shows connpolicy %s, or none was read", command)
		}
	}
}

// docsRun runs a document's commands and gives the document with what they print now.
func docsRun(t *testing.T, name string, parts []docsPart, bin string, shown map[string]int) string {
	t.Helper()
	shell := &docsShell{dir: t.TempDir(), path: bin, status: "0"}
	if err := os.CopyFS(filepath.Join(shell.dir, "examples"), os.DirFS("examples")); err != nil {
		t.Fatal(err)
	}
	var now strings.Builder
	for i, p := range parts {
		now.WriteString(p.text)
		if p.file != "" {
			if err := os.WriteFile(filepath.Join(shell.dir, filepath.Base(p.file)), []byte(p.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if p.command == "" {
			continue
		}
		for _, m := range regexp.MustCompile(`\b(?:connpolicy|go run \.) ([a-z]+)`).FindAllStringSubmatch(p.command, -1) {
			shown[m[1]]++
		}
		out := shell.run(t, p.command)
		if shell.status != "0" && (i+1 == len(parts) || parts[i+1].command != "echo $?") {
			t.Errorf("%s:%d: this command exits with %s; let the next line show it, as $ echo $?\n%s", name, p.line, shell.status, out)
		}
		if docsGo.ReplaceAllString(out, "") == docsGo.ReplaceAllString(p.output, "") {
			out = p.output
		}
		now.WriteString(out)
	}
	return now.String()
}

var (
	docsLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	docsHeading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	docsFence   = regexp.MustCompile("(?ms)^```.*?^```$")
	docsNoWord  = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

func TestDocsLinksLeadSomewhere(t *testing.T) {
	links := 0
	for _, name := range docsFiles(t) {
		for _, m := range docsLink.FindAllStringSubmatch(docsFence.ReplaceAllString(docsRead(t, name), ""), -1) {
			if strings.HasPrefix(m[1], "https://") {
				continue
			}
			links++
			path, anchor, _ := strings.Cut(m[1], "#")
			target := filepath.Join(filepath.Dir(name), filepath.FromSlash(path))
			if path == "" {
				target = name
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			} else if anchor != "" && !slices.Contains(docsAnchors(docsRead(t, target)), anchor) {
				t.Errorf("%s links to %s, and there is no such heading", name, m[1])
			}
		}
	}
	if links == 0 {
		t.Error("no link was found")
	}
}

// docsAnchors are a document's headings as their links spell them.
func docsAnchors(text string) []string {
	var anchors []string
	for _, m := range docsHeading.FindAllStringSubmatch(docsFence.ReplaceAllString(text, ""), -1) {
		anchors = append(anchors, strings.ReplaceAll(docsNoWord.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return anchors
}

// docsReadmeMost is how many bytes README.md may have: it is read in a few minutes, and docs has the rest.
const docsReadmeMost = 10_000

func TestDocsReadmeIsShortAndTheListOfDocumentsIsWhole(t *testing.T) {
	if size := len(docsRead(t, "README.md")); size > docsReadmeMost {
		t.Errorf("README.md has %d bytes, and at most %d are wanted: move what is for later to docs", size, docsReadmeMost)
	}
	list := docsRead(t, "docs/README.md")
	for _, name := range docsFiles(t) {
		dir, base := path.Split(filepath.ToSlash(name))
		if link := "](" + base + ")"; dir == "docs/" && base != "README.md" && !strings.Contains(list, link) {
			t.Errorf("docs/README.md does not link to %s", base)
		}
	}
}

func TestDocsNameEveryKindFlagAndExample(t *testing.T) {
	kinds, commands, examples := docsRead(t, "docs/reading-and-writing.md"), docsRead(t, "docs/commands.md"), docsRead(t, "examples/README.md")
	for _, k := range schema.Kinds {
		if !strings.Contains(kinds, "`"+k.Name+"`") {
			t.Errorf("docs/reading-and-writing.md does not name the kind %s", k.Name)
		}
	}
	flags := 0
	for _, command := range []string{"compile", "validate", "resolve", "report", "diff", "migrate", "init", "hops", "explain", "schema", "fn", "completion", "man", "version"} {
		help, err := exec.Command("go", "run", ".", command, "-h").Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^   (--[a-z-]+)`).FindAllStringSubmatch(string(help), -1) {
			flags++
			if m[1] != "--help" && !strings.Contains(commands, "`"+m[1]) && !strings.Contains(commands, m[1]+"`") {
				t.Errorf("docs/commands.md does not name the flag %s of connpolicy %s", m[1], command)
			}
		}
	}
	if flags == 0 {
		t.Error("connpolicy -h shows no flag")
	}
	entries, err := os.ReadDir("examples")
	if err != nil || len(entries) < 2 {
		t.Fatalf("there are no examples: %v", err)
	}
	for _, e := range entries {
		if link := "[" + e.Name() + "](" + e.Name() + ")"; e.IsDir() && !strings.Contains(examples, link) {
			t.Errorf("examples/README.md does not link to %s", e.Name())
		}
	}
}

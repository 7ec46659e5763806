package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag/format"
)

// full is a stream that takes nothing, as a full disk or a closed pipe.
type full struct{}

func (full) Write([]byte) (int, error) {
	return 0, errors.New("write /dev/full: no space left on device")
}

func TestWhoeverCannotWriteIsToldSoInOurWords(t *testing.T) {
	t.Chdir(workDir(t))
	for _, line := range []string{
		"compile good.yaml", "compile good.yaml --output-dir out --check", "validate good.yaml --format json",
		"validate warn.yaml --fix --dry-run", "resolve good.yaml", "resolve good.yaml -o wide", "resolve good.yaml -o dot", "report good.yaml",
		"diff good.yaml warn.yaml", "init", "init --config", "explain syntax", "explain aws-nlb", "explain --list",
		"hops", "hops -o json", "hops explain aws-nlb", "schema", "schema Config", "completion bash", "man", "version", "version -o json", "--version",
	} {
		var errs bytes.Buffer
		code := Run(append([]string{"connpolicy"}, strings.Fields(line)...), strings.NewReader(""), full{}, &errs)
		const want = "connpolicy: standard output cannot be written\n   = help: check what the output is piped into\n"
		if code != ExitUsage || !strings.HasSuffix(errs.String(), want) {
			t.Errorf("%s: exit %d\n%s", line, code, errs.String())
		}
	}
}

func TestNoFileIsReplacedUnlessAllAreWritten(t *testing.T) {
	dir := t.TempDir()
	first := filepath.Join(dir, "a.yaml")
	putFile(t, first, "as it was")
	err := replace(output{name: first, path: first, text: []byte("new")}, output{name: "b.yaml", path: filepath.Join(dir, "gone", "b.yaml")})
	if err == nil || !strings.Contains(err.Error(), "b.yaml cannot be written") {
		t.Errorf("%v", err)
	}
	if textOf(t, first) != "as it was" {
		t.Error("the first file was replaced")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v is left behind: %v", entries, err)
	}
}

// TestFindingsReplaceNothingButFindings has a manifest where findings are to be written, and the
// findings of an earlier run in each format.
func TestFindingsReplaceNothingButFindings(t *testing.T) {
	dir := workDir(t)
	for _, name := range format.Names() {
		got := runIn(t, dir, "", "validate", "--format", name+"=bad.yaml", "good.yaml")
		if got.code != ExitUsage || !strings.Contains(got.err, "bad.yaml contains no findings, and --format would replace it") {
			t.Errorf("%s: exit code %d\n%s", name, got.code, got.err)
		}
		for _, later := range format.Names() {
			for _, input := range []string{"good.yaml", "warn.yaml", "broken.yaml"} {
				runIn(t, dir, "", "validate", "--format", name+"=found", input)
				if got := runIn(t, dir, "", "validate", "--format", later+"=found", "good.yaml"); got.code != ExitDone {
					t.Errorf("%s after %s of %s: exit code %d\n%s", later, name, input, got.code, got.err)
				}
				if err := os.Remove(filepath.Join(dir, "found")); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

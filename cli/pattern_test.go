package cli

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPatternsAreBounded(t *testing.T) {
	for pattern, alternative := range map[string]bool{
		strings.Repeat("{a,b}", 6): true, strings.Repeat("{a,b}", 7): false, strings.Repeat("{**/d/,}", 10): false,
		"{a,{b,{c,d}}}": true, `\{a,b\}` + strings.Repeat("{a,b}", 6): true, "**/*.{yaml,yml,json}": true,
		"{" + strings.Repeat("a,", 63) + "b}": true, "{" + strings.Repeat("a,", 64) + "b}": false,
	} {
		wrong, help := patternFault(pattern)
		if (wrong == "") != alternative || (help == "") != alternative {
			t.Errorf("%q: %q, %q", pattern, wrong, help)
		}
	}
	many := strings.Repeat("{a,b}", 23)
	dir := files(t, map[string]string{"a.yaml": serviceOf("a"), "conf": configHead + "inputs: ['" + many + "']\n", "conf2": configHead + "exclude: ['" + many + "']\n"})
	for _, args := range [][]string{{many}, {"--exclude", many, "a.yaml"}, {"--config", "conf"}, {"--config", "conf2", "a.yaml"}} {
		if got := runIn(t, dir, "", append([]string{"validate"}, args...)...); got.code != ExitUsage || !strings.Contains(got.err, "stands for more than 64 patterns") {
			t.Errorf("%v: exit code %d\n%s", args, got.code, got.err)
		}
	}
}

// TestEachDirectoryIsWalkedOnce has a pattern of many ** over many nested directories, which takes
// minutes where each ** walks all directories below the last.
func TestEachDirectoryIsWalkedOnce(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, strings.Repeat("d/", 300))
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, deep, "a.yaml", serviceOf("a"))
	t.Chdir(dir)
	for _, pattern := range []string{"**/*.yaml", "**/**/**/**/*.yaml", "d/**/d/**/d/**/d/**/*.yaml", filepath.Join(dir, "**/**/d/**/a.yaml")} {
		if found, err := matching(pattern); err != nil || len(found) != 1 || filepath.Base(found[0]) != "a.yaml" {
			t.Errorf("%s: %v, %v", pattern, found, err)
		}
	}
	if found, err := matching("**/none.yaml"); err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
	if found, err := matching("d/d/**"); err != nil || !slices.Contains(found, filepath.Join("d", "d", "d")) {
		t.Errorf("%v, %v", found, err)
	}
}

func TestStandardInputBesideInputsIsRefused(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": serviceOf("a"), configName: configHead + "inputs: [a.yaml]\n"})
	const says = "there is standard input, and .connpolicy.yaml has inputs too"
	for _, command := range []string{"validate", "compile", "resolve", "report"} {
		if got := runIn(t, dir, serviceOf("b"), command); got.code != ExitUsage || !strings.Contains(got.err, says) || got.out != "" {
			t.Errorf("%s: exit code %d\n%s", command, got.code, got.err)
		}
	}
	for name, got := range map[string]result{
		"nothing":        runIn(t, dir, "", "validate"),
		"a file named":   runIn(t, dir, serviceOf("b"), "validate", "a.yaml"),
		"standard input": runIn(t, dir, serviceOf("b"), "validate", "-"),
	} {
		if got.code != ExitDone || !strings.HasPrefix(got.err, "1 document: no findings") {
			t.Errorf("%s: exit code %d\n%s", name, got.code, got.err)
		}
	}
	silent, _ := io.Pipe()
	if piped(silent) {
		t.Error("a pipe without data is taken for one with text")
	}
}

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSchemasThatAreCurrentAreNotWrittenAgain(t *testing.T) {
	dir := t.TempDir()
	if got := runIn(t, dir, "", "schema", "--dir", "s"); got.code != ExitDone || got.err != "12 schemas and all.json in s, 13 written\n" {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	current, stale := filepath.Join(dir, "s", "gloo.solo.io", "proxy_v1.json"), filepath.Join(dir, "s", "gloo.solo.io", "upstream_v1.json")
	old := time.Unix(1_000_000_000, 0)
	if err := os.Chtimes(current, old, old); err != nil {
		t.Fatal(err)
	}
	file(t, dir, "s/gloo.solo.io/upstream_v1.json", `{"$id": "https://connpolicy.dev/schemas/gloo.solo.io/upstream_v1.json"}`)
	if got := runIn(t, dir, "", "schema", "--dir", "s"); got.code != ExitDone || got.err != "12 schemas and all.json in s, 1 written\n" {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	if info, err := os.Stat(current); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("a current file was written: %v %v", info, err)
	}
	if text, err := os.ReadFile(stale); err != nil || string(text) != runIn(t, dir, "", "schema", "Upstream").out {
		t.Errorf("a schema of an earlier version was not replaced: %v", err)
	}
}

func TestSchemasOfOthersStay(t *testing.T) {
	for _, c := range []struct{ name, file, text, says string }{
		{"a catalog's schema", "s/gloo.solo.io/upstream_v1.json", `{"type": "object"}`, "s/gloo.solo.io/upstream_v1.json is not replaced: it was not written by connpolicy"},
		{"another kind's schema", "s/gloo.solo.io/upstream_v1.json", `{"$id": "https://connpolicy.dev/schemas/gloo.solo.io/proxy_v1.json"}`, "s/gloo.solo.io/upstream_v1.json is not replaced"},
		{"no JSON", "s/all.json", "Written by connpolicy", "s/all.json is not replaced: it was not written by connpolicy"},
		{"an empty file", "s/all.json", "", "s/all.json is not replaced"},
		{"a folder", "s/all.json/x", "", "s/all.json is not replaced"},
		{"a file for a group's folder", "s/gloo.solo.io", "", "s/gloo.solo.io cannot be written to: it is not a directory"},
		{"a file for the directory", "s", "", "s cannot be written to: it is not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, c.file)), 0o777); err != nil {
				t.Fatal(err)
			}
			file(t, dir, c.file, c.text)
			file(t, dir, "mine.txt", "mine")
			got := runIn(t, dir, "", "schema", "--dir", "s")
			if got.code != ExitUsage || !strings.Contains(filepath.ToSlash(got.err), c.says) || !strings.Contains(got.err, "help: ") {
				t.Errorf("exit %d: %s", got.code, got.err)
			}
			if text, err := os.ReadFile(filepath.Join(dir, c.file)); err != nil || string(text) != c.text {
				t.Errorf("it holds %q now: %v", text, err)
			}
			if found, _ := filepath.Glob(filepath.Join(dir, "s", "*", "connectionpolicy_v2.json")); len(found) > 0 {
				t.Error("the others were written before")
			}
		})
	}
}

func TestAnEmptyNameOfADirectoryForSchemasIsAMistake(t *testing.T) {
	if got := runIn(t, t.TempDir(), "", "schema", "--dir", ""); got.code != ExitUsage || !strings.Contains(got.err, "--dir is empty") || got.out != "" {
		t.Errorf("%+v", got)
	}
}

func TestADirectoryThatMayNotBeWrittenIsSaidToBe(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "s"), 0o500); err != nil {
		t.Fatal(err)
	}
	if got := runIn(t, dir, "", "schema", "--dir", "s"); got.code != ExitUsage || !strings.Contains(got.err, "connpolicy: s may not be written: permission denied") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
}

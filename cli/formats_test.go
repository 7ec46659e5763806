package cli

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag/format"
)

func TestExitCodesAreTheSameForEveryFormat(t *testing.T) {
	dir := workDir(t)
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"validate", "good.yaml"}, ExitDone},
		{[]string{"validate", "good.yaml", "--fail-on", "info"}, ExitFindings},
		{[]string{"validate", "--documents-only", "warn.yaml"}, ExitDone},
		{[]string{"validate", "--documents-only", "warn.yaml", "--fail-on", "warning"}, ExitFindings},
		{[]string{"validate", "bad.yaml"}, ExitFindings},
		{[]string{"validate", "broken.yaml"}, ExitUsage},
		{[]string{"validate", "good.yaml", "broken.yaml", "bad.yaml"}, ExitUsage},
		{[]string{"validate", "absent.yaml"}, ExitUsage},
		{[]string{"compile", "good.yaml"}, ExitDone},
		{[]string{"compile", "bad.yaml"}, ExitFindings},
		{[]string{"compile", "broken.yaml"}, ExitUsage},
		{[]string{"resolve", "warn.yaml", "--fail-on", "warning"}, ExitFindings},
		{[]string{"report", "bad.yaml"}, ExitFindings},
		{[]string{"migrate", "bad.yaml", "--to", "istio", "--output-dir", "moved"}, ExitFindings},
	} {
		for _, name := range format.Names() {
			for _, how := range []string{name, name + "=findings.out"} {
				got := runIn(t, dir, "", append(slices.Clone(c.args), "--format", how)...)
				if got.code != c.code {
					t.Errorf("%v --format %s: exit code %d, want %d\n%s", c.args, how, got.code, c.code, got.err)
				}
				_ = os.Remove(filepath.Join(dir, "findings.out"))
			}
		}
	}
}

func TestAFormatForProgramsHasItsStreamToItself(t *testing.T) {
	dir := workDir(t)
	read := map[string]func(text string) error{
		"json":       func(text string) error { return json.Unmarshal([]byte(text), new(any)) },
		"jsonl":      eachLineIsJSON,
		"sarif":      func(text string) error { return json.Unmarshal([]byte(text), new(any)) },
		"gitlab":     func(text string) error { return json.Unmarshal([]byte(text), new([]any)) },
		"github":     eachLineIsACommand,
		"junit":      wellFormed,
		"checkstyle": wellFormed,
	}
	for format, read := range read {
		for _, file := range []string{"good.yaml", "warn.yaml", "bad.yaml", "broken.yaml"} {
			got := runIn(t, dir, "", "validate", file, "--format", format)
			if err := read(got.out); err != nil {
				t.Errorf("validate %s --format %s: %v\n%s", file, format, err, got.out)
			}
			if strings.Count(got.err, "\n") != 1 || !strings.Contains(got.err, "document") {
				t.Errorf("validate %s --format %s: beside it, standard error is to hold the summary:\n%s", file, format, got.err)
			}
			// Standard output is the objects' here.
			want := runIn(t, dir, "", "compile", file)
			got = runIn(t, dir, "", "compile", file, "--format", format)
			if err := read(got.err); err != nil || got.out != want.out {
				t.Errorf("compile %s --format %s: %v\n%s", file, format, err, got.err)
			}
		}
	}
}

func eachLineIsJSON(text string) error {
	for line := range strings.Lines(text) {
		if err := json.Unmarshal([]byte(line), new(map[string]any)); err != nil {
			return err
		}
	}
	return nil
}

func eachLineIsACommand(text string) error {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "::error ") && !strings.HasPrefix(line, "::warning ") && !strings.HasPrefix(line, "::notice ") {
			return fmt.Errorf("%q is no annotation", line)
		}
	}
	return nil
}

func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		switch _, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

func TestSeveralFormatsOfOneRunGoToStreamsAndFiles(t *testing.T) {
	dir := workDir(t)
	alone := func(format string) string { return runIn(t, dir, "", "validate", "bad.yaml", "--format", format).out }
	text := runIn(t, dir, "", "validate", "bad.yaml")
	got := runIn(t, dir, "", "validate", "bad.yaml", "--format", "github", "--format", "sarif=out.sarif", "--format=junit=out, of bad.xml", "--format", "text=out.txt", "--format", "text")
	if got.code != ExitFindings || got.out != alone("github") || got.err != text.err {
		t.Errorf("exit code %d\n%s\n%s", got.code, got.out, got.err)
	}
	for name, want := range map[string]string{"out.sarif": alone("sarif"), "out, of bad.xml": alone("junit"), "out.txt": text.err} {
		if have, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(have) != want {
			t.Errorf("%s: %v\n%s", name, err, have)
		}
	}
	if got := runIn(t, dir, "", "validate", "bad.yaml", "--format", "sarif=out.sarif"); got.out != "" || got.err != text.err {
		t.Errorf("beside a file, people are told what they always are:\n%s%s", got.out, got.err)
	}
}

func TestAFileOfFindingsIsWrittenWholeOrNotAtAll(t *testing.T) {
	dir := workDir(t)
	kept := filepath.Join(dir, "kept.json")
	if err := os.WriteFile(kept, []byte("earlier"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"absent.yaml"}, {"good.yaml", "--cluter", "a"}, {"good.yaml", "--format", "xml"}, {"good.yaml", "--hop", "nope"}} {
		got := runIn(t, dir, "", append([]string{"validate", "--format", "json=kept.json", "--format", "json=new.json"}, args...)...)
		if got.code != ExitUsage {
			t.Errorf("%v: exit code %d", args, got.code)
		}
	}
	if text, err := os.ReadFile(kept); err != nil || string(text) != "earlier" {
		t.Errorf("a run without findings changed the file: %v %s", err, text)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*new*"))
	if hidden, _ := filepath.Glob(filepath.Join(dir, ".connpolicy-*")); err != nil || len(left)+len(hidden) > 0 {
		t.Errorf("left behind: %v %v", left, hidden)
	}
}

func TestWhereFindingsCannotGoIsAUsageMistake(t *testing.T) {
	dir := workDir(t)
	for _, c := range []struct {
		formats []string
		says    string
	}{
		{[]string{"json=absent/out.json"}, "connpolicy: absent/out.json cannot be written\n   = help: check the directory and the disk it is on\n"},
		{[]string{"json=deep"}, "connpolicy: deep is a directory\n   = help: write the name of a file in it, such as deep/findings\n"},
		{[]string{"json="}, "connpolicy: --format json= names no file\n   = help: write --format json=FILE, or --format json\n"},
		{[]string{"json=-"}, "connpolicy: --format json=-: a format goes to a stream when no file is named\n   = help: write --format json\n"},
		{[]string{"json", "sarif"}, "connpolicy: --format json and --format sarif would be written to one stream\n   = help: write one of them to a file: --format sarif=FILE\n"},
		{[]string{"text", "text"}, "connpolicy: --format text and --format text would be written to one stream\n   = help: write one of them to a file: --format text=FILE\n"},
		{[]string{"json=out", "sarif=./deep/../out"}, "connpolicy: two formats are to be written to ./deep/../out\n   = help: name another file for one of them\n"},
		{[]string{"json=deep/../good.yaml"}, "connpolicy: good.yaml is read, and --format would write to it\n   = help: name another file for the findings\n"},
	} {
		args := []string{"validate", "good.yaml"}
		for _, f := range c.formats {
			args = append(args, "--format", f)
		}
		if got := runIn(t, dir, "", args...); got.code != ExitUsage || got.out != "" || got.err != c.says {
			t.Errorf("%v: exit code %d\n%s%s", c.formats, got.code, got.out, got.err)
		}
	}
	if got := runIn(t, dir, "", "compile", "good.yaml", "--format", "json", "--format", "text"); got.code != ExitUsage || got.out != "" {
		t.Errorf("compile has one stream for findings: exit code %d\n%s", got.code, got.err)
	}
}

func TestAFileThatMayNotBeWrittenIsSaidSo(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("everything may be written here")
	}
	dir := workDir(t)
	if err := os.Mkdir(filepath.Join(dir, "locked"), 0o500); err != nil {
		t.Fatal(err)
	}
	got := runIn(t, dir, "", "validate", "good.yaml", "--format", "json=locked/out.json")
	if got.code != ExitUsage || !strings.Contains(got.err, "permission denied") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestFindingsGoThroughALinkAndIntoADevice(t *testing.T) {
	dir := workDir(t)
	if err := os.Symlink("real.json", filepath.Join(dir, "link.json")); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{"real.json", "link.json"} { // the first run makes the file
		if got := runIn(t, dir, "", "validate", "bad.yaml", "--format", "json="+name); got.code != ExitFindings {
			t.Fatal(got.err)
		}
	}
	if info, err := os.Lstat(filepath.Join(dir, "link.json")); err != nil || info.Mode().IsRegular() {
		t.Errorf("the link was replaced: %v", err)
	}
	if _, err := os.Stat(os.DevNull); err == nil {
		if got := runIn(t, dir, "", "validate", "bad.yaml", "--format", "json="+os.DevNull); got.code != ExitFindings {
			t.Errorf("exit code %d: %s", got.code, got.err)
		}
		if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
			t.Errorf("%s was replaced: %v", os.DevNull, err)
		}
	}
}

func TestFindingsOfARunAreNoInputOfTheNext(t *testing.T) {
	dir := workDir(t)
	if err := os.Remove(filepath.Join(dir, "broken.yaml")); err != nil {
		t.Fatal(err)
	}
	args := []string{"validate", "-R", ".", "--format", "json=findings.json", "--format", "gitlab=quality.json"}
	first := runIn(t, dir, "", args...)
	if again := runIn(t, dir, "", args...); again != first || first.code != ExitFindings {
		t.Errorf("first\n%s\nthen\n%s", first.err, again.err)
	}
}

// fingerprints are those of a run's findings, by code and path.
func fingerprints(t *testing.T, text string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var report struct {
		Findings []struct{ Code, Path, Subject, Fingerprint string }
	}
	if err := json.Unmarshal([]byte(runIn(t, dir, "", "validate", "in.yaml", "--format", "json").out), &report); err != nil {
		t.Fatal(err)
	}
	all, seen := map[string]string{}, map[string]bool{}
	for _, f := range report.Findings {
		all[f.Code+" "+f.Subject+" "+f.Path] = f.Fingerprint
		if seen[f.Fingerprint] {
			t.Errorf("two findings have the fingerprint %s", f.Fingerprint)
		}
		seen[f.Fingerprint] = true
	}
	if len(all) != len(report.Findings) || len(all) == 0 {
		t.Fatalf("%d findings, of which %d can be told apart", len(report.Findings), len(all))
	}
	return all
}

func TestFingerprintsStayWhenTheTextAroundThemChanges(t *testing.T) {
	const header = "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: %s, namespace: bookinfo}\n"
	one := fmt.Sprintf(header, "one") + "spec:\n  config:\n    tcp:\n      connectTimeout: 5\n      tcpKeepalive: {time: 300, interval: 30}\n"
	two := fmt.Sprintf(header, "two") + "spec: {config: {tcp: {connectTimeout: 5, tcpKeepalive: {time: 2}}}}\n"
	want := fingerprints(t, one+"---\n"+two)
	if len(want) < 5 {
		t.Fatalf("findings: %v", want)
	}
	for name, text := range map[string]string{
		"lines and comments above": "# a comment\n\n---\n# another\n" + strings.ReplaceAll(one, "spec:", "# more\n\nspec:") + "---\n" + two,
		"another order":            two + "---\n" + one,
		"other values":             strings.ReplaceAll(strings.ReplaceAll(one, "300", "77"), " 5", " 12") + "---\n" + strings.Replace(two, "time: 2", "time: 3", 1),
		"CR LF":                    strings.ReplaceAll(one+"---\n"+two, "\n", "\r\n"),
		"a byte order mark":        "\ufeff" + one + "---\n" + two,
	} {
		got := fingerprints(t, text)
		for finding, f := range want {
			if got[finding] != f {
				t.Errorf("%s: %s has the fingerprint %s, and had %s", name, finding, got[finding], f)
			}
		}
	}
}

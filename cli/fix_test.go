package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/google/go-cmp/cmp"
)

// needsFix has one mistake that can be mended, and spaces that nobody asked for.
var needsFix = strings.NewReplacer("300s", "300", "kind: ConnectionPolicy", "kind: ConnectionPolicy  ").Replace(goodPolicy)

// fixDir holds needsFix as policy.yaml.
func fixDir(t *testing.T) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, "policy.yaml")
	putFile(t, path, needsFix)
	return dir, path
}

func putFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func textOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A file testdata/fix/NAME.before.* is mended to NAME.after.*, and that one is left as it is.
func TestFilesAreMendedByteForByte(t *testing.T) {
	files, err := filepath.Glob("testdata/fix/*.before.*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			before, after := textOf(t, file), textOf(t, strings.Replace(file, ".before.", ".after.", 1))
			path := filepath.Join(t.TempDir(), filepath.Base(file))
			putFile(t, path, before)
			for _, run := range []string{"first", "second"} {
				got := runIn(t, ".", "", "validate", "--fix", path)
				if diff := cmp.Diff(after, textOf(t, path)); diff != "" {
					t.Errorf("the %s run (-want +got):\n%s\n%s", run, diff, got.err)
				}
				if says := "nothing fixed"; (run == "second") != strings.Contains(got.err, says) {
					t.Errorf("the %s run: %s", run, got.err)
				}
			}
		})
	}
}

func TestFixSaysWhatIsLeftAndExitsByIt(t *testing.T) {
	dir, path := fixDir(t)
	got := runIn(t, dir, "", "validate", "--fix", path)
	if got.code != ExitDone || !strings.HasSuffix(got.err, "2 documents: 1 info; 1 fixed in 1 file\n") || got.out != "" {
		t.Errorf("%d\n%s%s", got.code, got.out, got.err)
	}
	putFile(t, path, strings.Replace(goodPolicy, "tcpKeepalive: {time: 300s}", "connectTimeout: 5, tcpKeepalive: {time: 300}", 1))
	if got := runIn(t, dir, "", "validate", "--fix", path); got.code != ExitFindings || !strings.Contains(got.err, "connectTimeout is 5") || strings.Contains(got.err, "time is 300") {
		t.Errorf("%d\n%s", got.code, got.err)
	}
	if text := textOf(t, path); !strings.Contains(text, "connectTimeout: 5, tcpKeepalive: {time: 300s}") {
		t.Errorf("mended to\n%s", text)
	}
}

func TestADryRunWritesNothingAndPrintsTheDifference(t *testing.T) {
	dir, path := fixDir(t)
	got := runIn(t, dir, "", "validate", "--fix", "--dry-run", "policy.yaml")
	want := `--- policy.yaml
+++ policy.yaml
@@ -3,7 +3,7 @@
 metadata: {name: keepalive, namespace: bookinfo}
 spec:
   applyToDestinations: [{selector: {name: ratings}}]
-  config: {tcp: {tcpKeepalive: {time: 300}}}
+  config: {tcp: {tcpKeepalive: {time: 300s}}}
 ---
 apiVersion: v1
 kind: Service
`
	if diff := cmp.Diff(want, got.out); diff != "" {
		t.Error(diff)
	}
	if textOf(t, path) != needsFix {
		t.Error("a dry run wrote the file")
	}
	if got.code != ExitFindings || !strings.Contains(got.err, "[duration-without-unit]") || !strings.HasSuffix(got.err, "1 would be fixed in 1 file; the set is not judged\n") {
		t.Errorf("%d\n%s", got.code, got.err)
	}
	if got := runIn(t, dir, needsFix, "validate", "--fix", "--dry-run", "-"); got.out != strings.ReplaceAll(want, "policy.yaml", "<stdin>") {
		t.Errorf("of standard input:\n%s", got.out)
	}
}

func TestFixRefusesWhatItCannotDo(t *testing.T) {
	dir, _ := fixDir(t)
	for says, args := range map[string][]string{
		"standard input cannot be fixed in place": {"validate", "--fix", "-f", "-"},
		"there is no --fix":                       {"validate", "--dry-run", "policy.yaml"},
		"leave one of the two out":                {"validate", "--fix", "--documents-only", "--hop", "aws-nlb", "policy.yaml"},
		"--format cannot be":                      {"validate", "--fix", "--format", "xml", "policy.yaml"},
		"there is no file absent.yaml":            {"validate", "--fix", "policy.yaml", "absent.yaml"},
	} {
		if got := runIn(t, dir, needsFix, args...); got.code != ExitUsage || !strings.Contains(got.err, says) {
			t.Errorf("%v: %d\n%s", args, got.code, got.err)
		}
	}
	if textOf(t, filepath.Join(dir, "policy.yaml")) != needsFix {
		t.Error("a refused run wrote the file")
	}
}

func TestAMendedFileKeepsItsModeAndItsLink(t *testing.T) {
	dir, path := fixDir(t)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.yaml")
	if err := os.Symlink("policy.yaml", link); err != nil {
		t.Skip("there are no links here")
	}
	if got := runIn(t, dir, "", "validate", "--fix", "link.yaml", "policy.yaml"); !strings.Contains(got.err, "1 fixed in 1 file") {
		t.Error(got.err)
	}
	if to, err := os.Readlink(link); err != nil || to != "policy.yaml" {
		t.Errorf("the link leads to %q: %v", to, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 || textOf(t, path) == needsFix {
		t.Errorf("mode %v, %v, or not mended", info.Mode(), err)
	}
	onlyFiles(t, dir, "link.yaml", "policy.yaml")
}

// onlyFiles demands that nothing half-written is left.
func onlyFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, e := range entries {
		have = append(have, e.Name())
	}
	if diff := cmp.Diff(names, have); diff != "" {
		t.Error(diff)
	}
}

func TestNoFileIsWrittenUnlessAllCanBe(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"changed meanwhile": func(t *testing.T, path string) { t.Helper(); putFile(t, path, needsFix+"# more\n") },
		"gone meanwhile": func(t *testing.T, path string) {
			t.Helper()
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, first := fixDir(t)
			second := filepath.Join(dir, "second.yaml")
			putFile(t, second, needsFix)
			sources := []*diag.Source{diag.NewSource(first, needsFix), diag.NewSource(second, needsFix)}
			m := fixAll(sources, foundIn(sources), foundIn)
			spoil(t, second)
			var e *exit
			if _, err := m.write(); !errors.As(err, &e) || e.code != ExitUsage || !strings.Contains(e.message, "second.yaml") || e.hint == "" {
				t.Errorf("%v", err)
			}
			if textOf(t, first) != needsFix {
				t.Error("the first file was written")
			}
			if _, err := os.Stat(second); err == nil {
				onlyFiles(t, dir, "policy.yaml", "second.yaml")
			} else {
				onlyFiles(t, dir, "policy.yaml")
			}
		})
	}
}

func TestAFileThatMayNotBeWrittenStays(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everything")
	}
	dir, path := fixDir(t)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	putFile(t, filepath.Join(dir, "first.yaml"), needsFix)
	got := runIn(t, dir, "", "validate", "--fix", "first.yaml", "policy.yaml")
	if got.code != ExitUsage || !strings.Contains(got.err, "policy.yaml may not be written: permission denied") || textOf(t, filepath.Join(dir, "first.yaml")) != needsFix {
		t.Errorf("%d\n%s", got.code, got.err)
	}
	onlyFiles(t, dir, "first.yaml", "policy.yaml")
}

func TestOneBrokenDocumentDoesNotKeepTheOthersFromBeingMended(t *testing.T) {
	dir, path := fixDir(t)
	const broken = "---\na: b: c\n"
	putFile(t, path, needsFix+broken)
	if got := runIn(t, dir, "", "validate", "--fix", "policy.yaml"); got.code != ExitUsage || !strings.Contains(got.err, "1 fixed in 1 file") {
		t.Errorf("%d\n%s", got.code, got.err)
	}
	if want := strings.Replace(needsFix, "300", "300s", 1) + broken; textOf(t, path) != want {
		t.Error(textOf(t, path))
	}
}

func TestDocumentsOnlyMendsTheSame(t *testing.T) {
	dir, path := fixDir(t)
	if got := runIn(t, dir, "", "validate", "--fix", "--documents-only", "policy.yaml"); got.code != ExitDone || !strings.Contains(got.err, "no findings; 1 fixed in 1 file") {
		t.Errorf("%d\n%s", got.code, got.err)
	}
	if want := strings.Replace(needsFix, "300", "300s", 1); textOf(t, path) != want {
		t.Error(textOf(t, path))
	}
}

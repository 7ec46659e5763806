package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesOfEarlierRunsAreDeletedOnPurposeOnly compiles into a directory, and then what must not delete it.
func TestFilesOfEarlierRunsAreDeletedOnPurposeOnly(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", service("reviews")+"---\n"+policyFor("reviews", "240s, interval: 15s, probes: 3"))
	file(t, dir, "service.yaml", service("reviews"))
	file(t, dir, "misses.yaml", service("reviews")+"---\n"+policyFor("others", "240s, interval: 15s, probes: 3"))
	if got := runIn(t, dir, "", "compile", "-f", "in.yaml", "--output-dir", "out"); got.code != ExitDone {
		t.Fatalf("%+v", got)
	}
	for _, tt := range []struct {
		name  string
		args  []string
		code  int
		says  string
		files int
	}{
		{"empty input", []string{"-f", "-"}, ExitUsage, "nothing of a kind that connpolicy reads was given (0 documents), and 1 file of out would be deleted", 1},
		{"a run that fails", []string{"-f", "misses.yaml", "--fail-on", "warning"}, ExitFindings, "nothing written", 1},
		{"a policy that is gone", []string{"-f", "service.yaml"}, ExitDone, "1 deleted", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := runIn(t, dir, "", append([]string{"compile", "--output-dir", "out"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.err, tt.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s", got.code, tt.code, tt.says, got.err)
			}
			entries, err := os.ReadDir(filepath.Join(dir, "out"))
			if err != nil || len(entries) != tt.files {
				t.Errorf("%d files are left (%v), want %d", len(entries), err, tt.files)
			}
		})
	}
}

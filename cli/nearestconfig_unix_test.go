//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAConfigurationAboveIsNamed(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": serviceOf("a"), configName: configHead, "sub/b.yaml": serviceOf("b")})
	if got := runIn(t, filepath.Join(dir, "sub"), "", "validate", "b.yaml"); !strings.HasSuffix(got.err, "no findings; configuration ../"+configName+"\n") {
		t.Errorf("the summary does not name the configuration: %s", got.err)
	}
	if got := runIn(t, dir, "", "validate", "a.yaml"); strings.Contains(got.err, configName) {
		t.Errorf("the summary names the configuration of the current directory: %s", got.err)
	}
}

func TestAConfigurationWhereAllMayWriteIsRefused(t *testing.T) {
	dir := files(t, map[string]string{configName: configHead, "sub/b.yaml": serviceOf("b")})
	if err := os.Chmod(dir, 0o777); err != nil { //nolint:gosec // the fault that is tested
		t.Fatal(err)
	}
	sub := filepath.Join(dir, "sub")
	got := runIn(t, sub, "", "validate", "b.yaml")
	if got.code != ExitUsage || !strings.Contains(got.err, "../.connpolicy.yaml is in a directory that all users may write to") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
	for _, name := range []string{"../" + configName, "none"} {
		if got := runIn(t, sub, "", "validate", "--config", name, "b.yaml"); got.code != ExitDone {
			t.Errorf("--config %s: exit code %d\n%s", name, got.code, got.err)
		}
	}
	if got := runIn(t, dir, "", "validate", "sub/b.yaml"); got.code != ExitDone {
		t.Errorf("in the current directory the owner decides: exit code %d\n%s", got.code, got.err)
	}
}

func TestAConfigurationOfAnotherUserIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("only root can give files away; the rest of the test is about root")
		return
	}
	dir := files(t, map[string]string{configName: configHead, "sub/b.yaml": serviceOf("b"), "link/b.yaml": serviceOf("b")})
	sub, link := filepath.Join(dir, "sub"), filepath.Join(dir, "link")
	if err := os.Symlink("../"+configName, filepath.Join(link, configName)); err != nil {
		t.Fatal(err)
	}
	own := func(path string) {
		if err := os.Lchown(path, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	const refused = ".connpolicy.yaml belongs to another user"
	own(filepath.Join(link, configName))
	if got := runIn(t, link, "", "validate", "b.yaml"); got.code != ExitUsage || !strings.Contains(got.err, refused) {
		t.Errorf("a link of another user: exit code %d\n%s", got.code, got.err)
	}
	own(filepath.Join(dir, configName))
	for _, at := range []string{dir, sub} {
		if got := runIn(t, at, "", "validate", filepath.Join(sub, "b.yaml")); got.code != ExitUsage || !strings.Contains(got.err, refused) {
			t.Errorf("%s: exit code %d\n%s", at, got.code, got.err)
		}
	}
	own(sub)
	if got := runIn(t, sub, "", "validate", "b.yaml"); got.code != ExitDone {
		t.Errorf("a whole tree of another user: exit code %d\n%s", got.code, got.err)
	}
	t.Setenv("SUDO_UID", "65534")
	own(dir)
	if err := os.Chown(sub, 0, 0); err != nil {
		t.Fatal(err)
	}
	if got := runIn(t, sub, "", "validate", "b.yaml"); got.code != ExitDone {
		t.Errorf("of the user who ran sudo: exit code %d\n%s", got.code, got.err)
	}
}

func TestConfigurationsReadRegularFilesOnly(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": serviceOf("a")})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ config, says string }{
		{"inputs: [pipe.yaml]", `"pipe.yaml" is neither a regular file nor a directory`},
		{"inputs: [/dev/zero]", `"/dev/zero" is neither a regular file nor a directory`},
		{"inputs: ['*.yaml']", "1 document"},
		{"inputs: ['**/*.yaml']", "1 document"},
		{"inputs: [a.yaml]\nbaseline: pipe.yaml", "the baseline pipe.yaml is not a regular file"},
		{"inputs: [a.yaml]\nbaseline: /dev/zero", "the baseline /dev/zero is not a regular file"},
	} {
		write(t, dir, "conf", configHead+tt.config+"\n")
		if got := runIn(t, dir, "", "validate", "--config", "conf"); !strings.Contains(got.err, tt.says) {
			t.Errorf("%s: exit code %d, not %q\n%s", tt.config, got.code, tt.says, got.err)
		}
	}
	large, err := os.Create(filepath.Join(dir, "large.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer large.Close()
	if err := large.Truncate(maxBaseline + 1); err != nil {
		t.Fatal(err)
	}
	if got := runIn(t, dir, "", "validate", "--baseline", "large.json", "a.yaml"); got.code != ExitUsage || !strings.Contains(got.err, "is larger than 64 MiB") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyFilesThatChangeAreWritten(t *testing.T) {
	dir := t.TempDir()
	two := service("a") + "---\n" + service("c") + "---\n" + strings.Split(goodPolicy, "---")[0]
	two = strings.Replace(two, "{name: ratings}", "{}", 1)
	file(t, dir, "in.yaml", two)
	if got := runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out"); got.code != ExitDone {
		t.Fatal(got.err)
	}
	files := listing(t, filepath.Join(dir, "out"))
	if len(files) != 2 {
		t.Fatalf("%d files", len(files))
	}
	long := time.Now().Add(-time.Hour)
	for name := range files {
		if err := os.Chtimes(filepath.Join(dir, "out", name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	changed := func() (names []string) {
		for name := range listing(t, filepath.Join(dir, "out")) {
			info, err := os.Stat(filepath.Join(dir, "out", name))
			if err != nil {
				t.Fatal(err)
			}
			if info.ModTime().After(long.Add(time.Minute)) {
				names = append(names, name)
			}
		}
		return names
	}
	if got := runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out"); got.code != ExitDone || len(changed()) != 0 {
		t.Errorf("nothing changed, and %v were written\n%s", changed(), got.err)
	}
	file(t, dir, "in.yaml", strings.Replace(two, "name: c", "name: d", 1))
	got := runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out")
	if names := changed(); got.code != ExitDone || len(names) != 1 || !strings.Contains(names[0], "_d-") || len(listing(t, filepath.Join(dir, "out"))) != 2 {
		t.Errorf("wrote %v, the directory holds %d files\n%s", names, len(listing(t, filepath.Join(dir, "out"))), got.err)
	}
}

func TestFilesOfOthersAreNeverTouched(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", goodPolicy)
	foreign := map[string]string{
		"comment.yaml":   "# app.kubernetes.io/managed-by: connpolicy\nkind: ConfigMap\n",
		"other.yaml":     "metadata:\n  labels:\n    app.kubernetes.io/managed-by: connpolicy-operator\n",
		"quoted.yaml":    "data: {note: 'app.kubernetes.io/managed-by: connpolicy'}\n",
		"annotated.yaml": "metadata: {annotations: {app.kubernetes.io/managed-by: connpolicy}}\n",
		"broken.yaml":    "app.kubernetes.io/managed-by: connpolicy\n\tx: [\n",
		"mixed.yaml":     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\n---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: x, labels: {app.kubernetes.io/managed-by: connpolicy}}\n",
		"notes.txt":      "app.kubernetes.io/managed-by: connpolicy\n",
		"empty.yaml":     "",
		"envoy.yaml":     "static_resources: {}\n",
		".hidden.yaml":   "kind: Secret\n",
	}
	for name, text := range foreign {
		file(t, dir, "out/"+name, text)
	}
	for _, args := range [][]string{{}, {"-o", "json"}, {"-t", "envoy"}, {}} {
		if got := runIn(t, dir, "", append([]string{"compile", "in.yaml", "--output-dir", "out"}, args...)...); got.code != ExitDone {
			t.Fatal(got.err)
		}
		have := listing(t, filepath.Join(dir, "out"))
		for name, text := range foreign {
			if have[name] != text {
				t.Errorf("%v: %s is %q now", args, name, have[name])
			}
		}
		if len(args) == 0 || args[0] != "-t" {
			delete(have, "envoy.json") // left by the run before: a bootstrap cannot be told from somebody else's
		}
		if len(have) != len(foreign)+1 {
			t.Errorf("%v: %d files, want %d and one of ours", args, len(have), len(foreign))
		}
	}
}

func TestAFileInTheWayIsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", goodPolicy)
	const mine = `{"admin": {}, "static_resources": {"listeners": [], "clusters": []}}`
	file(t, dir, "out/envoy.json", mine)
	got := runIn(t, dir, "", "compile", "in.yaml", "-t", "envoy", "--output-dir", "out")
	if got.code != ExitUsage || listing(t, filepath.Join(dir, "out"))["envoy.json"] != mine {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestNothingIsWrittenWhereThereIsAnError(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "good.yaml", goodPolicy)
	file(t, dir, "bad.yaml", strings.Replace(goodPolicy, "300s", "300", 1))
	file(t, dir, "broken.yaml", "a: b: c\n")
	for _, c := range []struct {
		name string
		code int
	}{{"bad.yaml", ExitFindings}, {"broken.yaml", ExitUsage}} {
		for _, args := range [][]string{{c.name}, {"good.yaml", c.name}} {
			got := runIn(t, dir, "", append([]string{"compile", "--output-dir", "out"}, args...)...)
			if _, err := os.Stat(filepath.Join(dir, "out")); !os.IsNotExist(err) || got.code != c.code || got.out != "" {
				t.Errorf("%v: exit code %d, the directory is there: %v\n%s", args, got.code, err == nil, got.out)
			}
			if got := runIn(t, dir, "", append([]string{"compile"}, args...)...); got.code != c.code || got.out != "" || !strings.Contains(got.err, "nothing written") {
				t.Errorf("%v: exit code %d\n%s%s", args, got.code, got.out, got.err)
			}
		}
	}
}

func TestCheckWritesNothingAndShowsTheDifference(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", goodPolicy)
	got := runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out/deep", "--check")
	if got.code != ExitFindings || !strings.HasPrefix(got.out, "--- /dev/null\n+++ out/deep/") || !strings.Contains(got.out, "\n+            time: 300s\n") {
		t.Errorf("a directory that is not there: exit code %d\n%s%s", got.code, got.out, got.err)
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); !os.IsNotExist(err) {
		t.Error("--check made the directory")
	}
	if got := runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out/deep"); got.code != ExitDone || got.out != "" {
		t.Fatal(got.err)
	}
	if got := runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out/deep", "--check"); got.code != ExitDone || got.out != "" {
		t.Errorf("what was just written is stale: exit code %d\n%s", got.code, got.out)
	}
	file(t, dir, "in.yaml", strings.Split(goodPolicy, "---\n")[1])
	before := listing(t, filepath.Join(dir, "out/deep"))
	got = runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out/deep", "--check")
	if got.code != ExitFindings || !strings.Contains(got.out, "+++ /dev/null\n") || !cmp.Equal(before, listing(t, filepath.Join(dir, "out/deep"))) {
		t.Errorf("a file too many: exit code %d\n%s", got.code, got.out)
	}
	file(t, dir, "in.yaml", strings.Replace(goodPolicy, "300s", "0.5s", 1))
	got = runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out/deep", "--check", "--fail-on", "warning")
	if got.code != ExitFindings {
		t.Errorf("stale and a warning: exit code %d", got.code)
	}
}

// pre-commit sees changed files by itself, but not those that git does not know yet.
func TestAHookIsToldThatTheDirectoryHadToChange(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", goodPolicy)
	args := []string{"compile", "in.yaml", "--output-dir", "out", "--fail-on-change"}
	for _, c := range []struct {
		name, input string
		change      bool
	}{
		{"a new file", goodPolicy, true},
		{"nothing", goodPolicy, false},
		{"another value", strings.Replace(goodPolicy, "300s", "200s", 1), true},
		{"nothing, again", strings.Replace(goodPolicy, "300s", "200s", 1), false},
		{"a file too many", strings.Split(goodPolicy, "---\n")[1], true},
		{"nothing, without a file", strings.Split(goodPolicy, "---\n")[1], false},
	} {
		file(t, dir, "in.yaml", c.input)
		want := ExitDone
		if c.change {
			want = ExitFindings
		}
		if got := runIn(t, dir, "", args...); got.code != want {
			t.Errorf("%s: exit code %d\n%s", c.name, got.code, got.err)
		}
		if got := runIn(t, dir, "", "compile", "in.yaml", "--output-dir", "out", "--check"); got.code != ExitDone {
			t.Errorf("%s: the directory is stale afterwards", c.name)
		}
	}
	if got := runIn(t, dir, "", "compile", "in.yaml", "--fail-on-change"); got.code != ExitUsage || !strings.Contains(got.err, "write --fail-on-change --output-dir DIR") {
		t.Errorf("without a directory: exit code %d\n%s", got.code, got.err)
	}
}

func TestAWarningHoldsNothingBack(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", strings.Replace(goodPolicy, "300s", "0.5s", 1))
	got := runIn(t, dir, "", "compile", "in.yaml", "--fail-on", "warning")
	if got.code != ExitFindings || !strings.Contains(got.out, "time: 1s") {
		t.Errorf("exit code %d\n%s", got.code, got.out)
	}
	got = runIn(t, dir, "", "compile", "in.yaml", "--fail-on", "warning", "--output-dir", "out")
	if got.code != ExitFindings || len(listing(t, filepath.Join(dir, "out"))) != 1 {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestNamesCannotLeaveTheOutputDirectory(t *testing.T) {
	safe := regexp.MustCompile(`^[a-z0-9][-a-z0-9._]*\.yaml$`)
	for _, name := range []string{"../../x", "/etc/passwd", "..", ".", "a/b", `a\b`, "-rf", "a b", "a\nb", "con", "日本", "a:b", "~", "$HOME", "A"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var text strings.Builder
			for _, o := range []any{
				map[string]any{"apiVersion": "v1", "kind": "Service", "metadata": map[string]any{"name": name, "namespace": name}, "spec": map[string]any{"ports": []any{map[string]any{"port": 80}}}},
				map[string]any{"apiVersion": "resilience.policy.gloo.solo.io/v2", "kind": "ConnectionPolicy", "metadata": map[string]any{"name": "p", "namespace": "b"}, "spec": map[string]any{"config": map[string]any{"tcp": map[string]any{"maxConnections": 5}}}},
			} {
				raw, err := json.Marshal(o)
				if err != nil {
					t.Fatal(err)
				}
				text.Write(append(raw, '\n'))
			}
			got := runIn(t, dir, text.String(), "compile", "-", "--output-dir", "in/out")
			if got.code == ExitBug {
				t.Fatal(got.err)
			}
			for _, below := range []string{"in", "."} {
				entries, err := os.ReadDir(filepath.Join(dir, below))
				if err != nil && got.code == ExitDone {
					t.Fatal(err)
				}
				if len(entries) > 1 {
					t.Errorf("%d entries in %s", len(entries), below)
				}
			}
			if got.code != ExitDone {
				return
			}
			for written := range listing(t, filepath.Join(dir, "in", "out")) {
				if !safe.MatchString(written) {
					t.Errorf("wrote %q", written)
				}
			}
		})
	}
}

func TestTwoResultsNeverShareAFile(t *testing.T) {
	dir := t.TempDir()
	objects := `{"apiVersion":"resilience.policy.gloo.solo.io/v2","kind":"ConnectionPolicy","metadata":{"name":"p","namespace":"b"},"spec":{"config":{"tcp":{"maxConnections":5}}}}`
	for _, pair := range [][2]string{{"日", "本"}, {"x", "X"}, {"a b", "a/b"}, {"a-b", "a b"}} {
		text := objects
		for _, namespace := range pair {
			text += `{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"` + namespace + `"},"spec":{"ports":[{"port":80}]}}`
		}
		got := runIn(t, dir, text, "compile", "-", "--output-dir", "out")
		written := len(listing(t, filepath.Join(dir, "out")))
		if refused := strings.Count(got.err, "which Istio refuses"); got.code == ExitDone && written+refused != 2 {
			t.Errorf("%q: %d written, %d refused: %s", pair, written, refused, got.err)
		}
		if err := os.RemoveAll(filepath.Join(dir, "out")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADirectoryThatIsAFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", goodPolicy)
	for _, args := range [][]string{{"compile", "in.yaml", "--output-dir", "in.yaml"}, {"compile", "in.yaml", "--output-dir", "in.yaml", "--check"}, {"schema", "--dir", "in.yaml"}} {
		got := runIn(t, dir, "", args...)
		if got.code != ExitUsage || !strings.Contains(got.err, "in.yaml") || !strings.Contains(got.err, "help:") {
			t.Errorf("%v: exit code %d\n%s", args, got.code, got.err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "in.yaml")); err != nil || string(text) != goodPolicy {
		t.Error("the file was changed")
	}
}

func TestSchemasHaveTheLayoutOfKubeconform(t *testing.T) {
	dir := t.TempDir()
	if got := runIn(t, dir, "", "schema", "--dir", "all"); got.code != ExitDone {
		t.Fatal(got.err)
	}
	layout := regexp.MustCompile(`^([a-z.]+/[a-z]+_v[0-9]+|all)\.json$`)
	count := 0
	err := filepath.WalkDir(filepath.Join(dir, "all"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		count++
		name, err := filepath.Rel(filepath.Join(dir, "all"), path)
		if err != nil || !layout.MatchString(filepath.ToSlash(name)) {
			t.Errorf("wrote %s", name)
		}
		text, err := os.ReadFile(path)
		if err != nil || !json.Valid(text) {
			t.Errorf("%s is not JSON: %v", name, err)
		}
		return nil
	})
	if err != nil || count != 1+strings.Count(runIn(t, dir, "", "schema").out, "\n") {
		t.Errorf("%d schemas: %v", count, err)
	}
	if got := runIn(t, dir, "", "schema", "upstream", "--dir", "one"); got.code != ExitDone {
		t.Error(got.err)
	}
	if _, err := os.Stat(filepath.Join(dir, "one", "gloo.solo.io", "upstream_v1.json")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "one", "all.json")); !os.IsNotExist(err) {
		t.Errorf("all.json beside one schema of twelve refers to files that are not there: %v", err)
	}
}

func TestBothFormatsOfBothTargetsHoldTheSame(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", goodPolicy)
	for _, target := range []string{"istio", "envoy"} {
		asJSON := runIn(t, dir, "", "compile", "in.yaml", "-t", target, "-o", "json")
		asYAML := runIn(t, dir, "", "compile", "in.yaml", "-t", target, "-o", "yaml")
		if asJSON.code != ExitDone || asYAML.code != ExitDone || !json.Valid([]byte(asJSON.out)) || json.Valid([]byte(asYAML.out)) {
			t.Fatalf("%s: %s%s", target, asJSON.err, asYAML.err)
		}
		if diff := cmp.Diff(tree(t, asJSON.out), tree(t, asYAML.out)); diff != "" {
			t.Errorf("%s: JSON (-) and YAML (+):\n%s", target, diff)
		}
	}
}

func TestSeveralObjectsAreOneListInJSON(t *testing.T) {
	dir := t.TempDir()
	text := service("a") + "---\n" + service("c") + "---\n" + strings.Replace(strings.Split(goodPolicy, "---")[0], "{name: ratings}", "{}", 1)
	got := runIn(t, dir, text, "compile", "-", "-o", "json")
	var list struct {
		APIVersion, Kind string
		Items            []struct{ Kind string }
	}
	if err := json.Unmarshal([]byte(got.out), &list); err != nil || list.Kind != "List" || list.APIVersion != "v1" || len(list.Items) != 2 || list.Items[1].Kind != "DestinationRule" {
		t.Errorf("%v: %+v", err, list)
	}
	if again := runIn(t, dir, got.out, "validate", "-"); again.code != ExitDone || documents(again) != "0 documents (2 DestinationRules not judged)" {
		t.Errorf("what was written cannot be read: %s", again.err)
	}
}

func TestColorFollowsTheFlagThenTheEnvironment(t *testing.T) {
	dir := workDir(t)
	colored := func(env map[string]string, args ...string) bool {
		for name, value := range env {
			t.Setenv(name, value)
		}
		var out, errs strings.Builder
		Run(append([]string{"connpolicy", "validate", filepath.Join(dir, "bad.yaml")}, args...), strings.NewReader(""), &out, &errs)
		return strings.Contains(errs.String(), "\x1b[")
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		want bool
	}{
		{"a pipe", map[string]string{"NO_COLOR": ""}, nil, false},
		{"always", map[string]string{"NO_COLOR": ""}, []string{"--color", "always"}, true},
		{"the flag is stronger than NO_COLOR", map[string]string{"NO_COLOR": "1"}, []string{"--color=always"}, true},
		{"never", map[string]string{"NO_COLOR": ""}, []string{"--color", "never"}, false},
		{"JSON is never colored", map[string]string{"NO_COLOR": ""}, []string{"--color", "always", "--format", "json"}, false},
	} {
		if got := colored(c.env, c.args...); got != c.want {
			t.Errorf("%s: colored %v", c.name, got)
		}
	}
}

func TestObjectsInADirectoryAreCountedByKind(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", gatewayText+"---\n"+goodPolicy)
	got := runIn(t, dir, "", "compile", "in.yaml", "--gateway-selector", "istio-system/istio=ingressgateway", "--output-dir", "out")
	if want := "1 DestinationRule, 1 EnvoyFilter in out, 2 written"; got.code != ExitDone || !strings.Contains(got.err, want) {
		t.Errorf("exit code %d, and the summary lacks %q:\n%s", got.code, want, got.err)
	}
}

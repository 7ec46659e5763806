package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// file writes a file below a directory, and the directories it stands in.
func file(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func service(name string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: b}\nspec: {ports: [{port: 80}]}\n"
}

// documents is how many documents a run says it read.
func documents(r result) string {
	head, _, _ := strings.Cut(r.err[strings.LastIndexByte(strings.TrimSpace(r.err), '\n')+1:], ":")
	return head
}

func TestEachFileIsReadOnceHoweverOftenItIsNamed(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "a.yaml", service("a"))
	file(t, dir, "sub/b.yaml", service("b"))
	if err := os.Symlink("a.yaml", filepath.Join(dir, "link.yaml")); err != nil {
		t.Skip(err)
	}
	for _, args := range [][]string{
		{"a.yaml", "a.yaml"}, {"a.yaml", "./a.yaml"}, {"a.yaml", "sub/../a.yaml"}, {"a.yaml", filepath.Join(dir, "a.yaml")}, {"a.yaml", "link.yaml"}, {"-f", "a.yaml", "a.yaml"}, {"a.yaml", "a*.yaml"}, {"."}, {".", "a.yaml"},
	} {
		if got := runIn(t, dir, "", append([]string{"validate"}, args...)...); got.code != ExitDone || documents(got) != "1 document" {
			t.Errorf("%v: exit code %d, %s\n%s", args, got.code, documents(got), got.err)
		}
	}
	if got := runIn(t, dir, "", "validate", "-R", ".", "sub", "sub/b.yaml"); documents(got) != "2 documents" {
		t.Errorf("-R: %s\n%s", documents(got), got.err)
	}
}

func TestDirectoriesGiveManifestsByExtension(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.yaml", "b.yml", "c.json", "d.YAML", "e.txt", "f", "g.yaml.bak", "sub/h.yaml", "sub/deep/i.yml"} {
		text := service(strings.ToLower(strings.ReplaceAll(filepath.Base(name), ".", "-")))
		if strings.HasSuffix(name, ".json") {
			text = `{"apiVersion":"v1","kind":"Service","metadata":{"name":"c","namespace":"b"}}`
		}
		file(t, dir, name, text)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"."}, "4 documents"},
		{[]string{"-R", "."}, "6 documents"},
		{[]string{".", "-R"}, "6 documents"},
		{[]string{"sub"}, "1 document"},
		{[]string{"sub", "-R"}, "2 documents"},
		{[]string{"e.txt", "f"}, "2 documents"}, // a file that is named may have any extension
		{[]string{"*.yaml"}, "1 document"},
		{[]string{"*/*.yaml"}, "1 document"},
		{[]string{"*.y*ml", "sub"}, "3 documents"},
		{[]string{"?.txt"}, "1 document"},
	} {
		if got := runIn(t, dir, "", append([]string{"validate"}, c.args...)...); got.code != ExitDone || documents(got) != c.want {
			t.Errorf("%v: exit code %d, %s, want %s\n%s", c.args, got.code, documents(got), c.want, got.err)
		}
	}
}

func TestALinkThatGoesRoundIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "sub/a.yaml", service("a"))
	for link, target := range map[string]string{"sub/up": "..", "sub/self": ".", "sub/loop.yaml": ".."} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	if got := runIn(t, dir, "", "validate", "-R", "."); got.code != ExitDone || documents(got) != "1 document" {
		t.Errorf("exit code %d, %s\n%s", got.code, documents(got), got.err)
	}
}

func TestAnEmptyDirectoryIsSaidToBeEmpty(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "sub/notes.txt", "x")
	for _, args := range [][]string{{"."}, {"-R", "."}, {"sub"}} {
		got := runIn(t, dir, "", append([]string{"validate"}, args...)...)
		if got.code != ExitUsage || !strings.Contains(got.err, "no manifests in ") {
			t.Errorf("%v: exit code %d\n%s", args, got.code, got.err)
		}
	}
}

func TestAFileThatMayNotBeReadIsNamed(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "a.yaml", service("a"))
	if err := os.Chmod(filepath.Join(dir, "a.yaml"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(filepath.Join(dir, "a.yaml")); err == nil {
		t.Skip("this user may read everything")
	}
	got := runIn(t, dir, "", "validate", "a.yaml")
	if got.code != ExitUsage || !strings.Contains(got.err, "a.yaml may not be read: permission denied") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestStandardInputIsReadOnceAndCalledByItsName(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "b.yaml", service("b"))
	got := runIn(t, dir, service("a"), "validate", "-", "b.yaml")
	if got.code != ExitDone || documents(got) != "2 documents" {
		t.Errorf("exit code %d, %s", got.code, documents(got))
	}
	got = runIn(t, dir, "a: b: c\n", "validate", "-f", "-")
	if got.code != ExitUsage || !strings.HasPrefix(got.err, "<stdin>:1:") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
	for _, args := range [][]string{{"-", "-"}, {"-f", "-", "-"}, {"-f", "-", "-f", "-"}, {"--filename=-", "-"}} {
		got := runIn(t, dir, service("a"), append([]string{"validate"}, args...)...)
		if got.code != ExitUsage || !strings.Contains(got.err, "standard input can be read once only") {
			t.Errorf("%v: exit code %d\n%s", args, got.code, got.err)
		}
	}
	if got := runIn(t, dir, "", "compile", "-"); got.code != ExitDone || got.out != "" || documents(got) != "0 documents" {
		t.Errorf("nothing on standard input: exit code %d, %q, %s", got.code, got.out, got.err)
	}
}

func TestURLsAreRefusedWithTheReason(t *testing.T) {
	dir := t.TempDir()
	for _, url := range []string{"http://example.com/a.yaml", "https://example.com/a.yaml", "HTTPS://example.com/a.yaml"} {
		got := runIn(t, dir, "", "compile", "-f", url)
		if got.code != ExitUsage || !strings.Contains(got.err, "works offline") || !strings.Contains(got.err, "curl") {
			t.Errorf("%s: exit code %d\n%s", url, got.code, got.err)
		}
	}
}

func TestWhatFollowsTwoDashesIsAFile(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "-R", service("a"))
	if got := runIn(t, dir, "", "validate", "--", "-R"); got.code != ExitDone || documents(got) != "1 document" {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

func TestANamespaceOnTheCommandLineIsThatOfObjectsWithoutOne(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "a.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n---\napiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: p}\nspec: {config: {tcp: {maxConnections: 5}}}\n")
	for _, c := range []struct {
		args []string
		want string
	}{{nil, "host: a.default.svc.cluster.local"}, {[]string{"-n", "team"}, "host: a.team.svc.cluster.local"}, {[]string{"--namespace=team"}, "host: a.team.svc.cluster.local"}} {
		if got := runIn(t, dir, "", append([]string{"compile", "a.yaml"}, c.args...)...); !strings.Contains(got.out, c.want) {
			t.Errorf("%v: no %s in\n%s%s", c.args, c.want, got.out, got.err)
		}
	}
}

// forms writes one set of objects in every way that can be read.
func forms(t *testing.T) map[string]string {
	t.Helper()
	objects := []string{
		`{"apiVersion":"v1","kind":"Service","metadata":{"name":"ratings","namespace":"b","labels":{"app":"ratings"}},"spec":{"ports":[{"name":"http","port":9080}]}}`,
		`{"apiVersion":"networking.gloo.solo.io/v2","kind":"VirtualDestination","metadata":{"name":"global","namespace":"b"},"spec":{"hosts":["ratings.global"],"ports":[{"number":80,"protocol":"HTTP"}],"services":[{"labels":{"app":"ratings"}}]}}`,
		`{"apiVersion":"resilience.policy.gloo.solo.io/v2","kind":"ConnectionPolicy","metadata":{"name":"p","namespace":"b"},"spec":{"applyToDestinations":[{"kind":"SERVICE","selector":{}},{"kind":"VIRTUAL_DESTINATION","selector":{}}],"config":{"tcp":{"tcpKeepalive":{"time":"300s"}}}}}`,
		`{"apiVersion":"gloo.solo.io/v1","kind":"Upstream","metadata":{"name":"u","namespace":"b"},"spec":{"static":{"hosts":[{"addr":"a.example.com","port":80}]},"connectionConfig":{"connectTimeout":"2s"}}}`,
		`{"apiVersion":"gateway.solo.io/v1","kind":"Gateway","metadata":{"name":"g","namespace":"b"},"spec":{"bindAddress":"::","bindPort":8080,"httpGateway":{}}}`,
	}
	reversed := make([]string, len(objects))
	for i, o := range objects {
		reversed[len(objects)-1-i] = o
	}
	block := ""
	for _, o := range objects {
		text, err := yaml.JSONToYAML([]byte(o))
		if err != nil {
			t.Fatal(err)
		}
		block += "---\n# a comment\n" + string(text)
	}
	return map[string]string{
		"concatenated":     strings.Join(objects, ""),
		"one a line":       strings.Join(objects, "\n"),
		"documents":        strings.Join(objects, "\n---\n"),
		"turned round":     strings.Join(reversed, "\n---\n"),
		"a List":           `{"apiVersion":"v1","kind":"List","items":[` + strings.Join(objects, ",") + `]}`,
		"a List, reversed": `{"apiVersion":"v1","kind":"List","items":[` + strings.Join(reversed, ",\n") + `]}`,
		"commented YAML":   block,
		"Windows":          strings.ReplaceAll(block, "\n", "\r\n"),
	}
}

func TestTheFormOfTheInputCannotBeSeenInTheOutput(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"compile", "-"}, {"compile", "-", "-t", "envoy"}, {"compile", "-", "-o", "json", "--defaults", "explicit"}} {
		want, cores := "", 1
		for name, text := range forms(t) {
			cores = 5 - cores // one core and four, by turns
			before := runtime.GOMAXPROCS(cores)
			got := runIn(t, dir, text, args...)
			runtime.GOMAXPROCS(before)
			if got.code != ExitDone || got.out == "" {
				t.Fatalf("%v, %s: exit code %d\n%s", args, name, got.code, got.err)
			}
			if want == "" {
				want = got.out
			}
			if diff := cmp.Diff(want, got.out); diff != "" {
				t.Errorf("%v, %s on %d cores:\n%s", args, name, cores, diff)
			}
		}
	}
}

func TestFindingsAreTheSameOnAnyNumberOfCores(t *testing.T) {
	dir := t.TempDir()
	var text strings.Builder
	for i := range 60 {
		fmt.Fprintf(&text, "---\napiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: p%d, namespace: b}\nspec: {config: {tcp: {maxConnections: %d, tcpKeepalive: {time: %d.5s, tme: 5}}}}\n", i%50, i-30, i)
	}
	want := result{}
	for _, cores := range []int{1, 2, 3, 8} {
		before := runtime.GOMAXPROCS(cores)
		got := runIn(t, dir, text.String(), "validate", "-")
		runtime.GOMAXPROCS(before)
		if want.err == "" {
			want = got
		}
		if got != want || got.code != ExitFindings {
			t.Errorf("%d cores: exit code %d\n%s", cores, got.code, cmp.Diff(want.err, got.err))
		}
	}
}

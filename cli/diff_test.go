package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gatewayText is a listener with keepalive after some idle seconds.
const gatewayText = `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: gateway-proxy, namespace: gloo-system}
spec:
  bindAddress: '::'
  bindPort: 8080
  httpGateway: {}
  options:
    socketOptions:
    - {level: 1, name: 9, intValue: 1}
    - {level: 6, name: 4, intValue: 60}
    - {level: 6, name: 5, intValue: 20}
`

// diffDir holds old.yaml, and new.yaml with other texts in the place of some.
func diffDir(t *testing.T, old string, replace ...string) string {
	t.Helper()
	dir := t.TempDir()
	file(t, dir, "old.yaml", old)
	file(t, dir, "new.yaml", strings.NewReplacer(replace...).Replace(old))
	return dir
}

// expectDiff runs diff of old.yaml and new.yaml.
func expectDiff(t *testing.T, dir string, code int, want string, flags ...string) {
	t.Helper()
	got := runIn(t, dir, "", append([]string{"diff", "old.yaml", "new.yaml"}, flags...)...)
	if diff := cmp.Diff(result{code, want, ""}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("diff %v (-want +got):\n%s\n%s%s", flags, diff, got.out, got.err)
	}
}

func TestDiffSaysInOneLineWhatAChangedKeepaliveChangesForWhom(t *testing.T) {
	more := strings.ReplaceAll(service("details")+"---\n"+service("reviews"), "namespace: b}", "namespace: bookinfo}")
	policy := strings.Replace(goodPolicy, "[{selector: {name: ratings}}]", "[{selector: {namespace: bookinfo}}]", 1)
	dir := diffDir(t, policy+"---\n"+more, "300s", "240s")
	expectDiff(t, dir, ExitFindings, `keepalive.time: 300s → 240s for details.bookinfo.svc.cluster.local:80 and 2 more (ConnectionPolicy bookinfo/keepalive, new.yaml:6:39)
   = note: on an idle connection a dead peer is noticed after 915s instead of 975s
`)
	dir = diffDir(t, policy, "300s", "240s, interval: 10s")
	expectDiff(t, dir, ExitFindings, `keepalive: time 300s, interval 75s (the kernel's default) → time 240s, interval 10s for ratings.bookinfo.svc.cluster.local:9080 (ConnectionPolicy bookinfo/keepalive, new.yaml:6:39)
   = note: on an idle connection a dead peer is noticed after 330s instead of 975s
`)
	dir = diffDir(t, policy, "tcpKeepalive: {time: 300s}", "connectTimeout: 3s")
	expectDiff(t, dir, ExitFindings, `connectTimeout: 10s (Istio's default) → 3s for ratings.bookinfo.svc.cluster.local:9080 (ConnectionPolicy bookinfo/keepalive, new.yaml:6:34)
keepalive: time 300s, interval 75s, probes 9 → off for ratings.bookinfo.svc.cluster.local:9080 (ConnectionPolicy bookinfo/keepalive, old.yaml:6:32)
   = note: on an idle connection a dead peer is noticed by the next request; before, after 975s
`)
}

func TestDiffSaysNothingWhenNothingChanges(t *testing.T) {
	dir := diffDir(t, goodPolicy+"---\n"+gatewayText, "300s", "5m", "time:", "# the same, in other words\n        time:")
	for _, format := range []string{"text", "markdown"} {
		expectDiff(t, dir, ExitDone, "", "-o", format, "-t", "istio")
	}
	expectDiff(t, dir, ExitDone, "{\n  \"changes\": []\n}\n", "-o", "json")
}

func TestDiffMarksWhatLiveListenersDoNotTake(t *testing.T) {
	const note = "   = note: takes effect on new listeners only: Envoy before 1.25 ignores it on one that is open, later ones open a new socket when enable_reuse_port is true, the default on Linux, and refuse the update otherwise\n"
	dir := diffDir(t, gatewayText, "intValue: 60", "intValue: 70")
	expectDiff(t, dir, ExitFindings, `keepalive.time: 60s → 70s for listener-::-8080 of gateway-proxy (Gateway gloo-system/gateway-proxy, new.yaml:11:37)
   = note: on an idle connection a dead peer is noticed after 250s instead of 240s
`+note)
	dir = diffDir(t, gatewayText, "intValue: 60}", "intValue: 60}\n    - {level: 6, name: 18, intValue: 5000}")
	expectDiff(t, dir, ExitFindings, `keepalive.userTimeout: not set → 5s for listener-::-8080 of gateway-proxy (Gateway gloo-system/gateway-proxy, new.yaml:12:38)
   = note: on an idle connection a dead peer is noticed after 80s instead of 240s
`+note)
	dir = diffDir(t, gatewayText, "  options:\n", "  options:\n    perConnectionBufferLimitBytes: 4096\n")
	expectDiff(t, dir, ExitFindings, "bufferLimit: 1048576 (Envoy's default) → 4096 for listener-::-8080 of gateway-proxy (Gateway gloo-system/gateway-proxy, new.yaml:9:36)\n")
}

func TestDiffTellsPlacesThatComeAndGoAndWhoDecides(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "old.yaml", goodPolicy)
	other := strings.Replace(strings.Split(goodPolicy, "---\n")[0], "name: keepalive", "name: earlier, creationTimestamp: 2026-01-01T00:00:00Z", 1)
	file(t, dir, "new.yaml", goodPolicy+"---\n"+other+"---\n"+gatewayText)
	expectDiff(t, dir, ExitFindings, `added: listener-::-8080 of gateway-proxy with keepalive.time 60s, keepalive.interval 20s (Gateway gloo-system/gateway-proxy, new.yaml:22:18)
decided by: ConnectionPolicy bookinfo/keepalive → ConnectionPolicy bookinfo/earlier for ratings.bookinfo.svc.cluster.local:9080 (new.yaml:15:18)
new finding: new.yaml:3:18: warning: ratings.bookinfo.svc.cluster.local:9080 is decided by ConnectionPolicy "bookinfo/earlier", so "bookinfo/keepalive" has no effect there [policy-shadowed]
`)
	got := runIn(t, dir, "", "diff", "new.yaml", "old.yaml")
	if want := "removed: listener-::-8080 of gateway-proxy with keepalive.time 60s, keepalive.interval 20s (Gateway gloo-system/gateway-proxy, new.yaml:22:18)\n"; !strings.HasPrefix(got.out, want) || !strings.Contains(got.out, "gone finding: new.yaml:3:18: warning") {
		t.Errorf("the other way round:\n%s", got.out)
	}
}

func TestDiffTellsPlacesOfOneNameApart(t *testing.T) {
	_, ratings, _ := strings.Cut(goodPolicy, "---\n")
	in := func(cluster, text string) string {
		return strings.Replace(text, "namespace: bookinfo}", "namespace: bookinfo, annotations: {cluster.solo.io/cluster: "+cluster+"}}", 1)
	}
	east, west := in("east", ratings), in("west", ratings)
	dir := diffDir(t, strings.Replace(goodPolicy, ratings, east, 1)+"---\n"+west, "300s", "240s")
	got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml")
	const name = "ratings.bookinfo.svc.cluster.local:9080 (Service bookinfo/ratings in "
	if !strings.Contains(got.out, "300s → 240s for "+name+"east) and "+name+"west) (ConnectionPolicy") {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestDiffCannotDriveATerminal(t *testing.T) {
	dir := diffDir(t, strings.Replace(gatewayText, "  options", "  proxyNames: [\"a\\e[31m\"]\n  options", 1), "intValue: 60", "intValue: 70")
	got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml")
	if want := "keepalive.time: 60s → 70s for listener-::-8080 of a�[31m ("; got.code != ExitFindings || !strings.HasPrefix(got.out, want) {
		t.Errorf("exit code %d\n%q", got.code, got.out+got.err)
	}
}

func TestDiffShowsWhatATargetIsWritten(t *testing.T) {
	dir := diffDir(t, goodPolicy, "300s", "240s")
	got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml", "-t", "istio", "--color", "always")
	for _, want := range []string{"\x1b[33mkeepalive.time: 300s → 240s", "--- old/destinationrule_bookinfo_ratings", "\x1b[31m-            time: 300s\x1b[0m", "\x1b[32m+            time: 240s\x1b[0m"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is missing in\n%s", want, got.out)
		}
	}
	got = runIn(t, dir, "", "diff", "old.yaml", os.DevNull, "-t", "envoy")
	if got.code != ExitFindings || !strings.Contains(got.out, "--- old/envoy.json\n+++ "+os.DevNull+"\n") {
		t.Errorf("everything is gone: exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestDiffFindsWhatAHopMakesOfTheChange(t *testing.T) {
	dir := diffDir(t, goodPolicy, "300s", "700s")
	got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml", "--hop", "aws-nlb")
	if got.code != ExitFindings || !strings.Contains(got.out, "\nnew finding: new.yaml:6:39: warning: ") || !strings.Contains(got.out, "[hop-idle-timeout]\n") {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestDiffTellsProgramsEachPlace(t *testing.T) {
	dir := diffDir(t, goodPolicy+"---\n"+gatewayText, "300s", "240s", "intValue: 60", "intValue: 70")
	got := runIn(t, dir, "", "diff", "-o", "json", "old.yaml", "new.yaml")
	var changes struct {
		Changes []struct {
			Change, Name, Side, Proxy, Host string
			Port                            int
			DecidedBy                       struct {
				Old, New struct{ Kind, Name, File string }
			}
			Settings []struct {
				Name     string
				Old, New struct {
					Value, Text, File string
					Line, Column      int
				}
			}
			DeadPeerAfterSeconds struct{ Old, New int }
			NewListenersOnly     bool
		}
	}
	if err := json.Unmarshal([]byte(got.out), &changes); err != nil {
		t.Fatalf("%v\n%s%s", err, got.out, got.err)
	}
	if len(changes.Changes) != 2 {
		t.Fatalf("%d changes:\n%s", len(changes.Changes), got.out)
	}
	listener, port := changes.Changes[0], changes.Changes[1]
	if !listener.NewListenersOnly || listener.Proxy != "gateway-proxy" || listener.Change != "changed" || listener.DeadPeerAfterSeconds.New != 250 {
		t.Errorf("the listener is %+v", listener)
	}
	if port.NewListenersOnly || port.Port != 9080 || port.DecidedBy.New.Name != "keepalive" || port.DecidedBy.Old.File != "old.yaml" || port.DeadPeerAfterSeconds.Old != 975 {
		t.Errorf("the port is %+v", port)
	}
	if s := port.Settings; len(s) != 1 || s[0].Name != "keepalive.time" || s[0].Old.Value != "300s" || s[0].New.Text != "240s" || s[0].New.File != "new.yaml" || s[0].New.Line != 6 || s[0].New.Column != 39 {
		t.Errorf("the settings are %+v", s)
	}
}

func TestDiffInMarkdownIsATableThatNoNameCanBreak(t *testing.T) {
	dir := diffDir(t, goodPolicy, "300s", "240s")
	expectDiff(t, dir, ExitFindings, `| place | setting | old | new | decided by |
| --- | --- | --- | --- | --- |
| ratings.bookinfo.svc.cluster.local:9080 | keepalive.time | 300s | 240s<br>on an idle connection a dead peer is noticed after 915s instead of 975s | ConnectionPolicy bookinfo/keepalive, new.yaml:6:39 |
`, "-o", "markdown")
	dir = diffDir(t, strings.Replace(gatewayText, "  options", "  proxyNames: ['::|<b>_x_']\n  options", 1), "intValue: 60", "intValue: 70")
	got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml", "-o", "markdown")
	if !strings.Contains(got.out, `| listener-::-8080 of ::\|\<b\>\_x\_ |`) {
		t.Errorf("a name is read as marks:\n%s", got.out)
	}
	dir = diffDir(t, goodPolicy, "300s", "240s")
	got = runIn(t, dir, "", "diff", "old.yaml", "new.yaml", "-o", "markdown", "-t", "istio")
	if !strings.Contains(got.out, "\n<details><summary>istio output</summary>\n\n```diff\n--- old/") || !strings.HasSuffix(got.out, "```\n\n</details>\n") {
		t.Errorf("the output is not folded away:\n%s", got.out)
	}
}

func TestDiffInHTMLIsOnePageWithoutScripts(t *testing.T) {
	dir := diffDir(t, goodPolicy, "300s", "240s")
	got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml", "-o", "html", "-t", "istio")
	for _, want := range []string{"<!doctype html>", "<del>300s</del>", "<ins>240s</ins>", "915s instead of 975s", "istio output", "new.yaml:6:39", "light dark"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is missing in\n%s", want, got.out)
		}
	}
	for _, never := range []string{"<script", "http://", "https://", "ZgotmplZ"} {
		if strings.Contains(got.out, never) {
			t.Errorf("the page has %q", never)
		}
	}
}

func TestDiffOfInputsWithErrorsIsTrouble(t *testing.T) {
	dir := workDir(t)
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"good.yaml", "absent.yaml"}, "there is no file absent.yaml"},
		{[]string{"good.yaml"}, "diff compares two inputs, and 1 is named"},
		{[]string{"good.yaml", "warn.yaml", "deep"}, "diff compares two inputs, and 3 are named"},
		{[]string{"-", "-"}, "standard input can be read once only"},
		{[]string{"good.yaml", "good.yaml", "-o", "yaml"}, "write --output text or json or markdown or html"},
		{[]string{"good.yaml", "good.yaml", "-t", "kube"}, "write --target istio or envoy"},
	} {
		got := runIn(t, dir, "", append([]string{"diff"}, tt.args...)...)
		if got.code != ExitUsage || got.out != "" || !strings.Contains(got.err, tt.says) {
			t.Errorf("%v: exit code %d, not %q\n%s%s", tt.args, got.code, tt.says, got.out, got.err)
		}
	}
}

func TestDiffReadsStandardInputForOneOfTheTwo(t *testing.T) {
	dir := workDir(t)
	got := runIn(t, dir, strings.Replace(goodPolicy, "300s", "240s", 1), "diff", "good.yaml", "-")
	if got.code != ExitFindings || !strings.Contains(got.out, "(ConnectionPolicy bookinfo/keepalive, <stdin>:6:39)") {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

// repository is a git repository with a first commit of the files, and a directory besides.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git here")
	}
	dir := t.TempDir()
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"} { // set by a hook that runs the tests
		t.Setenv(name, "")
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "somebody")
		t.Setenv("GIT_"+who+"_EMAIL", "somebody@example.com")
	}
	gitIn(t, dir, "init", "-q")
	for name, text := range files {
		file(t, dir, name, text)
	}
	gitIn(t, dir, "add", "-A")
	gitIn(t, dir, "commit", "-q", "-m", "first")
	return dir
}

func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func TestDiffReadsARevisionAsItReadsFiles(t *testing.T) {
	policy, service, _ := strings.Cut(goodPolicy, "---\n")
	dir := repository(t, map[string]string{
		"deploy/policy.yaml": policy, "deploy/services/ratings.yaml": service, "deploy/notes.txt": "a: b: c", "deploy/ä b.json": "{}",
	})
	file(t, dir, "deploy/policy.yaml", strings.Replace(policy, "300s", "240s", 1))
	const line = "keepalive.time: 300s → 240s for ratings.bookinfo.svc.cluster.local:9080 (ConnectionPolicy bookinfo/keepalive, "
	for _, tt := range []struct{ in, old, now, at string }{
		{".", "git:HEAD:deploy", "deploy", "deploy/policy.yaml:6:39)"},
		{".", "git:HEAD:", ".", "deploy/policy.yaml:6:39)"},
		{".", "git:HEAD:./deploy/", "deploy", "deploy/policy.yaml:6:39)"},
		{"deploy", "git:HEAD:.", ".", "policy.yaml:6:39)"},
		{"deploy/services", "git:HEAD:..", "..", "../policy.yaml:6:39)"},
	} {
		got := runIn(t, filepath.Join(dir, tt.in), "", "diff", "-R", tt.old, tt.now)
		if got.code != ExitFindings || !strings.HasPrefix(got.out, line+tt.at) || strings.Count(got.out, "\n") != 2 {
			t.Errorf("%v: exit code %d\n%s%s", tt, got.code, got.out, got.err)
		}
	}
	back := runIn(t, dir, "", "diff", "-R", "deploy", "git:HEAD:deploy")
	if !strings.Contains(back.out, "240s → 300s") || !strings.Contains(back.out, "git:HEAD:deploy/policy.yaml:6:39") {
		t.Errorf("places in a revision are named otherwise:\n%s%s", back.out, back.err)
	}
	gitIn(t, dir, "commit", "-q", "-a", "-m", "second")
	if got := runIn(t, dir, "", "diff", "-R", "git:HEAD~1:deploy", "git:HEAD:deploy"); !strings.HasPrefix(got.out, line+"git:HEAD:deploy/policy.yaml:6:39)") {
		t.Errorf("two revisions:\n%s%s", got.out, got.err)
	}
	if got := runIn(t, dir, "", "diff", "-R", "git:HEAD:deploy", "deploy"); got.code != ExitDone || got.out+got.err != "" {
		t.Errorf("a revision and its checkout: exit code %d\n%s%s", got.code, got.out, got.err)
	}
	if got := runIn(t, dir, "", "diff", "git:HEAD:deploy/policy.yaml", "deploy"); got.code != ExitDone || got.out != "" {
		t.Errorf("a file, and its directory without those below: exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestDiffFollowsTheLinksOfARevision(t *testing.T) {
	policy, service, _ := strings.Cut(goodPolicy, "---\n")
	dir := repository(t, map[string]string{"base/policy.yaml": policy, "east/ratings.yaml": service})
	for name, to := range map[string]string{"linked.yaml": "../base/policy.yaml", "nowhere.yaml": "gone.yaml", "base.yaml": "../base", "outside.yaml": "/etc/hostname"} {
		if err := os.Symlink(to, filepath.Join(dir, "east", name)); err != nil {
			t.Skip("there are no symbolic links here")
		}
	}
	if err := os.Remove(filepath.Join(dir, "east/outside.yaml")); err != nil { // read where it is, which is outside of the revision
		t.Fatal(err)
	}
	gitIn(t, dir, "add", "-A")
	gitIn(t, dir, "commit", "-q", "-m", "links")
	if got := runIn(t, dir, "", "diff", "git:HEAD:east", "east"); got.code != ExitDone || got.out+got.err != "" {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
	got := runIn(t, dir, "", "diff", "git:HEAD:east/ratings.yaml", "git:HEAD:east")
	if !strings.HasPrefix(got.out, "decided by: nobody → ConnectionPolicy bookinfo/keepalive for ratings.bookinfo.svc.cluster.local:9080 (git:HEAD:east/linked.yaml:3:18)\n") {
		t.Errorf("the link was not followed:\n%s%s", got.out, got.err)
	}
}

func TestDiffSaysWhatIsWrongWithARevision(t *testing.T) {
	dir := repository(t, map[string]string{"a/good.yaml": goodPolicy, "a/deep/notes.txt": "", "-odd.yaml": goodPolicy})
	for _, tt := range []struct{ old, want string }{
		{"git:HEAD", "git:HEAD names no path\n   = help: write git:REV:PATH, for example git:HEAD:. for the directory you are in\n"},
		{"git::a", "git::a names no revision\n   = help: write git:REV:PATH, for example git:HEAD:. for the directory you are in\n"},
		{"git:main~99:a", "unknown git revision main~99\n   = help: check the name; fetch a missing branch with: git fetch origin BRANCH, and name it FETCH_HEAD\n"},
		{"git:--output=x:a", "git:--output=x:a has a name that begins with -\n   = help: write ./ before a path that begins so; no revision does\n"},
		{"git:HEAD:-odd.yaml", "git:HEAD:-odd.yaml has a name that begins with -\n   = help: write ./ before a path that begins so; no revision does\n"},
		{"git:HEAD:b", "there is no b in that revision: git:HEAD:b\n   = help: check the name; it is relative to the working directory, and /dev/null stands for an empty input\n"},
		{"git:HEAD:../b", "git:HEAD:../b is outside the repository\n   = help: write a path within the repository\n"},
		{"git:HEAD:/etc", "the path \"/etc\" must be relative\n   = help: write the path as seen from the directory you are in\n"},
		{"git:HEAD:a/deep", "no manifests in git:HEAD:a/deep\n   = help: files in directories are read when they end in .yaml, .yml or .json; -R also reads directories in directories; /dev/null stands for an empty input\n"},
	} {
		got := runIn(t, dir, "", "diff", tt.old, "a")
		if want := (result{ExitUsage, "", "connpolicy: " + strings.ReplaceAll(tt.want, "/dev/null", os.DevNull)}); got != want {
			t.Errorf("%s:\n%s", tt.old, cmp.Diff(want, got, cmp.AllowUnexported(result{})))
		}
	}
	if got := runIn(t, dir, "", "diff", "git:HEAD:./-odd.yaml", "a"); got.code != ExitDone || got.err != "" {
		t.Errorf("a file of an odd name: exit code %d\n%s", got.code, got.err)
	}
	outside := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(outside))
	if got := runIn(t, outside, "", "diff", "git:HEAD:a", "b"); got.code != ExitUsage || !strings.Contains(got.err, "this directory is not in a git repository\n   = help: go to a directory of the repository") {
		t.Errorf("outside of a repository: exit code %d\n%s", got.code, got.err)
	}
	t.Setenv("PATH", outside)
	if got := runIn(t, outside, "", "diff", "git:HEAD:a", "b"); got.code != ExitUsage || !strings.Contains(got.err, "git:REV:PATH needs git, which is not in $PATH") {
		t.Errorf("without git: exit code %d\n%s", got.code, got.err)
	}
}

func TestDiffTellsFindingsApartThatDifferInDigitsAlone(t *testing.T) {
	const policy = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: keepalive, namespace: bookinfo}
spec:
  applyToDestinations: [{selector: {name: ratings}, port: {number: 90}}]
  config: {tcp: {tcpKeepalive: {time: 300s}}}
`
	_, ratings, _ := strings.Cut(goodPolicy, "---\n")
	dir := diffDir(t, policy+"---\n"+ratings, "port: {number: 90}}]", "port: {number: 90}}, {selector: {name: ratings}, port: {number: 91}}]")
	got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml")
	if got.code != ExitFindings || strings.Count(got.out, "new finding: ") != 1 || !strings.Contains(got.out, "91") {
		t.Errorf("exit code %d, and the finding about port 91 alone is new:\n%s%s", got.code, got.out, got.err)
	}
}

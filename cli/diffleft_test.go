package cli

import (
	"strings"
	"testing"
)

func TestDiffComparesWhatHasNoError(t *testing.T) {
	dir := workDir(t)
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"good.yaml", "bad.yaml"}, "bad.yaml:6:39: error: "},
		{[]string{"bad.yaml", "good.yaml"}, "1 error; objects with errors are left out of the comparison"},
		{[]string{"good.yaml", "broken.yaml"}, "[syntax]"},
	} {
		got := runIn(t, dir, "", append([]string{"diff"}, tt.args...)...)
		if got.code != ExitUsage || !strings.Contains(got.out, "ratings") || !strings.Contains(got.err, tt.says) {
			t.Errorf("%v: exit code %d, not %q\n%s%s", tt.args, got.code, tt.says, got.out, got.err)
		}
	}
	const bad = "---\napiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: bad, namespace: b}\nspec: {statik: {}}\n"
	file(t, dir, "old.yaml", goodPolicy+bad)
	file(t, dir, "new.yaml", strings.Replace(goodPolicy, "300s", "240s", 1)+bad)
	if got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml"); got.code != ExitUsage || !strings.Contains(got.out, "240s") {
		t.Errorf("beside a document with an error: exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestDiffOfAnInputWithoutAnythingThatIsReadIsTrouble(t *testing.T) {
	dir := workDir(t)
	file(t, dir, "config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
	for _, args := range [][]string{{"good.yaml", "config.yaml"}, {"config.yaml", "good.yaml"}} {
		got := runIn(t, dir, "", append([]string{"diff"}, args...)...)
		if got.code != ExitUsage || got.out != "" || !strings.Contains(got.err, "nothing in config.yaml is of a kind that connpolicy reads (0 documents (1 of other kinds skipped))") {
			t.Errorf("%v: exit code %d\n%s%s", args, got.code, got.out, got.err)
		}
	}
}

func TestDiffNamesConnectionSettingsThatItDoesNotCompare(t *testing.T) {
	const rule = "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: b}\nspec: {host: a, trafficPolicy: {tls: {mode: SIMPLE}, connectionPool: {tcp: {connectTimeout: 1s}}}}\n"
	more := strings.Replace(rule, "name: a", "name: c", 1)
	for _, tt := range []struct {
		name, old, new string
		code           int
		want           string
	}{
		{"equal", rule, rule, ExitDone, ""},
		{"what is not about connections differs", goodPolicy + rule, goodPolicy + strings.Replace(rule, "SIMPLE", "MUTUAL", 1), ExitDone, ""},
		{"a value differs", rule, strings.Replace(rule, "1s", "2s", 1), ExitFindings, "not compared: the connection settings of DestinationRule b/a differ (new.yaml:5:54)\n"},
		{"two are gone", goodPolicy + rule + more, goodPolicy, ExitFindings, "not compared: the connection settings of DestinationRule b/a and 1 other DestinationRule differ (old.yaml:16:54)\n"},
		{"written by compile beside its policy", goodPolicy, goodPolicy + strings.Replace(rule, "namespace: b", "namespace: b, labels: {app.kubernetes.io/managed-by: connpolicy}", 1), ExitDone, ""},
	} {
		dir := t.TempDir()
		file(t, dir, "old.yaml", tt.old)
		file(t, dir, "new.yaml", tt.new)
		if got := runIn(t, dir, "", "diff", "old.yaml", "new.yaml"); got.code != tt.code || got.out != tt.want {
			t.Errorf("%s: exit code %d, %q\n%s", tt.name, got.code, got.out, got.err)
		}
	}
}

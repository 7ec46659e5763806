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
		{[]string{"bad.yaml", "good.yaml"}, "1 error; what has an error is left out of the comparison"},
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

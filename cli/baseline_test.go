package cli

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestABaselineSetsAsideWhatWasThereAndNothingElse(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": eager})
	made := runIn(t, dir, "", "validate", "a.yaml", "--write-baseline", "known.json", "--fail-on", "info")
	if made.code != ExitDone || made.err != "2 documents: no findings, 2 in the baseline; 2 findings in known.json\n" {
		t.Fatalf("exit %d: %s", made.code, made.err)
	}
	for _, tt := range []struct{ name, file, text, says string }{
		{"the same", "a.yaml", eager, "no findings, 2 in the baseline\n"},
		{"lines moved", "a.yaml", "\n# more\n\n" + strings.ReplaceAll(eager, "spec:", "# even more\nspec:"), "no findings, 2 in the baseline\n"},
		{"another file name", "moved/b.yaml", eager, "no findings, 2 in the baseline\n"},
		{"documents in another order", "a.yaml", strings.Split(eager, "---\n")[1] + "---\n" + strings.Split(eager, "---\n")[0], "no findings, 2 in the baseline\n"},
		{"in CRLF", "a.yaml", strings.ReplaceAll(eager, "\n", "\r\n"), "no findings, 2 in the baseline\n"},
		{"one suppressed as well", "a.yaml", at("  config:", "# connpolicy:ignore hops-that-forget it is known\n"), "no findings, 1 suppressed, 1 in the baseline; 1 finding of known.json did not occur; --write-baseline updates the baseline\n"},
		{"one mended", "a.yaml", strings.ReplaceAll(eager, "7500ms", "8s"), "no findings, 1 in the baseline; 1 finding of known.json did not occur"},
		{"one more", "a.yaml", strings.Replace(eager, "applyTo", "nonsense: 1\n  applyTo", 1), "1 error, 1 in the baseline; the set is not judged\n"},
		{"another object", "a.yaml", strings.ReplaceAll(eager, "name: keepalive", "name: other"), "1 warning, 1 info; 2 findings of known.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := files(t, map[string]string{tt.file: tt.text, "known.json": listing(t, dir)["known.json"]})
			got := runIn(t, dir, "", "validate", tt.file, "--baseline", "known.json")
			if !strings.Contains(got.err, tt.says) {
				t.Errorf("it does not say %q:\n%s", tt.says, got.err)
			}
		})
	}
}

func TestABaselineIsTheSameFromEveryDirectoryAndInEveryOrder(t *testing.T) {
	dir := files(t, map[string]string{"m/a.yaml": eager, "m/b.yaml": strings.ReplaceAll(eager, "bookinfo", "shop"), "m/c.yaml": "apiVersion: gloo.solo.io/v1\nkind: upstream\n"})
	want := ""
	for from, args := range map[string]string{".": "m/a.yaml m/b.yaml", "m": "b.yaml a.yaml", "m/": filepath.Join(dir, "m", "a.yaml") + " b.yaml"} {
		got := runIn(t, filepath.Join(dir, from), "", append(strings.Fields("validate --write-baseline "+filepath.Join(dir, "known.json")), strings.Fields(args)...)...)
		text := content(t, filepath.Join(dir, "known.json"))
		if got.code != ExitDone || want != "" && text != want {
			t.Errorf("from %s: exit %d, %s\n%s", from, got.code, got.err, text)
		}
		want = text
	}
	var known struct {
		Version  int
		Findings []struct{ Fingerprint, Severity, Code, Object, Field, File string }
	}
	if err := json.Unmarshal([]byte(want), &known); err != nil || known.Version != 1 || len(known.Findings) != 4 {
		t.Fatalf("%v: %s", err, want)
	}
	f := known.Findings[0]
	if f.Code != "keepalive-rounded" || f.Severity != "warning" || f.Object != "ConnectionPolicy bookinfo/keepalive" || f.Field != "/spec/config/tcp/tcpKeepalive/interval" || f.File != "m/a.yaml" {
		t.Errorf("the first is %+v", f)
	}
}

func TestTheSecondOfTwoThatLookAlikeIsNew(t *testing.T) {
	slip := "# connpolicy:ignore nonsense it was always like this\n"
	dir := files(t, map[string]string{"a.yaml": slip + service("a")})
	if got := runIn(t, dir, "", "validate", "a.yaml", "--write-baseline", "known.json"); got.code != ExitDone {
		t.Fatal(got.err)
	}
	write(t, dir, "a.yaml", slip+service("a")+"---\n"+slip+service("b"))
	for _, command := range []string{"validate", "compile", "resolve", "report"} {
		if got := runIn(t, dir, "", command, "a.yaml", "--baseline", "known.json"); got.code != ExitDone || !strings.Contains(got.err, ": 1 warning, 1 in the baseline") {
			t.Errorf("%s: exit %d\n%s", command, got.code, got.err)
		}
	}
}

func TestErrorsOfLongAgoAreSetAsideByValidateAlone(t *testing.T) {
	dir := files(t, map[string]string{"bad.yaml": strings.Replace(eager, "700s", "700", 1)})
	made := runIn(t, dir, "", "validate", "bad.yaml", "--write-baseline", "known.json")
	if made.code != ExitDone || made.err != "2 documents: no findings, 2 in the baseline (1 error); 2 findings in known.json; the set is not judged\n" {
		t.Fatalf("exit %d: %s", made.code, made.err)
	}
	if got := runIn(t, dir, "", "validate", "bad.yaml", "--baseline", "known.json"); got.code != ExitDone || got.err != "2 documents: no findings, 2 in the baseline (1 error); the set is not judged\n" {
		t.Errorf("validate: exit %d: %s", got.code, got.err)
	}
	for _, args := range []string{"compile bad.yaml", "resolve bad.yaml", "report bad.yaml", "migrate bad.yaml --to istio --output-dir out", "compile bad.yaml --output-dir out"} {
		got := runIn(t, dir, "", append(strings.Fields(args), "--baseline", "known.json")...)
		if got.code != ExitFindings || !strings.Contains(got.err, "[duration-without-unit]") || !strings.Contains(got.err, "1 error, 1 in the baseline") {
			t.Errorf("%s: exit %d\n%s", args, got.code, got.err)
		}
		if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
			t.Errorf("%s writes after an error", args)
		}
	}
	var report struct {
		Summary struct{ Errors, Baselined, BaselinedErrors int }
	}
	if err := json.Unmarshal([]byte(runIn(t, dir, "", "validate", "bad.yaml", "--baseline", "known.json", "--format", "json").out), &report); err != nil || report.Summary.Baselined != 2 || report.Summary.BaselinedErrors != 1 || report.Summary.Errors != 0 {
		t.Errorf("JSON counts %+v (%v)", report.Summary, err)
	}
}

func TestTextThatCannotBeReadIsNeverSetAside(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": eager, "broken.yaml": "a: b: c\n"})
	got := runIn(t, dir, "", "validate", "a.yaml", "broken.yaml", "--write-baseline", "known.json")
	if _, err := os.Stat(filepath.Join(dir, "known.json")); got.code != ExitUsage || err == nil || !strings.Contains(got.err, "[syntax]") || !strings.Contains(got.err, "no baseline written") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
	runIn(t, dir, "", "validate", "a.yaml", "--write-baseline", "known.json")
	if got := runIn(t, dir, "", "validate", "a.yaml", "broken.yaml", "--baseline", "known.json"); got.code != ExitUsage || !strings.Contains(got.err, "[syntax]") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
}

func TestABaselineThatCannotBeReadEndsTheRun(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": eager})
	for _, tt := range []struct{ text, says string }{
		{"", "the baseline known.json is empty"},
		{"not: json", "the baseline known.json is not JSON"},
		{"[]", "has no version"},
		{"{}", "has no version"},
		{`{"version": 2, "findings": []}`, "has version 2, and this connpolicy reads version 1"},
		{`{"version": "1", "findings": []}`, `has version "1"`},
		{`{"version": 1}`, "has no list of findings"},
		{`{"version": 1, "findings": {}}`, "has no list of findings"},
		{`{"version": 1, "findings": [{"code": "x"}]}`, "has a finding without a fingerprint, at position 1"},
	} {
		write(t, dir, "known.json", tt.text)
		got := runIn(t, dir, "", "compile", "a.yaml", "--baseline", "known.json")
		if got.code != ExitUsage || got.out != "" || !strings.Contains(got.err, tt.says) || !strings.Contains(got.err, "--write-baseline known.json") {
			t.Errorf("%s: exit %d, it does not say %q:\n%s", tt.text, got.code, tt.says, got.err)
		}
	}
	for _, tt := range []struct{ args, says string }{
		{"--baseline gone.json", "there is no baseline gone.json"},
		{"--baseline=", "--baseline is empty"},
		{"--write-baseline=", "--write-baseline is empty"},
		{"--write-baseline gone/known.json", "cannot be written"},
		{"--baseline .", "is not a regular file"},
	} {
		got := runIn(t, dir, "", append(strings.Fields("validate a.yaml"), strings.Fields(tt.args)...)...)
		if got.code != ExitUsage || !strings.Contains(got.err, tt.says) {
			t.Errorf("%s: exit %d, it does not say %q:\n%s", tt.args, got.code, tt.says, got.err)
		}
	}
}

func TestABaselineOfTheConfigurationCanBeWrittenFirst(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": eager, "sub/x.yaml": eager, configName: configHead + "baseline: known.json\ninputs: [a.yaml]\n"})
	if got := runIn(t, dir, "", "validate", "--write-baseline", "known.json"); got.code != ExitDone {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	if got := runIn(t, dir, "", "validate", "."); got.code != ExitDone || strings.Contains(got.err, "skipped") {
		t.Errorf("the baseline is read as a manifest: exit %d: %s", got.code, got.err)
	}
	if got := runIn(t, dir+"/sub", "", "validate"); got.code != ExitDone || !strings.Contains(got.err, "no findings, 2 in the baseline; configuration ../.connpolicy.yaml\n") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
	write(t, dir, configName, configHead+"inptus: []\n")
	before := content(t, filepath.Join(dir, "known.json"))
	if got := runIn(t, dir, "", "validate", "a.yaml", "--write-baseline", "known.json"); got.code != ExitUsage || content(t, filepath.Join(dir, "known.json")) != before {
		t.Errorf("a wrong configuration became a baseline: exit %d: %s", got.code, got.err)
	}
}

func TestABaselineReplacesNothingButABaseline(t *testing.T) {
	for _, tt := range []struct{ args, says string }{
		{"a.yaml --write-baseline a.yaml", "a.yaml is not a baseline, and --write-baseline would replace it"},
		{"a.yaml --write-baseline b.yaml", "b.yaml is not a baseline"},
		{"a.yaml --write-baseline new.json --format json=new.json", "--write-baseline and --format would both be written to new.json"},
		{"a.yaml --baseline known.json --format json=./known.json", "--format would replace the baseline known.json"},
		{"a.yaml --fix --dry-run --write-baseline new.json", "--dry-run writes nothing, and --write-baseline writes a file"},
	} {
		dir := files(t, map[string]string{"a.yaml": eager, "b.yaml": eager, "known.json": `{"version": 1, "findings": []}`})
		before := listing(t, dir)
		got := runIn(t, dir, "", append([]string{"validate"}, strings.Fields(tt.args)...)...)
		if got.code != ExitUsage || !strings.Contains(got.err, tt.says) {
			t.Errorf("%s: exit %d, it does not say %q:\n%s", tt.args, got.code, tt.says, got.err)
		}
		if after := listing(t, dir); !maps.Equal(before, after) {
			t.Errorf("%s: there is now %v", tt.args, after)
		}
	}
}

func TestABaselineThatIsSpoiltOrEmptyIsWrittenAnew(t *testing.T) {
	for _, text := range []string{"", "\n", "<<<<<<< HEAD\n{\n  \"version\": 1,\n  \"findings\": [\n=======\n", `{"version": 2, "findings": []}`} {
		dir := files(t, map[string]string{"a.yaml": eager, "known.json": text})
		if got := runIn(t, dir, "", "validate", "a.yaml", "--write-baseline", "known.json"); got.code != ExitDone || !strings.Contains(content(t, filepath.Join(dir, "known.json")), "fingerprint") {
			t.Errorf("%q: exit %d: %s", text, got.code, got.err)
		}
	}
}

func TestABaselineIsWrittenWhereALinkLeads(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": eager, "kept/known.json": ""})
	link := filepath.Join(dir, "known.json")
	if err := os.Symlink(filepath.Join("kept", "known.json"), link); err != nil {
		t.Skip(err)
	}
	if got := runIn(t, dir, "", "validate", "a.yaml", "--write-baseline", "known.json"); got.code != ExitDone || !strings.Contains(content(t, filepath.Join(dir, "kept", "known.json")), "fingerprint") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v", err)
	}
}

func TestWhatIsSuppressedIsNotFixedAndWhatIsInTheBaselineIs(t *testing.T) {
	suppressed := "# connpolicy:ignore keepalive-rounded half a second\n" + eager
	for _, tt := range []struct{ name, text, want string }{
		{"in the baseline", eager, strings.Replace(eager, "7500ms", "8s", 1)},
		{"suppressed", suppressed, suppressed},
	} {
		dir := files(t, map[string]string{"a.yaml": tt.text})
		if got := runIn(t, dir, "", "validate", "a.yaml", "--write-baseline", "known.json"); got.code != ExitDone {
			t.Fatalf("%s: exit %d: %s", tt.name, got.code, got.err)
		}
		got := runIn(t, dir, "", "validate", "--fix", "a.yaml", "--baseline", "known.json")
		if text := content(t, filepath.Join(dir, "a.yaml")); got.code != ExitDone || text != tt.want {
			t.Errorf("%s: exit %d: %s\n%s", tt.name, got.code, got.err, text)
		}
	}
}

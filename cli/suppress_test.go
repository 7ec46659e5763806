package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// eager has one warning, of line 10, and one info, of line 9: keepalive-rounded and hops-that-forget.
const eager = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata:
  name: keepalive
  namespace: bookinfo
spec:
  applyToDestinations: [{selector: {name: ratings}}]
  config:
    tcp: {tcpKeepalive: {time: 700s,
      interval: 7500ms}}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: bookinfo}
spec: {ports: [{name: http, port: 9080}]}
`

// at puts text behind the line that ends in what is given, or above it with a line break.
func at(line, text string) string {
	if strings.HasSuffix(text, "\n") {
		return strings.Replace(eager, line+"\n", text+line+"\n", 1)
	}
	return strings.Replace(eager, line+"\n", line+" "+text+"\n", 1)
}

func TestACommentHoldsForWhatItStandsAtOrAbove(t *testing.T) {
	const both, info, warning = "no findings, 2 suppressed", "1 info, 1 suppressed", "1 warning, 1 suppressed"
	const neither = "1 warning, 1 info\n"
	const ask = "# connpolicy:ignore hops-that-forget,keepalive-rounded it is known\n"
	for _, tt := range []struct{ name, text, says string }{
		{"nothing", eager, neither},
		{"at the line's end", at("      interval: 7500ms}}", "# connpolicy:ignore keepalive-rounded it is known"), info},
		{"at another line's end", at("  name: keepalive", "# connpolicy:ignore keepalive-rounded it is known"), neither},
		{"at the end of a key's line, for that line only", at("  config:", "# connpolicy:ignore keepalive-rounded it is known"), neither},
		{"of another code", at("      interval: 7500ms}}", "# connpolicy:ignore zero-probes it is known"), neither},
		{"two codes", at("    tcp: {tcpKeepalive: {time: 700s,", "# connpolicy:ignore keepalive-rounded, hops-that-forget it is known"), warning},
		{"above the line", at("      interval: 7500ms}}", "      # connpolicy:ignore keepalive-rounded it is known\n"), info},
		{"above the line, with a comment and a blank between", at("      interval: 7500ms}}", "# connpolicy:ignore keepalive-rounded it is known\n# a word\n\n"), info},
		{"above a block", at("  config:", ask), both},
		{"above the block of all", at("spec:", ask), both},
		{"above a block before", at("metadata:", ask), neither},
		{"above a line within a block", at("  applyToDestinations: [{selector: {name: ratings}}]", ask), neither},
		{"at the head of the document", ask + eager, both},
		{"at the head, below other comments", "# Copyright\n\n" + ask + "# more\n" + eager, both},
		{"before the separator", ask + "---\n" + eager, both},
		{"behind the separator", "---\n" + ask + eager, both},
		{"on the separator's line", "--- " + ask + eager, both},
		{"at the end of the document before", service("a") + ask + "---\n" + eager, both},
		{"at the head of another document", strings.Replace(eager, "---\n", "---\n"+ask, 1), neither},
		{"before the separator of another document", strings.Replace(eager, "---\n", ask+"---\n", 1), neither},
		{"below all", eager + ask, neither},
		{"without a space", at("  config:", "  #connpolicy:ignore hops-that-forget,keepalive-rounded it is known\n"), both},
		{"with a colon", at("  config:", "  # connpolicy:ignore: hops-that-forget,keepalive-rounded it is known\n"), both},
		{"another word", at("  config:", "  # connpolicy:ignored hops-that-forget it is known\n"), neither},
		{"with CRLF", strings.ReplaceAll(at("  config:", ask), "\n", "\r\n"), both},
		{"behind a byte order mark", "\ufeff" + ask + eager, both},
		{"after wide characters", at("      interval: 7500ms}}", "# 日本 # connpolicy:ignore keepalive-rounded 既知"), info},
		{"in a text", at("  name: keepalive", "\n  annotations: {a: 'x\n      # connpolicy:ignore hops-that-forget no\n      '}"), neither},
		{"in a block of text", strings.Replace(eager, "spec:", "  annotations:\n    a: |\n      # connpolicy:ignore hops-that-forget,nonsense no\n      # connpolicy:ignore\nspec:", 1), neither},
		{"beside one in a text", strings.Replace(at("  config:", ask), "spec:", "  annotations:\n    a: |\n      # connpolicy:ignore nonsense no\nspec:", 1), both},
		{"above an entry of a list", "kind: List\napiVersion: v1\nitems:\n" + ask + "- " + strings.ReplaceAll(strings.TrimSuffix(strings.Split(eager, "---\n")[0], "\n"), "\n", "\n  ") + "\n- " + strings.ReplaceAll(service("ratings"), "\n", "\n  "), both},
		{"above another entry of a list", "kind: List\napiVersion: v1\nitems:\n" + ask + "- " + strings.ReplaceAll(service("ratings"), "\n", "\n  ") + "\n- " + strings.ReplaceAll(strings.Split(eager, "---\n")[0], "\n", "\n  "), neither},
		{"above a list that is not indented", "kind: List\napiVersion: v1\n" + ask + "items:\n- " + strings.ReplaceAll(strings.TrimSuffix(strings.Split(eager, "---\n")[0], "\n"), "\n", "\n  ") + "\n", "1 suppressed"},
	} {
		got := runIn(t, t.TempDir(), tt.text, "validate", "-")
		if got.code != ExitDone || !strings.Contains(got.err, tt.says) {
			t.Errorf("%s: exit %d, it does not say %q:\n%s\n%s", tt.name, got.code, tt.says, got.err, tt.text)
		}
	}
}

func TestAnAnnotationHoldsForItsObject(t *testing.T) {
	annotated := func(entry string) string {
		return strings.Replace(eager, "spec:", "  annotations:\n    "+entry+"\nspec:", 1)
	}
	policy, rest, _ := strings.Cut(annotated(`ignore.connpolicy.dev/hops-that-forget: "nothing is on the way"`), "---\n")
	indent := func(s string) string { return "- " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") + "\n" }
	asJSON := `{"apiVersion": "resilience.policy.gloo.solo.io/v2", "kind": "ConnectionPolicy", "metadata": {"name": "p", "namespace": "b", "annotations": {"ignore.connpolicy.dev/duration-precision": "no", "ignore.connpolicy.dev/nothing-selected": "it comes later"}},
"spec": {"applyToDestinations": [{"selector": {"name": "gone"}}], "config": {"tcp": {"tcpKeepalive": {"time": "200s"}}}}}`
	unread := "apiVersion: gateway.solo.io/v1\nkind: ListenerOption\nmetadata: {name: a, annotations: {ignore.connpolicy.dev/unread-kind: done by hand}}\nspec: {options: {socketOptions: [{level: 1}]}}\n"
	for _, tt := range []struct{ name, text, says string }{
		{"YAML", policy + "---\n" + rest, "1 warning, 1 suppressed"},
		{"another object's", strings.Replace(eager, "ratings, namespace: bookinfo}", "ratings, namespace: bookinfo, annotations: {ignore.connpolicy.dev/hops-that-forget: here}}", 1), "1 warning, 1 info\n"},
		{"in a List", "apiVersion: v1\nkind: List\nitems:\n" + indent(policy) + indent(rest), "1 warning, 1 suppressed"},
		{"JSON", asJSON, "1 warning, 1 suppressed"},
		{"JSON, which names an error", asJSON, "[ignore-refused]"},
		{"of a kind that is not read", unread + "---\n" + service("a"), "no findings, 1 suppressed"},
		{"without a reason", annotated(`ignore.connpolicy.dev/hops-that-forget: " "`), "[ignore-without-reason]"},
		{"of no code", annotated(`ignore.connpolicy.dev/hops-that-forgot: x`), `did you mean "hops-that-forget"?`},
	} {
		got := runIn(t, t.TempDir(), tt.text, "validate", "-")
		if got.code != ExitDone || !strings.Contains(got.err, tt.says) {
			t.Errorf("%s: exit %d, it does not say %q:\n%s", tt.name, got.code, tt.says, got.err)
		}
	}
}

func TestWhatIsWrongWithAnIgnoreIsSaidOnceAndCannotBeIgnored(t *testing.T) {
	for _, tt := range []struct{ comment, says string }{
		{"# connpolicy:ignore", "[ignore-unknown-code]"},
		{"# connpolicy:ignore keepalive-rounded", "10:26: warning: no reason is given, so nothing is suppressed [ignore-without-reason]"},
		{"# connpolicy:ignore keepalive-rounded,hops-that-forget", "[ignore-without-reason]"},
		{"# connpolicy:ignore keepalive-ronded why", `10:46: warning: there is no code "keepalive-ronded"`},
		{"# connpolicy:ignore keepalive-ronded", `did you mean "keepalive-rounded"?`},
		{"# connpolicy:ignore syntax why", "10:46: warning: syntax is an error, and errors cannot be suppressed [ignore-refused]"},
		{"# connpolicy:ignore ignore-refused why", "ignore-refused is about suppressions, and cannot be suppressed [ignore-refused]"},
	} {
		got := runIn(t, t.TempDir(), at("      interval: 7500ms}}", tt.comment), "validate", "-", "--fail-on", "warning")
		if got.code != ExitFindings || !strings.Contains(got.err, tt.says) || !strings.Contains(got.err, ": 2 warnings, 1 info\n") {
			t.Errorf("%s: exit %d, it does not say %q:\n%s", tt.comment, got.code, tt.says, got.err)
		}
	}
	got := runIn(t, t.TempDir(), strings.Replace(at("  config:", "# connpolicy:ignore nonsense,keepalive-rounded why\n"), "time: 700s", "time: 60s", 1), "validate", "-")
	if !strings.Contains(got.err, ": 1 warning, 1 suppressed\n") {
		t.Errorf("a slip beside a good code:\n%s", got.err)
	}
	got = runIn(t, t.TempDir(), strings.Replace(eager, "700s,", "700, # connpolicy:ignore duration-without-unit why", 1), "compile", "-")
	if got.code != ExitFindings || got.out != "" || !strings.Contains(got.err, "[duration-without-unit]") {
		t.Errorf("an error was suppressed: exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestASuppressionOfTheConfigurationHoldsWhereAllThatItNamesIsSo(t *testing.T) {
	dir := files(t, map[string]string{"m/deep/a.yaml": eager})
	for _, tt := range []struct{ where, says string }{
		{"", "1 warning, 1 suppressed"},
		{", files: 'm/**'", "1 warning, 1 suppressed"},
		{", files: './m/deep/a.yaml'", "1 warning, 1 suppressed"},
		{", files: 'm/*.yaml'", "1 warning, 1 info\n"},
		{", kind: ConnectionPolicy, namespace: bookinfo, name: keepalive", "1 warning, 1 suppressed"},
		{", kind: Upstream", "1 warning, 1 info\n"},
		{", namespace: shop", "2 warnings, 1 info\n"},
		{", name: other", "2 warnings, 1 info\n"},
	} {
		write(t, dir, configName, configHead+"suppressions: [{code: hops-that-forget, reason: it is known"+tt.where+"}]\n")
		for from, name := range map[string]string{".": "m/deep/a.yaml", "m": "deep/a.yaml"} {
			got := runIn(t, dir+"/"+from, "", "validate", name)
			if summary := strings.Replace(got.err, "; configuration ../"+configName, "", 1); !strings.Contains(summary, tt.says) {
				t.Errorf("%s from %s does not say %q:\n%s", tt.where, from, tt.says, got.err)
			}
		}
	}
}

func TestWhatIsSuppressedIsLeftOutEverywhere(t *testing.T) {
	dir := files(t, map[string]string{
		"a.yaml":   at("  config:", "  # connpolicy:ignore hops-that-forget,keepalive-rounded it is known\n"),
		"old.yaml": strings.ReplaceAll(eager, "7500ms", "1s"),
	})
	for _, args := range []string{"validate a.yaml", "validate --format json a.yaml", "compile a.yaml", "resolve a.yaml", "resolve -o html a.yaml", "report a.yaml", "diff old.yaml a.yaml", "diff -o json old.yaml a.yaml", "migrate a.yaml --to istio --output-dir out", "compile a.yaml --fail-on info"} {
		got := runIn(t, dir, "", strings.Fields(args)...)
		if got.code != ExitDone && !strings.HasPrefix(args, "diff") || strings.Contains(got.out+got.err, "keepalive-rounded") || strings.Contains(got.out+got.err, "hops-that-forget") {
			t.Errorf("%s: exit %d, it names what is suppressed:\n%s%s", args, got.code, got.out, got.err)
		}
	}
	migration := listing(t, dir+"/out")["MIGRATION.md"]
	if strings.Contains(migration, "keepalive-rounded") || !strings.Contains(migration, "interval") {
		t.Errorf("MIGRATION.md names what is suppressed, or no field:\n%s", migration)
	}
	var report struct {
		Summary struct{ Suppressed, Infos int }
	}
	if err := json.Unmarshal([]byte(runIn(t, dir, "", "validate", "--format", "json", "a.yaml").out), &report); err != nil || report.Summary.Suppressed != 2 || report.Summary.Infos != 0 {
		t.Errorf("JSON counts %+v (%v)", report.Summary, err)
	}
}

func TestManyIgnoresAreReadInNoTime(t *testing.T) {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "# connpolicy:ignore hops-that-forget it is known\n%s---\n", service(fmt.Sprint("s", i)))
	}
	b.WriteString("apiVersion: v1\nkind: Service\nmetadata:\n  name: z\n  namespace: b\n  annotations:\n    text: |\n")
	for range 5000 {
		b.WriteString("      # connpolicy:ignore hops-that-forget in a text\n")
	}
	if got := runIn(t, t.TempDir(), b.String(), "validate", "-"); got.code != ExitDone || !strings.Contains(got.err, "2001 documents: no findings\n") {
		t.Errorf("exit %d: %.500s", got.code, got.err)
	}
}

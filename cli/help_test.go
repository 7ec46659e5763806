package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// root is the top of the repository, where the examples of the help texts are run.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestEveryExampleInAHelpTextWorks runs each line of a help text that is a whole command.
func TestEveryExampleInAHelpTextWorks(t *testing.T) {
	dir := root(t)
	scratch := t.TempDir()
	for _, command := range []string{"compile", "validate", "migrate", "explain", "hops", "schema", "version"} {
		help := runIn(t, dir, "", command, "-h").out
		examples := 0
		for _, line := range strings.Split(help, "\n") {
			line = strings.TrimSpace(line)
			if !strings.HasPrefix(line, "connpolicy "+command) || strings.ContainsAny(line, "[") || strings.Contains(line, " - ") || line == "connpolicy explain CODE" {
				continue // what the command is, or the form of it
			}
			examples++
			if strings.Contains(line, "changed.yaml") {
				continue // stands for the file that a hook was called for
			}
			args := strings.Fields(strings.ReplaceAll(line, "--dir schemas", "--dir "+scratch))[1:]
			for i, arg := range args {
				if arg == "--output-dir" {
					args[i+1] = filepath.Join(scratch, args[i+1])
				}
			}
			got := runIn(t, dir, "", args...)
			if got.code != ExitDone {
				t.Errorf("%s: exit code %d\n%s", line, got.code, got.err)
			}
			if got.out == "" && command != "validate" && !strings.Contains(line, "-dir") {
				t.Errorf("%s prints nothing", line)
			}
		}
		if examples == 0 {
			t.Errorf("%s -h shows no example:\n%s", command, help)
		}
	}
}

func TestEveryHelpTextFitsTheWidthOfATerminal(t *testing.T) {
	dir := t.TempDir()
	for _, command := range []string{"", "compile", "validate", "migrate", "fn", "resolve", "diff", "report", "explain", "hops", "schema", "init", "completion", "man", "version"} {
		args := []string{"-h"}
		if command != "" {
			args = []string{command, "-h"}
		}
		for line := range strings.Lines(runIn(t, dir, "", args...).out) {
			if width := utf8.RuneCountInString(strings.TrimRight(line, "\n")); width > helpColumns {
				t.Errorf("%s -h has a line of %d characters, and %d are wanted at most: %s", command, width, helpColumns, line)
			}
		}
	}
}

func TestTheTopLevelHelpNamesEveryCommand(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"-h"}, {"--help"}, {}, {"help"}} {
		got := runIn(t, dir, "", args...)
		if got.code != ExitDone || got.err != "" {
			t.Errorf("%v: exit code %d, %s", args, got.code, got.err)
		}
		for _, command := range []string{"compile", "validate", "migrate", "fn", "resolve", "diff", "report", "explain", "hops", "schema", "init", "completion", "man", "version"} {
			if !strings.Contains(got.out, "\n     "+command+" ") {
				t.Errorf("%v does not name %s:\n%s", args, command, got.out)
			}
		}
	}
}

func TestTheHelpGroupsCommandsAndSaysWhereThingsGo(t *testing.T) {
	dir := t.TempDir()
	all := runIn(t, dir, "", "-h").out
	for _, want := range []string{"\n   Check and compile:\n     compile ", "\n   Look and compare:\n     resolve ", "\n   Look up:\n     explain ", "\n   Set up:\n     init ", "standard output", "Exit codes: 0 done; 1 "} {
		if !strings.Contains(all, want) {
			t.Errorf("the help lacks %q:\n%s", want, all)
		}
	}
	if one := runIn(t, dir, "", "validate", "-h").out; strings.Contains(one, "CATEGORY") {
		t.Errorf("a command's own help names its group:\n%s", one)
	}
}

func TestTheVersionIsPrintedByCommandAndFlag(t *testing.T) {
	dir := t.TempDir()
	want := runIn(t, dir, "", "version")
	if want.code != ExitDone || !strings.HasPrefix(want.out, "connpolicy ") || strings.Count(want.out, "\n") != 1 {
		t.Errorf("version: exit code %d, %q", want.code, want.out)
	}
	if got := runIn(t, dir, "", "--version"); got != want {
		t.Errorf("--version: %+v", got)
	}
}

func TestUsageMistakesSayWhatToType(t *testing.T) {
	dir := workDir(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"nope"}, "connpolicy: unknown command \"nope\"\n   = help: commands: compile, validate, migrate, fn, resolve, diff, report, explain, hops, schema, init, completion, man, version\n"},
		{[]string{"vaildate"}, "connpolicy: unknown command \"vaildate\"\n   = help: did you mean validate? commands: compile, validate, migrate, fn, resolve, diff, report, explain, hops, schema, init, completion, man, version\n"},
		{[]string{"compile", "good.yaml", "--defaults", "all"}, "connpolicy: --defaults cannot be \"all\"\n   = help: write --defaults omit or explicit\n"},
		{[]string{"compile", "good.yaml", "--color=red"}, "connpolicy: --color cannot be \"red\"\n   = help: write --color auto or always or never\n"},
		{[]string{"validate", "good.yaml", "--format", "xml"}, "connpolicy: --format cannot be \"xml\"\n   = help: write --format text or json or jsonl or sarif or github or gitlab or junit or checkstyle\n"},
		{[]string{"validate", "-A"}, "connpolicy: unknown flag -A\n   = help: leave it out: all namespaces of the input are read; it is a flag of kubectl get\n"},
		{[]string{"compile", "-k", "overlay"}, "connpolicy: unknown flag -k\n   = help: build it first: kubectl kustomize DIR | connpolicy compile -f -\n"},
		{[]string{"compile", "--context=prod"}, "connpolicy: unknown flag --context=prod\n   = help: leave it out: no cluster is contacted; use kubectl get: kubectl get -A -o yaml KINDS | connpolicy compile -f -\n"},
		{[]string{"explain"}, "connpolicy: explain takes one code\n   = help: connpolicy explain keepalive-rounded, or connpolicy explain --list\n"},
		{[]string{"explain", "a", "b"}, "connpolicy: explain takes one code\n   = help: connpolicy explain keepalive-rounded, or connpolicy explain --list\n"},
		{[]string{"explain", "banana"}, "connpolicy: there is no code, hop or kind \"banana\"\n   = help: connpolicy explain --list shows all codes, connpolicy hops all hops, connpolicy schema all kinds\n"},
		{[]string{"schema", "a", "b"}, "connpolicy: schema takes one kind\n   = help: connpolicy schema ConnectionPolicy\n"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			got := runIn(t, dir, "", c.args...)
			if got.code != ExitUsage || got.out != "" || got.err != c.want {
				t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
			}
		})
	}
}

func TestAFlagWithoutItsValueIsNamed(t *testing.T) {
	dir := workDir(t)
	for _, args := range [][]string{{"compile", "-f"}, {"compile", "good.yaml", "-t"}, {"compile", "good.yaml", "--output-dir"}, {"validate", "good.yaml", "-n"}} {
		got := runIn(t, dir, "", args...)
		flag := args[len(args)-1]
		if got.code != ExitUsage || !strings.Contains(got.err, "flag "+flag+" needs a value") {
			t.Errorf("%v: exit code %d\n%s", args, got.code, got.err)
		}
	}
}

func TestAKindIsNamedInAnyCase(t *testing.T) {
	dir := t.TempDir()
	want := runIn(t, dir, "", "schema", "ConnectionPolicy")
	if want.code != ExitDone || !strings.Contains(want.out, `"title": "ConnectionPolicy"`) {
		t.Fatalf("exit code %d: %s", want.code, want.err)
	}
	for _, kind := range []string{"connectionpolicy", "CONNECTIONPOLICY", "ConnectionPOLICY"} {
		if got := runIn(t, dir, "", "schema", kind); got != want {
			t.Errorf("%s: %+v", kind, got.err)
		}
	}
	if got := runIn(t, dir, "", "schema", "Service"); got.code != ExitUsage || got.out != "" {
		t.Errorf("the schema of a foreign kind is published:\n%s", got.out)
	}
}

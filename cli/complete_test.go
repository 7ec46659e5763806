package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/codes"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/urfave/cli/v2"
)

// completed are the candidates for a command line, without what they mean, and the directive.
func completed(t *testing.T, args ...string) (words []string, how string) {
	t.Helper()
	got := runIn(t, t.TempDir(), "", append([]string{"__complete"}, args...)...)
	if got.code != ExitDone || got.err != "" {
		t.Fatalf("%q: exit code %d\n%s", args, got.code, got.err)
	}
	lines := strings.Split(strings.TrimSuffix(got.out, "\n"), "\n")
	for _, line := range lines[:len(lines)-1] {
		word, _, _ := strings.Cut(line, "\t")
		words = append(words, word)
	}
	return words, lines[len(lines)-1]
}

func TestTheShellIsToldWhatCanStandAtTheCursor(t *testing.T) {
	for _, tt := range []struct {
		line string // what is typed; the cursor is behind it
		want string // candidates, or some of them before "..."
		how  string
	}{
		{"va", "validate", ":4"},
		{"", "compile validate migrate ...", ":4"},
		{"-", "--help --version -v", ":4"},
		{"nope ", "", ":4"},
		{"help va", "validate", ":4"},
		{"validate --fo", "--format", ":4"},
		{"validate -", "--help --filename -f --recursive -R --exclude --namespace ...", ":4"},
		{"validate --nope=x", "", ":4"},
		{"validate --nope x", "", ":0"},
		{"validate a.yaml --fail-on ", "error warning info", ":4"},
		{"validate --fail-on=w", "--fail-on=warning", ":4"},
		{"validate --color al", "always", ":4"},
		{"validate --format=json ", "", ":0"},
		{"validate --format s", "sarif", ":4"},
		{"fn --target ", "istio kgateway envoy-gateway", ":4"},
		{"fn ", "", ":4"},
		{"validate --check-nothing -- --fo", "", ":0"},
		{"validate --namespace ", "", ":4"},
		{"validate -f ", "", ":0"},
		{"validate --config ", "none", ":0"},
		{"compile -t ", "istio envoy kgateway envoy-gateway", ":4"},
		{"compile --target=envoy", "--target=envoy --target=envoy-gateway", ":4"},
		{"compile --target envoy -o ", "yaml json name wide", ":4"},
		{"compile --output-dir ", "", ":16"},
		{"compile --output-dir=", "", ":16"},
		{"compile --attach H", "HTTPRoute/", ":6"},
		{"compile --defaults ", "omit explicit", ":4"},
		{"compile --check ", "", ":0"},
		{"migrate --to ", "kgateway envoy-gateway istio", ":4"},
		{"migrate --output-dir ", "", ":16"},
		{"resolve -o ti", "timeline", ":4"},
		{"report -o ", "html", ":4"},
		{"diff ", "", ":0"},
		{"validate --hop aws-n", "aws-nlb aws-nlb-tls aws-nat aws-network-firewall", ":4"},
		{"validate --hop cli", "clients:", ":6"},
		{"validate --hop=cli", "--hop=clients:", ":6"},
		{"validate --hop clients:aws-al", "clients:aws-alb", ":4"},
		{"validate --hop=destinations:aws-al", "--hop=destinations:aws-alb", ":4"},
		{"validate --hop sideways:aws", "", ":4"},
		{"explain keepalive-ro", "keepalive-rounded", ":4"},
		{"explain aws-al", "aws-alb", ":4"},
		{"explain keepalive-off ", "", ":4"},
		{"hops ", "list explain", ":4"},
		{"hops explain aws-al", "aws-alb", ":4"},
		{"hops explain aws-alb ", "", ":4"},
		{"hops list ", "", ":4"},
		{"schema Conn", "ConnectionPolicy", ":4"},
		{"schema Serv", "", ":4"},
		{"init --kind ", "ConnectionPolicy Upstream Gateway ListenerConnectionPolicy", ":4"},
		{"init ", "", ":4"},
		{"completion ", "bash zsh fish powershell", ":4"},
		{"man ", "", ":4"},
	} {
		words, how := completed(t, strings.Split(tt.line, " ")...)
		want := strings.Fields(tt.want)
		if n := len(want); n > 0 && want[n-1] == "..." && len(words) >= n {
			want, words = want[:n-1], words[:n-1]
		}
		slices.Sort(words)
		slices.Sort(want)
		if !slices.Equal(words, want) || how != tt.how {
			t.Errorf("%q: %q, %s; want %q, %s", tt.line, words, how, want, tt.how)
		}
	}
}

// TestEveryWordThatAFlagTakesIsACandidate compares with what the commands say when they refuse a
// word: completion must not fall behind them.
func TestEveryWordThatAFlagTakesIsACandidate(t *testing.T) {
	dir, tried := t.TempDir(), 0
	for _, command := range newApp(&streams{}).Commands {
		for _, flag := range command.Flags {
			name := "--" + flag.Names()[0]
			if _, words := flag.(*cli.StringFlag); !words {
				continue
			}
			_, said, refused := strings.Cut(runIn(t, dir, "", command.Name, "absent.yaml", name, "no-such-word").err, "help: write "+name+" ")
			candidates, how := completed(t, command.Name, name, "")
			if !refused || !strings.Contains(said, " or ") || how != ":4" || name == "--gateway-selector" {
				continue
			}
			tried++
			if want := strings.Split(strings.TrimSpace(said), " or "); !slices.Equal(candidates, want) {
				t.Errorf("%s %s takes %q, and %q is offered", command.Name, name, want, candidates)
			}
		}
	}
	if tried < 15 {
		t.Errorf("only %d flags were compared", tried)
	}
}

func TestEveryCodeAndEveryHopIsACandidateWithItsMeaning(t *testing.T) {
	got := runIn(t, t.TempDir(), "", "__complete", "explain", "").out
	for _, code := range diag.Codes {
		if !strings.Contains(got, code.Name+"\t"+codes.PageOf(code).Summary+"\n") {
			t.Errorf("no candidate %s", code.Name)
		}
	}
	hops, _ := completed(t, "validate", "--hop", "")
	for _, h := range hop.All() {
		if !strings.Contains(got, h.ID+"\t"+h.Title+"\n") {
			t.Errorf("no candidate %s", h.ID)
		}
		if !slices.Contains(hops, h.ID) && !slices.Contains(hops, h.ID+"=") {
			t.Errorf("no candidate --hop %s", h.ID)
		}
	}
}

func TestKubectlIsAnsweredByThePluginsCompletion(t *testing.T) {
	got := runAs(t, t.TempDir(), "/usr/bin/kubectl_complete-connpolicy", "validate", "--fo")
	if want := (result{ExitDone, "--format\tprint findings as FORMAT[=FILE]: text, json, jsonl, sarif, github, gitlab, junit, checkstyle; text when left out; may be repeated\n:4\n", ""}); got != want {
		t.Errorf("%+v", got)
	}
	if got := runAs(t, t.TempDir(), "kubectl_complete-connpolicy"); !strings.HasPrefix(got.out, "compile\t") {
		t.Errorf("without a word: %+v", got)
	}
}

func TestStrangeWordsAreCompletedWithoutHarm(t *testing.T) {
	for _, args := range [][]string{{}, {"--"}, {"validate", "--"}, {"validate", "-"}, {"validate", "--="}, {"validate", "-="}, {"validate", "--hop", ":"}, {"", ""}, {"-", ""}, {"validate", "\x00\t\n", "é"}, {"help", "help", ""}, {"hops", "explain", "a", "b", ""}} {
		if _, how := completed(t, args...); !strings.HasPrefix(how, ":") {
			t.Errorf("%q: the last line is %q", args, how)
		}
	}
}

func TestEveryShellHasItsScript(t *testing.T) {
	dir := t.TempDir()
	for _, shell := range shells {
		got := runIn(t, dir, "", "completion", shell)
		if got.code != ExitDone || !strings.Contains(got.out, "connpolicy __complete ") {
			t.Errorf("%s: exit code %d, and no script that asks connpolicy: %s", shell, got.code, got.out)
		}
	}
	for _, tt := range []struct{ args, want string }{
		{"completion", "connpolicy: completion takes one shell\n   = help: connpolicy completion bash, or zsh, or fish, or powershell\n"},
		{"completion fisch", "connpolicy: there is no completion for \"fisch\"\n   = help: did you mean fish? connpolicy completion bash, or zsh, or fish, or powershell\n"},
	} {
		if got := runIn(t, dir, "", strings.Fields(tt.args)...); got.code != ExitUsage || got.err != tt.want {
			t.Errorf("%s: exit code %d\n%s", tt.args, got.code, got.err)
		}
	}
}

//go:build conventions && linux

package conventions_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folder is where words are completed, with files whose names want care.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"policy.yaml", "po licy.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "policies"), 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// line is what docs/shell.md tells users of a shell to type once.
func line(t *testing.T, shell string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "shell.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, row, found := strings.Cut(string(text), "\n| "+shell+" | `")
	row, _, ended := strings.Cut(row, "` |")
	if !found || !ended {
		t.Fatalf("docs/shell.md has no line for %s", shell)
	}
	return strings.ReplaceAll(row, `\|`, "|")
}

// interactive is a shell on a terminal, with connpolicy in PATH and its completion read.
func interactive(t *testing.T, dir, source string, name string, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command(needed(t, name), args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + bin + ":/usr/local/bin:/usr/bin:/bin", "TERM=dumb", "HOME=" + t.TempDir(), "LC_ALL=C", "INPUTRC=/dev/null"}
	x := onTerminal(t, cmd)
	from := x.typed(t, source+"\necho re''ady\n")
	x.await(t, from, "ready")
	return x
}

// completions are lines with what TAB makes of them in bash and zsh, which put in place what is
// the only candidate.
var completions = []struct{ typed, becomes string }{
	{"connpolicy va", "connpolicy validate "},
	{"connpolicy validate --fo", "connpolicy validate --format "},
	{"connpolicy validate --format sa", "connpolicy validate --format sarif "},
	{"connpolicy validate --fail-on=wa", "connpolicy validate --fail-on=warning "},
	{"connpolicy validate --hop clie", "connpolicy validate --hop clients:"},
	{"connpolicy validate --hop clients:aws-al", "connpolicy validate --hop clients:aws-alb "},
	{"connpolicy validate --hop=destinations:aws-al", "connpolicy validate --hop=destinations:aws-alb "},
	{"connpolicy explain keepalive-rou", "connpolicy explain keepalive-rounded "},
	{"connpolicy schema ConnectionPol", "connpolicy schema ConnectionPolicy "},
	{"connpolicy validate -f policy", "connpolicy validate -f policy.yaml "},
	{`connpolicy validate po\ l`, `connpolicy validate po\ licy.yaml `},
	{"connpolicy compile --output-dir po", "connpolicy compile --output-dir policies/"},
	{"connpolicy compile --output-dir=po", "connpolicy compile --output-dir=policies/"},
	{"connpolicy validate --config no", "connpolicy validate --config none "},
	{"connpolicy validate --config policy", "connpolicy validate --config policy.yaml "},
}

// pressTab types each line and TAB, and asks the shell what stands in the line then.
func pressTab(t *testing.T, x *terminal) {
	t.Helper()
	for _, c := range completions {
		// The line is made an argument of a function that shows it: to its start with ^A, and
		// "show '" before it, and a dot, for the blank before it to be seen, and "'" behind it.
		from := x.typed(t, c.typed+"\t.'\x01show '\n")
		x.await(t, from, "<"+c.becomes+".>")
	}
}

func TestBashCompletes(t *testing.T) {
	x := interactive(t, folder(t), `show() { printf '<%s>\n' "$1"; }; PS1=; `+line(t, "bash"), "bash", "--norc", "--noprofile", "-i")
	pressTab(t, x)
}

func TestZshCompletes(t *testing.T) {
	x := interactive(t, folder(t), `show() { printf '<%s>\n' "$1" }; PS1=; autoload -U compinit; compinit -u -D; bindkey -e; `+line(t, "zsh"), "zsh", "-f", "-i")
	pressTab(t, x)
}

// TestZshCompletesByAFileOfItsPath is how packages install it.
func TestZshCompletesByAFileOfItsPath(t *testing.T) {
	functions := t.TempDir()
	script := connpolicy(t, functions, "", "completion", "zsh").stdout
	if err := os.WriteFile(filepath.Join(functions, "_connpolicy"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	x := interactive(t, folder(t), `show() { printf '<%s>\n' "$1" }; PS1=; fpath=(`+functions+` $fpath); autoload -U compinit; compinit -u -D; bindkey -e`, "zsh", "-f", "-i")
	pressTab(t, x)
}

func TestFishCompletes(t *testing.T) {
	fish, dir := needed(t, "fish"), folder(t)
	for _, tt := range []struct {
		line string
		want []string
	}{
		{"connpolicy va", []string{"validate\tcheck manifests, one by one and as a set"}},
		{"connpolicy validate --fo", []string{"--format\tprint findings as FORMAT[=FILE]: text, json, jsonl, sarif, github, gitlab, junit, checkstyle; text when left out; may be repeated"}},
		{"connpolicy validate --fail-on ", []string{"error", "info", "warning"}},
		{"connpolicy validate --fail-on=w", []string{"--fail-on=warning"}},
		{"connpolicy validate --hop=clients:aws-al", []string{"--hop=clients:aws-alb\tAWS Application Load Balancer"}},
		{"connpolicy explain keepalive-rou", []string{"keepalive-rounded\ta keepalive duration has a fraction of a second"}},
		{"connpolicy explain keepalive-rounded ", []string{}},
		{"connpolicy validate -f po", []string{"po licy.yaml", "policies/", "policy.yaml"}},
		{"connpolicy compile --output-dir po", []string{"policies/"}},
		{"connpolicy compile --output-dir=po", []string{"--output-dir=policies/"}},
		{"connpolicy validate --config ", []string{"none\tread no configuration", "po licy.yaml", "policies/", "policy.yaml"}},
		{"connpolicy version ", []string{}},
	} {
		o := execute(t, dir, "", fish, "--no-config", "-c", line(t, "fish")+"; complete -C '"+tt.line+"'")
		got := strings.Split(strings.TrimSuffix(o.stdout, "\n"), "\n")
		if o.stdout == "" {
			got = []string{}
		}
		slices.Sort(got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q; %s", tt.line, got, tt.want, o.stderr)
		}
	}
}

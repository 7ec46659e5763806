package cli

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
)

// TestWhatUsersOfOtherToolsTypeIsAnswered has the spellings of kubectl and of other tools that people
// try first: each works, or is answered with what to type instead.
func TestWhatUsersOfOtherToolsTypeIsAnswered(t *testing.T) {
	dir := workDir(t)
	for _, c := range []struct {
		line string
		code int
		want string // on standard output when the code is 0, else on standard error
	}{
		{"compile -oyaml good.yaml", ExitDone, "kind: DestinationRule"},
		{"compile -ojson good.yaml", ExitDone, `"kind": "DestinationRule"`},
		{"compile -o=json good.yaml", ExitDone, `"kind": "DestinationRule"`},
		{"compile -Rf deep/more.yml -ojson -fgood.yaml", ExitDone, `"kind": "DestinationRule"`},
		{"resolve -nbookinfo good.yaml", ExitDone, "keepalive.time"},
		{"compile -Rx good.yaml", ExitUsage, "unknown flag -x\n   = help: write --exclude PATTERN\n"},
		{"validate -Rf", ExitUsage, "flag -f needs a value\n   = help: write -f VALUE\n"},
		{"compile -t Istio good.yaml", ExitDone, "kind: DestinationRule"},
		{"compile --target ENVOY good.yaml", ExitDone, `"static_resources"`},
		{"compile -t envoygateway good.yaml", ExitDone, ""},
		{"compile -t Envoy_Gateway good.yaml", ExitDone, ""},
		{"compile -t eg good.yaml", ExitUsage, "did you mean --target envoy-gateway? write --target istio or envoy or kgateway or envoy-gateway\n"},
		{"compile -t kgw good.yaml", ExitUsage, "did you mean --target kgateway? "},
		{"compile -t itsio good.yaml", ExitUsage, "did you mean --target istio? "},
		{"migrate --to eg --output-dir out good.yaml", ExitUsage, "did you mean --to envoy-gateway? "},
		{"migrate -t istio --output-dir out good.yaml", ExitUsage, "unknown flag -t\n   = help: write --to TARGET\n"},
		{"compile --to istio good.yaml", ExitUsage, "unknown flag --to\n   = help: write --target TARGET\n"},
		{"validate -o json good.yaml", ExitUsage, "unknown flag -o\n   = help: write --format json for the findings\n"},
		{"validate -ojson good.yaml", ExitUsage, "unknown flag -ojson\n   = help: write --format json for the findings\n"},
		{"validate -q good.yaml", ExitUsage, "unknown flag -q\n   = help: redirect standard error"},
		{"validate -l app=x good.yaml", ExitUsage, "unknown flag -l\n   = help: leave it out: everything that is read is used"},
		{"compile --dry-run good.yaml", ExitUsage, "unknown flag --dry-run\n   = help: write --check --output-dir DIR"},
		{"compile --check=maybe good.yaml", ExitUsage, "--check cannot be \"maybe\"\n   = help: write --check, or --check=false\n"},
		{"compile -f a.yaml,b.yaml", ExitUsage, "there is no file a.yaml,b.yaml, and names are not split at commas\n   = help: write -f for each file: -f a.yaml -f b.yaml\n"},
		{"compile", ExitUsage, "-f - for standard input"},
		{"-f good.yaml", ExitUsage, "unknown flag -f\n   = help: write it after a command: connpolicy validate -f\n"},
		{"-v", ExitDone, "connpolicy "},
		{"version --short", ExitUsage, "unknown flag --short\n   = help: leave it out: connpolicy version prints one line\n"},
		{"hops -o yaml", ExitUsage, "--output cannot be \"yaml\"\n   = help: write --output table or json\n"},
		{"explain ConnectionPolicy.spec", ExitDone, "FIELD:    spec <object>"},
		{"explain connectionpolicies", ExitDone, "KIND:     ConnectionPolicy\n"},
		{"explain Upstream.spec.connectionConfig.tcpKeepalive.keepaliveTime", ExitDone, "FIELD:    spec.connectionConfig.tcpKeepalive.keepaliveTime <"},
		{"explain ConnectionPolicy.spec.confg", ExitUsage, "did you mean connpolicy explain ConnectionPolicy.spec.config? fields: applyToDestinations, config\n"},
		{"explain ConnectionPolicy.kind.x", ExitUsage, "ConnectionPolicy.kind has no fields\n"},
		{"explain tcpKeepalive", ExitUsage, "connpolicy explain ListenerConnectionPolicy.spec.config.tcpKeepalive, or "},
		{"lint good.yaml", ExitUsage, "write connpolicy validate FILE; "},
		{"check good.yaml", ExitUsage, "write connpolicy validate FILE; "},
		{"analyze good.yaml", ExitUsage, "write connpolicy validate FILE; "},
		{"verify good.yaml", ExitUsage, "write connpolicy validate FILE; "},
		{"test good.yaml", ExitUsage, "write connpolicy validate FILE; "},
		{"plan good.yaml", ExitUsage, "write connpolicy diff OLD NEW; "},
		{"fmt good.yaml", ExitUsage, "write connpolicy validate --fix FILE; "},
	} {
		t.Run(c.line, func(t *testing.T) {
			got := runIn(t, dir, "", strings.Fields(c.line)...)
			text := got.out
			if c.code != ExitDone {
				text = got.err
			}
			if got.code != c.code || !strings.Contains(text, c.want) {
				t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
			}
		})
	}
}

// TestARevisionWithoutAPathIsAnsweredWithOne has what git diff takes: git diff HEAD DIR.
func TestARevisionWithoutAPathIsAnsweredWithOne(t *testing.T) {
	dir := repository(t, map[string]string{"a.yaml": goodPolicy})
	got := runIn(t, dir, "", "diff", "HEAD", "a.yaml")
	if want := "there is no file HEAD; it is a revision of git\n   = help: write git:HEAD:PATH for PATH as it was in that revision, such as git:HEAD:.\n"; got.code != ExitUsage || !strings.HasSuffix(got.err, want) {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

var (
	namedCommand = regexp.MustCompile(`connpolicy ([a-z]+)((?: [^;|:]*)?)`)
	namedFlag    = regexp.MustCompile(`(?:^|[ (])(--?[a-zA-Z][-a-z]*)`)
)

// TestHelpAboutAnUnknownFlagNamesOnlyWhatExists types flags that exist nowhere, or in other commands,
// after every command, and looks up each command and flag that the answers name.
func TestHelpAboutAnUnknownFlagNamesOnlyWhatExists(t *testing.T) {
	s := &streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard, caller: called([]string{programName})}
	app := newApp(s)
	var flags []string
	for _, h := range habits {
		flags = append(flags, h.flags...)
	}
	for _, command := range app.Commands {
		for _, f := range command.Flags {
			flags = append(flags, f.Names()...)
		}
	}
	flags = append(flags, "z", "targte", "outptu", "namspace", "bananas", "y")
	for _, command := range app.Commands {
		for _, flag := range flags {
			arg := "--" + flag
			if len(flag) == 1 {
				arg = "-" + flag
			}
			if _, _, err := splitFlags(command, arg); err == nil {
				continue
			}
			var e *exit
			if !errors.As(unknownFlag(command, arg), &e) {
				t.Fatalf("%s %s: not a usage error", command.Name, arg)
			}
			if e.message != "unknown flag "+arg {
				t.Errorf("%s %s: %s", command.Name, arg, e.message)
			}
			helpNamesWhatExists(t, command.Name+" "+arg, command.Name, e.hint)
		}
	}
	for word, line := range otherCommands {
		if app.Command(word) != nil {
			t.Errorf("%s is a command of connpolicy", word)
		}
		helpNamesWhatExists(t, word, "", line)
	}
}

func helpNamesWhatExists(t *testing.T, typed, command, help string) {
	t.Helper()
	app := newApp(&streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard, caller: called([]string{programName})})
	elsewhere := regexp.MustCompile(`kubectl [^|;]*`)
	help = elsewhere.ReplaceAllString(help, "")
	for _, m := range namedCommand.FindAllStringSubmatch(help, -1) {
		named := app.Command(m[1])
		if named == nil {
			t.Errorf("%s: the help names the command %q: %s", typed, m[1], help)
			continue
		}
		for _, f := range namedFlag.FindAllStringSubmatch(m[2], -1) {
			if !hasFlag(named, f[1]) {
				t.Errorf("%s: the help names %s %s: %s", typed, m[1], f[1], help)
			}
		}
	}
	for _, f := range namedFlag.FindAllStringSubmatch(namedCommand.ReplaceAllString(help, ""), -1) {
		if named := app.Command(command); named == nil || !hasFlag(named, f[1]) {
			t.Errorf("%s: the help names %s: %s", typed, f[1], help)
		}
	}
}

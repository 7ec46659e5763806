package cli

import (
	"strings"
	"testing"
)

func TestInitWritesWhatCompiles(t *testing.T) {
	dir := t.TempDir()
	for _, kind := range []string{"ConnectionPolicy", "upstream", "GATEWAY", "ListenerConnectionPolicy"} {
		wrote := runIn(t, dir, "", "init", "--kind", kind, "--hop", "aws-nlb", "--name", "mine", "-n", "shop")
		if wrote.code != ExitDone || !strings.Contains(wrote.out, "aws-nlb, AWS Network Load Balancer (TCP listener): forgets an idle connection after 350s") {
			t.Fatalf("%s: exit %d\n%s%s", kind, wrote.code, wrote.out, wrote.err)
		}
		got := runIn(t, dir, wrote.out, "validate", "--documents-only", "--fail-on", "info", "-")
		if got.code != ExitDone {
			t.Errorf("%s: what was written is not clean:\n%s%s", kind, wrote.out, got.err)
		}
	}
}

func TestInitRefusesWhatItCannotWrite(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"--kind", "Service"}, `--kind cannot be "Service"`},
		{[]string{"--name", "No Good"}, "--name and --namespace"},
		{[]string{"--name", "a\nb: c"}, "--name and --namespace"},
		{[]string{"--hop", "nlb"}, `there is no hop "nlb"`},
		{[]string{"--hop", "other-flow=2s"}, "no keepalive survives other-flow"},
		{[]string{"file.yaml"}, "init takes no arguments"},
	} {
		got := runIn(t, dir, "", append([]string{"init"}, tt.args...)...)
		if got.code != ExitUsage || got.out != "" || !strings.Contains(got.err, tt.says) {
			t.Errorf("%v: exit %d, want it to say %q:\n%s%s", tt.args, got.code, tt.says, got.out, got.err)
		}
	}
}

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const hopConfig = "apiVersion: connpolicy.dev/v1\nkind: Config\nhops:\n- hop: aws-nlb\n  timeout: 100s\n  side: destinations\n  name: ratings\n"

func TestTheNearestConfigurationHolds(t *testing.T) {
	dir := policiesDir(t)
	deep := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, dir, configName, hopConfig)
	write(t, dir, "other.yaml", strings.Replace(hopConfig, "aws-nlb\n  timeout: 100s", "gcp-vpc-firewall", 1))
	for _, tt := range []struct {
		name string
		args []string
		says string
	}{
		{"from below it", nil, "keepalive time 200s is longer than the 100s after which an AWS Network Load Balancer"},
		{"beside a flag", []string{"--hop", "azure-lb=4m"}, "longer than the 100s"},
		{"not for other names", []string{"--config", "../../other.yaml"}, "4 documents: 1 warning; configuration ../../other.yaml\n"},
		{"another file", []string{"--config=../../other.yaml"}, "4 documents: 1 warning; configuration ../../other.yaml\n"},
		{"none", []string{"--config", "none"}, "4 documents: 1 warning\n"},
	} {
		got := runIn(t, deep, "", append(append([]string{"validate"}, tt.args...), "../../two.yaml")...)
		if got.code != ExitDone || !strings.Contains(got.err, tt.says) {
			t.Errorf("%s: exit %d, and it does not say %q:\n%s", tt.name, got.code, tt.says, got.err)
		}
	}
}

func TestAWrongConfigurationEndsTheRun(t *testing.T) {
	dir := policiesDir(t)
	for _, tt := range []struct{ text, says string }{
		{strings.Replace(hopConfig, "aws-nlb", "aws-nbl", 1), `.connpolicy.yaml:4:8: error: there is no hop "aws-nbl" [unknown-hop]`},
		{strings.Replace(hopConfig, "100s", "10s", 1), ".connpolicy.yaml:5:12: error: hop aws-nlb: the timeout 10s is too short"},
		{strings.Replace(hopConfig, "hops:", "hop:", 1), "[unknown-field]"},
		{strings.Replace(hopConfig, "- hop: aws-nlb\n  timeout", "- timeout", 1), "[missing-field]"},
		{"hops: []\n", "must be a single configuration of connpolicy"},
		{"", "must be a single configuration of connpolicy"},
		{hopConfig + "---\n" + hopConfig, "must be a single configuration of connpolicy"},
		{"a: b: c\n", "[syntax]"},
	} {
		write(t, dir, configName, tt.text)
		got := runIn(t, dir, "", "validate", "two.yaml")
		if got.code != ExitUsage || !strings.Contains(got.err, tt.says) || strings.Contains(got.err, "two.yaml:") {
			t.Errorf("%q: exit %d, want it to say %q:\n%s", tt.text, got.code, tt.says, got.err)
		}
	}
	got := runIn(t, dir, "", "validate", "--config", "nowhere.yaml", "two.yaml")
	if got.code != ExitUsage || !strings.Contains(got.err, "there is no file nowhere.yaml") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
}

func TestAHopOfTheCommandLineIsRead(t *testing.T) {
	dir := policiesDir(t)
	for _, tt := range []struct {
		hop, says string
		code      int
	}{
		{"aws-nlb", "no keepalive keeps this connection", ExitDone},
		{"clients:aws-nlb", "4 documents: 1 warning\n", ExitDone},
		{"destinations:other-flow=200s", "keepalive time 200s is just the 200s after which a hop with a table of connections", ExitDone},
		{"server:aws-nlb", `--hop server:aws-nlb: unknown side "server"`, ExitUsage},
		{"aws-nbl", `there is no hop "aws-nbl"`, ExitUsage},
		{"aws-nlb=10s", "too short", ExitUsage},
	} {
		got := runIn(t, dir, "", "validate", "--hop", tt.hop, "two.yaml")
		if got.code != tt.code || !strings.Contains(got.err, tt.says) {
			t.Errorf("--hop %s: exit %d, want it to say %q:\n%s", tt.hop, got.code, tt.says, got.err)
		}
	}
	got := runIn(t, dir, "", "validate", "--documents-only", "--hop", "aws-nlb", "two.yaml")
	if got.code != ExitUsage {
		t.Errorf("--documents-only takes --hop: %s", got.err)
	}
}

func TestAHopsTimeoutIsWrittenAsEveryDuration(t *testing.T) {
	for _, tt := range []struct{ timeout, says string }{
		{"350", `[duration-without-unit]`},
		{`"15"`, `write "15s" if seconds are meant, "15ms" if milliseconds`},
		{"15 min", `write "15m"`},
		{"PT15M", `write "15m"`},
		{"true", "[duration-malformed]"},
	} {
		dir := files(t, map[string]string{"a.yaml": serviceOf("a"), configName: configHead + "hops: [{hop: azure-lb, timeout: " + tt.timeout + "}]\n"})
		if got := runIn(t, dir, "", "validate", "a.yaml"); got.code != ExitUsage || !strings.Contains(got.err, tt.says) {
			t.Errorf("%s: exit %d, it does not say %q:\n%s", tt.timeout, got.code, tt.says, got.err)
		}
	}
}

func TestAConfigurationIsOneFile(t *testing.T) {
	dir := files(t, map[string]string{"a.yaml": serviceOf("a"), "conf/c.yaml": configHead})
	for name, says := range map[string]string{"conf": "conf is a directory", "conf/*.yaml": "there is no file conf/*.yaml"} {
		if got := runIn(t, dir, "", "validate", "--config", name, "a.yaml"); got.code != ExitUsage || !strings.Contains(got.err, says) {
			t.Errorf("%s: exit %d, it does not say %q:\n%s", name, got.code, says, got.err)
		}
	}
}

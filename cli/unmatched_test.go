package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestAConfigurationThatMatchesNothingIsReported has each field of hops and suppressions, misspelled and right.
func TestAConfigurationThatMatchesNothingIsReported(t *testing.T) {
	for _, tt := range []struct{ name, config, want string }{
		{"a host", "hops:\n- hop: aws-nlb\n  host: ratings.bookinfo.svc.cluster.locl", `.connpolicy.yaml:5:9: warning: no host "ratings.bookinfo.svc.cluster.locl" is in the input, so this has no effect [config-unmatched]`},
		{"a host of the input", "hops:\n- hop: aws-nlb\n  host: ratings.bookinfo.svc.cluster.local", ""},
		{"a namespace", "hops:\n- hop: aws-nlb\n  namespace: bokinfo", `help: did you mean "bookinfo"?`},
		{"a name", "hops:\n- hop: aws-nlb\n  name: rating", `help: did you mean "ratings"?`},
		{"a name of another namespace", "suppressions:\n- code: hops-that-forget\n  reason: none\n  name: ratings\n  namespace: other", `no namespace "other" is in the input`},
		{"a suppression's name", "suppressions:\n- code: hops-that-forget\n  reason: none\n  name: keepalve", `.connpolicy.yaml:6:9: warning: no object "keepalve" is in the input, so this has no effect [config-unmatched]`},
		{"a suppression's own", "suppressions:\n- code: hops-that-forget\n  reason: none\n  name: keepalive\n  namespace: bookinfo", ""},
		{"files instead of the inputs", "inputs: [good.yaml, deep]\nhops:\n- hop: aws-nlb\n  host: misspelled", ""},
	} {
		dir := workDir(t)
		putFile(t, filepath.Join(dir, configName), "apiVersion: connpolicy.dev/v1\nkind: Config\n"+tt.config+"\n")
		got := runIn(t, dir, "", "validate", "good.yaml")
		if tt.want == "" && strings.Contains(got.err, "config-unmatched") || !strings.Contains(got.err, tt.want) {
			t.Errorf("%s: exit code %d\n%s", tt.name, got.code, got.err)
		}
	}
	dir := workDir(t)
	putFile(t, filepath.Join(dir, configName), "apiVersion: connpolicy.dev/v1\nkind: Config\ninputs: [good.yaml]\nhops:\n- hop: aws-nlb\n  host: misspelled\n")
	for _, command := range []string{"validate", "compile", "resolve", "report"} {
		if got := runIn(t, dir, "", command); !strings.Contains(got.err, "[config-unmatched]") {
			t.Errorf("%s: exit code %d\n%s", command, got.code, got.err)
		}
	}
}

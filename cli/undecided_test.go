package cli

import (
	"strings"
	"testing"
)

const (
	noKeepalive = "[hop-keepalive-off]\n"
	// reviewsDestination is a VirtualDestination whose Service is in no input.
	reviewsDestination = `apiVersion: networking.gloo.solo.io/v2
kind: VirtualDestination
metadata: {name: reviews, namespace: b}
spec: {hosts: [reviews.global], services: [{labels: {app: reviews}}], ports: [{number: 80, protocol: HTTP}]}
`
)

// Services that no policy selects are one finding, and with --all each is judged by itself.
func TestServicesWithoutAPolicyAreCountedOrJudgedEach(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "one.yaml", service("one"))
	file(t, dir, "two.yaml", service("two")+"---\n"+service("three"))
	for _, c := range []struct{ args, err, out string }{
		{"validate one.yaml", "1 Service without a policy: an AWS Network Load Balancer (TCP listener) forgets its idle connections after 350s [services-without-policy]\n", ""},
		{"validate one.yaml", "   = help: connpolicy validate --all judges it; or write a ConnectionPolicy that selects it\n", ""},
		{"compile one.yaml two.yaml", "3 Services without a policy: an AWS Network Load Balancer (TCP listener) forgets their idle connections after 350s [services-without-policy]\n", ""},
		{"compile one.yaml two.yaml", "   = note: this is the first of them\n   = help: connpolicy validate --all judges each of them; or write a ConnectionPolicy that selects them\n", ""},
		{"resolve one.yaml", "[services-without-policy]\n", ""},
		{"resolve --all one.yaml", noKeepalive, "one.b.svc.cluster.local:80"},
		{"report --all one.yaml", noKeepalive, "one.b.svc.cluster.local:80"},
	} {
		got := runIn(t, dir, "", append(strings.Fields(c.args), "--hop", "aws-nlb")...)
		if got.code != ExitDone || !strings.Contains(got.err, c.err) || !strings.Contains(got.out, c.out) {
			t.Errorf("%s: exit code %d\n%s%s", c.args, got.code, got.out, got.err)
		}
	}
	if got := runIn(t, dir, "", "validate", "one.yaml", "--hop", "aws-nlb"); strings.Contains(got.err, "first of them") {
		t.Errorf("one Service is the first of several:\n%s", got.err)
	}
	got := runIn(t, dir, "", "validate", "--all", "--hop", "aws-nlb", "one.yaml", "two.yaml")
	if counts := counted(got); counts["warning hop-keepalive-off"] != 3 || len(counts) != 1 {
		t.Errorf("with --all: %v\n%s", counts, got.err)
	}
	if got := runIn(t, dir, "", "resolve", "--all", "one.yaml"); !strings.Contains(got.out, "decided by no document: defaults apply") || !strings.HasSuffix(got.err, "1 document: no findings; 1 connection\n") {
		t.Errorf("with --all and without hops: %s%s", got.out, got.err)
	}
}

// A policy that comes or goes is a change, and what becomes of the connections of a destination
// without one is a finding where hops are named.
func TestDiffJudgesDestinationsThatNoPolicyDecides(t *testing.T) {
	policy := strings.Replace(policyFor("reviews", "240s, interval: 15s, probes: 3"), "selector: {name: reviews}", "kind: VIRTUAL_DESTINATION, selector: {name: reviews}", 1)
	dir := t.TempDir()
	file(t, dir, "none.yaml", service("other"))
	file(t, dir, "alone.yaml", reviewsDestination)
	file(t, dir, "decided.yaml", reviewsDestination+"---\n"+policy)
	const finding = "finding: alone.yaml:3:12: warning: no keepalive keeps this connection"
	for _, c := range []struct {
		old, new string
		want     []string
	}{
		{"none.yaml", "alone.yaml", []string{"new " + finding, "gone finding: none.yaml:3:12: warning: no keepalive keeps this connection"}},
		{"alone.yaml", "none.yaml", []string{"gone " + finding, "new finding: none.yaml:3:12: warning: no keepalive keeps this connection"}},
		{"alone.yaml", "decided.yaml", []string{"decided by: nobody → ConnectionPolicy b/reviews for reviews.global:80", "keepalive: off → time 240s, interval 15s, probes 3 for reviews.global:80", "= note: ", "gone " + finding}},
		{"decided.yaml", "alone.yaml", []string{"decided by: ConnectionPolicy b/reviews → nobody for reviews.global:80", "keepalive: time 240s, interval 15s, probes 3 → off for reviews.global:80", "= note: ", "new " + finding}},
	} {
		got := runIn(t, dir, "", "diff", "--hop", "aws-nlb", c.old, c.new)
		if got.code != ExitFindings || strings.Count(got.out, "\n") != len(c.want) {
			t.Errorf("%s and %s: exit code %d\n%s%s", c.old, c.new, got.code, got.out, got.err)
		}
		for _, want := range c.want {
			if !strings.Contains(got.out, want) {
				t.Errorf("%s and %s: %q is missing in\n%s", c.old, c.new, want, got.out)
			}
		}
	}
	if got := runIn(t, dir, "", "diff", "--hop", "aws-nlb", "alone.yaml", "alone.yaml"); got != (result{}) {
		t.Errorf("equal inputs differ: %+v", got)
	}
}

package cli

import (
	"os"
	"strings"
	"testing"
)

func TestReportWritesAPageOfEveryConnection(t *testing.T) {
	got := runIn(t, policiesDir(t), "", "report", "--hop", "aws-nlb", "two.yaml")
	if got.code != ExitDone || !strings.HasPrefix(got.out, "<!doctype html>") || !strings.HasSuffix(got.out, "</html>\n") {
		t.Fatalf("exit code %d, no page:\n%.300s\n%s", got.code, got.out, got.err)
	}
	for _, want := range []string{
		"<strong>ratings.bookinfo.svc.cluster.local:9080</strong>", "ConnectionPolicy bookinfo/calm", "two.yaml:6:51",
		"<h1 class=\"breaks\">1 of 2 connections breaks when idle</h1>", "kind: DestinationRule",
	} {
		if !strings.Contains(got.out, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if !strings.Contains(got.err, "; 2 connections") {
		t.Errorf("the summary does not count them: %s", got.err)
	}
}

func TestReportShowsWhatTheTargetIsWritten(t *testing.T) {
	got := runIn(t, policiesDir(t), "", "report", "-t", "envoy", "two.yaml")
	if got.code != ExitDone || !strings.Contains(got.out, "static_resources") || strings.Contains(got.out, "kind: DestinationRule") {
		t.Errorf("exit code %d, the page does not show Envoy's configuration\n%s", got.code, got.err)
	}
}

func TestReportShowsThePoliciesOfRoutes(t *testing.T) {
	got := runIn(t, root(t), "", "report", "--config", "none", "--target", "envoy-gateway", "examples/gloo-edge/tree")
	if n := strings.Count(got.out, "kind: BackendTrafficPolicy"); n != 4 {
		t.Errorf("%d BackendTrafficPolicies on the page, and compile writes 4\n%s", n, got.err)
	}
}

func TestReportTellsWhatIsLostOnTheWayToTheTarget(t *testing.T) {
	got := runIn(t, root(t), "", "report", "--config", "none", "examples/gloo-edge")
	if !strings.Contains(got.out, "workload-missing") || !strings.Contains(got.err, "[workload-missing]") {
		t.Errorf("socket options have no pods that they could be for, and only one of page and terminal says so:\n%s", got.err)
	}
}

func TestReportAfterAnErrorIsAboutTheFindings(t *testing.T) {
	got := runIn(t, workDir(t), "", "report", "bad.yaml")
	if got.code != ExitFindings {
		t.Errorf("exit code %d, want %d", got.code, ExitFindings)
	}
	for _, want := range []string{"Nothing was resolved: 1 error", "duration-without-unit", "<mark>300</mark>"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestReportAndResolveShowTheChosenConnectionsAlone(t *testing.T) {
	dir := policiesDir(t)
	write(t, dir, "two.yaml", twoPolicies+"---\napiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: bookinfo}\nspec: {ports: [{name: http, port: 81}]}\n")
	page := runIn(t, dir, "", "report", "--host", "ratings*", "two.yaml")
	same := runIn(t, dir, "", "resolve", "-o", "html", "--host", "ratings*", "two.yaml")
	if page.out != same.out {
		t.Error("report and resolve -o html write two pages of one thing")
	}
	whole := runIn(t, dir, "", "report", "two.yaml")
	const other = "other.bookinfo.svc.cluster.local"
	if !strings.Contains(whole.out, other) || strings.Contains(page.out, other) {
		t.Error("the page shows what was not asked for, or never does")
	}
}

func TestReportIsTheSameForTheSameInput(t *testing.T) {
	dir := policiesDir(t)
	first := runIn(t, dir, "", "report", "--hop", "aws-nlb", "two.yaml")
	if second := runIn(t, dir, "", "report", "--hop", "aws-nlb", "two.yaml"); first != second {
		t.Error("two runs on one input differ")
	}
}

func TestReportRefusesFormatsAndTargetsThereAreNot(t *testing.T) {
	for _, args := range [][]string{{"-o", "pdf"}, {"--target", "nginx"}, {"--format", "xml"}, {"--host", "[a"}} {
		got := runIn(t, policiesDir(t), "", append(append([]string{"report"}, args...), "two.yaml")...)
		if got.code != ExitUsage || got.out != "" || !strings.Contains(got.err, "= help: write ") {
			t.Errorf("%v: exit code %d, %s", args, got.code, got.err)
		}
	}
}

// TestReportExamplesInTheHelpWork runs them without the redirection that stands there.
func TestReportExamplesInTheHelpWork(t *testing.T) {
	dir := root(t)
	examples := 0
	for _, line := range strings.Split(runIn(t, dir, "", "report", "-h").out, "\n") {
		command, file, found := strings.Cut(strings.TrimSpace(line), " > ")
		if !found || file != "report.html" {
			continue
		}
		examples++
		if got := runIn(t, dir, "", strings.Fields(command)[1:]...); got.code != ExitDone || got.out == "" {
			t.Errorf("%s: exit code %d\n%s", command, got.code, got.err)
		}
	}
	if examples == 0 {
		t.Error("report -h shows no example")
	}
	if _, err := os.Stat("report.html"); err == nil {
		t.Error("an example has written a file")
	}
}

func TestAReportCountsWhatIsNotJudged(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "in.yaml", object("networking.istio.io/v1", "DestinationRule", "a", "{host: a, trafficPolicy: {connectionPool: {tcp: {connectTimeout: 1s}}}}")+object("example.com/v1", "Other", "b", "{}"))
	got := runIn(t, dir, "", "report", "in.yaml")
	for _, words := range []string{"<b>1</b> not judged", "<b>1</b> skipped"} {
		if got.code != ExitDone || !strings.Contains(got.out, words) {
			t.Errorf("exit code %d, the page does not have %q", got.code, words)
		}
	}
}

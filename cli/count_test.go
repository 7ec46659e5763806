package cli

import (
	"strings"
	"testing"
)

func TestTheSummaryCountsObjectsByTheirKinds(t *testing.T) {
	got := runIn(t, root(t), "", "compile", "--config", "none", "--gateway-selector", "istio=ingressgateway", "examples/gloo-edge")
	if got.code != ExitDone || !strings.HasSuffix(got.err, "; 1 DestinationRule, 1 EnvoyFilter\n") {
		t.Errorf("exit code %d, a rule and a filter are not counted apart:\n%s", got.code, got.err)
	}
}

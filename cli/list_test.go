package cli

import (
	"strings"
	"testing"
)

// TestObjectsAreListedAsKubectlGetDoes has the lists of every target.
func TestObjectsAreListedAsKubectlGetDoes(t *testing.T) {
	const rule = "ratings-global-virtual-destination-ratings-global-bookinfo"
	dir := root(t)
	for _, tt := range []struct{ line, want string }{
		{"compile -o name examples/bookinfo", "destinationrule.networking.istio.io/" + rule + "\n"},
		{"compile -o wide examples/bookinfo", "NAMESPACE   NAME                                                         HOST             KIND\nbookinfo    " + rule + "   ratings.global   DestinationRule\n"},
		{"compile -o name -t envoy examples/bookinfo examples/gloo-edge", "listener/listener-::-8080\ncluster/outbound|80||ratings.global\ncluster/reviews_gloo-system\n"},
		{"compile -o wide -t envoy examples/gloo-edge/upstream.yaml", "NAMESPACE   NAME                  HOST   KIND\n-           reviews_gloo-system   -      cluster\n"},
		{"compile -o name -t kgateway examples/gloo-edge/upstream.yaml", "backendconfigpolicy.gateway.kgateway.dev/reviews\n"},
		{"compile -o wide -t kgateway examples/gloo-edge/upstream.yaml", "NAMESPACE     NAME      HOST              KIND\ngloo-system   reviews   Backend/reviews   BackendConfigPolicy\n"},
		{"compile -o wide --gateway-selector istio-system/istio=ingressgateway examples/gloo-edge/gateway.yaml", "istio=ingressgateway   EnvoyFilter\n"},
		{"compile -o name -t envoy-gateway -R -f examples/gloo-edge/tree", "clienttrafficpolicy.gateway.envoyproxy.io/"},
	} {
		got := runIn(t, dir, "", strings.Fields(tt.line)...)
		if got.code != ExitDone || !strings.Contains(got.out, tt.want) {
			t.Errorf("%s: exit code %d\n%s\n%s", tt.line, got.code, got.out, got.err)
		}
	}
	if got := runIn(t, dir, "", "compile", "-o", "wide", "--output-dir", t.TempDir(), "examples/bookinfo"); got.code != ExitUsage || !strings.Contains(got.err, "-o wide is a list") {
		t.Errorf("exit code %d\n%s", got.code, got.err)
	}
}

// TestResolveNamesTheRule has the rule of a destination and of an Upstream.
func TestResolveNamesTheRule(t *testing.T) {
	dir := root(t)
	for _, tt := range []struct{ line, want string }{
		{"resolve -o wide examples/bookinfo", "  rule       DestinationRule bookinfo/ratings-global-virtual-destination-ratings-global-bookinfo\n"},
		{"resolve -o json examples/bookinfo", "\"rules\": [\n        \"bookinfo/ratings-global-virtual-destination-ratings-global-bookinfo\"\n"},
		{"resolve -o json examples/gloo-edge/upstream.yaml", `"rules"`},
	} {
		if got := runIn(t, dir, "", strings.Fields(tt.line)...); !strings.Contains(got.out, tt.want) {
			t.Errorf("%s: exit code %d\n%s\n%s", tt.line, got.code, got.out, got.err)
		}
	}
}

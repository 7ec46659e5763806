package kubernetes_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/conformance/kubernetes"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
)

// migrationsDrawn is how many random plans are written for a gateway.
const migrationsDrawn = 400

// kgateway has the API server's judgment of kgateway's policies.
func kgateway(t *testing.T) map[string]*kubernetes.CRD {
	t.Helper()
	kinds, err := kubernetes.Catalog(filepath.Join(crdsDir, "catalog"), "gateway.kgateway.dev", "v1alpha1", "BackendConfigPolicy", "ListenerPolicy")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the schemas are not on this machine (%v): nothing to compare with", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func TestEveryPolicyOfTheGoldenCasesIsTakenByKgatewaysCRDs(t *testing.T) {
	kinds := kgateway(t)
	taken, files := goldenTaken(t, kinds, "want.kgateway.yaml")
	for kind := range kinds {
		if taken[kindAlone(kind)] == 0 {
			t.Errorf("the golden cases have no %s", kind)
		}
	}
	t.Logf("proved: %v of %d golden files are taken by kgateway's CRDs with their CEL rules, strictly", taken, files)
}

func TestRandomPoliciesAreTakenByKgatewaysCRDs(t *testing.T) {
	kinds, taken := kgateway(t), map[string]int{}
	plans := conformance.Migrations()
	for seed := range migrationsDrawn {
		drawn := plans.Example(seed)
		emitted, err := conformance.Emit(emit.LookupTarget("kgateway").Write, drawn.Plan, dialect.Options{Explicit: seed%3 == 1, Preserve: seed%3 == 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, policy := range emitted.Objects {
			if wrong := faults(kinds, policy); len(wrong) > 0 {
				t.Fatalf("seed %d:\n%s\n%s\nof\n%s", seed, strings.Join(wrong, "\n"), policy, drawn.Manifests)
			}
			taken[kindWritten(policy)]++
		}
	}
	for kind := range kinds {
		if n := taken[kindAlone(kind)]; n < migrationsDrawn/4 {
			t.Errorf("%d plans gave %d of kind %s only", migrationsDrawn, n, kind)
		}
	}
	t.Logf("proved: %v of %d random plans are taken by kgateway's CRDs with their CEL rules, strictly", taken, migrationsDrawn)
}

// kindAlone is the kind behind an apiVersion, as CRDs are listed.
func kindAlone(versioned string) string {
	_, kind, _ := strings.Cut(versioned, " ")
	return kind
}

// The judge must be able to refuse, or its consent proves nothing.
func TestKgatewaysCRDsRefusePoliciesThatAreWrong(t *testing.T) {
	kinds := kgateway(t)
	const backend = `apiVersion: gateway.kgateway.dev/v1alpha1
kind: BackendConfigPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs: [{group: "", kind: Service, name: cart}]
  connectTimeout: 3s
  tcpKeepalive: {keepAliveTime: 60s, keepAliveInterval: 20s, keepAliveProbes: 3}
  circuitBreakers: {maxConnections: 5, maxRetries: 0}
  http2ProtocolOptions: {initialStreamWindowSize: 65535}
`
	const listener = `apiVersion: gateway.kgateway.dev/v1alpha1
kind: ListenerPolicy
metadata: {name: public, namespace: infra}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: public}]
  perPort: [{port: 8080, listener: {tcpKeepalive: {keepAliveTime: 60s}, httpSettings: {idleTimeout: 10m}}}]
`
	for _, c := range []struct{ name, good, old, with, says string }{
		{"a fraction", backend, "connectTimeout: 3s", "connectTimeout: 1.5s", "invalid duration value"},
		{"six digits", backend, "connectTimeout: 3s", "connectTimeout: 100000s", "invalid duration value"},
		{"a keepalive below a second", backend, "keepAliveTime: 60s", "keepAliveTime: 500ms", "at least 1 second"},
		{"a limit of zero", backend, "maxConnections: 5", "maxConnections: 0", "maxConnections"},
		{"a limit out of range", backend, "maxConnections: 5", "maxConnections: 4294967295", "maxConnections"},
		{"no limit at all", backend, "{maxConnections: 5, maxRetries: 0}", "{}", "at least one of the fields"},
		{"two protocols", backend, "http2ProtocolOptions", "http1ProtocolOptions: {enableTrailers: true}\n  http2ProtocolOptions", "at most one of the fields"},
		{"a small window", backend, "65535", "65534", "between 65535 and 2147483647"},
		{"another target", backend, "kind: Service", "kind: Deployment", "TargetRefs must reference"},
		{"no group", backend, `group: "", `, "", "group"},
		{"an unknown field", backend, "connectTimeout", "connectionTimeout", "spec.connectionTimeout"},
		{"a port out of range", listener, "port: 8080", "port: 65536", "port"},
		{"a listener of a Service", listener, "kind: Gateway", "kind: Service", "targetRefs may only reference Gateway"},
		{"a listener's keepalive below a second", listener, "keepAliveTime: 60s", "keepAliveTime: 0s", "at least 1 second"},
		{"a listener's fraction", listener, "idleTimeout: 10m", "idleTimeout: 1.5m", "invalid duration value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if wrong := faults(kinds, []byte(c.good)); len(wrong) > 0 {
				t.Fatal("what is changed is refused before:", wrong)
			}
			text := strings.Replace(c.good, c.old, c.with, 1)
			if wrong := strings.Join(faults(kinds, []byte(text)), "\n"); text == c.good || !strings.Contains(wrong, c.says) {
				t.Errorf("it does not say %q: %q of\n%s", c.says, wrong, text)
			}
		})
	}
}

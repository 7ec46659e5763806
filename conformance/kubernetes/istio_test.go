package kubernetes_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/conformance/kubernetes"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"pgregory.net/rapid"
)

// plansDrawn is how many random plans are written; each has some rules.
const plansDrawn = 1000

// istio has the API server's judgment of what is written for Istio.
func istio(t *testing.T) map[string]*kubernetes.CRD {
	t.Helper()
	versions, err := kubernetes.Istio()
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

// faults are the reasons for which kubectl apply would fail, with its strict field validation.
func faults(versions map[string]*kubernetes.CRD, document []byte) []string {
	object, err := kubernetes.Object(document)
	if err != nil {
		return []string{err.Error()}
	}
	crd := versions[fmt.Sprintf("%v %v", object["apiVersion"], object["kind"])]
	if crd == nil {
		return []string{fmt.Sprintf("no CRD of %v %v", object["apiVersion"], object["kind"])}
	}
	all := append(crd.Refusals(object), kubernetes.MetadataFaults(object)...)
	for _, path := range crd.Unknown(object) {
		all = append(all, "unknown field "+path)
	}
	return all
}

// goldenTaken holds the golden cases' files of one name to CRDs, and counts their objects by kind.
func goldenTaken(t *testing.T, versions map[string]*kubernetes.CRD, name string) (count map[string]int, files int) {
	t.Helper()
	paths, err := conformance.Golden(name)
	if err != nil {
		t.Fatal(err)
	}
	count = map[string]int{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range documents(t, string(text)) {
			count[kindWritten([]byte(document))]++
			if wrong := faults(versions, []byte(document)); len(wrong) > 0 {
				t.Errorf("%s:\n%s\n%s", path, strings.Join(wrong, "\n"), document)
			}
		}
	}
	return count, len(paths)
}

func TestEveryObjectOfTheGoldenCasesIsTakenByIstiosCRDs(t *testing.T) {
	count, files := goldenTaken(t, istio(t), "want.istio.yaml")
	for _, kind := range kubernetes.IstioKinds {
		if count[kind] == 0 {
			t.Errorf("the golden cases have no %s", kind)
		}
	}
	t.Logf("proved: %d DestinationRules and %d EnvoyFilters of %d golden files are taken by Istio's CRDs with their CEL rules, strictly",
		count["DestinationRule"], count["EnvoyFilter"], files)
}

// kindWritten is the object's kind.
func kindWritten(document []byte) string {
	object, err := kubernetes.Object(document)
	if err != nil {
		return ""
	}
	return fmt.Sprint(object["kind"])
}

func TestRandomDestinationRulesAreTakenByIstiosCRD(t *testing.T) {
	takenByIstio(t, conformance.Plans(), "DestinationRule")
}

func TestRandomEnvoyFiltersAreTakenByIstiosCRD(t *testing.T) {
	takenByIstio(t, conformance.GatewayPlans(), "EnvoyFilter")
}

// takenByIstio draws plans and holds what is written of them to the CRDs; it is of one kind.
func takenByIstio(t *testing.T, plans *rapid.Generator[conformance.Plan], kind string) {
	t.Helper()
	versions, objects := istio(t), 0
	for seed := range plansDrawn {
		drawn := plans.Example(seed)
		emitted, err := conformance.Emit(emit.LookupTarget("istio").Write, drawn.Plan, dialect.Options{Explicit: seed%3 == 1, Preserve: seed%3 == 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range emitted.Objects {
			objects++
			wrong := faults(versions, object)
			if is := kindWritten(object); is != kind {
				wrong = append(wrong, "it is a "+is)
			}
			if len(wrong) > 0 {
				t.Fatalf("seed %d:\n%s\n%s\nof\n%s", seed, strings.Join(wrong, "\n"), object, drawn.Manifests)
			}
		}
	}
	if objects < plansDrawn {
		t.Errorf("%d plans gave %d objects only", plansDrawn, objects)
	}
	t.Logf("proved: %d %ss of %d random plans are taken by Istio's CRD with its CEL rules, strictly", objects, kind, plansDrawn)
}

// The judge must be able to refuse, or its consent proves nothing.
func TestIstiosCRDRefusesRulesThatAreWrong(t *testing.T) {
	versions := istio(t)
	const good = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: shop}
spec:
  host: a.shop.svc.cluster.local
  trafficPolicy:
    portLevelSettings:
    - port: {number: 80}
      connectionPool:
        tcp: {maxConnections: 5, connectTimeout: 3s, tcpKeepalive: {time: 700s, interval: 10s, probes: 20}}
        http: {idleTimeout: 1h}
`
	if wrong := faults(versions, []byte(good)); len(wrong) > 0 {
		t.Fatal("what all the others change is refused:", wrong)
	}
	for _, c := range []struct{ name, old, with, says string }{
		{"a CEL rule", "time: 700s", "time: 0s", "must be a valid duration greater than 1ms"},
		{"a CEL rule on another field", "idleTimeout: 1h", "idleTimeout: 1d", "must be a valid duration greater than 1ms"},
		{"a number in quotes", "probes: 20", `probes: "20"`, "must be of type integer"},
		{"a number out of range", "maxConnections: 5", "maxConnections: 2147483648", "maxConnections"},
		{"an unknown field", "maxConnections", "maxConnection", "unknown field spec.trafficPolicy.portLevelSettings[0].connectionPool.tcp.maxConnection"},
		{"protobuf's spelling", "tcpKeepalive", "tcp_keepalive", "unknown field"},
		{"a missing host", "host: a.shop.svc.cluster.local", "subsets: []", "spec.host"},
		{"unknown metadata", "name: a", "name: a, label: {}", "unknown field metadata.label"},
		{"a name in upper case", "name: a", "name: A", "metadata.name"},
		{"a version that is not served", "networking.istio.io/v1", "networking.istio.io/v2", "no CRD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.with, 1)
			if wrong := strings.Join(faults(versions, []byte(text)), "\n"); text == good || !strings.Contains(wrong, c.says) {
				t.Errorf("it does not say %q: %q of\n%s", c.says, wrong, text)
			}
		})
	}
}

func TestIstiosCRDRefusesFiltersThatAreWrong(t *testing.T) {
	versions := istio(t)
	const good = `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: a, namespace: shop}
spec:
  workloadSelector: {labels: {istio: ingressgateway}}
  configPatches:
  - applyTo: LISTENER
    match: {context: GATEWAY, listener: {portNumber: 8080}}
    patch: {operation: MERGE, value: {per_connection_buffer_limit_bytes: 1}}
`
	if wrong := faults(versions, []byte(good)); len(wrong) > 0 {
		t.Fatal("what all the others change is refused:", wrong)
	}
	for _, c := range []struct{ name, old, with, says string }{
		{"a place that is none", "LISTENER", "LISTENERS", "applyTo"},
		{"a context that is none", "GATEWAY", "GATEWAYS", "context"},
		{"a port out of range", "8080", "-1", "portNumber"},
		{"an operation that is none", "MERGE", "MIX", "operation"},
		{"an unknown field", "workloadSelector", "selector", "unknown field spec.selector"},
		{"a label that selects all", "ingressgateway}}", "'*'}}", "wildcard"},
		{"a version that is not served", "networking.istio.io/v1alpha3", "networking.istio.io/v1", "no CRD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.with, 1)
			if wrong := strings.Join(faults(versions, []byte(text)), "\n"); text == good || !strings.Contains(wrong, c.says) {
				t.Errorf("it does not say %q: %q of\n%s", c.says, wrong, text)
			}
		})
	}
}

// documents splits a text the way kubectl does.
func documents(t *testing.T, text string) []string {
	t.Helper()
	all, err := kubernetes.Documents([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

package kubernetes_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/conformance/kubernetes"
	"github.com/connpolicy/connpolicy/emit"
)

// plansDrawn is how many random plans are written; each has some rules.
const plansDrawn = 1000

// istio has the API server's judgement of DestinationRules.
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
	crd := versions[fmt.Sprint(object["apiVersion"])]
	if crd == nil || object["kind"] != crd.Kind {
		return []string{fmt.Sprintf("no CRD of %v %v", object["apiVersion"], object["kind"])}
	}
	all := append(crd.Refusals(object), kubernetes.MetadataFaults(object)...)
	for _, path := range crd.Unknown(object) {
		all = append(all, "unknown field "+path)
	}
	return all
}

func TestEveryDestinationRuleOfTheGoldenCasesIsTakenByIstiosCRD(t *testing.T) {
	versions, rules := istio(t), 0
	files, err := conformance.Golden("want.istio.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range documents(t, string(text)) {
			rules++
			if wrong := faults(versions, []byte(document)); len(wrong) > 0 {
				t.Errorf("%s:\n%s\n%s", file, strings.Join(wrong, "\n"), document)
			}
		}
	}
	if rules == 0 {
		t.Fatal("the golden cases have no DestinationRule")
	}
	t.Logf("proved: %d DestinationRules of %d golden files are taken by Istio's CRD with its CEL rules, strictly", rules, len(files))
}

func TestRandomDestinationRulesAreTakenByIstiosCRD(t *testing.T) {
	versions, rules := istio(t), 0
	plans := conformance.Plans()
	for seed := range plansDrawn {
		drawn := plans.Example(seed)
		emitted, err := conformance.Emit(emit.Istio, drawn.Plan, emit.Options{Explicit: seed%2 == 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range emitted.Objects {
			rules++
			if wrong := faults(versions, rule); len(wrong) > 0 {
				t.Fatalf("seed %d:\n%s\n%s\nof\n%s", seed, strings.Join(wrong, "\n"), rule, drawn.Manifests)
			}
		}
	}
	if rules < plansDrawn {
		t.Errorf("%d plans gave %d rules only", plansDrawn, rules)
	}
	t.Logf("proved: %d DestinationRules of %d random plans are taken by Istio's CRD with its CEL rules, strictly", rules, plansDrawn)
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

// documents splits a text the way kubectl does.
func documents(t *testing.T, text string) []string {
	t.Helper()
	all, err := kubernetes.Documents([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

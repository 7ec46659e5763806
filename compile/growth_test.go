package compile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/bench/growth"
	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/schema"
)

// inputs are shapes of input whose resolution once took a time that grew with the square of the objects.
var inputs = map[string]struct {
	n     int
	shape func(i int) string
}{
	"names that miss a Service by a letter": {250, func(i int) string {
		return service(i, "", "{name: http, port: 80}") + selects(i, fmt.Sprintf("{selector: {name: %sx}}", serviceName(i)))
	}},
	"labels that miss a Service by a letter": {250, func(i int) string {
		return service(i, fmt.Sprintf("labels: {app: %s}", serviceName(i)), "{name: http, port: 80}") +
			selects(i, fmt.Sprintf("{selector: {labels: {app: %sx}}}", serviceName(i)))
	}},
	"Upstreams that miss a Service by a letter": {250, func(i int) string {
		return service(i, "", "{name: http, port: 80}") +
			manifest("Upstream", fmt.Sprintf("b/u%d", i), "", fmt.Sprintf("{kube: {serviceName: %sx, serviceNamespace: b, servicePort: 80}, connectionConfig: {connectTimeout: 3s}}", serviceName(i)))
	}},
	"ExternalServices and their ExternalEndpoints": {500, func(i int) string {
		all := ""
		if i == 0 {
			all = policy("b/p", "", "[{kind: VIRTUAL_DESTINATION, selector: {}}]")
		}
		return all + manifest("ExternalService", fmt.Sprintf("b/e%d", i), "", fmt.Sprintf("{hosts: [e%d.example.com], ports: [{number: 443, name: https, protocol: HTTPS}], selector: {a: x%d}}", i, i)) +
			manifest("ExternalEndpoint", fmt.Sprintf("b/e%d", i), fmt.Sprintf("labels: {a: x%d}", i), "{address: 192.0.2.4, ports: [{number: 443, name: https}]}") +
			manifest("VirtualDestination", fmt.Sprintf("b/v%d", i), "", fmt.Sprintf("{hosts: [h%d.global], externalServices: [{name: e%d}], ports: [{number: 443, protocol: HTTPS}]}", i, i))
	}},
}

func serviceName(i int) string { return strings.Repeat("x", 50) + fmt.Sprintf("%06d", i) }

func service(i int, meta, ports string) string {
	return manifest("Service", "b/"+serviceName(i), meta, "{ports: ["+ports+"]}")
}

func selects(i int, item string) string { return policy(fmt.Sprintf("b/p%d", i), "", "["+item+"]") }

func TestResolvingGrowsWithTheInput(t *testing.T) {
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) { growth.Linear(t, in.n, resolution(t, in.shape)) })
	}
}

// TestResolvingPoliciesOfAllServices has as many results as policies times Services.
func TestResolvingPoliciesOfAllServices(t *testing.T) {
	growth.Quadratic(t, 250, resolution(t, func(i int) string {
		return service(i, "", "{name: http, port: 80}") + policy(fmt.Sprintf("b/p%d", i), "", "")
	}))
}

// TestResolvingSharedWorkspaces has as many results as workspaces times VirtualDestinations.
func TestResolvingSharedWorkspaces(t *testing.T) {
	growth.Quadratic(t, 150, resolution(t, func(i int) string {
		return manifest("Workspace", fmt.Sprintf("gm/w%d", i), "", fmt.Sprintf("{workloadClusters: [{name: c, namespaces: [{name: n%d}]}]}", i)) +
			manifest("WorkspaceSettings", fmt.Sprintf("n%d/s", i), "", "{importFrom: [{workspaces: [{name: '*'}]}], exportTo: [{workspaces: [{name: '*'}]}]}") +
			manifest("VirtualDestination", fmt.Sprintf("n%d/v", i), "", fmt.Sprintf("{hosts: [h%d.global], ports: [{number: 80, protocol: HTTP}]}", i)) +
			policy(fmt.Sprintf("n%d/p", i), "", "[{kind: VIRTUAL_DESTINATION, selector: {}}]")
	}))
}

// resolution prepares the resolution of n objects of a shape.
func resolution(t *testing.T, shape func(i int) string) func(n int) func() {
	documents := map[int][]*schema.Document{}
	return func(n int) func() {
		if documents[n] == nil {
			var b strings.Builder
			for i := range n {
				b.WriteString(shape(i))
			}
			documents[n] = read(t, b.String())
		}
		return func() { compile.Resolve(documents[n], compile.Options{}) }
	}
}

// TestHelpsListAFewPorts keeps what is said of n ports in one help short.
func TestHelpsListAFewPorts(t *testing.T) {
	var ports, items strings.Builder
	for i := range 100 {
		fmt.Fprintf(&ports, "{name: p%d, port: %d},", i, i+1)
		fmt.Fprintf(&items, "{selector: {}, port: {name: q%d}},", i)
	}
	docs, _ := check("in.yaml", service(1, "", ports.String())+policy("b/p", "", "["+items.String()+"]"))
	_, found := compile.Resolve(docs, compile.Options{})
	if len(found) < 100 {
		t.Fatalf("%d findings", len(found))
	}
	for _, f := range found {
		if len(f.Help) > 200 {
			t.Errorf("a help of %d letters: %s", len(f.Help), f.Help)
		}
	}
}

// TestNamespacesOwnedTwiceAreOneFindingAWorkspace counts findings where every workspace owns all.
func TestNamespacesOwnedTwiceAreOneFindingAWorkspace(t *testing.T) {
	var b strings.Builder
	for i := range 20 {
		b.WriteString(manifest("Workspace", fmt.Sprintf("gm/w%d", i), "", "{workloadClusters: [{name: c, namespaces: [{name: '*'}]}]}"))
		b.WriteString(manifest("Namespace", fmt.Sprintf("/n%d", i), "", ""))
	}
	docs, _ := check("in.yaml", b.String())
	_, found := compile.Resolve(docs, compile.Options{})
	if len(found) != 19 {
		t.Fatalf("%d findings, want 19, one for each workspace but the first", len(found))
	}
	if want := "21 namespaces of this workspace are owned twice"; !strings.Contains(found[0].Message, want) {
		t.Errorf("%q does not contain %q", found[0].Message, want)
	}
}

package compile_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// manifest writes an object; meta and spec are YAML in {…}, meta without name and namespace.
func manifest(kind, reference, meta, spec string) string {
	group := map[string]string{
		"ConnectionPolicy": "resilience.policy.gloo.solo.io/v2", "ListenerConnectionPolicy": "resilience.policy.gloo.solo.io/v2",
		"Service": "v1", "Namespace": "v1", "DestinationRule": "networking.istio.io/v1", "Upstream": "gloo.solo.io/v1", "Gateway": "gateway.solo.io/v1", "Proxy": "gloo.solo.io/v1",
		"HTTPRoute": "gateway.networking.k8s.io/v1", "TCPRoute": "gateway.networking.k8s.io/v1alpha2", "TLSRoute": "gateway.networking.k8s.io/v1alpha2",
		"Workspace": "admin.gloo.solo.io/v2", "WorkspaceSettings": "admin.gloo.solo.io/v2",
	}[kind]
	namespace, name, _ := strings.Cut(reference, "/")
	if meta != "" {
		meta = ", " + meta
	}
	return fmt.Sprintf("---\napiVersion: %s\nkind: %s\nmetadata: {namespace: %s, name: %s%s}\nspec: %s\n",
		cmp.Or(group, "networking.gloo.solo.io/v2"), kind, namespace, name, meta, cmp.Or(spec, "{}"))
}

// created is the metadata of an object that was applied on a day of January.
func created(day int) string { return fmt.Sprintf("creationTimestamp: 2026-01-%02dT00:00:00Z", day) }

// policy sets a connect timeout for what applies selects: a list in […], or "" for none.
func policy(reference, meta, applies string) string {
	if applies != "" {
		applies = "applyToDestinations: " + applies + ", "
	}
	return manifest("ConnectionPolicy", reference, meta, "{"+applies+"config: {tcp: {connectTimeout: 3s}}}")
}

// line compiles its schemas once for all tests.
var line = pipeline.New()

// check parses and checks a text, document by document.
func check(name, text string) ([]*schema.Document, diag.List) {
	in := line.Load(pipeline.Text(name, text), &pipeline.Options{Namespace: "default"})
	return in.Documents, in.Found
}

// read is check of a text that has no errors: one here is a mistake in the test.
func read(t testing.TB, text string) []*schema.Document {
	t.Helper()
	docs, found := check("test.yaml", text)
	if found.AtLeast(diag.Error) {
		t.Fatalf("%s\n%s", text, printed(found))
	}
	return docs
}

func resolve(t testing.TB, text string) (*plan.Plan, diag.List) {
	t.Helper()
	return compile.Resolve(read(t, text), compile.Options{})
}

func printed(found diag.List) string {
	found.Sort()
	var b strings.Builder
	_ = format.Text(&b, found, false)
	return b.String()
}

// decided says of every port of the plan who decides it: "ratings.global:80 by bookinfo/slow".
func decided(p *plan.Plan) []string {
	var out []string
	for _, d := range p.Destinations {
		for _, port := range d.Ports {
			_, who, _ := strings.Cut(port.Settings.ConnectTimeout.From.Subject(), " ")
			out = append(out, fmt.Sprintf("%s:%d by %s", strings.TrimSuffix(d.Host, ".svc.cluster.local"), port.Number, who))
		}
	}
	slices.Sort(out)
	return out
}

// codes counts findings by code.
func codes(found diag.List) map[string]int {
	out := map[string]int{}
	for _, d := range found {
		out[d.Name]++
	}
	return out
}

// expect compares what is decided, and that the codes are found, each once, and no others.
func expect(t *testing.T, p *plan.Plan, found diag.List, want []string, wantCodes ...string) {
	t.Helper()
	slices.Sort(want)
	if got := decided(p); !slices.Equal(got, want) {
		t.Errorf("decided is\n\t%s\nwant\n\t%s\n%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"), printed(found))
	}
	wanted := map[string]int{}
	for _, c := range wantCodes {
		wanted[c]++
	}
	if got := codes(found); !maps.Equal(got, wanted) {
		t.Errorf("found %v, want %v\n%s", got, wanted, printed(found))
	}
}

// one is the only finding of a code.
func one(t *testing.T, found diag.List, code *diag.Code) diag.Diagnostic {
	t.Helper()
	var all diag.List
	for _, d := range found {
		if d.Code == code {
			all = append(all, d)
		}
	}
	if len(all) != 1 {
		t.Fatalf("%d findings of %s\n%s", len(all), code.Name, printed(found))
	}
	return all[0]
}

package kubernetes_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/conformance/kubernetes"
	"github.com/connpolicy/connpolicy/diag"
)

// crdsDir holds the CRDs that Gloo's installers apply, a folder for an edition and a release, and in
// catalog those of kgateway. No module has them, so the tests that compare with them are skipped where
// they are not there; fuzzing fails.
var crdsDir = cmp.Or(os.Getenv("CRDS"), filepath.Join("..", "..", "..", "shared", "crds"))

// TestMain has garbage collected less often: every judgment leaves much of it, and little else.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// kind is what the releases at hand say of one kind.
type kind struct {
	name     string
	versions []*kubernetes.CRD
	places   []kubernetes.Place // of all releases, each once
	base     map[string]any
}

// loaded reads the CRDs once for all tests.
var loaded = sync.OnceValues(func() (map[string]*kind, error) {
	kinds := map[string]*kind{}
	for _, pattern := range []string{"gloo-edge/*.yaml", "gloo-platform/*/*.yaml"} {
		files, err := filepath.Glob(filepath.Join(crdsDir, pattern))
		if err != nil {
			return nil, err
		}
		slices.Reverse(files) // the newest release first: most documents are meant for it
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			crds, err := kubernetes.Load(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			for _, crd := range crds {
				if bases[crd.Kind] == "" {
					continue // of a kind that is not read
				}
				if kinds[crd.Kind] == nil {
					kinds[crd.Kind] = &kind{name: crd.Kind}
				}
				kinds[crd.Kind].add(crd)
			}
		}
	}
	return kinds, nil
})

// gloo has the kinds that are read and whose CRD is public. ListenerConnectionPolicy's is not.
func gloo(t testing.TB) map[string]*kind {
	t.Helper()
	kinds, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	if fuzzes := flag.Lookup("test.fuzz"); len(kinds) == 0 && fuzzes != nil && fuzzes.Value.String() != "" {
		t.Fatalf("the CRDs are not on this machine (%s), and there is nothing else to compare with", crdsDir)
	}
	if len(kinds) == 0 {
		t.Skipf("the CRDs are not on this machine (%s): nothing to compare with", crdsDir)
	}
	for name := range bases {
		if kinds[name] == nil {
			t.Errorf("%s has no CRD of %s", crdsDir, name)
		}
	}
	return kinds
}

// bases are specs without a fault, to which values and faults are added.
var bases = map[string]string{
	"ConnectionPolicy":   `{"config":{"tcp":{"maxConnections":1}}}`,
	"ExternalEndpoint":   `{"address":"a.example.com","ports":[{"name":"http","number":80}]}`,
	"ExternalService":    `{"hosts":["a.example.com"],"ports":[{"name":"http","number":80,"protocol":"HTTP"}]}`,
	"Gateway":            `{"bindAddress":"::","bindPort":8080,"httpGateway":{}}`,
	"Proxy":              `{"listeners":[{"name":"a","bindAddress":"::","bindPort":8080,"httpListener":{}}]}`,
	"Upstream":           `{"static":{"hosts":[{"addr":"a.example.com","port":80}]}}`,
	"VirtualDestination": `{"hosts":["a.global"],"services":[{"labels":{"app":"a"}}],"ports":[{"number":80,"protocol":"HTTP"}]}`,
	"VirtualGateway":     `{"workloads":[{"selector":{"labels":{"app":"a"}}}],"listeners":[{"port":{"number":80},"http":{}}]}`,
	"Workspace":          `{"workloadClusters":[{"name":"*","namespaces":[{"name":"a"}]}]}`,
	"WorkspaceSettings":  `{"options":{"federation":{"enabled":true}}}`,
}

func (k *kind) add(crd *kubernetes.CRD) {
	known := map[string]bool{}
	for _, p := range k.places {
		known[p.String()] = true
	}
	for _, p := range crd.Places() {
		if !known[p.String()] {
			k.places = append(k.places, p)
		}
	}
	k.versions = append(k.versions, crd)
	if k.base == nil {
		base, err := kubernetes.Object([]byte(fmt.Sprintf(`{"apiVersion":%q,"kind":%q,"metadata":{"name":"a","namespace":"shop"},"spec":%s}`, crd.APIVersion, crd.Kind, bases[crd.Kind])))
		if err != nil {
			panic(err) // a base that is not JSON
		}
		k.base = base
	}
}

// refusals are the reasons to refuse an object of the newest of the releases that know most of
// its fields, when all of those refuse it. Gloo adds fields and takes them away, and releases
// after those at hand are not public: what one of them takes is not wrong, and a release that
// drops a field does not judge it.
func (k *kind) refusals(object map[string]any) []string {
	if len(k.versions) == 1 {
		return k.versions[0].Refusals(object)
	}
	var reasons []string
	fewest := -1
	for _, crd := range k.versions {
		unknown := len(crd.Unknown(object))
		switch its := crd.Refusals(object); {
		case fewest == -1 || unknown < fewest:
			fewest, reasons = unknown, its
		case unknown == fewest && len(its) == 0:
			reasons = nil
		}
	}
	return reasons
}

// verdict is what both sides say of an object.
type verdict struct {
	crd   []string // the CRD's reasons to refuse it
	found diag.List
}

// judge asks both. A number without a unit for an Upstream's keepalive is taken on purpose, with a
// warning (docs/differences.md), so the CRD is asked about what is read: seconds.
func (k *kind) judge(object map[string]any, text string) verdict {
	v := verdict{found: conformance.Check("a.yaml", text).Found}
	if conformance.Codes(v.found)[diag.BareSeconds.Name] {
		object = withUnits(object)
	}
	v.crd = slices.DeleteFunc(k.refusals(object), func(reason string) bool { return newerWord(reason) != "" })
	return v
}

// newerWords are words of enumerations that releases after those at hand have, as their published
// protos show (docs/differences.md).
var newerWords = []string{"EXTERNAL_WORKLOAD"}

// newerWord is the newer word that a CRD's reason is about, or "".
func newerWord(reason string) string {
	for _, word := range newerWords {
		if strings.Contains(reason, fmt.Sprintf("Unsupported value: %q", word)) {
			return word
		}
	}
	return ""
}

// withUnits writes an Upstream's keepalive as it is understood: a bare number is seconds.
func withUnits(object map[string]any) map[string]any {
	object = runtime.DeepCopyJSON(object)
	spec, _ := object["spec"].(map[string]any)
	connection, _ := spec["connectionConfig"].(map[string]any)
	keepalive, _ := connection["tcpKeepalive"].(map[string]any)
	for _, name := range []string{"keepaliveTime", "keepaliveInterval"} {
		switch seconds := keepalive[name].(type) {
		case int64, float64:
			keepalive[name] = fmt.Sprintf("%vs", seconds)
		}
	}
	return object
}

// errors are the errors by what they say; the messages name the field.
func (v verdict) errors() map[string]diag.Diagnostic {
	all := map[string]diag.Diagnostic{}
	for _, d := range v.found {
		if d.Severity == diag.Error {
			all[d.Name+": "+d.Message] = d
		}
	}
	return all
}

// sees reports an error that another verdict does not have: the one on the same object without
// its fault. That a document is refused proves nothing when something else is wrong with it.
func (v verdict) sees(without verdict) bool {
	before := without.errors()
	for said := range v.errors() {
		if _, ok := before[said]; !ok {
			return true
		}
	}
	return false
}

// beyond are the codes of the errors on an object that the CRD takes.
func (v verdict) beyond() map[string]string {
	codes := map[string]string{}
	if len(v.crd) == 0 {
		for said, d := range v.errors() {
			codes[d.Name] = said
		}
	}
	return codes
}

// explained are the codes that docs/differences.md has in a table, each with its reason.
func explained(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../docs/differences.md")
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		for i, part := range strings.Split(line, "`") {
			if i%2 == 1 && diag.Lookup(part) != nil {
				codes[part] = true
			}
		}
	}
	return codes
}

// unexplained reports codes that refuse more than the CRD and are not in docs/differences.md.
func unexplained(t *testing.T, examples map[string]string) {
	t.Helper()
	known := explained(t)
	for _, code := range slices.Sorted(maps.Keys(examples)) {
		if !known[code] {
			t.Errorf("docs/differences.md does not say why more is refused than the CRD does: %s\n%s", code, examples[code])
		}
	}
}

func jsonText(t testing.TB, object map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestBasesAreTakenByBothSides(t *testing.T) {
	for name, k := range gloo(t) {
		v := k.judge(k.base, jsonText(t, k.base))
		if len(v.crd) > 0 || len(v.errors()) > 0 {
			t.Errorf("%s: the CRD says %q, and connpolicy %v", name, v.crd, v.errors())
		}
		for _, crd := range k.versions {
			if unknown := crd.Unknown(k.base); len(unknown) > 0 {
				t.Errorf("%s: the CRD does not know %q", name, unknown)
			}
		}
	}
}

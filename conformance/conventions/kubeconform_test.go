//go:build conventions

package conventions_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
)

// layout is how kubeconform finds schemas that lie as in a catalog of CRDs.
const layout = "schemas/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"

func kubeconformTool(t *testing.T) string {
	t.Helper()
	return goTool(t, "github.com/yannh/kubeconform/cmd/kubeconform", "v0.8.0")
}

func TestKubeconformFindsOurSchemasInTheCatalogsLayout(t *testing.T) {
	kubeconform := kubeconformTool(t)
	dir := t.TempDir()
	if o := connpolicy(t, dir, "", "schema", "--dir", "schemas"); o.exit != 0 {
		t.Fatal(o.stderr)
	}
	check := func(manifest string) outcome {
		return execute(t, dir, "", kubeconform, "-strict", "-summary", "-schema-location", layout, manifest)
	}
	if o := check(filepath.Join(root, "examples", "gloo-edge", "upstream.yaml")); o.exit != 0 || !strings.Contains(o.stdout, "Valid: 1") {
		t.Errorf("a good manifest: %+v", o)
	}
	if o := check(filepath.Join(root, "golden", "error-unknown-field", "input.yaml")); o.exit == 0 || !strings.Contains(o.stdout, "intervall") {
		t.Errorf("a misspelled field: %+v", o)
	}
}

func TestKubeconformTakesWhatInitWrites(t *testing.T) {
	kubeconform := kubeconformTool(t)
	dir := t.TempDir()
	if o := connpolicy(t, dir, "", "schema", "--dir", "schemas"); o.exit != 0 {
		t.Fatal(o.stderr)
	}
	for _, kind := range []string{"ConnectionPolicy", "ListenerConnectionPolicy", "Upstream", "Gateway"} {
		made := connpolicy(t, dir, "", "init", "--kind", kind, "--hop", "aws-alb")
		if o := execute(t, dir, made.stdout, kubeconform, "-strict", "-summary", "-schema-location", layout, "-"); o.exit != 0 || !strings.Contains(o.stdout, "Valid: 1") {
			t.Errorf("%s: %+v\n%s", kind, o, made.stdout)
		}
		if o := connpolicy(t, dir, made.stdout, "validate", "--documents-only", "--fail-on", "info", "-"); o.exit != 0 {
			t.Errorf("%s: %+v", kind, o)
		}
	}
}

// goldenDocument is one document of a golden case, alone in a file.
type goldenDocument struct {
	codes map[string]diag.Severity // what connpolicy says about it
	text  string
}

// list is the kind of a list, which kubeconform has no schema for.
var list = regexp.MustCompile(`\bkind"?: *"?[A-Za-z]*List\b`)

// goldenDocuments writes the documents of published kinds into a folder, each into a file.
func goldenDocuments(t *testing.T, dir string) map[string]goldenDocument {
	t.Helper()
	texts, err := conformance.GoldenInputs()
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]goldenDocument{}
	for name, content := range texts {
		for i, chunk := range text.Split(diag.NewSource(name, content)) {
			parsed := schema.Parse(chunk, "default")
			if len(parsed.Documents) != 1 || parsed.Documents[0].Kind.Foreign || list.MatchString(chunk.Text) {
				continue
			}
			d := goldenDocument{map[string]diag.Severity{}, chunk.Text}
			for _, f := range conformance.Check(name, chunk.Text).Found {
				d.codes[f.Name] = max(d.codes[f.Name], f.Severity)
			}
			file := fmt.Sprintf("%s-%d.yaml", name, i)
			docs[file] = d
			if err := os.WriteFile(filepath.Join(dir, file), []byte(chunk.Text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return docs
}

// verdicts are what kubeconform says of each file in a folder.
func verdicts(t *testing.T, dir, kubeconform string, flags ...string) map[string]string {
	t.Helper()
	o := execute(t, dir, "", kubeconform, append(flags, "-output", "json", "-verbose", "-schema-location", layout, "manifests")...)
	var report struct {
		Resources []struct{ Filename, Status, Msg string }
	}
	if err := json.Unmarshal([]byte(o.stdout), &report); err != nil {
		t.Fatalf("%v: %+v", err, o)
	}
	out := map[string]string{}
	for _, r := range report.Resources {
		out[filepath.Base(r.Filename)] = strings.TrimPrefix(r.Status, "status")
	}
	return out
}

// judgedBySchema are the findings that a schema alone gives: errors for which kubeconform refuses a
// document, and warnings about what connpolicy reads though the API server would not.
var judgedBySchema = []string{
	"duration-malformed", "duration-unit", "duration-without-unit", "limit-out-of-range", "malformed-value", "missing-field", "missing-name",
	"out-of-range", "port-number-and-name", "unknown-field", "unknown-value", "wrong-type",
	"bare-seconds", "null-value", "refused-name", "snake-case-field",
}

func TestKubeconformWithOurSchemasAgreesWithValidate(t *testing.T) {
	kubeconform := kubeconformTool(t)
	dir := t.TempDir()
	if o := connpolicy(t, dir, "", "schema", "--dir", "schemas"); o.exit != 0 {
		t.Fatal(o.stderr)
	}
	manifests := filepath.Join(dir, "manifests")
	if err := os.Mkdir(manifests, 0o777); err != nil {
		t.Fatal(err)
	}
	docs := goldenDocuments(t, manifests)
	for _, flags := range [][]string{nil, {"-strict"}} {
		said := verdicts(t, dir, kubeconform, flags...)
		taken, refused := 0, 0
		for file, d := range docs {
			want := "Valid"
			if slices.ContainsFunc(judgedBySchema, func(code string) bool { _, found := d.codes[code]; return found }) {
				want = "Invalid"
				refused++
			} else {
				taken++
			}
			if said[file] != want {
				t.Errorf("%q: %s is %s, and connpolicy says %v:\n%s", flags, file, said[file], d.codes, d.text)
			}
		}
		if taken < 200 || refused < 20 {
			t.Errorf("%d documents were taken and %d refused: are the golden cases read?", taken, refused)
		}
	}
}

// catalog is a folder of the sort that CRD catalogs have, where it is at hand.
var catalog = filepath.Join(cmp.Or(os.Getenv("CRDS"), filepath.Join("..", "..", "..", "shared", "crds")), "catalog")

func TestOurSchemasLieAsThoseOfACatalog(t *testing.T) {
	theirs, err := filepath.Glob(filepath.Join(catalog, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(theirs) == 0 {
		t.Skipf("%s is not at hand", catalog)
	}
	dir := t.TempDir()
	if o := connpolicy(t, dir, "", "schema", "--dir", "schemas"); o.exit != 0 {
		t.Fatal(o.stderr)
	}
	ours, err := filepath.Glob(filepath.Join(dir, "schemas", "*", "*"))
	if err != nil || len(ours) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	name := regexp.MustCompile(`^[a-z0-9.-]+/[a-z]+_v[0-9]+((alpha|beta)[0-9]+)?\.json$`)
	for _, file := range slices.Concat(theirs, ours) {
		if last := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file); !name.MatchString(last) {
			t.Errorf("%s does not lie as the others do", file)
		}
	}
	// One -schema-location form reaches both: what is carried over is held against the catalog's
	// schemas, and what it came from against ours.
	input := filepath.Join(root, "examples", "gloo-edge", "upstream.yaml")
	made := connpolicy(t, dir, "", "compile", "-f", input, "--target", "envoy-gateway", "--attach", "HTTPRoute/gloo-system/app")
	if made.exit != 0 || !strings.Contains(made.stdout, "kind: BackendTrafficPolicy") {
		t.Fatalf("%+v", made)
	}
	there, err := filepath.Abs(catalog)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(input)
	if err != nil {
		t.Fatal(err)
	}
	const form = "/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"
	o := execute(t, dir, string(source)+"\n---\n"+made.stdout, kubeconformTool(t), "-summary", "-schema-location", "schemas"+form, "-schema-location", there+form, "-")
	if o.exit != 0 || !strings.Contains(o.stdout, "Invalid: 0, Errors: 0, Skipped: 0") {
		t.Errorf("%+v", o)
	}
}

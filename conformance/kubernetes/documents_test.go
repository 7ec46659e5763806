package kubernetes_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/conformance/kubernetes"
)

var update = flag.Bool("update", false, "draw the kept corpus anew")

const (
	corpusDir  = "testdata/corpus" // a file of random documents for each kind
	corpusSize = 25                // documents of each kind
)

// kindOf finds the kind of an object, or nil: of one that is not read, or has no CRD here.
func kindOf(kinds map[string]*kind, object map[string]any) *kind {
	name, _ := object["kind"].(string)
	if k := kinds[name]; k != nil && object["apiVersion"] == k.versions[0].APIVersion {
		return k
	}
	return nil
}

// texts are the manifests of the golden cases and of the examples, by file.
func texts(t testing.TB) map[string]string {
	t.Helper()
	files, err := conformance.Golden("input*")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join("..", "..", "examples"), func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(file) == ".yaml" {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[file] = string(text)
	}
	return all
}

func TestWhatACRDRefusesInGoldenCasesIsRefused(t *testing.T) {
	kinds := gloo(t)
	all, unread := &tally{examples: map[string]string{}}, 0
	byFile := texts(t)
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		split, err := kubernetes.Documents([]byte(byFile[file]))
		if err != nil {
			t.Fatal(file, err)
		}
		for i, text := range split {
			object, err := kubernetes.Object([]byte(text))
			if err != nil {
				unread++
				continue
			}
			if k := kindOf(kinds, object); k != nil {
				all.add(fmt.Sprintf("%s, document %d", file, i+1), verdict{}, k.judge(object, text), text)
			}
		}
	}
	all.report(t)
	t.Logf("proved: %d documents of %d golden and example files (%d more are no YAML): the %d that a CRD refuses give an error, but for %d; %d errors go beyond the CRDs",
		all.tried, len(byFile), unread, all.refused, len(all.holes), all.beyond)
}

// Metadata has no schema in a CRD, but an API server reads it strictly.
func TestMetadataThatAnAPIServerCannotReadIsRefused(t *testing.T) {
	kinds := gloo(t)
	values := []string{"true", "7", "1.5", `"x"`, `""`, "null", "[]", "[1]", `["x"]`, "[{}]", "{}", `{"a":1}`, `{"a":null}`, `{"a":"x"}`, `"2024-05-01T12:00:00Z"`, `"2024-05-01t12:00:00z"`, `"2024-06-30T23:59:60Z"`, `"2024-05-01"`, "99999999999999999999"}
	fields := []string{
		"name", "namespace", "labels", "annotations", "creationTimestamp", "generateName", "generation", "uid", "resourceVersion", "selfLink",
		"deletionTimestamp", "deletionGracePeriodSeconds", "finalizers", "ownerReferences", "managedFields",
	}
	all := &tally{examples: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[name]
		base := k.judge(k.base, jsonText(t, k.base))
		for _, field := range fields {
			for _, value := range values {
				text := fmt.Sprintf(`{"apiVersion":%q,"kind":%q,"metadata":{"name":"a",%q:%s},"spec":%s}`, k.base["apiVersion"], name, field, value, bases[name])
				if field == "name" {
					text = strings.Replace(text, `"name":"a",`, "", 1)
				}
				object, err := kubernetes.Object([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				all.add(name+" metadata."+field, base, k.judge(object, text), text)
			}
		}
	}
	all.report(t)
	t.Logf("proved: %d values in metadata: the %d that an API server refuses give an error, but for %d", all.tried, all.refused, len(all.holes))
}

// corpus are the kept random documents, one text for each kind.
func corpus(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus is kept in "+corpusDir, err)
	}
	var all []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

func TestTheKeptCorpusHasWhatCRDsRefuse(t *testing.T) {
	kinds := gloo(t)
	if *update {
		for name, k := range kinds {
			draw := kubernetes.Draw(k.places, k.base)
			var kept []string
			for seed := range corpusSize {
				kept = append(kept, yamlText(t, draw.Example(seed).Faulty))
			}
			if err := os.WriteFile(filepath.Join(corpusDir, name+".yaml"), []byte(strings.Join(kept, "---\n")), 0o666); err != nil { //nolint:gosec // a file of the repository
				t.Fatal(err)
			}
		}
	}
	all := &tally{examples: map[string]string{}}
	for _, text := range corpus(t) {
		for _, document := range documents(t, text) {
			object, err := kubernetes.Object([]byte(document))
			if err != nil {
				t.Fatal(err)
			}
			k := kindOf(kinds, object)
			if k == nil {
				t.Fatalf("of no kind that is read:\n%s", document)
			}
			all.add(k.name, verdict{}, k.judge(object, document), document)
		}
	}
	all.report(t)
	t.Logf("proved: %d kept documents: the %d that a CRD refuses give an error, but for %d", all.tried, all.refused, len(all.holes))
}

// FuzzAgainstCRDs reads any bytes the way kubectl does: what a CRD refuses is refused.
func FuzzAgainstCRDs(f *testing.F) {
	kinds := gloo(f)
	for _, text := range append(slices.Collect(maps.Values(texts(f))), corpus(f)...) {
		split, err := kubernetes.Documents([]byte(text))
		if err != nil {
			f.Fatal(err)
		}
		for _, document := range split {
			f.Add([]byte(document))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		split, err := kubernetes.Documents(text)
		if err != nil || len(split) != 1 {
			return
		}
		object, err := kubernetes.Object([]byte(split[0]))
		if err != nil {
			return
		}
		k := kindOf(kinds, object)
		if k == nil {
			return
		}
		if v := k.judge(object, split[0]); len(v.crd) > 0 && len(v.errors()) == 0 {
			t.Errorf("the CRD refuses it, and no error is reported: %s\n%s", strings.Join(v.crd, "; "), split[0])
		}
	})
}

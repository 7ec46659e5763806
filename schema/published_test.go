package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/connpolicy/connpolicy/schema"
)

// all is what the schema of all kinds says, as far as it is told apart here.
type all struct {
	ID    *string `json:"$id"`
	AllOf []struct {
		If struct {
			Properties map[string]struct{ Const string }
		}
		Then struct {
			Ref string `json:"$ref"`
		}
	}
}

func TestTheSchemaOfAllKindsKnowsEveryPublishedKind(t *testing.T) {
	var root all
	if err := json.Unmarshal(schema.All(), &root); err != nil {
		t.Fatal(err)
	}
	if root.ID != nil {
		t.Errorf("it has the $id %s, and would be looked up there instead of beside it", *root.ID)
	}
	want := map[string]string{}
	for _, k := range schema.Published() {
		want[k.APIVersion()+" "+k.Name] = k.File()
		if len(k.Versions) != 1 {
			t.Errorf("%s has %d versions, and its file is named for one", k.Name, len(k.Versions))
		}
	}
	got := map[string]string{}
	for _, c := range root.AllOf {
		got[c.If.Properties["apiVersion"].Const+" "+c.If.Properties["kind"].Const] = c.Then.Ref
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("published (-) and known to %s (+):\n%s", schema.AllFile, diff)
	}
}

func TestTheSchemaOfAllKindsJudgesOursAndLetsOthersBe(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	add := func(name string, text []byte) {
		if err := compiler.AddResource("file:///schemas/"+name, strings.NewReader(string(text))); err != nil {
			t.Fatal(err)
		}
	}
	add(schema.AllFile, schema.All())
	for _, k := range schema.Published() {
		add(k.File(), k.Schema())
	}
	root, err := compiler.Compile("file:///schemas/" + schema.AllFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		good       bool
	}{
		{"an Upstream", `{"apiVersion": "gloo.solo.io/v1", "kind": "Upstream", "metadata": {"name": "a"}, "spec": {}}`, true},
		{"a misspelled field", `{"apiVersion": "gloo.solo.io/v1", "kind": "Upstream", "metadata": {"name": "a"}, "spec": {"conectionConfig": {}}}`, false},
		{"a Gateway of Gloo Edge without its port", `{"apiVersion": "gateway.solo.io/v1", "kind": "Gateway", "metadata": {"name": "a"}, "spec": {}}`, false},
		{"the Gateway API's Gateway", `{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "spec": {"anything": 1}}`, true},
		{"a Deployment", `{"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 1}}`, true},
		{"a document without a kind", `{"some": ["values"]}`, true},
		{"an empty document", `null`, true},
	} {
		var v any
		if err := json.Unmarshal([]byte(c.text), &v); err != nil {
			t.Fatal(err)
		}
		if err := root.Validate(v); (err == nil) != c.good {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

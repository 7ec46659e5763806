package schema_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/schema"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

func TestEveryEmbeddedSchemaCompilesAndBelongsToAKind(t *testing.T) {
	files := map[string]bool{}
	err := fs.WalkDir(schema.Files, "json", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files[strings.TrimPrefix(path, "json/")] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(files, schema.AllFile)
	for _, k := range schema.Kinds {
		delete(files, k.File())
		compiler := jsonschema.NewCompiler()
		compiler.Draft = jsonschema.Draft2020
		compiler.Formats = map[string]func(any) bool{"go-duration": func(any) bool { return true }}
		compiler.AssertFormat = true
		if err := compiler.AddResource("https://example.com/"+k.File(), bytes.NewReader(k.Schema())); err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if _, err := compiler.Compile("https://example.com/" + k.File()); err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
	for file := range files {
		t.Errorf("%s belongs to no kind", file)
	}
}

func TestEverySchemaOfOursIsClosedAndDescribed(t *testing.T) {
	for _, k := range schema.Kinds {
		if k.Foreign {
			continue
		}
		var root map[string]any
		if err := json.Unmarshal(k.Schema(), &root); err != nil {
			t.Fatal(err)
		}
		if root["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%s: $schema is %v", k.Name, root["$schema"])
		}
		if id, _ := root["$id"].(string); id != k.URL() {
			t.Errorf("%s: $id is %s, and the file is published at %s", k.Name, id, k.URL())
		}
		for _, field := range []string{"description", "title"} {
			if root[field] == nil {
				t.Errorf("%s has no %s", k.Name, field)
			}
		}
		properties, _ := root["properties"].(map[string]any)
		spec, _ := properties["spec"].(map[string]any)
		if root["additionalProperties"] != false || spec["additionalProperties"] != false && !k.Own {
			t.Errorf("%s takes fields that do not exist", k.Name)
		}
	}
}

func TestEveryVersionOfEveryKindIsFound(t *testing.T) {
	for _, k := range schema.Kinds {
		for _, version := range k.Versions {
			apiVersion := version
			if k.Group != "" {
				apiVersion = k.Group + "/" + version
			}
			if schema.KindOf(apiVersion, k.Name) != k {
				t.Errorf("%s %s is not found", apiVersion, k.Name)
			}
			d := only(t, "apiVersion: "+apiVersion+"\nkind: "+k.Name+"\nmetadata: {name: a}\n")
			if d.Kind != k {
				t.Errorf("%s %s is read as %s", apiVersion, k.Name, d.Kind.Name)
			}
		}
	}
	for _, c := range []struct{ apiVersion, kind string }{
		{"v1", "ConnectionPolicy"}, {"networking.istio.io/v2", "DestinationRule"}, {"", "Service"}, {"core/v1", "Service"}, {"gloo.solo.io/v1", "upstream"}, {"gloo.solo.io/v1/x", "Upstream"},
	} {
		if k := schema.KindOf(c.apiVersion, c.kind); k != nil {
			t.Errorf("%s %s is taken for %s", c.apiVersion, c.kind, k.File())
		}
	}
}

func TestSchemasLieWhereKubeconformAndEditorsLookThemUp(t *testing.T) {
	for kind, want := range map[string]string{
		"ConnectionPolicy": "resilience.policy.gloo.solo.io/connectionpolicy_v2.json",
		"Upstream":         "gloo.solo.io/upstream_v1.json",
		"Gateway":          "gateway.solo.io/gateway_v1.json",
	} {
		for _, k := range schema.Kinds {
			if k.Name == kind && !k.Foreign && k.File() != want {
				t.Errorf("%s lies at %s", kind, k.File())
			}
		}
	}
}

func TestAnObjectThatIsAlmostOursIsAFinding(t *testing.T) {
	for _, c := range []struct{ name, head, want string }{
		{"another version", "apiVersion: resilience.policy.gloo.solo.io/v1\nkind: ConnectionPolicy\n", `1:13+33 unknown-kind: ConnectionPolicy is not known in version "v1" | write "resilience.policy.gloo.solo.io/v2"`},
		{"a misspelled kind", "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConectionPolicy\n", `2:7+15 unknown-kind: unknown kind "ConectionPolicy" in resilience.policy.gloo.solo.io/v2 | did you mean "ConnectionPolicy"?`},
		{"a kind in lower case", "apiVersion: gloo.solo.io/v1\nkind: upstream\n", `2:7+8 unknown-kind: unknown kind "upstream" in gloo.solo.io/v1 | did you mean "Upstream"?`},
		{"a misspelled group", "apiVersion: resilience.policies.gloo.solo.io/v2\nkind: ConnectionPolicy\n", `1:13+35 unknown-kind: there is no ConnectionPolicy in the API group "resilience.policies.gloo.solo.io" | write "resilience.policy.gloo.solo.io/v2"`},
		{"no apiVersion", "kind: ConnectionPolicy\n", `1:1+4 unknown-kind: ConnectionPolicy has no apiVersion | write "apiVersion: resilience.policy.gloo.solo.io/v2" above it`},
		{"no kind", "apiVersion: resilience.policy.gloo.solo.io/v2\n", `1:13+33 unknown-kind: an object of resilience.policy.gloo.solo.io/v2 has no kind | write "kind: …", one of ConnectionPolicy, ListenerConnectionPolicy`},
		{"the group of another kind", "apiVersion: gateway.solo.io/v1\nkind: Upstream\n", `1:13+18 unknown-kind: there is no Upstream in the API group "gateway.solo.io" | write "gloo.solo.io/v1"`},
		{"the apiVersion of Gloo's own example", "apiVersion: trafficcontrol.policy.gloo.solo.io/v2\nkind: ListenerConnectionPolicy\n", `1:13+37 unknown-kind: there is no ListenerConnectionPolicy in the API group "trafficcontrol.policy.gloo.solo.io" | write "resilience.policy.gloo.solo.io/v2"`},
		{"no group", "apiVersion: v2\nkind: ConnectionPolicy\n", `1:13+2 unknown-kind: ConnectionPolicy needs an API group | write "resilience.policy.gloo.solo.io/v2"`},
		{"a Gateway in the group of Upstream", "apiVersion: gloo.solo.io/v1\nkind: Gateway\n", `1:13+15 unknown-kind: there is no Gateway in the API group "gloo.solo.io" | write "gateway.solo.io/v1"`},
		{"a Gateway of another version", "apiVersion: gateway.solo.io/v2\nkind: Gateway\n", `1:13+18 unknown-kind: Gateway is not known in version "v2" | write "gateway.solo.io/v1"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(c.head + "metadata: {name: a}\n")
			if len(p.Found) != 1 || p.Found[0].Name != "unknown-kind" {
				t.Fatalf("found %q, skipped %d", findings(p.Found), p.Skipped)
			}
			if c.name == "no group" { // its words are free, its place and help are not
				if got := said(p.Found[0]); !strings.HasPrefix(got, c.want[:7]) || !strings.HasSuffix(got, c.want[strings.Index(c.want, " | "):]) {
					t.Errorf("found %s", got)
				}
				return
			}
			expectFindings(t, p.Found, c.want)
		})
	}
}

func TestAKindIsOursByItsGroup(t *testing.T) {
	for _, c := range []struct{ apiVersion, kind string }{
		{"networking.enterprise.mesh.gloo.solo.io/v1beta1", "VirtualDestination"},
		{"networking.enterprise.mesh.gloo.solo.io/v1beta1", "VirtualGateway"},
		{"networking.mesh.gloo.solo.io/v1", "VirtualGateway"},
		{"discovery.mesh.gloo.solo.io/v1", "Workspace"},
		{"appmesh.k8s.aws/v1beta2", "VirtualGateway"},
		{"appmesh.k8s.aws/v1beta2", "GatewayRoute"},
		{"fed.gloo.solo.io/v1", "Upstream"},
		{"gateway.example.com/v1", "Gateway"},
		{"example.com/v1", "VirtualDestination"},
		{"networking.istio.io/v1", "Gateway"},
		{"gateway.nginx.io/v1", "Gateway"},
		{"argoproj.io/v1alpha1", "Workspace"},
		{"", "Gateway"},
	} {
		p := parse("apiVersion: " + c.apiVersion + "\nkind: " + c.kind + "\nmetadata: {name: a}\n")
		if len(p.Found) != 0 {
			t.Errorf("%s %s: found %q", c.apiVersion, c.kind, findings(p.Found))
		}
	}
	for _, c := range []struct{ apiVersion, kind, want string }{
		{"networking.gloo.solo.io/v3", "VirtualDestination", "networking.gloo.solo.io/v2"},
		{"networking.gloo.io/v2", "VirtualDestination", "networking.gloo.solo.io/v2"},
		{"networking.glooo.solo.io/v2", "ExternalService", "networking.gloo.solo.io/v2"},
		{"gateway.solo.oi/v1", "Gateway", "gateway.solo.io/v1"},
		{"gloo.sol.io/v1", "Upstream", "gloo.solo.io/v1"},
		{"resilience.policy.gloo.solo/v2", "ConnectionPolicy", "resilience.policy.gloo.solo.io/v2"},
	} {
		p := parse("apiVersion: " + c.apiVersion + "\nkind: " + c.kind + "\nmetadata: {name: a}\n")
		if len(p.Found) != 1 || p.Found[0].Name != "unknown-kind" || !strings.Contains(p.Found[0].Help, c.want) {
			t.Errorf("%s %s: found %q", c.apiVersion, c.kind, findings(p.Found))
		}
	}
}

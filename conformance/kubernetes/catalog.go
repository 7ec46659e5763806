package kubernetes

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// Catalog reads the schemas of a group's kinds from a folder of the sort that CRD catalogs
// have, with a file KIND_VERSION.json for each; their CEL rules stand in them.
// By apiVersion and kind.
func Catalog(dir, group, version string, kinds ...string) (map[string]*CRD, error) {
	found := map[string]*CRD{}
	for _, kind := range kinds {
		text, err := os.ReadFile(filepath.Join(dir, group, fmt.Sprintf("%s_%s.json", strings.ToLower(kind), version)))
		if err != nil {
			return nil, err
		}
		crd, err := fromSchema(text, group, version, kind)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		found[crd.APIVersion+" "+kind] = crd
	}
	return found, nil
}

// fromSchema makes a CRD of a schema that stands alone. Such files say of an object's metadata
// nothing but that it is one, as a CRD does.
func fromSchema(text []byte, group, version, kind string) (*CRD, error) {
	var schema apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, err
	}
	if kind == "ListenerPolicy" {
		addRequestsPerConnection(&schema)
	}
	spec := apiextensionsv1.CustomResourceDefinitionSpec{Group: group, Names: apiextensionsv1.CustomResourceDefinitionNames{Kind: kind}}
	return newCRD(&spec, &apiextensionsv1.CustomResourceDefinitionVersion{
		Name: version, Served: true, Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &schema},
	})
}

// addRequestsPerConnection adds a field of kgateway v2.4.2 that the catalog's schema, which is of an
// earlier release, does not have (kgateway: api/v1alpha1/kgateway/listener_policy_types.go,
// HTTPSettings.MaxRequestsPerConnection).
func addRequestsPerConnection(schema *apiextensionsv1.JSONSchemaProps) {
	minimum := 0.0
	perPort := schema.Properties["spec"].Properties["perPort"]
	settings := perPort.Items.Schema.Properties["listener"].Properties["httpSettings"]
	settings.Properties["maxRequestsPerConnection"] = apiextensionsv1.JSONSchemaProps{Type: "integer", Format: "int32", Minimum: &minimum}
}

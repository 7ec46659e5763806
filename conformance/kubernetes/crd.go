// Package kubernetes is an API server's judgment of custom resources, made by its own code:
// a CustomResourceDefinition's schema, its defaults, its pruning and its CEL rules. Its tests
// hold what connpolicy writes, and what it refuses, to that judgment.
package kubernetes

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metadata "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/yaml"
	celbudget "k8s.io/apiserver/pkg/apis/cel"
	sigsyaml "sigs.k8s.io/yaml"
)

// CRD is one version of a kind, as a CustomResourceDefinition has it.
type CRD struct {
	APIVersion string
	Kind       string
	Schema     *structural.Structural

	statusApart bool
	validator   validation.SchemaValidator
	rules       *cel.Validator // nil without CEL rules
}

// Load reads the CustomResourceDefinitions of a text, a CRD for each version that is served.
func Load(text []byte) ([]*CRD, error) {
	documents, err := Documents(text)
	if err != nil {
		return nil, err
	}
	var all []*CRD
	for _, document := range documents {
		var definition apiextensionsv1.CustomResourceDefinition
		if err := sigsyaml.Unmarshal([]byte(document), &definition); err != nil {
			return nil, err
		}
		for i := range definition.Spec.Versions {
			version := &definition.Spec.Versions[i]
			if !version.Served {
				continue
			}
			crd, err := newCRD(&definition.Spec, version)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", definition.Name, version.Name, err)
			}
			all = append(all, crd)
		}
	}
	return all, nil
}

// Documents splits a text at its separators, the way kubectl does.
func Documents(text []byte) ([]string, error) {
	var all []string
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, string(document))
	}
}

func newCRD(spec *apiextensionsv1.CustomResourceDefinitionSpec, version *apiextensionsv1.CustomResourceDefinitionVersion) (*CRD, error) {
	var props apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &props, nil); err != nil {
		return nil, err
	}
	s, err := structural.NewStructural(&props)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&props)
	if err != nil {
		return nil, err
	}
	return &CRD{
		APIVersion: spec.Group + "/" + version.Name, Kind: spec.Names.Kind, Schema: s,
		statusApart: version.Subresources != nil && version.Subresources.Status != nil,
		validator:   validator, rules: cel.NewValidator(s, true, celbudget.PerCallLimit),
	}, nil
}

// Object decodes a document the way kubectl sends it and an API server reads it: YAML or JSON,
// whole numbers as integers.
func Object(document []byte) (map[string]any, error) {
	text, err := sigsyaml.YAMLToJSON(document)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	err = json.Unmarshal(text, &object)
	return object, err
}

// Refusals are the reasons for which an API server would not create the object: none, when it
// would. Unknown fields are no reason; the server drops them.
func (c *CRD) Refusals(object map[string]any) []string {
	kept, _, err := c.admit(object)
	if err != nil {
		return []string{err.Error()}
	}
	errs := validation.ValidateCustomResource(nil, kept, c.validator)
	errs = append(errs, objectmeta.Validate(context.Background(), nil, kept, c.Schema, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, c.Schema, kept)...)
	if c.rules != nil && len(errs) == 0 { // on a value of the wrong type a rule says nothing of use
		violations, _ := c.rules.Validate(context.Background(), nil, c.Schema, kept, nil, celbudget.RuntimeCELCostBudget)
		errs = append(errs, violations...)
	}
	return sentences(errs)
}

// Unknown are the fields that the server drops, and refuses under strict field validation.
func (c *CRD) Unknown(object map[string]any) []string {
	_, unknown, err := c.admit(object)
	if err != nil {
		return []string{err.Error()}
	}
	return unknown
}

// admit is what happens to an object before it is validated, on a copy: defaults, pruning, and
// the metadata read strictly. A status is dropped where it is a subresource.
func (c *CRD) admit(object map[string]any) (kept map[string]any, unknown []string, err error) {
	kept = runtime.DeepCopyJSON(object)
	if c.statusApart {
		delete(kept, "status")
	}
	_, _, unknown, err = objectmeta.GetObjectMetaWithOptions(kept, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, nil, err
	}
	defaulting.Default(kept, c.Schema)
	pruned := pruning.PruneWithOptions(kept, c.Schema, true, structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	defaulting.PruneNonNullableNullsWithoutDefaults(kept, c.Schema)
	coerced := objectmeta.Coerce(nil, kept, c.Schema, false, false)
	if coerced != nil {
		return nil, nil, coerced
	}
	return kept, append(unknown, pruned...), nil
}

// MetadataFaults are what an API server holds against an object's metadata, whatever its kind.
func MetadataFaults(object map[string]any) []string {
	resource := unstructured.Unstructured{Object: object}
	return sentences(metadata.ValidateObjectMetaAccessor(&resource, true, metadata.NameIsDNSSubdomain, field.NewPath("metadata")))
}

func sentences(errs field.ErrorList) []string {
	var out []string
	for _, e := range errs {
		out = append(out, e.Error())
	}
	return out
}

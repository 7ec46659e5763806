package dialect

import (
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/schema"
)

// Manifest is a Kubernetes object of the output.
type Manifest struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   Metadata `json:"metadata"`
	Spec       any      `json:"spec"`
}

// Metadata is a Manifest's metadata.
type Metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// ClusterAnnotation names the cluster that an object is for.
const ClusterAnnotation = "cluster.solo.io/cluster"

// NewObject returns an object of ours, marked with the cluster that it is for, if that is known.
func NewObject(apiVersion, kind, namespace, name, cluster string, spec any, carried []Carried) Object {
	m := Manifest{
		APIVersion: apiVersion, Kind: kind, Spec: spec,
		Metadata: Metadata{Name: name, Namespace: namespace, Labels: map[string]string{schema.ManagedByLabel: schema.ManagedBy}},
	}
	if cluster != "" {
		m.Metadata.Annotations = map[string]string{ClusterAnnotation: cluster}
	}
	return Object{File: FileName(strings.ToLower(kind), namespace, name), Value: m, Carried: carried}
}

// FileName is safe on every file system: Kubernetes names are letters, digits, "-" and ".".
func FileName(parts ...string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "_"))
}

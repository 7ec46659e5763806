package schema

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Service is a Kubernetes Service, as far as policies select by it.
type Service struct {
	Spec struct {
		ClusterIP    string            `json:"clusterIP"`
		Type         string            `json:"type"`
		ExternalName string            `json:"externalName"`
		Selector     map[string]string `json:"selector"`
		Ports        []ServicePort     `json:"ports"`
	} `json:"spec"`
}

// ServicePort is a port of a Service.
type ServicePort struct {
	Name        string    `json:"name"`
	Port        uint32    `json:"port"`
	Protocol    string    `json:"protocol"`
	AppProtocol string    `json:"appProtocol"`
	TargetPort  IntOrName `json:"targetPort"`
}

// Namespace is a Kubernetes Namespace; Workspaces match its labels.
type Namespace struct{}

// Object is an object of an opaque kind, as a tree.
type Object struct {
	Tree map[string]any `json:"-"` // numbers are json.Numbers
}

// Spec returns the object's spec, or nil where it has none that is a mapping.
func (o *Object) Spec() map[string]any {
	spec, _ := o.Tree["spec"].(map[string]any)
	return spec
}

// DestinationRule is an Istio DestinationRule that is there already.
type DestinationRule struct {
	Spec struct {
		Host             string         `json:"host"`
		ExportTo         []string       `json:"exportTo"`
		WorkloadSelector *struct{}      `json:"workloadSelector"`
		TrafficPolicy    map[string]any `json:"trafficPolicy"`
		Subsets          []Subset       `json:"subsets"`
	} `json:"spec"`
}

// Subset is a named part of a DestinationRule's destination.
type Subset struct {
	Name          string         `json:"name"`
	TrafficPolicy map[string]any `json:"trafficPolicy"`
}

// IntOrName is a port number or a port name.
type IntOrName struct {
	Number uint32
	Name   string
}

// UnmarshalJSON reads either form.
func (p *IntOrName) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &p.Number); err == nil {
		return nil
	}
	return json.Unmarshal(b, &p.Name)
}

// Int64 is a number that may be written in quotes, as Gloo's decoder takes it.
type Int64 int64

// UnmarshalJSON reads a number, or text that holds one in decimal or hexadecimal.
func (n *Int64) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) != nil {
		text = string(b)
	}
	if v, err := strconv.ParseInt(text, 0, 64); err == nil {
		*n = Int64(v)
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	*n = Int64(f)
	if err == nil && float64(*n) != f {
		err = fmt.Errorf("%s is not a whole number", text)
	}
	return err
}

// Enum is a protobuf enum value, written by name or by number.
type Enum struct {
	Name   string // "" when written by number
	Number int
}

// UnmarshalJSON reads either form.
func (e *Enum) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &e.Number); err == nil {
		return nil
	}
	return json.Unmarshal(b, &e.Name)
}

// Of returns the value's name among the enum's names in the order of their numbers.
func (e *Enum) Of(names ...string) string {
	if e == nil {
		return names[0]
	}
	if e.Name != "" {
		return e.Name
	}
	if e.Number >= 0 && e.Number < len(names) {
		return names[e.Number]
	}
	return names[0]
}

// GlooSettings are Gloo Edge's Settings: what holds for all that one Gloo translates
// (gloo: projects/gloo/api/v1/settings.proto).
type GlooSettings struct {
	Spec struct {
		Gloo struct {
			CircuitBreakers *CircuitBreakers `json:"circuitBreakers"`
			AWSOptions      struct {
				EnableCredentialsDiscovery bool      `json:"enableCredentialsDiscovey"` // as Gloo spells it
				ServiceAccountCredentials  *struct{} `json:"serviceAccountCredentials"`
			} `json:"awsOptions"`
		} `json:"gloo"`
		// CircuitBreakers stood here before Gloo 1.3.
		CircuitBreakers *CircuitBreakers `json:"circuitBreakers"`
	} `json:"spec"`
}

// Limits returns the limits of Upstreams that have none of their own, and the JSON pointer at
// which they are written; nil where there are none.
func (s *GlooSettings) Limits() (*CircuitBreakers, string) {
	if c := s.Spec.Gloo.CircuitBreakers; c != nil {
		return c, "/spec/gloo/circuitBreakers"
	}
	return s.Spec.CircuitBreakers, "/spec/circuitBreakers"
}

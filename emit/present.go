package emit

import (
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// PresentObject is an object of Istio or of a target, in the input or in an output directory, as far
// as it can be compared with an object that is to be written.
type PresentObject struct {
	Group, Kind, Namespace, Name string

	Cluster string // "" for every one
	Labels  map[string]string
	Spec    map[string]any // of a DestinationRule the parts that hold settings
	Subject string
	Span    diag.Span // of the name
}

// Present returns the documents that are objects of Istio or of a target.
func Present(documents []*schema.Document) []PresentObject {
	var out []PresentObject
	for _, d := range documents {
		spec, ok := presentSpec(d)
		if !ok {
			continue
		}
		out = append(out, PresentObject{
			d.Kind.Group, d.Kind.Name, d.Namespace, d.Name, d.Cluster(), d.Labels, spec, d.Subject(), d.Span("/metadata/name"),
		})
	}
	return out
}

func presentSpec(d *schema.Document) (map[string]any, bool) {
	switch res := d.Resource.(type) {
	case *schema.Object:
		return res.Spec(), true
	case *schema.DestinationRule:
		spec := map[string]any{}
		if res.Spec.TrafficPolicy != nil {
			spec["trafficPolicy"] = res.Spec.TrafficPolicy
		}
		if len(res.Spec.Subsets) > 0 {
			spec["subsets"] = res.Spec.Subsets
		}
		return spec, true
	}
	return nil, false
}

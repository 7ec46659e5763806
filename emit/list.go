package emit

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/istio"
)

// listEntry is what a list shows of an object, by the names of its JSON fields.
type listEntry struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Metadata   dialect.Metadata `json:"metadata"`
	Spec       struct {
		Host             string                 `json:"host"`
		TargetRefs       []listTarget           `json:"targetRefs"`
		WorkloadSelector istio.WorkloadSelector `json:"workloadSelector"`
	} `json:"spec"`
	StaticResources struct {
		Listeners []listTarget `json:"listeners"`
		Clusters  []listTarget `json:"clusters"`
	} `json:"static_resources"`
}

// listTarget is what an object is for.
type listTarget struct {
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	SectionName string `json:"sectionName"`
}

func (t listTarget) text() string {
	return strings.Trim(t.Kind+"/"+t.Name+"/"+t.SectionName, "/")
}

// ListNames writes a line for each object, as kubectl get -o name does:
// "destinationrule.networking.istio.io/NAME". Of a bootstrap, which has no name, it writes the
// listeners and clusters: "cluster/NAME".
func ListNames(objects []dialect.Object) (string, error) {
	var b strings.Builder
	err := each(objects, func(o *listEntry) {
		for _, l := range o.StaticResources.Listeners {
			b.WriteString(diag.Line("listener/"+l.Name) + "\n")
		}
		for _, c := range o.StaticResources.Clusters {
			b.WriteString(diag.Line("cluster/"+c.Name) + "\n")
		}
		if o.Kind != "" {
			group, _, _ := strings.Cut(o.APIVersion, "/")
			b.WriteString(diag.Line(strings.ToLower(o.Kind)+"."+group+"/"+o.Metadata.Name) + "\n")
		}
	})
	return b.String(), err
}

// ListWide writes a table of the objects: namespace, name, the host that a rule is for or what else an
// object is bound to, and the kind. Without objects it writes nothing.
func ListWide(objects []dialect.Object) (string, error) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	row := func(namespace, name, host, kind string) {
		fmt.Fprintln(w, diag.Line(namespace)+"\t"+diag.Visible(name)+"\t"+diag.Visible(host)+"\t"+kind)
	}
	if len(objects) > 0 {
		row("NAMESPACE", "NAME", "HOST", "KIND")
	}
	err := each(objects, func(o *listEntry) {
		for _, l := range o.StaticResources.Listeners {
			row("-", l.Name, "-", "listener")
		}
		for _, c := range o.StaticResources.Clusters {
			row("-", c.Name, "-", "cluster")
		}
		if o.Kind != "" {
			row(o.Metadata.Namespace, o.Metadata.Name, o.boundTo(), o.Kind)
		}
	})
	_ = w.Flush() // a Builder takes everything
	return b.String(), err
}

// boundTo is what an object is for: "ratings.global", "Service/reviews", "istio=ingressgateway".
func (o *listEntry) boundTo() string {
	var parts []string
	for _, t := range o.Spec.TargetRefs {
		parts = append(parts, t.text())
	}
	labels := o.Spec.WorkloadSelector.Labels
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, key+"="+labels[key])
	}
	if o.Spec.Host != "" {
		parts = append(parts, o.Spec.Host)
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ",")
}

// each calls f with what a list shows of each object.
func each(objects []dialect.Object, f func(*listEntry)) error {
	for _, o := range objects {
		text, err := json.Marshal(o.Value)
		if err != nil {
			return fmt.Errorf("%s: %w", o.File, err)
		}
		var l listEntry
		if err := json.Unmarshal(text, &l); err != nil {
			return fmt.Errorf("%s: %w", o.File, err)
		}
		f(&l)
	}
	return nil
}

package cli

import (
	"fmt"
	"maps"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/krm"
)

// The results of a function, in the terms of the functions' specification and of kyaml's
// fn/framework, which reads it
// (https://pkg.go.dev/sigs.k8s.io/kustomize/kyaml/fn/framework#Result).
type (
	fnResult struct {
		Message     string            `json:"message"`
		Severity    string            `json:"severity"`
		ResourceRef *fnResource       `json:"resourceRef,omitempty"`
		Field       *fnField          `json:"field,omitempty"`
		File        *fnFile           `json:"file,omitempty"`
		Tags        map[string]string `json:"tags,omitempty"`
	}
	fnResource struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Namespace  string `json:"namespace,omitempty"`
		Name       string `json:"name"`
	}
	fnField struct {
		Path          string `json:"path"`
		CurrentValue  any    `json:"currentValue,omitempty"`
		ProposedValue any    `json:"proposedValue,omitempty"`
	}
	fnFile struct {
		Path  string `json:"path"`
		Index int    `json:"index,omitempty"`
	}
)

// results are the findings as a function gives them back.
func (f *function) results(found diag.List) []fnResult {
	var results []fnResult
	for i := range found {
		results = append(results, f.result(&found[i]))
	}
	return results
}

func (f *function) result(d *diag.Diagnostic) fnResult {
	r := fnResult{Severity: d.Severity.String(), Message: sentence(d.Message, d.Help), Tags: map[string]string{"code": d.Name}}
	var notes []string
	for _, related := range d.Related {
		note := related.Message
		if at := related.At(); at != "" {
			note = at + ": " + note
		}
		notes = append(notes, note)
	}
	if len(notes) > 0 {
		r.Tags["notes"] = strings.Join(notes, "; ")
	}
	item := f.items[d.Source]
	switch {
	case item != nil && item.Path != "":
		r.File = &fnFile{item.Path, item.Index}
	case item == nil && d.Source != nil && (f.list.Config == nil || d.Source != f.list.Config.Source):
		r.File = &fnFile{Path: d.Path()} // of the inputs of functionConfig
	}
	object := d.Object
	if item != nil && (object == nil || object.Kind == item.Kind && object.Name == item.Name) {
		object = &item.Object // which names its namespace only if its text does
	}
	if object == nil || object.APIVersion == "" || object.Kind == "" || object.Name == "" {
		return r
	}
	r.ResourceRef = &fnResource{object.APIVersion, object.Kind, object.Namespace, object.Name}
	if field := diag.FieldPath(d.Field); field != "" {
		r.Field = &fnField{Path: field}
		if item != nil && object == &item.Object {
			r.Field.CurrentValue = item.Value(d.Field)
		}
		if d.Fix != nil {
			r.Field.ProposedValue = d.Fix.Value
		}
	}
	return r
}

// sentence joins what is wrong and what to type.
func sentence(message, help string) string {
	if help == "" {
		return message
	}
	return message + "; " + help
}

// The annotations by which an orchestrator finds the file of an object. The older names are read
// by kpt before 1.0 and by some functions still.
var placeAnnotations = []string{"internal.config.kubernetes.io/", "config.kubernetes.io/"}

// placed are an object's annotations with the file it is written to.
func placed(annotations map[string]string, file string, index int) map[string]string {
	out := maps.Clone(annotations)
	if out == nil {
		out = map[string]string{}
	}
	for _, prefix := range placeAnnotations {
		out[prefix+"path"], out[prefix+"index"] = file, fmt.Sprint(index)
	}
	return out
}

// kept are an object's annotations with those that its orchestrator gave to the one it replaces.
func kept(annotations map[string]string, item *krm.Item) map[string]string {
	out := map[string]string{}
	for key, value := range item.Annotations {
		if domain, _, _ := strings.Cut(key, "/"); domain == "config.k8s.io" || domain == "config.kubernetes.io" || strings.HasSuffix(domain, ".config.kubernetes.io") || strings.HasSuffix(domain, ".config.k8s.io") {
			out[key] = value
		}
	}
	maps.Copy(out, annotations)
	return out
}

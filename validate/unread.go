package validate

import (
	"fmt"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// unreadKind reports an object whose connection settings, of Gloo's, are missing in what is compiled.
func unreadKind(doc *schema.Document) diag.List {
	if !doc.OfGloo() {
		return nil
	}
	verb := "sets"
	if doc.Rendered() != "" {
		verb = "holds"
	}
	return diag.List{{
		Code: diag.UnreadKind, Span: doc.KeySpan(doc.Carried()[0]), Subject: doc.Subject(),
		Message: fmt.Sprintf("%s is not read, though it %s %s", doc.Kind.Name, verb, diag.FirstOf(doc.CarriedPaths(), diag.MostNames)),
		Help:    doc.RenderHelp("check by hand what it changes for the objects compiled here"),
	}}
}

func fieldPathsOf(pointers []string) string {
	names := make([]string, len(pointers))
	for i, p := range pointers {
		names[i] = diag.FieldPath(p)
	}
	return diag.FirstOf(names, diag.MostNames)
}

// upstreamAnnotations reports the annotations of a Service that Gloo copies into the Upstream it
// discovers for it (https://docs.solo.io/gloo-edge/latest/guides/traffic_management/destination_types/discovered_upstream/discovered-upstream-configuration/).
func (r *rules) upstreamAnnotations() {
	for _, name := range []string{"gloo.solo.io/upstream_config", "gloo.solo.io/upstream_config.deep_merge", "gloo.solo.io/h2_service"} {
		value, written := r.doc.Annotations[name]
		if !written {
			continue
		}
		sets := "useHttp2"
		if name != "gloo.solo.io/h2_service" {
			sets = fieldPathsOf(schema.UpstreamSettings(value))
		}
		if sets != "" {
			r.key(diag.UnreadKind, diag.Pointer("metadata", "annotations", name),
				fmt.Sprintf("the annotation %s is not read, though it sets %s of the Upstream that Gloo discovers for this Service", name, sets),
				"write an Upstream with these settings, and leave the annotation out")
		}
	}
}

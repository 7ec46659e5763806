package validate

import (
	"fmt"

	"github.com/connpolicy/connpolicy/compile"
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
		Message: fmt.Sprintf("%s is not read, though it %s %s", doc.Kind.Name, verb, diag.FirstOf(doc.CarriedPaths(), mostNames)),
		Help:    orRendered(doc, "check by hand what it changes for the objects compiled here"),
	}}
}

// orRendered is the help about settings that are not read: the command that gives them as manifests,
// or what to do where there is none.
func orRendered(doc *schema.Document, help string) string {
	if command := doc.Rendered(); command != "" {
		return "pass what it holds as manifests, for example with: " + command
	}
	return help
}

func fieldPathsOf(pointers []string) string {
	names := make([]string, len(pointers))
	for i, p := range pointers {
		names[i] = diag.FieldPath(p)
	}
	return diag.FirstOf(names, mostNames)
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
			r.key(diag.UnreadKind, schema.Pointer("metadata", "annotations", name),
				fmt.Sprintf("the annotation %s is not read, though it sets %s of the Upstream that Gloo discovers for this Service", name, sets),
				"write an Upstream with these settings, and leave the annotation out")
		}
	}
}

// Unjudged reports connection settings in objects that are not judged, one finding for each kind at
// its first object: a warning where hops are named, since nothing compares them with these settings,
// else an info. Objects that connpolicy wrote are judged by the policies that they come from, where
// the plan has any.
func Unjudged(docs []*schema.Document, p *compile.Plan, ways []Way) diag.List {
	code := diag.NotJudged
	help := "check by hand that its connections survive what they pass; connpolicy hops lists idle timeouts"
	if len(ways) > 0 {
		code = diag.NotJudgedByHops
		help = "compare it by hand with what connpolicy hops explain prints about each hop"
	}
	compiled := len(p.Connections()) > 0
	var unjudged []*schema.Document
	for _, d := range docs {
		own := compiled && compile.Written(d.Labels)
		if d.Unjudged() && !d.OfGloo() && !own {
			unjudged = append(unjudged, d)
		}
	}
	var found diag.List
	for _, of := range schema.ByKind(unjudged) {
		d := of.First
		message := fmt.Sprintf("the connection settings of this %s are not judged: %s", d.Kind.Name, diag.FirstOf(d.CarriedPaths(), mostNames))
		if of.Others > 0 {
			message += fmt.Sprintf("; nor are those of %s", diag.Plural(of.Others, "other "+d.Kind.Name))
		}
		found = append(found, diag.Diagnostic{Code: code, Span: d.KeySpan(d.Carried()[0]), Subject: d.Subject(), Message: message, Help: orRendered(d, help)})
	}
	return found
}

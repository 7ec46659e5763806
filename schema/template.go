package schema

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// Piped is the command line of this program that reads what another one renders. The command line
// tool replaces its command by the one that was used.
const Piped = "connpolicy validate -f -"

// templateLanguage is a language whose marks stand where values will be.
type templateLanguage struct {
	mark   *regexp.Regexp
	name   string
	render string // a command line that renders it
}

// templateLanguages are told apart by their marks. Sources: https://pkg.go.dev/text/template,
// https://jinja.palletsprojects.com/en/stable/templates/, envsubst(1) and
// https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution,
// https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/vars/.
var templateLanguages = []templateLanguage{
	{regexp.MustCompile(`\{\{.*?(\}\}|$)`), "Helm, Go or Jinja", "helm template CHART"},
	{regexp.MustCompile(`\{%.*?(%\}|$)`), "Jinja", "jinja2 FILE"},
	{regexp.MustCompile(`\$\{[A-Za-z_]\w*[^}]*\}`), "envsubst or Flux", "envsubst < FILE"},
	{regexp.MustCompile(`\$\([A-Za-z_]\w*\)`), "kustomize", "kustomize build DIR"},
}

// ytt marks its templates by comments (https://carvel.dev/ytt/docs/latest/lang-ref-ytt/).
var ytt = templateLanguage{regexp.MustCompile(`(?m)(?:^|[ \t])(#@(?: |[a-z]+/).*)$`), "ytt", "ytt -f DIR"}

// templateIn finds the first mark of a template in a text, by its first byte and the one behind it.
func templateIn(text string) (language templateLanguage, from, to int, ok bool) {
	if !strings.ContainsAny(text, "{$") {
		return language, 0, 0, false
	}
	for _, l := range templateLanguages {
		if m := l.mark.FindStringIndex(text); m != nil && (!ok || m[0] < from) {
			language, from, to, ok = l, m[0], m[1], true
		}
	}
	return language, from, to, ok
}

func (l templateLanguage) message(mark string) string {
	return fmt.Sprintf("this is a template for %s: %s has no value yet", l.name, mark)
}

func (l templateLanguage) help() string {
	return fmt.Sprintf("render it first, for example with: %s | %s", l.render, Piped)
}

// template finds the first value of the document that is a template, among those that are decoded,
// or nil. The other fields may hold templates that a gateway renders.
func (d *Document) template() *diag.Diagnostic {
	if d.Kind.Own {
		return nil
	}
	if d.pointer == "" && strings.Contains(d.chunk.Text, "#@") {
		if m := ytt.mark.FindStringSubmatchIndex(d.chunk.Text); m != nil {
			return d.templateAt(ytt, d.chunk.Source.At(d.chunk.Offset+m[2], m[3]-m[2]), d.chunk.Text[m[2]:m[3]])
		}
	}
	var pointers []string
	for _, field := range []string{"name", "namespace", "labels"} {
		metadata, _ := d.Value["metadata"].(map[string]any)
		templates(metadata[field], reflect.TypeFor[map[string]string](), diag.Pointer("metadata", field), &pointers)
	}
	templates(d.Value, reflect.TypeOf(d.Kind.resource()), "", &pointers)
	var first *diag.Diagnostic
	for _, pointer := range pointers {
		span := d.Span(pointer)
		if first == nil || span.Line < first.Line || span.Line == first.Line && span.Col < first.Col {
			written := span.Written()
			if language, from, to, ok := templateIn(written); ok {
				first = d.templateAt(language, span, written[from:to])
			}
		}
	}
	return first
}

func (d *Document) templateAt(l templateLanguage, span diag.Span, mark string) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.Template, Span: span, Subject: d.Subject(), Message: l.message(mark), Help: l.help()}
}

// mostTemplates bounds how many templates of a document are looked at to find the first.
const mostTemplates = 64

// templates appends the pointers of the texts in a value that are templates, as far as its type
// has fields.
func templates(v any, t reflect.Type, pointer string, out *[]string) {
	if t == nil || len(*out) >= mostTemplates {
		return
	}
	t = indirect(t)
	switch v := v.(type) {
	case string:
		if _, _, _, ok := templateIn(v); ok {
			*out = append(*out, pointer)
		}
	case []any:
		if items, ok := element(t, reflect.Slice); ok {
			for i, item := range v {
				templates(item, items, pointer+diag.Pointer(i), out)
			}
		}
	case map[string]any:
		values, isMap := element(t, reflect.Map)
		for key, value := range v {
			field := structFields[t][key]
			if isMap {
				field = values
			}
			templates(value, field, pointer+diag.Pointer(key), out)
		}
	}
}

package schema

import (
	"reflect"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
)

// template finds the first value of the document that is a template, among those that are decoded,
// or nil. The other fields may hold templates that a gateway renders.
func (d *Document) template() *diag.Diagnostic {
	if d.Kind.Own {
		return nil
	}
	if d.pointer == "" && strings.Contains(d.chunk.Text, "#@") {
		if t, ok := text.YttIn(d.chunk.Text); ok {
			return d.templateAt(t, d.chunk.Source.At(d.chunk.Offset+t.From, t.To-t.From))
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
			if t, ok := text.TemplateIn(span.Written()); ok {
				first = d.templateAt(t, span)
			}
		}
	}
	return first
}

func (d *Document) templateAt(t text.Template, span diag.Span) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.Template, Span: span, Subject: d.Subject(), Message: t.Message, Help: t.Help}
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
		if _, ok := text.TemplateIn(v); ok {
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

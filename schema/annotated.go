package schema

import (
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// annotated reads the annotations of an object that suppress codes.
func (d *Document) annotated() diag.Suppressions {
	var found diag.Suppressions
	for _, key := range slices.Sorted(maps.Keys(d.Annotations)) {
		if name, ok := diag.AnnotatedCode(key); ok {
			span := d.KeySpan(diag.Pointer("metadata", "annotations", key))
			found = append(found, diag.Suppression{
				Span: span, Subject: d.Subject(), Codes: []diag.CodeName{{Span: span, Name: name}}, Reason: strings.TrimSpace(d.Annotations[key]),
			})
		}
	}
	return found
}

package compile

import (
	"strconv"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// finding points at the key of a pointer in a document.
func finding(code *diag.Code, d *schema.Document, pointer, message, help string, related ...diag.Related) diag.Diagnostic {
	return diag.Diagnostic{Code: code, Span: d.KeySpan(pointer), Subject: d.Subject(), Message: message, Help: help, Related: related}
}

// nameSpan is where the name of an object stands.
func nameSpan(d plan.Document) diag.Span { return d.Span("/metadata/name") }

// more is how many there are besides the first: "", " and 1 more", " and 7 more".
func more(n int) string {
	if n <= 1 {
		return ""
	}
	return " and " + strconv.Itoa(n-1) + " more"
}

func itoa[T ~uint32 | ~int](n T) string { return strconv.FormatInt(int64(n), 10) }

package compile

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// identity is what an object is known by.
type identity struct {
	kind                     *schema.Kind
	namespace, name, cluster string
}

// identified reports whether a document has an identity: objects that are kept and not read, or left
// out, may stand there several times, and an object without a name gets one when it is created.
func identified(d *schema.Document) bool {
	return !d.Kind.Opaque && d.Name != "" && !d.Generated() && !d.LeftOut()
}

func identityOf(d *schema.Document) identity {
	return identity{d.Kind, d.Namespace, d.Name, d.Cluster()}
}

// distinct returns the documents without those that are left out and those that repeat another, and a
// finding for each that shares its identity with one that differs. It keeps the first of several.
func distinct(docs []*schema.Document) ([]*schema.Document, diag.List) {
	first := make(map[identity]*schema.Document, len(docs))
	kept := make([]*schema.Document, 0, len(docs))
	var found diag.List
	for _, d := range docs {
		earlier := first[identityOf(d)]
		switch {
		case d.LeftOut():
			continue
		case !identified(d):
		case earlier == nil:
			first[identityOf(d)] = d
		case sameContent(earlier, d):
			continue
		default:
			found = append(found, duplicate(earlier, d))
		}
		kept = append(kept, d)
	}
	return kept, found
}

func duplicate(earlier, d *schema.Document) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.DuplicateObject, Span: nameSpan(d), Subject: d.Subject(),
		Message: fmt.Sprintf("there are two objects of kind %s with the name %q, and they differ", d.Kind.Name, d.Ref()),
		Help:    "delete one of the two, or compile them in separate runs" + clusterOfEach(earlier, d),
		Related: []diag.Related{{Span: nameSpan(earlier), Message: "the other one is here"}},
	}
}

// clusterOfEach is the end of the help where two files hold the objects, as those of two clusters may.
func clusterOfEach(a, b *schema.Document) string {
	one, other := a.Place().Path(), b.Place().Path()
	if one == other || one == "-" || other == "-" {
		return ""
	}
	name := func(file string) string { return strings.TrimSuffix(path.Base(file), path.Ext(file)) }
	return fmt.Sprintf(", or name the cluster of each file: --cluster %s=%s --cluster %s=%s", name(one), one, name(other), other)
}

// sameContent compares what is read of two objects of one identity. When they were created does
// not count: it differs between clusters.
func sameContent(a, b *schema.Document) bool {
	return maps.Equal(a.Labels, b.Labels) && reflect.DeepEqual(a.Resource, b.Resource)
}

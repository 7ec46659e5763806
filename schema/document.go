// Package schema turns the text of manifests into documents with positions, and
// documents into typed resources.
//
// What goes in: the chunks of package text. What comes out: one Document per Kubernetes object of a kind in
// Kinds, and findings about objects that cannot be read. It embeds the JSON Schemas but judges no value:
// that is package validate. It does not parse text: that is package text.
package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
)

// Document is one Kubernetes object of a kind that is read, with the place it stands in.
type Document struct {
	Kind *Kind
	Metadata
	// Value is the object as a tree, until Decode takes it.
	Value map[string]any
	// Resource is a pointer to the kind's struct, from Decode on.
	Resource any

	chunk   *text.Chunk
	pointer string // where the object stands in its chunk: "", or "/items/3" in a List
	raw     []byte // the object as JSON, while Value is still as parsed

	carried   []setField // connection settings that are not judged
	generated bool       // its name is made of generateName
	cluster   string     // of the directory it was read from
	leftOut   bool       // not resolved with the others
	leftovers []Leftover // fields that the struct has no place for
	object    diag.Object
}

// Metadata is what connpolicy reads of an object's metadata.
type Metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"` // as written, or the default one
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	// Created is creationTimestamp; zero for a manifest that was never applied.
	Created time.Time `json:"-"`

	namespaced bool // the namespace is written
}

// newDocument reads the metadata leniently: whatever is wrong in it is the schema's to say.
func newDocument(kind *Kind, value map[string]any, chunk *text.Chunk, pointer, namespace string) *Document {
	d := &Document{Kind: kind, Value: value, chunk: chunk, pointer: pointer, carried: kind.carries(value)}
	meta, _ := value["metadata"].(map[string]any)
	d.Name, _ = meta["name"].(string)
	if prefix, _ := meta["generateName"].(string); d.Name == "" && prefix != "" {
		d.Name, d.generated = prefix, true
	}
	d.Namespace, _ = meta["namespace"].(string)
	d.Labels = stringMap(meta["labels"])
	d.Annotations = stringMap(meta["annotations"])
	if created, ok := meta["creationTimestamp"].(string); ok {
		d.Created, _ = time.Parse(time.RFC3339, created)
	}
	d.namespaced = d.Namespace != ""
	switch {
	case kind.ClusterScoped:
		d.Namespace = ""
	case !d.namespaced:
		d.Namespace = namespace
	}
	apiVersion, _ := value["apiVersion"].(string)
	d.object = diag.Object{APIVersion: apiVersion, Kind: kind.Name, Namespace: d.Namespace, Name: d.Name}
	return d
}

func stringMap(v any) map[string]string {
	m, ok := v.(map[string]any)
	if !ok || len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		if s, ok := v.(string); ok {
			out[k] = s
		}
	}
	return out
}

// Cluster is the cluster that the object's annotation names, else the one it was placed in, or "".
func (d *Document) Cluster() string {
	return cmp.Or(d.Annotations["cluster.solo.io/cluster"], d.cluster)
}

// Generated reports an object that gets its name when it is created; Name is how the name begins.
func (d *Document) Generated() bool { return d.generated }

// PlaceIn gives the object the cluster of the directory that it was read from.
func (d *Document) PlaceIn(cluster string) { d.cluster = cluster }

// LeaveOut marks a document that is not resolved with the others: one that has an error, or one that
// needs what connpolicy cannot compile.
func (d *Document) LeaveOut() { d.leftOut = true }

// LeftOut reports a document that is not resolved with the others.
func (d *Document) LeftOut() bool { return d.leftOut }

// Subject names the object in findings: "ConnectionPolicy bookinfo/tcp-keepalive".
func (d *Document) Subject() string {
	switch {
	case d.Kind.Own, d.Kind == bootstrap, d.Kind == chartValues:
		return d.Kind.Name
	case d.Name == "":
		return d.Kind.Name + " without a name"
	case d.namespaced && !d.Kind.ClusterScoped:
		return fmt.Sprintf("%s %s/%s", d.Kind.Name, d.Namespace, d.Name)
	default:
		return d.Kind.Name + " " + d.Name
	}
}

// Identity is what the document is called. The namespace is the one that it is in, written or not.
func (d *Document) Identity() diag.Object {
	return diag.Object{APIVersion: d.Kind.APIVersion(), Kind: d.Kind.Name, Namespace: d.Namespace, Name: d.Name}
}

// Ref names the object the way other objects do, as "namespace/name".
func (d *Document) Ref() string {
	if d.Namespace == "" {
		return d.Name
	}
	return d.Namespace + "/" + d.Name
}

// Changed drops what was kept of the text's own JSON: Value was repaired.
func (d *Document) Changed() { d.raw = nil }

// Decode turns the tree into the kind's struct and lets the tree go, so that a
// hundred thousand documents fit in memory. The tree must have passed the schema.
func (d *Document) Decode() error {
	if d.Kind.Opaque {
		d.Resource, d.Value, d.raw = &Object{Tree: d.Value}, nil, nil
		return nil
	}
	resource := d.Kind.resource()
	if dropInexactKeys(d.Value, reflect.TypeOf(resource)) {
		d.Changed()
	}
	if d.raw == nil || json.Unmarshal(d.raw, resource) != nil {
		// The text's own JSON may spell whole numbers as 2.0 or 1e2, which structs do not take.
		raw, err := json.Marshal(wholeNumbers(d.Value))
		if err != nil {
			return fmt.Errorf("%s: %w", d.Subject(), err)
		}
		resource = d.Kind.resource()
		if err := json.Unmarshal(raw, resource); err != nil {
			return fmt.Errorf("%s: %w", d.Subject(), err)
		}
	}
	d.Resource, d.Value, d.raw = resource, nil, nil
	return nil
}

// wholeNumbers respells every whole number in the tree as an integer.
func wholeNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = wholeNumbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = wholeNumbers(v[i])
		}
	case json.Number:
		if r, ok := new(big.Rat).SetString(v.String()); ok && r.IsInt() && len(v) < 64 {
			return json.Number(r.Num().String())
		}
	}
	return v
}

// Place is the file that the document stands in, and the document as its object. It asks for no
// position, so it costs nothing.
func (d *Document) Place() diag.Span { return diag.Span{Source: d.chunk.Source, Object: &d.object} }

// Span is where the value at a JSON pointer stands; a value that is not there
// gives its closest ancestor's key.
func (d *Document) Span(pointer string) diag.Span {
	return d.placed(d.chunk.Span(d.pointer+pointer), pointer)
}

// KeySpan is where the key at a JSON pointer stands.
func (d *Document) KeySpan(pointer string) diag.Span {
	return d.placed(d.chunk.KeySpan(d.pointer+pointer), pointer)
}

func (d *Document) placed(s diag.Span, pointer string) diag.Span {
	s.Object, s.Field = &d.object, pointer
	return s
}

// Fields lists the leaves of the document's spec in the order of the text. Values of the tree are let go
// on decoding, so the text is read.
func (d *Document) Fields() []text.Field { return d.chunk.Fields(d.pointer, "/spec") }

// SetValue writes another value for the scalar at a JSON pointer; see text.Chunk for the edits that are made.
func (d *Document) SetValue(pointer string, value any) *diag.Fix {
	return d.chunk.SetValue(d.pointer+pointer, value)
}

// RenameKey writes another key for the field at a JSON pointer, unless the name is taken.
func (d *Document) RenameKey(pointer, name string) *diag.Fix {
	return d.chunk.RenameKey(d.pointer+pointer, name)
}

// InsertItem writes an entry before the i-th of the list at a JSON pointer, in the manner of that entry.
func (d *Document) InsertItem(pointer string, i int, members ...text.Member) *diag.Fix {
	return d.chunk.InsertItem(d.pointer+pointer, i, members...)
}

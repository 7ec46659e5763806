// Package validate checks one document. What goes in: a document as it was parsed. What comes out: findings, and
// the document decoded into its struct. It needs nothing but the document itself, so it is never wrong about files
// that it was not shown; what needs the others is for package compile, and what needs a plan for package judge.
package validate

import (
	"strings"
	"sync"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// Checker checks documents. Its schemas are compiled when their kind first occurs, and
// it may be used from several goroutines. The zero value is not ready: use New.
type Checker struct {
	schemas map[*schema.Kind]*lazySchema
}

// New returns a Checker for every kind.
func New() *Checker {
	c := &Checker{schemas: make(map[*schema.Kind]*lazySchema, len(schema.Kinds))}
	for _, k := range schema.Kinds {
		c.schemas[k] = &lazySchema{kind: k, once: new(sync.Once)}
	}
	return c
}

// Document checks one document by itself and decodes it: fields, types and ranges by the
// kind's JSON Schema, then the kind's own rules. What the schema refuses is taken out of the
// tree first, so that one mistake does not hide the next. After an error Resource may be nil.
func (c *Checker) Document(doc *schema.Document) diag.List {
	if doc.Kind.Opaque {
		_ = doc.Decode() // which keeps the tree as it is, and cannot fail
		return unreadKind(doc)
	}
	s := &structure{doc: doc, schema: c.schemas[doc.Kind].get()}
	s.check()
	r := rules{doc: doc, found: s.found, taken: s.done, nulls: s.nulls}
	if !doc.Kind.Foreign {
		r.leftovers(doc.Leftovers())
	}
	if err := doc.Decode(); err != nil {
		if !r.found.AtLeast(diag.Error) { // the schema let through what the struct cannot hold
			r.at(diag.WrongType, doc.Span(""), "this document holds a value that cannot be read", "compare it with: connpolicy schema "+doc.Kind.Name)
		}
		return r.found
	}
	r.kind()
	return r.found
}

// rules gathers what one document's own rules find.
type rules struct {
	doc   *schema.Document
	found diag.List
	taken map[string]bool // pointers of what the schema refused, and took out
	nulls map[string]bool // those of them that had no value
}

// took reports that something at or below a pointer was refused: what is missing now was there,
// or a finding says that it had no value.
func (r *rules) took(pointer string) bool {
	return r.tookAny(pointer, func(string) bool { return true })
}

// tookValue is took for values alone: a field without one was left out, and may be needed.
func (r *rules) tookValue(pointer string) bool {
	return r.tookAny(pointer, func(p string) bool { return !r.nulls[p] })
}

func (r *rules) tookAny(pointer string, counts func(string) bool) bool {
	for p := range r.taken {
		if counts(p) && (p == pointer || strings.HasPrefix(p, pointer+"/")) {
			return true
		}
	}
	return false
}

func (r *rules) at(code *diag.Code, span diag.Span, message, help string, related ...diag.Related) {
	r.found = append(r.found, diag.Diagnostic{
		Code: code, Span: span, Subject: r.doc.Subject(), Message: message, Help: help, Related: related,
	})
}

// value points at the value of a pointer.
func (r *rules) value(code *diag.Code, pointer, message, help string, related ...diag.Related) {
	r.at(code, r.doc.Span(pointer), message, help, related...)
}

// key points at the key of a pointer.
func (r *rules) key(code *diag.Code, pointer, message, help string, related ...diag.Related) {
	r.at(code, r.doc.KeySpan(pointer), message, help, related...)
}

func (r *rules) kind() {
	switch res := r.doc.Resource.(type) {
	case *schema.ConnectionPolicy:
		r.connectionPolicy(res)
	case *schema.ListenerConnectionPolicy:
		r.listenerConnectionPolicy(res)
	case *schema.VirtualDestination:
		r.virtualDestination(res)
	case *schema.ExternalService:
		r.externalService(res)
	case *schema.ExternalEndpoint:
		r.externalEndpoint(res)
	case *schema.Workspace:
		r.workspace(res)
	case *schema.Upstream:
		r.upstream(res)
	case *schema.Gateway:
		r.gateway(res)
	case *schema.Proxy:
		r.proxy(res)
	case *schema.Config:
		r.config(res)
	case *schema.Service:
		r.upstreamAnnotations()
	}
}

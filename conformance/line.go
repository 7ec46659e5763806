// Package conformance holds connpolicy to the real systems: what it writes is loaded by
// Envoy, taken by Istio and allowed by Kubernetes, and what they refuse it refuses. The
// proofs are tests, each in a folder named for its system. This package is what they share:
// the product's pipeline on a text, the golden cases, and random manifests.
package conformance

import (
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// line compiles its schemas once for all tests.
var line = pipeline.New()

// Compiled is what the product makes of one text. After an error it holds what came before.
type Compiled struct {
	Documents []*schema.Document
	Found     diag.List // of the documents and of the set, not of a target
	Plan      *plan.Plan
}

// Check parses a text and checks it document by document, as validate --documents-only does.
func Check(name, text string) Compiled {
	in := line.Load(pipeline.Text(name, text), &pipeline.Options{Namespace: "default"})
	return Compiled{Documents: in.Documents, Found: in.Found}
}

// Compile is Check, and the plan when there is no error.
func Compile(name, text string) Compiled { return CompileFor(name, text, compile.Options{}) }

// CompileFor is Compile with what flags say.
func CompileFor(name, text string, opts compile.Options) Compiled {
	r := line.Run(pipeline.Text(name, text), &pipeline.Options{Namespace: "default", Set: opts})
	return Compiled{Documents: r.Documents, Found: r.Found, Plan: r.Plan}
}

// Refused reports an error.
func (c Compiled) Refused() bool { return c.Found.AtLeast(diag.Error) }

// Text is what connpolicy prints about it.
func (c Compiled) Text() string {
	var b strings.Builder
	_ = format.Text(&b, c.Found, false) // a strings.Builder takes everything
	return b.String()
}

// Emitted is a plan in a target's words.
type Emitted struct {
	Objects [][]byte // JSON, one text an object
	Found   diag.List
}

// Emit writes a plan for a target.
func Emit(target emit.Writer, p *plan.Plan, opts dialect.Options) (Emitted, error) {
	objects, found := target(p, opts)
	e := Emitted{Found: found}
	for _, o := range objects {
		text, err := emit.Encode(o, "json")
		if err != nil {
			return Emitted{}, err
		}
		e.Objects = append(e.Objects, text)
	}
	return e, nil
}

// Codes are the names of the findings' codes.
func Codes(found diag.List) map[string]bool {
	names := map[string]bool{}
	for _, d := range found {
		names[d.Name] = true
	}
	return names
}

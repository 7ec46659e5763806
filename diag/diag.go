// Package diag has findings: what is wrong, where, and what to type instead.
//
// What goes in: findings from every stage of the compiler. What comes out: the
// same findings sorted, counted and printed for people or machines. It knows
// text and positions and refuses to know anything of YAML, Gloo, Istio or Envoy.
package diag

import (
	"cmp"
	"slices"
)

// Severity orders findings by what they do to a run.
type Severity int

// The severities, mildest first, so that a threshold is a comparison.
const (
	Info    Severity = iota + 1 // worth knowing; nothing is wrong
	Warning                     // the output is written, and may not do what is meant
	Error                       // nothing is written
)

// String gives the word that stands in a finding's first line.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Info:
		return "info"
	}
	return "none"
}

// Code is one kind of finding. Its name is a word, and the same word everywhere: in the output, as the
// argument of "explain", as the golden folder, in the docs. Package diag/codes has its page.
type Code struct {
	Name     string
	Severity Severity
	// HoldsBack is true where applying the output may disable what is in the cluster already: with the
	// severity at or above --fail-on nothing is written.
	HoldsBack bool
	// Fixable reports that findings of the kind carry a Fix, where the text can mean one thing only.
	Fixable bool
}

// Span is a place in a source. Lines and columns count from 1, columns in runes.
// Line 0 means the file as a whole, and a nil Source no file at all.
type Span struct {
	*Source
	Line, Col, Len int

	// Object is whose text it is, and Field the JSON pointer (RFC 6901) of the field in it; nil
	// and "" for text that no object was read from. They stay when lines move.
	Object *Object
	Field  string

	start int // byte offset in the source plus one; 0 when only line and column are known
}

// Object names a Kubernetes object, as its text does.
type Object struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name,omitempty"`
}

// DisplayName is the object's name, or its kind when it has none: formats refuse empty names.
func (o *Object) DisplayName() string { return cmp.Or(o.Name, o.Kind) }

// Related is another place that matters to a finding.
type Related struct {
	Span
	Message string
}

// Diagnostic is one finding: one mistake, one place, one thing to type.
type Diagnostic struct {
	*Code
	Span
	Subject string // whose text it is: "ConnectionPolicy bookinfo/tcp-keepalive"
	Message string // what is wrong, one sentence, lower case, no full stop
	Help    string // what to type instead
	Fix     *Fix   // the same for a machine to type, where that is safe; nil otherwise
	Related []Related
}

// List is what a stage found, returned beside its result.
type List []Diagnostic

// Sort orders findings by file, line, column, code and message, so that a run
// on any number of cores prints the same bytes.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Path(), b.Path()),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Subject, b.Subject),
			cmp.Compare(a.Help, b.Help),
			cmp.Compare(a.Len, b.Len),
		)
	})
}

// Count returns how many findings have the severity.
func (l List) Count(s Severity) int {
	n := 0
	for i := range l {
		if l[i].Severity == s {
			n++
		}
	}
	return n
}

// WorstFirst is the order of a sorted list for those who take only so many: errors, then warnings,
// then infos, and among equals the list's own.
func (l List) WorstFirst() []int {
	order := make([]int, len(l))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(l[b].Severity, l[a].Severity) })
	return order
}

// AtLeast reports whether any finding is of the severity or worse.
func (l List) AtLeast(s Severity) bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity >= s })
}

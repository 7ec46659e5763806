package diag

import (
	"fmt"
	"slices"
	"strings"
)

// Suppression silences findings, with a reason. It is written
// in a comment, in an annotation or in the configuration, and holds for warnings and infos.
type Suppression struct {
	Span           // where it is written
	Subject string // whose text it is, if it is an object's
	Codes   []CodeName
	Reason  string

	// What it holds for, one of three: lines of its source, counted from 1, both among them; the
	// object that Span names, when Last is 0; or what Matches reports.
	First, Last int
	Matches     func(*Diagnostic) bool
}

// CodeName is a code as the user wrote it, and where.
type CodeName struct {
	Span
	Name string
}

// Suppressions are all there are in a run.
type Suppressions []Suppression

// Check reports what is wrong with them: such a one suppresses nothing.
func (l Suppressions) Check() List {
	var found List
	for i := range l {
		found = append(found, l[i].check()...)
	}
	return found
}

func (i *Suppression) check() List {
	find := func(code *Code, span Span, message, help string) Diagnostic {
		return Diagnostic{Code: code, Span: span, Subject: i.Subject, Message: message, Help: help}
	}
	if len(i.Codes) == 0 {
		return List{find(IgnoreUnknownCode, i.Span, "the code to suppress is missing", "write the code in brackets at the end of the finding's first line, and the reason")}
	}
	var found List
	for _, c := range i.Codes {
		switch code := Lookup(c.Name); {
		case code == nil:
			found = append(found, find(IgnoreUnknownCode, c.Span, fmt.Sprintf("there is no code %q, so nothing is suppressed", c.Name), nearestCode(c.Name)))
		case !code.Suppressible() && code.Severity == Error:
			found = append(found, find(IgnoreRefused, c.Span, fmt.Sprintf("%s is an error, and errors cannot be suppressed", c.Name), "fix the error, and delete this; see connpolicy explain "+c.Name))
		case !code.Suppressible():
			found = append(found, find(IgnoreRefused, c.Span, c.Name+" is about suppressions, and cannot be suppressed", "fix the finding, and delete this"))
		}
	}
	if len(found) == 0 && i.Reason == "" {
		found = List{find(IgnoreWithoutReason, i.Span, "no reason is given, so nothing is suppressed", "write the reason after the code")}
	}
	return found
}

func nearestCode(name string) string {
	var names []string
	for _, c := range Codes {
		if c.Suppressible() {
			names = append(names, c.Name)
		}
	}
	help := "connpolicy explain --list shows all codes"
	if near := Nearest(name, names); near != "" {
		help = fmt.Sprintf("did you mean %q? %s", near, help)
	}
	return help
}

// Suppressible reports a code whose findings can be suppressed: a warning or an info, and not one
// about suppressions.
func (c *Code) Suppressible() bool {
	return c.Severity < Error && c != IgnoreUnknownCode && c != IgnoreRefused && c != IgnoreWithoutReason
}

// holder is who a code may be suppressed by: a source for some of its lines, an object, or nil for
// those that look at each finding.
type holder struct {
	code string
	of   any
}

// Filter takes the findings out that are suppressed, and counts them.
func (l Suppressions) Filter(found List) (kept List, suppressed int) {
	if len(l) == 0 {
		return found, 0
	}
	by := map[holder][]*Suppression{}
	for i := range l {
		for _, c := range l[i].Codes {
			if code := Lookup(c.Name); code != nil && code.Suppressible() && l[i].Reason != "" {
				h := holder{c.Name, l[i].of()}
				by[h] = append(by[h], &l[i])
			}
		}
	}
	kept = make(List, 0, len(found))
	for i := range found {
		if !found[i].suppressedBy(by) {
			kept = append(kept, found[i])
		}
	}
	return kept, len(found) - len(kept)
}

func (i *Suppression) of() any {
	switch {
	case i.Matches != nil:
		return nil
	case i.Last > 0:
		return i.Source
	}
	return i.Object
}

func (d *Diagnostic) suppressedBy(by map[holder][]*Suppression) bool {
	return d.Object != nil && len(by[holder{d.Name, d.Object}]) > 0 ||
		d.Source != nil && slices.ContainsFunc(by[holder{d.Name, d.Source}], func(i *Suppression) bool { return i.First <= d.Line && d.Line <= i.Last }) ||
		slices.ContainsFunc(by[holder{d.Name, nil}], func(i *Suppression) bool { return i.Matches(d) })
}

// IgnoreAnnotation begins the key of an annotation that suppresses a code: what follows is the code,
// and its value the reason.
const IgnoreAnnotation = "ignore.connpolicy.dev/"

// IgnoreComment begins a comment that suppresses codes.
const IgnoreComment = "connpolicy:ignore"

// AnnotatedCode is the code in an annotation's key, if it is one of these.
func AnnotatedCode(key string) (string, bool) { return strings.CutPrefix(key, IgnoreAnnotation) }

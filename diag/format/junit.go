package format

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// A JUnit report in the form that kubeconform writes too: github.com/yannh/kubeconform,
// pkg/output/junit.go. There is no published schema; Jenkins' and GitLab's readers take it.
type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"` // always 0: the same input gives the same bytes
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string       `xml:"name,attr"`
		ID       int          `xml:"id,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Cases    []*junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		File      string        `xml:"file,attr,omitempty"`
		Time      string        `xml:"time,attr"`
		Failure   *junitFailure `xml:"failure,omitempty"`
		SystemOut string        `xml:"system-out,omitempty"`

		failing, milder diag.List
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes sorted findings as a JUnit report: a suite for each file, a case for each object
// in it. The places in checked are those of all objects that were read; an object without a finding
// is a case that passes. A case fails when the run does, by a finding of the severity failOn or worse;
// milder findings stand in its output.
func JUnit(w io.Writer, l diag.List, checked []diag.Span, failOn diag.Severity) error {
	r := junitReport{Name: "connpolicy", Time: "0"}
	suites := map[string]int{}
	cases := map[junitKey]*junitCase{}
	take := func(s diag.Span) *junitCase {
		key := junitKey{s.Path(), s.Object}
		if c, known := cases[key]; known {
			return c
		}
		i, known := suites[s.Path()]
		if !known {
			i = len(r.Suites)
			suites[s.Path()] = i
			r.Suites = append(r.Suites, junitSuite{Name: s.Path(), ID: i + 1, Time: "0"})
		}
		c := newJUnitCase(s)
		cases[key] = c
		r.Suites[i].Cases = append(r.Suites[i].Cases, c)
		return c
	}
	for _, s := range checked {
		take(s)
	}
	for i := range l {
		c := take(l[i].Span)
		if l[i].Severity >= failOn {
			c.failing = append(c.failing, l[i])
		} else {
			c.milder = append(c.milder, l[i])
		}
	}
	if err := r.count(); err != nil {
		return err
	}
	return document(w, r)
}

// junitKey distinguishes objects of one name: each has its own place in memory.
type junitKey struct {
	file   string
	object *diag.Object
}

func newJUnitCase(s diag.Span) *junitCase {
	c := &junitCase{Name: "text", ClassName: "text", File: s.Path(), Time: "0"}
	if o := s.Object; o != nil {
		c.Name = strings.TrimPrefix(o.Namespace+"/"+o.DisplayName(), "/")
		c.ClassName = o.Kind + "@" + o.APIVersion
	}
	return c
}

// count words what each case found and adds up the suites.
func (r *junitReport) count() error {
	for i := range r.Suites {
		s := &r.Suites[i]
		for _, c := range s.Cases {
			if err := c.tell(); err != nil {
				return err
			}
			if c.Failure != nil {
				s.Failures++
			}
		}
		s.Tests = len(s.Cases)
		r.Tests += s.Tests
		r.Failures += s.Failures
	}
	return nil
}

func (c *junitCase) tell() error {
	var out strings.Builder
	if err := Text(&out, c.milder, false); err != nil {
		return err
	}
	c.SystemOut = out.String()
	if len(c.failing) == 0 {
		return nil
	}
	var text strings.Builder
	if err := Text(&text, c.failing, false); err != nil {
		return err
	}
	first := slices.MaxFunc(c.failing, func(a, b diag.Diagnostic) int { return int(a.Severity - b.Severity) })
	c.Failure = &junitFailure{Message: diag.Sentence(first.Message), Type: first.Name, Text: text.String()}
	if more := len(c.failing) - 1; more > 0 {
		c.Failure.Message += fmt.Sprintf(", and %s more", diag.Plural(more, "finding"))
	}
	return nil
}

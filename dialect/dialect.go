// Package dialect has what the writers of all dialects share: the objects that they return, the findings about
// settings that a target does not hold as they are, durations and listeners of the Gateway API. A dialect is a
// package below it, which writes a plan in its own fields and imports no other dialect.
package dialect

import (
	"fmt"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
)

// Options are choices about the output.
type Options struct {
	// Explicit also writes the defaults that the target can hold.
	Explicit bool
	// Preserve writes those defaults of the source that the target has otherwise, as far as it
	// can hold them, so that nothing changes.
	Preserve bool
}

// Object is one thing to write: its file name without extension, and what is encoded.
type Object struct {
	File  string
	Value any
	// Carried are the settings that the object holds.
	Carried []Carried
}

// Carried is a setting that an object holds.
type Carried struct {
	From    plan.Origin // where it is written, or the default that was written out
	Place   string      // the connections it is for, by plan.Connection's name; "" for those of the object's Places
	Setting string      // in the plan's words: "keepalive.time"
	Field   string      // of the object: "spec.tcpKeepalive.keepAliveTime"
	Text    string      // as it holds there: "60s"
}

// Collector gathers the findings of a writer, each once per place in the user's text: one policy may reach a
// thousand destinations.
type Collector struct {
	Target string // in sentences
	seen   map[seenKey]bool
	names  map[string]plan.Object
	Found  diag.List

	socketsTold bool // that socket options are for new listeners only
}

type seenKey struct {
	origin  plan.Origin
	message string
}

// NewCollector returns a Collector for a target, by its name in sentences.
func NewCollector(target string) *Collector {
	return &Collector{Target: target, seen: map[seenKey]bool{}, names: map[string]plan.Object{}}
}

// Unsupported reports a setting that was written and has no place in the target.
func (c *Collector) Unsupported(from plan.Origin, what, help string) {
	if from.Written() {
		c.Report(diag.NotExpressible, from, from.KeySpan(), what+" is not supported by "+c.Target+", and is left out", help)
	}
}

// Approximated reports a value that was written and that the target cannot hold as it is.
func (c *Collector) Approximated(from plan.Origin, message, help string) {
	c.Report(diag.ValueNotExpressible, from, from.Span(), message, help)
}

// Report adds a finding about a value, once for an origin and message.
func (c *Collector) Report(code *diag.Code, from plan.Origin, span diag.Span, message, help string) {
	key := seenKey{from, message}
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	c.Found = append(c.Found, diag.Diagnostic{Code: code, Span: span, Subject: from.Subject(), Message: message, Help: help})
}

// ClaimName reports two results of one name.
func (c *Collector) ClaimName(name string, o plan.Object, why, help string) {
	earlier, again := c.names[name]
	if !again {
		c.names[name] = o
		return
	}
	if earlier.Document == o.Document {
		c.Found = append(c.Found, diag.Diagnostic{
			Code: diag.ClashingOutput, Span: o.Document.KeySpan("/spec/hosts"), Subject: o.Document.Subject(),
			Message: fmt.Sprintf("two of its hosts result in the name %q, and %s", name, why), Help: help,
		})
		return
	}
	c.Found = append(c.Found, diag.Diagnostic{
		Code: diag.ClashingOutput, Span: o.Document.Span("/metadata/name"), Subject: o.Document.Subject(),
		Message: fmt.Sprintf("%q is already taken by %s, and %s", name, earlier.Document.Subject(), why),
		Help:    help,
		Related: []diag.Related{{Span: earlier.Document.Span("/metadata/name"), Message: "the other one is here"}},
	})
}

// Overridden reports an Upstream of which another document decides a port, whose rule or policy
// it then has no part in.
func (c *Collector) Overridden(u *plan.Upstream, from plan.Origin, its string) {
	said := map[string]bool{}
	for _, p := range u.Places {
		if p.DecidedBy == nil || said[p.DecidedBy.Subject()] {
			continue
		}
		said[p.DecidedBy.Subject()] = true
		c.Found = append(c.Found, diag.Diagnostic{
			Code: diag.PolicyShadowed, Span: from.Name(), Subject: from.Subject(),
			Message: fmt.Sprintf("%s:%d is decided by %s, so this Upstream has no effect on its %s", p.Host, p.Port, p.DecidedBy.Subject(), its),
			Help:    "put the settings into one of the two: settings of two sources are never merged",
			Related: []diag.Related{{Span: p.DecidedBy.Span("/metadata/name"), Message: "this one wins, as " + p.Why}},
		})
	}
}

// UnsupportedSetting reports a setting, whatever its type, that has no place in the target.
func UnsupportedSetting[T any](c *Collector, s plan.Setting[T], what, help string) {
	c.Unsupported(s.From, what, help)
}

// Shown reports a setting to write: one that the user wrote, or any with Explicit.
func Shown[T any](s plan.Setting[T], opts Options) bool { return s.Written() || opts.Explicit }

// Text is a duration as a person writes it: "700s", "1.5s".
func Text(d time.Duration) string { return d.String() }

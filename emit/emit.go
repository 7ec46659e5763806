// Package emit writes a plan in a target's words and says what the target cannot express.
//
// What goes in: a compile.Plan, in which everything is decided. What comes out: objects ready
// to be written, and a finding for each setting that has no place in the target. An emitter
// decides nothing and knows nothing of manifests; a test changes every field of a plan and
// demands that the output changes or a finding says why not.
package emit

import (
	"fmt"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
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
	From    compile.Origin // where it is written, or the default that was written out
	Place   string         // the connections it is for, by compile.Connection's name; "" for those of the object's Places
	Setting string         // in the plan's words: "keepalive.time"
	Field   string         // of the object: "spec.tcpKeepalive.keepAliveTime"
	Text    string         // as it holds there: "60s"
}

// collector gathers what a target cannot say, once per place in the user's text: one policy
// may reach a thousand destinations.
type collector struct {
	target string
	seen   map[seenKey]bool
	names  map[string]compile.Object
	found  diag.List

	socketsTold bool // that socket options are for new listeners only
}

type seenKey struct {
	origin  compile.Origin
	message string
}

func newCollector(target string) *collector {
	return &collector{target: target, seen: map[seenKey]bool{}, names: map[string]compile.Object{}}
}

// lost reports a setting that was written and has no place in the target.
func (c *collector) lost(from compile.Origin, what, help string) {
	if from.Written() {
		c.add(diag.NotExpressible, from, from.KeySpan(), what+" is not supported by "+c.target+", and is left out", help)
	}
}

// bent reports a value that was written and that the target cannot hold as it is.
func (c *collector) bent(from compile.Origin, message, help string) {
	c.add(diag.ValueNotExpressible, from, from.Span(), message, help)
}

func (c *collector) add(code *diag.Code, from compile.Origin, span diag.Span, message, help string) {
	key := seenKey{from, message}
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	c.found = append(c.found, diag.Diagnostic{Code: code, Span: span, Subject: from.Subject(), Message: message, Help: help})
}

// claimName reports two results of one name.
func (c *collector) claimName(name string, o compile.Object, why, help string) {
	earlier, again := c.names[name]
	if !again {
		c.names[name] = o
		return
	}
	if earlier.Document == o.Document {
		c.found = append(c.found, diag.Diagnostic{
			Code: diag.ClashingOutput, Span: o.Document.KeySpan("/spec/hosts"), Subject: o.Document.Subject(),
			Message: fmt.Sprintf("two of its hosts result in the name %q, and %s", name, why), Help: help,
		})
		return
	}
	c.found = append(c.found, diag.Diagnostic{
		Code: diag.ClashingOutput, Span: o.Document.Span("/metadata/name"), Subject: o.Document.Subject(),
		Message: fmt.Sprintf("%q is already taken by %s, and %s", name, earlier.Document.Subject(), why),
		Help:    help,
		Related: []diag.Related{{Span: earlier.Document.Span("/metadata/name"), Message: "the other one is here"}},
	})
}

// shadowed reports an Upstream of which another document decides a port, whose rule or policy
// it then has no part in.
func (c *collector) shadowed(u *compile.Upstream, from compile.Origin, its string) {
	said := map[string]bool{}
	for _, p := range u.Places {
		if p.LostTo == nil || said[p.LostTo.Subject()] {
			continue
		}
		said[p.LostTo.Subject()] = true
		c.found = append(c.found, diag.Diagnostic{
			Code: diag.PolicyShadowed, Span: from.Name(), Subject: from.Subject(),
			Message: fmt.Sprintf("%s:%d is decided by %s, so this Upstream has no effect on its %s", p.Host, p.Port, p.LostTo.Subject(), its),
			Help:    "put the settings into one of the two: settings of two sources are never merged",
			Related: []diag.Related{{Span: p.LostTo.Span("/metadata/name"), Message: "this one wins, as " + p.Why}},
		})
	}
}

// lostSetting reports a setting, whatever its type, that has no place in the target.
func lostSetting[T any](c *collector, s compile.Setting[T], what, help string) {
	c.lost(s.From, what, help)
}

// shown reports a setting to write: one that the user wrote, or any with Explicit.
func shown[T any](s compile.Setting[T], opts Options) bool { return s.Written() || opts.Explicit }

// text is a duration as a person writes it: "700s", "1.5s".
func text(d time.Duration) string { return d.String() }

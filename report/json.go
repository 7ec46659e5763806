package report

import (
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/plan"
)

// Resolved is what "resolve -o json" and "-o yaml" write.
type Resolved struct {
	Connections []Connection `json:"connections"`
}

// Connection is one place. Durations are texts with a unit, and seconds beside them where
// programs reckon with them.
type Connection struct {
	Name       string       `json:"name"`
	Side       plan.Side    `json:"leg"`
	Object     Object       `json:"object"`
	Host       string       `json:"host,omitempty"`
	Port       uint32       `json:"port,omitempty"`
	Protocol   string       `json:"protocol,omitempty"`
	Rules      []string     `json:"rules,omitempty"`     // NAMESPACE/NAME of the DestinationRules that hold it in Istio
	DecidedBy  *Object      `json:"decidedBy,omitempty"` // left out where no policy decides, and defaults hold
	Overridden []Overridden `json:"shadowed,omitempty"`
	Settings   []Setting    `json:"settings"`
	Keepalive  Keepalive    `json:"keepalive"`
	Hops       []Hop        `json:"hops,omitempty"`
}

// Object is a document, and where it stands.
type Object struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
}

// Overridden is an object that would have decided.
type Overridden struct {
	Object
	Why string `json:"why"` // by which rule the other one wins
}

// Setting is a value with its origin: a place in a file, or the name of a default.
type Setting struct {
	Name    string `json:"name"`
	Value   any    `json:"value"` // a number, boolean or text; a duration is a text such as "700s"
	Text    string `json:"text"`  // for people: "no limit"
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Default string `json:"default,omitempty"`
}

// Keepalive is what the settings come to, for idle connections only.
type Keepalive struct {
	On                     bool  `json:"on"`
	FirstProbeAfterSeconds int64 `json:"firstProbeAfterSeconds,omitempty"`
	DeadPeerAfterSeconds   int64 `json:"deadPeerAfterSeconds,omitempty"`
}

// Hop is a hop on the way, and what becomes of idle connections there.
type Hop struct {
	ID             string      `json:"id"`
	Class          hop.Class   `json:"class"`
	TimeoutSeconds int64       `json:"timeoutSeconds,omitempty"`
	Doubtful       bool        `json:"doubtful,omitempty"` // a second-hand figure, or one without a source
	Verdict        hop.Verdict `json:"verdict"`
}

// Resolve returns connections for programs.
func Resolve(places []Place) Resolved {
	out := Resolved{Connections: []Connection{}}
	for i := range places {
		out.Connections = append(out.Connections, places[i].connection())
	}
	return out
}

func (p *Place) connection() Connection {
	c := Connection{
		Name: p.Name, Side: p.Side, Object: object(p.Object.Document), Host: p.Host, Port: p.Port, Protocol: p.Protocol,
		Rules: p.Rules, Keepalive: Keepalive{On: p.Keepalive.On.Value},
	}
	if !p.Undecided {
		by := object(p.By)
		c.DecidedBy = &by
	}
	for _, s := range p.Overridden {
		c.Overridden = append(c.Overridden, Overridden{object(s.By), s.Why})
	}
	for _, v := range p.Values() {
		c.Settings = append(c.Settings, setting(v))
	}
	if c.Keepalive.On {
		c.Keepalive.FirstProbeAfterSeconds = seconds(p.Keepalive.Time.Value)
		c.Keepalive.DeadPeerAfterSeconds = seconds(p.Keepalive.DeadAfter())
	}
	for i := range p.Hops {
		h := &p.Hops[i]
		c.Hops = append(c.Hops, Hop{h.ID, h.Class, seconds(h.Idle), h.Doubtful(), h.Judge(p.idle())})
	}
	return c
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

func object(d plan.Document) Object {
	at := d.Span("/metadata/name")
	o := d.Identity()
	return Object{o.Kind, o.Namespace, o.Name, at.Path(), at.Line}
}

func setting(v plan.Value) Setting {
	s := Setting{Name: v.Name, Value: v.Raw, Text: v.Text, Default: v.From.Default}
	if d, ok := v.Raw.(time.Duration); ok {
		s.Value = diag.Seconds(d)
	}
	if v.From.Written() {
		at := v.From.Span()
		s.File, s.Line, s.Column = at.Path(), at.Line, at.Col
	}
	return s
}

package report

import (
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/plan"
)

// Difference is what "diff -o json" writes.
type Difference struct {
	Changes      []PlaceChange    `json:"changes"`
	NewFindings  []format.Finding `json:"newFindings,omitempty"`
	GoneFindings []format.Finding `json:"goneFindings,omitempty"`
	NotCompared  []Object         `json:"notCompared,omitempty"` // whose connection settings differ and are not judged
	Outputs      string           `json:"outputs,omitempty"`     // a unified diff of what --target writes
}

// PlaceChange is what differs at one place.
type PlaceChange struct {
	Change           string          `json:"change"` // added, removed or changed
	Name             string          `json:"name"`
	Side             plan.Side       `json:"leg"`
	Object           Object          `json:"object"`
	Cluster          string          `json:"cluster,omitempty"`
	Proxy            string          `json:"proxy,omitempty"`
	Host             string          `json:"host,omitempty"`
	Port             uint32          `json:"port,omitempty"`
	DecidedBy        Sides[Object]   `json:"decidedBy"`
	Settings         []SettingChange `json:"settings,omitempty"`
	DeadPeerSeconds  *Sides[int64]   `json:"deadPeerAfterSeconds,omitempty"` // of keepalives that are on
	NewListenersOnly bool            `json:"newListenersOnly,omitempty"`     // Envoy may ignore it on open ones
}

// SettingChange is a setting before and after.
type SettingChange struct {
	Name string `json:"name"`
	Sides[SettingSide]
}

// SettingSide is a value with its origin: a place in a file, or the name of a default.
type SettingSide struct {
	Value   any    `json:"value"`
	Text    string `json:"text"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Default string `json:"default,omitempty"`
}

// Sides are something before and after; a side that does not have it is left out.
type Sides[T any] struct {
	Old *T `json:"old,omitempty"`
	New *T `json:"new,omitempty"`
}

// JSON returns the diff for programs, connection by connection.
func (d *Diff) JSON() Difference {
	out := Difference{Changes: []PlaceChange{}, NewFindings: plainFindings(d.New), GoneFindings: plainFindings(d.Gone), Outputs: d.Outputs}
	for _, doc := range d.NotCompared {
		out.NotCompared = append(out.NotCompared, object(doc))
	}
	for i := range d.Changes {
		out.Changes = append(out.Changes, placeChange(&d.Changes[i]))
	}
	return out
}

func placeChange(c *plan.Change) PlaceChange {
	p := c.Place()
	out := PlaceChange{
		Change: "changed", Name: p.Name, Side: p.Side, Object: object(p.Object.Document), Cluster: p.Object.Cluster, Proxy: c.Proxy, Host: p.Host, Port: p.Port,
		DecidedBy: Sides[Object]{decider(c.Old), decider(c.New)},
	}
	switch {
	case c.Old == nil:
		out.Change = "added"
	case c.New == nil:
		out.Change = "removed"
	default:
		for _, r := range rows(c) {
			out.NewListenersOnly = out.NewListenersOnly || r.live
		}
	}
	for _, s := range c.Settings {
		out.Settings = append(out.Settings, SettingChange{s.Name, Sides[SettingSide]{side(s.Old), side(s.New)}})
	}
	if was, is := deadAfter(c.Old), deadAfter(c.New); was != nil && is != nil && *was != *is || (was == nil) != (is == nil) {
		out.DeadPeerSeconds = &Sides[int64]{was, is}
	}
	return out
}

func decider(c *plan.Connection) *Object {
	if c == nil || c.Undecided {
		return nil
	}
	o := object(c.By)
	return &o
}

func side(v *plan.Value) *SettingSide {
	if v == nil {
		return nil
	}
	s := setting(*v)
	return &SettingSide{s.Value, s.Text, s.File, s.Line, s.Column, s.Default}
}

func deadAfter(c *plan.Connection) *int64 {
	if c == nil || !c.Keepalive.On.Value {
		return nil
	}
	n := seconds(c.Keepalive.DeadAfter())
	return &n
}

func plainFindings(l diag.List) []format.Finding {
	var out []format.Finding
	for i := range l {
		f := &l[i]
		out = append(out, format.Finding{
			Severity: f.Severity.String(), Code: f.Name, Message: f.Message, File: f.Path(), Line: f.Line, Column: f.Col, Length: f.Len,
			Subject: f.Subject, Help: f.Help,
		})
	}
	return out
}

package dialect

import (
	"maps"
	"reflect"
	"slices"

	"github.com/connpolicy/connpolicy/plan"
)

// Mapping is one setting of the plan in one kind of a dialect. A table of rows is read forwards by Policy.Write
// and backwards by Read. A setting without a row is unsupported. One with a row that has neither a Field nor a
// Name is decided by code of the dialect.
type Mapping struct {
	Setting string // in the plan's words: "keepalive.time"
	Field   string // of the kind's settings: "tcpKeepalive.keepAliveTime"; "" where the dialect has no field
	Codec   Codec  // nil without a field
	// Default is what holds in the dialect where the field is left out, as in plan.Value.Raw; nil where that is
	// what the plan has.
	Default any
	Zero    Zero
	// Name is what findings call a setting without a field, and Hint what to do instead. Without a name, Hint
	// is how the setting is decided.
	Name, Hint string
	Unless     []Unless
}

// Table has the rows of one kind of a dialect, for the destinations or the listeners of a plan.
type Table struct {
	Kind      string // "BackendConfigPolicy"
	Listeners bool
	Rows      []Mapping
}

// Zero is what becomes of a value that is not written.
type Zero int

const (
	// WithDefaults writes it out with the other defaults, when they are asked for.
	WithDefaults Zero = iota
	// IfNotZero does so unless it is zero, which stands for no limit.
	IfNotZero
	// Never leaves it out always.
	Never
)

// Unless is a condition under which a setting is not written. With a Name it is unsupported then, which findings
// report. With Same leaving it out is no loss, for that reason. With neither it has no effect.
type Unless struct {
	If         func(plan.Values) bool
	Name, Hint string
	Same       string
}

// UnlessOn is the condition that all of some switches are off.
func UnlessOn(name, hint string, switches ...string) []Unless {
	return []Unless{{Name: name, Hint: hint, If: func(v plan.Values) bool { return !slices.ContainsFunc(switches, v.On) }}}
}

// Codec is how the value of a setting is written in a field, and read from it.
type Codec interface {
	// Encode returns the value of the field, and its text for people. ok is false where the field cannot hold
	// the value, which Encode has reported.
	Encode(p *Policy, v plan.Value) (value any, text string, ok bool)
	// Decode returns the setting's value as in plan.Value.Raw, of what JSON makes of the field.
	Decode(value any) (raw any, ok bool)
}

// Policy is an object of a dialect while it is written.
type Policy struct {
	*Collector
	Options Options
	Base    string   // of its fields: "spec."
	Places  []string // the connections that it is for, by plan.Connection's names
	Carried []Carried
	NameOf  func(plan.Value) string // a setting's name in findings about its value
}

// Write returns the settings of a plan as the rows of a dialect have them. What they do not hold as it is becomes
// a finding.
func (p *Policy) Write(values plan.Values, rows ...Mapping) *Block {
	block, mapped := &Block{}, map[string]bool{}
	for i := range rows {
		mapped[rows[i].Setting] = true
		if v, ok := values[rows[i].Setting]; ok {
			p.write(block, &rows[i], v, values)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !mapped[name] {
			p.Unsupported(values[name].From, name, "delete it; "+p.Target+" has no field for it")
		}
	}
	return block
}

func (p *Policy) write(block *Block, row *Mapping, v plan.Value, values plan.Values) {
	for _, u := range row.Unless {
		if !u.If(values) {
			continue
		}
		switch {
		case u.Name != "":
			p.Unsupported(v.From, u.Name, u.Hint)
		case u.Same != "":
			p.Omit(v, u.Same)
		}
		return
	}
	switch {
	case row.Field == "" && row.Name == "":
	case row.Field == "":
		p.Unsupported(v.From, row.Name, row.Hint)
	case row.writes(v, p.Options):
		if value, text, ok := row.Codec.Encode(p, v); ok {
			block.Set(row.Field, value)
			p.Record(v.From, row.Setting, row.Field, text)
		}
	}
}

// writes reports a value to write: one of the user's, or a default that is asked for.
func (m *Mapping) writes(v plan.Value, o Options) bool {
	switch {
	case v.From.Written():
		return true
	case m.Zero == Never, m.Zero == IfNotZero && reflect.ValueOf(v.Raw).IsZero():
		return false
	}
	return o.Explicit || o.Preserve && m.Default != nil && v.Raw != m.Default
}

// Record notes a setting that the object holds.
func (p *Policy) Record(from plan.Origin, setting, field, text string) {
	for _, place := range p.Places {
		p.Carried = append(p.Carried, Carried{From: from, Place: place, Setting: setting, Field: p.Base + field, Text: text})
	}
}

// Omit notes a setting that was written and that the object means without a field, for a reason.
func (p *Policy) Omit(v plan.Value, why string) {
	if !v.From.Written() {
		return
	}
	for _, place := range p.Places {
		p.Carried = append(p.Carried, Carried{From: v.From, Place: place, Setting: v.Name, Text: "left out: " + why})
	}
}

// Read returns the settings that a manifest's block holds by the rows of a dialect, as in plan.Value.Raw, and the
// paths of fields that cannot be read. What no row has is not looked at.
func Read(block map[string]any, rows ...Mapping) (settings map[string]any, unread []string) {
	settings = map[string]any{}
	for i := range rows {
		row := &rows[i]
		value, there := lookup(block, row.Field)
		if row.Field == "" || !there {
			continue
		}
		if raw, ok := row.Codec.Decode(value); ok {
			settings[row.Setting] = raw
		} else {
			unread = append(unread, row.Field)
		}
	}
	return settings, unread
}

// Defaults returns what holds in a dialect for settings that are left out, where its rows say so.
func Defaults(rows ...Mapping) map[string]string {
	defaults := map[string]string{}
	for i := range rows {
		if row := &rows[i]; row.Default != nil {
			defaults[row.Setting] = plan.ValueText(row.Setting, row.Default)
		}
	}
	return defaults
}

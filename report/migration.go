package report

import (
	"regexp"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
)

// Migration is what became of a tree of manifests that was compiled for another target.
type Migration struct {
	Target    string // as people call it: "Envoy Gateway"
	Documents []*schema.Document
	Plan      *plan.Plan
	Objects   []Moved
	Found     diag.List         // all, as they tell what became of a field
	Told      diag.List         // those of them that were not suppressed
	Defaults  map[string]string // what holds in the target where nothing is written, by setting
	Unread    []string          // kinds of what was skipped, one for each object
}

// Moved is an object that was written.
type Moved struct {
	Name, File string // "BackendTrafficPolicy shop/web", "backendtrafficpolicy_shop_web.yaml"
	Carried    []Carried
}

// Carried is a setting that an object holds: where it was written, the connections it is for, its
// name in the plan, and the field and text in the object.
type Carried struct {
	From                        plan.Origin
	Place, Setting, Field, Text string
}

// Outcome is what became of a field of a source.
type Outcome string

// The outcomes there are. Every field has one.
const (
	Kept        Outcome = "migrated"
	Altered     Outcome = "migrated with a change"
	NotMigrated Outcome = "not migrated"
	Selector    Outcome = "selector or reference"
	OutOfScope  Outcome = "out of scope"
)

// Row is a field of the source and what became of it.
type Row struct {
	text.Field
	Outcome Outcome
	// Setting reports a field that decides connections.
	Setting bool
	Into    []Into // where it went
	Why     string // it did not go anywhere
	Changes []string
}

// Into is a field of an object that was written.
type Into struct{ Field, Object string }

// Sources are the documents whose fields are accounted for: all of Gloo's kinds.
func (m *Migration) Sources() []*schema.Document {
	var out []*schema.Document
	for _, d := range m.Documents {
		if !d.Kind.Foreign && !d.Kind.Own {
			out = append(out, d)
		}
	}
	return out
}

// field is a place in a document. Its pointer has the JSON spelling of each key.
type field struct {
	document plan.Document
	pointer  string
}

func fieldOf(o plan.Origin) field { return field{o.Document(), canonical(o.Pointer())} }

// canonical spells a pointer's keys as they are read: "tcp_keepalive" is "tcpKeepalive".
func canonical(pointer string) string {
	tokens := strings.Split(pointer, "/")
	for i := range tokens {
		tokens[i] = text.CamelCase(tokens[i])
	}
	return strings.Join(tokens, "/")
}

// place is a setting of a connection.
type place struct{ connection, setting string }

// mapping is where a setting came to.
type mapping struct {
	*Carried
	object *Moved
}

// position is a place in a text at which findings stand.
type position struct {
	source    *diag.Source
	line, col int
}

func positionOf(s diag.Span) position { return position{s.Source, s.Line, s.Col} }

// ledger is a migration with what it takes to find a field's outcome.
type ledger struct {
	*Migration
	landed  map[field][]mapping
	arrived map[place]mapping
	before  map[field][]decided
	values  map[place]plan.Value
	found   map[position][]*diag.Diagnostic
	beside  map[position][]*diag.Diagnostic // by the other places that matter to them
	subject map[string][]*diag.Diagnostic
	decides map[plan.Document]bool
	useful  map[plan.Document]bool // something of it was carried
	// resolves are the Upstreams of host names, which the proxy asks DNS for.
	resolves map[plan.Document]bool
	// attached are what a document's settings are for: the gateways and routes that they reach.
	attached map[plan.Document][]plan.Document
}

// decided is a setting that a field decides, and the connection it is of.
type decided struct {
	plan.Value
	of *plan.Connection
}

func (m *Migration) ledger() *ledger {
	l := &ledger{
		Migration: m, landed: map[field][]mapping{}, arrived: map[place]mapping{},
		before: map[field][]decided{}, values: map[place]plan.Value{}, found: map[position][]*diag.Diagnostic{},
		beside: map[position][]*diag.Diagnostic{}, subject: map[string][]*diag.Diagnostic{},
		decides: map[plan.Document]bool{}, useful: map[plan.Document]bool{},
		resolves: map[plan.Document]bool{}, attached: map[plan.Document][]plan.Document{},
	}
	for i := range m.Objects {
		for j := range m.Objects[i].Carried {
			c := &m.Objects[i].Carried[j]
			at := mapping{c, &m.Objects[i]}
			l.arrived[place{c.Place, c.Setting}] = at
			if c.From.Written() {
				l.landed[fieldOf(c.From)] = append(l.landed[fieldOf(c.From)], at)
				l.useful[c.From.Document()] = true
			}
		}
	}
	for i := range m.Found {
		f := &m.Found[i]
		l.found[positionOf(f.Span)] = append(l.found[positionOf(f.Span)], f)
		l.subject[f.Subject] = append(l.subject[f.Subject], f)
		for _, r := range f.Related {
			l.beside[positionOf(r.Span)] = append(l.beside[positionOf(r.Span)], f)
		}
	}
	l.source()
	return l
}

// source takes in what was decided, and by whom.
func (l *ledger) source() {
	for _, c := range l.Plan.Connections() {
		l.decides[c.By] = true
		l.attach(c.By, c.Object.Document)
		for _, v := range c.Values() {
			l.values[place{c.Name, v.Name}] = v
			if v.From.Written() {
				l.before[fieldOf(v.From)] = append(l.before[fieldOf(v.From)], decided{v, &c})
			}
		}
	}
	for i := range l.Plan.Upstreams {
		u := &l.Plan.Upstreams[i]
		l.resolves[u.Object.Document] = u.Type == "static" && slices.ContainsFunc(u.Endpoints, func(e plan.Endpoint) bool { return e.Address != "" && !facts.IsIP(e.Address) })
	}
	for _, r := range l.Plan.Routes {
		for _, by := range append([]plan.Document{r.By}, r.Rivals...) {
			l.attach(by, r.Document)
		}
	}
}

func (l *ledger) attach(by, to plan.Document) {
	if to != nil && to != by && !slices.Contains(l.attached[by], to) {
		l.attached[by] = append(l.attached[by], to)
	}
}

// Rows returns what became of every field of a document's spec, in the order of the text.
func (m *Migration) Rows(d *schema.Document) []Row { return m.ledger().rows(d) }

func (l *ledger) rows(d *schema.Document) []Row {
	var out []Row
	for _, f := range d.Fields() {
		row := Row{Field: f}
		at := field{d, canonical(f.Pointer)}
		l.account(&row, at, d.Leftover(at.pointer))
		out = append(out, row)
	}
	return out
}

// option is a field of one of a listener's socket options, which is made of several.
var option = regexp.MustCompile(`^(.*/socketOptions/\d+)/(\w+)$`)

// account finds a field's outcome: the settings that it became count before the findings about it.
func (l *ledger) account(row *Row, at field, left *schema.Leftover) {
	row.Setting = len(l.before[at]) > 0
	if landed := l.mappingsOf(at); len(landed) > 0 {
		row.Outcome = Kept
		l.taken(row, at, landed)
		return
	}
	if m := option.FindStringSubmatch(at.pointer); m != nil && len(l.mappingsOf(field{at.document, m[1] + "/intValue"})) > 0 {
		row.Outcome, row.Why = Selector, "identifies a socket option"
		if m[2] == "description" {
			row.Outcome, row.Why = OutOfScope, "a comment"
		}
		return
	}
	if left != nil {
		l.notCompiled(row, left)
		return
	}
	why, exact := l.reason(at)
	switch {
	case why != nil && why.Code == diag.NotCompiled:
		row.Outcome, row.Why = OutOfScope, Elsewhere
	case row.Value == "null":
		row.Outcome, row.Why = OutOfScope, "has no value, which is the same as leaving it out"
	case exact && (decides(at) || why.Code == diag.PartlyCompiled):
		l.behind(row, why.Message)
	case decides(at):
		l.notCarried(row, at, why)
	default:
		row.Outcome, row.Why = Selector, "selects what settings apply to"
		if exact {
			row.Changes = append(row.Changes, why.Message)
		}
	}
}

// notCompiled is what becomes of a field that is not compiled: a setting of connections is left
// behind, and so is a field of which nothing is known.
func (l *ledger) notCompiled(row *Row, left *schema.Leftover) {
	switch {
	case left.Setting != nil:
		row.Setting = true
		l.behind(row, "not compiled; "+l.fieldFor(left.Setting))
	case left.Unrelated || row.Value == "null":
		row.Outcome, row.Why = OutOfScope, Elsewhere
	default:
		l.behind(row, "not compiled, and it is not known whether it is about connections")
	}
}

// fieldFor names the target's field for a setting that is not compiled.
func (l *ledger) fieldFor(s *schema.ConnectionSetting) string {
	field := map[string]string{"kgateway": s.KGateway, "Envoy Gateway": s.EnvoyGateway, "Istio": s.Istio}[l.Target]
	switch {
	case field != "":
		return l.Target + "'s field for it is " + field
	case l.Target == "Istio":
		return "an EnvoyFilter can set Envoy's " + s.Envoy
	}
	return l.Target + " has no field for it"
}

func (l *ledger) behind(row *Row, why string) { row.Outcome, row.Why = NotMigrated, why }

// mappingsOf are the fields that a field became. A socket option's value is in one of its fields.
func (l *ledger) mappingsOf(at field) []mapping {
	if landed := l.landed[at]; len(landed) > 0 {
		return landed
	}
	if m := option.FindStringSubmatch(at.pointer); m != nil && (m[2] == "intValue" || m[2] == "bufValue") {
		return l.landed[field{at.document, m[1]}]
	}
	return nil
}

// taken is where a field went, and what is otherwise there.
func (l *ledger) taken(row *Row, at field, landed []mapping) {
	for _, to := range landed {
		if into := (Into{to.Field, to.object.Name}); !slices.Contains(row.Into, into) {
			row.Into = append(row.Into, into)
		}
	}
	for _, f := range l.foundAt(at) {
		switch {
		case f.Code == diag.DurationRespelled:
			row.change(f.Message)
		case f.Code == diag.KeepaliveRounded || explains(f.Code):
			row.change(f.Message)
			row.Outcome = Altered
		}
	}
	for _, f := range l.above(at) {
		if f.Code == diag.SettingsForAllPorts || f.Code == diag.SettingsForAllBackends {
			row.change(f.Message)
			row.Outcome = Altered
		}
	}
	for _, to := range landed {
		v, known := l.values[place{to.Place, to.Setting}]
		if row.Outcome == Kept && known && !respelled(v, to.Text) { // and no finding says so
			row.change(v.Text + " becomes " + to.Text)
			row.Outcome = Altered
		}
	}
}

func (r *Row) change(what string) {
	if !slices.Contains(r.Changes, what) {
		r.Changes = append(r.Changes, what)
	}
}

// notCarried is why a field that decides connections has come to nothing.
func (l *ledger) notCarried(row *Row, at field, why *diag.Diagnostic) {
	switch {
	case why != nil:
		l.behind(row, why.Message)
	case row.Setting && l.idle(at):
		row.Outcome, row.Why = Kept, "left out, as it does nothing while keepalive is off, before and after"
	case row.Setting && l.asByDefault(at):
		row.Outcome, row.Why = Kept, "left out, as "+l.Target+" does so by itself"
	case l.whole(at) != "":
		l.behind(row, l.whole(at))
	case !l.decides[at.document]:
		l.behind(row, "another object decides all that this one selects, or it selects nothing")
	case !row.Setting:
		row.Outcome, row.Why = OutOfScope, "sets nothing: it is the same as leaving it out"
	default:
		l.behind(row, Unexplained)
	}
}

// Elsewhere stands in the row of a field that other tools have to move.
const Elsewhere = "not about connections: migrate it by other means"

// Unexplained is the reason of a setting that is not migrated for no known reason, which is a bug.
const Unexplained = "is not in the output"

// idle reports the timing of a keepalive that is not switched on. A user timeout is not one: it bounds
// unacknowledged data as well.
func (l *ledger) idle(at field) bool {
	return !slices.ContainsFunc(l.before[at], func(v decided) bool {
		return !strings.HasPrefix(v.Name, "keepalive.") || v.Name == "keepalive.userTimeout" || v.of.Keepalive.On.Value
	})
}

// asByDefault reports a value that the target has by itself.
func (l *ledger) asByDefault(at field) bool {
	for _, v := range l.before[at] {
		if there, _ := l.byItself(at.document, v.Value); !sameMeaning(v.Value, there) {
			return false
		}
	}
	return true
}

// byItself is what holds in the target for a setting that nothing is written of, and why.
func (l *ledger) byItself(by plan.Document, v plan.Value) (text, why string) {
	if v.Name == "http2.on" && v.Text == "on" && l.speaksHTTP2(by) {
		if reason, _ := l.reason(fieldOf(v.From)); reason == nil {
			return "on", "as the Service's port or the route sets"
		}
	}
	if there, known := l.Defaults[v.Name]; known {
		return there, l.Target + "'s default"
	}
	return "left out", ""
}

// speaksHTTP2 reports an Upstream for a port whose protocol is HTTP/2, or whose route is.
func (l *ledger) speaksHTTP2(by plan.Document) bool {
	for _, d := range l.Plan.Destinations {
		if slices.ContainsFunc(d.Ports, func(p plan.Port) bool { return p.By == by && (p.Protocol == "HTTP2" || p.Protocol == "GRPC") }) {
			return true
		}
	}
	return slices.ContainsFunc(l.Plan.Routes, func(r plan.Route) bool { return r.By == by && r.Kind == "GRPCRoute" })
}

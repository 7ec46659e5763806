package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// MigrationMark is the first line of what Markdown writes, by which a later run recognizes its own.
const MigrationMark = "<!-- Written by connpolicy migrate, which writes it anew each time. -->\n"

// outcomes are in the order in which they are counted.
var outcomes = []Outcome{Kept, Altered, NotMigrated, Selector, OutOfScope}

// counted are the words for an outcome behind a number.
var counted = map[Outcome]string{
	Kept: "migrated", Altered: "migrated with a change", NotMigrated: "not migrated",
	Selector: "selectors and references", OutOfScope: "out of scope",
}

// Account is how many fields of the sources have each outcome.
type Account map[Outcome]int

// Account counts the fields of rows.
func account(rows [][]Row) Account {
	counts := Account{}
	for _, list := range rows {
		for _, r := range list {
			counts[r.Outcome]++
		}
	}
	return counts
}

// String lists the counts: "3 carried, 1 carried with a change, 0 left behind, …".
func (a Account) String() string {
	parts := make([]string, len(outcomes))
	for i, f := range outcomes {
		parts[i] = fmt.Sprintf("%d %s", a[f], counted[f])
	}
	return strings.Join(parts, ", ")
}

// Settings is how many fields are settings of connections.
func (a Account) Settings() int { return a[Kept] + a[Altered] + a[NotMigrated] }

// Markdown writes the migration for people and returns the account of it. The same input gives the
// same bytes.
func (m *Migration) Markdown(w io.Writer) (Account, error) {
	l := m.ledger()
	t := &migrationText{ledger: l, sources: m.Sources()}
	for _, d := range t.sources {
		t.rows = append(t.rows, l.rows(d))
	}
	t.counts = account(t.rows)
	t.WriteString(MigrationMark)
	t.verdict()
	t.next()
	t.objects()
	t.fields()
	t.beforeAndAfter()
	t.unread()
	_, err := io.WriteString(w, t.String())
	return t.counts, err
}

type migrationText struct {
	*ledger
	strings.Builder
	sources []*schema.Document
	rows    [][]Row // of each source
	counts  Account
}

func (t *migrationText) verdict() {
	counts, total := t.counts, 0
	for _, n := range counts {
		total += n
	}
	t.heading("# From Gloo to " + t.Target)
	fmt.Fprintf(t, "%s with %s: %s.\n\n", diag.Plural(len(t.sources), "source object"), diag.Plural(total, "field"), counts)
	switch {
	case counts.Settings() == 0:
		t.WriteString("**There is no connection setting to migrate.**\n")
	case counts[NotMigrated] > 0:
		fmt.Fprintf(t, "**%s not migrated.** Read below what to do about it before traffic moves.\n", isLeft(counts[NotMigrated]))
	case counts[Altered] > 0:
		t.WriteString("**Every setting is migrated, some with a change.** Read below what differs before traffic moves.\n")
	default:
		t.WriteString("**Every setting is migrated as it is.** The defaults of what was left out may differ: see before and after.\n")
	}
}

func isLeft(n int) string {
	if n == 1 {
		return "1 field is"
	}
	return fmt.Sprintf("%d fields are", n)
}

func (t *migrationText) heading(line string) { t.WriteString(line + "\n\n") }

// next lists what to do, what loses something first, each with the findings that say so.
func (t *migrationText) next() {
	found := slices.Clone(t.Told)
	found.Sort()
	slices.SortStableFunc(found, func(a, b diag.Diagnostic) int { return int(b.Severity) - int(a.Severity) })
	var helps []string
	byHelp := map[string][]string{}
	for i := range found {
		f := &found[i]
		if f.Help == "" || strings.HasPrefix(f.Help, "nothing to change") {
			continue
		}
		if byHelp[f.Help] == nil {
			helps = append(helps, f.Help)
		}
		byHelp[f.Help] = append(byHelp[f.Help], fmt.Sprintf("%s: %s (%s)", diag.Markdown(f.Subject), diag.Markdown(f.Message), code(f.At()+" "+f.Name)))
	}
	t.heading("\n## What to do next")
	for i, help := range helps {
		fmt.Fprintf(t, "%d. %s\n", i+1, capital(help))
		const shown = 5
		for j, why := range byHelp[help] {
			if j == shown && len(byHelp[help]) > shown+1 {
				fmt.Fprintf(t, "   - and %d more\n", len(byHelp[help])-shown)
				break
			}
			fmt.Fprintf(t, "   - %s\n", why)
		}
	}
	t.last(len(helps))
}

// last are the steps that no finding has.
func (t *migrationText) last(step int) {
	if n := t.elsewhere(); n > 0 {
		step++
		fmt.Fprintf(t, "%d. Migrate by other means what is not about connections: %s below.\n", step, diag.Plural(n, "field"))
	}
	if len(t.Objects) > 0 {
		step++
		fmt.Fprintf(t, "%d. Apply the objects beside the routes they are for, and compare what the proxies run with the tables below.\n", step)
	}
	if step == 0 {
		t.WriteString("Nothing: there is no setting to migrate.\n")
	}
}

func (t *migrationText) elsewhere() int {
	n := 0
	for _, rows := range t.rows {
		for _, r := range rows {
			if r.Why == Elsewhere {
				n++
			}
		}
	}
	return n
}

// capital makes a sentence of a help's text.
func capital(s string) string {
	runes := []rune(s)
	// A help may begin with a command or a path, which keeps its spelling.
	if first, _, _ := strings.Cut(s, " "); strings.Trim(first, "abcdefghijklmnopqrstuvwxyz,") == "" {
		runes[0] -= 'a' - 'A'
	}
	return diag.Markdown(strings.TrimSuffix(string(runes), ".")) + "."
}

func (t *migrationText) objects() {
	t.heading("\n## Objects written")
	if len(t.Objects) == 0 {
		t.WriteString("None.\n")
		return
	}
	t.table("object", "file", "settings from")
	for _, o := range t.Objects {
		var from []string
		for _, c := range o.Carried {
			name := "what held by default"
			if c.From.Written() {
				name = diag.Markdown(c.From.Subject())
			}
			if !slices.Contains(from, name) {
				from = append(from, name)
			}
		}
		t.row(diag.Markdown(o.Name), code(o.File), several(from))
	}
}

func (t *migrationText) fields() {
	t.heading("\n## Field by field")
	if len(t.sources) == 0 {
		t.WriteString("No object of Gloo's kinds was read.\n")
	}
	for i, d := range t.sources {
		if i > 0 {
			t.WriteByte('\n')
		}
		name := d.Span("/metadata/name")
		fmt.Fprintf(t, "### %s\n\n%s\n\n", diag.Markdown(d.Subject()), code(fmt.Sprintf("%s:%d", name.Path(), name.Line)))
		if len(t.rows[i]) == 0 {
			t.WriteString("It has no fields.\n")
			continue
		}
		t.table("field", "value", "", "where it went, or why it was left behind", "what changed")
		for _, r := range t.rows[i] {
			where := []string{diag.Markdown(r.Why)}
			for j, to := range r.Into {
				where = append(where[:j], code(to.Field)+" of "+diag.Markdown(to.Object))
			}
			t.row(code(diag.FieldPath(r.Pointer)), code(r.Value), outcomeWord(r.Outcome), several(where), diag.Markdown(strings.Join(r.Changes, "; ")))
		}
	}
}

// outcomeWord returns the outcome, in bold where it needs a look.
func outcomeWord(f Outcome) string {
	switch f {
	case Altered, NotMigrated:
		return "**" + string(f) + "**"
	case Kept:
		return "migrated"
	case Selector, OutOfScope:
	}
	return ""
}

// several names the first few of many things.
func several(list []string) string {
	const shown = 3
	if len(list) <= shown+1 {
		return strings.Join(list, "<br>")
	}
	return fmt.Sprintf("%s<br>and %d more", strings.Join(list[:shown], "<br>"), len(list)-shown)
}

func (t *migrationText) beforeAndAfter() {
	t.heading("\n## Before and after")
	var order []string
	names := map[string][]string{}
	for _, c := range t.Plan.Connections() {
		text := t.comparison(&c)
		if names[text] == nil {
			order = append(order, text)
		}
		names[text] = append(names[text], fmt.Sprintf("%s (%s)", diag.Markdown(c.Name), c.Side))
	}
	if len(order) == 0 {
		t.WriteString("No connection is decided.\n")
	}
	for i, text := range order {
		if i > 0 {
			t.WriteByte('\n')
		}
		const shown = 4
		list := names[text]
		if len(list) > shown {
			list = append(slices.Clip(list[:shown]), fmt.Sprintf("%d more", len(names[text])-shown))
		}
		fmt.Fprintf(t, "### %s\n\n%s", strings.Join(list, ", "), text)
	}
}

// comparison is a connection's table: what was written or changes, and a count of the rest.
func (t *migrationText) comparison(c *plan.Connection) string {
	b := &migrationText{}
	fmt.Fprintf(b, "Decided by %s.\n\n", diag.Markdown(c.By.Subject()))
	same, rows := 0, 0
	for _, v := range c.Values() {
		after, by, carried := t.after(c, v)
		changed := !sameMeaning(v, after) && (!carried || !respelled(v, after))
		switch {
		case !carried && t.moot(c, v):
		case !changed && !v.From.Written() && !carried:
			same++
		default:
			if rows++; rows == 1 {
				b.table("setting", "before", "after", "")
			}
			mark := ""
			if changed {
				mark = "**changed**"
			}
			b.row(code(v.Name), code(v.Text)+" ("+diag.Markdown(from(v.From))+")", code(after)+by, mark)
		}
	}
	switch {
	case same > 0 && rows > 0:
		fmt.Fprintf(b, "\n%s left out before and after, and the same.\n", settingsAre(same))
	case same > 0:
		fmt.Fprintf(b, "%s left out before and after, and the same.\n", settingsAre(same))
	}
	return b.String()
}

func settingsAre(n int) string {
	if n == 1 {
		return "1 more setting is"
	}
	return fmt.Sprintf("%d more settings are", n)
}

// after is what holds in the target, and by which object.
func (t *migrationText) after(c *plan.Connection, v plan.Value) (text, by string, carried bool) {
	if to, carried := t.arrived[place{c.Name, v.Name}]; carried {
		return to.Text, " (" + diag.Markdown(to.object.Name) + ")", true
	}
	if text, by = t.byItself(c.By, v); by != "" {
		by = " (" + diag.Markdown(by) + ")"
	}
	return text, by, false
}

// moot reports a value that does nothing on either side: the timing of a keepalive that is off,
// written or not, and options of an HTTP version or of DNS that are left out and not used.
func (t *migrationText) moot(c *plan.Connection, v plan.Value) bool {
	first, rest, _ := strings.Cut(v.Name, ".")
	if first == "keepalive" {
		return rest != "on" && !c.Keepalive.On.Value
	}
	if v.From.Written() {
		return false
	}
	switch first {
	case "http2":
		return rest != "on" && rest != "useDownstreamProtocol" && t.values[place{c.Name, "http2.on"}].Text != "on"
	case "dns":
		return !t.resolves[c.Object.Document]
	}
	return false
}

func (t *migrationText) unread() {
	kinds := map[string]int{}
	for _, name := range t.Unread {
		kinds[name]++
	}
	beside := map[string]int{}
	for _, d := range t.Documents {
		switch {
		case d.Kind.Opaque:
			kinds[d.Kind.WithAPI()]++
		case d.Kind.Foreign:
			beside[d.Kind.WithAPI()]++
		}
	}
	t.heading("\n## What was not read")
	t.list("Nothing: every object was read.", kinds)
	if slices.ContainsFunc(t.Unread, routing) {
		t.WriteString("\nGloo's routing kinds contain routes and TLS. Migrate those by other means first: settings are bound to the routes.\n")
	}
	if len(beside) > 0 {
		t.heading("\nRead to bind the settings, and not migrated:")
		t.list("", beside)
	}
}

// routing reports a kind of Gloo's that holds routes, by its name with its group.
func routing(kind string) bool {
	name, group, _ := strings.Cut(kind, " of ")
	group, _, _ = strings.Cut(group, "/")
	return slices.Contains([]string{"gateway.solo.io", "networking.gloo.solo.io"}, group) &&
		slices.Contains([]string{"VirtualService", "RouteTable", "RouteOption", "VirtualHostOption"}, name)
}

func (t *migrationText) list(none string, counts map[string]int) {
	if len(counts) == 0 {
		t.WriteString(none + "\n")
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(t, "- %s: %d\n", code(name), counts[name])
	}
}

func (t *migrationText) table(heads ...string) {
	t.row(heads...)
	t.row(slices.Repeat([]string{"---"}, len(heads))...)
}

func (t *migrationText) row(cells ...string) {
	t.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

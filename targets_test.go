package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// settingsOf are the names of the settings that a table is about.
func settingsOf(t dialect.Table) []string {
	if t.Listeners {
		return plan.ListenerSettingNames()
	}
	return plan.SettingNames()
}

func TestEverySettingOfThePlanHasARowInEachTable(t *testing.T) {
	for _, target := range emit.Targets {
		for _, table := range target.Tables {
			known := settingsOf(table)
			var have []string
			for _, row := range table.Rows {
				have = append(have, row.Setting)
				if !slices.Contains(known, row.Setting) {
					t.Errorf("%s: the plan has no setting %q", table.Kind, row.Setting)
				}
				if (row.Field == "") != (row.Codec == nil) || row.Field == "" && row.Hint == "" {
					t.Errorf("%s: the row of %s has a field without a codec, or neither a field nor a hint", table.Kind, row.Setting)
				}
			}
			for _, setting := range known {
				if !slices.Contains(have, setting) {
					t.Errorf("%s has no row for %s", table.Kind, setting)
				}
			}
		}
	}
}

// written is a document in which every setting is written at a pointer of its own name.
type written struct{}

func (written) Identity() diag.Object            { return diag.Object{Kind: "Test", Name: "written"} }
func (written) Subject() string                  { return "Test written" }
func (written) Ref() string                      { return "written" }
func (written) Cluster() string                  { return "" }
func (written) Place() diag.Span                 { return diag.Span{} }
func (written) Span(pointer string) diag.Span    { return diag.Span{Field: pointer} }
func (written) KeySpan(pointer string) diag.Span { return diag.Span{Field: pointer} }
func (written) SetValue(string, any) *diag.Fix   { return nil }

// drawn returns a value of the same type as another, within the bounds of every target.
func drawn(t *rapid.T, name string, like any) any {
	switch like.(type) {
	case time.Duration:
		return time.Duration(rapid.Int64Range(1, 32_000).Draw(t, name)) * time.Second
	case uint32:
		return rapid.Uint32Range(1, math.MaxInt32).Draw(t, name)
	case float64:
		return float64(rapid.Uint32Range(100, 300).Draw(t, name)) / 100
	case bool:
		return rapid.Bool().Draw(t, name)
	}
	return rapid.SampledFrom([]string{"", "PRESERVE_CASE"}).Draw(t, name)
}

// TestWhatATargetWritesIsReadBackAsItWas holds read(write(p)) = p for the rows of every target.
func TestWhatATargetWritesIsReadBackAsItWas(t *testing.T) {
	for _, target := range emit.Targets {
		for _, table := range target.Tables {
			zero := new(plan.Settings).Values()
			if table.Listeners {
				zero = new(plan.Listener).Values()
			}
			t.Run(table.Kind, rapid.MakeCheck(func(t *rapid.T) {
				values := plan.Values{}
				for _, name := range settingsOf(table) {
					if v, ok := zero[name]; ok {
						values[name] = plan.Value{Name: name, Raw: drawn(t, name, v.Raw), From: plan.From(written{}, name)}
					}
				}
				p := &dialect.Policy{Collector: dialect.NewCollector(target.Title), Places: []string{"a"}, NameOf: func(v plan.Value) string { return v.Name }}
				text, err := json.Marshal(p.Write(values, table.Rows...))
				if err != nil {
					t.Fatal(err)
				}
				read, unread := readBack(t, text, table.Rows)
				for name, raw := range read {
					if raw != values[name].Raw {
						t.Errorf("%s was %v and is read as %v from %s", name, values[name].Raw, raw, text)
					}
				}
				for _, c := range p.Carried {
					if _, ok := read[c.Setting]; !ok && c.Field != "" {
						t.Errorf("%s is written as %s, and not read from %s", c.Setting, c.Field, text)
					}
				}
				if len(unread) > 0 {
					t.Errorf("%v cannot be read from %s", unread, text)
				}
			}))
		}
	}
}

func readBack(t *rapid.T, text []byte, rows []dialect.Mapping) (settings map[string]any, unread []string) {
	tree := map[string]any{}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	return dialect.Read(tree, rows...)
}

// fieldOf is what a table of the documents has for a setting.
func fieldOf(table dialect.Table, setting string) string {
	text := ""
	for _, row := range table.Rows {
		if row.Setting != setting {
			continue
		}
		switch {
		case row.Field != "":
			return "`" + row.Field + "`"
		case row.Name != "":
			text = "– " + row.Hint
		case text == "":
			text = row.Hint
		}
	}
	return text
}

// settingTables are the settings of the plan, and where each target has them.
func settingTables() string {
	var b strings.Builder
	for _, listeners := range []bool{false, true} {
		title, names := "Settings of destinations", plan.SettingNames()
		if listeners {
			title, names = "Settings of listeners", plan.ListenerSettingNames()
		}
		var tables []dialect.Table
		for _, target := range emit.Targets {
			for _, table := range target.Tables {
				if table.Listeners == listeners {
					tables = append(tables, table)
				}
			}
		}
		fmt.Fprintf(&b, "%s:\n\n| setting |", title)
		for _, table := range tables {
			fmt.Fprintf(&b, " %s |", table.Kind)
		}
		b.WriteString("\n|" + strings.Repeat(" --- |", len(tables)+1) + "\n")
		for _, name := range names {
			fmt.Fprintf(&b, "| %s |", name)
			for _, table := range tables {
				fmt.Fprintf(&b, " %s |", strings.ReplaceAll(fieldOf(table, name), "|", "\\|"))
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// TestDocsTargetsAreMadeOfTheRows holds the tables of docs/targets.md to the rows of the dialects; with -update it
// writes them.
func TestDocsTargetsAreMadeOfTheRows(t *testing.T) {
	const name, from, to = "docs/targets.md", "<!-- settings, made by: go test . -run Docs -update -->\n", "<!-- end of settings -->"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), from)
	have, after, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("%s has no place for the settings", name)
	}
	want := "\n" + settingTables() + "\n"
	if *docsUpdate {
		if err := os.WriteFile(name, []byte(before+from+want+to+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s is not what the rows say; go test . -run Docs -update writes it:\n%s", name, diff)
	}
}

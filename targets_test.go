package main_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/google/go-cmp/cmp"
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

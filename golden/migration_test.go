package golden_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/report"
	"github.com/connpolicy/connpolicy/schema"
	"sigs.k8s.io/yaml"
)

// What "connpolicy migrate" accounts for, beside what stands in the texts: every golden input and
// example that has no error, for every target.

// migrationTargets are the targets that a migration can write for.
func migrationTargets() []emit.Target {
	return slices.DeleteFunc(slices.Clone(emit.Targets), func(t emit.Target) bool { return !t.Applied })
}

// migrationSets are the inputs by folder.
func migrationSets(t *testing.T) map[string][]string {
	t.Helper()
	sets := map[string][]string{}
	for _, pattern := range []string{"*/input*.yaml", "*/input*.json", "../examples/*/*.yaml", "../examples/*/*/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			set := filepath.Dir(file)
			if strings.HasPrefix(file, "..") {
				set = strings.Join(strings.Split(filepath.ToSlash(file), "/")[:3], "/") // an example with all below it
			}
			sets[set] = append(sets[set], file)
		}
	}
	return sets
}

// migrationOf compiles a set for a target, as "connpolicy migrate" does; nil after an error.
func migrationOf(t *testing.T, files []string, target *emit.Target) *report.Migration {
	t.Helper()
	var texts pipeline.Texts
	for _, file := range files {
		texts.Sources = append(texts.Sources, diag.NewSource(file, string(oracleRead(t, file))))
	}
	r := line.Run(texts, &pipeline.Options{Namespace: "default"})
	if r.Plan == nil {
		return nil
	}
	objects, found := target.Write(r.Plan, dialect.Options{})
	if found.AtLeast(diag.Error) {
		return nil
	}
	m := &report.Migration{Target: target.Name, Defaults: target.Defaults(), Documents: r.Documents, Plan: r.Plan, Found: append(r.Found, found...)}
	for _, o := range objects {
		moved := report.Moved{Name: o.File, File: o.File}
		for _, c := range o.Carried {
			moved.Carried = append(moved.Carried, report.Carried(c))
		}
		m.Objects = append(m.Objects, moved)
	}
	return m
}

func TestEveryFieldOfTheSourceIsAccountedFor(t *testing.T) {
	fields, sets := 0, 0
	for set, files := range migrationSets(t) {
		for _, target := range migrationTargets() {
			m := migrationOf(t, files, &target)
			if m == nil {
				continue
			}
			sets++
			rows := 0
			for _, d := range m.Sources() {
				for _, row := range m.Rows(d) {
					rows++
					for _, fault := range migrationFaults(row) {
						t.Errorf("%s for %s: %s: %s %s", set, target.Name, d.Subject(), row.Pointer, fault)
					}
				}
			}
			if leaves := migrationLeaves(t, files); rows != leaves {
				t.Errorf("%s for %s: %d fields of %d are accounted for", set, target.Name, rows, leaves)
			}
			fields += rows
		}
	}
	if sets < 200 || fields < 2000 {
		t.Errorf("only %d fields of %d migrations were counted", fields, sets)
	}
}

// migrationFaults are what no row may be.
func migrationFaults(row report.Row) []string {
	var faults []string
	switch {
	case row.Outcome == "":
		faults = append(faults, "has no fate")
	case row.Setting && (row.Outcome == report.Selector || row.Outcome == report.OutOfScope):
		faults = append(faults, fmt.Sprintf("decides connections, and %s", row.Outcome))
	case row.Why == report.Unexplained:
		faults = append(faults, "is lost, and nothing says why")
	case len(row.Into) == 0 && row.Why == "":
		faults = append(faults, "went nowhere, for no reason")
	}
	return faults
}

// migrationLeaves counts what stands in the specs of Gloo's kinds, by another reader than the
// product's own.
func migrationLeaves(t *testing.T, files []string) int {
	t.Helper()
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, ".json") { // one object after another
			for dec := json.NewDecoder(bytes.NewReader(text)); ; {
				var object map[string]any
				if dec.Decode(&object) != nil {
					break
				}
				count += migrationObject(object)
			}
			continue
		}
		for _, document := range documents(string(text)) {
			var object map[string]any
			if yaml.Unmarshal([]byte(document), &object) == nil {
				count += migrationObject(object)
			}
		}
	}
	return count
}

func migrationObject(object map[string]any) int {
	version, _ := object["apiVersion"].(string)
	name, _ := object["kind"].(string)
	if items, isList := object["items"].([]any); isList && strings.HasSuffix(name, "List") {
		count := 0
		for _, item := range items {
			o, _ := item.(map[string]any)
			if o != nil && o["kind"] == nil && name != "List" {
				o["kind"], o["apiVersion"] = strings.TrimSuffix(name, "List"), version
			}
			count += migrationObject(o)
		}
		return count
	}
	kind := schema.KindOf(version, name)
	spec, written := object["spec"]
	if kind == nil || kind.Foreign || kind.Own || !written {
		return 0
	}
	return migrationValues(spec)
}

func migrationValues(v any) int {
	count := 0
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			count += migrationValues(value)
		}
	case []any:
		for _, value := range v {
			count += migrationValues(value)
		}
	}
	return max(1, count)
}

func TestEveryTargetHasADefaultForEverySetting(t *testing.T) {
	for _, target := range migrationTargets() {
		for set, files := range migrationSets(t) {
			m := migrationOf(t, files, &target)
			if m == nil {
				continue
			}
			for _, c := range m.Plan.Connections() {
				for _, v := range c.Values() {
					if m.Defaults[v.Name] == "" && !strings.HasPrefix(v.Name, "socketOption.") {
						t.Errorf("%s: %s has no default for %s", set, target.Name, v.Name)
					}
				}
			}
		}
	}
	if emit.LookupTarget("envoy").Defaults() != nil {
		t.Error("a target without gateways has defaults of gateways")
	}
}

// What a plan says of a setting that nobody wrote is what the table of the target says whose default
// it is. kgateway leaves Envoy's own in place.
func TestDefaultsOfPlansAreThoseOfTheTargets(t *testing.T) {
	tables := map[string]map[string]string{
		"the kernel's default": emit.LookupTarget("kgateway").Defaults(), "Envoy's default": emit.LookupTarget("kgateway").Defaults(), "Istio's default": emit.LookupTarget("istio").Defaults(),
	}
	compared := map[string]int{}
	for set, files := range migrationSets(t) {
		m := migrationOf(t, files, emit.LookupTarget("istio"))
		if m == nil {
			continue
		}
		for _, c := range append(m.Plan.Connections(), m.Plan.Undecided.Connections()...) {
			for _, v := range c.Values() {
				table := tables[v.From.Default]
				if table == nil {
					continue
				}
				compared[v.From.Default]++
				if table[v.Name] != v.Text {
					t.Errorf("%s, %s: %s is %s by %s, and %q in the table", set, c.Name, v.Name, v.Text, v.From.Default, table[v.Name])
				}
			}
		}
	}
	for who := range tables {
		if compared[who] == 0 {
			t.Errorf("no setting has %s", who)
		}
	}
}

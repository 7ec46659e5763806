// Package emit writes a plan in a target. What goes in: a plan, in which everything is decided, and a target. What
// comes out: objects as bytes, with the names of their files. The dialects do the writing; a test changes every
// field of a plan, and demands that the output changes or that a finding gives the reason.
package emit

import (
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/dialect/envoygateway"
	"github.com/connpolicy/connpolicy/dialect/istio"
	"github.com/connpolicy/connpolicy/dialect/kgateway"
	"github.com/connpolicy/connpolicy/plan"
)

// Writer turns a plan into a target's objects. The findings name what the target cannot hold.
type Writer func(*plan.Plan, dialect.Options) ([]dialect.Object, diag.List)

// Target is an API that a plan is written in.
type Target struct {
	Name     string   // the value of --target, such as "envoy-gateway"
	Title    string   // in sentences, such as "Envoy Gateway"
	Aliases  []string // other words that people write for it, in lower case and without dashes
	Write    Writer
	Encoding string // of its objects when none is asked for: "yaml" or "json"
	Noun     string // of one object
	ByKind   bool   // objects are counted by their kinds
	Applied  bool   // its objects are applied to a cluster, so that a function returns them and migrate writes them

	Tables []dialect.Table // of its kinds; none where they are written without rows

	defaults func() map[string]string // those that differ from Envoy's; nil for Envoy. See Defaults
}

// Targets are all targets. The first is the one that is written when none is named.
var Targets = []Target{
	{
		Name: "istio", Title: "Istio", Aliases: []string{"istiod", "mesh", "servicemesh", "destinationrule"},
		Write: istio.Write, Encoding: "yaml", Noun: "DestinationRule", ByKind: true, Applied: true, Tables: istio.Tables, defaults: istio.Defaults,
	},
	{
		Name: "envoy", Title: "Envoy", Aliases: []string{"envoyproxy", "bootstrap"},
		Write: envoy.Write, Encoding: "json", Noun: "Envoy bootstrap",
	},
	{
		Name: "kgateway", Title: "kgateway", Aliases: []string{"kgw", "kgateway.dev", "gloo", "gloogateway"},
		Write: kgateway.Write, Encoding: "yaml", Noun: "object", Applied: true, Tables: kgateway.Tables, defaults: kgateway.Defaults,
	},
	{
		Name: "envoy-gateway", Title: "Envoy Gateway", Aliases: []string{"eg", "gateway", "envoygw", "gatewayapi"},
		Write: envoygateway.Write, Encoding: "yaml", Noun: "object", Applied: true, Tables: envoygateway.Tables, defaults: envoygateway.Defaults,
	},
}

// LookupTarget returns the target of a name, or nil.
func LookupTarget(name string) *Target {
	for i := range Targets {
		if Targets[i].Name == name {
			return &Targets[i]
		}
	}
	return nil
}

// TargetNames returns the names of all targets, in the order of the table.
func TargetNames() []string { return namesOf(func(Target) bool { return true }) }

// AppliedTargets returns the names of the targets whose objects are applied to a cluster.
func AppliedTargets() []string { return namesOf(func(t Target) bool { return t.Applied }) }

func namesOf(keep func(Target) bool) (names []string) {
	for _, t := range Targets {
		if keep(t) {
			names = append(names, t.Name)
		}
	}
	return names
}

// TargetOfAlias returns the name of the target that a word is an alias of, or "".
func TargetOfAlias(word string) string {
	for _, t := range Targets {
		if slices.Contains(t.Aliases, word) {
			return t.Name
		}
	}
	return ""
}

// Count is how many objects there are, in words: "2 DestinationRules, 1 EnvoyFilter".
func (t *Target) Count(objects []dialect.Object) string {
	if !t.ByKind || len(objects) == 0 {
		return diag.Plural(len(objects), t.Noun)
	}
	var kinds []string // in the order of the output
	of := map[string]int{}
	for _, o := range objects {
		m, _ := o.Value.(dialect.Manifest)
		if of[m.Kind] == 0 {
			kinds = append(kinds, m.Kind)
		}
		of[m.Kind]++
	}
	for i, kind := range kinds {
		kinds[i] = diag.Plural(of[kind], kind)
	}
	return strings.Join(kinds, ", ")
}

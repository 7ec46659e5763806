package kgateway

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/plan"
)

// allPorts gathers what becomes of settings for single ports in a policy for a Service as a
// whole. A policy may reach a thousand Services: it is reported once, at the first.
type allPorts struct {
	list []*sharedPorts
	seen map[portsKey]*sharedPorts
}

type portsKey struct{ by, rival plan.Origin }

type sharedPorts struct {
	portsKey
	at            diag.Span
	message, help string
	services      int
}

func (a *allPorts) add(one *decider, rival plan.Origin, message, help string) {
	key := portsKey{plan.From(one.By, ""), rival}
	if a.seen == nil {
		a.seen = map[portsKey]*sharedPorts{}
	}
	shared := a.seen[key]
	if shared == nil {
		shared = &sharedPorts{portsKey: key, at: one.portsAt(), message: message, help: help}
		a.seen[key], a.list = shared, append(a.list, shared)
	}
	shared.services++
}

// undecided notes ports that get the settings of others.
func (a *allPorts) undecided(d *plan.Destination, one *decider) {
	if len(d.Undecided) == 0 {
		return
	}
	a.add(one, plan.Origin{}, fmt.Sprintf("kgateway's policy is for all ports of a Service, so these settings hold for %s of Service %s/%s as well", portList(d.Undecided), d.Object.Namespace, d.Object.Name),
		"decide all its ports, or give the others a Service of their own")
}

// rivals notes ports whose deciders differ. One that sets nothing loses nothing.
func (a *allPorts) rivals(d *plan.Destination, list []*decider) {
	for i, one := range list {
		if _, ok := dialect.FirstWritten(one.Settings); !ok {
			continue
		}
		rival := rivalOf(list, i)
		a.add(one, plan.From(rival.By, ""), fmt.Sprintf("kgateway's policy is for all ports of a Service, and %s of Service %s/%s has other settings, so these settings are left out", portList(rival.numbers), d.Object.Namespace, d.Object.Name),
			"give all its ports the same settings, or each a Service of its own")
	}
}

// rivalOf is another decider: one that sets something, where there is one.
func rivalOf(list []*decider, i int) *decider {
	others := slices.Delete(slices.Clone(list), i, i+1)
	for _, one := range others {
		if _, ok := dialect.FirstWritten(one.Settings); ok {
			return one
		}
	}
	return others[0]
}

func portList(ports []uint32) string {
	word := "port "
	if len(ports) > 1 {
		word = "ports "
	}
	return word + strings.Trim(strings.ReplaceAll(fmt.Sprint(ports), " ", ", "), "[]")
}

func (a *allPorts) findings() diag.List {
	var found diag.List
	for _, one := range a.list {
		message := one.message
		if n := one.services; n > 1 {
			message += fmt.Sprintf(" (and the like for %s)", diag.Plural(n-1, "more Service"))
		}
		finding := diag.Diagnostic{Code: diag.SettingsForAllPorts, Span: one.at, Subject: one.by.Subject(), Message: message, Help: one.help}
		if one.rival.Written() {
			finding.Related = []diag.Related{{Span: one.rival.Name(), Message: "the other port is decided here"}}
		}
		found = append(found, finding)
	}
	return found
}

// portsAt is where a decider has the ports that it decides.
func (d *decider) portsAt() diag.Span {
	if d.Upstream {
		return d.By.Span("/spec/kube/servicePort")
	}
	return d.By.KeySpan("/spec/applyToDestinations")
}

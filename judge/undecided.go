package judge

import (
	"fmt"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/plan"
)

// addPolicy returns the policy to write for a place that no policy decides: its selector, and the
// settings in a block of its config.
func addPolicy(c *plan.Connection, block, settings, istio string) string {
	kind := c.By.Identity().Kind
	switch kind {
	case "VirtualGateway":
		port := ""
		if c.Selector != "" {
			port = ", port: {" + c.Selector + "}"
		}
		return fmt.Sprintf("write a ListenerConnectionPolicy with applyToListeners: [{virtualGateway: {name: %s}%s}] and config: {%s}", c.By.Identity().Name, port, settings)
	case "ExternalService":
		return fmt.Sprintf("a ConnectionPolicy cannot select an ExternalService: set connectionPool.%s in a DestinationRule for %s, or select a VirtualDestination in front of it", istio, c.Host)
	}
	selector := fmt.Sprintf("selector: {name: %s, namespace: %s}", c.By.Identity().Name, c.By.Identity().Namespace)
	if kind == "VirtualDestination" {
		selector = "kind: VIRTUAL_DESTINATION, " + selector
	}
	return fmt.Sprintf("write a ConnectionPolicy with applyToDestinations: [{%s}] and config: {%s: {%s}}", selector, block, settings)
}

// lostServices are the Services that no policy selects and whose idle connections do not survive a hop.
type lostServices struct {
	first *plan.Connection
	hop   hop.Hop
	count int
	last  string // the host that was counted last
}

// services reports, once for each hop, the Services that no policy selects and whose idle
// connections do not survive it.
func (w *planLinter) services(connections []plan.Connection, placements []Placement) {
	var all []*lostServices
	byHop := map[string]*lostServices{}
	for i := range connections {
		c := &connections[i]
		for _, h := range HopsOn(placements, c) {
			if h.Judge(Idle(c)) == hop.Safe {
				continue
			}
			key := h.ID + "=" + h.Idle.String()
			l := byHop[key]
			if l == nil {
				l = &lostServices{first: c, hop: h}
				byHop[key], all = l, append(all, l)
			}
			if l.last != c.Host {
				l.count, l.last = l.count+1, c.Host
			}
		}
	}
	for _, l := range all {
		w.withoutPolicy(l)
	}
}

func (w *planLinter) withoutPolicy(l *lostServices) {
	verb, their, each, them, first := "forgets", "its", "it", "it", []string(nil)
	if l.count > 1 {
		their, each, them, first = "their", "each of them", "them", []string{"this is the first of them"}
	}
	if l.hop.Class == hop.Proxy {
		verb = "closes"
	}
	message := fmt.Sprintf("%s without a policy: %s %s %s idle connections after %s", diag.Plural(l.count, "Service"), title(&l.hop), verb, their, diag.Seconds(l.hop.Idle))
	help := fmt.Sprintf("connpolicy validate --all judges %s; or write a ConnectionPolicy that selects %s", each, them)
	cut := &cut{hop: l.hop}
	w.add(diag.ServicesWithoutPolicy, l.first, l.first.By.Span("/metadata/name"), message, help, cut.notes(first...)...)
}

package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// backing is where the connections to a target's ports end: for targets that emit what
// connects by itself. It is looked up once per target and asked for every host and port.
type backing struct {
	endpoints func(host string, p targetPort) []plan.Endpoint
}

func (r *resolver) backing(t *target) backing {
	switch res := t.Document.Resource.(type) {
	case *schema.Service:
		return backing{func(host string, p targetPort) []plan.Endpoint { return serviceEndpoints(host, res, p.number) }}
	case *schema.VirtualDestination:
		return r.virtualBacking(t, res)
	case *schema.ExternalService:
		return r.externalBacking(t, res)
	default: // an Upstream has a cluster of its own
		return backing{func(string, targetPort) []plan.Endpoint { return nil }}
	}
}

// serviceEndpoints is the name of a Service with the port to connect to: the Service's own, or
// the pods' where the Service is headless and its name resolves to them.
func serviceEndpoints(host string, s *schema.Service, port uint32) []plan.Endpoint {
	if s.Spec.ClusterIP == "None" {
		for _, p := range s.Spec.Ports {
			if p.Port == port && p.TargetPort.Number != 0 {
				port = p.TargetPort.Number
				break
			}
		}
	}
	return []plan.Endpoint{{Address: host, Port: port}}
}

// virtualBacking finds the Services and ExternalServices behind a VirtualDestination.
func (r *resolver) virtualBacking(t *target, v *schema.VirtualDestination) backing {
	services := r.backingServices(t, v)
	var externals []*target
	for i := range v.Spec.ExternalServices {
		externals = appendNew(externals, r.reachable(t, &v.Spec.ExternalServices[i], kindExternalService))
	}
	if len(services)+len(externals) == 0 && len(v.Spec.Services)+len(v.Spec.ExternalServices) > 0 {
		r.find(finding(diag.NoBackingService, t.Document, "/spec/services",
			"no Service of the input is behind this VirtualDestination; an Envoy cluster resolves its own hosts instead",
			"pass the Services in the same run"))
	}
	targetPorts := map[uint32][]plan.Endpoint{}
	for i, p := range v.Spec.Ports {
		targetPorts[p.Number] = r.mappedEndpoints(t, i, p, services, externals)
	}
	return backing{func(host string, p targetPort) []plan.Endpoint {
		if len(services)+len(externals) == 0 {
			return []plan.Endpoint{{Address: host, Port: p.number}}
		}
		return targetPorts[p.number]
	}}
}

func appendNew(list []*target, more []*target) []*target {
	for _, t := range more {
		if !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}

// reachable finds the targets that an object's own selector matches: those of its workspace,
// and those imported into it.
func (r *resolver) reachable(t *target, s *schema.ObjectSelector, kind string) []*target {
	var out []*target
	for _, other := range r.index.find(s, kind) {
		if other.Workspace == t.Workspace || r.imports(t.Workspace, other) {
			out = append(out, other)
		}
	}
	return out
}

func (r *resolver) imports(workspace string, t *target) bool {
	w := r.ws.named[workspace]
	return w != nil && r.ws.shares(t.Object, t.labels, w)
}

// backingServices are the Services behind a VirtualDestination: one per cluster, the oldest.
func (r *resolver) backingServices(t *target, v *schema.VirtualDestination) []*target {
	var all []*target
	for i := range v.Spec.Services {
		all = appendNew(all, r.reachable(t, &v.Spec.Services[i], kindService))
	}
	slices.SortStableFunc(all, func(a, b *target) int { return byAge(a.Document, b.Document) })
	var kept, passed []*target
	for _, s := range all {
		if slices.ContainsFunc(kept, func(k *target) bool { return k.Cluster == s.Cluster }) {
			passed = append(passed, s)
		} else {
			kept = append(kept, s)
		}
	}
	if len(passed) > 0 {
		r.find(finding(diag.SeveralBackingServices, t.Document, "/spec/services",
			fmt.Sprintf("this VirtualDestination selects %d Services%s, and Gloo takes one per cluster, the oldest and then the first by name: %s", len(all), ofCluster(kept[0].Cluster), kept[0].reference()),
			"narrow the selector to one Service per cluster, by name or by a label of its own",
			diag.Related{Span: nameSpan(passed[0].Document), Message: passed[0].reference() + more(len(passed)) + " is ignored"}))
	}
	return kept
}

func ofCluster(cluster string) string {
	if cluster == "" {
		return ""
	}
	return " of cluster " + cluster
}

// mappedEndpoints resolves a VirtualDestination's port on everything behind it.
func (r *resolver) mappedEndpoints(t *target, i int, p schema.MappedPort, services, externals []*target) []plan.Endpoint {
	port := p.TargetPort
	if port == nil {
		port = &schema.PortSelector{Number: p.Number}
	}
	var out []plan.Endpoint
	for _, s := range slices.Concat(services, externals) {
		j := slices.IndexFunc(s.ports, func(sp targetPort) bool { return sp.matches(port) })
		if j < 0 {
			r.targetPortNotFound(t, i, p, port, s)
			continue
		}
		switch res := s.Document.Resource.(type) {
		case *schema.Service:
			out = append(out, serviceEndpoints(s.hosts[0], res, s.ports[j].number)...)
		case *schema.ExternalService:
			out = append(out, r.externalBacking(s, res).endpoints("", s.ports[j])...)
		}
	}
	return uniqueEndpoints(out)
}

func (r *resolver) targetPortNotFound(t *target, i int, p schema.MappedPort, port *schema.PortSelector, s *target) {
	pointer, help := "/spec/ports"+diag.Pointer(i), ""
	switch {
	case len(s.ports) == 0:
		help = "add TCP ports to it, or select another one"
	case p.TargetPort != nil:
		pointer += "/targetPort"
		help = "write one of its ports: " + s.portsText()
	default:
		pointer += "/number"
		help = "write targetPort: {number: …} beside it, with one of its ports: " + s.portsText()
	}
	r.find(finding(diag.TargetPortNotFound, t.Document, pointer,
		fmt.Sprintf("%s %s has no port %s, so port %d does not reach it", s.text(), s.reference(), portSelectorText(port), p.Number),
		help, diag.Related{Span: nameSpan(s.Document), Message: s.reference() + " is here"}))
}

// externalBacking is what an ExternalService's name stands for: the ExternalEndpoints it
// selects, or its own addresses, or its own hosts by DNS.
func (r *resolver) externalBacking(t *target, e *schema.ExternalService) backing {
	return backing{func(host string, p targetPort) []plan.Endpoint {
		i := slices.IndexFunc(e.Spec.Ports, func(q schema.ExternalPort) bool { return q.Number == p.number })
		port := schema.PortSelector{Number: p.number}
		if i >= 0 && e.Spec.Ports[i].TargetPort != nil {
			port = *e.Spec.Ports[i].TargetPort
		}
		if selected := r.selectedEndpoints(t, e.Spec.Selector, port); len(selected) > 0 {
			return selected
		}
		names := e.Spec.Addresses
		if host != "" {
			names = []string{host}
		} else if len(e.Spec.Hosts) > 0 {
			names = e.Spec.Hosts
		}
		var out []plan.Endpoint
		for _, name := range names {
			out = append(out, plan.Endpoint{Address: name, Port: cmp.Or(port.Number, p.number)})
		}
		return out
	}}
}

func (r *resolver) selectedEndpoints(t *target, selector map[string]string, port schema.PortSelector) []plan.Endpoint {
	if len(selector) == 0 {
		return nil
	}
	var out []plan.Endpoint
	for _, d := range r.labeledEndpoints(t.Workspace, selector) {
		if !subset(selector, d.Labels) {
			continue
		}
		e := d.Resource.(*schema.ExternalEndpoint).Spec
		if path, ok := strings.CutPrefix(e.Address, "unix://"); ok {
			out = append(out, plan.Endpoint{Path: path})
			continue
		}
		number := port.Number
		for _, p := range e.Ports {
			if port.Name != "" && p.Name == port.Name || len(e.Ports) == 1 && port.Name == "" {
				number = p.Number
			}
		}
		if number != 0 {
			out = append(out, plan.Endpoint{Address: e.Address, Port: number})
		}
	}
	return uniqueEndpoints(out)
}

// workspaceLabel is a label of objects of one workspace.
type workspaceLabel struct{ workspace, key, value string }

// labeledEndpoints returns the ExternalEndpoints of a workspace that have one label of a selector: the
// one that the fewest have.
func (r *resolver) labeledEndpoints(workspace string, selector map[string]string) []*schema.Document {
	if r.endpoints == nil {
		r.endpoints = map[workspaceLabel][]*schema.Document{}
		for _, d := range r.inv.endpoints {
			owner, _ := r.ws.owner(cmp.Or(d.Cluster(), r.opts.Cluster), d.Namespace)
			for k, v := range d.Labels {
				label := workspaceLabel{owner, k, v}
				r.endpoints[label] = append(r.endpoints[label], d)
			}
		}
	}
	fewest := r.inv.endpoints
	for k, v := range selector {
		if list := r.endpoints[workspaceLabel{workspace, k, v}]; len(list) <= len(fewest) {
			fewest = list
		}
	}
	return fewest
}

func uniqueEndpoints(list []plan.Endpoint) []plan.Endpoint {
	slices.SortFunc(list, func(a, b plan.Endpoint) int {
		return cmp.Or(strings.Compare(a.Address, b.Address), cmp.Compare(a.Port, b.Port), strings.Compare(a.Path, b.Path))
	})
	return slices.Compact(list)
}

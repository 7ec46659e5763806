package cli

import (
	"maps"
	"slices"
	"strconv"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// unmatched reports the hosts, namespaces and names of the configuration's hops and suppressions that
// nothing in the input has, each at its value: a misspelled one has no effect. It is silent where the
// command line names a part of the configuration's inputs, and where the set was not looked at.
func (o *options) unmatched(r *run) diag.List {
	if o.config == nil || !r.Whole() || len(o.input.args) > 0 && len(o.config.Inputs) > 0 {
		return nil
	}
	in := inputNames(r)
	var found diag.List
	for i := range o.config.Hops {
		h := &o.config.Hops[i]
		found = append(found, o.config.unmatchedFields(in, diag.Pointer("hops", i), h.Host, h.Namespace, h.Name)...)
	}
	for i := range o.config.Suppressions {
		p := &o.config.Suppressions[i]
		found = append(found, o.config.unmatchedFields(in, diag.Pointer("suppressions", i), "", p.Namespace, p.Name)...)
	}
	return found
}

// names are what objects of the input are called.
type names struct {
	hosts, namespaces, names map[string]bool
	refs                     map[[2]string]bool // namespace and name of one object
}

func (n *names) add(namespace, name string) {
	n.namespaces[namespace], n.names[name], n.refs[[2]string{namespace, name}] = true, true, true
}

// inputNames collects what documents, connections and objects with findings are called.
func inputNames(r *run) *names {
	n := &names{hosts: map[string]bool{}, namespaces: map[string]bool{}, names: map[string]bool{}, refs: map[[2]string]bool{}}
	for _, d := range r.Documents {
		if d.Kind.Own {
			continue
		}
		n.add(d.Namespace, d.Name)
		switch resource := d.Resource.(type) {
		case *schema.VirtualDestination:
			n.addHosts(resource.Spec.Hosts)
		case *schema.ExternalService:
			n.addHosts(resource.Spec.Hosts)
		case *schema.Service:
			n.hosts[d.Name+"."+d.Namespace+".svc.cluster.local"] = true
		}
	}
	for _, p := range r.Plans {
		for _, c := range p.Connections() {
			n.add(c.Object.Namespace, c.Object.Name)
			n.hosts[c.Host] = true
		}
	}
	for i := range r.Found {
		if o := r.Found[i].Object; o != nil {
			n.add(o.Namespace, o.Name)
		}
	}
	return n
}

func (n *names) addHosts(hosts []string) {
	for _, host := range hosts {
		n.hosts[host] = true
	}
}

// unmatchedFields checks the fields of one hop or suppression.
func (f *config) unmatchedFields(in *names, at, host, namespace, name string) diag.List {
	var found diag.List
	for _, field := range []struct {
		key, value string
		all        map[string]bool
		what       string
	}{
		{"host", host, in.hosts, "host"},
		{"namespace", namespace, in.namespaces, "namespace"},
		{"name", name, in.names, "object"},
	} {
		if field.value == "" || field.all[field.value] {
			continue
		}
		help := "write one of the input, or delete the line"
		if near := diag.Nearest(field.value, slices.Sorted(maps.Keys(field.all))); near != "" {
			help = "did you mean " + strconv.Quote(near) + "?"
		}
		found = append(found, f.finding(diag.ConfigUnmatched, at+diag.Pointer(field.key), "no "+field.what+" "+strconv.Quote(field.value)+" is in the input, so this has no effect", help))
	}
	if len(found) > 0 || namespace == "" || name == "" || in.refs[[2]string{namespace, name}] {
		return found
	}
	return diag.List{f.finding(diag.ConfigUnmatched, at+"/name", "no object "+strconv.Quote(name)+" of namespace "+strconv.Quote(namespace)+" is in the input, so this has no effect", "write namespace: "+in.namespaceOf(name))}
}

// namespaceOf is the first namespace that has an object of a name.
func (n *names) namespaceOf(name string) string {
	var all []string
	for ref := range n.refs {
		if ref[1] == name {
			all = append(all, ref[0])
		}
	}
	return slices.Min(all)
}

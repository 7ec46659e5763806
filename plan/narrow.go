package plan

import (
	"slices"
	"strings"
)

// Narrow returns the part of the plan that keep selects, in the same order. A destination is
// kept whole when one of its ports is, because one object is written for it, and a route when it
// leads to something that is kept. The plan itself is not changed.
func (p *Plan) Narrow(keep func(*Connection) bool) *Plan {
	out := *p
	n := narrowing{kept: map[backend]bool{}}
	selects := func(c Connection) bool {
		if !keep(&c) {
			return false
		}
		n.kept[backendOf(&c)] = true
		return true
	}
	out.Listeners = filter(p.Listeners, func(l *Listener) bool { return keep(new(l.connection())) })
	out.Upstreams = filter(p.Upstreams, func(u *Upstream) bool { return selects(u.connection()) })
	out.Destinations = filter(p.Destinations, func(d *Destination) bool {
		kept := false
		for i := range d.Ports {
			port := &d.Ports[i]
			if port.Upstream {
				kept = n.kept[backend{by: port.By}] || kept
			} else {
				kept = selects(d.connection(port)) || kept
			}
		}
		return kept
	})
	out.Routes = filter(p.Routes, n.leads)
	out.Undecided = p.Undecided.narrow(keep)
	return &out
}

// filter returns the elements that keep reports, in a slice of its own.
func filter[T any](list []T, keep func(*T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return !keep(&v) })
}

// backend is what a route leads to: a document that decides, and the name of the object that it
// decides; the name is empty for an Upstream, which decides itself.
type backend struct {
	by   Document
	name string
}

func backendOf(c *Connection) backend {
	if c.By == c.Object.Document {
		return backend{by: c.By}
	}
	return backend{c.By, c.Object.Name}
}

// narrowing holds the backends that Narrow keeps.
type narrowing struct{ kept map[backend]bool }

// leads reports a route with a backend that is kept.
func (n narrowing) leads(r *Route) bool {
	for _, by := range append([]Document{r.By}, r.Rivals...) {
		if n.kept[backend{by: by}] {
			return true
		}
		for _, name := range r.Backends {
			name, _, _ = strings.Cut(name, ":")
			if n.kept[backend{by, name}] {
				return true
			}
		}
	}
	return false
}

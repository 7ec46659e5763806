package plan

import "slices"

// Undecided are the places that no policy decides. The mesh's defaults hold there, and nothing is
// written for them.
type Undecided struct {
	// Destinations are the ports of VirtualDestinations and ExternalServices and, with Options.All,
	// of Services.
	Destinations []Destination
	Services     []Destination // without Options.All: those of Services that nothing names
	Listeners    []Listener    // of VirtualGateways
}

// Connections lists the connections at undecided places, but for those of Services: listeners first.
func (u *Undecided) Connections() []Connection {
	var out []Connection
	for i := range u.Listeners {
		out = append(out, u.Listeners[i].connection())
	}
	return undecided(append(out, connections(u.Destinations)...))
}

// ServiceConnections lists the connections to Services.
func (u *Undecided) ServiceConnections() []Connection { return undecided(connections(u.Services)) }

// narrow returns the undecided places that keep selects. A destination is kept whole.
func (u *Undecided) narrow(keep func(*Connection) bool) Undecided {
	kept := func(d *Destination) bool {
		list := undecided(connections([]Destination{*d}))
		return slices.ContainsFunc(list, func(c Connection) bool { return keep(&c) })
	}
	return Undecided{
		Destinations: filter(u.Destinations, kept),
		Services:     filter(u.Services, kept),
		Listeners:    filter(u.Listeners, func(l *Listener) bool { return keep(&undecided([]Connection{l.connection()})[0]) }),
	}
}

func connections(destinations []Destination) []Connection {
	var out []Connection
	for i := range destinations {
		d := &destinations[i]
		for j := range d.Ports {
			out = append(out, d.connection(&d.Ports[j]))
		}
	}
	return out
}

func undecided(list []Connection) []Connection {
	for i := range list {
		list[i].Undecided = true
	}
	return list
}

package validate

import (
	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/hop"
)

// Way is a hop, and the connections that it stands in.
type Way struct {
	hop.Hop
	Leg compile.Leg // "" for both
	// Host, Namespace and Name narrow it to one destination, Upstream or gateway; "" for all.
	Host, Namespace, Name string
}

// Covers reports whether a connection goes through the hop. A server stands behind destinations only.
func (w *Way) Covers(c *compile.Connection) bool {
	return (!w.Server || c.Leg != compile.FromClients) && (w.Leg == "" || w.Leg == c.Leg) && (w.Host == "" || w.Host == c.Host) &&
		(w.Namespace == "" || w.Namespace == c.Object.Namespace) && (w.Name == "" || w.Name == c.Object.Name)
}

// Toward returns the hop with the timeout that holds on a leg. A listener is a backend of a proxy
// in front of it, and a destination behind a proxy is called by a client of it.
func (w *Way) Toward(leg compile.Leg) hop.Hop {
	if leg == compile.FromClients {
		return w.TowardBackends()
	}
	return w.Hop
}

// On lists the hops that a connection goes through, each with the timeout of the side that it faces.
func On(ways []Way, c *compile.Connection) []hop.Hop {
	var hops []hop.Hop
	for i := range ways {
		if ways[i].Covers(c) {
			hops = append(hops, ways[i].Toward(c.Leg))
		}
	}
	return hops
}

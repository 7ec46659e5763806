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

// Covers reports whether a connection goes through the hop.
func (w *Way) Covers(c *compile.Connection) bool {
	return (w.Leg == "" || w.Leg == c.Leg) && (w.Host == "" || w.Host == c.Host) &&
		(w.Namespace == "" || w.Namespace == c.Object.Namespace) && (w.Name == "" || w.Name == c.Object.Name)
}

// On lists the hops that a connection goes through.
func On(ways []Way, c *compile.Connection) []hop.Hop {
	var hops []hop.Hop
	for i := range ways {
		if ways[i].Covers(c) {
			hops = append(hops, ways[i].Hop)
		}
	}
	return hops
}

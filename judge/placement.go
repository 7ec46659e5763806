package judge

import (
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// Placement is a hop, and the connections that pass it.
type Placement struct {
	hop.Hop
	Side plan.Side // "" for both
	// Host, Namespace and Name narrow it to one destination, Upstream or gateway; "" for all.
	Host, Namespace, Name string
}

// Covers reports whether a connection goes through the hop. A server is behind destinations only.
func (p *Placement) Covers(c *plan.Connection) bool {
	return (!p.Server || c.Side != plan.DownstreamSide) && (p.Side == "" || p.Side == c.Side) && (p.Host == "" || p.Host == c.Host) &&
		(p.Namespace == "" || p.Namespace == c.Object.Namespace) && (p.Name == "" || p.Name == c.Object.Name)
}

// sides are the connections on each side of a proxy; "" stands for both.
var sides = map[string]plan.Side{hop.Clients: plan.DownstreamSide, hop.Destinations: plan.UpstreamSide}

// ParsePlacement reads the words of --hop: "aws-nlb", "azure-lb=15m", "clients:aws-nlb". The error, if
// any, is a *hop.Error.
func ParsePlacement(text string) (Placement, error) {
	h, side, err := hop.ParseSided(text)
	return Placement{Hop: h, Side: sides[side]}, err
}

// Placements returns the hops of a configuration that has no errors.
func Placements(c *schema.Config) []Placement {
	var placements []Placement
	for i := range c.Hops {
		h := &c.Hops[i]
		known, err := hop.Parse(h.Words())
		if err != nil {
			continue // package validate has reported it
		}
		placements = append(placements, Placement{Hop: known, Side: sides[h.Side], Host: h.Host, Namespace: h.Namespace, Name: h.Name})
	}
	return placements
}

// Toward returns the hop with the timeout that holds on a side. A listener is a backend of a proxy
// in front of it, and a destination behind a proxy is called by a client of it.
func (p *Placement) Toward(side plan.Side) hop.Hop {
	if side == plan.DownstreamSide {
		return p.TowardBackends()
	}
	return p.Hop
}

// HopsOn lists the hops that a connection goes through, each with the timeout of the side that it faces.
func HopsOn(placements []Placement, c *plan.Connection) []hop.Hop {
	var hops []hop.Hop
	for i := range placements {
		if placements[i].Covers(c) {
			hops = append(hops, placements[i].Toward(c.Side))
		}
	}
	return hops
}

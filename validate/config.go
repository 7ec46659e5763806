package validate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/schema"
)

// config checks the hops that a configuration names.
func (r *rules) config(c *schema.Config) {
	for i := range c.Hops {
		h := &c.Hops[i]
		pointer := index("/hops", i)
		if r.took(pointer) {
			continue
		}
		known, err := hopOf(h)
		var fault *hop.Error
		if !errors.As(err, &fault) {
			if known.Server && legs[h.Side] == compile.FromClients {
				r.value(diag.UnknownHop, pointer+"/side", serverInFront(&known, "").Error(), "write side: destinations")
			}
			continue
		}
		if _, found := hop.Find(h.Hop); !found {
			r.value(diag.UnknownHop, pointer+"/hop", fault.Message, fault.Help)
		} else {
			r.value(diag.HopTimeout, pointer+"/timeout", fault.Message, fault.Help)
		}
	}
}

// hopOf reads a hop of a configuration as --hop reads it.
func hopOf(h *schema.ConfigHop) (hop.Hop, error) {
	if h.Timeout == nil {
		return hop.Parse(h.Hop)
	}
	return hop.Parse(h.Hop + "=" + h.Timeout.Text)
}

// Ways are the hops of a configuration that has no errors.
func Ways(c *schema.Config) []Way {
	var ways []Way
	for i := range c.Hops {
		h := &c.Hops[i]
		known, err := hopOf(h)
		if err != nil {
			continue // package validate has reported it
		}
		ways = append(ways, Way{Hop: known, Leg: legs[h.Side], Host: h.Host, Namespace: h.Namespace, Name: h.Name})
	}
	return ways
}

// serverInFront returns the error of a server that is named on the side of clients.
func serverInFront(h *hop.Hop, help string) error {
	return &hop.Error{Message: fmt.Sprintf("hop %s answers requests and sends none, so it does not stand in front of a listener", h.ID), Help: "write " + help}
}

// legs are the sides of a gateway, as people name them.
var legs = map[string]compile.Leg{"clients": compile.FromClients, "destinations": compile.ToDestinations}

// ParseWay reads the words of --hop: "aws-nlb", "azure-lb=15m", "clients:aws-nlb".
func ParseWay(text string) (Way, error) {
	side, name, sided := strings.Cut(text, ":")
	if !sided {
		side, name = "", text
	}
	leg, known := legs[side]
	if sided && !known {
		return Way{}, &hop.Error{Message: fmt.Sprintf("%q is no side of a gateway", side), Help: fmt.Sprintf("write clients:%s or destinations:%[1]s, or %[1]s for both", name)}
	}
	h, err := hop.Parse(name)
	if err == nil && h.Server && leg == compile.FromClients {
		err = serverInFront(&h, "destinations:"+name)
	}
	return Way{Hop: h, Leg: leg}, err
}

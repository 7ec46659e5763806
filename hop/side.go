package hop

import (
	"fmt"
	"strings"
)

// Clients and Destinations are the sides of a proxy, as --hop and a configuration name them.
const (
	Clients      = "clients"
	Destinations = "destinations"
)

// ParseSided reads a hop as Parse does, with the side that it stands on in front: "clients:aws-nlb". The
// side is "" for both. The error, if any, is an *Error.
func ParseSided(text string) (h Hop, side string, err error) {
	side, name, sided := strings.Cut(text, ":")
	switch {
	case !sided:
		side, name = "", text
	case side != Clients && side != Destinations:
		return Hop{}, "", wrong(fmt.Sprintf("write clients:%s or destinations:%[1]s, or %[1]s for both", name), "unknown side %q", side)
	}
	h, err = Parse(name)
	if err == nil && h.NotOn(side) {
		return Hop{}, "", &Error{h.WrongSide(), "write destinations:" + name}
	}
	return h, side, err
}

// NotOn reports a side that the hop cannot stand on: a server answers requests and sends none.
func (h *Hop) NotOn(side string) bool { return h.Server && side == Clients }

// WrongSide is the message about a side that the hop cannot stand on.
func (h *Hop) WrongSide() string {
	return fmt.Sprintf("hop %s answers requests and sends none, so it cannot be in front of a listener", h.ID)
}

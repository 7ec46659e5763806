package validate

import (
	"errors"

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
		known, err := hop.Parse(h.Words())
		var fault *hop.Error
		if !errors.As(err, &fault) {
			if known.NotOn(h.Side) {
				r.value(diag.UnknownHop, pointer+"/side", known.WrongSide(), "write side: "+hop.Destinations)
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

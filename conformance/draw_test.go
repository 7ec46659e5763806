package conformance_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/connpolicy/connpolicy/conformance"
)

func TestWhatIsDrawnDecidesSomething(t *testing.T) {
	ports, policies, upstreams := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := conformance.Plans().Draw(t, "plan")
		upstreams += len(p.Upstreams)
		for _, d := range p.Destinations {
			ports += len(d.Ports)
			for _, port := range d.Ports {
				if !port.Upstream {
					policies++
				}
			}
		}
	})
	t.Logf("%d ports, %d of them by policies; %d Upstreams", ports, policies, upstreams)
	if policies == 0 || ports == policies || upstreams == 0 {
		t.Error("the generator draws plans that decide too little to prove anything")
	}
}

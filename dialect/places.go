package dialect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/plan"
)

// GatewayAPIGroup is the API group of the Gateway API.
const GatewayAPIGroup = "gateway.networking.k8s.io"

// PlaceOf names the connections of a port: an Upstream's are the Upstream's.
func PlaceOf(d *plan.Destination, p *plan.Port) string {
	if p.Upstream {
		return p.By.Ref()
	}
	return fmt.Sprintf("%s:%d", d.Host, p.Number)
}

// UpstreamName is what plan.Connection calls an Upstream.
func UpstreamName(u *plan.Upstream) string {
	return strings.TrimPrefix(u.Object.Namespace+"/"+u.Object.Name, "/")
}

// SameListener reports two listeners that one Gateway opens on two proxies.
func SameListener(a, b *plan.Listener) bool {
	return a.Object.Document == b.Object.Document && a.Name == b.Name && a.Proxy != b.Proxy
}

// Listed writes a list as people do, each name once.
func Listed(names []string) string {
	var once []string
	for _, n := range names {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	if last := len(once) - 1; last > 0 {
		return strings.Join(once[:last], ", ") + " and " + once[last]
	}
	return strings.Join(once, "")
}

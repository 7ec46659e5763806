package validate

import (
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// shortConnectTimeout is the connect timeout below which the unit is questioned. Envoy counts the
// TLS handshake as well, which takes two round trips or more after TCP's own; round trips between
// neighboring regions take tens of milliseconds. Envoy's default is 5s, and its examples go down
// to 250ms (https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto).
// A text of 30ms is on Istio's reference page
// (https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings).
const shortConnectTimeout = 100 * time.Millisecond

// connectTimeout checks a connect timeout, and questions one that only hosts nearby can meet.
func (r *rules) connectTimeout(pointer string, d *schema.Duration, precision time.Duration) {
	const enough = `"250ms" or more`
	switch {
	case d == nil:
	case d.Duration < ms:
		r.value(diag.DurationTooShort, pointer, sprint("%s is %s, and it must be at least %s", diag.FieldPath(pointer), d.Text, ms), "write "+enough+", or delete the line")
	case precision > 0 && d.Duration%precision != 0:
		r.duration(pointer, d, ms, precision)
	case d.Duration < shortConnectTimeout:
		help := "write " + enough + ", unless every host is in the same zone"
		if n := d.Milliseconds(); d.Duration == time.Duration(n)*ms {
			help = sprint("write \"%ds\" if seconds are meant, or %s, unless every host is in the same zone", n, enough)
		}
		r.value(diag.ConnectTimeoutShort, pointer, sprint("%s is %s: a connection to another zone, or with TLS, may not be made in that time", diag.FieldPath(pointer), d.Text), help)
	}
}

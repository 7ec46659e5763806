package compile_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/plan"
	"github.com/google/go-cmp/cmp"
)

// everySlice is an input whose plan has something in each of its slices.
const everySlice = `
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {ports: [{name: http, port: 9080}]}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: shop, labels: {app: ratings}}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: keepalive, namespace: shop}
spec: {applyToDestinations: [{selector: {labels: {app: ratings}}}], config: {tcp: {tcpKeepalive: {time: 300s}}}}
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: reviews-upstream, namespace: shop}
spec: {connectionConfig: {connectTimeout: 3s}, kube: {serviceName: reviews, serviceNamespace: shop, servicePort: 9080}}
---
apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: web, namespace: shop}
spec: {bindAddress: '::', bindPort: 8080, httpGateway: {options: {httpConnectionManagerSettings: {idleTimeout: 60s}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: to-reviews, namespace: shop}
spec: {rules: [{backendRefs: [{name: reviews, port: 9080}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: to-ratings, namespace: shop}
spec: {rules: [{backendRefs: [{name: ratings, port: 80}]}]}
---
apiVersion: networking.gloo.solo.io/v2
kind: ExternalService
metadata: {name: partner, namespace: shop}
spec: {hosts: [partner.example.com], ports: [{number: 443, protocol: TLS}]}
---
apiVersion: networking.gloo.solo.io/v2
kind: VirtualGateway
metadata: {name: edge, namespace: shop}
spec: {workloads: [{selector: {labels: {istio: edge}}}], listeners: [{port: {number: 8443}, http: {}}]}
---
apiVersion: v1
kind: Service
metadata: {name: details, namespace: shop}
spec: {ports: [{name: http, port: 9080}]}
---
apiVersion: v1
kind: Service
metadata: {name: behind, namespace: shop, labels: {app: behind}}
spec: {ports: [{name: http, port: 9080}]}
---
apiVersion: networking.gloo.solo.io/v2
kind: VirtualDestination
metadata: {name: front, namespace: shop}
spec: {hosts: [front.global], ports: [{number: 80, protocol: HTTP}], services: [{labels: {app: behind}}]}
`

func TestAPlanNarrowsAllOfItself(t *testing.T) {
	p, _ := resolve(t, strings.TrimPrefix(everySlice, "\n"))
	all, none := p.Narrow(func(*plan.Connection) bool { return true }), p.Narrow(func(*plan.Connection) bool { return false })
	narrows(t, reflect.ValueOf(p).Elem(), reflect.ValueOf(all).Elem(), reflect.ValueOf(none).Elem())
}

// narrows compares each slice of a plan with those of the plans that keep all and nothing.
func narrows(t *testing.T, v, kept, gone reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if v.Field(i).Kind() == reflect.Struct {
			narrows(t, v.Field(i), kept.Field(i), gone.Field(i))
			continue
		}
		if v.Field(i).Kind() != reflect.Slice || v.Field(i).Len() == 0 {
			t.Errorf("%s: the plan must have something in each slice, and nothing else", name)
		}
		if kept.Field(i).Len() != v.Field(i).Len() {
			t.Errorf("%s: %d of %d are kept when everything is", name, kept.Field(i).Len(), v.Field(i).Len())
		}
		if gone.Field(i).Len() != 0 {
			t.Errorf("%s: %d are kept when nothing is", name, gone.Field(i).Len())
		}
	}
}

func TestANarrowedPlanHasTheRoutesOfWhatIsKept(t *testing.T) {
	p, _ := resolve(t, strings.TrimPrefix(everySlice, "\n"))
	for _, tt := range []struct {
		name  string
		host  string
		hosts []string
		route string
	}{
		{"an Upstream with the rule of its Service", "reviews.shop.svc.cluster.local", []string{"reviews.shop.svc.cluster.local"}, "to-reviews"},
		{"a Service", "ratings.shop.svc.cluster.local", []string{"ratings.shop.svc.cluster.local"}, "to-ratings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := p.Narrow(func(c *plan.Connection) bool { return c.Host == tt.host })
			var hosts []string
			for _, d := range got.Destinations {
				hosts = append(hosts, d.Host)
			}
			if diff := cmp.Diff(tt.hosts, hosts); diff != "" {
				t.Error(diff)
			}
			if len(got.Routes) != 1 || got.Routes[0].Name != tt.route {
				t.Errorf("routes %v, want %s alone", got.Routes, tt.route)
			}
			if len(got.Listeners) != 0 {
				t.Errorf("%d listeners are kept", len(got.Listeners))
			}
		})
	}
}

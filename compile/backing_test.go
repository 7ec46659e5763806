package compile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/plan"
)

// endpoints lists where each port of a host connects: "8080 > cart.shop:80".
func endpoints(p *plan.Plan, host string) []string {
	var out []string
	for _, d := range p.Destinations {
		for _, port := range d.Ports {
			for _, e := range port.Endpoints {
				if d.Host == host {
					at := fmt.Sprintf("%s:%d", strings.TrimSuffix(e.Address, ".svc.cluster.local"), e.Port)
					if e.Path != "" {
						at = e.Path
					}
					out = append(out, fmt.Sprintf("%d > %s", port.Number, at))
				}
			}
		}
	}
	return out
}

func TestAConnectionEndsAtWhatIsBehindTheHost(t *testing.T) {
	virtual := func(spec string) string {
		return manifest("VirtualDestination", "shop/v", "", "{hosts: [v.global], "+spec+"}")
	}
	const cart = "{ports: [{port: 80, name: http, targetPort: 8080}, {port: 443, name: https}]}"
	service := manifest("Service", "shop/cart", "labels: {app: cart}", cart)
	const selects = "services: [{labels: {app: cart}}], "
	external := func(spec string) string { return manifest("ExternalService", "shop/bank", "labels: {app: bank}", spec) }
	const bank = "externalServices: [{labels: {app: bank}}], ports: [{number: 443, protocol: TCP}]"
	for _, c := range []struct {
		name, text string
		want       []string
		codes      []string
	}{
		{"the Service's port of the same number", service + virtual(selects+"ports: [{number: 80, protocol: HTTP}]"), []string{"80 > cart.shop:80"}, nil},
		{"the target port by number", service + virtual(selects+"ports: [{number: 9000, protocol: HTTP, targetPort: {number: 443}}]"), []string{"9000 > cart.shop:443"}, nil},
		{"the target port by name", service + virtual(selects+"ports: [{number: 9000, protocol: HTTP, targetPort: {name: http}}]"), []string{"9000 > cart.shop:80"}, nil},
		{"a target port that the Service lacks", service + virtual(selects+"ports: [{number: 9000, protocol: HTTP, targetPort: {name: web}}]"), nil, []string{"target-port-not-found"}},
		{"no Service in the input", virtual(selects + "ports: [{number: 80, protocol: HTTP}]"), []string{"80 > v.global:80"}, []string{"no-backing-service"}},
		{
			"a headless Service's pods", manifest("Service", "shop/cart", "labels: {app: cart}", "{clusterIP: None, ports: [{port: 80, targetPort: 8080}]}") +
				virtual(selects+"ports: [{number: 80, protocol: HTTP}]"), []string{"80 > cart.shop:8080"}, nil,
		},
		{
			"the oldest Service of a cluster", manifest("Service", "shop/a", created(2)+", labels: {app: cart}", cart) + manifest("Service", "shop/b", created(1)+", labels: {app: cart}", cart) +
				virtual(selects+"ports: [{number: 80, protocol: HTTP}]"), []string{"80 > b.shop:80"}, []string{"several-backing-services"},
		},
		{
			"a Service of every cluster", manifest("Service", "shop/a", "annotations: {cluster.solo.io/cluster: east}, labels: {app: cart}", cart) +
				manifest("Service", "shop/b", "annotations: {cluster.solo.io/cluster: west}, labels: {app: cart}", cart) +
				virtual(selects+"ports: [{number: 80, protocol: HTTP}]"), []string{"80 > a.shop:80", "80 > b.shop:80"}, nil,
		},
		{"an ExternalService's host", external("{hosts: [api.bank.example], ports: [{number: 443, protocol: TCP, name: tls}]}") + virtual(bank), []string{"443 > api.bank.example:443"}, nil},
		{"an ExternalService's addresses", external("{addresses: [192.0.2.1, 192.0.2.2], ports: [{number: 443, protocol: TCP, name: tls}]}") + virtual(bank), []string{"443 > 192.0.2.1:443", "443 > 192.0.2.2:443"}, nil},
		{
			"the ExternalEndpoints it selects", external("{hosts: [api.bank.example], selector: {zone: a}, ports: [{number: 443, protocol: TCP, name: tls, targetPort: {name: in}}]}") +
				manifest("ExternalEndpoint", "shop/one", "labels: {zone: a}", "{address: 192.0.2.9, ports: [{name: in, number: 8443}, {name: out, number: 1}]}") +
				manifest("ExternalEndpoint", "shop/two", "labels: {zone: a}", "{address: 'unix:///run/bank.sock', ports: [{name: in, number: 1}]}") +
				manifest("ExternalEndpoint", "shop/three", "labels: {zone: b}", "{address: 192.0.2.10, ports: [{name: in, number: 8443}]}") + virtual(bank),
			[]string{"443 > /run/bank.sock", "443 > 192.0.2.9:8443"},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, found := resolve(t, c.text+policy("shop/slow", "", "[{kind: VIRTUAL_DESTINATION, selector: {}}]"))
			if got := endpoints(p, "v.global"); !slices.Equal(got, c.want) {
				t.Errorf("connections end at %q, want %q", got, c.want)
			}
			got := codes(found)
			for _, want := range c.codes {
				if got[want] != 1 {
					t.Errorf("%s is not found\n%s", want, printed(found))
				}
			}
			if len(found) != len(c.codes) {
				t.Errorf("%s", printed(found))
			}
		})
	}
}

func TestAServiceIsReachedByItsName(t *testing.T) {
	p, _ := resolve(t, manifest("Service", "shop/web", "", "{ports: [{port: 80, targetPort: 8080}]}")+
		manifest("Service", "shop/pods", "", "{clusterIP: None, ports: [{port: 80, targetPort: 8080}, {port: 81, targetPort: named}]}")+policy("shop/slow", "", ""))
	if got, want := endpoints(p, "web.shop.svc.cluster.local"), []string{"80 > web.shop:80"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := endpoints(p, "pods.shop.svc.cluster.local"), []string{"80 > pods.shop:8080", "81 > pods.shop:81"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

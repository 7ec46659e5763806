package compile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
)

// shop is the input that selectors are tried on.
var shop = manifest("Service", "shop/cart", "labels: {app: cart, tier: back}", "{ports: [{port: 80, name: http}, {port: 9090, name: metrics}]}") +
	manifest("Service", "shop/web", "labels: {app: web, tier: front}", "{ports: [{port: 80, name: http}]}") +
	manifest("Service", "other/cart", "labels: {app: cart}, annotations: {cluster.solo.io/cluster: west}", "{ports: [{port: 80, name: http}]}") +
	manifest("VirtualDestination", "shop/cart-global", "labels: {app: cart}", "{hosts: [cart.global], services: [{labels: {app: cart}, namespace: shop}], ports: [{number: 8080, protocol: HTTP, targetPort: {number: 80}}]}") +
	manifest("ExternalService", "shop/bank", "labels: {app: bank}", "{hosts: [api.bank.example], ports: [{number: 443, protocol: HTTPS, name: https}]}")

func TestAPolicyReachesWhatItsSelectorsSelect(t *testing.T) {
	const cart, cart9090, web, west, global = "cart.shop:80", "cart.shop:9090", "web.shop:80", "cart.other:80", "cart.global:8080"
	for _, c := range []struct {
		applies string
		want    []string
		codes   []string
	}{
		{"", []string{cart, cart9090, web, west, global}, nil},
		{"[]", []string{cart, cart9090, web, west, global}, nil},
		{"[{selector: {}}]", []string{cart, cart9090, web, west}, nil},
		{"[{kind: SERVICE, selector: {}}]", []string{cart, cart9090, web, west}, nil},
		{"[{kind: VIRTUAL_DESTINATION, selector: {}}]", []string{global}, nil},
		{"[{selector: {labels: {app: cart}}}]", []string{cart, cart9090, west}, nil},
		{"[{selector: {labels: {app: cart, tier: back}}}]", []string{cart, cart9090}, nil},
		{"[{selector: {labels: {app: cart, tier: front}}}]", nil, []string{"nothing-selected"}},
		{"[{selector: {name: cart}}]", []string{cart, cart9090, west}, nil},
		{"[{selector: {namespace: shop}}]", []string{cart, cart9090, web}, nil},
		{"[{selector: {name: cart, namespace: other}}]", []string{west}, nil},
		{"[{selector: {cluster: west}}]", []string{cart, cart9090, web, west}, []string{"cluster-unknown"}},
		{"[{selector: {cluster: west, namespace: other}}]", []string{west}, nil},
		{"[{selector: {cluster: east, namespace: other}}]", nil, []string{"nothing-selected"}},
		{"[{selector: {}, port: {number: 80}}]", []string{cart, web, west}, nil},
		{"[{selector: {}, port: {number: 9090}}]", []string{cart9090}, []string{"port-not-found"}},
		{"[{selector: {}, port: {name: metrics}}]", []string{cart9090}, []string{"port-not-found"}},
		{"[{selector: {name: web}, port: {name: metrics}}]", nil, []string{"port-not-found"}},
		{"[{kind: VIRTUAL_DESTINATION, selector: {}, port: {name: http-8080}}]", []string{global}, nil},
		{"[{selector: {name: web}}, {kind: VIRTUAL_DESTINATION, selector: {labels: {app: cart}}}]", []string{web, global}, nil},
		{"[{selector: {name: cart}, port: {number: 80}}, {selector: {namespace: shop}, port: {name: metrics}}]", []string{cart, cart9090, west}, []string{"port-not-found"}},
		{"[{selector: {name: web}}, {selector: {labels: {app: web}}}]", []string{web}, nil},
		{"[{selector: {labels: {app: wep}}}]", nil, []string{"nothing-selected"}},
		{"[{selector: {workspace: team}}]", []string{cart, cart9090, web, west}, nil},
	} {
		t.Run(c.applies, func(t *testing.T) {
			p, found := resolve(t, shop+policy("shop/slow", "", c.applies))
			want := slices.Clone(c.want)
			for i := range want {
				want[i] += " by shop/slow"
			}
			expect(t, p, found, want, c.codes...)
		})
	}
}

func TestASelectorThatMatchesNothingIsToldWhatItMeant(t *testing.T) {
	for applies, wants := range map[string][]string{
		"[{selector: {labels: {app: wep}}}]":                        {`write {app: web} to select it`, `Service shop/web is close: it has app "web"`},
		"[{selector: {labels: {app: cart, tier: front}}}]":          {`write {app: web, tier: front} to select it`, `Service shop/web is close: it has app "web"`},
		"[{selector: {name: Cart, namespace: shop}}]":               {`write {name: cart, namespace: shop} to select it`, `it has the name "cart"`},
		"[{selector: {name: cart-global}}]":                         {`write kind: VIRTUAL_DESTINATION`, `VirtualDestination shop/cart-global matches, but is of another kind`},
		"[{kind: VIRTUAL_DESTINATION, selector: {name: web}}]":      {`write kind: SERVICE`},
		"[{selector: {labels: {nobody: has-this-label-anywhere}}}]": {`compare it with the labels, names and namespaces of the Services in the input`},
	} {
		_, found := resolve(t, shop+policy("shop/slow", "", applies))
		d := one(t, found, diag.NothingSelected)
		text := printed(diag.List{d})
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not said:\n%s", applies, want, text)
			}
		}
		if d.LineText(d.Line)[d.Col-1:][:d.Len] != "selector" {
			t.Errorf("%s: it points at %q", applies, d.LineText(d.Line)[d.Col-1:][:d.Len])
		}
	}
}

func TestAPolicyWithoutDestinationsInTheInputIsToldSo(t *testing.T) {
	for _, applies := range []string{"", "[{selector: {}}]", "[{kind: VIRTUAL_DESTINATION, selector: {name: a}}]"} {
		p, found := resolve(t, policy("shop/slow", "", applies))
		expect(t, p, found, nil, "nothing-selected")
	}
}

func TestAClusterGivenByFlagIsComparedWithSelectors(t *testing.T) {
	docs := read(t, shop+policy("shop/slow", "", "[{selector: {cluster: east}}]"))
	p, found := compile.Resolve(docs, compile.Options{Cluster: "east"})
	expect(t, p, found, []string{"cart.shop:80 by shop/slow", "cart.shop:9090 by shop/slow", "web.shop:80 by shop/slow"})
}

func TestEveryHostOfAVirtualDestinationGetsTheSettings(t *testing.T) {
	p, found := resolve(t, manifest("VirtualDestination", "a/b", "", "{hosts: [z.global, y.global], services: [{name: x}], ports: [{number: 80, protocol: HTTP}]}")+
		manifest("Service", "a/x", "", "{ports: [{port: 80}]}")+policy("a/p", "", "[{kind: VIRTUAL_DESTINATION, selector: {}}]"))
	expect(t, p, found, []string{"y.global:80 by a/p", "z.global:80 by a/p"})
}

func TestAPortWithoutANumberOfItsOwnIsFoundByItsTargetsPorts(t *testing.T) {
	_, found := resolve(t, shop+policy("shop/slow", "", "[{selector: {name: web}, port: {number: 8080}}]"))
	d := one(t, found, diag.PortNotFound)
	if d.Help != "write one of its ports: 80 (http)" || d.LineText(d.Line)[d.Col-1:][:d.Len] != "8080" {
		t.Errorf("%s", printed(diag.List{d}))
	}
}

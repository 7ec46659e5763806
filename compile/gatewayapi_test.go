package compile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/plan"
)

// api writes an object of the Gateway API.
func api(kind, reference, spec string) string {
	namespace, name, _ := strings.Cut(reference, "/")
	version := "v1"
	if kind == "TCPRoute" {
		version = "v1alpha2"
	}
	return fmt.Sprintf("---\napiVersion: gateway.networking.k8s.io/%s\nkind: %s\nmetadata: {namespace: %s, name: %s}\nspec: %s\n", version, kind, namespace, name, spec)
}

// routes says of each route what decides it: "HTTPRoute shop/web#rule by shop/p: cart:80 and stock:80".
func routes(p *plan.Plan) []string {
	var out []string
	for _, r := range p.Routes {
		line := r.Kind + " " + r.Ref()
		if r.Section != "" {
			line += "#" + r.Section
		}
		line += " by " + r.By.Ref()
		for _, rival := range r.Rivals {
			line += " against " + rival.Ref()
		}
		line += ": " + strings.Join(r.Backends, ", ")
		if len(r.Others) > 0 {
			line += "; also " + strings.Join(r.Others, ", ")
		}
		if (r.Settings == nil) != (len(r.Rivals) > 0) {
			line += " (settings and rivals disagree)"
		}
		out = append(out, line)
	}
	return out
}

const shopServices = "---\napiVersion: v1\nkind: Service\nmetadata: {namespace: shop, name: cart}\nspec: {ports: [{name: http, port: 80}, {name: admin, port: 81}]}\n" +
	"---\napiVersion: v1\nkind: Service\nmetadata: {namespace: shop, name: stock}\nspec: {ports: [{name: http, port: 80}]}\n"

func TestRoutesGetTheSettingsOfTheirBackends(t *testing.T) {
	cart := policy("shop/cart", "", "[{selector: {name: cart}, port: {number: 80}}]")
	both := policy("shop/both", "", "[{selector: {}}]")
	stock := policy("shop/stock", "", "[{selector: {name: stock}}]")
	upstream := manifest("Upstream", "gloo/api", "", "{static: {hosts: [{addr: api.example.com, port: 443}]}, connectionConfig: {connectTimeout: 1s}}")
	kube := manifest("Upstream", "gloo/cart", "", "{kube: {serviceName: cart, serviceNamespace: shop, servicePort: 80}, connectionConfig: {connectTimeout: 1s}}")
	to := func(names ...string) string {
		var refs []string
		for _, n := range names {
			name, port, _ := strings.Cut(n, ":")
			refs = append(refs, "{name: "+name+", port: "+port+"}")
		}
		return "backendRefs: [" + strings.Join(refs, ", ") + "]"
	}
	for name, tt := range map[string]struct {
		text string
		opts compile.Options
		want []string
	}{
		"one backend":          {cart + api("HTTPRoute", "shop/web", "{rules: [{"+to("cart:80")+"}]}"), compile.Options{}, []string{"HTTPRoute shop/web by shop/cart: cart:80"}},
		"another port":         {cart + api("HTTPRoute", "shop/web", "{rules: [{"+to("cart:81")+"}]}"), compile.Options{}, nil},
		"a backend left alone": {cart + api("TCPRoute", "shop/web", "{rules: [{"+to("cart:80", "stock:80")+"}]}"), compile.Options{}, []string{"TCPRoute shop/web by shop/cart: cart:80; also stock:80"}},
		"one policy for both":  {both + api("HTTPRoute", "shop/web", "{rules: [{"+to("cart:80")+"}, {"+to("stock:80")+"}]}"), compile.Options{}, []string{"HTTPRoute shop/web by shop/both: cart:80, stock:80"}},
		"two policies":         {cart + stock + api("HTTPRoute", "shop/web", "{rules: [{"+to("cart:80", "stock:80")+"}]}"), compile.Options{}, []string{"HTTPRoute shop/web by shop/cart against shop/stock: cart:80, stock:80"}},
		"two policies, two rules": {
			cart + stock + api("HTTPRoute", "shop/web", "{rules: [{name: a, "+to("cart:80")+"}, {name: b, "+to("stock:80")+"}]}"),
			compile.Options{},
			[]string{"HTTPRoute shop/web#a by shop/cart: cart:80", "HTTPRoute shop/web#b by shop/stock: stock:80"},
		},
		"two policies, a rule without a name": {
			cart + stock + api("HTTPRoute", "shop/web", "{rules: [{name: a, "+to("cart:80")+"}, {"+to("stock:80")+"}]}"),
			compile.Options{},
			[]string{"HTTPRoute shop/web by shop/cart against shop/stock: cart:80, stock:80"},
		},
		"a rule that nobody decides": {
			cart + api("HTTPRoute", "shop/web", "{rules: [{name: a, "+to("cart:80")+"}, {name: b, "+to("stock:80")+"}]}"),
			compile.Options{},
			[]string{"HTTPRoute shop/web#a by shop/cart: cart:80"},
		},
		"another namespace": {
			cart + api("HTTPRoute", "front/web", "{rules: [{backendRefs: [{name: cart, namespace: shop, port: 80}]}]}"),
			compile.Options{},
			[]string{"HTTPRoute front/web by shop/cart: cart:80"},
		},
		"an Upstream": {
			upstream + api("HTTPRoute", "gloo/web", "{rules: [{backendRefs: [{group: gloo.solo.io, kind: Upstream, name: api}]}]}"),
			compile.Options{},
			[]string{"HTTPRoute gloo/web by gloo/api: api"},
		},
		"a Service that an Upstream decides": {kube + api("HTTPRoute", "shop/web", "{rules: [{"+to("cart:80")+"}]}"), compile.Options{}, []string{"HTTPRoute shop/web by gloo/cart: cart:80"}},
		"a route by flag": {
			cart + upstream,
			compile.Options{Attach: []compile.Attach{{Namespace: "gloo", Name: "api", Route: plan.Attachment{Kind: "HTTPRoute", Namespace: "gloo", Name: "web"}}}},
			[]string{"HTTPRoute gloo/web by gloo/api: api"},
		},
		"a route by flag for all that have none": {
			both + kube + api("TCPRoute", "shop/tcp", "{rules: [{"+to("stock:80")+"}]}"),
			compile.Options{Attach: []compile.Attach{{Route: plan.Attachment{Kind: "HTTPRoute", Namespace: "shop", Name: "web"}}}},
			[]string{"TCPRoute shop/tcp by shop/both: stock:80", "HTTPRoute shop/web by shop/both: cart:80, cart:81"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, found := compile.Resolve(read(t, shopServices+tt.text), tt.opts)
			if got := routes(p); !slices.Equal(got, tt.want) {
				t.Errorf("routes are\n\t%s\nwant\n\t%s\n%s", strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"), printed(found))
			}
		})
	}
}

func TestAnAttachmentToNothingNamesTheNearest(t *testing.T) {
	docs := read(t, manifest("Service", "shop/cart", "", "{ports: [{name: http, port: 80}]}")+policy("shop/p", "", "[{selector: {}}]"))
	route := plan.Attachment{Kind: "HTTPRoute", Namespace: "shop", Name: "r"}
	_, found := compile.Resolve(docs, compile.Options{Attach: []compile.Attach{{Namespace: "shop", Name: "crt", Route: route}}})
	if len(found) != 1 || found[0].Help != `did you mean "shop/cart"?` {
		t.Errorf("%s", printed(found))
	}
}

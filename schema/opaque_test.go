package schema_test

import (
	"testing"

	"github.com/connpolicy/connpolicy/schema"
)

func TestAnObjectOfAnOpaqueKindIsKeptWhole(t *testing.T) {
	d := only(t, "apiVersion: gateway.kgateway.dev/v1beta1\nkind: BackendConfigPolicy\nmetadata: {name: a, namespace: shop, labels: {team: x}}\nspec: {targetRefs: [{name: cart}], tcpKeepalive: {keepAliveTime: 60s}}\n")
	if err := d.Decode(); err != nil {
		t.Fatal(err)
	}
	object, ok := d.Resource.(*schema.Object)
	if !ok || object.Spec()["tcpKeepalive"] == nil || d.Labels["team"] != "x" || d.Ref() != "shop/a" {
		t.Errorf("%s is kept as %#v", d.Subject(), d.Resource)
	}
}

func TestAnOpaqueObjectWithoutASpecHasNone(t *testing.T) {
	for _, spec := range []string{"", "spec: null\n", "spec: [a]\n", "spec: text\n"} {
		d := only(t, "apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a}\n"+spec)
		if err := d.Decode(); err != nil {
			t.Fatal(err)
		}
		if object := d.Resource.(*schema.Object); object.Spec() != nil {
			t.Errorf("%q: the spec is %v", spec, object.Spec())
		}
	}
}

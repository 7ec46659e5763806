package compile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/dialect/istio"
)

const webService = "{ports: [{port: 80, name: http}, {port: 81, name: admin}]}"

func TestOneOfSeveralPoliciesDecidesAPort(t *testing.T) {
	web := manifest("Service", "shop/web", "", webService)
	for _, c := range []struct {
		name, first, second string // the first wins
		because             string
	}{
		{"the older", policy("shop/z", created(1), ""), policy("shop/a", created(2), ""), "this one wins, as it is older"},
		{"the one in the cluster", policy("shop/z", created(9), ""), policy("shop/a", "", ""), "this one wins, as it is in the cluster already"},
		{"the first by name, at one age", policy("shop/a", created(1), ""), policy("shop/z", created(1), ""), "its name sorts first"},
		{"the first by name, without an age", policy("shop/a", "", ""), policy("shop/z", "", ""), "its name sorts first"},
		{"the first by namespace", policy("a/z", "", ""), policy("shop/a", "", ""), `namespace "a" sorts first`},
	} {
		for _, text := range []string{web + c.first + c.second, c.second + web + c.first} {
			t.Run(c.name, func(t *testing.T) {
				winner := strings.NewReplacer("{", "", "}", "", ",", "").Replace(strings.Split(c.first, "metadata: ")[1])
				fields := strings.Fields(winner)
				reference := fields[1] + "/" + fields[3]
				p, found := resolve(t, text)
				expect(t, p, found, []string{"web.shop:80 by " + reference, "web.shop:81 by " + reference}, "policy-shadowed")
				d := one(t, found, diag.PolicyShadowed)
				if len(d.Related) != 1 || !strings.Contains(d.Related[0].Message, c.because) {
					t.Errorf("%q is not said:\n%s", c.because, printed(found))
				}
				if d.Line == d.Related[0].Line || !strings.Contains(d.Message, `"`+reference+`"`) {
					t.Errorf("winner and loser are not both shown:\n%s", printed(found))
				}
			})
		}
	}
}

func TestPoliciesForDifferentPortsLiveSideBySide(t *testing.T) {
	p, found := resolve(t, manifest("Service", "shop/web", "", webService)+
		policy("shop/a", "", "[{selector: {}, port: {number: 80}}]")+policy("shop/b", "", "[{selector: {}, port: {name: admin}}]"))
	expect(t, p, found, []string{"web.shop:80 by shop/a", "web.shop:81 by shop/b"})
}

func TestAPolicyThatLosesOnePortKeepsTheOther(t *testing.T) {
	p, found := resolve(t, manifest("Service", "shop/web", "", webService)+
		policy("shop/a", "", "[{selector: {}, port: {number: 80}}]")+policy("shop/b", "", "[{selector: {}}]"))
	expect(t, p, found, []string{"web.shop:80 by shop/a", "web.shop:81 by shop/b"}, "policy-shadowed")
	if d := one(t, found, diag.PolicyShadowed); !strings.HasPrefix(d.Message, "web.shop.svc.cluster.local:80 is decided") {
		t.Errorf("%s", d.Message)
	}
}

func TestSettingsOfTwoPoliciesAreNeverMerged(t *testing.T) {
	p, _ := resolve(t, manifest("Service", "shop/web", "", "{ports: [{port: 80}]}")+
		manifest("ConnectionPolicy", "shop/a", "", "{config: {tcp: {connectTimeout: 3s}}}")+
		manifest("ConnectionPolicy", "shop/b", "", "{config: {tcp: {connectTimeout: 4s, maxConnections: 7}, http: {idleTimeout: 9s}}}"))
	s := p.Destinations[0].Ports[0].Settings
	if s.ConnectTimeout.Value != 3*time.Second || s.Limits.MaxConnections.Written() || s.HTTP.IdleTimeout.Written() {
		t.Errorf("the settings are mixed: %+v", s)
	}
}

func TestAConnectionPolicyComesBeforeAnUpstreamOfTheSameService(t *testing.T) {
	p, found := resolve(t, manifest("Service", "shop/web", "", webService)+policy("shop/z", "", "[{selector: {}, port: {number: 80}}]")+
		manifest("Upstream", "shop/a", created(1), "{kube: {serviceName: web, serviceNamespace: shop, servicePort: 80}, connectionConfig: {connectTimeout: 9s}}")+
		manifest("Upstream", "shop/b", "", "{kube: {serviceName: web, serviceNamespace: shop, servicePort: 81}, connectionConfig: {connectTimeout: 9s}}"))
	expect(t, p, found, []string{"web.shop:80 by shop/z", "web.shop:81 by shop/b"})
	if len(p.Upstreams) != 2 {
		t.Errorf("%d Upstreams keep a cluster of their own, want 2", len(p.Upstreams))
	}
	_, found = istio.Write(p, dialect.Options{})
	if d := one(t, found, diag.PolicyShadowed); d.Subject != "Upstream shop/a" || !strings.Contains(d.Related[0].Message, "a ConnectionPolicy takes precedence over an Upstream") {
		t.Errorf("%s", printed(found))
	}
	if _, found = envoy.Write(p, dialect.Options{}); len(found) > 0 {
		t.Errorf("in Envoy each has a cluster of its own, and nothing is lost:\n%s", printed(found))
	}
}

func TestThreePoliciesOnOnePortGiveAFindingForEachLoser(t *testing.T) {
	p, found := resolve(t, manifest("Service", "shop/web", "", "{ports: [{port: 80}]}")+policy("shop/a", "", "")+policy("shop/b", "", "")+policy("shop/c", "", ""))
	expect(t, p, found, []string{"web.shop:80 by shop/a"}, "policy-shadowed", "policy-shadowed")
}

func TestAnObjectThatStandsThereTwiceIsOneObject(t *testing.T) {
	text := policy("shop/a", "", "") + manifest("Service", "shop/web", "", "{ports: [{port: 80}]}")
	p, found := resolve(t, text+text)
	expect(t, p, found, []string{"web.shop:80 by shop/a"})
}

func TestTwoObjectsOfOneNameThatDifferAreAnError(t *testing.T) {
	service := manifest("Service", "shop/web", "", "{ports: [{port: 80}]}")
	_, found := resolve(t, policy("shop/a", "", "")+service+manifest("Service", "shop/web", "", "{ports: [{port: 81}]}"))
	d := one(t, found, diag.DuplicateObject)
	if d.Severity != diag.Error || d.Line < d.Related[0].Line {
		t.Errorf("%s", printed(found))
	}
	_, found = resolve(t, manifest("Service", "shop/web", "annotations: {cluster.solo.io/cluster: east}", "{ports: [{port: 80}]}")+
		manifest("Service", "shop/web", "annotations: {cluster.solo.io/cluster: west}", "{ports: [{port: 80}]}")+policy("shop/a", "", ""))
	if codes(found)["duplicate-object"] > 0 {
		t.Errorf("one name in two clusters is no mistake:\n%s", printed(found))
	}
}

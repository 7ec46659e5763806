package compile_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

func TestAnExistingRuleIsToldWhichOneIstioUses(t *testing.T) {
	const host, traffic = "host: web.shop.svc.cluster.local", "trafficPolicy: {loadBalancer: {simple: RANDOM}}"
	for _, c := range []struct{ name, reference, meta, spec, says string }{
		{"older", "shop/old", created(1), host + ", " + traffic, "Istio uses the older one, this one, and merges nothing"},
		{"never applied", "shop/old", "", host + ", " + traffic, "Istio uses the one that is created first, and merges nothing"},
		{"a short name in its own namespace", "shop/old", created(1), "host: web, " + traffic, "Istio uses the older one"},
		{"subsets only", "shop/old", created(1), host + ", subsets: [{name: v1}]", "Istio merges its subsets with the compiled one"},
		{"for some workloads", "shop/old", created(1), host + ", " + traffic + ", workloadSelector: {matchLabels: {app: x}}", "for the workloads it selects"},
		{"of the clients' namespace", "client/old", created(1), host + ", " + traffic, `clients in namespace "client" use this one alone, all others the compiled one`},
		{"exported elsewhere", "shop/old", created(1), host + ", " + traffic + ", exportTo: [client]", "Istio uses the newer one, which will be the compiled one"},
		{"exported everywhere", "shop/old", created(1), host + ", " + traffic + ", exportTo: ['*']", "Istio uses the older one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, found := resolve(t, manifest("Service", "shop/web", "", "{ports: [{port: 80}]}")+policy("shop/slow", "", "")+
				manifest("DestinationRule", c.reference, c.meta, "{"+c.spec+"}"))
			d := one(t, found, diag.ExistingRule)
			if !strings.Contains(d.Message, c.says) || !strings.HasPrefix(d.Message, "this rule and the one compiled for web.shop.svc.cluster.local are for one host: ") {
				t.Errorf("it says %q, want %q", d.Message, c.says)
			}
			if d.Subject != "DestinationRule "+c.reference || len(d.Related) != 1 {
				t.Errorf("%s", printed(found))
			}
		})
	}
}

func TestARuleThatDoesNotMeetTheCompiledOneIsNoFinding(t *testing.T) {
	const traffic = "trafficPolicy: {loadBalancer: {simple: RANDOM}}"
	for name, rule := range map[string]string{
		"another host":                            manifest("DestinationRule", "shop/old", "", "{host: api.shop.svc.cluster.local, "+traffic+"}"),
		"a short name of another namespace":       manifest("DestinationRule", "client/old", "", "{host: web, "+traffic+"}"),
		"a wildcard for other hosts":              manifest("DestinationRule", "shop/old", "", `{host: "*.web.shop.svc.cluster.local", `+traffic+"}"),
		"connpolicy's own output of a run before": manifest("DestinationRule", "shop/web-shop-svc-cluster-local-service-web-shop", "", "{host: web.shop.svc.cluster.local, "+traffic+"}"),
	} {
		t.Run(name, func(t *testing.T) {
			_, found := resolve(t, manifest("Service", "shop/web", "", "{ports: [{port: 80}]}")+policy("shop/slow", "", "")+rule)
			if len(found) > 0 {
				t.Errorf("%s", printed(found))
			}
		})
	}
}

func TestAWildcardRuleIsReportedOnceWithTheHostsItCovers(t *testing.T) {
	const tls = "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 80}, outlierDetection: {}}]}"
	const exact = "Istio takes the exact host before a wildcard and merges nothing, so the settings of this rule do not apply to it: outlierDetection, tls"
	services := manifest("Service", "shop/api", "", "{ports: [{port: 80}]}") + manifest("Service", "shop/web", "", "{ports: [{port: 80}]}") +
		manifest("Service", "other/web", "", "{ports: [{port: 80}]}") +
		policy("shop/slow", "", "") + policy("other/slow", "", "")
	for _, c := range []struct {
		name, reference, host string
		says                  []string
	}{
		{"its own namespace", "shop/all", "*.shop.svc.cluster.local", []string{"the host of this rule covers the compiled rules for web.shop.svc.cluster.local and 1 more host: " + exact}},
		{"the clients' namespace", "client/all", "*.shop.svc.cluster.local", []string{`and 1 more host: clients in namespace "client" use this one alone, all others the compiled one`}},
		{"the root namespace", "istio-system/all", "*.local", []string{"and 2 more hosts: " + exact}},
		{"every host", "istio-system/all", "*", []string{"and 2 more hosts: " + exact}},
		{"a host of its own and others", "other/all", "*.svc.cluster.local", []string{
			"covers the compiled rule for web.other.svc.cluster.local: " + exact, `and 1 more host: clients in namespace "other" use this one alone`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, found := resolve(t, services+manifest("DestinationRule", c.reference, "", `{host: "`+c.host+`", `+tls+"}"))
			var got []string
			for _, d := range found {
				if d.Code == diag.ExistingRule {
					got = append(got, d.Message)
				}
			}
			if len(got) != len(c.says) {
				t.Fatalf("%d findings, want %d: %q", len(got), len(c.says), got)
			}
			for i, says := range c.says {
				if !strings.Contains(got[i], says) {
					t.Errorf("it reports %q, want %q", got[i], says)
				}
			}
			for _, d := range found {
				if strings.Contains(d.Help, "delete") {
					t.Errorf("the help would take it from other hosts: %s", d.Help)
				}
			}
		})
	}
}

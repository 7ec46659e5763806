package compile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
)

func workspace(name, namespaces string) string {
	return manifest("Workspace", "gloo-mesh/"+name, "labels: {team: "+name+"}", "{workloadClusters: [{name: '*', namespaces: "+namespaces+"}]}")
}

// teams are two workspaces with a Service each; what is beside them may differ.
var teams = workspace("shop", "[{name: shop}]") + workspace("bank", "[{name: bank}]") +
	manifest("Service", "shop/web", "labels: {app: web}", "{ports: [{port: 80}]}") + manifest("Service", "bank/api", "labels: {app: api}", "{ports: [{port: 80}]}")

func TestAPolicyStaysInItsWorkspace(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		codes      []string
	}{
		{"its own", teams + policy("shop/p", "", ""), []string{"web.shop:80 by shop/p"}, nil},
		{"both, each by its own", teams + policy("shop/p", "", "") + policy("bank/p", "", ""), []string{"web.shop:80 by shop/p", "api.bank:80 by bank/p"}, nil},
		{"a selector that names the other's", teams + policy("shop/p", "", "[{selector: {name: api}}]"), nil, []string{"nothing-selected"}},
		{"outside all workspaces", teams + policy("nowhere/p", "", ""), nil, []string{"outside-workspace"}},
		{
			"an imported Service", teams + policy("shop/p", "", "[{selector: {name: api}}]") +
				manifest("WorkspaceSettings", "shop/settings", "", "{importFrom: [{workspaces: [{name: bank}]}]}") +
				manifest("WorkspaceSettings", "bank/settings", "", "{exportTo: [{workspaces: [{name: shop}]}]}"), nil, []string{"imported-destination"},
		},
		{
			"a Service that only one side shares", teams + policy("shop/p", "", "[{selector: {name: web}}, {selector: {name: api}}]") +
				manifest("WorkspaceSettings", "shop/settings", "", "{importFrom: [{workspaces: [{name: bank}]}]}"), []string{"web.shop:80 by shop/p"}, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, found := resolve(t, c.text)
			expect(t, p, found, c.want, c.codes...)
		})
	}
}

func TestAWorkspaceOwnsTheNamespacesItNames(t *testing.T) {
	for _, c := range []struct {
		name, namespaces, labels string
		owned                    bool
	}{
		{"by name", "[{name: shop}]", "", true},
		{"by another name", "[{name: shopping}]", "", false},
		{"by pattern", "[{name: 's*p'}]", "", true},
		{"by a pattern that does not fit", "[{name: 's*g'}]", "", false},
		{"by star", "[{name: '*'}]", "", true},
		{"by label", "[{labels: {team: a}}]", "labels: {team: a}", true},
		{"by a label it lacks", "[{labels: {team: a}}]", "labels: {team: b}", false},
		{"by name and label", "[{name: shop, labels: {team: a}}]", "labels: {team: a}", true},
		{"by name, without the label", "[{name: shop, labels: {team: a}}]", "", false},
		{"by the second entry", "[{name: x}, {name: shop}]", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := resolve(t, manifest("Workspace", "gloo-mesh/team", "", "{workloadClusters: [{name: '*', namespaces: "+c.namespaces+"}]}")+
				strings.Replace(manifest("Namespace", "x/shop", c.labels, ""), "namespace: x, ", "", 1)+
				manifest("Service", "shop/web", "", "{ports: [{port: 80}]}")+policy("shop/p", "", ""))
			if owned := len(p.Destinations) == 1; owned != c.owned {
				t.Errorf("the namespace is owned: %t, want %t", owned, c.owned)
			}
		})
	}
}

func TestAWorkspaceOwnsANamespaceInItsClustersOnly(t *testing.T) {
	text := manifest("Workspace", "gloo-mesh/team", "", "{workloadClusters: [{name: east-1, namespaces: [{name: shop}]}]}") +
		manifest("Service", "shop/web", "", "{ports: [{port: 80}]}") + policy("shop/p", "", "")
	for cluster, want := range map[string]int{"": 1, "east-1": 1, "west-1": 0} {
		p, found := compile.Resolve(read(t, text), compile.Options{Cluster: cluster})
		if len(p.Destinations) != want {
			t.Errorf("in cluster %q it reaches %d Services, want %d\n%s", cluster, len(p.Destinations), want, printed(found))
		}
	}
}

func TestARuleIsExportedToWhoMaySeeIt(t *testing.T) {
	virtual := manifest("VirtualDestination", "bank/v", "labels: {share: 'yes'}", "{hosts: [v.global], services: [{name: api}], ports: [{number: 80, protocol: HTTP}]}") + policy("bank/p", "", "")
	imports := func(entry string) string {
		return manifest("WorkspaceSettings", "shop/settings", "", "{importFrom: ["+entry+"]}")
	}
	exports := func(entry string) string {
		return manifest("WorkspaceSettings", "bank/settings", "", "{exportTo: ["+entry+"]}")
	}
	const fromBank, toShop = "{workspaces: [{name: bank}]}", "{workspaces: [{name: shop}]}"
	own, both := []string{"bank"}, []string{"bank", "shop"}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nobody else", teams, own},
		{"a workspace that imports what is exported", teams + imports(fromBank) + exports(toShop), both},
		{"not without an export", teams + imports(fromBank), own},
		{"not without an import", teams + exports(toShop), own},
		{"by label of the workspace", teams + imports("{workspaces: [{selector: {team: bank}}]}") + exports("{workspaces: [{selector: {team: shop}}]}"), both},
		{"not by a label it lacks", teams + imports(fromBank) + exports("{workspaces: [{selector: {team: x}}]}"), own},
		{"by name pattern", teams + imports("{workspaces: [{name: 'b*'}]}") + exports("{workspaces: [{name: '*'}]}"), both},
		{"by kind", teams + imports(fromBank) + exports("{workspaces: [{name: shop}], resources: [{kind: VIRTUAL_DESTINATION}]}"), both},
		{"not by another kind", teams + imports(fromBank) + exports("{workspaces: [{name: shop}], resources: [{kind: SERVICE}]}"), own},
		{"by label of the object", teams + imports("{workspaces: [{name: bank}], resources: [{labels: {share: 'yes'}}]}") + exports(toShop), both},
		{"not by another name", teams + imports(fromBank) + exports("{workspaces: [{name: shop}], resources: [{kind: ALL, name: other}]}"), own},
		{"all, where a workspace owns every namespace", workspace("bank", "[{name: '*'}]") + manifest("Service", "bank/api", "", "{ports: [{port: 80}]}"), nil},
		{"all, without workspaces", manifest("Service", "bank/api", "", "{ports: [{port: 80}]}"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := resolve(t, c.text+virtual)
			i := slices.IndexFunc(p.Destinations, func(d plan.Destination) bool { return d.Host == "v.global" })
			if i < 0 {
				t.Fatal("the policy does not reach it")
			}
			if got := p.Destinations[i].ExportTo; !slices.Equal(got, c.want) || (got == nil) != (c.want == nil) {
				t.Errorf("exported to %q, want %q", got, c.want)
			}
		})
	}
}

func TestSettingsNamedGlobalSpeakForEveryWorkspace(t *testing.T) {
	p, _ := resolve(t, teams+manifest("VirtualDestination", "bank/v", "", "{hosts: [v.global], services: [{name: api}], ports: [{number: 80, protocol: HTTP}]}")+policy("bank/p", "", "")+
		manifest("WorkspaceSettings", "gloo-mesh/global", "", "{importFrom: [{workspaces: [{name: '*'}]}], exportTo: [{workspaces: [{name: '*'}]}]}"))
	for _, d := range p.Destinations {
		if want := []string{"bank", "shop"}; d.Host == "v.global" && !slices.Equal(d.ExportTo, want) {
			t.Errorf("exported to %q, want %q", d.ExportTo, want)
		}
	}
}

func TestANamespaceOfTwoWorkspacesIsFound(t *testing.T) {
	_, found := resolve(t, teams+workspace("other", "[{name: 'sho*'}]")+policy("shop/p", "", ""))
	d := one(t, found, diag.WorkspaceOverlap)
	if !strings.Contains(d.Message, `namespace "shop" is also owned by workspace "other"`) && !strings.Contains(d.Message, `namespace "shop" is also owned by workspace "shop"`) {
		t.Errorf("%s", d.Message)
	}
}

func TestWithoutWorkspacesTheNameOfTheFlagIsPartOfTheRule(t *testing.T) {
	docs := read(t, manifest("Service", "frontend-ns-1/nginx", "", "{ports: [{port: 80}]}")+policy("x/p", "", ""))
	p, _ := compile.Resolve(docs, compile.Options{Cluster: "arka-ocp-workload-cluster-1", Workspace: "platform-core-ws"})
	if got := p.Destinations[0].Name; got != "nginx-frontend-ns-1-svc-cluster-e860c5ab270c786357e08ef1008a449" {
		t.Errorf("the rule is named %q", got)
	}
}

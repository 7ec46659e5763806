package compile

import (
	"regexp"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/plan"
	"pgregory.net/rapid"
)

// published are the names that Gloo's own outputs show: facts/gloo-platform.md, 7.1.
var published = []struct {
	name, host string
	object     plan.Object
}{
	{
		"productpage-global-virtual-dest-a65c94ffce21a1199563fc5d06cd3ad", "productpage.global",
		plan.Object{Kind: "VIRTUAL_DESTINATION", Name: "productpage", Namespace: "bookinfo-frontends", Cluster: "cluster1", Workspace: "bookinfo"},
	},
	{
		"reviews-bookinfo-backends-svc-c-30c18d19a286296c129f54ce23fec54", "reviews.bookinfo-backends.svc.cluster.local",
		plan.Object{Kind: "SERVICE", Name: "reviews", Namespace: "bookinfo-backends", Cluster: "cluster1", Workspace: "bookinfo"},
	},
	{
		"reviews-bookinfo-backends-svc-c-261e481ef4c5abe660451fb58eddaa9", "reviews.bookinfo-backends.svc.cluster2.global",
		plan.Object{Kind: "SERVICE", Name: "reviews", Namespace: "bookinfo-backends", Cluster: "cluster2", Workspace: "bookinfo"},
	},
	{
		"reviews-bookinfo-backends-clust-5144d70802ee60e8bbc93b58242bc18", "reviews.bookinfo-backends.cluster2",
		plan.Object{Kind: "SERVICE", Name: "reviews", Namespace: "bookinfo-backends", Cluster: "cluster2", Workspace: "bookinfo"},
	},
	{
		"acme2management-acme2-istio-tes-19008c821234b7975b1971055b631d1", "acme2management.acme2-istio-test.svc.cluster.local",
		plan.Object{Kind: "SERVICE", Name: "acme2management", Namespace: "acme2-istio-test", Cluster: "gloo", Workspace: "acme2-team"},
	},
	{
		"nginx-frontend-ns-1-svc-cluster-e860c5ab270c786357e08ef1008a449", "nginx.frontend-ns-1.svc.cluster.local",
		plan.Object{Kind: "SERVICE", Name: "nginx", Namespace: "frontend-ns-1", Cluster: "arka-ocp-workload-cluster-1", Workspace: "platform-core-ws"},
	},
}

func TestARuleIsNamedAsGlooNamesIt(t *testing.T) {
	for _, p := range published {
		if got := RuleName(p.host, p.object); got != p.name {
			t.Errorf("the rule of %s is named\n%s, and Gloo names it\n%s", p.host, got, p.name)
		}
	}
}

func TestAShortNameIsUsedWhole(t *testing.T) {
	for _, c := range []struct {
		host   string
		object plan.Object
		want   string
	}{
		{"a.b", plan.Object{Kind: "SERVICE", Name: "A", Namespace: "n", Cluster: "c", Workspace: "w"}, "a-b-service-a-n-c-w"},
		{"a.b", plan.Object{Kind: "SERVICE", Name: "a", Namespace: "n"}, "a-b-service-a-n"},
		{"a.b", plan.Object{Kind: "SERVICE", Name: "a", Namespace: "n", Workspace: "w"}, "a-b-service-a-n-w"},
	} {
		if got := RuleName(c.host, c.object); got != c.want {
			t.Errorf("%s of %+v is named %q, want %q", c.host, c.object, got, c.want)
		}
	}
}

func TestANameOf63CharactersIsWholeAndOneMoreIsHashed(t *testing.T) {
	whole := strings.Repeat("a", 63)
	if got := sanitizeName(whole); got != whole {
		t.Errorf("63 characters become %q", got)
	}
	// md5("aaa… 64 times") begins 014842d480b571495a4a0363793f736.
	if got, want := sanitizeName(whole+"a"), whole[:31]+"-014842d480b571495a4a0363793f736"; got != want {
		t.Errorf("64 characters become %q, want %q", got, want)
	}
}

func TestTheHashIsTakenBeforeTheNameIsLowerCased(t *testing.T) {
	upper, lower := strings.Repeat("A", 70), strings.Repeat("a", 70)
	if sanitizeName(upper) == sanitizeName(lower) {
		t.Error("names that differ in case alone get one hash")
	}
}

func TestARuleOfAnyOrdinaryHostHasANameThatKubernetesTakes(t *testing.T) {
	label := regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	part := rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		o := plan.Object{
			Kind: rapid.SampledFrom([]string{"SERVICE", "VIRTUAL_DESTINATION", "UPSTREAM"}).Draw(t, "kind"),
			Name: part.Draw(t, "name"), Namespace: part.Draw(t, "namespace"),
			Cluster: rapid.OneOf(part, rapid.Just("")).Draw(t, "cluster"), Workspace: rapid.OneOf(part, rapid.Just("")).Draw(t, "workspace"),
		}
		host := part.Draw(t, "first") + "." + part.Draw(t, "second")
		if name := RuleName(host, o); !label.MatchString(name) {
			t.Fatalf("%s of %+v is named %q", host, o, name)
		}
	})
}

package schema_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/text"
)

const gatewayText = "apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: http}\nspec: {}\n"

// configMapOf is a ConfigMap with one text.
func configMapOf(key, text string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  " + key + ": |\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n"
}

func TestConnectionSettingsInsideOfOtherDocumentsAreFound(t *testing.T) {
	for name, c := range map[string]struct{ text, want, rendered string }{
		"Gateway":           {configMapOf("a-b", gatewayText), "data.a-b (Gateway http)", `yq -r '.data["a-b"] | select(.)' FILE | ` + text.Piped},
		"two Gateways":      {configMapOf("a", gatewayText+"---\n"+strings.Replace(gatewayText, "http", "b", 1)), "data.a (Gateway http and 1 more)", `yq -r '.data["a"] | select(.)' FILE | ` + text.Piped},
		"DestinationRule":   {configMapOf("a", "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r}\nspec: {trafficPolicy: {connectionPool: {tcp: {connectTimeout: 1s}}}}\n"), "data.a (DestinationRule r)", `yq -r '.data["a"] | select(.)' FILE | ` + text.Piped},
		"bootstrap":         {configMapOf("envoy.json", `{"staticResources": {"clusters": [{"connectTimeout": "5s"}]}}`), `data["envoy.json"] (Envoy bootstrap)`, `yq -r '.data["envoy.json"] | select(.)' FILE | ` + text.Piped},
		"mesh":              {configMapOf("mesh", "tcpKeepalive: {time: 60s}\n"), "data.mesh (MeshConfig)", ""},
		"quoted key":        {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  \"a'b\": " + `"apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: http}\n"` + "\n", `data["a'b"] (Gateway http)`, ""},
		"values":            {"gatewayProxies: {p: {gatewaySettings: {options: {socketOptions: [{level: 1}]}}}}\n", "gatewayProxies.p.gatewaySettings.options.socketOptions", "helm template CHART -f FILE | " + text.Piped},
		"values of a chart": {"gloo: {settings: {circuitBreakers: {maxRetries: 5}}}\n", "gloo.settings.circuitBreakers.maxRetries", "helm template CHART -f FILE | " + text.Piped},
		"HelmRelease": {
			"apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata: {name: a}\nspec: {values: {gatewayProxies: {p: {gatewaySettings: {options: {connectionLimit: {maxActiveConnections: 1}}}}}}}\n",
			"spec.values.gatewayProxies.p.gatewaySettings.options.connectionLimit", "helm template CHART -f VALUES | " + text.Piped,
		},
	} {
		d := only(t, c.text)
		if got := strings.Join(d.CarriedPaths(), ", "); got != c.want || !d.Unjudged() {
			t.Errorf("%s: carries %s, want %s", name, got, c.want)
		}
		if got := d.Rendered(); got != c.rendered {
			t.Errorf("%s: is rendered by %q, want %q", name, got, c.rendered)
		}
	}
}

// Settings of Gloo's in a text are missing in what is compiled, and the objects with them are named.
func TestTextWithSettingsOfGloosIsToldApart(t *testing.T) {
	set := strings.NewReplacer("http", "set", "spec: {}", "spec: {options: {socketOptions: [{level: 1}]}}").Replace(gatewayText)
	policy := "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: p}\nspec: {config: {tcp: {connectTimeout: 1s}}}\n"
	option := "apiVersion: gateway.solo.io/v1\nkind: ListenerOption\nmetadata: {name: o}\nspec: {options: {perConnectionBufferLimitBytes: 1}}\n"
	rule := "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r}\nspec: {trafficPolicy: {connectionPool: {tcp: {connectTimeout: 1s}}}}\n"
	for _, c := range []struct {
		text, want string
		gloo       bool
	}{
		{gatewayText, "data.a (Gateway http)", false},
		{gatewayText + "---\n" + set, "data.a (Gateway set)", true},
		{policy, "data.a (ConnectionPolicy p)", true},
		{option + "---\n" + set, "data.a (ListenerOption o and 1 more)", true},
		{rule, "data.a (DestinationRule r)", false},
	} {
		d := only(t, configMapOf("a", c.text))
		if got := strings.Join(d.CarriedPaths(), ", "); got != c.want || d.OfGloo() != c.gloo {
			t.Errorf("%s: %s, Gloo's %v", c.text, got, d.OfGloo())
		}
	}
}

func TestDocumentsThatHoldNoConnectionSettingsAreSkipped(t *testing.T) {
	for name, text := range map[string]string{
		"text":           configMapOf("a", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"),
		"text in text":   configMapOf("a", configMapOf("a", gatewayText)),
		"broken":         configMapOf("a", "kind: Gateway\napiVersion: gateway.solo.io/v1\na: b: c\n"),
		"template":       configMapOf("a", "apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: '{{ .Name }}'}\n"),
		"bootstrap":      configMapOf("a", "static_resources: {clusters: []}\n"),
		"mesh":           configMapOf("mesh", "accessLogFile: /dev/stdout\n"),
		"no data":        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: [1]\n",
		"values":         "gatewayProxies: {p: {kind: {deployment: {}}}}\n",
		"foreign values": "settings: {circuitBreakers: {enabled: true}}\nsocketOptions: [1]\n",
		"wrong types":    "gatewayProxies: [1]\nsettings: text\ngloo: 3\n",
		"HelmRelease":    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {values: {a: 1}}\n",
	} {
		if p := parse(text); len(p.Documents) != 0 || len(p.Found) != 0 || p.Skipped != 1 {
			t.Errorf("%s: %d documents, %d skipped, %v", name, len(p.Documents), p.Skipped, p.Found)
		}
	}
}

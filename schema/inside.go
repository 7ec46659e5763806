package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
	"sigs.k8s.io/yaml"
)

// The kinds of documents that hold the configuration of something else. An object is one of them only
// where connection settings stand in it; all others are of other kinds.
var (
	// configMap holds manifests, Envoy bootstraps or Istio's mesh configuration as text. Gloo's chart
	// renders its Gateways so, and a Job applies them
	// (https://github.com/solo-io/gloo/blob/main/install/helm/gloo/templates/5-resource-configmap.yaml).
	configMap = holder("", "v1", "ConfigMap")
	// chartValues are values of Gloo's Helm chart, which has them rendered into Gateways and Settings
	// (https://github.com/solo-io/gloo/blob/main/install/helm/gloo/templates/_8-default-gateways.tpl).
	chartValues = holder("", "", "Helm values file")
	// helmRelease holds such values for Flux (https://fluxcd.io/flux/components/helm/helmreleases/#inline-values).
	helmRelease = holder(flux, "v2", "HelmRelease")
)

func holder(group, version, name string) *Kind {
	k := opaque(group, version, name, "")
	k.holder = true
	return k
}

// carries finds the connection settings in an object of the kind.
func (k *Kind) carries(value map[string]any) []setField {
	switch k {
	case configMap:
		return settingsInText(value)
	case chartValues:
		return settingsOfChart(value, "")
	case helmRelease:
		return settingsOfRelease(value)
	}
	return carried(value, k.fields)
}

// holderOf returns the kind of an object that may hold the configuration of something else, or nil.
func holderOf(apiVersion, name string, value map[string]any) *Kind {
	group, _ := splitAPIVersion(apiVersion)
	switch {
	case isBootstrap(value):
		return bootstrap
	case value["apiVersion"] == nil && value["kind"] == nil:
		return chartValues
	case apiVersion == "v1" && name == "ConfigMap":
		return configMap
	case group == flux && name == "HelmRelease":
		return helmRelease
	}
	return nil
}

// meshFields are those of Istio's mesh configuration, which is the text of the key "mesh"
// (https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig).
var meshFields = fieldPaths("connectTimeout tcpKeepalive h2UpgradePolicy defaultConfig.drainDuration")

// settingsInText finds the texts of a ConfigMap in which connection settings stand.
func settingsInText(value map[string]any) []setField {
	data, _ := value["data"].(map[string]any)
	var found []setField
	for _, key := range sortedKeys(data) {
		content, _ := data[key].(string)
		if held, gloo := heldIn(key, content); held != "" {
			found = append(found, setField{pointer: diag.Pointer("data", key), value: content, holds: held, gloo: gloo})
		}
	}
	return found
}

// heldIn names what a text holds that makes connections, "Gateway edge/http and 1 more", or "". Objects
// of Gloo's that set something about connections are named alone: gloo reports that there are some.
func heldIn(key, content string) (held string, gloo bool) {
	var mesh map[string]any
	switch {
	case key == "mesh" && yaml.Unmarshal([]byte(content), &mesh) == nil && len(carried(mesh, meshFields)) > 0:
		return "MeshConfig", false
	case !NamesKind(content) && !namesBootstrap.MatchString(content):
		return "", false
	}
	var sets, others []string
	for _, chunk := range text.Split(diag.NewSource("", content)) {
		p := parser{chunk: chunk, inText: true}
		for _, d := range p.parse().Documents {
			switch {
			case d.setsOfGloo():
				sets = append(sets, d.Subject())
			case d.Unjudged() || !d.Kind.Foreign && !d.Kind.Own:
				others = append(others, d.Subject())
			}
		}
	}
	if len(sets) > 0 {
		return diag.FirstOf(sets, 1), true
	}
	return diag.FirstOf(others, 1), false
}

// glooFields are those of Gloo's kinds: settings of listeners and Upstreams, and a policy's config.
var glooFields = fieldPaths(glooListenerFields + " " + glooUpstreamFields + " spec.config")

// setsOfGloo reports an object of a kind of Gloo's that sets something about connections.
func (d *Document) setsOfGloo() bool {
	if d.Kind.Foreign {
		return d.Unjudged() && d.Kind.ofGloo()
	}
	return !d.Kind.Own && len(carried(d.Value, glooFields)) > 0
}

func (k *Kind) ofGloo() bool { return strings.HasSuffix(k.Group, "solo.io") }

// OfGloo reports an object that carries connection settings of Gloo's, which are missing in what is
// compiled.
func (d *Document) OfGloo() bool {
	return d.Unjudged() && (d.Kind.ofGloo() || slices.ContainsFunc(d.carried, func(f setField) bool { return f.gloo }))
}

var namesBootstrap = regexp.MustCompile(`(?:static|dynamic)(?:_r|R)esources`)

var (
	chartGatewayFields  = fieldPaths(glooListenerFields)
	chartSettingsFields = fieldPaths("settings.circuitBreakers.maxConnections settings.circuitBreakers.maxPendingRequests " +
		"settings.circuitBreakers.maxRequests settings.circuitBreakers.maxRetries")
)

// settingsOfChart finds connection settings in values of Gloo's chart that stand at a pointer, or below
// "gloo" there, where charts that depend on Gloo's have them.
func settingsOfChart(values map[string]any, at string) []setField {
	var found []setField
	for _, base := range []string{"gloo", ""} {
		of, pointer := values, at
		if base != "" {
			of, _ = values[base].(map[string]any)
			pointer += diag.Pointer(base)
		}
		gateways := carriedWalk{paths: chartGatewayFields}
		gateways.field("gatewayProxies", of["gatewayProxies"], pointer, nil)
		settings := carriedWalk{paths: chartSettingsFields}
		settings.field("settings", of["settings"], pointer, nil)
		found = append(found, append(gateways.found, settings.found...)...)
	}
	return found
}

// settingsOfRelease finds connection settings in the values of a HelmRelease.
func settingsOfRelease(value map[string]any) []setField {
	spec, _ := value["spec"].(map[string]any)
	values, _ := spec["values"].(map[string]any)
	return settingsOfChart(values, diag.Pointer("spec", "values"))
}

var configMapKey = regexp.MustCompile(`^[-._A-Za-z0-9]+$`) // what the API server takes for a key of a ConfigMap

// Rendered is the command line that gives what the document holds as manifests that are judged, or ""
// where there is none.
func (d *Document) Rendered() string {
	switch d.Kind {
	case chartValues:
		return "helm template CHART -f FILE | " + text.Piped
	case helmRelease:
		return "helm template CHART -f VALUES | " + text.Piped
	case configMap:
		key := strings.TrimPrefix(d.carried[0].pointer, "/data/")
		if configMapKey.MatchString(key) && d.carried[0].holds != "MeshConfig" {
			return fmt.Sprintf("yq -r '.data[%q] | select(.)' FILE | %s", key, text.Piped)
		}
	}
	return ""
}

// RenderHelp is the help of a finding about settings that are not read: the command that gives them as
// manifests, or otherwise where there is none.
func (d *Document) RenderHelp(otherwise string) string {
	if command := d.Rendered(); command != "" {
		return "pass what it holds as manifests, for example with: " + command
	}
	return otherwise
}

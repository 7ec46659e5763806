package schema

import (
	"embed"
	"slices"
	"strings"
)

// Files holds the JSON Schemas, one per kind, as "json/<group>/<kind>_<version>.json".
//
//go:embed json
var Files embed.FS

// Kind is a kind of document that connpolicy reads.
type Kind struct {
	Group    string
	Versions []string // the first is the one the schema is named for
	Name     string
	// Foreign kinds are Kubernetes' and Istio's own: what we read of them is checked, the
	// rest is let be, and their schemas are not published as ours.
	Foreign bool
	// ClusterScoped kinds have no namespace.
	ClusterScoped bool
	// Opaque kinds carry connection settings in an API that is not judged. Their objects are kept
	// whole, as an Object: of any version and unchecked, since their own API servers check them.
	Opaque bool
	// Own is connpolicy's own kind: its metadata has no meaning, and it is never applied to a cluster.
	Own bool

	resource func() any
	fields   [][]string // that carry connection settings and are not judged
	holder   bool       // its objects hold the configuration of something else; one without connection settings is skipped
}

// Kinds are all kinds of which objects become documents: those that are read, Gloo's first, and the
// opaque ones.
var Kinds = slices.Concat(readKinds, opaqueKinds)

var readKinds = []*Kind{
	{Group: "resilience.policy.gloo.solo.io", Versions: []string{"v2"}, Name: "ConnectionPolicy", resource: func() any { return new(ConnectionPolicy) }},
	{Group: "resilience.policy.gloo.solo.io", Versions: []string{"v2"}, Name: "ListenerConnectionPolicy", resource: func() any { return new(ListenerConnectionPolicy) }},
	{Group: "networking.gloo.solo.io", Versions: []string{"v2"}, Name: "VirtualDestination", resource: func() any { return new(VirtualDestination) }},
	{Group: "networking.gloo.solo.io", Versions: []string{"v2"}, Name: "ExternalService", resource: func() any { return new(ExternalService) }},
	{Group: "networking.gloo.solo.io", Versions: []string{"v2"}, Name: "ExternalEndpoint", resource: func() any { return new(ExternalEndpoint) }},
	{Group: "networking.gloo.solo.io", Versions: []string{"v2"}, Name: "VirtualGateway", resource: func() any { return new(VirtualGateway) }},
	{Group: "admin.gloo.solo.io", Versions: []string{"v2"}, Name: "Workspace", resource: func() any { return new(Workspace) }},
	{Group: "admin.gloo.solo.io", Versions: []string{"v2"}, Name: "WorkspaceSettings", resource: func() any { return new(WorkspaceSettings) }},
	{Group: "gloo.solo.io", Versions: []string{"v1"}, Name: "Upstream", resource: func() any { return new(Upstream) }},
	{Group: "gloo.solo.io", Versions: []string{"v1"}, Name: "Proxy", resource: func() any { return new(Proxy) }},
	{Group: "gateway.solo.io", Versions: []string{"v1"}, Name: "Gateway", resource: func() any { return new(Gateway) }},
	{Group: "connpolicy.dev", Versions: []string{"v1"}, Name: "Config", Own: true, ClusterScoped: true, resource: func() any { return new(Config) }},
	{Group: "", Versions: []string{"v1"}, Name: "Service", Foreign: true, resource: func() any { return new(Service) }},
	{Group: "", Versions: []string{"v1"}, Name: "Namespace", Foreign: true, ClusterScoped: true, resource: func() any { return new(Namespace) }},
	{Group: gatewayAPI, Versions: []string{"v1", "v1beta1"}, Name: "Gateway", Foreign: true, resource: func() any { return new(APIGateway) }},
	{Group: gatewayAPI, Versions: []string{"v1", "v1beta1"}, Name: "HTTPRoute", Foreign: true, resource: func() any { return new(Route) }},
	{Group: gatewayAPI, Versions: []string{"v1", "v1alpha2"}, Name: "GRPCRoute", Foreign: true, resource: func() any { return new(Route) }},
	{Group: gatewayAPI, Versions: []string{"v1alpha2", "v1"}, Name: "TCPRoute", Foreign: true, resource: func() any { return new(Route) }},
	{Group: gatewayAPI, Versions: []string{"v1alpha2", "v1alpha3", "v1"}, Name: "TLSRoute", Foreign: true, resource: func() any { return new(Route) }},
	{Group: "gloo.solo.io", Versions: []string{"v1"}, Name: "Settings", Foreign: true, fields: fieldPaths("upstreamOptions globalAnnotations"), resource: func() any { return new(GlooSettings) }},
	{Group: istio, Versions: []string{"v1", "v1beta1", "v1alpha3"}, Name: "DestinationRule", Foreign: true, fields: fieldPaths("connectionPool"), resource: func() any { return new(DestinationRule) }},
}

// KindOf finds the kind of an apiVersion and kind, or nil.
func KindOf(apiVersion, name string) *Kind {
	group, version := splitAPIVersion(apiVersion)
	for _, k := range Kinds {
		if k.Name == name && k.Group == group && (k.Opaque && version != "" || slices.Contains(k.Versions, version)) {
			return k
		}
	}
	return nil
}

func splitAPIVersion(apiVersion string) (group, version string) {
	if group, version, ok := strings.Cut(apiVersion, "/"); ok {
		return group, version
	}
	return "", apiVersion
}

// APIVersion is the newest apiVersion of the kind, as a manifest writes it.
func (k *Kind) APIVersion() string { return k.apiVersionOf(k.Versions[0]) }

func (k *Kind) apiVersionOf(version string) string {
	if k.Group == "" {
		return version
	}
	return k.Group + "/" + version
}

// WithAPI is the kind with its apiVersion, "Gateway of gateway.solo.io/v1", or the name alone where
// the kind has none.
func (k *Kind) WithAPI() string {
	if k.APIVersion() == "" {
		return k.Name
	}
	return k.Name + " of " + k.APIVersion()
}

// File is the kind's schema's path below "json/", in the layout that kubeconform
// and editors look schemas up by. Opaque kinds share one, which accepts any object.
func (k *Kind) File() string {
	if k.Opaque {
		return "opaque.json"
	}
	group := k.Group
	if group == "" {
		group = "core"
	}
	return group + "/" + strings.ToLower(k.Name) + "_" + k.Versions[0] + ".json"
}

// Schema is the kind's JSON Schema as text.
func (k *Kind) Schema() []byte {
	text, err := Files.ReadFile("json/" + k.File())
	if err != nil {
		panic("the schema of " + k.Name + " is not embedded: " + err.Error()) // a broken build; a test reads every one
	}
	return text
}

package validate

import (
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// What an unknown field was meant to be.

// synonyms are the names of one setting in the APIs that are read and written, and the kernel's.
// Sources: Gloo's ConnectionPolicy
// (https://docs.solo.io/gloo-mesh-enterprise/main/reference/api/connection_policy/) and ConnectionConfig
// (https://docs.solo.io/gloo-edge/latest/reference/api/github.com/solo-io/gloo/projects/gloo/api/v1/connection.proto.sk/),
// Istio's ConnectionPoolSettings (https://istio.io/latest/docs/reference/config/networking/destination-rule/),
// kgateway's BackendConfigPolicy (https://kgateway.dev/docs/main/reference/api/), Envoy Gateway's
// ClientTrafficPolicy and BackendTrafficPolicy (https://gateway.envoyproxy.io/docs/api/extension_types/),
// Envoy's Cluster (https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto), tcp(7).
var synonyms = [][]string{
	{"time", "keepaliveTime", "idleTime", "tcpKeepaliveTime", "tcpKeepidle"},
	{"interval", "keepaliveInterval", "tcpKeepaliveInterval", "tcpKeepintvl"},
	{"probes", "keepaliveProbes", "tcpKeepaliveProbes", "tcpKeepcnt"},
	{"tcpKeepalive", "keepalive", "soKeepalive"},
	{"connectTimeout", "tcpConnectTimeout", "connectionTimeout"},
	{"maxConnectionDuration", "maxConnectionAge"},
	{"maxPendingRequests", "http1MaxPendingRequests"},
	{"maxRequests", "http2MaxRequests", "maxParallelRequests"},
	{"maxRetries", "maxParallelRetries"},
	{"maxRequestsPerConnection", "maxRequestsPerUpstreamConnection"},
	{"idleTimeout", "connectionIdleTimeout", "httpIdleTimeout"},
	{"perConnectionBufferLimitBytes", "bufferLimit", "connectionBufferLimitBytes"},
}

// synonym returns the one of the names that another API calls by key, or "".
func synonym(key string, names []string) string {
	same := func(a string) func(string) bool {
		return func(b string) bool { return strings.EqualFold(strings.ReplaceAll(a, "_", ""), b) }
	}
	for _, all := range synonyms {
		if !slices.ContainsFunc(all, same(key)) {
			continue
		}
		for _, name := range all {
			if slices.Contains(names, name) {
				return name
			}
		}
	}
	return ""
}

// meant is what an unknown field was meant to be: a field of the same object, or a place elsewhere.
type meant struct {
	field string // of the same object
	place string // pointer of the object that has it, when it is another one
	help  string
}

// elsewhere are fields that other policies of Gloo have, with the field that does here what they do.
// (https://docs.solo.io/gloo-mesh-enterprise/main/concepts/policies/: a policy applies to routes or
// to destinations, by its kind.)
var elsewhere = map[string]meant{
	"applyToRoutes":    {field: "applyToDestinations", help: "a policy of this kind applies to destinations only, not to routes: write applyToDestinations;"},
	"applyToWorkloads": {field: "applyToDestinations", help: "a policy of this kind applies to destinations only, not to workloads: write applyToDestinations;"},
}

// meaning finds what the unknown field key of the object at f.pointer was meant to be.
func (s *structure) meaning(f failure, object map[string]any, key string, allowed []string) meant {
	if below := fieldBelow(f.schema, key); below != "" {
		return meant{place: f.pointer + diag.Pointer(below), help: belowHelp(f, object, below)}
	}
	if m := elsewhere[key]; slices.Contains(allowed, m.field) {
		return m
	}
	bare := strings.Trim(key, typographic+" \u00a0\"'")
	name := synonym(bare, allowed)
	if name == "" {
		name = diag.Nearest(bare, allowed)
	}
	if name != "" {
		return meant{field: name, help: sprint("did you mean %q?", name)}
	}
	return s.beside(f, bare)
}

// belowHelp is for a field that stands one level too high.
func belowHelp(f failure, object map[string]any, below string) string {
	path := strings.TrimPrefix(diag.FieldPath(f.pointer)+"."+below, ".")
	if _, there := object[below]; !there && below == path {
		return sprint("it belongs under %[1]s, and there is no %[1]s: write %[1]s: on a line of its own above it, and indent it", path)
	}
	return sprint("it belongs under %s: indent it", path)
}

// beside looks for a field in the objects that stand beside its own, by the field's name there.
func (s *structure) beside(f failure, key string) meant {
	above, own, ok := cutLast(f.pointer)
	if !ok {
		return meant{}
	}
	parent := schemaAt(s.schema.root, above)
	if parent == nil {
		return meant{}
	}
	for _, section := range slices.Sorted(maps.Keys(parent.Properties)) {
		fields := slices.Sorted(maps.Keys(target(parent.Properties[section]).Properties))
		name := key
		if !slices.Contains(fields, key) {
			name = synonym(key, fields)
		}
		if name != "" && section != own {
			place := above + diag.Pointer(section)
			return meant{place: place, help: s.besideHelp(place, section, name)}
		}
	}
	return meant{}
}

// besideHelp is for a field that stands in the object beside its own.
func (s *structure) besideHelp(place, section, name string) string {
	if _, there := lookup(s.doc.Value, place); !there && section == "spec" {
		return "the line spec: is missing: write spec: on a line of its own above it, at the start of the line"
	}
	help := sprint("it belongs in %s, as %s", diag.FieldPath(place), name)
	if section == "http" {
		help += "; it has an effect on HTTP connections only"
	}
	return help
}

// schemaAt walks a schema by a pointer into a document, or returns nil.
func schemaAt(s *jsonschema.Schema, pointer string) *jsonschema.Schema {
	for token := range diag.Steps(pointer) {
		s = target(s)
		if items, ok := s.Items.(*jsonschema.Schema); ok && isIndex(token) {
			s = items
			continue
		}
		if s = s.Properties[token]; s == nil {
			return nil
		}
	}
	return target(s)
}

// target follows the references of a schema that has no fields of its own.
func target(s *jsonschema.Schema) *jsonschema.Schema {
	for s.Ref != nil && len(s.Properties) == 0 {
		s = s.Ref
	}
	return s
}

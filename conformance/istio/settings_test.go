package istio

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	// The types that stand in an Any are linked in, or they cannot be read.
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/http/header_formatters/preserve_case/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
)

// notCompared are the fields of a cluster that are no connection settings of a policy: which
// endpoints there are, how one of them is chosen, and what pilot adds for its own telemetry
// and TLS. Every other field is compared, those that neither side writes today included.
var notCompared = map[protoreflect.Name]string{
	"type":                          "pilot serves endpoints itself (EDS); a bootstrap resolves names",
	"eds_cluster_config":            "pilot serves endpoints itself",
	"load_assignment":               "pilot serves endpoints itself",
	"lb_policy":                     "load balancing is not about connections; pilot has a default of its own",
	"common_lb_config":              "load balancing is not about connections",
	"alt_stat_name":                 "a name in pilot's statistics",
	"metadata":                      "tells pilot's telemetry of the Service and the rule; Gloo writes an empty one",
	"filters":                       "pilot's exchange of metadata between proxies",
	"transport_socket_matches":      "TLS between proxies",
	"dns_lookup_family":             "it goes by the addresses that the mesh has",
	"dns_refresh_rate":              "how names are resolved is the mesh's to say; a finding says so where an Upstream does",
	"respect_dns_ttl":               "how names are resolved is the mesh's to say; a finding says so where an Upstream does",
	"ignore_health_on_host_removal": "how endpoints go is the mesh's to say; a finding says so where an Upstream does",
	"name":                          "an Upstream's cluster has another; a policy's was found by it",
}

// settings are the fields of a cluster that are compared: a path and its value. A message that
// is there has a path of its own, as an empty one may mean something.
type settings map[string]string

func settingsOf(c *clusterv3.Cluster) settings {
	s := settings{}
	s.message("", c.ProtoReflect())
	return s
}

func (s settings) message(path string, m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if path == "" && notCompared[f.Name()] != "" {
			met[f.Name()] = true
			return true
		}
		at := strings.TrimPrefix(path+"."+string(f.Name()), ".")
		switch {
		case f.IsMap():
			v.Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
				s.value(fmt.Sprintf("%s[%s]", at, k), f.MapValue(), v)
				return true
			})
		case f.IsList():
			for i := range v.List().Len() {
				s.value(fmt.Sprintf("%s[%d]", at, i), f, v.List().Get(i))
			}
		default:
			s.value(at, f, v)
		}
		return true
	})
}

// met are the fields of notCompared that some cluster had.
var met = map[protoreflect.Name]bool{}

func (s settings) value(at string, f protoreflect.FieldDescriptor, v protoreflect.Value) {
	if f.Kind() == protoreflect.EnumKind {
		s[at] = string(f.Enum().Values().ByNumber(v.Enum()).Name())
		return
	}
	if f.Kind() != protoreflect.MessageKind {
		s[at] = v.String()
		return
	}
	switch m := v.Message(); known := m.Interface().(type) {
	case *durationpb.Duration:
		s[at] = known.AsDuration().String()
	case *anypb.Any:
		inner, err := known.UnmarshalNew()
		if err != nil {
			panic(err) // a type that is not linked in, or bytes that are not of it
		}
		s[at] = "{}"
		s.message(at, inner.ProtoReflect())
	default:
		if wrapped := m.Descriptor().Fields().ByName("value"); m.Descriptor().ParentFile().Package() == "google.protobuf" && wrapped != nil {
			s[at] = m.Get(wrapped).String()
			return
		}
		s[at] = "{}"
		s.message(at, m)
	}
}

// difference is one setting that is not the same on both roads.
type difference struct{ path, pilot, ours string }

func (d difference) String() string {
	return fmt.Sprintf("%s: pilot gives %q, --target envoy %q", d.path, d.pilot, d.ours)
}

func compare(pilot, ours settings) []difference {
	all := maps.Clone(pilot)
	maps.Copy(all, ours)
	var out []difference
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if pilot[path] != ours[path] {
			out = append(out, difference{path, pilot[path], ours[path]})
		}
	}
	return out
}

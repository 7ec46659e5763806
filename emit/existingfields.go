package emit

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/dialect/istio"
	"github.com/connpolicy/connpolicy/plan"
)

// tree returns a spec as JSON has it: mappings, lists and plain values.
func tree(spec any) map[string]any {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil // what cannot be written is reported when it is encoded
	}
	var out map[string]any
	_ = json.Unmarshal(text, &out) // what Marshal gave
	return out
}

// policyTarget is what a policy of some kind is for.
type policyTarget struct {
	policy  string // the kind of the policy
	what    string // "Service shop/cart"
	section string // of it; "" for the whole
}

func (t policyTarget) String() string {
	if t.section == "" {
		return t.what
	}
	return t.section + " of " + t.what
}

// widen makes a section's target the one of the whole; false when it is that already.
func (t *policyTarget) widen() bool {
	section := t.section
	t.section = ""
	return section != ""
}

// targetsOf lists what an object is for, but for a DestinationRule: package compile compares hosts.
func targetsOf(kind, namespace string, spec map[string]any) []policyTarget {
	if kind == "EnvoyFilter" {
		return patchedListeners(namespace, spec)
	}
	refs, _ := spec["targetRefs"].([]any)
	if one, ok := spec["targetRef"]; ok {
		refs = append(refs, one)
	}
	var out []policyTarget
	for _, ref := range refs {
		section, _ := field(ref, "sectionName").(string)
		out = append(out, policyTarget{kind, fmt.Sprintf("%v %s/%v", field(ref, "kind"), namespace, field(ref, "name")), section})
	}
	return out
}

// patchedListeners lists the listeners of gateways that an EnvoyFilter patches, by pods and port.
func patchedListeners(namespace string, spec map[string]any) []policyTarget {
	w := plan.Workload{Namespace: namespace, Labels: map[string]string{}}
	labels, _ := field(spec, "workloadSelector", "labels").(map[string]any)
	for key, value := range labels {
		w.Labels[key] = fmt.Sprint(value)
	}
	patches, _ := spec["configPatches"].([]any)
	var out []policyTarget
	for _, patch := range patches {
		port, context := field(patch, "match", "listener", "portNumber"), field(patch, "match", "context")
		if port == nil || context != "GATEWAY" && context != "ANY" {
			continue
		}
		if one := (policyTarget{"EnvoyFilter", fmt.Sprintf("port %v of the pods %s", port, istio.PodsOf(&w)), ""}); !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// field is a field of a field of a mapping; nil where one is missing.
func field(v any, names ...string) any {
	for _, name := range names {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// lostFields lists the fields of one spec that another lacks, the outermost of each:
// "portLevelSettings[0].tls". What objects are for is not lost.
func lostFields(have, want map[string]any) []string {
	have = maps.Clone(have)
	for _, name := range []string{"targetRefs", "targetRef", "workloadSelector"} {
		delete(have, name)
	}
	var out []string
	appendLost(&out, "", have, want)
	for i, path := range out {
		out[i] = strings.TrimPrefix(path, "trafficPolicy.")
	}
	return out
}

func appendLost(out *[]string, path string, have, want any) {
	switch have := have.(type) {
	case map[string]any:
		other, ok := want.(map[string]any)
		if !ok && path != "" {
			*out = append(*out, path)
			return
		}
		for _, name := range slices.Sorted(maps.Keys(have)) {
			below := strings.TrimPrefix(path+"."+name, ".")
			if value, ok := other[name]; ok {
				appendLost(out, below, have[name], value)
			} else {
				*out = append(*out, below)
			}
		}
	case []any:
		others, _ := want.([]any)
		for i, item := range have {
			below := fmt.Sprintf("%s[%d]", path, i)
			if other, ok := counterpart(item, others); ok {
				appendLost(out, below, item, other)
			} else {
				*out = append(*out, below)
			}
		}
	}
}

// counterpart finds the item of a list that stands for another: of the same port, name or match,
// or equal to it.
func counterpart(item any, list []any) (any, bool) {
	for _, key := range []string{"port", "name", "match"} {
		value := field(item, key)
		if value == nil {
			continue
		}
		at := slices.IndexFunc(list, func(o any) bool { return reflect.DeepEqual(field(o, key), value) })
		if at < 0 {
			return nil, false
		}
		return list[at], true
	}
	at := slices.IndexFunc(list, func(o any) bool { return reflect.DeepEqual(o, item) })
	if at < 0 {
		return nil, false
	}
	return list[at], true
}

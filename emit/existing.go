package emit

import (
	"fmt"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/kgateway"
	"github.com/connpolicy/connpolicy/schema"
)

// conflicts are the kinds that targets write, by group and name, each with the effect of two
// objects for the same thing; "" where package compile reports it. kgateway merges
// policies since 2.4 (kgateway v2.4.2: backendconfigpolicy/merge.go, listenerpolicy/merge.go;
// https://github.com/kgateway-dev/kgateway/pull/14043), Envoy Gateway accepts the oldest
// (https://gateway.envoyproxy.io/docs/concepts/gateway_api_extensions/backend-traffic-policy/), and
// Istio applies all EnvoyFilters for a workload
// (https://istio.io/latest/docs/reference/config/networking/envoy-filter/).
var conflicts = map[string]string{
	"networking.istio.io/DestinationRule":   "",
	"networking.istio.io/EnvoyFilter":       "Istio applies both, the older one first",
	kgateway.Group + "/BackendConfigPolicy": kgatewayMerges, kgateway.Group + "/ListenerPolicy": kgatewayMerges,
	"gateway.envoyproxy.io/BackendTrafficPolicy": oldestHolds, "gateway.envoyproxy.io/ClientTrafficPolicy": oldestHolds,
}

const (
	kgatewayMerges = "kgateway 2.4 merges them, and the fields of the older one hold"
	oldestHolds    = "Envoy Gateway accepts the older one and refuses the other"
)

// Existing compares objects that are to be written with objects that are there already. It
// reports each object that one of them would replace and that connpolicy did not write, and
// each of another name that is for the same thing.
func Existing(objects []dialect.Object, there []PresentObject) diag.List {
	known := newPresent(there)
	if known == nil {
		return nil
	}
	for _, o := range objects {
		if m, ok := o.Value.(dialect.Manifest); ok {
			known.written[identityOf(m.APIVersion, m.Kind, m.Metadata.Namespace, m.Metadata.Name)] = true
		}
	}
	var found diag.List
	for _, o := range objects {
		if m, ok := o.Value.(dialect.Manifest); ok {
			found = append(found, known.compare(m)...)
		}
	}
	return found
}

// present are objects of the kinds that targets write.
type present struct {
	byIdentity map[string][]*PresentObject // of several clusters
	byTarget   map[policyTarget][]*PresentObject
	written    map[string]bool // identities of what is to be written
}

// newPresent indexes objects; nil when none is of a kind that targets write.
func newPresent(there []PresentObject) *present {
	var known *present
	for i := range there {
		d := &there[i]
		if _, ok := conflicts[d.Group+"/"+d.Kind]; !ok {
			continue
		}
		if known == nil {
			known = &present{map[string][]*PresentObject{}, map[policyTarget][]*PresentObject{}, map[string]bool{}}
		}
		d.Spec = tree(d.Spec)
		id := identityOf(d.Group, d.Kind, d.Namespace, d.Name)
		known.byIdentity[id] = append(known.byIdentity[id], d)
		for _, target := range targetsOf(d.Kind, d.Namespace, d.Spec) {
			known.byTarget[target] = append(known.byTarget[target], d)
		}
	}
	return known
}

// identityOf returns a key that is the same for two versions of one object.
func identityOf(apiVersion, kind, namespace, name string) string {
	group, _, _ := strings.Cut(apiVersion, "/")
	return group + " " + kind + " " + namespace + "/" + name
}

// compare reports what an object would replace, and what else is for the same thing.
func (p *present) compare(m dialect.Manifest) diag.List {
	id := identityOf(m.APIVersion, m.Kind, m.Metadata.Namespace, m.Metadata.Name)
	if m.Kind == "DestinationRule" && len(p.byIdentity[id]) == 0 {
		return nil
	}
	spec := tree(m.Spec)
	var found diag.List
	for _, d := range p.byIdentity[id] {
		if !schema.Written(d.Labels) && sameCluster(d, m) {
			found = append(found, replaced(d, spec))
		}
	}
	reported := map[*PresentObject]bool{}
	for _, target := range targetsOf(m.Kind, m.Metadata.Namespace, spec) {
		for _, whole := range []bool{false, true} {
			if whole && !target.widen() {
				break
			}
			for _, d := range p.byTarget[target] {
				if !reported[d] && !p.written[identityOf(d.Group, d.Kind, d.Namespace, d.Name)] {
					reported[d] = true
					found = append(found, rivalPolicy(d, m, target, whole))
				}
			}
		}
	}
	return found
}

// sameCluster reports an object that may be in the cluster that an object goes to.
func sameCluster(d *PresentObject, m dialect.Manifest) bool {
	cluster := m.Metadata.Annotations[dialect.ClusterAnnotation]
	return cluster == "" || d.Cluster == "" || d.Cluster == cluster
}

// replaced reports an object that connpolicy did not write and that a compiled one would replace.
func replaced(d *PresentObject, spec map[string]any) diag.Diagnostic {
	message := fmt.Sprintf("this %s was not written by connpolicy, and the compiled one of its name replaces it", d.Kind)
	if lost := lostFields(d.Spec, spec); len(lost) > 0 {
		verb := "are"
		if len(lost) == 1 {
			verb = "is"
		}
		message += fmt.Sprintf(": %s %s removed", diag.FirstOf(lost, 5), verb)
	}
	return diag.Diagnostic{
		Code: diag.ObjectReplaced, Span: d.Span, Subject: d.Subject, Message: message,
		Help: fmt.Sprintf("write the compiled settings into it by hand and leave the compiled one out; or label it %s: %s to have it replaced", schema.ManagedByLabel, schema.ManagedBy),
	}
}

// rivalPolicy reports an object of another name that is for the same thing as a compiled one, or
// for the whole of which that one is for a section.
func rivalPolicy(d *PresentObject, m dialect.Manifest, target policyTarget, whole bool) diag.Diagnostic {
	compiled, effect := m.Metadata.Namespace+"/"+m.Metadata.Name, conflicts[d.Group+"/"+d.Kind]
	message := fmt.Sprintf("this %s and the compiled %s are both for %s: %s", d.Kind, compiled, target, effect)
	if whole {
		message = fmt.Sprintf("this %s is for %s as a whole, and the compiled %s, which is for a section of it, holds there instead: the two are not merged", d.Kind, target, compiled)
	}
	return diag.Diagnostic{
		Code: diag.ExistingPolicy, Span: d.Span, Subject: d.Subject, Message: message,
		Help: "write the settings of both into one of them",
	}
}

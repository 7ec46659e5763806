package compile

import (
	"cmp"

	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// glooSettings are the Settings by which a Gloo Edge translates Upstreams; the zero value stands
// for none.
type glooSettings struct{ document *schema.Document }

// glooNamespace is where Gloo Edge is installed unless another namespace is given
// (https://docs.solo.io/gloo-edge/latest/installation/gateway/kubernetes/).
const glooNamespace = "gloo-system"

// glooSettings returns the Settings for an Upstream: those of its namespace, else those where
// Gloo is installed by default, else the first of its cluster. Each Gloo reads the object of the
// namespace that it runs in, and translates the Upstreams of the namespaces that it watches.
func (r *resolver) glooSettings(cluster, namespace string) glooSettings {
	var first, standard *schema.Document
	for _, d := range r.inv.gloo {
		switch {
		case cmp.Or(d.Cluster(), r.opts.Cluster) != cluster:
		case d.Namespace == namespace:
			return glooSettings{d}
		case d.Namespace == glooNamespace:
			standard = cmp.Or(standard, d)
		default:
			first = cmp.Or(first, d)
		}
	}
	return glooSettings{cmp.Or(standard, first)}
}

// limits returns the limits of an Upstream without circuitBreakers. Gloo takes the first of the
// two blocks as a whole (gloo: translator/clusters.go, getCircuitBreakers).
func (g glooSettings) limits() plan.Limits {
	if g.document == nil {
		return reader{}.circuitBreakers(nil, "")
	}
	written, pointer := g.document.Resource.(*schema.GlooSettings).Limits()
	return reader(g).circuitBreakers(written, pointer)
}

// discoverCredentials reports Settings that let Gloo find the credentials for AWS, so that
// Upstreams of type aws need no secret (gloo: plugins/aws/plugin.go, ProcessUpstream).
func (g glooSettings) discoverCredentials() bool {
	if g.document == nil {
		return false
	}
	aws := g.document.Resource.(*schema.GlooSettings).Spec.Gloo.AWSOptions
	return aws.EnableCredentialsDiscovery || aws.ServiceAccountCredentials != nil
}

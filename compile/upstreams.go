package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// claimUpstreams makes a cluster of every Upstream, and lets it claim the hosts it stands for
// in a mesh: the Service it names, or the DNS names it lists. ConnectionPolicies came first.
func (r *resolver) claimUpstreams() {
	byHost := map[string]*target{} // static hosts, one target per Upstream's namespace and host
	for _, d := range r.inv.upstreams {
		spec := &d.Resource.(*schema.Upstream).Spec
		cluster := cmp.Or(d.Cluster(), r.opts.Cluster)
		workspace, _ := r.ws.owner(cluster, d.Namespace)
		gloo := r.glooSettings(cluster, d.Namespace)
		u := plan.Upstream{
			Object:   plan.Object{Kind: kindUpstream, Name: d.Name, Namespace: d.Namespace, Cluster: cluster, Workspace: workspace, Document: d},
			Settings: upstreamSettings(d, spec),
		}
		if spec.CircuitBreakers == nil {
			u.Settings.Limits = gloo.limits()
		}
		r.upstreamUse(d, &u, spec)
		u.Type, u.Endpoints = r.upstreamEndpoints(d, spec)
		if u.Type == "aws" && spec.AWS.SecretRef == nil && !gloo.discoverCredentials() {
			r.lambdaLeftOut(d)
			continue
		}
		c := &claim{document: d, settings: u.Settings, upstream: true}
		for _, place := range r.meshPlaces(u, spec, byHost) {
			if p, ok := place.claim(c); ok {
				u.Places = append(u.Places, p)
			} else {
				r.serviceLacksPort(d, place)
			}
		}
		r.plan.Upstreams = append(r.plan.Upstreams, u)
	}
}

// claim takes the port for an Upstream unless it has an owner; false when there is no such port.
// Losing it matters in a mesh only: Gloo Edge gives every Upstream a cluster of its own.
func (m meshPlace) claim(c *claim) (plan.Place, bool) {
	i := slices.IndexFunc(m.target.ports, func(p targetPort) bool { return p.number == m.port })
	if i < 0 {
		return plan.Place{}, false
	}
	p := plan.Place{Host: m.target.hosts[0], Port: m.port}
	switch owner := &m.target.claims[i]; {
	case owner.claim == nil:
		owner.claim = c
	case owner.document != c.document:
		owner.override(c.document)
		p.DecidedBy, p.Why = owner.document, whyFirst(owner.document, c.document)
	}
	return p, true
}

// upstreamEndpoints finds where an Upstream's cluster connects. Of two types the later one in
// the protobuf's order holds, as in Gloo.
func (r *resolver) upstreamEndpoints(d *schema.Document, spec *schema.UpstreamSpec) (string, []plan.Endpoint) {
	switch {
	case spec.AI != nil:
		return "ai", nil
	case spec.GCP != nil:
		return "gcp", nil
	case spec.AWSEC2 != nil:
		return "awsEc2", nil
	case spec.Consul != nil:
		return "consul", nil
	case spec.Azure != nil:
		return "azure", []plan.Endpoint{{Address: spec.Azure.FunctionAppName + ".azurewebsites.net", Port: 443}}
	case spec.AWS != nil:
		return "aws", []plan.Endpoint{{Address: "lambda." + spec.AWS.Region + ".amazonaws.com", Port: 443}}
	case spec.Pipe != nil:
		return "pipe", []plan.Endpoint{{Path: spec.Pipe.Path}}
	case spec.Static != nil:
		return "static", staticEndpoints(d, spec.Static)
	case spec.Kube != nil:
		return "kube", r.kubeEndpoints(d, spec.Kube)
	}
	return "", nil
}

func staticEndpoints(d *schema.Document, s *schema.StaticUpstream) []plan.Endpoint {
	out := make([]plan.Endpoint, 0, len(s.Hosts))
	for i, h := range s.Hosts {
		e := plan.Endpoint{Address: h.Addr, Port: h.Port, From: plan.From(d, "/spec/static/hosts"+diag.Pointer(i)+"/addr")}
		if h.LoadBalancingWeight != nil {
			e.Weight = *h.LoadBalancingWeight
		}
		if rewrite := s.AutoSNIRewrite == nil || *s.AutoSNIRewrite; rewrite || h.SNIAddr != "" {
			e.SNI = cmp.Or(h.SNIAddr, h.Addr)
		}
		out = append(out, e)
	}
	return out
}

func (r *resolver) kubeEndpoints(d *schema.Document, k *schema.KubeUpstream) []plan.Endpoint {
	namespace := cmp.Or(k.ServiceNamespace, d.Namespace)
	host := serviceHost(k.ServiceName, namespace)
	services := r.inv.services[namespace+"/"+k.ServiceName]
	if len(services) == 0 {
		r.serviceMissing(d, k, namespace)
		return []plan.Endpoint{{Address: host, Port: k.ServicePort}}
	}
	return serviceEndpoints(host, services[0].Document.Resource.(*schema.Service), k.ServicePort)
}

// serviceMissing reports an Upstream's Service that is not there, when the input shows
// Services of its namespace: otherwise the input is not the place to look.
func (r *resolver) serviceMissing(d *schema.Document, k *schema.KubeUpstream, namespace string) {
	if len(r.inv.serviceNames[namespace]) == 0 {
		return
	}
	help := "write the name of a Service, or add it to the input"
	if near := r.inv.nearestService(namespace, k.ServiceName); near != "" {
		help = fmt.Sprintf("did you mean %q?", near)
	}
	r.find(diag.Diagnostic{
		Code: diag.ServiceMissing, Span: d.Span("/spec/kube/serviceName"), Subject: d.Subject(),
		Message: fmt.Sprintf("there is no Service %q in namespace %q, and Gloo refuses an Upstream without its Service", k.ServiceName, namespace), Help: help,
	})
}

// meshPlace is a port of a host that an Upstream stands for in a mesh.
type meshPlace struct {
	target *target
	port   uint32
}

func (r *resolver) meshPlaces(u plan.Upstream, spec *schema.UpstreamSpec, byHost map[string]*target) []meshPlace {
	var places []meshPlace
	switch u.Type {
	case "kube":
		namespace := cmp.Or(spec.Kube.ServiceNamespace, u.Object.Namespace)
		for _, t := range r.inv.services[namespace+"/"+spec.Kube.ServiceName] {
			places = append(places, meshPlace{t, spec.Kube.ServicePort})
		}
		if len(places) == 0 {
			o := u.Object
			o.Kind, o.Name, o.Namespace = kindService, spec.Kube.ServiceName, namespace
			o.Workspace, _ = r.ws.owner(o.Cluster, namespace)
			places = append(places, r.hostPlace(o, serviceHost(o.Name, namespace), spec.Kube.ServicePort, byHost))
		}
	case "static":
		for _, e := range u.Endpoints {
			if e.Address != "" && !facts.IsIP(e.Address) {
				places = append(places, r.hostPlace(u.Object, r.meshHost(e.Address), e.Port, byHost))
			}
		}
	}
	return places
}

// meshHost spells a host as Istio compares them: to the letter, in lower case, and in full. DNS
// in a pod finds a Service by a shorter name as well; Istio completes none that has a dot.
func (r *resolver) meshHost(name string) string {
	host := strings.ToLower(strings.TrimSuffix(name, "."))
	if strings.HasSuffix(host, ".svc") && strings.Count(host, ".") == 2 {
		return host + ".cluster.local"
	}
	service, namespace, _ := strings.Cut(host, ".")
	if len(r.inv.services[namespace+"/"+service]) > 0 {
		return serviceHost(service, namespace)
	}
	return host
}

// hostPlace is a host that no document of the input stands for, made a target of its own.
// Upstreams of one namespace that name the same host share it.
func (r *resolver) hostPlace(o plan.Object, host string, port uint32, byHost map[string]*target) meshPlace {
	key := o.Namespace + "/" + host + "/" + o.Cluster
	t := byHost[key]
	if t == nil {
		t = &target{Object: o, Document: o.Document.(*schema.Document), hosts: []string{host}}
		byHost[key] = t
		r.upstreamHosts = append(r.upstreamHosts, t)
	}
	i, there := slices.BinarySearchFunc(t.ports, port, func(p targetPort, n uint32) int { return cmp.Compare(p.number, n) })
	if !there {
		t.ports = slices.Insert(t.ports, i, targetPort{number: port})
		t.claims = slices.Insert(t.claims, i, claimed{})
	}
	return meshPlace{t, port}
}

func (r *resolver) serviceLacksPort(d *schema.Document, place meshPlace) {
	r.find(diag.Diagnostic{
		Code: diag.ServiceMissing, Span: d.Span("/spec/kube/servicePort"), Subject: d.Subject(),
		Message: fmt.Sprintf("Service %s has no port %d", place.target.reference(), place.port),
		Help:    "write one of its ports: " + place.target.portsText(),
		Related: []diag.Related{{Span: nameSpan(place.target.Document), Message: place.target.reference() + " is here"}},
	})
}

func (r *resolver) lambdaLeftOut(d *schema.Document) {
	r.find(finding(diag.LambdaCredentials, d, "/spec/aws",
		"spec.aws has no secretRef, and no Settings in the input let Gloo discover credentials, so this Upstream is left out",
		"write secretRef: {name: …, namespace: …}, or add the Settings of Gloo to the input"))
}

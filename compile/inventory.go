package compile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// The kinds of destination, as policies name them, and what an Upstream counts as.
const (
	kindService            = "SERVICE"
	kindVirtualDestination = "VIRTUAL_DESTINATION"
	kindExternalService    = "EXTERNAL_SERVICE"
	kindUpstream           = "UPSTREAM"
)

// target is an object that policies can select.
type target struct {
	plan.Object
	Document *schema.Document // the Object's
	labels   map[string]string
	hosts    []string
	ports    []targetPort
	claims   []claimed // who decides each port
}

type targetPort struct {
	number   uint32
	name     string
	protocol string
}

// inventory is the input sorted out by kind, each kind in an order of its own that does not
// depend on the order of the input.
type inventory struct {
	policies         []*schema.Document // ConnectionPolicies, the one that wins first
	listenerPolicies []*schema.Document // the one that wins first
	gateways         []*schema.Document
	proxies          []*schema.Document
	virtualGateways  []*schema.Document
	upstreams        []*schema.Document // the one that wins first
	endpoints        []*schema.Document // ExternalEndpoints
	workspaces       []*schema.Document
	settings         []*schema.Document // WorkspaceSettings
	namespaces       []*schema.Document
	rules            []*schema.Document // DestinationRules that are there already
	apiGateways      []*schema.Document // Gateways of the Gateway API
	routes           []*schema.Document // of the Gateway API
	gloo             []*schema.Document // Settings of Gloo Edge
	objects          []*schema.Document // of opaque kinds: policies of the targets that are there already
	targets          []*target
	services         map[string][]*target         // by "namespace/name": one per cluster
	serviceNames     map[string][]string          // by namespace
	serviceWords     map[string]*diag.Words       // the same, to compare names with; made when first asked for
	proxyServices    map[string][]*schema.Service // by the Gloo Edge proxy whose pods they select
}

func takeInventory(docs []*schema.Document) *inventory {
	docs = slices.Clone(docs)
	slices.SortStableFunc(docs, byAge)
	inv := &inventory{services: map[string][]*target{}, serviceNames: map[string][]string{}, serviceWords: map[string]*diag.Words{}, proxyServices: map[string][]*schema.Service{}}
	for _, d := range docs {
		switch res := d.Resource.(type) {
		case *schema.ConnectionPolicy:
			inv.policies = append(inv.policies, d)
		case *schema.ListenerConnectionPolicy:
			inv.listenerPolicies = append(inv.listenerPolicies, d)
		case *schema.Gateway:
			inv.gateways = append(inv.gateways, d)
		case *schema.Proxy:
			inv.proxies = append(inv.proxies, d)
		case *schema.VirtualGateway:
			inv.virtualGateways = append(inv.virtualGateways, d)
		case *schema.Upstream:
			inv.upstreams = append(inv.upstreams, d)
		case *schema.ExternalEndpoint:
			inv.endpoints = append(inv.endpoints, d)
		case *schema.Workspace:
			inv.workspaces = append(inv.workspaces, d)
		case *schema.WorkspaceSettings:
			inv.settings = append(inv.settings, d)
		case *schema.Namespace:
			inv.namespaces = append(inv.namespaces, d)
		case *schema.DestinationRule:
			inv.rules = append(inv.rules, d)
		case *schema.APIGateway:
			inv.apiGateways = append(inv.apiGateways, d)
		case *schema.Route:
			inv.routes = append(inv.routes, d)
		case *schema.GlooSettings:
			inv.gloo = append(inv.gloo, d)
		case *schema.Object:
			inv.objects = append(inv.objects, d)
		case *schema.Service:
			inv.addService(d, res)
		case *schema.VirtualDestination:
			inv.targets = append(inv.targets, virtualTarget(d, res))
		case *schema.ExternalService:
			inv.targets = append(inv.targets, externalTarget(d, res))
		}
	}
	return inv
}

func (inv *inventory) addService(d *schema.Document, s *schema.Service) {
	t := serviceTarget(d, s)
	inv.targets = append(inv.targets, t)
	inv.services[d.Ref()] = append(inv.services[d.Ref()], t)
	inv.serviceNames[d.Namespace] = append(inv.serviceNames[d.Namespace], d.Name)
	if proxy := s.Spec.Selector[proxyIDLabel]; proxy != "" {
		inv.proxyServices[proxy] = append(inv.proxyServices[proxy], s)
	}
}

// nearestService returns the name of the Service of a namespace that name was most likely meant to be, or "".
func (inv *inventory) nearestService(namespace, name string) string {
	if inv.serviceWords[namespace] == nil {
		inv.serviceWords[namespace] = diag.NewWords(inv.serviceNames[namespace])
	}
	return inv.serviceWords[namespace].Nearest(name)
}

// byAge puts the object that wins first: the oldest, then by namespace and name. An object
// that was never applied has no age yet and comes after those that have. Kind, cluster and
// place only make the order complete.
func byAge(a, b *schema.Document) int {
	switch {
	case a.Created.IsZero() != b.Created.IsZero():
		if a.Created.IsZero() {
			return 1
		}
		return -1
	case !a.Created.Equal(b.Created):
		return a.Created.Compare(b.Created)
	}
	return cmp.Or(
		strings.Compare(a.Namespace, b.Namespace),
		strings.Compare(a.Name, b.Name),
		strings.Compare(a.Cluster(), b.Cluster()),
		strings.Compare(a.Kind.Name, b.Kind.Name),
	)
}

func newTarget(d *schema.Document, kind string, hosts []string) *target {
	return &target{
		Object: plan.Object{Kind: kind, Name: d.Name, Namespace: d.Namespace, Cluster: d.Cluster(), Document: d}, Document: d,
		labels: d.Labels, hosts: hosts,
	}
}

func serviceTarget(d *schema.Document, s *schema.Service) *target {
	t := newTarget(d, kindService, []string{serviceHost(d.Name, d.Namespace)})
	for _, p := range s.Spec.Ports {
		if p.Protocol != "UDP" { // which has no connections, and no cluster in Istio
			t.ports = append(t.ports, targetPort{p.Port, p.Name, servicePortProtocol(p)})
		}
	}
	return t.sealed()
}

// serviceHost is the name by which Istio and Kubernetes' DNS know a Service.
func serviceHost(name, namespace string) string {
	return name + "." + namespace + ".svc.cluster.local"
}

// servicePortProtocol reads a Service port's protocol as Istio does: appProtocol or the port's
// name, up to the first dash (istio: config/kube/conversion.go, ConvertProtocol;
// https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/).
func servicePortProtocol(p schema.ServicePort) string {
	name := strings.ToUpper(cmp.Or(p.AppProtocol, p.Name))
	switch p.AppProtocol {
	case "kubernetes.io/h2c":
		return "HTTP2"
	case "kubernetes.io/ws":
		return "HTTP"
	case "kubernetes.io/wss":
		return "HTTPS"
	}
	if strings.HasPrefix(name, "GRPC-WEB") {
		return "HTTP2"
	}
	switch name, _, _ = strings.Cut(name, "-"); name {
	case "HTTP", "HTTPS", "HTTP2", "GRPC", "TCP", "TLS", "MONGO":
		return name
	case "HTTP_PROXY":
		return "HTTP"
	case "MYSQL", "REDIS":
		return "TCP"
	}
	switch p.Port { // of SMTP, DNS, MySQL and MongoDB, which Istio never sniffs
	case 25, 53, 3306, 27017:
		return "TCP"
	}
	return ""
}

func virtualTarget(d *schema.Document, v *schema.VirtualDestination) *target {
	t := newTarget(d, kindVirtualDestination, v.Spec.Hosts)
	for _, p := range v.Spec.Ports {
		// A VirtualDestination's port has no name; this is the one its ServiceEntry gives it.
		t.ports = append(t.ports, targetPort{p.Number, strings.ToLower(p.Protocol) + "-" + itoa(p.Number), strings.ToUpper(p.Protocol)})
	}
	return t.sealed()
}

func externalTarget(d *schema.Document, e *schema.ExternalService) *target {
	t := newTarget(d, kindExternalService, e.Spec.Hosts)
	for _, p := range e.Spec.Ports {
		t.ports = append(t.ports, targetPort{p.Number, p.Name, strings.ToUpper(p.Protocol)})
	}
	return t.sealed()
}

// sealed sorts the ports and makes room for who will decide them.
func (t *target) sealed() *target {
	slices.SortStableFunc(t.ports, func(a, b targetPort) int { return cmp.Compare(a.number, b.number) })
	t.ports = slices.CompactFunc(t.ports, func(a, b targetPort) bool { return a.number == b.number })
	t.claims = make([]claimed, len(t.ports))
	return t
}

// matches reports a port that a selector names; no selector names every port.
func (p targetPort) matches(s *schema.PortSelector) bool {
	if s == nil || *s == (schema.PortSelector{}) {
		return true
	}
	return s.Number == p.number && s.Number != 0 || s.Name != "" && s.Name == p.name
}

// portSelectorText is the port that a selector names, in words.
func portSelectorText(s *schema.PortSelector) string {
	if s.Name != "" {
		return "named \"" + s.Name + "\""
	}
	return itoa(s.Number)
}

// mostNames is how many names a finding lists.
const mostNames = 8

// portsText lists a target's first ports for a message: "80 (http), 443".
func (t *target) portsText() string {
	parts := make([]string, len(t.ports))
	for i, p := range t.ports[:min(mostNames, len(t.ports))] {
		if parts[i] = itoa(p.number); p.name != "" {
			parts[i] += " (" + p.name + ")"
		}
	}
	return diag.FirstOf(parts, mostNames)
}

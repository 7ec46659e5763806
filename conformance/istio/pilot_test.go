package istio

import (
	"fmt"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pilot/pkg/serviceregistry/kube"
	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/test"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func init() {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel) // pilot tells of every step
	}
}

// mesh is what pilot is given beside the rules.
type mesh struct {
	services []*model.Service
	configs  []config.Config
}

// add puts a destination into the mesh as what it is: a Service with its own ports, whose
// protocols pilot reads itself, or a ServiceEntry as Gloo writes one for a VirtualDestination,
// seen by whom the rule is for. A host that an Upstream names, and no document of the input,
// gets a ServiceEntry for HTTP.
func (m *mesh) add(d *plan.Destination) {
	entry := &networking.ServiceEntry{
		Hosts: []string{d.Host}, ExportTo: d.ExportTo, Resolution: networking.ServiceEntry_STATIC,
		Endpoints: []*networking.WorkloadEntry{{Address: "10.0.0.1"}},
	}
	switch res := d.Object.Document.(*schema.Document).Resource.(type) {
	case *schema.Service:
		m.services = append(m.services, service(d, res))
		return
	case *schema.VirtualDestination:
		for _, p := range res.Spec.Ports {
			entry.Ports = append(entry.Ports, entryPort(p.Number, p.Protocol))
		}
	default:
		for _, p := range d.Ports {
			entry.Ports = append(entry.Ports, entryPort(p.Number, "HTTP"))
		}
	}
	m.configs = append(m.configs, config.Config{
		Meta: config.Meta{GroupVersionKind: gvk.ServiceEntry, Name: d.Name, Namespace: d.Namespace, CreationTimestamp: epoch},
		Spec: entry,
	})
}

// epoch is when everything was created, so that nothing is decided by age.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func entryPort(number uint32, protocol string) *networking.ServicePort {
	return &networking.ServicePort{Number: number, Protocol: protocol, Name: fmt.Sprintf("%s-%d", strings.ToLower(protocol), number)}
}

func service(d *plan.Destination, s *schema.Service) *model.Service {
	out := corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: d.Object.Name, Namespace: d.Object.Namespace, CreationTimestamp: metav1.NewTime(epoch)},
		Spec:       corev1.ServiceSpec{ClusterIP: s.Spec.ClusterIP},
	}
	for _, p := range s.Spec.Ports {
		port := corev1.ServicePort{Name: p.Name, Port: int32(p.Port), Protocol: corev1.Protocol(p.Protocol)}
		if p.AppProtocol != "" {
			port.AppProtocol = &p.AppProtocol
		}
		out.Spec.Ports = append(out.Spec.Ports, port)
	}
	return kube.ConvertService(out, nil, "cluster.local", cluster.ID("Kubernetes"), "cluster.local")
}

// place is a cluster as a client in a namespace sees it.
type place struct{ namespace, name string }

// clients are the namespaces in which a rule decides: its own, and those it is exported to,
// or any other when that is all.
func clients(d *plan.Destination) []string {
	if d.ExportTo == nil {
		return []string{d.Namespace, "elsewhere"}
	}
	return append([]string{d.Namespace}, d.ExportTo...)
}

// ask gives pilot the rules and the destinations, and returns the clusters of a client in each
// namespace that a rule is for.
func ask(rules [][]byte, destinations []plan.Destination) (map[place]*clusterv3.Cluster, error) {
	var m mesh
	namespaces := map[string]bool{}
	for i := range destinations {
		m.add(&destinations[i])
		for _, namespace := range clients(&destinations[i]) {
			namespaces[namespace] = true
		}
	}
	for _, text := range rules {
		taken, unknown, err := crd.ParseInputs(string(text))
		if err != nil || len(taken) != 1 || len(unknown) > 0 {
			return nil, fmt.Errorf("istio does not take this rule: %v\n%s", err, text) //nolint:errorlint // err may be nil
		}
		taken[0].CreationTimestamp = epoch
		m.configs = append(m.configs, taken[0])
	}
	clusters := map[place]*clusterv3.Cluster{}
	err := test.Wrap(func(t test.Failer) {
		pilot := core.NewConfigGenTest(t, core.TestOptions{Configs: m.configs, Services: m.services})
		for namespace := range namespaces {
			for _, c := range pilot.Clusters(pilot.SetupProxy(&model.Proxy{ConfigNamespace: namespace})) {
				clusters[place{namespace, c.Name}] = c
			}
		}
	})
	return clusters, err
}

package istio

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/conformance"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/dialect/istio"
	"github.com/connpolicy/connpolicy/plan"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/test"
	"pgregory.net/rapid"
)

// door is a listener of a gateway: the pods that open it, and the port.
type door struct {
	pods string
	port uint32
}

// doorOf is a listener's, and the labels of its pods in a fixed order.
func doorOf(l *plan.Listener) door {
	pods := l.Workload.Namespace
	for _, key := range slices.Sorted(maps.Keys(l.Workload.Labels)) {
		pods += "," + key + "=" + l.Workload.Labels[key]
	}
	return door{pods, l.Port}
}

// gateways gives pilot a Gateway with a server for each listener, a route for those of TCP, and
// our filters, and returns the listeners of a pod with the labels and more, or with others.
func gateways(filters [][]byte, listeners []plan.Listener, others bool) (map[door]*listenerv3.Listener, error) {
	configs := []config.Config{{
		Meta: config.Meta{GroupVersionKind: gvk.ServiceEntry, Name: "backend", Namespace: "shop", CreationTimestamp: epoch},
		Spec: &networking.ServiceEntry{
			Hosts: []string{"backend.example.com"}, Ports: []*networking.ServicePort{entryPort(6379, "TCP")},
			Resolution: networking.ServiceEntry_STATIC, Endpoints: []*networking.WorkloadEntry{{Address: "10.0.0.1"}},
		},
	}}
	for i := range listeners {
		configs = append(configs, opened(&listeners[i], i, others)...)
	}
	for _, text := range filters {
		taken, unknown, err := crd.ParseInputs(string(text))
		if err != nil || len(taken) != 1 || len(unknown) > 0 {
			return nil, fmt.Errorf("istio does not take this filter: %v\n%s", err, text) //nolint:errorlint // err may be nil
		}
		taken[0].CreationTimestamp = epoch
		configs = append(configs, taken[0])
	}
	got := map[door]*listenerv3.Listener{}
	err := test.Wrap(func(t test.Failer) {
		pilot := core.NewConfigGenTest(t, core.TestOptions{Configs: configs})
		for i := range listeners {
			l := &listeners[i]
			pod := pilot.SetupProxy(&model.Proxy{
				Type: model.Router, ConfigNamespace: l.Workload.Namespace, Labels: labelsOf(l, others),
				Metadata: &model.NodeMetadata{Namespace: l.Workload.Namespace, Labels: labelsOf(l, others)},
			})
			for _, theirs := range pilot.Listeners(pod) {
				if theirs.GetAddress().GetSocketAddress().GetPortValue() == l.Port {
					got[doorOf(l)] = theirs
				}
			}
		}
	})
	return got, err
}

// labelsOf are those of a pod that opens the listener, or of one that our filter is not for.
func labelsOf(l *plan.Listener, others bool) map[string]string {
	if others {
		return map[string]string{"istio": "of-another-team"}
	}
	labels := maps.Clone(l.Workload.Labels)
	labels["pod-template-hash"] = "5d4f8c7b9"
	return labels
}

// opened is a Gateway for a listener; Istio opens a TCP port only when a route leads on.
func opened(l *plan.Listener, i int, others bool) []config.Config {
	name, port := fmt.Sprintf("gateway-%d", i), &networking.Port{Number: l.Port, Name: fmt.Sprintf("http-%d", l.Port), Protocol: "HTTP"}
	meta := config.Meta{Name: name, Namespace: l.Workload.Namespace, CreationTimestamp: epoch}
	var routes []config.Config
	if l.TCP {
		port.Name, port.Protocol = fmt.Sprintf("tcp-%d", l.Port), "TCP"
		meta.GroupVersionKind = gvk.VirtualService
		routes = append(routes, config.Config{Meta: meta, Spec: &networking.VirtualService{
			Hosts: []string{"*"}, Gateways: []string{meta.Namespace + "/" + name},
			Tcp: []*networking.TCPRoute{{
				Match: []*networking.L4MatchAttributes{{Port: l.Port}},
				Route: []*networking.RouteDestination{{Destination: &networking.Destination{Host: "backend.example.com", Port: &networking.PortSelector{Number: 6379}}}},
			}},
		}})
	}
	meta.GroupVersionKind = gvk.Gateway
	return append(routes, config.Config{Meta: meta, Spec: &networking.Gateway{
		Selector: labelsOf(l, others), Servers: []*networking.Server{{Port: port, Hosts: []string{"*"}}},
	}})
}

// bootstrapListeners reads a bootstrap's listeners, by name.
func bootstrapListeners(bootstrap [][]byte) (map[string]*listenerv3.Listener, error) {
	out := map[string]*listenerv3.Listener{}
	for _, text := range bootstrap {
		var b struct {
			Resources struct{ Listeners []json.RawMessage } `json:"static_resources"`
		}
		if err := json.Unmarshal(text, &b); err != nil {
			return nil, err
		}
		for _, raw := range b.Resources.Listeners {
			l := &listenerv3.Listener{}
			if err := protojson.Unmarshal(raw, l); err != nil {
				return nil, err
			}
			out[l.Name] = l
		}
	}
	return out, nil
}

// about is what a listener says about connections: socket options, its buffer and balance, and
// what the last filter of its first chain does about them.
func about(l *listenerv3.Listener) (settings, error) {
	kept := &listenerv3.Listener{
		SocketOptions: l.SocketOptions, PerConnectionBufferLimitBytes: l.PerConnectionBufferLimitBytes, ConnectionBalanceConfig: l.ConnectionBalanceConfig,
	}
	chains := l.FilterChains
	if l.DefaultFilterChain != nil {
		chains = append(chains, l.DefaultFilterChain)
	}
	if len(chains) == 0 || len(chains[0].Filters) == 0 {
		return nil, errors.New("there is no filter")
	}
	out := settingsOfMessage(kept)
	filters := chains[0].Filters
	last, err := filters[len(filters)-1].GetTypedConfig().UnmarshalNew()
	if err != nil {
		return nil, err
	}
	for path, value := range settingsOfMessage(last) {
		for _, ours := range []string{"common_http_protocol_options.", "stream_idle_timeout", "request_timeout", "drain_timeout", "idle_timeout", "max_connect_attempts"} {
			if strings.HasPrefix(path, ours) {
				out[path] = value
			}
		}
	}
	return out, nil
}

// settingsOfMessage are all fields of a message: what is not compared are fields of clusters.
func settingsOfMessage(m proto.Message) settings {
	below, out := settings{}, settings{}
	below.message("message", m.ProtoReflect())
	for path, value := range below {
		out[strings.TrimPrefix(path, "message.")] = value
	}
	return out
}

// doors counts the listeners that were compared, and the settings in them.
type doors struct{ listeners, settings, options, timeouts, tcp int }

// compare goes both roads with a plan's listeners. What --target envoy says must stand in pilot's
// listener, which has no socket option besides; with other labels pilot's is as without us.
func (n *doors) compare(p *plan.Plan) ([]string, error) {
	rules, err := conformance.Emit(istio.Write, &plan.Plan{Listeners: p.Listeners}, dialect.Options{})
	if err != nil {
		return nil, err
	}
	bootstrap, err := conformance.Emit(envoy.Write, p, dialect.Options{})
	if err != nil {
		return nil, err
	}
	ours, err := bootstrapListeners(bootstrap.Objects)
	if err != nil {
		return nil, err
	}
	var roads [3]map[door]*listenerv3.Listener // with the filters, without them, with other labels
	for i, filters := range [][][]byte{rules.Objects, nil, rules.Objects} {
		if roads[i], err = gateways(filters, p.Listeners, i == 2); err != nil {
			return nil, err
		}
	}
	var faults []string
	for i := range p.Listeners {
		l := &p.Listeners[i]
		at := doorOf(l)
		for _, f := range n.listener(ours[l.Name], roads[0][at], roads[1][at], roads[2][at]) {
			faults = append(faults, l.Name+": "+f)
		}
		if l.TCP {
			n.tcp++
		}
	}
	return faults, nil
}

func (n *doors) listener(ours, with, without, other *listenerv3.Listener) []string {
	var said [4]settings
	for i, l := range []*listenerv3.Listener{ours, with, without, other} {
		if l == nil {
			return []string{fmt.Sprintf("the listener %d of 4 is not there", i+1)}
		}
		var err error
		if said[i], err = about(l); err != nil {
			return []string{err.Error()}
		}
	}
	n.listeners++
	var faults []string
	want := maps.Clone(said[2]) // what pilot gives by itself, and over it what we say
	for path, value := range said[0] {
		want[path] = value
		n.settings++
		if strings.HasPrefix(path, "socket_options[") && strings.HasSuffix(path, "].name") {
			n.options++
		}
		if strings.Contains(path, "time") {
			n.timeouts++
		}
	}
	for _, d := range compare(said[1], want) {
		faults = append(faults, "with our filter "+d.String())
	}
	for _, d := range compare(said[3], said[2]) {
		faults = append(faults, "with other labels "+d.String())
	}
	return faults
}

func (n *doors) proved(t *testing.T, of string) {
	t.Helper()
	if n.listeners == 0 || n.options == 0 || n.timeouts == 0 || n.tcp == 0 || n.tcp == n.listeners {
		t.Fatalf("something was never compared: %+v", *n)
	}
	proved(t, "%s: %d listeners that pilot gives gateways have what --target envoy writes, by our EnvoyFilters: %d settings, %d socket options among them; pods with other labels have none of it",
		of, n.listeners, n.settings, n.options)
}

var ingress = compile.Options{Workload: &plan.Workload{Namespace: "istio-system", Labels: map[string]string{"istio": "ingressgateway"}}}

func TestEnvoyFiltersGiveGatewaysTheListenersOfGoldenCases(t *testing.T) {
	inputs, err := conformance.GoldenInputs()
	if err != nil {
		t.Fatal(err)
	}
	var n doors
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		c := conformance.CompileFor(name, inputs[name], ingress)
		if c.Plan == nil || len(c.Plan.Listeners) == 0 {
			continue
		}
		p := onePerDoor(c.Plan)
		faults, err := n.compare(p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, fault := range faults {
			t.Errorf("%s: %s", name, fault)
		}
	}
	n.proved(t, "golden cases")
}

// onePerDoor leaves listeners out that are the same door to Istio, for which there is no filter,
// and those whose port is not known.
func onePerDoor(p *plan.Plan) *plan.Plan {
	seen, out := map[door]bool{}, &plan.Plan{}
	for _, l := range p.Listeners {
		if at := doorOf(&l); !seen[at] && l.Port > 0 {
			seen[at] = true
			out.Listeners = append(out.Listeners, l)
		}
	}
	return out
}

func TestEnvoyFiltersGiveGatewaysTheListenersOfRandomPlans(t *testing.T) {
	var n doors
	plans := 0
	rapid.Check(t, func(t *rapid.T) {
		p := conformance.GatewayPlans().Draw(t, "plan")
		plans++
		faults, err := n.compare(p.Plan)
		if err != nil || len(faults) > 0 {
			t.Fatalf("%v\n%s\n%s", err, strings.Join(faults, "\n"), p.Manifests)
		}
	})
	n.proved(t, fmt.Sprintf("%d random plans", plans))
}

func TestAFilterThatSaysSomethingElseIsSeen(t *testing.T) {
	const text = `
apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: web, namespace: gloo-system}
spec:
  bindAddress: '::'
  bindPort: 8080
  httpGateway: {options: {httpConnectionManagerSettings: {idleTimeout: 601s, drainTimeout: 602s}}}
  options:
    perConnectionBufferLimitBytes: 65536
    socketOptions: [{level: 1, name: 9, intValue: 1, state: STATE_PREBIND}, {level: 6, name: 4, intValue: 77, state: STATE_PREBIND}]
`
	p := conformance.CompileFor("text.yaml", text, ingress).Plan
	rules, err := conformance.Emit(istio.Write, p, dialect.Options{})
	if err != nil || len(rules.Objects) != 1 {
		t.Fatal(err, len(rules.Objects))
	}
	bootstrap, err := conformance.Emit(envoy.Write, p, dialect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ours, err := bootstrapListeners(bootstrap.Objects)
	if err != nil {
		t.Fatal(err)
	}
	at, changes := doorOf(&p.Listeners[0]), [][2]string{
		{`"77"`, `"78"`},
		{"65536", "65537"},
		{"601s", "600s"},
		{"602s", "600s"},
		{`"ingressgateway"`, `"egressgateway"`},
		{`"portNumber": 8080`, `"portNumber": 8081`},
		{`"GATEWAY"`, `"SIDECAR_INBOUND"`},
	}
	for _, c := range changes {
		changed, err := gateways([][]byte{replaced(t, rules.Objects[0], c[0], c[1])}, p.Listeners, false)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := gateways(nil, p.Listeners, false)
		if err != nil {
			t.Fatal(err)
		}
		if faults := new(doors).listener(ours[p.Listeners[0].Name], changed[at], plain[at], plain[at]); len(faults) == 0 {
			t.Errorf("%s was changed to %s, and nothing is seen", c[0], c[1])
		}
	}
	proved(t, "%d changes to an EnvoyFilter are each seen as a difference", len(changes))
}

package istio

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoyapi"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// EnvoyFilter is networking.istio.io/v1alpha3, as much of it as is written. The values of its
// patches are Envoy's, and Istio's own type has no names for them.
type EnvoyFilter struct {
	WorkloadSelector WorkloadSelector `json:"workloadSelector"`
	ConfigPatches    []ConfigPatch    `json:"configPatches"`
}

// WorkloadSelector are the pods whose Envoy is patched.
type WorkloadSelector struct {
	Labels map[string]string `json:"labels"`
}

// ConfigPatch is one change to what pilot gives an Envoy.
type ConfigPatch struct {
	ApplyTo string     `json:"applyTo"`
	Match   PatchMatch `json:"match"`
	Patch   Patch      `json:"patch"`
}

// PatchMatch is where a patch applies.
type PatchMatch struct {
	Context  string        `json:"context"`
	Listener ListenerMatch `json:"listener"`
}

// ListenerMatch is a listener by the port that the proxy binds, and a filter in its chains.
type ListenerMatch struct {
	PortNumber  uint32       `json:"portNumber"`
	FilterChain *FilterMatch `json:"filterChain,omitempty"`
}

// FilterMatch is every chain that has a filter.
type FilterMatch struct {
	Filter FilterName `json:"filter"`
}

// FilterName is a network filter.
type FilterName struct {
	Name string `json:"name"`
}

// Patch is merged into what it applies to.
type Patch struct {
	Operation string `json:"operation"`
	Value     any    `json:"value"`
}

// ListenerPatch are fields of envoy.config.listener.v3.Listener.
type ListenerPatch struct {
	PerConnectionBufferLimitBytes uint32                      `json:"per_connection_buffer_limit_bytes,omitempty"`
	SocketOptions                 []envoyapi.SocketOption     `json:"socket_options,omitempty"`
	ConnectionBalanceConfig       *envoyapi.ConnectionBalance `json:"connection_balance_config,omitempty"`
}

// FilterPatch is the config of a network filter.
type FilterPatch struct {
	Name        string `json:"name"`
	TypedConfig any    `json:"typed_config"`
}

// ManagerPatch are fields of Envoy's HTTP connection manager.
type ManagerPatch struct {
	Type string `json:"@type"`
	envoyapi.ManagerTimeouts
}

// ProxyPatch are fields of Envoy's TCP proxy.
type ProxyPatch struct {
	Type string `json:"@type"`
	envoyapi.TCPProxyOptions
}

// longestGateway is how much of a gateway's name a filter's name has room for: Kubernetes takes
// 253 characters.
const longestGateway = 230

// carry notes a setting that the EnvoyFilter holds.
func (e *istio) carry(from plan.Origin, setting, field, text string) {
	e.carried = append(e.carried, dialect.Carried{From: from, Place: e.place, Setting: setting, Field: e.at + field, Text: text})
}

// filter writes a listener's settings as an EnvoyFilter for the pods that open it, which Istio
// merges into its own listener. ProxyConfig.connectionSettings (Istio 1.31) is not written: it is
// for all listeners of a workload, and has no field for keepalive and socket options (istio.io/api
// v1.32.0: mesh/v1alpha1/proxy.proto).
func (e *istio) filter(l *plan.Listener) (dialect.Object, bool) {
	e.carried, e.place = nil, l.Name
	patches := e.patches(l, podPort(l))
	written := func(c dialect.Carried) bool { return c.From.Written() }
	switch {
	case len(patches) == 0 || !slices.ContainsFunc(e.carried, written):
		return dialect.Object{}, false
	case l.Workload == nil:
		e.workloadMissing(l)
		return dialect.Object{}, false
	case l.Port == 0: // no number in the match would mean every listener
		e.portMissing()
		return dialect.Object{}, false
	case l.Workload.Port == 0:
		e.podPortMissing(l)
		return dialect.Object{}, false
	case !e.claimListener(l):
		return dialect.Object{}, false
	}
	gateway := strings.TrimRight(l.Object.Name[:min(len(l.Object.Name), longestGateway)], "-.")
	name := fmt.Sprintf("%s-%d-connections", gateway, l.Workload.Port)
	e.ClaimName(l.Workload.Namespace+"/"+name, l.Object, "one filter would replace the other", "give the gateways names of their own")
	spec := EnvoyFilter{WorkloadSelector: WorkloadSelector{l.Workload.Labels}, ConfigPatches: patches}
	return dialect.NewObject("networking.istio.io/v1alpha3", "EnvoyFilter", l.Workload.Namespace, name, l.Object.Cluster, spec, e.carried), true
}

// patches are those of the listener itself, and of the filter that serves its connections.
func (e *istio) patches(l *plan.Listener, port uint32) []ConfigPatch {
	var patches []ConfigPatch
	e.at = "spec.configPatches[0].patch.value."
	if value := e.listenerPatch(l); value.PerConnectionBufferLimitBytes > 0 || len(value.SocketOptions) > 0 || value.ConnectionBalanceConfig != nil {
		patches = append(patches, configPatch("LISTENER", ListenerMatch{PortNumber: port}, value))
	}
	e.at = fmt.Sprintf("spec.configPatches[%d].patch.value.typed_config.", len(patches))
	name, config := e.filterPatch(l)
	if config != nil {
		match := ListenerMatch{PortNumber: port, FilterChain: &FilterMatch{FilterName{name}}}
		patches = append(patches, configPatch("NETWORK_FILTER", match, FilterPatch{name, config}))
	}
	return patches
}

func configPatch(applyTo string, match ListenerMatch, value any) ConfigPatch {
	return ConfigPatch{ApplyTo: applyTo, Match: PatchMatch{"GATEWAY", match}, Patch: Patch{"MERGE", value}}
}

// listenerPatch writes the same values as for an Envoy that has no control plane.
func (e *istio) listenerPatch(l *plan.Listener) ListenerPatch {
	var out ListenerPatch
	for _, o := range l.SocketOptions {
		if dialect.Shown(plan.Setting[bool]{From: o.From}, e.opts) { // else the kernel's own value
			e.carrySocketOption(o, fmt.Sprintf("socket_options[%d]", len(out.SocketOptions)))
			out.SocketOptions = append(out.SocketOptions, envoyapi.NewSocketOption(o))
			e.NewListenersOnly(l)
		}
	}
	if limit := l.BufferLimit; dialect.Shown(limit, e.opts) {
		out.PerConnectionBufferLimitBytes = limit.Value
		e.carry(limit.From, "bufferLimit", "per_connection_buffer_limit_bytes", fmt.Sprint(limit.Value))
	}
	if l.ExactBalance.Value {
		out.ConnectionBalanceConfig = &envoyapi.ConnectionBalance{ExactBalance: &envoyapi.Empty{}}
		e.carry(l.ExactBalance.From, "exactBalance", "connection_balance_config.exact_balance", "{}")
	}
	return out
}

// keepaliveOptions are the socket options that keepalive is made of, in the plan's words.
var keepaliveOptions = map[[2]int64]string{
	{facts.SolSocket, facts.SoKeepalive}:   "keepalive.on",
	{facts.IPProtoTCP, facts.TCPKeepIdle}:  "keepalive.time",
	{facts.IPProtoTCP, facts.TCPKeepIntvl}: "keepalive.interval",
	{facts.IPProtoTCP, facts.TCPKeepCnt}:   "keepalive.probes",

	{facts.IPProtoTCP, facts.TCPUserTimeout}: "keepalive.userTimeout",
}

func (e *istio) carrySocketOption(o plan.SocketOption, field string) {
	setting, text := keepaliveOptions[[2]int64{o.Level, o.Name}], o.BufValue
	if setting == "" {
		setting = fmt.Sprintf("socketOption.%d/%d", o.Level, o.Name)
	}
	if o.IntValue != nil {
		text = fmt.Sprint(*o.IntValue)
		if setting == "keepalive.userTimeout" {
			text += "ms"
		}
	}
	e.carry(o.From, setting, field, text)
}

// filterPatch writes what the listener's last filter does, and its name; nil for nothing.
func (e *istio) filterPatch(l *plan.Listener) (string, any) {
	type timeout struct {
		setting, field string
		plan.Setting[time.Duration]
	}
	carry := func(list ...timeout) {
		for _, t := range list {
			if t.Written() {
				e.carry(t.From, t.setting, t.field, envoyapi.Seconds(t.Value))
			}
		}
	}
	if l.TCP {
		options := envoyapi.NewTCPProxyOptions(l)
		if options == (envoyapi.TCPProxyOptions{}) {
			return "", nil
		}
		carry(timeout{"tcp.idleTimeout", "idle_timeout", l.TCPProxy.IdleTimeout})
		if n := l.TCPProxy.MaxConnectAttempts; n.Written() {
			e.carry(n.From, "tcp.maxConnectAttempts", "max_connect_attempts", fmt.Sprint(n.Value))
		}
		return envoyapi.TCPProxyFilter, ProxyPatch{envoyapi.TypeTCPProxy, options}
	}
	timeouts := envoyapi.NewManagerTimeouts(l)
	if timeouts == (envoyapi.ManagerTimeouts{}) {
		return "", nil
	}
	const common = "common_http_protocol_options."
	t := l.Timeouts
	carry(
		timeout{"http.idle", common + "idle_timeout", t.Idle},
		timeout{"http.maxConnectionDuration", common + "max_connection_duration", t.MaxConnectionDuration},
		timeout{"http.maxStreamDuration", common + "max_stream_duration", t.MaxStreamDuration},
		timeout{"http.streamIdle", "stream_idle_timeout", t.StreamIdle},
		timeout{"http.request", "request_timeout", t.Request}, timeout{"http.drain", "drain_timeout", t.Drain},
	)
	if n := l.MaxRequestsPerConnection; n.Written() {
		e.carry(n.From, "maxRequestsPerConnection", common+"max_requests_per_connection", fmt.Sprint(n.Value))
	}
	return envoyapi.ManagerFilter, ManagerPatch{envoyapi.TypeConnectionManager, timeouts}
}

// claimListener reports two listeners that one patch would be for: it goes by pods and port,
// and both would be merged into one listener.
func (e *istio) claimListener(l *plan.Listener) bool {
	pods := PodsOf(l.Workload)
	key := fmt.Sprintf("%s:%d", pods, l.Workload.Port)
	earlier := e.listeners[key]
	if earlier == nil {
		e.listeners[key] = l
		return true
	}
	e.Found = append(e.Found, diag.Diagnostic{
		Code: diag.ClashingOutput, Span: l.Object.Document.Span("/metadata/name"), Subject: l.Object.Document.Subject(),
		Message: fmt.Sprintf("port %d of the pods %s has the settings of %s already, and an EnvoyFilter identifies a listener by pods and port only", l.Workload.Port, pods, earlier.Object.Document.Subject()),
		Help:    "compile gateways of different pods in separate runs, each with a --gateway-selector of its own",
		Related: []diag.Related{{Span: earlier.Object.Document.Span("/metadata/name"), Message: "the other one is here"}},
	})
	return false
}

// PodsOf names pods by their labels: "istio-system/istio=ingressgateway".
func PodsOf(w *plan.Workload) string {
	var labels []string
	for _, key := range slices.Sorted(maps.Keys(w.Labels)) {
		labels = append(labels, key+"="+w.Labels[key])
	}
	return w.Namespace + "/" + strings.Join(labels, ",")
}

// podPort is the port that the pods bind for a listener; 0 where no pods are known.
func podPort(l *plan.Listener) uint32 {
	if l.Workload == nil {
		return 0
	}
	return l.Workload.Port
}

// podPortMissing reports a listener to whose port the Service of its pods does not lead.
func (e *istio) podPortMissing(l *plan.Listener) {
	help := "pass the Service of the gateway that is replaced, which maps its ports, in the same run"
	if len(l.ServicePorts) > 0 {
		help = fmt.Sprintf("give the Service of the pods port %d", l.ServicePorts[0])
	}
	e.Report(diag.WorkloadMissing, plan.From(l.By, "/metadata/name"), l.By.Span("/metadata/name"),
		fmt.Sprintf("the Service of the pods %s has no port for port %s, so its %s", PodsOf(l.Workload), dialect.OpenedPort(l), e.leftBehind()), help)
}

// workloadMissing reports, once for a listener, that the pods for its settings are not known.
func (e *istio) workloadMissing(l *plan.Listener) {
	port := fmt.Sprintf("port %d", l.Port)
	help := "pass the labels of its pods, such as --gateway-selector istio-system/istio=ingressgateway"
	if l.By != l.Object.Document {
		port += " of " + l.Object.Document.Subject()
		help = "write workloads with a selector of labels there, or pass --gateway-selector istio-system/istio=ingressgateway"
	}
	e.Report(diag.WorkloadMissing, plan.From(l.By, "/metadata/name"), l.By.Span("/metadata/name"),
		fmt.Sprintf("it is not known which pods open %s, so its %s", port, e.leftBehind()), help)
}

// portMissing reports each setting of a listener that has no port.
func (e *istio) portMissing() {
	for _, c := range e.carried {
		e.Unsupported(c.From, worded(c)+" of a listener whose port has no number", "pass the gateway's Service in the same run")
	}
}

// inManifests are listeners' settings by the names that manifests have for them.
var inManifests = map[string]string{
	"bufferLimit": "perConnectionBufferLimitBytes", "exactBalance": "connectionBalanceConfig",
	"http.idle": "idleTimeout", "http.streamIdle": "streamIdleTimeout", "http.request": "requestTimeout", "http.drain": "drainTimeout",
}

func worded(c dialect.Carried) string {
	switch group, name, _ := strings.Cut(c.Setting, "."); group {
	case "keepalive":
		return group
	case "socketOption":
		return "socket option " + name
	}
	return cmp.Or(inManifests[c.Setting], lastWord(c.Setting))
}

// leftBehind names the settings that were to be carried: "keepalive and idleTimeout are left out".
func (e *istio) leftBehind() string {
	var names []string
	for _, c := range e.carried {
		if name := worded(c); c.From.Written() && c.Field != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1] + " are left out"
	}
	return strings.Join(names, "") + " is left out"
}

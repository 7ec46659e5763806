package compile

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// The kinds of object that open listeners.
const (
	kindGateway        = "GATEWAY"
	kindProxy          = "PROXY"
	kindVirtualGateway = "VIRTUAL_GATEWAY"
)

// anyAddress is what gateways that name no address bind.
const anyAddress = "0.0.0.0"

func (r *resolver) listeners() {
	for _, d := range r.inv.gateways {
		r.gatewayListeners(d, d.Resource.(*schema.Gateway))
	}
	r.checkBinds()
	for _, d := range r.inv.proxies {
		r.proxyListeners(d, d.Resource.(*schema.Proxy))
	}
	r.virtualGatewayListeners()
}

func (r *resolver) object(kind string, d *schema.Document) plan.Object {
	cluster := cmp.Or(d.Cluster(), r.opts.Cluster)
	workspace, _ := r.ws.owner(cluster, d.Namespace)
	return plan.Object{Kind: kind, Name: d.Name, Namespace: d.Namespace, Cluster: cluster, Workspace: workspace, Document: d}
}

// gatewayListeners makes one listener per proxy that a Gateway names.
func (r *resolver) gatewayListeners(d *schema.Document, g *schema.Gateway) {
	spec := &g.Spec
	l := plan.Listener{Object: r.object(kindGateway, d), Name: listenerName(spec.BindAddress, spec.BindPort), Address: spec.BindAddress, Port: spec.BindPort, By: d}
	rd := reader{d}
	rd.listenerOptions(&l, spec.Options, "/spec/options")
	switch {
	case spec.HybridGateway != nil:
		rd.hybrid(&l, spec.HybridGateway)
	case spec.TCPGateway != nil:
		rd.tcp(&l, spec.TCPGateway, "/spec/tcpGateway")
		if len(spec.TCPGateway.TCPHosts) == 0 {
			return // Gloo opens none; package validate has said so
		}
	default:
		rd.http(&l, spec.HTTPGateway, "/spec/httpGateway")
	}
	proxies := spec.ProxyNames
	if len(proxies) == 0 {
		proxies = []string{facts.GlooProxy}
	}
	for _, proxy := range proxies {
		l.Proxy, l.ServicePorts = proxy, r.proxyPorts(proxy, l.Port)
		r.plan.Listeners = append(r.plan.Listeners, l)
	}
}

func listenerName(address string, port uint32) string {
	return "listener-" + address + "-" + itoa(port)
}

// listenerOptions reads what Gateways and Proxies share.
func (r reader) listenerOptions(l *plan.Listener, o *schema.ListenerOptions, pointer string) {
	if o == nil {
		o = &schema.ListenerOptions{}
	}
	// Gloo leaves a buffer of zero out (gloo: translator/listener.go).
	l.BufferLimit = value(r, nonZero(o.PerConnectionBufferLimitBytes), same[uint32], pointer+"/perConnectionBufferLimitBytes", facts.EnvoyBuffer, plan.DefaultOfEnvoy)
	l.ExactBalance = plan.Setting[bool]{Value: false, From: plan.Origin{Default: plan.DefaultOfEnvoy}}
	if o.ConnectionBalanceConfig != nil && o.ConnectionBalanceConfig.ExactBalance != nil {
		l.ExactBalance = plan.Setting[bool]{Value: true, From: plan.From(r.document, pointer+"/connectionBalanceConfig/exactBalance")}
	}
	for i, s := range o.SocketOptions {
		option := plan.SocketOption{
			Description: s.Description, Level: int64(s.Level), Name: int64(s.Name),
			State: s.State.Of("STATE_PREBIND", "STATE_BOUND", "STATE_LISTENING"),
			From:  plan.From(r.document, pointer+"/socketOptions"+diag.Pointer(i)),
		}
		switch { // of two values Gloo takes the buffer
		case s.BufValue != nil:
			option.BufValue = *s.BufValue
		case s.IntValue != nil:
			v := int64(*s.IntValue)
			option.IntValue = &v
		}
		l.SocketOptions = append(l.SocketOptions, option)
	}
}

func (r reader) http(l *plan.Listener, g *schema.HTTPGateway, pointer string) {
	hcm, base := &schema.HCMSettings{}, pointer+"/options/httpConnectionManagerSettings"
	if g != nil && g.Options != nil && g.Options.HCM != nil {
		hcm = g.Options.HCM
	}
	l.MaxRequestsPerConnection = value(r, nonZero(hcm.MaxRequestsPerConnection), same[uint32], base+"/maxRequestsPerConnection", 0, plan.DefaultOfEnvoy)
	if pointer != "" {
		l.IdleAt = plan.From(r.document, base+"/idleTimeout")
	}
	l.Timeouts = plan.Timeouts{
		Idle:                  value(r, hcm.IdleTimeout, length, base+"/idleTimeout", facts.EnvoyIdleTimeout, plan.DefaultOfEnvoy),
		MaxConnectionDuration: value(r, hcm.MaxConnectionDuration, length, base+"/maxConnectionDuration", 0, plan.DefaultOfEnvoy),
		MaxStreamDuration:     value(r, hcm.MaxStreamDuration, length, base+"/maxStreamDuration", 0, plan.DefaultOfEnvoy),
		StreamIdle:            value(r, hcm.StreamIdleTimeout, length, base+"/streamIdleTimeout", facts.EnvoyStreamIdle, plan.DefaultOfEnvoy),
		Request:               value(r, hcm.RequestTimeout, length, base+"/requestTimeout", 0, plan.DefaultOfEnvoy),
		Drain:                 value(r, hcm.DrainTimeout, length, base+"/drainTimeout", facts.EnvoyDrain, plan.DefaultOfEnvoy),
	}
}

func (r reader) tcp(l *plan.Listener, g *schema.TCPGateway, pointer string) {
	l.TCP, l.TCPProxy = true, r.tcpSettings(g, pointer)
	if g == nil {
		return
	}
	l.IdleAt = r.tcpIdleAt(pointer)
	if len(g.TCPHosts) > 0 {
		l.TCPProxy.Cluster, l.TCPProxy.BySNI = tcpCluster(g.TCPHosts[0]), g.TCPHosts[0].Destination.ForwardSNIClusterName != nil
	}
}

// tcpIdleAt is where a TCP gateway's idle timeout is written.
func (r reader) tcpIdleAt(pointer string) plan.Origin {
	return plan.From(r.document, pointer+"/options/tcpProxySettings/idleTimeout")
}

func (r reader) tcpSettings(g *schema.TCPGateway, pointer string) plan.TCPProxy {
	s, base := &schema.TCPProxySettings{}, pointer+"/options/tcpProxySettings"
	if g != nil && g.Options != nil && g.Options.TCPProxySettings != nil {
		s = g.Options.TCPProxySettings
	}
	return plan.TCPProxy{
		IdleTimeout:        value(r, s.IdleTimeout, length, base+"/idleTimeout", facts.EnvoyTCPIdleTimeout, plan.DefaultOfEnvoy),
		MaxConnectAttempts: value(r, s.MaxConnectAttempts, same[uint32], base+"/maxConnectAttempts", facts.EnvoyMaxConnectAttempts, plan.DefaultOfEnvoy),
	}
}

// tcpCluster is the cluster that a host forwards to, as Gloo names it.
func tcpCluster(h schema.TCPHost) string {
	single := h.Destination.Single
	switch {
	case single == nil:
		return ""
	case single.Upstream != nil:
		return plan.ClusterName(single.Upstream.Name, single.Upstream.Namespace)
	case single.Kube != nil:
		ref := single.Kube.Ref
		return plan.ClusterName(fmt.Sprintf("kube-svc:%s-%s-%d", ref.Namespace, ref.Name, single.Kube.Port), ref.Namespace)
	}
	return ""
}

// hybrid reads the first gateway that is matched: socket options belong to the listener as a
// whole, timeouts to each of its gateways.
func (r reader) hybrid(l *plan.Listener, h *schema.HybridGateway) {
	for i, m := range h.MatchedGateways {
		pointer := "/spec/hybridGateway/matchedGateways" + diag.Pointer(i)
		if m.HTTPGateway != nil {
			r.http(l, m.HTTPGateway, pointer+"/httpGateway")
			return
		}
		if m.TCPGateway != nil {
			r.tcp(l, m.TCPGateway, pointer+"/tcpGateway")
			return
		}
	}
	if h.DelegatedHTTPGateways == nil && h.DelegatedTCPGateways != nil {
		r.tcp(l, nil, "")
	} else {
		r.http(l, nil, "")
	}
}

// checkBinds reports two Gateways of one proxy on one port: Gloo serves neither.
func (r *resolver) checkBinds() {
	type bind struct {
		proxy string
		port  uint32
	}
	first := map[bind]plan.Listener{}
	for _, l := range r.plan.Listeners {
		key := bind{l.Proxy, l.Port}
		earlier, again := first[key]
		if !again {
			first[key] = l
			continue
		}
		r.find(diag.Diagnostic{
			Code: diag.ListenerConflict, Span: l.Object.Document.Span("/spec/bindPort"), Subject: l.Object.Document.Subject(),
			Message: fmt.Sprintf("port %d of proxy %q is bound by Gateway %s as well, so Gloo serves neither", l.Port, l.Proxy, earlier.Object.Document.Ref()),
			Help:    "give one of the two another bindPort, or another proxyNames",
			Related: []diag.Related{{Span: earlier.Object.Document.Span("/spec/bindPort"), Message: "it is bound here"}},
		})
	}
}

// proxyListeners reads the listeners of a Proxy, which Gloo itself makes from Gateways: those
// whose Gateway is in the input are left to it.
func (r *resolver) proxyListeners(d *schema.Document, p *schema.Proxy) {
	for i, listener := range p.Spec.Listeners {
		pointer := "/spec/listeners" + diag.Pointer(i)
		l := plan.Listener{Object: r.object(kindProxy, d), Proxy: d.Name, Address: listener.BindAddress, Port: listener.BindPort, By: d}
		l.ServicePorts = r.proxyPorts(d.Name, l.Port)
		l.Name = cmp.Or(listener.Name, listenerName(listener.BindAddress, listener.BindPort))
		if at := slices.IndexFunc(r.plan.Listeners, func(o plan.Listener) bool {
			return o.Object.Kind == kindGateway && o.Proxy == l.Proxy && o.Address == l.Address && o.Port == l.Port
		}); at >= 0 {
			gateway := r.plan.Listeners[at].Object.Document
			r.find(finding(diag.ListenerCovered, d, pointer, fmt.Sprintf("listener %q comes from Gateway %s, which is compiled instead", l.Name, gateway.Ref()),
				"nothing to change; leave Proxies out of the input to avoid this finding", diag.Related{Span: nameSpan(gateway), Message: "the Gateway is here"}))
			continue
		}
		rd := reader{d}
		rd.listenerOptions(&l, listener.Options, pointer+"/options")
		if listener.TCPListener != nil {
			rd.tcp(&l, listener.TCPListener, pointer+"/tcpListener")
		} else {
			rd.http(&l, listener.HTTPListener, pointer+"/httpListener")
		}
		r.plan.Listeners = append(r.plan.Listeners, l)
	}
}

// virtualGatewayListeners opens the listeners that ListenerConnectionPolicies reach; the
// policy that wins comes first, and takes the listener whole.
func (r *resolver) virtualGatewayListeners() {
	type place struct {
		gateway *schema.Document
		index   int
	}
	type owned struct {
		by    *schema.Document
		index int // in the plan
	}
	owners := map[place]owned{}
	var overrides overrides
	for _, d := range r.inv.listenerPolicies {
		p := d.Resource.(*schema.ListenerConnectionPolicy)
		if _, ok := r.policyWorkspace(d); !ok {
			continue
		}
		reached := 0
		for _, g := range r.inv.virtualGateways {
			for i, l := range g.Resource.(*schema.VirtualGateway).Spec.Listeners {
				if !r.reachesListener(d, p, g, l) {
					continue
				}
				reached++
				at := place{g, i}
				if owner, taken := owners[at]; taken {
					won := &r.plan.Listeners[owner.index]
					won.Overridden = append(won.Overridden, plan.Override{By: d, Why: whyFirst(owner.by, d)})
					overrides.add(d, owner.by, &target{Document: g}, l.Port.Number)
					continue
				}
				owners[at] = owned{d, len(r.plan.Listeners)}
				r.plan.Listeners = append(r.plan.Listeners, r.policyListener(d, p, g, i, l))
			}
		}
		if reached == 0 {
			r.noListener(d)
		}
	}
	r.found = append(r.found, overrides.findings()...)
	for _, g := range r.inv.virtualGateways {
		for i, l := range g.Resource.(*schema.VirtualGateway).Spec.Listeners {
			if _, taken := owners[place{g, i}]; !taken {
				r.plan.Undecided.Listeners = append(r.plan.Undecided.Listeners, r.undecidedListener(g, i, l))
			}
		}
	}
}

func (r *resolver) noListener(d *schema.Document) {
	help := "compare it with the labels, names and ports of the VirtualGateways in the input"
	if len(r.inv.virtualGateways) == 0 {
		help = "pass the VirtualGateway in the same run"
	}
	r.find(finding(diag.NothingSelected, d, "/spec/applyToListeners", "this policy matches no listener of a VirtualGateway, so it changes nothing", help))
}

func (r *resolver) reachesListener(d *schema.Document, p *schema.ListenerConnectionPolicy, g *schema.Document, l schema.GatewayListener) bool {
	policy, gateway := r.object("", d), r.object(kindVirtualGateway, g)
	if policy.Workspace != gateway.Workspace {
		return false
	}
	if len(p.Spec.ApplyToListeners) == 0 {
		return true
	}
	t := &target{Object: gateway, Document: g, labels: g.Labels}
	for _, s := range p.Spec.ApplyToListeners {
		port := targetPort{number: l.Port.Number, name: l.Port.Name}
		if t.has(properties(s.VirtualGateway)) && t.placed(s.VirtualGateway) && port.matches(s.Port) {
			return true
		}
	}
	return false
}

// policyListener is a VirtualGateway's listener with the settings of the policy that won it.
func (r *resolver) policyListener(d *schema.Document, p *schema.ListenerConnectionPolicy, g *schema.Document, i int, gl schema.GatewayListener) plan.Listener {
	rd, config := reader{d}, p.Spec.Config
	port, servicePort := r.gatewayPort(g, i, gl)
	l := r.virtualListener(g, gl, port, d)
	if servicePort != 0 {
		l.ServicePorts = []uint32{servicePort}
	}
	if l.Workload != nil {
		l.Workload.Port = port
	}
	l.BufferLimit = value(rd, nonZero(config.PerConnectionBufferLimitBytes), same[uint32], "/spec/config/perConnectionBufferLimitBytes", facts.EnvoyBuffer, plan.DefaultOfEnvoy)
	if config.TCPKeepalive != nil {
		l.SocketOptions = keepaliveOptions(rd.policyKeepalive(config.TCPKeepalive, "/spec/config/tcpKeepalive"))
	}
	return l
}

// workloadOf are the pods that a VirtualGateway selects by labels; nil when it does not.
func workloadOf(g *schema.Document) *plan.Workload {
	for _, w := range g.Resource.(*schema.VirtualGateway).Spec.Workloads {
		if w.Selector != nil && len(w.Selector.Labels) > 0 {
			return &plan.Workload{Namespace: cmp.Or(w.Selector.Namespace, g.Namespace), Labels: w.Selector.Labels}
		}
	}
	return nil
}

// keepaliveOptions spells a keepalive as the four socket options that a listener takes; those
// of parts that are not written have the kernel's values, and their origin is that default.
func keepaliveOptions(k plan.Keepalive) []plan.SocketOption {
	option := func(description string, level, name, value int64, from plan.Origin) plan.SocketOption {
		return plan.SocketOption{Description: description, Level: level, Name: name, IntValue: &value, State: "STATE_PREBIND", From: from}
	}
	return []plan.SocketOption{
		option("keepalive on", facts.SolSocket, facts.SoKeepalive, 1, k.On.From),
		option("idle seconds before the first probe", facts.IPProtoTCP, facts.TCPKeepIdle, int64(k.Time.Value.Seconds()), k.Time.From),
		option("seconds between probes", facts.IPProtoTCP, facts.TCPKeepIntvl, int64(k.Interval.Value.Seconds()), k.Interval.From),
		option("probes before the connection is dead", facts.IPProtoTCP, facts.TCPKeepCnt, int64(k.Probes.Value), k.Probes.From),
	}
}

// gatewayPort resolves a VirtualGateway's port, which is one of the gateway's Service, to the
// port that the proxy itself binds, and to its number at the Service. Without the Service the
// number is all there is to go by.
func (r *resolver) gatewayPort(g *schema.Document, i int, l schema.GatewayListener) (bound, servicePort uint32) {
	if bound, servicePort, found := r.boundPort(g, l); found {
		return bound, servicePort
	}
	pointer := "/spec/listeners" + diag.Pointer(i) + "/port"
	message := fmt.Sprintf("the Service of this gateway is not in the input, so port %d is taken as the port the proxy binds", l.Port.Number)
	if l.Port.Number == 0 {
		message = fmt.Sprintf("the Service of this gateway is not in the input, so port %q has no number and is left at 0", l.Port.Name)
	}
	r.find(finding(diag.GatewayServiceMissing, g, pointer, message, "pass the gateway's Service in the same run"))
	return l.Port.Number, l.Port.Number
}

// selectsWorkloads reports a Service that fronts the workloads a VirtualGateway selects: their
// labels are among those the Service selects its pods by.
func selectsWorkloads(g *schema.VirtualGateway, t *target, s *schema.Service) bool {
	for _, w := range g.Spec.Workloads {
		if w.Selector == nil || len(w.Selector.Labels) == 0 || !subset(w.Selector.Labels, s.Spec.Selector) {
			continue
		}
		if (w.Selector.Namespace == "" || w.Selector.Namespace == t.Namespace) && (w.Selector.Cluster == "" || t.Cluster == "" || w.Selector.Cluster == t.Cluster) {
			return true
		}
	}
	return false
}

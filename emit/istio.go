package emit

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"google.golang.org/protobuf/types/known/durationpb"
	networking "istio.io/api/networking/v1alpha3"
)

// Manifest is a Kubernetes object of the output.
type Manifest struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   Metadata `json:"metadata"`
	Spec       any      `json:"spec"`
}

// Metadata is a Manifest's metadata.
type Metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// clusterAnnotation names the cluster that an object is for.
const clusterAnnotation = "cluster.solo.io/cluster"

const needsEnvoyFilter = "compile with --target envoy to see it in Envoy's configuration, or write an EnvoyFilter"

// Istio writes one DestinationRule (networking.istio.io/v1) per host that something decides,
// with every setting under portLevelSettings, as Gloo writes them: a port entry replaces the
// top level whole, so nothing is left there to be lost. A listener with settings gets an
// EnvoyFilter.
func Istio(plan *compile.Plan, opts Options) ([]Object, diag.List) {
	e := istio{collector: newCollector("a DestinationRule"), opts: opts, listeners: map[string]*compile.Listener{}}
	var objects []Object
	for i := range plan.Destinations {
		d := &plan.Destinations[i]
		if o, ok := e.rule(d); ok {
			e.claimName(d.Namespace+"/"+d.Name, d.Object, "one rule would replace the other", "give them hosts or names that differ in more than dots, dashes and case")
			objects = append(objects, o)
		}
	}
	for i := range plan.Upstreams {
		e.upstream(&plan.Upstreams[i])
	}
	for i := range plan.Listeners {
		l := &plan.Listeners[i]
		if i > 0 && sameListener(l, &plan.Listeners[i-1]) {
			continue // one Gateway for several proxies
		}
		if o, ok := e.filter(l); ok {
			objects = append(objects, o)
		}
	}
	return objects, append(e.found, e.differences.findings("Istio")...)
}

type istio struct {
	*collector
	opts        Options
	differences differences
	listeners   map[string]*compile.Listener // that have an EnvoyFilter, by pods and port

	// What the object that is being written holds so far; of what is added next, the place and
	// the path of the fields.
	carried   []Carried
	place, at string
}

// carry notes a setting that the object holds. One that is left out because the target means
// the same without it has no field.
func (e *istio) carry(from compile.Origin, setting, field, text string) {
	if field != "" {
		field = e.at + field
	}
	e.carried = append(e.carried, Carried{From: from, Place: e.place, Setting: setting, Field: field, Text: text})
}

// leave notes a setting that was written and is left out without a loss.
func (e *istio) leave(from compile.Origin, setting, why string) {
	if from.Written() {
		e.carry(from, setting, "", "left out: "+why)
	}
}

// kept reports a setting to write: one that is shown, or that the target has otherwise and that
// is to stay as it is.
func kept[T comparable](s compile.Setting[T], there T, opts Options) bool {
	return shown(s, opts) || opts.Preserve && differs(s, there)
}

func (e *istio) rule(d *compile.Destination) (Object, bool) {
	if !istioTakes(d.Host) {
		e.refusedHost(d)
		return Object{}, false
	}
	e.carried = nil
	var ports []*networking.TrafficPolicy_PortTrafficPolicy
	for i := range d.Ports {
		p := &d.Ports[i]
		e.place, e.at = placeOf(d, p), fmt.Sprintf("spec.trafficPolicy.portLevelSettings[%d].connectionPool.", len(ports))
		pool := e.pool(p.Settings, p.TCP() && !p.Upstream)
		if p.Upstream {
			e.differ(p)
			e.otherProtocol(d, p)
		}
		if pool == nil {
			continue
		}
		if p.Upstream && p.TCP() {
			e.notHTTP(p.Settings)
		}
		ports = append(ports, &networking.TrafficPolicy_PortTrafficPolicy{
			Port: &networking.PortSelector{Number: p.Number}, ConnectionPool: pool,
		})
	}
	if len(ports) == 0 {
		return Object{}, false
	}
	m := manifest("networking.istio.io/v1", "DestinationRule", d.Name, d.Namespace, d.Object)
	m.Spec = &networking.DestinationRule{
		Host: d.Host, ExportTo: d.ExportTo, TrafficPolicy: &networking.TrafficPolicy{PortLevelSettings: ports},
	}
	return Object{File: fileName("destinationrule", d.Namespace, d.Name), Value: m, Carried: e.carried}, true
}

// placeOf names the connections of a port: an Upstream's are the Upstream's.
func placeOf(d *compile.Destination, p *compile.Port) string {
	if p.Upstream {
		return p.By.Ref()
	}
	return fmt.Sprintf("%s:%d", d.Host, p.Number)
}

// manifest is an object of ours without its spec, marked with the cluster that it is for.
func manifest(apiVersion, kind, name, namespace string, o compile.Object) Manifest {
	m := Manifest{
		APIVersion: apiVersion, Kind: kind,
		Metadata: Metadata{Name: name, Namespace: namespace, Labels: map[string]string{compile.ManagedByLabel: compile.ManagedBy}},
	}
	if o.Cluster != "" {
		m.Metadata.Annotations = map[string]string{clusterAnnotation: o.Cluster}
	}
	return m
}

// notHTTP reports an Upstream's idle timeout where its Service names another protocol than HTTP:
// Gloo speaks HTTP to the port, and Istio forwards TCP.
func (e *istio) notHTTP(s *compile.Settings) {
	if idle := s.HTTP.IdleTimeout; idle.Written() {
		e.add(diag.NotExpressible, idle.From, idle.From.KeySpan(), "idleTimeout is written for a port that is not HTTP, where Istio does not read it",
			"write appProtocol: http at the port of the Service, if it is HTTP")
	}
}

// pool is the connection pool of one port, or nil when nothing is to be said: Istio refuses
// an empty one.
func (e *istio) pool(s *compile.Settings, forwarded bool) *networking.ConnectionPoolSettings {
	e.leftOut(s)
	tcp, http := e.tcp(s), e.http(s, forwarded)
	if tcp == nil && http == nil {
		return nil
	}
	return &networking.ConnectionPoolSettings{Tcp: tcp, Http: http}
}

func (e *istio) tcp(s *compile.Settings) *networking.ConnectionPoolSettings_TCPSettings {
	t := &networking.ConnectionPoolSettings_TCPSettings{
		MaxConnections: e.limit(s.Limits.MaxConnections, "limits.maxConnections", "tcp.maxConnections"),
		TcpKeepalive:   e.keepalive(s.Keepalive),
	}
	if kept(s.ConnectTimeout, facts.IstioConnectTimeout, e.opts) {
		t.ConnectTimeout = e.duration(s.ConnectTimeout, "connectTimeout", "tcp.connectTimeout")
	}
	if s.MaxConnectionDuration.Written() { // its default, no limit, cannot be written
		t.MaxConnectionDuration = e.duration(s.MaxConnectionDuration, "maxConnectionDuration", "tcp.maxConnectionDuration")
	}
	if t.MaxConnections == 0 && t.ConnectTimeout == nil && t.TcpKeepalive == nil && t.MaxConnectionDuration == nil {
		return nil
	}
	return t
}

func (e *istio) keepalive(k compile.Keepalive) *networking.ConnectionPoolSettings_TCPSettings_TcpKeepalive {
	if !k.On.Value {
		return nil
	}
	const field = "tcp.tcpKeepalive"
	out := &networking.ConnectionPoolSettings_TCPSettings_TcpKeepalive{}
	e.carry(k.On.From, "keepalive.on", field, "on")
	if shown(k.Time, e.opts) {
		out.Time = e.duration(k.Time, "keepalive.time", field+".time")
	}
	if shown(k.Interval, e.opts) {
		out.Interval = e.duration(k.Interval, "keepalive.interval", field+".interval")
	}
	if shown(k.Probes, e.opts) {
		out.Probes = k.Probes.Value
		e.carry(k.Probes.From, "keepalive.probes", field+".probes", fmt.Sprint(out.Probes))
	}
	return out
}

// http is the part of the pool that is named for HTTP. Of it, connections that are forwarded as
// TCP have the limit of pending ones (istio: cluster_traffic_policy.go).
func (e *istio) http(s *compile.Settings, forwarded bool) *networking.ConnectionPoolSettings_HTTPSettings {
	if forwarded {
		pending := e.limit(s.Limits.MaxPendingRequests, "limits.maxPendingRequests", "http.http1MaxPendingRequests")
		if pending == 0 {
			return nil
		}
		return &networking.ConnectionPoolSettings_HTTPSettings{Http1MaxPendingRequests: pending}
	}
	h := &networking.ConnectionPoolSettings_HTTPSettings{
		Http1MaxPendingRequests:  e.limit(s.Limits.MaxPendingRequests, "limits.maxPendingRequests", "http.http1MaxPendingRequests"),
		Http2MaxRequests:         e.limit(s.Limits.MaxRequests, "limits.maxRequests", "http.http2MaxRequests"),
		MaxRetries:               e.limit(s.Limits.MaxRetries, "limits.maxRetries", "http.maxRetries"),
		MaxRequestsPerConnection: e.limit(unlimitedAsZero(s.MaxRequestsPerConnection), "maxRequestsPerConnection", "http.maxRequestsPerConnection"),
		MaxConcurrentStreams:     e.streams(s.HTTP2),
	}
	if idle := s.HTTP.IdleTimeout; shown(idle, e.opts) {
		h.IdleTimeout = e.duration(idle, "http.idleTimeout", "http.idleTimeout")
	}
	e.protocol(s.HTTP2, h)
	empty := h.Http1MaxPendingRequests == 0 && h.Http2MaxRequests == 0 && h.MaxRetries == 0 && h.MaxRequestsPerConnection == 0 &&
		h.MaxConcurrentStreams == 0 && h.IdleTimeout == nil && !h.UseClientProtocol && h.H2UpgradePolicy == 0
	if empty {
		return nil
	}
	return h
}

// protocol chooses it: the caller's beats an upgrade, in Gloo as in Istio, which refuses both.
func (e *istio) protocol(two compile.HTTP2, h *networking.ConnectionPoolSettings_HTTPSettings) {
	const on, downstream = "http2.on", "http2.useDownstreamProtocol"
	if two.UseDownstreamProtocol.Value {
		h.UseClientProtocol = true
		e.carry(two.UseDownstreamProtocol.From, downstream, "http.useClientProtocol", "true")
		e.leave(two.On.From, on, "the caller's protocol decides")
		return
	}
	e.leave(two.UseDownstreamProtocol.From, downstream, "a destination has its own protocol")
	if two.On.Value {
		h.H2UpgradePolicy = networking.ConnectionPoolSettings_HTTPSettings_UPGRADE
		e.carry(two.On.From, on, "http.h2UpgradePolicy", "UPGRADE")
		return
	}
	e.leave(two.On.From, on, "the protocol is the port's")
}

// unlimitedAsZero respells "no limit": 0 in this one setting, 2^32-1 in all others.
func unlimitedAsZero(s compile.Setting[uint32]) compile.Setting[uint32] {
	if s.Value == 0 {
		s.Value = facts.IstioUnlimited
	}
	return s
}

// streams are the HTTP/2 streams at once, which Istio takes for clusters of HTTP/2 alone
// (istio: cluster_traffic_policy.go).
func (e *istio) streams(h compile.HTTP2) int32 {
	if h.UseDownstreamProtocol.Value {
		lostSetting(e.collector, h.MaxConcurrentStreams, "maxConcurrentStreams beside the caller's protocol", needsEnvoyFilter)
		return 0
	}
	if !h.MaxConcurrentStreams.Written() {
		return 0
	}
	return e.limit(h.MaxConcurrentStreams, "http2.maxConcurrentStreams", "http.maxConcurrentStreams")
}

// limit writes a limit as Istio's int32, in which 0 means that none is set: no limit is left
// out, which is what it means, and a limit of zero becomes the nearest one.
func (e *istio) limit(s compile.Setting[uint32], setting, field string) int32 {
	if !kept(s, facts.IstioUnlimited, e.opts) {
		return 0
	}
	if s.Value == facts.IstioUnlimited {
		e.leave(s.From, setting, "no limit")
		return 0
	}
	name, out := lastWord(setting), int32(min(s.Value, math.MaxInt32))
	switch {
	case s.Value == 0:
		out = 1
		e.add(diag.ZeroDiffers, s.From, s.From.Span(), name+" is 0, which allows none; in Istio 0 means no limit, so 1 is written, the smallest limit", "write 1, or stop traffic to the destination by other means")
	case s.Value > math.MaxInt32:
		e.bent(s.From, fmt.Sprintf("%s is %d, more than Istio can hold, and becomes 2147483647", name, s.Value), "write 2147483647 or less, or 4294967295 for no limit")
	}
	e.carry(s.From, setting, field, fmt.Sprint(out))
	return out
}

// lastWord is a setting's name without its group: "maxRetries" of "limits.maxRetries".
func lastWord(setting string) string { return setting[strings.LastIndexByte(setting, '.')+1:] }

// duration writes a duration as Istio takes it: at least a millisecond, and whole ones.
func (e *istio) duration(s compile.Setting[time.Duration], setting, field string) *durationpb.Duration {
	name, d := lastWord(setting), s.Value
	if d < time.Millisecond {
		e.bent(s.From, fmt.Sprintf("%s is %s, and Istio takes 1ms or more, so it is left out", name, text(d)), "write a long duration, such as \"24h\", to come close to never")
		return nil
	}
	if rest := d % time.Millisecond; rest != 0 {
		d += time.Millisecond - rest
		e.bent(s.From, fmt.Sprintf("%s is %s, and Istio takes whole milliseconds: it becomes %s", name, text(s.Value), text(d)), fmt.Sprintf("write %q", text(d)))
	}
	e.carry(s.From, setting, field, seconds(d))
	return durationpb.New(d)
}

// leftOut reports the settings that a DestinationRule has no field for.
func (e *istio) leftOut(s *compile.Settings) {
	lostSetting(e.collector, s.BufferLimit, "perConnectionBufferLimitBytes", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP.MaxHeadersCount, "maxHeadersCount", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP.MaxStreamDuration, "maxStreamDuration", "set a timeout on the route, in a VirtualService")
	lostSetting(e.collector, s.HTTP1.EnableTrailers, "enableTrailers", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP1.HeaderKeyFormat, "the format of header names", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP1.OverrideStreamError, "overrideStreamErrorOnInvalidHttpMessage", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP2.InitialStreamWindowSize, "initialStreamWindowSize", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP2.InitialConnectionWindowSize, "initialConnectionWindowSize", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP2.OverrideStreamError, "overrideStreamErrorOnInvalidHttpMessage", needsEnvoyFilter)
	lostSetting(e.collector, s.ProxyProtocol, "proxyProtocolVersion", "write trafficPolicy.proxyProtocol.version into the DestinationRule")
	lostSetting(e.collector, s.Tunnel, "httpProxyHostname", "write trafficPolicy.tunnel into the DestinationRule, with targetHost and targetPort")
	lostSetting(e.collector, s.DNS.RefreshRate, "dnsRefreshRate", "set the mesh's dnsRefreshRate, which is for all hosts")
	lostSetting(e.collector, s.DNS.RespectTTL, "respectDnsTtl", needsEnvoyFilter)
	lostSetting(e.collector, s.DNS.IgnoreHealthOnHostRemoval, "ignoreHealthOnHostRemoval", needsEnvoyFilter)
	lostSetting(e.collector, s.Preconnect.PerUpstream, "perUpstreamPreconnectRatio", needsEnvoyFilter)
	lostSetting(e.collector, s.Preconnect.Predictive, "predictivePreconnectRatio", needsEnvoyFilter)
}

// fileName is safe on every file system: Kubernetes names are letters, digits, "-" and ".".
func fileName(parts ...string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "_"))
}

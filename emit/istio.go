package emit

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"google.golang.org/protobuf/types/known/durationpb"
	networking "istio.io/api/networking/v1alpha3"
)

// Manifest is a Kubernetes object of the output.
type Manifest struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   Metadata       `json:"metadata"`
	Spec       json.Marshaler `json:"spec"`
}

// Metadata is a Manifest's metadata.
type Metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// ManagedBy is the label value by which connpolicy knows its own output again.
const (
	ManagedByLabel = "app.kubernetes.io/managed-by"
	ManagedBy      = "connpolicy"
)

const needsEnvoyFilter = "compile with --target envoy to see it in Envoy's words, or write an EnvoyFilter"

// Istio writes one DestinationRule (networking.istio.io/v1) per host that something decides,
// with every setting under portLevelSettings, as Gloo writes them: a port entry replaces the
// top level whole, so nothing is left there to be lost.
func Istio(plan *compile.Plan, opts Options) ([]Object, diag.List) {
	c := newCollector("a DestinationRule")
	e := istio{collector: c, opts: opts, differs: map[string]bool{}}
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
		e.listener(&plan.Listeners[i])
	}
	return objects, c.found
}

type istio struct {
	*collector
	opts    Options
	differs map[string]bool // what Istio fills otherwise where Upstreams leave it out, once it was said
}

func (e *istio) rule(d *compile.Destination) (Object, bool) {
	if !istioTakes(d.Host) {
		e.refusedHost(d)
		return Object{}, false
	}
	var ports []*networking.TrafficPolicy_PortTrafficPolicy
	for i := range d.Ports {
		p := &d.Ports[i]
		pool := e.pool(p.Settings)
		if p.Upstream {
			e.defaultDiffers(d, p)
			e.otherProtocol(d, p)
		}
		if pool == nil {
			continue
		}
		if p.Protocol == "TCP" || p.Protocol == "TLS" || p.Protocol == "HTTPS" || p.Protocol == "MONGO" {
			e.notHTTP(p.Settings)
		}
		ports = append(ports, &networking.TrafficPolicy_PortTrafficPolicy{
			Port: &networking.PortSelector{Number: p.Number}, ConnectionPool: pool,
		})
	}
	if len(ports) == 0 {
		return Object{}, false
	}
	m := Manifest{
		APIVersion: "networking.istio.io/v1", Kind: "DestinationRule",
		Metadata: Metadata{Name: d.Name, Namespace: d.Namespace, Labels: map[string]string{ManagedByLabel: ManagedBy}},
		Spec: &networking.DestinationRule{
			Host: d.Host, ExportTo: d.ExportTo, TrafficPolicy: &networking.TrafficPolicy{PortLevelSettings: ports},
		},
	}
	if d.Object.Cluster != "" {
		m.Metadata.Annotations = map[string]string{"cluster.solo.io/cluster": d.Object.Cluster}
	}
	return Object{File: fileName("destinationrule", d.Namespace, d.Name), Value: m}, true
}

// notHTTP says which settings Istio's proxies read for HTTP only when they stand under
// portLevelSettings (istio: networkfilter.go takes those of TCP from the top level).
func (e *istio) notHTTP(s *compile.Settings) {
	const help = "set it for HTTP ports only; TCP connections need an EnvoyFilter"
	for _, f := range []struct {
		name string
		s    compile.Setting[time.Duration]
	}{{"idleTimeout", s.HTTP.IdleTimeout}, {"maxConnectionDuration", s.MaxConnectionDuration}} {
		if f.s.Written() {
			e.add(diag.NotExpressible, f.s.From, f.s.From.KeySpan(), f.name+" is written for a port that is not HTTP, where Istio does not read it", help)
		}
	}
}

// pool is the connection pool of one port, or nil when nothing is to be said: Istio refuses
// an empty one.
func (e *istio) pool(s *compile.Settings) *networking.ConnectionPoolSettings {
	e.leftOut(s)
	tcp, http := e.tcp(s), e.http(s)
	if tcp == nil && http == nil {
		return nil
	}
	return &networking.ConnectionPoolSettings{Tcp: tcp, Http: http}
}

func (e *istio) tcp(s *compile.Settings) *networking.ConnectionPoolSettings_TCPSettings {
	t := &networking.ConnectionPoolSettings_TCPSettings{
		MaxConnections: e.limit(s.Limits.MaxConnections, "maxConnections"),
		ConnectTimeout: e.duration(s.ConnectTimeout, "connectTimeout"),
	}
	if k := s.Keepalive; k.On.Value {
		t.TcpKeepalive = &networking.ConnectionPoolSettings_TCPSettings_TcpKeepalive{
			Time: e.duration(k.Time, "time"), Interval: e.duration(k.Interval, "interval"),
		}
		if shown(k.Probes, e.opts) {
			t.TcpKeepalive.Probes = k.Probes.Value
		}
	}
	if s.MaxConnectionDuration.Written() { // its default, no limit, cannot be written
		t.MaxConnectionDuration = e.duration(s.MaxConnectionDuration, "maxConnectionDuration")
	}
	if t.MaxConnections == 0 && t.ConnectTimeout == nil && t.TcpKeepalive == nil && t.MaxConnectionDuration == nil {
		return nil
	}
	return t
}

func (e *istio) http(s *compile.Settings) *networking.ConnectionPoolSettings_HTTPSettings {
	h := &networking.ConnectionPoolSettings_HTTPSettings{
		Http1MaxPendingRequests:  e.limit(s.Limits.MaxPendingRequests, "maxPendingRequests"),
		Http2MaxRequests:         e.limit(s.Limits.MaxRequests, "maxRequests"),
		MaxRetries:               e.limit(s.Limits.MaxRetries, "maxRetries"),
		MaxRequestsPerConnection: e.limit(unlimitedAsZero(s.MaxRequestsPerConnection), "maxRequestsPerConnection"),
		MaxConcurrentStreams:     e.streams(s.HTTP2),
		IdleTimeout:              e.duration(idleTimeout(s), "idleTimeout"),
	}
	switch {
	case s.HTTP2.UseDownstreamProtocol.Value: // beats an upgrade, in Gloo as in Istio, which refuses both
		h.UseClientProtocol = true
	case s.HTTP2.On.Value:
		h.H2UpgradePolicy = networking.ConnectionPoolSettings_HTTPSettings_UPGRADE
	}
	empty := h.Http1MaxPendingRequests == 0 && h.Http2MaxRequests == 0 && h.MaxRetries == 0 && h.MaxRequestsPerConnection == 0 &&
		h.MaxConcurrentStreams == 0 && h.IdleTimeout == nil && !h.UseClientProtocol && h.H2UpgradePolicy == 0
	if empty {
		return nil
	}
	return h
}

// unlimitedAsZero respells "no limit": 0 in this one setting, 2^32-1 in all others.
func unlimitedAsZero(s compile.Setting[uint32]) compile.Setting[uint32] {
	if s.Value == 0 {
		s.Value = compile.Unlimited
	}
	return s
}

// idleTimeout is the one that holds: beside HTTP/2 Gloo's Envoy reads none and has its default,
// as package validate says (ignored-setting).
func idleTimeout(s *compile.Settings) compile.Setting[time.Duration] {
	if s.HTTP2.On.Value && s.HTTP.IdleTimeout.Written() {
		return compile.Setting[time.Duration]{Value: compile.IdleTimeout}
	}
	return s.HTTP.IdleTimeout
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
	return e.limit(h.MaxConcurrentStreams, "maxConcurrentStreams")
}

// limit writes a limit as Istio's int32, in which 0 means that none is set: no limit is left
// out, which is what it means, and a limit of zero cannot be said.
func (e *istio) limit(s compile.Setting[uint32], name string) int32 {
	switch {
	case !shown(s, e.opts), s.Value == compile.Unlimited:
		return 0
	case s.Value == 0:
		e.bent(s.From, name+" is 0, and in Istio 0 means no limit, so it is left out", "write 1, the smallest limit that Istio can hold")
		return 0
	case s.Value > math.MaxInt32:
		e.bent(s.From, fmt.Sprintf("%s is %d, more than Istio can hold, and becomes 2147483647", name, s.Value), "write 2147483647 or less, or 4294967295 for no limit")
		return math.MaxInt32
	}
	return int32(s.Value)
}

// duration writes a duration as Istio takes it: at least a millisecond, and whole ones.
func (e *istio) duration(s compile.Setting[time.Duration], name string) *durationpb.Duration {
	if !shown(s, e.opts) {
		return nil
	}
	d := s.Value
	if d < time.Millisecond {
		e.bent(s.From, fmt.Sprintf("%s is %s, and Istio takes 1ms or more, so it is left out", name, text(d)), "write a long duration, such as \"24h\", to come close to never")
		return nil
	}
	if rest := d % time.Millisecond; rest != 0 {
		d += time.Millisecond - rest
		e.bent(s.From, fmt.Sprintf("%s is %s, and Istio takes whole milliseconds: it becomes %s", name, text(s.Value), text(d)), fmt.Sprintf("write %q", text(d)))
	}
	return durationpb.New(d)
}

// leftOut reports the settings that a DestinationRule has no field for.
func (e *istio) leftOut(s *compile.Settings) {
	lostSetting(e.collector, s.BufferLimit, "perConnectionBufferLimitBytes", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP.MaxHeadersCount, "maxHeadersCount", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP.MaxStreamDuration, "maxStreamDuration", "set a timeout on the route, in a VirtualService")
	lostSetting(e.collector, s.HTTP.HeadersWithUnderscores, "headersWithUnderscoresAction", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP1.EnableTrailers, "enableTrailers", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP1.HeaderKeyFormat, "the format of header names", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP1.OverrideStreamError, "overrideStreamErrorOnInvalidHttpMessage", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP2.InitialStreamWindowSize, "initialStreamWindowSize", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP2.InitialConnectionWindowSize, "initialConnectionWindowSize", needsEnvoyFilter)
	lostSetting(e.collector, s.HTTP2.OverrideStreamError, "overrideStreamErrorOnInvalidHttpMessage", needsEnvoyFilter)
	lostSetting(e.collector, s.DNS.RefreshRate, "dnsRefreshRate", "set the mesh's dnsRefreshRate, which is for all hosts")
	lostSetting(e.collector, s.DNS.RespectTTL, "respectDnsTtl", needsEnvoyFilter)
	lostSetting(e.collector, s.DNS.IgnoreHealthOnHostRemoval, "ignoreHealthOnHostRemoval", needsEnvoyFilter)
	lostSetting(e.collector, s.Preconnect.PerUpstream, "perUpstreamPreconnectRatio", needsEnvoyFilter)
	lostSetting(e.collector, s.Preconnect.Predictive, "predictivePreconnectRatio", needsEnvoyFilter)
}

// listener reports a listener with settings: a DestinationRule is about the other side.
func (e *istio) listener(l *compile.Listener) {
	const help = "compile with --target envoy; Istio has no field for it, and people write an EnvoyFilter"
	if len(l.SocketOptions) > 0 {
		from, what := l.SocketOptions[0].From, "what socketOptions set on a listener"
		if strings.HasSuffix(from.Pointer(), "/tcpKeepalive") {
			what = "keepalive toward a gateway's callers"
		}
		e.lost(from, what, help)
	}
	lostSetting(e.collector, l.BufferLimit, "perConnectionBufferLimitBytes of a listener", help)
	lostSetting(e.collector, l.ExactBalance, "connectionBalanceConfig", help)
	lostSetting(e.collector, l.Timeouts.Idle, "idleTimeout of a listener", help)
	lostSetting(e.collector, l.Timeouts.MaxConnectionDuration, "maxConnectionDuration of a listener", help)
	lostSetting(e.collector, l.Timeouts.MaxStreamDuration, "maxStreamDuration of a listener", help)
	lostSetting(e.collector, l.Timeouts.StreamIdle, "streamIdleTimeout of a listener", help)
	lostSetting(e.collector, l.Timeouts.Request, "requestTimeout of a listener", help)
	lostSetting(e.collector, l.Timeouts.Drain, "drainTimeout of a listener", help)
	lostSetting(e.collector, l.TCPProxy.IdleTimeout, "idleTimeout of a TCP listener", help)
	lostSetting(e.collector, l.TCPProxy.MaxConnectAttempts, "maxConnectAttempts of a TCP listener", help)
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

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
	e := istio{collector: c, opts: opts}
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
	differs bool // it was said that Istio fills what Upstreams leave out otherwise
}

func (e *istio) rule(d *compile.Destination) (Object, bool) {
	var ports []*networking.TrafficPolicy_PortTrafficPolicy
	for i := range d.Ports {
		p := &d.Ports[i]
		pool := e.pool(p.Settings)
		if pool == nil {
			continue
		}
		if p.Upstream {
			e.defaultDiffers(d, p.Settings)
		}
		if p.Protocol == "TCP" || p.Protocol == "TLS" || p.Protocol == "MONGO" {
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
		MaxConcurrentStreams:     e.streams(s.HTTP2.MaxConcurrentStreams),
		IdleTimeout:              e.duration(s.HTTP.IdleTimeout, "idleTimeout"),
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

func (e *istio) streams(s compile.Setting[uint32]) int32 {
	if !s.Written() {
		return 0
	}
	return e.limit(s, "maxConcurrentStreams")
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

// upstream reports an Upstream's settings that no rule can carry: for want of a host, or
// because another source decides its port.
func (e *istio) upstream(u *compile.Upstream) {
	from, ok := firstWritten(u.Settings)
	if !ok {
		return
	}
	if len(u.Places) == 0 {
		what, help := "an Upstream of type "+u.Type, "compile with --target envoy; a mesh has no host to set it for"
		switch u.Type {
		case "":
			what = "an Upstream without a type"
		case "static":
			what = "an Upstream of addresses alone"
			help = "give its addresses a name in a ServiceEntry, and select that"
		}
		e.lost(from, what, help)
		return
	}
	for _, ep := range u.Endpoints {
		if u.Type == "static" && ep.Address != "" && !isName(ep.Address) {
			e.lost(ep.From, fmt.Sprintf("the address %s, which is no host name,", ep.Address), "give it a name in a ServiceEntry, and select that")
		}
	}
	said := map[string]bool{}
	for _, p := range u.Places {
		if p.LostTo == nil || said[p.LostTo.Subject()] {
			continue
		}
		said[p.LostTo.Subject()] = true
		e.found = append(e.found, diag.Diagnostic{
			Code: diag.PolicyShadowed, Span: from.Name(), Subject: from.Subject(),
			Message: fmt.Sprintf("%s:%d is decided by %s, so this Upstream has no effect on its rule", p.Host, p.Port, p.LostTo.Subject()),
			Help:    "put the settings into one of the two: settings of two sources are never merged",
			Related: []diag.Related{{Span: p.LostTo.Span("/metadata/name"), Message: "this one wins, as " + p.Why}},
		})
	}
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

// defaultDiffers says once that what an Upstream leaves out means something else in Istio.
func (e *istio) defaultDiffers(d *compile.Destination, s *compile.Settings) {
	var differs []string
	if !s.ConnectTimeout.Written() {
		differs = append(differs, fmt.Sprintf("connect timeout %s becomes %s", text(compile.GlooConnectTimeout), text(compile.IstioConnectTimeout)))
	}
	if l := s.Limits; !l.MaxConnections.Written() || !l.MaxPendingRequests.Written() || !l.MaxRequests.Written() || !l.MaxRetries.Written() {
		differs = append(differs, fmt.Sprintf("limits of %d, and of %d retries, become none", compile.EnvoyLimit, compile.EnvoyRetries))
	}
	if e.opts.Explicit || len(differs) == 0 || e.differs {
		return
	}
	e.differs = true
	from, _ := firstWritten(s)
	e.found = append(e.found, diag.Diagnostic{
		Code: diag.DefaultDiffers, Span: from.Name(), Subject: from.Subject(),
		Message: fmt.Sprintf("what Upstreams leave out means something else in Istio: %s (first at %s)", strings.Join(differs, ", "), d.Host),
		Help:    "pass --defaults explicit to write Gloo's values out",
	})
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

// Package envoy writes a plan as an Envoy bootstrap. What goes in: a plan. What comes out: one object with
// clusters and listeners, and findings about what Envoy cannot hold.
package envoy

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoyapi"
	"github.com/connpolicy/connpolicy/plan"
)

// Findings about two results of one name.
const (
	oneEnvoy = "one Envoy cannot have both"
	apart    = "compile them in separate runs, one per proxy or cluster"
)

// File is the file name of a bootstrap, without extension.
const File = "envoy"

// Write writes one bootstrap: {"static_resources": {"listeners": […], "clusters": […]}}, in
// protobuf's JSON with snake_case names, which a real Envoy loads as it stands. Field names
// are those of github.com/envoyproxy/data-plane-api; a test holds every object to its types.
func Write(all *plan.Plan, opts dialect.Options) ([]dialect.Object, diag.List) {
	e := envoy{Collector: dialect.NewCollector("an Envoy cluster"), opts: opts}
	resources := envoyapi.StaticResources{Listeners: []envoyapi.Listener{}, Clusters: []envoyapi.Cluster{}}
	for i := range all.Destinations {
		d := &all.Destinations[i]
		for j := range d.Ports {
			if p := &d.Ports[j]; !p.Upstream {
				e.ClaimName(clusterName(d.Host, p.Number), d.Object, oneEnvoy, apart)
				resources.Clusters = append(resources.Clusters, e.outbound(d, p))
			}
		}
	}
	for i := range all.Upstreams {
		u := &all.Upstreams[i]
		e.ClaimName(plan.ClusterName(u.Object.Name, u.Object.Namespace), u.Object, oneEnvoy, apart)
		resources.Clusters = append(resources.Clusters, e.upstream(u))
	}
	for i := range all.Listeners {
		l := &all.Listeners[i]
		if i > 0 && dialect.SameListener(l, &all.Listeners[i-1]) {
			continue // one Gateway for several proxies: each runs this listener
		}
		e.ClaimName(net.JoinHostPort(l.Address, strconv.Itoa(int(l.Port))), l.Object, oneEnvoy, apart)
		resources.Listeners = append(resources.Listeners, e.listener(l))
	}
	slices.SortStableFunc(resources.Clusters, func(a, b envoyapi.Cluster) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(resources.Listeners, func(a, b envoyapi.Listener) int { return strings.Compare(a.Name, b.Name) })
	if len(resources.Clusters)+len(resources.Listeners) == 0 {
		return nil, e.Found
	}
	return []dialect.Object{{File: File, Value: envoyapi.Bootstrap{StaticResources: resources}}}, e.Found
}

type envoy struct {
	*dialect.Collector
	opts dialect.Options
}

// clusterName is Istio's name for the clusters of callers.
func clusterName(host string, port uint32) string { return fmt.Sprintf("outbound|%d||%s", port, host) }

// outbound is the cluster of a policy's destination, as Istio's pilot builds it from a
// DestinationRule: its connect timeout, and every limit written out.
func (e *envoy) outbound(d *plan.Destination, p *plan.Port) envoyapi.Cluster {
	s := p.Settings
	name := clusterName(d.Host, p.Number)
	c := e.cluster(name, s, p.Endpoints)
	if c.Type == "STRICT_DNS" { // on a mesh of IPv4; Envoy's default would use IPv6 alone wherever a name has it
		c.DNSLookupFamily = "V4_ONLY"
	}
	c.CircuitBreakers = &envoyapi.CircuitBreakers{Thresholds: []envoyapi.Thresholds{e.thresholds(s.Limits, true)}}
	c.LoadAssignment = assignment(name, p.Endpoints, false)
	if options := e.outboundHTTP(s, p.Protocol); options != nil && !p.TCP() {
		c.TypedExtensionProtocolOptions = &envoyapi.ExtensionOptions{HTTP: *options}
	}
	return c
}

// cluster writes the settings that every cluster has in the same fields.
func (e *envoy) cluster(name string, s *plan.Settings, endpoints []plan.Endpoint) envoyapi.Cluster {
	c := envoyapi.Cluster{
		Name: name, Type: clusterType(endpoints), ConnectTimeout: envoyapi.Seconds(s.ConnectTimeout.Value),
		UpstreamConnectionOptions: e.keepalive(s.Keepalive),
		RespectDNSTTL:             s.DNS.RespectTTL.Value,
		IgnoreHealthOnHostRemoval: s.DNS.IgnoreHealthOnHostRemoval.Value,
		PreconnectPolicy:          preconnect(s.Preconnect),
	}
	if s.BufferLimit.Written() || e.opts.Explicit && s.BufferLimit.Value > 0 {
		c.PerConnectionBufferLimitBytes = &s.BufferLimit.Value
	}
	e.incomplete(s.ProxyProtocol.From, "proxyProtocolVersion", "without the header of the PROXY protocol")
	e.incomplete(s.Tunnel.From, "httpProxyHostname", "without the tunnel")
	if s.DNS.RefreshRate.Written() {
		c.DNSRefreshRate = envoyapi.Seconds(s.DNS.RefreshRate.Value)
	}
	return c
}

// incomplete reports a setting without which the cluster would connect in a wrong way.
func (e *envoy) incomplete(from plan.Origin, field, how string) {
	if from.Written() {
		e.Report(diag.ClusterIncomplete, from, from.KeySpan(), field+" is not compiled, and the cluster would connect "+how,
			"leave this Upstream out of the input, or delete the line and configure the cluster by hand")
	}
}

// outboundHTTP are the HTTP options of a policy's cluster, in the extension that replaced the
// cluster's own fields; nil where Envoy's defaults will do.
func (e *envoy) outboundHTTP(s *plan.Settings, protocol string) *envoyapi.HTTPProtocolOptions {
	o := &envoyapi.HTTPProtocolOptions{Type: envoyapi.TypeHTTPOptions}
	common := e.commonHTTP(s.HTTP)
	common.MaxRequestsPerConnection = s.MaxRequestsPerConnection.Value
	if s.MaxConnectionDuration.Written() {
		common.MaxConnectionDuration = envoyapi.Seconds(s.MaxConnectionDuration.Value)
	}
	if *common != (envoyapi.CommonHTTP{}) {
		o.CommonHTTPProtocolOptions = common
	}
	one, two := http1(s.HTTP1), http2(s.HTTP2)
	switch {
	case s.HTTP2.UseDownstreamProtocol.Value, protocol == "": // a port that names none is sniffed by pilot's sidecars
		o.UseDownstream = &envoyapi.DownstreamProtocol{HTTP1: one, HTTP2: two}
	case s.HTTP2.On.Value, protocol == "HTTP2", protocol == "GRPC":
		o.ExplicitHTTPConfig = &envoyapi.ExplicitHTTPConfig{HTTP2: two}
	case o.CommonHTTPProtocolOptions != nil || *one != (envoyapi.HTTP1Options{}):
		o.ExplicitHTTPConfig = &envoyapi.ExplicitHTTPConfig{HTTP1: one}
	default:
		return nil
	}
	e.unusedHTTP(s, o)
	return o
}

// unusedHTTP reports options of the protocol that the cluster does not use.
func (e *envoy) unusedHTTP(s *plan.Settings, o *envoyapi.HTTPProtocolOptions) {
	if o.ExplicitHTTPConfig == nil {
		return
	}
	const help = "choose the protocol that the options are for"
	if o.ExplicitHTTPConfig.HTTP1 == nil {
		dialect.UnsupportedSetting(e.Collector, s.HTTP1.EnableTrailers, "enableTrailers beside HTTP/2", help)
		dialect.UnsupportedSetting(e.Collector, s.HTTP1.HeaderKeyFormat, "the format of header names beside HTTP/2", help)
		dialect.UnsupportedSetting(e.Collector, s.HTTP1.OverrideStreamError, "overrideStreamErrorOnInvalidHttpMessage of HTTP/1 beside HTTP/2", help)
	}
}

func (e *envoy) thresholds(l plan.Limits, all bool) envoyapi.Thresholds {
	value := func(s plan.Setting[uint32]) *uint32 {
		if all || dialect.Shown(s, e.opts) {
			return &s.Value
		}
		return nil
	}
	return envoyapi.Thresholds{MaxConnections: value(l.MaxConnections), MaxPendingRequests: value(l.MaxPendingRequests), MaxRequests: value(l.MaxRequests), MaxRetries: value(l.MaxRetries)}
}

func (e *envoy) keepalive(k plan.Keepalive) *envoyapi.UpstreamConnectionOptions {
	if !k.On.Value {
		return nil
	}
	var out envoyapi.TCPKeepalive
	if dialect.Shown(k.Probes, e.opts) {
		out.Probes = &k.Probes.Value
	}
	if dialect.Shown(k.Time, e.opts) {
		n := uint32(k.Time.Value.Seconds())
		out.Time = &n
	}
	if dialect.Shown(k.Interval, e.opts) {
		n := uint32(k.Interval.Value.Seconds())
		out.Interval = &n
	}
	return &envoyapi.UpstreamConnectionOptions{TCPKeepalive: out}
}

// clusterType is STATIC for addresses and sockets, and STRICT_DNS as soon as there is a name.
func clusterType(endpoints []plan.Endpoint) string {
	if slices.ContainsFunc(endpoints, func(ep plan.Endpoint) bool { return dialect.IsName(ep.Address) }) {
		return "STRICT_DNS"
	}
	return "STATIC"
}

func assignment(cluster string, endpoints []plan.Endpoint, static bool) *envoyapi.LoadAssignment {
	if len(endpoints) == 0 {
		return nil
	}
	list := make([]envoyapi.LBEndpoint, 0, len(endpoints))
	for _, ep := range endpoints {
		list = append(list, lbEndpoint(ep, static))
	}
	return &envoyapi.LoadAssignment{ClusterName: cluster, Endpoints: []envoyapi.LocalityEndpoints{{LBEndpoints: list}}}
}

// lbEndpoint is one endpoint; static ones carry the names that Gloo gives them.
func lbEndpoint(ep plan.Endpoint, static bool) envoyapi.LBEndpoint {
	out := envoyapi.LBEndpoint{Endpoint: envoyapi.Endpoint{Address: address(ep)}, LoadBalancingWeight: ep.Weight}
	if static {
		out.Endpoint.Hostname = ep.Address
		out.Endpoint.HealthCheckConfig = &envoyapi.HealthCheckConfig{Hostname: ep.Address}
		if ep.SNI != "" {
			key := fmt.Sprintf("%s;%s:%d", ep.SNI, ep.Address, ep.Port)
			out.Metadata = &envoyapi.EndpointMetadata{FilterMetadata: envoyapi.FilterMetadata{TransportSocketMatch: map[string]bool{key: true}}}
		}
	}
	return out
}

func address(ep plan.Endpoint) envoyapi.Address {
	if ep.Path != "" {
		return envoyapi.Address{Pipe: &envoyapi.Pipe{Path: ep.Path}}
	}
	return envoyapi.Address{SocketAddress: &envoyapi.SocketAddress{Address: ep.Address, PortValue: ep.Port}}
}

// upstream is the cluster of an Upstream, as Gloo Edge builds it (gloo: translator/clusters.go
// and its plugins), with one difference: a kube Upstream resolves its Service's name.
func (e *envoy) upstream(u *plan.Upstream) envoyapi.Cluster {
	s := u.Settings
	name := plan.ClusterName(u.Object.Name, u.Object.Namespace)
	c := e.cluster(name, s, u.Endpoints)
	dialect.UnsupportedSetting(e.Collector, s.MaxConnectionDuration, "maxConnectionDuration of an Upstream", "set it on the listener")
	c.Metadata = &envoyapi.Empty{}
	c.MaxRequestsPerConnection = s.MaxRequestsPerConnection.Value
	c.LoadAssignment = assignment(name, u.Endpoints, u.Type == "static")
	switch u.Type {
	case "static":
		if c.Type == "STRICT_DNS" {
			c.DNSLookupFamily = "V4_ONLY"
		}
	case "aws", "azure":
		c.Type, c.DNSLookupFamily = "LOGICAL_DNS", "V4_ONLY"
	case "consul", "awsEc2", "gcp", "ai":
		e.unresolved(u)
	}
	if s.Limits.From.Written() || e.opts.Explicit {
		c.CircuitBreakers = &envoyapi.CircuitBreakers{Thresholds: []envoyapi.Thresholds{e.thresholds(s.Limits, false)}}
	}
	if !u.OnlyTCP() {
		e.upstreamHTTP(&c, s)
	}
	return c
}

// unresolved reports that a type's addresses are known at run time only.
func (e *envoy) unresolved(u *plan.Upstream) {
	e.Found = append(e.Found, diag.Diagnostic{
		Code: diag.NotExpressible, Span: u.Object.Document.KeySpan("/spec/" + u.Type), Subject: u.Object.Document.Subject(),
		Message: fmt.Sprintf("the addresses of an Upstream of type %s are known at run time only, so its cluster has no endpoints", u.Type),
		Help:    "use the cluster for its settings, or write a static Upstream",
	})
}

func preconnect(p plan.Preconnect) *envoyapi.PreconnectPolicy {
	out := envoyapi.PreconnectPolicy{}
	if p.PerUpstream.Written() {
		out.PerUpstream = &p.PerUpstream.Value
	}
	if p.Predictive.Written() {
		out.Predictive = &p.Predictive.Value
	}
	if out == (envoyapi.PreconnectPolicy{}) {
		return nil
	}
	return &out
}

// upstreamHTTP writes HTTP options where Gloo does: in the cluster's old fields, and for
// HTTP/2 in the extension as well, which is what Envoy then goes by.
func (e *envoy) upstreamHTTP(c *envoyapi.Cluster, s *plan.Settings) {
	if s.HTTP.From.Written() || e.opts.Explicit {
		c.CommonHTTPProtocolOptions = e.commonHTTP(s.HTTP)
	}
	if s.HTTP1.From.Written() {
		c.HTTPProtocolOptions = http1(s.HTTP1)
	}
	if s.HTTP2.UseDownstreamProtocol.Value {
		c.ProtocolSelection = "USE_DOWNSTREAM_PROTOCOL"
	}
	if !s.HTTP2.On.Value {
		return
	}
	c.HTTP2ProtocolOptions = &envoyapi.Empty{}
	options := envoyapi.HTTPProtocolOptions{Type: envoyapi.TypeHTTPOptions}
	if common := c.CommonHTTPProtocolOptions; common != nil && *common != (envoyapi.CommonHTTP{}) {
		options.CommonHTTPProtocolOptions = common // beside the extension Envoy does not read the cluster's
	}
	if s.HTTP2.UseDownstreamProtocol.Value {
		options.UseDownstream = &envoyapi.DownstreamProtocol{HTTP1: http1(s.HTTP1), HTTP2: http2(s.HTTP2)}
	} else {
		options.ExplicitHTTPConfig = &envoyapi.ExplicitHTTPConfig{HTTP2: http2(s.HTTP2)}
	}
	c.TypedExtensionProtocolOptions = &envoyapi.ExtensionOptions{HTTP: options}
}

func (e *envoy) commonHTTP(h plan.HTTP) *envoyapi.CommonHTTP {
	out := &envoyapi.CommonHTTP{MaxHeadersCount: h.MaxHeadersCount.Value}
	if dialect.Shown(h.IdleTimeout, e.opts) {
		out.IdleTimeout = envoyapi.Seconds(h.IdleTimeout.Value)
	}
	if h.MaxStreamDuration.Written() {
		out.MaxStreamDuration = envoyapi.Seconds(h.MaxStreamDuration.Value)
	}
	return out
}

func http1(h plan.HTTP1) *envoyapi.HTTP1Options {
	out := &envoyapi.HTTP1Options{EnableTrailers: h.EnableTrailers.Value}
	if h.OverrideStreamError.Written() {
		out.OverrideStreamError = &h.OverrideStreamError.Value
	}
	switch h.HeaderKeyFormat.Value {
	case "PROPER_CASE":
		out.HeaderKeyFormat = &envoyapi.HeaderKeyFormat{ProperCaseWords: &envoyapi.Empty{}}
	case "PRESERVE_CASE":
		out.HeaderKeyFormat = &envoyapi.HeaderKeyFormat{StatefulFormatter: &envoyapi.TypedExtension{
			Name: "envoy.http.stateful_header_formatters.preserve_case", TypedConfig: envoyapi.TypedConfig{Type: envoyapi.TypePreserveCase},
		}}
	}
	return out
}

func http2(h plan.HTTP2) *envoyapi.HTTP2Options {
	out := &envoyapi.HTTP2Options{}
	for _, f := range []struct {
		s  plan.Setting[uint32]
		to **uint32
	}{{h.InitialStreamWindowSize, &out.InitialStreamWindowSize}, {h.InitialConnectionWindowSize, &out.InitialConnectionWindowSize}, {h.MaxConcurrentStreams, &out.MaxConcurrentStreams}} {
		if f.s.Written() {
			*f.to = &f.s.Value
		}
	}
	if h.OverrideStreamError.Written() {
		out.OverrideStreamError = &h.OverrideStreamError.Value
	}
	return out
}

// ipv4Compat lets a listener on "::" take IPv4 callers as well. Gloo sets it on every address
// that is not plain IPv4; Envoy refuses it on all but "::" and IPv4-mapped ones.
func ipv4Compat(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && (a == netip.IPv6Unspecified() || a.Is4In6())
}

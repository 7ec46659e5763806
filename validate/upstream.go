package validate

import (
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/schema"
)

func (r *rules) upstream(u *schema.Upstream) {
	spec := &u.Spec
	r.upstreamType(spec)
	if spec.Static != nil {
		r.staticHosts(spec.Static)
	}
	r.impliedTLS(spec)
	if c := spec.ConnectionConfig; c != nil {
		r.upstreamConnection(c)
	}
	r.http2(spec)
	r.dns(spec)
	if p := spec.PreconnectPolicy; p != nil && p.PerUpstreamPreconnectRatio == nil && p.PredictivePreconnectRatio == nil && !r.took("/spec/preconnectPolicy") {
		r.key(diag.NoSettings, "/spec/preconnectPolicy", "this preconnectPolicy sets nothing", "write a ratio from 1 to 3, or delete it")
	}
}

func (r *rules) upstreamConnection(c *schema.UpstreamConnection) {
	const base = "/spec/connectionConfig"
	// Envoy refuses zero and less, and cuts to whole milliseconds: facts of Cluster.connect_timeout.
	r.connectTimeout(base+"/connectTimeout", c.ConnectTimeout, 0)
	if k := c.TCPKeepalive; k != nil {
		r.keepalive(base+"/tcpKeepalive", "keepaliveProbes", k.Probes, 0, keepaliveTimer{"keepaliveTime", k.Time}, keepaliveTimer{"keepaliveInterval", k.Interval})
	}
	if h := c.CommonHTTP; h != nil {
		r.duration(base+"/commonHttpProtocolOptions/idleTimeout", h.IdleTimeout, 0, 0)
		r.duration(base+"/commonHttpProtocolOptions/maxStreamDuration", h.MaxStreamDuration, 0, 0)
	}
	if h := c.CommonHTTP; h != nil && h.HeadersWithUnderscoresAction != nil {
		r.underscores(base + "/commonHttpProtocolOptions/headersWithUnderscoresAction")
	}
	if h := c.HTTP1; h != nil && h.ProperCaseHeaderKeyFormat != nil && h.PreserveCaseHeaderKeyFormat != nil {
		r.key(diag.IgnoredSetting, base+"/http1ProtocolOptions/properCaseHeaderKeyFormat", "properCaseHeaderKeyFormat has no effect beside preserveCaseHeaderKeyFormat", "keep one of the two",
			diag.Related{Span: r.doc.KeySpan(base + "/http1ProtocolOptions/preserveCaseHeaderKeyFormat"), Message: "this one wins"})
	}
}

// underscores reports an option that Envoy reads for requests from callers, and ignores on a
// cluster (envoy: api/envoy/config/core/v3/protocol.proto, headers_with_underscores_action).
func (r *rules) underscores(pointer string) {
	r.key(diag.IgnoredSetting, pointer, "headersWithUnderscoresAction has no effect on an Upstream: Envoy checks the headers of incoming requests only",
		"write it under httpConnectionManagerSettings of the Gateway, or delete the line")
}

// upstreamType checks that an Upstream has one type, and one that can be used.
func (r *rules) upstreamType(spec *schema.UpstreamSpec) {
	set := r.oneof(diag.TwoUpstreamTypes, "Upstream", []variant{
		{"kube", spec.Kube != nil},
		{"static", spec.Static != nil},
		{"pipe", spec.Pipe != nil},
		{"aws", spec.AWS != nil},
		{"azure", spec.Azure != nil},
		{"consul", spec.Consul != nil},
		{"awsEc2", spec.AWSEC2 != nil},
		{"gcp", spec.GCP != nil},
		{"ai", spec.AI != nil},
	})
	if len(set) == 0 && !r.took("/spec") {
		r.key(diag.NoUpstreamType, "/spec", "this Upstream has no type, so Gloo refuses it; its cluster has no endpoints", "write static, kube or another type under spec")
	}
	if spec.GCP != nil || spec.AI != nil {
		r.enterpriseOnly("/spec/"+set[len(set)-1], "the type "+set[len(set)-1], "use a static Upstream for its host, or check its connections by hand")
	}
	if k := spec.Kube; k != nil && k.ServiceNamespace == "" && !r.took("/spec/kube") {
		r.key(diag.MissingField, "/spec/kube", "serviceNamespace is missing in spec.kube, and Gloo cannot find the Service without it", "write serviceNamespace: "+r.doc.Namespace)
	}
}

// variant is a field of a protobuf oneof, and whether it is written.
type variant struct {
	name string
	set  bool
}

// oneof checks fields of a spec of which one may be written, in the order of their numbers: of
// several, Gloo takes the last without a word. It returns the names of those that are.
func (r *rules) oneof(code *diag.Code, what string, variants []variant) []string {
	var set []string
	for _, v := range variants {
		if v.set {
			set = append(set, v.name)
		}
	}
	if len(set) > 1 {
		winner := set[len(set)-1]
		r.key(code, "/spec/"+set[0], sprint("this %s has %d types, and Gloo takes %s", what, len(set), winner), "keep one of "+enumerate(set),
			diag.Related{Span: r.doc.KeySpan("/spec/" + winner), Message: "this one wins"})
	}
	return set
}

// impliedTLS names the TLS that Gloo turns on by itself, for functions and for static port 443.
func (r *rules) impliedTLS(spec *schema.UpstreamSpec) {
	const message, help = "Gloo uses TLS here by default, which is not about connections and not compiled", "nothing to change; add a transport socket where you use the cluster"
	switch {
	case spec.Azure != nil:
		r.key(diag.NotCompiled, "/spec/azure", message, help)
	case spec.AWS != nil:
		r.key(diag.NotCompiled, "/spec/aws", message, help)
	case spec.Static != nil && spec.Static.UseTLS != nil && *spec.Static.UseTLS:
		r.key(diag.NotCompiled, "/spec/static/useTls", "not about connections, so not compiled: static.useTls", "nothing to change; add a transport socket where you use the cluster")
	case spec.Static != nil && spec.Static.UseTLS == nil:
		for i, h := range spec.Static.Hosts {
			if h.Port == 443 {
				r.value(diag.NotCompiled, index("/spec/static/hosts", i)+"/port", message, help)
				return
			}
		}
	}
}

// staticHosts checks addresses no further than Envoy does: names with underscores are fine.
func (r *rules) staticHosts(s *schema.StaticUpstream) {
	for i, h := range s.Hosts {
		pointer := index("/spec/static/hosts", i)
		switch {
		case facts.IsIP(h.Addr):
		case strings.Contains(h.Addr, "://"):
			r.value(diag.BadHost, pointer+"/addr", sprint("addr %s is a URL", written(h.Addr)), sprint("write %q", hostOf(h.Addr)))
		case strings.ContainsAny(h.Addr, ":/ \t*%"):
			r.value(diag.BadHost, pointer+"/addr", sprint("addr %s is neither an IP address nor a host name", written(h.Addr)), "write the address or name alone; the port goes beside it as port: …")
		}
		if h.LoadBalancingWeight != nil && *h.LoadBalancingWeight == 0 {
			r.value(diag.OutOfRange, pointer+"/loadBalancingWeight", "loadBalancingWeight is 0, and Envoy takes 1 or more", "write 1 or more, or delete the line")
		}
	}
}

// http2 checks what the protocol options plugin of Gloo checks, and names what it ignores.
func (r *rules) http2(spec *schema.UpstreamSpec) {
	on := spec.UseHTTP2 != nil && *spec.UseHTTP2
	for _, f := range []struct {
		name   string
		value  *uint32
		lowest uint32
	}{{"initialStreamWindowSize", spec.InitialStreamWindowSize, facts.EnvoyLeastWindow}, {"initialConnectionWindowSize", spec.InitialConnectionWindowSize, facts.EnvoyLeastWindow}, {"maxConcurrentStreams", spec.MaxConcurrentStreams, 1}} {
		switch pointer := "/spec/" + f.name; {
		case f.value == nil:
		case !on:
			r.key(diag.IgnoredSetting, pointer, f.name+" has no effect without useHttp2: true", "write useHttp2: true, or delete the line")
		case *f.value < f.lowest || *f.value > facts.EnvoyMostHTTP2Number:
			r.value(diag.HTTP2Setting, pointer, sprint("%s is %d, outside %d to %d", f.name, *f.value, f.lowest, facts.EnvoyMostHTTP2Number), sprint("write a number from %d to %d", f.lowest, facts.EnvoyMostHTTP2Number))
		}
	}
	if spec.OverrideStreamErrorOnInvalidHTTPMessage != nil && !on {
		r.key(diag.IgnoredSetting, "/spec/overrideStreamErrorOnInvalidHttpMessage", "overrideStreamErrorOnInvalidHttpMessage has no effect without useHttp2: true", "write useHttp2: true, or delete the line")
	}
	downstream := spec.ProtocolSelection.Of("USE_CONFIGURED_PROTOCOL", "USE_DOWNSTREAM_PROTOCOL") == "USE_DOWNSTREAM_PROTOCOL"
	if c := spec.ConnectionConfig; on && c != nil {
		r.http2Beside(c, downstream)
	}
	if grpc := spec.GRPC(); grpc != "" && !on {
		r.grpcBeside(spec, grpc, downstream)
	}
}

// grpcBeside reports what has no effect on an Upstream whose service is gRPC, which Gloo makes a
// cluster of HTTP/2 (gloo: plugins/grpc, plugins/grpcjson).
func (r *rules) grpcBeside(spec *schema.UpstreamSpec, grpc string, downstream bool) {
	field := diag.FieldPath(strings.TrimPrefix(grpc, "/spec/"))
	here := diag.Related{Span: r.doc.KeySpan(grpc), Message: "HTTP/2 is turned on here"}
	if spec.UseHTTP2 != nil {
		r.key(diag.IgnoredSetting, "/spec/useHttp2", sprint("useHttp2: false has no effect beside %s, which makes the connections HTTP/2", field), "delete one of the two", here)
	}
	if c := spec.ConnectionConfig; c != nil && c.HTTP1 != nil && !downstream {
		r.key(diag.IgnoredSetting, "/spec/connectionConfig/http1ProtocolOptions",
			sprint("http1ProtocolOptions are left out beside %s, which makes the connections HTTP/2: Envoy refuses a cluster with the options of both", field),
			"delete http1ProtocolOptions, or write protocolSelection: USE_DOWNSTREAM_PROTOCOL", here)
	}
}

func (r *rules) http2Beside(c *schema.UpstreamConnection, downstream bool) {
	useHTTP2 := diag.Related{Span: r.doc.KeySpan("/spec/useHttp2"), Message: "HTTP/2 is turned on here"}
	if c.HTTP1 != nil && !downstream {
		r.key(diag.ProtocolConflict, "/spec/connectionConfig/http1ProtocolOptions", "http1ProtocolOptions cannot be combined with useHttp2: true", "write protocolSelection: USE_DOWNSTREAM_PROTOCOL, or delete one of the two", useHTTP2)
	}
	if c.CommonHTTP != nil {
		r.key(diag.IgnoredSetting, "/spec/connectionConfig/commonHttpProtocolOptions", "commonHttpProtocolOptions have no effect beside useHttp2: true: Envoy uses the HTTP/2 options, which Gloo writes separately", "delete useHttp2, or delete these options", useHTTP2)
	}
}

func (r *rules) dns(spec *schema.UpstreamSpec) {
	d := spec.DNSRefreshRate
	if d == nil {
		return
	}
	const pointer = "/spec/dnsRefreshRate"
	switch {
	case d.Duration <= ms:
		r.value(diag.DNSRefreshRate, pointer, sprint("dnsRefreshRate is %s, and Envoy takes more than 1ms", d.Text), sprint("write %q, which is Envoy's default, or delete the line", diag.Seconds(facts.EnvoyDNSRefreshRate)))
	case !resolvesNames(spec):
		r.key(diag.DNSRefreshRate, pointer, "dnsRefreshRate needs host names to resolve, and this Upstream has none", "delete the line, or write host names instead of addresses")
	}
}

// resolvesNames reports an Upstream whose cluster asks DNS. A kube Upstream is one here and
// not in Gloo, where its addresses come by EDS and this setting is refused.
func resolvesNames(spec *schema.UpstreamSpec) bool {
	if spec.AWS != nil || spec.Azure != nil {
		return true
	}
	if spec.Static == nil {
		return false
	}
	for _, h := range spec.Static.Hosts {
		if !facts.IsIP(h.Addr) {
			return true
		}
	}
	return false
}

package istio

import (
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
)

// extension is where pilot writes HTTP options, and Gloo those of HTTP/2.
const extension = "typed_extension_protocol_options[envoy.extensions.upstreams.http.v3.HttpProtocolOptions]"

// protocols are the places where a cluster says what it speaks, in the extension and in the
// cluster's own fields, and the paths that the options below them get in inForce.
var protocols = []struct{ protocol, in, options string }{
	{"HTTP1", extension + ".explicit_http_config.http_protocol_options", "http1"},
	{"HTTP2", extension + ".explicit_http_config.http2_protocol_options", "http2"},
	{"the caller's", extension + ".use_downstream_protocol_config.http_protocol_options", "http1"},
	{"the caller's", extension + ".use_downstream_protocol_config.http2_protocol_options", "http2"},
}

// envoysDefaults hold where a cluster says nothing (docs: config.cluster.v3.Cluster,
// CircuitBreakers.Thresholds, core.v3.HttpProtocolOptions and Http2ProtocolOptions).
var envoysDefaults = settings{
	"connect_timeout": "5s", "per_connection_buffer_limit_bytes": "1048576",
	limits + "max_connections": "1024", limits + "max_pending_requests": "1024", limits + "max_requests": "1024", limits + "max_retries": "3",
	"common.idle_timeout": "1h0m0s", "common.max_requests_per_connection": "0",
	"http2.max_concurrent_streams":     "2147483647",
	"http2.initial_stream_window_size": "268435456", "http2.initial_connection_window_size": "268435456",
	"http1.override_stream_error_on_invalid_http_message": "false", "http2.override_stream_error_on_invalid_http_message": "false",
	"preconnect_policy.per_upstream_preconnect_ratio": "1", "preconnect_policy.predictive_preconnect_ratio": "1",
}

const limits = "circuit_breakers.thresholds[0]."

// inForce is what Envoy goes by in a cluster: the extension instead of the cluster's own HTTP
// fields when it is there, and defaults where nothing is said.
func inForce(s settings) settings {
	out := maps.Clone(envoysDefaults)
	out["protocol"] = "HTTP1"
	_, extended := s[extension]
	if !extended {
		_, two := s["http2_protocol_options"]
		switch {
		case s["protocol_selection"] == "USE_DOWNSTREAM_PROTOCOL":
			out["protocol"] = "the caller's"
		case two:
			out["protocol"] = "HTTP2"
		}
	}
	for path, value := range s {
		switch path = spelt(path, extended, out); {
		case path == "", value == "{}" && path != "upstream_connection_options.tcp_keepalive":
		case path == "common.max_requests_per_connection" && value == "4294967295":
			out[path] = "0" // more than there will ever be: no limit
		default:
			out[path] = value
		}
	}
	return out
}

// spelt is the one path of a setting that has several, and "" for one that Envoy ignores. It
// notes the protocol where the path says it.
func spelt(path string, extended bool, out settings) string {
	for _, p := range protocols {
		if rest, below := strings.CutPrefix(path, p.in); below {
			out["protocol"] = p.protocol
			return p.options + rest
		}
	}
	old := func(field string) bool { return path == field || strings.HasPrefix(path, field+".") }
	switch {
	case path == "max_requests_per_connection":
		return "common.max_requests_per_connection"
	case strings.HasPrefix(path, extension+".common_http_protocol_options"):
		return "common" + strings.TrimPrefix(path, extension+".common_http_protocol_options")
	case !extended && old("common_http_protocol_options"):
		return "common" + strings.TrimPrefix(path, "common_http_protocol_options")
	case !extended && old("http_protocol_options"):
		return "http1" + strings.TrimPrefix(path, "http_protocol_options")
	case old("common_http_protocol_options"), old("http_protocol_options"), old("http2_protocol_options"), path == "protocol_selection":
		return ""
	}
	return path
}

// origins are where the values come from that decide a path of inForce.
func origins(s *plan.Settings, path string) []plan.Origin {
	if strings.HasPrefix(path, "http1.header_key_format") {
		return []plan.Origin{s.HTTP1.HeaderKeyFormat.From}
	}
	switch path {
	case "protocol":
		return []plan.Origin{s.HTTP2.On.From, s.HTTP2.UseDownstreamProtocol.From}
	case "http2.max_concurrent_streams": // falls with the protocol
		return []plan.Origin{s.HTTP2.On.From, s.HTTP2.MaxConcurrentStreams.From}
	}
	from, ok := map[string]plan.Origin{
		"connect_timeout":                                     s.ConnectTimeout.From,
		limits + "max_connections":                            s.Limits.MaxConnections.From,
		limits + "max_pending_requests":                       s.Limits.MaxPendingRequests.From,
		limits + "max_requests":                               s.Limits.MaxRequests.From,
		limits + "max_retries":                                s.Limits.MaxRetries.From,
		"per_connection_buffer_limit_bytes":                   s.BufferLimit.From,
		"common.max_requests_per_connection":                  s.MaxRequestsPerConnection.From,
		"common.idle_timeout":                                 s.HTTP.IdleTimeout.From,
		"common.max_headers_count":                            s.HTTP.MaxHeadersCount.From,
		"common.max_stream_duration":                          s.HTTP.MaxStreamDuration.From,
		"http1.enable_trailers":                               s.HTTP1.EnableTrailers.From,
		"http1.override_stream_error_on_invalid_http_message": s.HTTP1.OverrideStreamError.From,
		"http2.initial_stream_window_size":                    s.HTTP2.InitialStreamWindowSize.From,
		"http2.initial_connection_window_size":                s.HTTP2.InitialConnectionWindowSize.From,
		"http2.override_stream_error_on_invalid_http_message": s.HTTP2.OverrideStreamError.From,
		"preconnect_policy.per_upstream_preconnect_ratio":     s.Preconnect.PerUpstream.From,
		"preconnect_policy.predictive_preconnect_ratio":       s.Preconnect.Predictive.From,
	}[path]
	if !ok {
		return nil
	}
	return []plan.Origin{from}
}

// defaultsNamed are the findings that name a default.
var defaultsNamed = map[string]*diag.Code{
	"connect_timeout": diag.ConnectTimeoutDiffers, limits + "max_connections": diag.LimitsDiffer, limits + "max_pending_requests": diag.LimitsDiffer,
	limits + "max_requests": diag.LimitsDiffer, limits + "max_retries": diag.LimitsDiffer,
}

// excused reports a difference that a finding of --target istio names: at the setting for one
// that the user wrote, once a run for one that nobody did. An Upstream that chooses no protocol
// leaves it to the Service's port in a mesh.
func (n *tally) excused(d difference, s *plan.Settings, found diag.List) bool {
	written := slices.DeleteFunc(origins(s, d.path), func(o plan.Origin) bool { return !o.Written() })
	named := defaultsNamed[d.path]
	switch {
	case len(written) > 0:
		n.findings++
		return slices.ContainsFunc(found, func(f diag.Diagnostic) bool {
			return slices.ContainsFunc(written, func(o plan.Origin) bool { return f.Span == o.Span() || f.Span == o.KeySpan() })
		})
	case d.path == "protocol":
		n.protocols++
		return true
	case named != nil:
		n.defaults++
		return slices.ContainsFunc(found, func(f diag.Diagnostic) bool { return f.Code == named })
	}
	return false
}

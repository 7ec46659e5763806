//go:build egctl

package gateway_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/plan"
)

// settings are the connection settings that hold in a cluster or a listener, Envoy's defaults
// among them, so that it does not matter which of the two says what is one anyhow.
type settings map[string]string

// envoyDefaults hold where nothing is said (docs: config.cluster.v3.Cluster and CircuitBreakers,
// core.v3.HttpProtocolOptions and Http2ProtocolOptions).
var envoyDefaults = settings{
	"connectTimeout": "5s", "perConnectionBufferLimitBytes": "1048576",
	"maxConnections": "1024", "maxPendingRequests": "1024", "maxRequests": "1024", "maxRetries": "3",
	"idleTimeout": "3600s", "maxConnectionDuration": "0s", "maxStreamDuration": "0s", "maxRequestsPerConnection": "0",
	"perUpstreamPreconnectRatio": "1",
	"initialStreamWindowSize":    "268435456", "initialConnectionWindowSize": "268435456", "maxConcurrentStreams": "2147483647",
	"overrideStreamErrorOnInvalidHttpMessage": "false",
	"dnsRefreshRate": "5s", "respectDnsTtl": "false",
}

const extension = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

// clusterSettings reads a cluster. Its HTTP options stand in the extension, or else in fields of
// its own; Envoy reads the latter only where there is no extension.
func clusterSettings(c object) settings {
	s := settings{"keepalive": fmt.Sprint(at(c, "upstreamConnectionOptions.tcpKeepalive") != nil)}
	for _, name := range []string{"connectTimeout", "perConnectionBufferLimitBytes"} {
		s.put(c, name, name)
	}
	for _, name := range []string{"maxConnections", "maxPendingRequests", "maxRequests", "maxRetries"} {
		s.put(c, "circuitBreakers.thresholds."+name, name)
	}
	for _, name := range []string{"keepaliveTime", "keepaliveInterval", "keepaliveProbes"} {
		s.put(c, "upstreamConnectionOptions.tcpKeepalive."+name, name)
	}
	s.kernel(s["keepalive"] == "true")
	s.put(c, "preconnectPolicy.perUpstreamPreconnectRatio", "perUpstreamPreconnectRatio")
	s.http(c)
	return s
}

func (s settings) http(c object) {
	s["protocol"] = "HTTP/1"
	http, common := c, "commonHttpProtocolOptions."
	if extensions, ok := c["typedExtensionProtocolOptions"].(object); ok && extensions[extension] != nil {
		http = extensions[extension].(object)
		for _, way := range []string{"explicitHttpConfig", "useDownstreamProtocolConfig"} {
			if two, ok := at(http, way+".http2ProtocolOptions").(object); ok {
				s["protocol"] = "HTTP/2 by " + way
				s.http2(two)
			}
		}
	} else {
		s.put(c, "maxRequestsPerConnection", "maxRequestsPerConnection")
		if two, ok := c["http2ProtocolOptions"].(object); ok {
			s["protocol"] = "HTTP/2 by explicitHttpConfig"
			s.http2(two)
		}
		if c["protocolSelection"] == "USE_DOWNSTREAM_PROTOCOL" {
			s["protocol"] = "HTTP/2 by useDownstreamProtocolConfig"
			s.http2(object{})
		}
	}
	for _, name := range []string{"idleTimeout", "maxConnectionDuration", "maxStreamDuration", "maxHeadersCount", "maxRequestsPerConnection"} {
		s.put(http, common+name, name)
	}
}

// dns reads how a cluster's names are resolved.
func (s settings) dns(c object) {
	s.put(c, "dnsRefreshRate", "dnsRefreshRate")
	s.put(c, "respectDnsTtl", "respectDnsTtl")
}

func (s settings) http2(two object) {
	for _, name := range []string{"initialStreamWindowSize", "initialConnectionWindowSize", "maxConcurrentStreams", "overrideStreamErrorOnInvalidHttpMessage"} {
		s.put(two, name, name)
	}
}

// put keeps what stands at a path, or else Envoy's default, in one spelling.
func (s settings) put(o object, path, name string) {
	switch v := at(o, path).(type) {
	case nil:
		if _, before := s[name]; !before && envoyDefaults[name] != "" {
			s[name] = spelled(envoyDefaults[name])
		}
	case float64:
		s[name] = fmt.Sprintf("%.0f", v)
		if name == "perUpstreamPreconnectRatio" {
			s[name] = fmt.Sprint(v)
		}
	default:
		s[name] = spelled(fmt.Sprint(v))
	}
}

// spelled writes a duration in one way, and leaves any other value.
func spelled(v string) string {
	if d, err := time.ParseDuration(v); err == nil && v != "0" {
		return d.String()
	}
	return v
}

// callers' defaults are the connection manager's and the TCP proxy's.
var listenerDefaults = settings{
	"perConnectionBufferLimitBytes": "1048576", "idleTimeout": "1h0m0s", "maxConnectionDuration": "0s", "maxStreamDuration": "0s",
	"streamIdleTimeout": "5m0s", "requestTimeout": "0s",
}

// listenerSettings reads a listener: its own fields, and those of its first filter.
func listenerSettings(l object) settings {
	s := settings{}
	filter, _ := at(l, "filterChains.filters.typedConfig").(object)
	if filter == nil {
		filter, _ = at(l, "defaultFilterChain.filters.typedConfig").(object)
	}
	for path, from := range map[string]object{
		"perConnectionBufferLimitBytes":                   l,
		"commonHttpProtocolOptions.idleTimeout":           filter,
		"commonHttpProtocolOptions.maxConnectionDuration": filter,
		"commonHttpProtocolOptions.maxStreamDuration":     filter,
		"streamIdleTimeout":                               filter,
		"requestTimeout":                                  filter,
	} {
		name := path[strings.LastIndexByte(path, '.')+1:]
		s[name] = listenerDefaults[name]
		if v := at(from, path); v != nil && fmt.Sprint(v) != "0" {
			s.put(from, path, name)
		}
	}
	if v := at(filter, "idleTimeout"); v != nil { // of a TCP proxy
		s["idleTimeout"] = spelled(fmt.Sprint(v))
	}
	s.keepalive(l)
	return s
}

// keepalive reads the four socket options; without the first the others do nothing.
func (s settings) keepalive(l object) {
	names := map[string]string{"1/9": "keepalive", "6/4": "keepaliveTime", "6/5": "keepaliveInterval", "6/6": "keepaliveProbes"}
	options, _ := l["socketOptions"].([]any)
	for _, o := range options {
		o := o.(object)
		if name := names[fmt.Sprintf("%v/%v", o["level"], o["name"])]; name != "" && o["intValue"] != nil {
			s[name] = fmt.Sprint(o["intValue"])
		}
	}
	s.kernel(s["keepalive"] == "1")
}

// kernel fills in what the kernel goes by where keepalive is on and nothing is said.
func (s settings) kernel(on bool) {
	for name, value := range map[string]string{"keepaliveTime": "7200", "keepaliveInterval": "75", "keepaliveProbes": "9"} {
		if on && s[name] == "" {
			s[name] = value
		}
	}
}

// origins say where the user writes what a setting of a cluster comes from.
func origins(s *plan.Settings) map[string][]plan.Origin {
	return map[string][]plan.Origin{
		"maxHeadersCount":   {s.HTTP.MaxHeadersCount.From},
		"maxStreamDuration": {s.HTTP.MaxStreamDuration.From}, "perUpstreamPreconnectRatio": {s.Preconnect.PerUpstream.From},
		"protocol":       {s.HTTP2.On.From},
		"connectTimeout": {s.ConnectTimeout.From}, "idleTimeout": {s.HTTP.IdleTimeout.From}, "maxConnectionDuration": {s.MaxConnectionDuration.From},
		"overrideStreamErrorOnInvalidHttpMessage": {s.HTTP2.OverrideStreamError.From, s.HTTP1.OverrideStreamError.From},
	}
}

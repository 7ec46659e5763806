package compile_test

import (
	"bytes"
	"flag"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/dialect/envoygateway"
	"github.com/connpolicy/connpolicy/dialect/istio"
	"github.com/connpolicy/connpolicy/dialect/kgateway"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/plan"
	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/tls_inspector/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/sni_cluster/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/http/header_formatters/preserve_case/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"
	"pgregory.net/rapid"
)

// fuzzSeeds are constructs that the examples do not have.
var fuzzSeeds = []string{
	"", "---\n...\n", "a: &a [*a]\n", "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [{}, null, 3]}",
	manifest("Service", "a/b", "", "{ports: [{port: 80}]}") + policy("a/p", "", ""),
	manifest("Service", "a/b", "", "{clusterIP: None, ports: [{port: 80, targetPort: 81}]}") + policy("a/p", "", "[{selector: {}, port: {name: http}}]"),
	manifest("VirtualDestination", "a/v", "", "{hosts: [v.global], services: [{}], ports: [{number: 80, protocol: GRPC, targetPort: {name: x}}]}") + policy("a/p", "", "[{kind: VIRTUAL_DESTINATION}]"),
	manifest("ExternalService", "a/e", "", "{addresses: [192.0.2.1], ports: [{number: 443, name: tls, protocol: TLS}], selector: {a: b}}") +
		manifest("ExternalEndpoint", "a/x", "labels: {a: b}", "{address: 'unix:///a', ports: [{number: 1}]}"),
	manifest("ConnectionPolicy", "a/p", created(1), "{config: {tcp: {maxConnections: 2147483647, connectTimeout: 1ms, tcpKeepalive: {time: 32767s, interval: 1ms, probes: 127}}, http: {idleTimeout: 2540400h, maxRetries: 0}}}") + manifest("Service", "a/b", "", "{ports: [{port: 65535}]}"),
	manifest("Upstream", "a/u", "", "{useHttp2: true, initialStreamWindowSize: 65535, protocolSelection: 1, static: {hosts: [{addr: 'fe80::1', port: 443, loadBalancingWeight: 1}, {addr: a.b, port: 1, sniAddr: x}]}, circuitBreakers: {}, dnsRefreshRate: 2ms}"),
	manifest("Upstream", "a/u", "", "{pipe: {path: /a}, connectionConfig: {commonHttpProtocolOptions: {headersWithUnderscoresAction: 2, idleTimeout: 0s}, http1ProtocolOptions: {preserveCaseHeaderKeyFormat: true}, perConnectionBufferLimitBytes: 0}}"),
	manifest("Upstream", "a/u", "", "{kube: {serviceName: b, servicePort: 80}, connection_config: {connect_timeout: 1s, tcpKeepalive: {keepaliveTime: 60}}, preconnectPolicy: {perUpstreamPreconnectRatio: 1.5}}"),
	manifest("Upstream", "a/u", "", "{aws: {region: r, secretRef: {name: s, namespace: s}}, azure: {functionAppName: f}, consul: {serviceName: c}}"),
	manifest("Gateway", "a/g", "", "{bindAddress: '::', bindPort: 8080, tcpGateway: {tcpHosts: [{name: h, destination: {single: {kube: {ref: {name: b, namespace: a}, port: 80}}}}], options: {tcpProxySettings: {idleTimeout: 1h, maxConnectAttempts: 3}}}}"),
	manifest("Gateway", "a/g", "", "{bindAddress: 127.0.0.1, bindPort: 1, hybridGateway: {matchedGateways: [{httpGateway: {options: {httpConnectionManagerSettings: {idleTimeout: 1m, drainTimeout: 1s}}}}]}, options: {perConnectionBufferLimitBytes: 1, connectionBalanceConfig: {exactBalance: {}}, socketOptions: [{level: 1, name: 13, bufValue: AQAAAAoAAAA=, state: 1}, {level: -1, name: '0x9', intValue: -2147483648}]}}"),
	manifest("Proxy", "a/x", "", "{listeners: [{name: l, bindAddress: '::1', bindPort: 8, tcpListener: {}}, {bindAddress: 0.0.0.0, bindPort: 9, httpListener: {}}]}"),
	manifest("VirtualGateway", "a/g", "", "{workloads: [{selector: {labels: {app: x}}}], listeners: [{http: {}, port: {name: http}}]}") + manifest("ListenerConnectionPolicy", "a/l", "", "{config: {tcpKeepalive: {}}}"),
	workspace("a", "[{name: '[a-'}, {name: '*', labels: {x: z}}]") + manifest("WorkspaceSettings", "a/s", "", "{importFrom: [{workspaces: [{name: '*'}], resources: [{kind: ALL}]}], exportTo: [{}]}") + manifest("Service", "a/b", "", "{ports: [{port: 80}]}") + policy("a/p", "", ""),
	manifest("DestinationRule", "a/r", "", "{host: b, exportTo: ['.'], workloadSelector: {matchLabels: {a: b}}, trafficPolicy: {}}") + manifest("Service", "a/b", "", "{ports: [{port: 80}]}") + policy("a/p", "", ""),
}

// FuzzCompile reads any text through the whole line: no panic, the same bytes twice, and what
// is written is what Istio, Envoy and connpolicy itself can read.
func FuzzCompile(f *testing.F) {
	for _, seed := range fuzzSeeds {
		f.Add([]byte(seed))
	}
	for _, pattern := range []string{"../examples/*/*.yaml", "../golden/*/input.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	minimizeBriefly(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<12 {
			return // a longer text tells no more
		}
		one := planned(t, string(text))
		if one.plan == nil {
			return
		}
		two := planned(t, string(text))
		for _, opts := range optionsFor(text) {
			first, second := one.written(t, opts), two.written(t, opts)
			if !bytes.Equal(first.istio, second.istio) || !bytes.Equal(first.envoy, second.envoy) || !bytes.Equal(first.gatewayAPI, second.gatewayAPI) {
				t.Fatalf("two runs differ:\n%s\n%s\n%s\n%s\n%s\n%s", first.istio, second.istio, first.envoy, second.envoy, first.gatewayAPI, second.gatewayAPI)
			}
			readable(t, first)
			loadable(t, first.envoy)
		}
	})
}

// optionsFor returns the options that a text is written with: all of them, or while fuzzing the ones
// that its bytes choose, since the next input chooses others and each costs as much as reading it.
func optionsFor(text []byte) []dialect.Options {
	all := []dialect.Options{{}, {Explicit: true}, {Preserve: true}}
	if flag.Lookup("test.fuzz").Value.String() == "" {
		return all
	}
	i := crc32.ChecksumIEEE(text) % uint32(len(all))
	return all[i : i+1]
}

// minimizeBriefly bounds the minimization of an input that reaches new code. It tries subsets of the
// input by the square of its length, up to a minute for each input, in which nothing new is tried.
func minimizeBriefly(f *testing.F) {
	f.Helper()
	if err := flag.Set("test.fuzzminimizetime", "100x"); err != nil {
		f.Fatal(err)
	}
}

// TestWhatPassesTheChecksIsWhatEnvoyAndIstioTake sets fields to values at the edge of what is
// legal: whatever is not refused must be fit to be loaded.
func TestWhatPassesTheChecksIsWhatEnvoyAndIstioTake(t *testing.T) {
	duration := rapid.SampledFrom([]string{"0s", "1ns", "1us", "999us", "1ms", "1.5ms", "500ms", "1s", "1.00005s", "32767s", "32768s", "2562047h", "-1s", "60", "null"})
	number := rapid.SampledFrom([]string{"0", "1", "2", "127", "128", "1.0", "2.5", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "-1", "'5'", "null"})
	boolean := rapid.SampledFrom([]string{"true", "false", "null"})
	address := rapid.SampledFrom([]string{"10.0.0.1", "'::'", "'::1'", "'fe80::1%eth0'", "a.example", "localhost", "A.example", "'*.a'", "'a b'", "''", "a_b.c", "10.0.0.1:80", "'::ffff:1.2.3.4'", "1.2.3", "null"})
	word := rapid.SampledFrom([]string{"ALLOW", "DROP_HEADER", "2", "7", "USE_DOWNSTREAM_PROTOCOL", "STATE_LISTENING", "1", "AQAAAAoAAAA=", "AQ", "''", "null"})
	fields := func(t *rapid.T, names ...string) string {
		var out []string
		for i := 0; i < len(names); i += 2 {
			if values := map[string]*rapid.Generator[string]{"d": duration, "n": number, "b": boolean, "a": address, "w": word}[names[i+1]]; rapid.IntRange(0, 4).Draw(t, names[i]+" is set") == 4 {
				out = append(out, names[i]+": "+values.Draw(t, names[i]))
			}
		}
		return strings.Join(out, ", ")
	}
	loaded := 0
	rapid.Check(t, func(rt *rapid.T) {
		keepalive := "tcpKeepalive: {" + fields(rt, "keepaliveTime", "d", "keepaliveInterval", "d", "keepaliveProbes", "n") + "}"
		http := "commonHttpProtocolOptions: {" + fields(rt, "idleTimeout", "d", "maxHeadersCount", "n", "maxStreamDuration", "d", "headersWithUnderscoresAction", "w") + "}"
		http1 := "http1ProtocolOptions: {" + fields(rt, "enableTrailers", "b", "properCaseHeaderKeyFormat", "b", "preserveCaseHeaderKeyFormat", "b", "overrideStreamErrorOnInvalidHttpMessage", "b") + "}"
		parts := []string{
			"static: {hosts: [{addr: a.example, port: 80}, {" + fields(rt, "addr", "a", "port", "n", "loadBalancingWeight", "n", "sniAddr", "a") + "}]}",
			"circuitBreakers: {" + fields(rt, "maxConnections", "n", "maxRetries", "n") + "}", "preconnectPolicy: {" + fields(rt, "perUpstreamPreconnectRatio", "n") + "}",
			fields(rt, "useHttp2", "b", "initialStreamWindowSize", "n", "maxConcurrentStreams", "n", "protocolSelection", "w", "dnsRefreshRate", "d", "respectDnsTtl", "b", "ignoreHealthOnHostRemoval", "b"),
			"connectionConfig: {" + strings.Join(kept(rt, keepalive, http, http1, fields(rt, "connectTimeout", "d", "maxRequestsPerConnection", "n", "perConnectionBufferLimitBytes", "n")), ", ") + "}",
		}
		upstream := manifest("Upstream", "a/u", "", "{"+strings.Join(append([]string{"static: {hosts: [{addr: a.example, port: 80}]}"}, kept(rt, parts[1:]...)...), ", ")+"}")
		if rapid.Bool().Draw(rt, "hosts") {
			upstream = manifest("Upstream", "a/u", "", "{"+strings.Join(parts, ", ")+"}")
		}
		gateway := manifest("Gateway", "a/g", "", "{bindAddress: "+address.Draw(rt, "bind")+", bindPort: "+number.Draw(rt, "port")+", httpGateway: {options: {httpConnectionManagerSettings: {"+
			fields(rt, "idleTimeout", "d", "maxConnectionDuration", "d", "streamIdleTimeout", "d", "requestTimeout", "d", "drainTimeout", "d", "maxStreamDuration", "d")+"}}}, options: {perConnectionBufferLimitBytes: "+number.Draw(rt, "buffer")+
			", socketOptions: [{"+fields(rt, "level", "n", "name", "n", "intValue", "n", "bufValue", "w", "state", "w")+"}]}}")
		set := manifest("Service", "a/s", "", "{ports: [{port: 80}]}") + manifest("ConnectionPolicy", "a/p", "", "{config: {tcp: {"+fields(rt, "maxConnections", "n", "connectTimeout", "d")+
			"}, http: {"+fields(rt, "maxRequestsPerConnection", "n", "maxRetries", "n", "idleTimeout", "d", "maxRequests", "n", "maxPendingRequests", "n")+"}}}")
		for _, text := range []string{upstream, gateway, set} {
			for _, opts := range []dialect.Options{{}, {Explicit: true}} {
				o := throughTheLine(rt, text, opts)
				if len(o.envoy) > 0 {
					loaded++
				}
				readable(rt, o)
				loadable(rt, o.envoy)
			}
		}
	})
	if loaded == 0 {
		t.Error("everything was refused, so nothing was compared")
	}
	t.Logf("%d outputs were held to Envoy's rules", loaded)
}

// kept leaves some of the parts out.
func kept(t *rapid.T, parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" && rapid.Bool().Draw(t, "kept") {
			out = append(out, p)
		}
	}
	return out
}

// written is what a run of "compile" writes for each target.
type written struct {
	istio, envoy []byte
	gatewayAPI   []byte // for kgateway and Envoy Gateway, which tests of package conformance read again
	rules        int
	named        bool // every name of the input is one that Kubernetes takes
}

// throughTheLine is a run of "compile" for all targets, which an error stops as it does there.
func throughTheLine(t rapid.TB, text string, opts dialect.Options) written {
	t.Helper()
	return planned(t, text).written(t, opts)
}

// half is a run of "compile" up to the plan.
type half struct {
	plan  *plan.Plan // nil after an error
	named bool       // as in written
}

func planned(t rapid.TB, text string) half {
	t.Helper()
	docs, found := check("input.yaml", text)
	inside(t, found)
	if found.AtLeast(diag.Error) {
		return half{}
	}
	p, found := compile.Resolve(docs, compile.Options{})
	inside(t, found)
	if found.AtLeast(diag.Error) {
		return half{}
	}
	h := half{p, true}
	for _, d := range docs {
		h.named = h.named && kubernetesName.MatchString(d.Name) && (d.Namespace == "" || kubernetesName.MatchString(d.Namespace))
	}
	return h
}

// written writes the plan for every target.
func (h half) written(t rapid.TB, opts dialect.Options) written {
	t.Helper()
	if h.plan == nil {
		return written{}
	}
	out, p := written{named: h.named}, h.plan
	out.istio = encodedFor(t, istio.Write, p, opts, "yaml")
	out.rules = strings.Count(string(out.istio), "\nkind: DestinationRule\n") + strings.Count(string(out.istio), "\nkind: EnvoyFilter\n")
	out.envoy = encodedFor(t, envoy.Write, p, opts, "json")
	out.gatewayAPI = append(encodedFor(t, kgateway.Write, p, opts, "yaml"), encodedFor(t, envoygateway.Write, p, opts, "yaml")...)
	return out
}

// encodedFor writes a plan for one target, unless there is an error.
func encodedFor(t rapid.TB, target emit.Writer, p *plan.Plan, opts dialect.Options, format string) []byte {
	t.Helper()
	objects, found := target(p, opts)
	inside(t, found)
	if found.AtLeast(diag.Error) {
		return nil
	}
	text, err := emit.EncodeAll(objects, format)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// inside checks that findings can be printed and stand in the text.
func inside(t rapid.TB, found diag.List) {
	t.Helper()
	for _, d := range found {
		if d.Source == nil || d.Line < 0 || d.Line > strings.Count(d.Text(), "\n")+1 || d.Message == "" {
			t.Fatalf("the finding %q [%s] stands at %s", d.Message, d.Name, d.At())
		}
	}
	_ = printed(found)
}

var kubernetesName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)

// readable reads the rules again, as the next run would.
func readable(t rapid.TB, w written) {
	t.Helper()
	docs, found := check("output.yaml", string(w.istio))
	if len(docs) != w.rules || found.AtLeast(diag.Error) {
		t.Fatalf("%d rules are read as %d:\n%s\n%s", w.rules, len(docs), w.istio, printed(found))
	}
	seen := map[string]bool{}
	for _, d := range docs {
		named := kubernetesName.MatchString(d.Name) && kubernetesName.MatchString(d.Namespace)
		key := d.Kind.Name + d.Ref() + d.Cluster()
		if d.Kind.Name != "DestinationRule" && d.Kind.Name != "EnvoyFilter" || w.named && !named || seen[key] {
			t.Fatalf("%s cannot be applied:\n%s", d.Subject(), w.istio)
		}
		seen[key] = true
	}
	if _, found := compile.Resolve(docs, compile.Options{}); found.AtLeast(diag.Error) {
		t.Fatalf("the rules are refused:\n%s\n%s", w.istio, printed(found))
	}
}

// loadable decodes strictly into Envoy's own type, by Envoy's own rules.
func loadable(t rapid.TB, text []byte) {
	t.Helper()
	if len(text) == 0 {
		return
	}
	var b bootstrap.Bootstrap
	if err := (protojson.UnmarshalOptions{}).Unmarshal(text, &b); err != nil {
		t.Fatalf("Envoy cannot read it: %v\n%s", err, text)
	}
	if err := b.ValidateAll(); err != nil {
		t.Fatalf("Envoy refuses it: %v\n%s", err, text)
	}
	var packed []*anypb.Any
	for _, c := range b.StaticResources.Clusters {
		packed = slices.AppendSeq(packed, maps.Values(c.TypedExtensionProtocolOptions))
	}
	for _, l := range b.StaticResources.Listeners {
		packed = append(packed, l.FilterChains[0].Filters[0].GetTypedConfig())
	}
	for _, p := range packed {
		extension, err := p.UnmarshalNew()
		if err == nil {
			err = extension.(interface{ ValidateAll() error }).ValidateAll()
		}
		if err != nil {
			t.Fatalf("Envoy refuses an extension: %v\n%s", err, text)
		}
	}
}

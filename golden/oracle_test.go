package golden_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/schema"
	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/tls_inspector/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/sni_cluster/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/http/header_formatters/preserve_case/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	networking "istio.io/api/networking/v1alpha3"
	"sigs.k8s.io/yaml"
)

// conformanceResult is what connpolicy makes of one input.
type conformanceResult struct {
	documents []*schema.Document
	found     diag.List // everything that "validate" and "compile --target envoy" say
	objects   []dialect.Object
	clusters  []map[string]any
	listeners []map[string]any
}

// line compiles its schemas once for all cases.
var line = pipeline.New()

// conformanceCompile runs all stages on one text, for Envoy, as far as they go.
func conformanceCompile(t *testing.T, name, text string) conformanceResult {
	t.Helper()
	in := line.Load(pipeline.Text(name, text), &pipeline.Options{Namespace: "default"})
	r := conformanceResult{documents: in.Documents, found: in.Found}
	if r.found.AtLeast(diag.Error) {
		return r
	}
	p, found := compile.Resolve(r.documents, compile.Options{}) // and no judgment: Gloo gives none
	r.found = append(r.found, found...)
	if found.AtLeast(diag.Error) {
		return r
	}
	r.objects, found = envoy.Write(p, dialect.Options{})
	r.found = append(r.found, found...)
	for _, o := range r.objects {
		raw, err := emit.Encode(o, "json")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var b struct {
			Resources struct{ Clusters, Listeners []map[string]any } `json:"static_resources"`
		}
		if err := json.Unmarshal(raw, &b); err != nil {
			t.Fatalf("%s: the output is not JSON: %v", name, err)
		}
		r.clusters, r.listeners = append(r.clusters, b.Resources.Clusters...), append(r.listeners, b.Resources.Listeners...)
	}
	return r
}

func (r *conformanceResult) has(codes ...string) bool {
	return slices.ContainsFunc(r.found, func(d diag.Diagnostic) bool { return slices.Contains(codes, d.Name) })
}

func (r *conformanceResult) errors() diag.List {
	var out diag.List
	for _, d := range r.found {
		if d.Severity == diag.Error {
			out = append(out, d)
		}
	}
	return out
}

func oracleRead(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// oracleFiles are the files of one name in all golden cases; there must be some.
func oracleFiles(t *testing.T, name string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("*", name))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden case has a %s, so nothing was checked (%v)", name, err)
	}
	return files
}

func TestEveryGoldenObjectForIstioIsOneThatIstioTakes(t *testing.T) {
	checked := map[string]int{}
	for _, file := range oracleFiles(t, "want.istio.yaml") {
		for i, text := range oracleDocuments(oracleRead(t, file)) {
			kind, faults := oracleIstioFaults(text)
			checked[kind]++
			for _, fault := range faults {
				t.Errorf("%s, document %d: %s", file, i+1, fault)
			}
		}
	}
	if checked["DestinationRule"] == 0 || checked["EnvoyFilter"] == 0 {
		t.Errorf("a kind is in no want.istio.yaml, so it was not checked: %v", checked)
	}
	t.Logf("%d DestinationRules and %d EnvoyFilters checked", checked["DestinationRule"], checked["EnvoyFilter"])
}

func TestEveryGoldenBootstrapIsOneThatEnvoyTakes(t *testing.T) {
	checked := 0
	for _, file := range oracleFiles(t, "want.envoy.json") {
		text := oracleRead(t, file)
		if len(text) == 0 {
			continue
		}
		checked++
		if err := oracleBootstrapFault(text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if checked == 0 {
		t.Error("every want.envoy.json is empty, so nothing was checked")
	}
	t.Logf("%d bootstraps checked", checked)
}

func TestEveryOutputForAGlooEdgeCaseIsOneThatEnvoyTakes(t *testing.T) {
	for _, c := range conformanceCases(t) {
		for _, o := range c.ours.objects {
			text, err := emit.Encode(o, "json")
			if err == nil {
				err = oracleBootstrapFault(text)
			}
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

func TestTheOraclesRefuseWhatIstioAndEnvoyRefuse(t *testing.T) {
	rule := func(spec string) string {
		return `{"apiVersion":"networking.istio.io/v1","kind":"DestinationRule","metadata":{"name":"a","namespace":"b"},"spec":` + spec + `}`
	}
	port := func(pool string) string {
		return rule(`{"host":"a.b","trafficPolicy":{"portLevelSettings":[{"port":{"number":80},"connectionPool":` + pool + `}]}}`)
	}
	if faults := oracleRuleFaults([]byte(port(`{"tcp":{"connectTimeout":"0.001s"}}`))); len(faults) > 0 {
		t.Errorf("a sound rule is refused: %v", faults)
	}
	for _, text := range []string{
		port(`{}`), port(`{"tcp":{}}`), port(`{"tcp":{"connectTimeout":"0.0005s"}}`), port(`{"tcp":{"connectTimeout":"1.0005s"}}`),
		port(`{"tcp":{"maxConnections":-1}}`), port(`{"tcp":{"tcpKeepAlive":{}}}`), rule(`{"host":"a.b"}`), rule(`{"host":"a_b"}`),
		rule(`{"host":"a.b","exportTo":["x","x"],"trafficPolicy":{"portLevelSettings":[]}}`),
		strings.Replace(port(`{"tcp":{"maxConnections":1}}`), `"a"`, `"A"`, 1), strings.Replace(port(`{"tcp":{"maxConnections":1}}`), "io/v1", "io/v1beta1", 1),
	} {
		if len(oracleRuleFaults([]byte(text))) == 0 {
			t.Errorf("nothing is found wrong with %s", text)
		}
	}
	resources := func(s string) []byte { return []byte(`{"static_resources":` + s + `}`) }
	for _, text := range [][]byte{
		resources(`{"clusters":[{"name":"a","connect_timeout":"0s"}]}`), resources(`{"clusters":[{"name":"a","connectTimeOut":"1s"}]}`),
		resources(`{"listeners":[{"socket_options":[{"level":"1","name":"9"}]}]}`),
		resources(`{"clusters":[{"name":"a","typed_extension_protocol_options":{"x":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"}}}]}`),
	} {
		if oracleBootstrapFault(text) == nil {
			t.Errorf("nothing is found wrong with %s", text)
		}
	}
}

// oracleDocuments splits YAML documents.
func oracleDocuments(text []byte) [][]byte {
	var out [][]byte
	for _, d := range bytes.Split(append([]byte("\n"), text...), []byte("\n---\n")) {
		if len(bytes.TrimSpace(d)) > 0 {
			out = append(out, d)
		}
	}
	return out
}

var (
	oracleLabel = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	oracleHost  = regexp.MustCompile(`^(\*|(\*\.)?[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*)$`)
)

// oracleName reports a Kubernetes object name: an RFC 1123 subdomain.
func oracleName(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if !oracleLabel.MatchString(label) {
			return false
		}
	}
	return len(name) <= 253
}

// oracleRuleFaults holds one DestinationRule to Istio's type and to the checks of its webhook
// (istio: pkg/config/validation).
func oracleRuleFaults(text []byte) []string {
	var m struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name, Namespace     string
			Labels, Annotations map[string]string
		} `json:"metadata"`
		Spec json.RawMessage `json:"spec"`
	}
	if err := yaml.UnmarshalStrict(text, &m); err != nil {
		return []string{err.Error()}
	}
	var spec networking.DestinationRule
	if err := (protojson.UnmarshalOptions{DiscardUnknown: false}).Unmarshal(m.Spec, &spec); err != nil {
		return []string{err.Error()}
	}
	var faults []string
	fault := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	fault(m.APIVersion != "networking.istio.io/v1", "apiVersion %q", m.APIVersion)
	fault(m.Kind != "DestinationRule", "kind %q", m.Kind)
	fault(!oracleName(m.Metadata.Name), "name %q", m.Metadata.Name)
	fault(!oracleLabel.MatchString(m.Metadata.Namespace), "namespace %q", m.Metadata.Namespace)
	fault(!oracleHost.MatchString(spec.Host), "host %q", spec.Host)
	seen := map[string]bool{}
	for _, ns := range spec.ExportTo {
		fault(seen[ns], "exportTo has %q twice", ns)
		fault(!oracleLabel.MatchString(ns) && ns != "." && ns != "*" || ns == "*" && len(spec.ExportTo) > 1, "exportTo has %q", ns)
		seen[ns] = true
	}
	ports := map[uint32]bool{}
	fault(len(spec.TrafficPolicy.GetPortLevelSettings()) == 0, "no portLevelSettings")
	for _, p := range spec.TrafficPolicy.GetPortLevelSettings() {
		n := p.GetPort().GetNumber()
		fault(n == 0 || n > 65535 || ports[n], "port %d", n)
		ports[n] = true
		faults = append(faults, oraclePoolFaults(p.ConnectionPool)...)
	}
	return faults
}

func oraclePoolFaults(pool *networking.ConnectionPoolSettings) []string {
	var faults []string
	tcp, http := pool.GetTcp(), pool.GetHttp()
	if proto.Size(tcp)+proto.Size(http) == 0 {
		faults = append(faults, "a connectionPool without a setting")
	}
	for name, d := range map[string]*durationpb.Duration{
		"connectTimeout": tcp.GetConnectTimeout(), "tcp.idleTimeout": tcp.GetIdleTimeout(), "maxConnectionDuration": tcp.GetMaxConnectionDuration(),
		"time": tcp.GetTcpKeepalive().GetTime(), "interval": tcp.GetTcpKeepalive().GetInterval(), "http.idleTimeout": http.GetIdleTimeout(),
	} {
		if d != nil && (d.CheckValid() != nil || d.AsDuration() < time.Millisecond || d.AsDuration()%time.Millisecond != 0) {
			faults = append(faults, fmt.Sprintf("%s is %s", name, d.AsDuration()))
		}
	}
	limits := []int32{
		tcp.GetMaxConnections(), http.GetHttp1MaxPendingRequests(), http.GetHttp2MaxRequests(),
		http.GetMaxRequestsPerConnection(), http.GetMaxRetries(), http.GetMaxConcurrentStreams(),
	}
	if slices.Min(limits) < 0 {
		faults = append(faults, fmt.Sprintf("a negative limit: %v", limits))
	}
	if http.GetUseClientProtocol() && http.GetH2UpgradePolicy() == networking.ConnectionPoolSettings_HTTPSettings_UPGRADE {
		faults = append(faults, "useClientProtocol beside an upgrade")
	}
	return faults
}

// oracleBootstrapFault decodes strictly into Envoy's type and applies Envoy's own rules to it
// and to every extension inside.
func oracleBootstrapFault(text []byte) error {
	var b bootstrap.Bootstrap
	if err := (protojson.UnmarshalOptions{DiscardUnknown: false}).Unmarshal(text, &b); err != nil {
		return err
	}
	if err := b.ValidateAll(); err != nil {
		return err
	}
	return protorange.Range(b.ProtoReflect(), func(path protopath.Values) error {
		last := path.Index(-1)
		message, ok := last.Value.Interface().(interface{ Interface() proto.Message })
		if !ok {
			return nil
		}
		packed, ok := message.Interface().(*anypb.Any)
		if !ok {
			return nil
		}
		extension, err := packed.UnmarshalNew()
		if err != nil {
			return err
		}
		checked, ok := extension.(interface{ ValidateAll() error })
		if !ok {
			return fmt.Errorf("%s has no rules to check", packed.TypeUrl)
		}
		return checked.ValidateAll()
	})
}

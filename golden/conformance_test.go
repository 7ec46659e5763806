package golden_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

// conformanceDir holds what Gloo Edge itself made of one manifest per case; its README has
// the rules that are applied here.
const conformanceDir = "../../shared/conformance/gloo-edge"

// conformanceFaults says where the fault of a refused case stands, for those whose recorded
// error does not name the field the way a manifest spells it.
var conformanceFaults = map[string]string{
	"gw-bind-empty":           "/spec/bindAddress",
	"gw-bind-name":            "/spec/bindAddress",
	"gw-no-type":              "/spec",
	"gw-only-http":            "/spec/bindAddress",
	"gw-opt-balance-empty":    "/spec/options/connectionBalanceConfig",
	"gw-opt-proxyproto-allow": "/spec/options/proxyProtocol/allowRequestsWithoutProxyProtocol",
	"gw-so-intdur":            "/spec/options/socketOptions/0/intValue",
	"us-aws":                  "/spec/aws",
	"us-common-bad":           "/spec/connectionConfig/commonHttpProtocolOptions/headersWithUnderscoresAction",
	"us-ct-neg":               "/spec/connectionConfig/connectTimeout",
	"us-ct-zero":              "/spec/connectionConfig/connectTimeout",
	"us-dns-refresh-ip":       "/spec/dnsRefreshRate",
	"us-h2-mcs0":              "/spec/maxConcurrentStreams",
	"us-h2-winhigh":           "/spec/initialConnectionWindowSize",
	"us-h2-winlow":            "/spec/initialStreamWindowSize",
	"us-ka-time-emptystr":     "/spec/connectionConfig/tcpKeepalive/keepaliveTime",
	"us-ka-time-nounit":       "/spec/connectionConfig/tcpKeepalive/keepaliveTime",
	"us-pipe-no-path":         "/spec/pipe/path",
	"us-pp-lower":             "/spec/proxyProtocolVersion",
	"us-preconnect-bad":       "/spec/preconnectPolicy/perUpstreamPreconnectRatio",
	"us-static-no-hosts":      "/spec/static/hosts",
	"us-static-no-port":       "/spec/static/hosts/0/port",
}

// conformanceKeys are the connection settings of a cluster and a listener: what must be equal.
var conformanceKeys = []string{
	"name", "type", "connect_timeout", "circuit_breakers", "max_requests_per_connection", "per_connection_buffer_limit_bytes",
	"upstream_connection_options", "common_http_protocol_options", "http_protocol_options", "http2_protocol_options",
	"typed_extension_protocol_options", "respect_dns_ttl", "ignore_health_on_host_removal", "load_assignment",
	"address", "socket_options", "connection_balance_config",
}

type conformanceReports map[string]struct {
	Errors []string `json:"errors"`
}

// conformanceObserved is observed.json.
type conformanceObserved struct {
	CRDAccepts   bool               `json:"crd_accepts"`
	CRDErrors    []string           `json:"crd_errors"`
	DecodeError  string             `json:"decode_error"`
	Reports      conformanceReports `json:"reports"`
	AsIsReports  conformanceReports `json:"as_is_reports"`
	EnvoyRefuses []string           `json:"envoy_rules_refuse"`
	Clusters     []map[string]any   `json:"clusters"`
	Listeners    []map[string]any   `json:"listeners"`
}

// refusal is the reason for which Gloo, the API server or Envoy refuses the case, or "".
func (o *conformanceObserved) refusal() string {
	var all []string
	for _, reports := range []conformanceReports{o.Reports, o.AsIsReports} {
		for _, name := range slices.Sorted(maps.Keys(reports)) {
			all = append(all, reports[name].Errors...)
		}
	}
	all = slices.Concat(o.CRDErrors, all, o.EnvoyRefuses)
	switch {
	case o.DecodeError != "":
		return o.DecodeError
	case len(all) > 0:
		return all[0]
	case !o.CRDAccepts:
		return "the CRD"
	}
	return ""
}

// conformanceCase is one case with both outcomes.
type conformanceCase struct {
	name     string
	observed conformanceObserved
	ours     conformanceResult
}

func conformanceCases(t *testing.T) []*conformanceCase {
	t.Helper()
	entries, err := os.ReadDir(conformanceDir)
	if err != nil {
		t.Skipf("the recorded cases are not on this machine (%s): nothing to compare with", conformanceDir)
	}
	var cases []*conformanceCase
	for _, e := range entries {
		c := &conformanceCase{name: e.Name()}
		dir := filepath.Join(conformanceDir, e.Name())
		if err := json.Unmarshal(oracleRead(t, filepath.Join(dir, "observed.json")), &c.observed); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		c.ours = conformanceCompile(t, "input.yaml", string(oracleRead(t, filepath.Join(dir, "input.yaml"))))
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		t.Fatalf("%s holds no case", conformanceDir)
	}
	return cases
}

// difference says in what connpolicy does otherwise than Gloo; "" when it does the same.
func (c *conformanceCase) difference() string {
	refused, errs := c.observed.refusal(), c.refusals()
	switch {
	case refused != "" && len(errs) == 0:
		return "Gloo refuses it, and no error is reported: " + refused
	case refused != "":
		return c.misplaced(errs)
	case len(errs) > 0:
		return fmt.Sprintf("Gloo takes it, and it is refused: %s: %s [%s]", errs[0].At(), errs[0].Message, errs[0].Name)
	}
	if d := conformanceObjects("clusters", c.observed.Clusters, c.ours.clusters); d != "" {
		return d
	}
	if d := conformanceObjects("listeners", c.observed.Listeners, c.ours.listeners); d != "" {
		return d
	}
	return c.silence()
}

// refusals are the errors, or the findings that leave the only object out.
func (c *conformanceCase) refusals() diag.List {
	errs := c.ours.errors()
	if len(errs)+len(c.ours.clusters)+len(c.ours.listeners) > 0 {
		return errs
	}
	for _, d := range c.ours.found {
		if d.Code == diag.EnterpriseOnly || d.Code == diag.LambdaCredentials {
			errs = append(errs, d)
		}
	}
	return errs
}

// misplaced compares the errors' places with the fault's.
func (c *conformanceCase) misplaced(errs diag.List) string {
	pointer := conformanceFaults[c.name]
	if len(c.observed.CRDErrors) > 0 {
		pointer = conformancePointer(c.observed.CRDErrors[0])
	}
	if pointer == "" {
		return "nobody has said in this test where its fault stands"
	}
	if len(c.ours.documents) != 1 {
		return fmt.Sprintf("it is %d documents", len(c.ours.documents))
	}
	value, key := c.ours.documents[0].Span(pointer), c.ours.documents[0].KeySpan(pointer)
	for _, e := range errs {
		if samePlace(e.Span, value) || samePlace(e.Span, key) {
			return ""
		}
	}
	return fmt.Sprintf("its fault stands at %s, and the error points at %s", value.At(), errs[0].At())
}

// samePlace compares where spans stand; a missing field's place is that of the key above it.
func samePlace(a, b diag.Span) bool {
	return a.Source == b.Source && a.Line == b.Line && a.Col == b.Col && a.Len == b.Len
}

// conformancePointer turns the field of the API server's message, "spec.hosts[0].port: …",
// into a JSON pointer.
func conformancePointer(message string) string {
	field, _, _ := strings.Cut(message, ":")
	return "/" + strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(field)
}

// conformanceObjects compares the connection settings of clusters or listeners.
func conformanceObjects(noun string, theirs, ours []map[string]any) string {
	if len(theirs) != len(ours) {
		return fmt.Sprintf("Gloo has %d %s, and ours are %d", len(theirs), noun, len(ours))
	}
	for i := range theirs {
		for _, key := range conformanceSettings(theirs[i], ours[i]) {
			want, got := conformanceValue(theirs[i], key), conformanceValue(ours[i], key)
			if key == "type" && want == "EDS" && got == "STRICT_DNS" || key == "load_assignment" && theirs[i]["type"] == "EDS" {
				continue // of a kube Upstream: resolved by DNS here, on purpose
			}
			if !reflect.DeepEqual(want, got) {
				return fmt.Sprintf("%s of %v: Gloo has %s, and ours is %s", key, theirs[i]["name"], conformanceText(want), conformanceText(got))
			}
		}
	}
	return ""
}

// conformanceSettings lists the keys of two objects that are connection settings.
func conformanceSettings(objects ...map[string]any) []string {
	set := map[string]bool{}
	for _, o := range objects {
		for key := range o {
			if slices.Contains(conformanceKeys, key) || strings.HasPrefix(key, "dns_") {
				set[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// conformanceValue is a setting to compare; of a load assignment, the addresses in order.
func conformanceValue(object map[string]any, key string) any {
	if key == "load_assignment" {
		return conformanceAddresses(object[key], nil)
	}
	return object[key]
}

// conformanceAddresses collects what stands under "address" of every endpoint.
func conformanceAddresses(v any, list []any) []any {
	switch v := v.(type) {
	case map[string]any:
		if endpoint, ok := v["endpoint"].(map[string]any); ok {
			return append(list, endpoint["address"])
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			list = conformanceAddresses(v[key], list)
		}
	case []any:
		for _, item := range v {
			list = conformanceAddresses(item, list)
		}
	}
	return list
}

func conformanceText(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

// silence names what Gloo writes besides connection settings when no finding says that it is
// not compiled.
func (c *conformanceCase) silence() string {
	if c.ours.has(diag.NotCompiled.Name) || c.ours.has(diag.SettingNotCompiled.Name) {
		return ""
	}
	pairs := [][2][]map[string]any{{c.observed.Clusters, c.ours.clusters}, {c.observed.Listeners, c.ours.listeners}}
	for _, pair := range pairs {
		for i := range pair[0] {
			for _, key := range slices.Sorted(maps.Keys(pair[0][i])) {
				if _, ours := pair[1][i][key]; !ours && key != "eds_cluster_config" {
					return "Gloo writes " + key + ", and its being left out is not reported"
				}
			}
		}
	}
	return ""
}

func TestDifferencesTellsTheTruthAboutEachCase(t *testing.T) {
	cases, listed := conformanceCases(t), conformanceDocument(t)
	known := map[string]bool{}
	for _, c := range cases {
		known[c.name] = true
		d, differing, agreeing := c.difference(), listed.differing[c.name], listed.agreeing[c.name]
		for _, code := range slices.Concat(differing, agreeing) {
			if !c.ours.has(code) {
				t.Errorf("%s is listed under %s, and no finding has that code", c.name, code)
			}
		}
		if len(differing) > 0 && d == "" {
			t.Errorf("%s is listed as different, and it is as Gloo makes it", c.name)
		}
		if len(agreeing) > 0 && d != "" {
			t.Errorf("%s is listed as the same, and differs: %s", c.name, d)
		}
		if len(differing)+len(agreeing) == 0 && d == "" && c.observed.refusal() == "" && c.warned() != "" {
			t.Errorf("%s gives %s, where Gloo says nothing, and is not listed", c.name, c.warned())
		}
	}
	for name := range maps.All(listed.differing) {
		if !known[name] {
			t.Errorf("docs/differences.md names the case %q, and there is none", name)
		}
	}
	for name := range maps.All(listed.agreeing) {
		if !known[name] {
			t.Errorf("docs/differences.md names the case %q, and there is none", name)
		}
	}
}

// warned is the code of the first warning, or "".
func (c *conformanceCase) warned() string {
	for _, d := range c.ours.found {
		if d.Severity == diag.Warning {
			return d.Name
		}
	}
	return ""
}

func TestConnectionsComeOutAsGlooEdgeMakesThem(t *testing.T) {
	cases, listed := conformanceCases(t), conformanceDocument(t)
	same, improved := 0, 0
	var differ []string
	for _, c := range cases {
		codes := listed.differing[c.name]
		switch d := c.difference(); {
		case d == "":
			same++
		case len(codes) > 0 && c.ours.has(codes...):
			improved++
		default:
			differ = append(differ, c.name)
			t.Errorf("%s: %s", c.name, d)
		}
	}
	names := "none"
	if len(differ) > 0 {
		names = strings.Join(differ, ", ")
	}
	t.Logf("conformance: %d of %d cases hold: %d as Gloo does, %d improved on purpose (docs/differences.md), %d differ: %s",
		same+improved, len(cases), same, improved, len(differ), names)
	if same+improved < 97 {
		t.Errorf("%d cases hold, and 97 must", same+improved)
	}
}

func TestOneMistakeOfAGlooEdgeCaseIsReportedOnce(t *testing.T) {
	mistakes := map[string]int{"gw-only-http": 2} // neither address nor port
	for _, c := range conformanceCases(t) {
		want := max(1, mistakes[c.name])
		if errs := c.ours.errors(); len(errs) > want {
			t.Errorf("%s: %d errors for %d:", c.name, len(errs), want)
			for _, e := range errs {
				t.Errorf("    %s: %s [%s]", e.At(), e.Message, e.Name)
			}
		}
	}
}

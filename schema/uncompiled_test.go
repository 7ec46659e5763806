package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
)

// undecided lists the fields of a kind's JSON Schema that its struct has no place for and that the
// tables do not have.
func undecided(t *testing.T, k *Kind) []string {
	t.Helper()
	root := map[string]any{}
	if err := json.Unmarshal(k.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	spec, ok := reflect.TypeOf(k.resource()).Elem().FieldByName("Spec")
	if !ok {
		return nil
	}
	w := schemaWalk{root: root, uncompiled: uncompiled{settings: connectionSettings(), unrelated: unrelated()}}
	w.walk(property(w.node(root), "spec"), spec.Type, "")
	slices.Sort(w.found)
	return slices.Compact(w.found)
}

type schemaWalk struct {
	uncompiled
	root  map[string]any
	found []string
}

// node follows references, and items to what they are of.
func (w *schemaWalk) node(v any) map[string]any {
	for {
		n, _ := v.(map[string]any)
		switch ref, _ := n["$ref"].(string); {
		case ref != "":
			v = w.root
			for step := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
				v = v.(map[string]any)[step]
			}
		case n["items"] != nil:
			v = n["items"]
		default:
			return n
		}
	}
}

func property(n map[string]any, name string) any {
	properties, _ := n["properties"].(map[string]any)
	return properties[name]
}

func (w *schemaWalk) walk(v any, t reflect.Type, path string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	fields := structFields[t]
	properties, _ := w.node(v)["properties"].(map[string]any)
	for name, child := range properties {
		at := strings.TrimPrefix(path+"."+name, ".")
		if field, decoded := fields[name]; decoded {
			w.walk(child, field, at)
		} else {
			w.account(child, at)
		}
	}
}

// account records a field that is neither a connection setting nor unrelated, and looks through one
// that may have connection settings in it.
func (w *schemaWalk) account(v any, at string) {
	switch {
	case at == "compressedSpec": // a whole Proxy as bytes: nothing is known of what it sets
	case w.setting(at) != nil, slices.ContainsFunc(w.unrelated, func(end string) bool { return endsWith(at, end) }):
	case !w.above(at):
		w.found = append(w.found, at)
	default:
		properties, _ := w.node(v)["properties"].(map[string]any)
		for name, child := range properties {
			w.account(child, at+"."+name)
		}
	}
}

// What is not decoded is said to be about connections or not, so somebody has to have decided it.
func TestEveryFieldThatIsNotCompiledIsASettingOrUnrelated(t *testing.T) {
	for _, k := range Kinds {
		if k.Foreign || k.Own {
			continue
		}
		if found := undecided(t, k); len(found) > 0 {
			t.Errorf("%s: not decoded, and neither in connectionSettings nor in unrelated: %s", k.Name, strings.Join(found, ", "))
		}
	}
}

func TestConnectionSettingsAreFoundWhereverTheyStand(t *testing.T) {
	const manifest = `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: web, namespace: edge}
spec:
  bindPort: 8443
  ssl: true
  options: {proxyProtocol: {}, tcpStats: true}
  tcpGateway:
    options: {connectionLimit: {maxActiveConnections: 5, delayBeforeClose: 1s}, tcpProxySettings: {tunnelingConfig: {hostname: a}}}
    tcpHosts: [{name: a, sslConfig: {sniDomains: [a], transportSocketConnectTimeout: 3s}}]
    unheardOf: {a: 1}
`
	docs := Parse(text.Split(diag.NewSource("in.yaml", manifest))[0], "default").Documents
	var got []string
	for _, l := range docs[0].Leftovers() {
		kind := "unknown"
		if l.Setting != nil {
			kind = "setting"
		} else if l.Unrelated {
			kind = "unrelated"
		}
		got = append(got, kind+" "+l.Pointer)
	}
	want := []string{
		"setting /spec/options/proxyProtocol", "unrelated /spec/options/tcpStats", "unrelated /spec/ssl",
		"setting /spec/tcpGateway/options/connectionLimit/delayBeforeClose", "setting /spec/tcpGateway/options/connectionLimit/maxActiveConnections",
		"setting /spec/tcpGateway/options/tcpProxySettings/tunnelingConfig",
		"unrelated /spec/tcpGateway/tcpHosts/0/sslConfig", "setting /spec/tcpGateway/tcpHosts/0/sslConfig/transportSocketConnectTimeout",
		"unknown /spec/tcpGateway/unheardOf",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for pointer, setting := range map[string]bool{
		"/spec/options/proxyProtocol": true, "/spec/tcpGateway/tcpHosts/0/sslConfig/sniDomains/0": false,
		"/spec/tcpGateway/tcpHosts/0/sslConfig/transportSocketConnectTimeout": true,
	} {
		if l := docs[0].Leftover(pointer); l == nil || (l.Setting != nil) != setting {
			t.Errorf("%s: %v, want a setting: %v", pointer, l, setting)
		}
	}
}

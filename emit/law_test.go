package emit_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/plan"
)

// The third law: nothing is dropped silently. Every field of a plan in which everything is
// written is changed in turn, for every target: then the output changes, or the findings do,
// or a finding points at the field and says why not.

// lawException is a change that a target need not show.
type lawException struct {
	target string // "" for every one
	change string // matches the path of what is changed, and the change
	reason string
	used   bool
}

func lawExceptions() []*lawException {
	return []*lawException{
		{change: `\.Object\.(Kind|Name|Namespace|Workspace) changed`, target: "istio", reason: "what a destination's object is called went into the rule's Name"},
		{change: `^Destinations.*\.Object\.`, target: "envoy", reason: "a cluster is named for host and port"},
		{change: `^Destinations.*\.(Name|Namespace|ExportTo.*) `, target: "envoy", reason: "a static cluster is seen by the one Envoy that loads it, and lies in no namespace"},
		{change: `^Destinations\[[12]\]`, target: "envoy", reason: "an Upstream's port has the Upstream's own cluster, which Upstreams holds"},
		{change: `\.Endpoints`, target: "istio", reason: "in a mesh the control plane knows the addresses; a rule is for the host alone"},
		{change: `\.Upstream changed`, target: "istio", reason: "whose settings they are shows in the defaults, and here everything is written"},
		{change: `\.Protocol changed`, target: "istio", reason: "in a mesh the Service says the port's protocol; a rule cannot"},
		{change: `^Upstreams.*\.(Object\.\w+|Type) changed`, target: "istio", reason: "an Upstream reaches a rule as the Destination of its host, which is in the plan beside it"},
		{change: `^Upstreams\[[234]\]`, target: "istio", reason: "one finding says that the Upstream as a whole has no place"},
		{change: `^Upstreams.*\.Object\.(Kind|Cluster|Workspace) changed`, target: "envoy", reason: "Gloo names the cluster for name and namespace"},
		{change: `^Listeners.*\.Object\.`, reason: "a listener has a name of its own"},
		{change: `^Listeners.*\.Proxy changed`, reason: "which proxy opens it is for who loads it to know"},
		{change: `^Listeners.*\.(Name|Address) changed`, target: "istio", reason: "an EnvoyFilter knows a listener by its pods and port"},
		{change: `^Listeners\[0\]\.TCPProxy`, target: "istio", reason: "this listener serves HTTP"},
		{change: `^Listeners\[1\]\.(Timeouts|MaxRequestsPerConnection)`, target: "istio", reason: "this listener forwards TCP"},
		{change: `\.SocketOptions\[[01]\]\.BufValue changed`, target: "istio", reason: "this option has a number"},
		{change: `\.ExactBalance unwritten`, target: "istio", reason: "the value decides alone"},
		{change: `\.Routed changed`, target: "istio", reason: "a rule is for the host, whichever routes lead there"},
		{change: `\.Routed changed`, target: "envoy", reason: "routes are outside connections"},
		{change: `\.Undecided`, target: "istio", reason: "a rule has an entry for each port that is decided"},
		{change: `\.Undecided`, target: "envoy", reason: "a cluster is for one port"},
		{change: `^Listeners\[\d\]\.(Port changed|ServicePorts\[)`, target: "istio", reason: "an EnvoyFilter goes by the port that the pods bind, which Workload has"},
		{change: `^Listeners.*\.Unbound\.`, reason: "why no Gateway takes a listener over shows where none does; golden cases show each reason"},
		{change: `\.ServicePorts\[`, target: "envoy", reason: "Envoy binds a port of its own"},
		{change: `^Listeners.*\.Workload`, target: "envoy", reason: "which pods open it is for who loads it to know"},
		{change: `^Listeners\[0\]\.TCPProxy`, target: "envoy", reason: "this listener serves HTTP"},
		{change: `^Listeners\[1\]\.(Timeouts|MaxRequestsPerConnection)`, target: "envoy", reason: "this listener forwards TCP"},
		{change: `\.Selector(At)? (changed|unwritten)`, reason: "what selects a listener that no policy decides is for findings"},
		{change: `\.IdleAt unwritten`, reason: "where a value can be written is for findings"},
		{change: `^Upstreams.*\.Requests changed`, target: "envoy", reason: "no TCP is forwarded here"},
		{change: `\.TCP\.IdleTimeout `, reason: "the proxy's listener has it, and Listeners holds it: no target has a field for it at a destination's port"},
		{change: `^Upstreams.*\.(TCP|Requests) changed`, target: "istio", reason: "what has an effect is in the settings, and a rule goes by the Service's port"},
		{change: `^Upstreams\[1\].*\.HTTP2\.On changed|^Destinations\[2\].*\.HTTP2\.On changed`, target: "istio", reason: "the caller's protocol decides"},
		{change: `\.TCPProxy\.(Cluster|BySNI) changed`, target: "istio", reason: "where a listener forwards to is a route's matter in a mesh"},
		{change: `^Upstreams\[4\].*\.Port changed`, target: "envoy", reason: "a Unix socket has no port"},
		{change: `\.(HTTP|HTTP1|Limits)\.From unwritten`, target: "istio", reason: "an empty block sets nothing in a mesh"},
		{change: `\.SocketOptions\[[01]\]\.BufValue changed`, target: "envoy", reason: "this option has a number"},
		{change: `^Destinations.*\.(HTTP|HTTP1)\.From unwritten`, target: "envoy", reason: "an empty block sets nothing in the extension, where a policy's cluster has its options"},
		{change: `^Destinations\[0\]\.Ports\[0\]\.Protocol changed`, target: "envoy", reason: "HTTP/2 is on whatever the port says"},
		{
			change: `^Destinations(\[0\]\.Ports\[1\]|\[3\]).*\.HTTP2\.(InitialStreamWindowSize|InitialConnectionWindowSize|MaxConcurrentStreams|OverrideStreamError) `, target: "envoy",
			reason: "without HTTP/2 nobody reads its options: package validate says so (ignored-setting), and package compile leaves them unwritten, as a test there shows",
		},
		{change: `\.Endpoints\[\d\]\.From unwritten`, target: "envoy", reason: "an endpoint is written because it is there"},
		{change: `\.Places`, target: "envoy", reason: "every Upstream has a cluster of its own"},
		{
			change: `\.(ConnectTimeout|MaxRequestsPerConnection|MaxHeadersCount|EnableTrailers|HeaderKeyFormat|On|UseDownstreamProtocol|RespectTTL|IgnoreHealthOnHostRemoval|ExactBalance) unwritten`,
			target: "envoy", reason: "the value decides alone: written or not, it is the one Envoy runs",
		},
		{change: `^Destinations.*\.Limits\.\w+ unwritten`, target: "envoy", reason: "Istio writes every limit out for Envoy, so the value decides alone"},
		{change: `\.HTTP2\.(On|UseDownstreamProtocol) unwritten`, target: "istio", reason: "the value decides alone"},
		{change: `\.Keepalive\.On unwritten`, target: "istio", reason: "the value decides alone"},
		{change: `^Destinations\[0\].*\.SNI changed|^Upstreams\[[034]\].*\.SNI changed`, target: "envoy", reason: "Gloo matches sockets of a static Upstream only"},
	}
}

func TestNoFieldOfAPlanIsDroppedSilently(t *testing.T) {
	exceptions, doc := slices.Concat(lawExceptions(), envoyGatewayExceptions(), kgatewayExceptions()), sampleDocument(t)
	silent := map[string]bool{} // the same field of two objects is one fault
	for _, target := range emit.Targets {
		for _, explicit := range []bool{false, true} {
			opts := dialect.Options{Explicit: explicit}
			before := lawRun(t, target.Write, lawPlan(doc), opts)
			changes := lawChanges(reflect.ValueOf(lawPlan(doc)).Elem(), "", nil)
			if len(changes) < 500 {
				t.Fatalf("only %d changes were thought of", len(changes))
			}
			for _, c := range changes {
				if c.kind == lawUnwritten && explicit {
					continue // Explicit writes defaults like what is written
				}
				p := lawPlan(doc)
				origin := c.apply(reflect.ValueOf(p).Elem())
				after := lawRun(t, target.Write, p, opts)
				if after.text != before.text || after.found != before.found || c.kind == lawChanged && after.explains(origin) {
					continue
				}
				if !lawExcused(exceptions, target.Name, c.String()) {
					silent[target.Name+": "+regexp.MustCompile(`\[\d+\]`).ReplaceAllString(c.String(), "[]")] = true
				}
			}
		}
	}
	for _, change := range slices.Sorted(maps.Keys(silent)) {
		t.Errorf("%s, and neither the output nor a finding shows it", change)
	}
	for _, e := range exceptions {
		if !e.used {
			t.Errorf("the exception %q %q is not needed any more", e.target, e.change)
		}
	}
}

func lawExcused(exceptions []*lawException, target, change string) bool {
	excused := false
	for _, e := range exceptions {
		if (e.target == "" || e.target == target) && regexp.MustCompile(e.change).MatchString(change) {
			e.used, excused = true, true
		}
	}
	return excused
}

// lawResult is everything that a user can see of an emission.
type lawResult struct {
	text, found string
	list        diag.List
}

func lawRun(t *testing.T, target emit.Writer, p *plan.Plan, opts dialect.Options) lawResult {
	t.Helper()
	objects, found := target(p, opts)
	text, err := emit.EncodeAll(objects, "json")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, o := range objects {
		b.WriteString("# " + o.File + "\n")
	}
	var f strings.Builder
	if err := format.Text(&f, found, false); err != nil {
		t.Fatal(err)
	}
	return lawResult{b.String() + string(text), f.String(), found}
}

// explains reports a finding at the place of a setting.
func (r *lawResult) explains(from plan.Origin) bool {
	for _, d := range r.list {
		if from.Written() && (d.Span == from.Span() || d.Span == from.KeySpan()) {
			return true
		}
	}
	return false
}

type lawKind string

const (
	lawChanged   lawKind = "changed"
	lawRemoved   lawKind = "removed"
	lawUnwritten lawKind = "unwritten"
)

// lawChange is one change to one place of a plan.
type lawChange struct {
	path  string
	steps []int // fields and indices down from the plan; pointers are followed
	kind  lawKind
}

func (c lawChange) String() string { return c.path + " " + string(c.kind) }

var (
	lawOrigin   = reflect.TypeFor[plan.Origin]()
	lawDuration = reflect.TypeFor[time.Duration]()
)

// lawChanges thinks of every change below a value.
func lawChanges(v reflect.Value, path string, steps []int) []lawChange {
	down := func(i int) []int { return append(append([]int{}, steps...), i) }
	var out []lawChange
	switch {
	case v.Type() == lawOrigin:
		return []lawChange{{path, steps, lawUnwritten}}
	case v.Type() == reflect.TypeFor[plan.Document]():
		return nil // where findings point: no value
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			out = lawChanges(v.Elem(), path, steps)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			name := "." + v.Type().Field(i).Name
			if name == ".Value" || name == ".From" && v.Type().NumField() == 2 {
				name = "" // a Setting goes by its own name
			}
			out = append(out, lawChanges(v.Field(i), strings.TrimPrefix(path+name, "."), down(i))...)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			item := fmt.Sprintf("%s[%d]", path, i)
			out = append(out, lawChange{item, down(i), lawRemoved})
			out = append(out, lawChanges(v.Index(i), item, down(i))...)
		}
	default:
		out = []lawChange{{path, steps, lawChanged}}
	}
	return out
}

// apply makes the change, and returns the origin of the setting that it was made to.
func (c lawChange) apply(v reflect.Value) plan.Origin {
	var origin plan.Origin
	var list reflect.Value
	for _, step := range c.steps {
		for v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() == reflect.Slice {
			list, v = v, v.Index(step)
			continue
		}
		if from := v.FieldByName("From"); from.IsValid() {
			origin = from.Interface().(plan.Origin)
		}
		v = v.Field(step)
	}
	switch c.kind {
	case lawRemoved:
		i := c.steps[len(c.steps)-1]
		list.Set(reflect.AppendSlice(list.Slice3(0, i, i), list.Slice(i+1, list.Len())))
	case lawUnwritten:
		v.Set(reflect.ValueOf(plan.Origin{Default: "somebody's default"}))
	case lawChanged:
		lawAlter(v)
	}
	return origin
}

// lawWords are values of which there are only a few, each with another legal one.
var lawWords = map[string]string{
	"HTTP": "HTTP2", "REJECT_REQUEST": "DROP_HEADER", "PROPER_CASE": "PRESERVE_CASE", "STATE_PREBIND": "STATE_LISTENING",
	"kube": "static", "static": "pipe", "consul": "static", "pipe": "static", "10.0.0.1": "10.0.0.2", "": "AQ==",
}

func lawAlter(v reflect.Value) {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case v.Type() == lawDuration:
		v.SetInt(v.Int() + int64(time.Second))
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	case v.CanInt():
		v.SetInt(v.Int() + 1)
	case v.CanUint():
		v.SetUint(v.Uint() + 1)
	case v.CanFloat():
		v.SetFloat(v.Float() + 0.5)
	case v.Kind() == reflect.Map:
		v.SetMapIndex(reflect.ValueOf("another"), reflect.ValueOf("label"))
	case lawWords[v.String()] != "":
		v.SetString(lawWords[v.String()])
	default:
		v.SetString(v.String() + "x")
	}
}

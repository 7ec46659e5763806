package compile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// told writes changes one a line: "~ place by decider: setting old→new, …".
func told(changes []plan.Change) []string {
	var out []string
	for i := range changes {
		c := &changes[i]
		sign, by := "~", c.Place().Decider()
		switch {
		case c.Old == nil:
			sign = "+"
		case c.New == nil:
			sign = "-"
		case c.DeciderChanged():
			by = c.Old.Decider() + "→" + by
		}
		line := fmt.Sprintf("%s %s by %s:", sign, strings.TrimSuffix(c.Place().Name+" "+c.Proxy, " "), by)
		for _, s := range c.Settings {
			line += fmt.Sprintf(" %s %s→%s", s.Name, valueOf(s.Old), valueOf(s.New))
		}
		out = append(out, line)
	}
	return out
}

func valueOf(v *plan.Value) string {
	switch {
	case v == nil:
		return ""
	case v.From.Default != "":
		return v.Text + "(default)"
	}
	return v.Text
}

// diffCase is two inputs, and what is told of how the second differs from the first.
type diffCase struct {
	name, before, after string
	want                []string
}

func changes(t *testing.T, cases []diffCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			before, _ := compile.Resolve(read(t, tt.before), compile.Options{All: true})
			after, _ := compile.Resolve(read(t, tt.after), compile.Options{All: true})
			if diff := cmp.Diff(tt.want, told(plan.Diff(before, after))); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDiffTellsWhatChangesAtWhichPlace(t *testing.T) {
	service := manifest("Service", "a/x", "labels: {app: x}", "{ports: [{port: 80, name: http}]}")
	keepalive := func(name, meta, idle string) string {
		return manifest("ConnectionPolicy", "a/"+name, meta, "{config: {tcp: {tcpKeepalive: {time: "+idle+"}}}}")
	}
	destination := manifest("VirtualDestination", "a/v", "", "{hosts: [v.global], ports: [{number: 80, protocol: HTTP}], services: [{labels: {app: x}}]}")
	gateway := manifest("VirtualGateway", "a/g", "", "{workloads: [{selector: {labels: {app: x}}}], listeners: [{http: {}, port: {number: 8443}}]}")
	listenerPolicy := manifest("ListenerConnectionPolicy", "a/p", "", "{config: {tcpKeepalive: {time: 60s}}}")
	forServices := manifest("ConnectionPolicy", "a/p", "", "{applyToDestinations: [{selector: {}}], config: {tcp: {tcpKeepalive: {time: 300s}}}}")
	upstream := func(spec string) string { return manifest("Upstream", "a/u", "", spec) }
	changes(t, []diffCase{
		{
			"a value", service + keepalive("p", "", "700s"), service + keepalive("p", "", "300s"),
			[]string{"~ x.a.svc.cluster.local:80 by ConnectionPolicy a/p: keepalive.time 700s→300s"},
		},
		{
			"a value that is spelled otherwise is none", service + keepalive("p", "", "300s"), service + keepalive("p", "labels: {a: b}", "5m"),
			nil,
		},
		{
			"a default that is written now", service + manifest("ConnectionPolicy", "a/p", "", "{config: {tcp: {tcpKeepalive: {}}}}"), service + keepalive("p", "", "7200s"),
			[]string{"~ x.a.svc.cluster.local:80 by ConnectionPolicy a/p: keepalive.time 7200s(default)→7200s"},
		},
		{
			"another policy with the same settings", service + keepalive("p", "", "300s"), service + keepalive("p", created(2), "300s") + keepalive("q", created(1), "300s"),
			[]string{"~ x.a.svc.cluster.local:80 by ConnectionPolicy a/p→ConnectionPolicy a/q:"},
		},
		{
			"a place that is new", "", service + keepalive("p", "", "300s"),
			[]string{"+ x.a.svc.cluster.local:80 by ConnectionPolicy a/p: keepalive.on →on keepalive.time →300s"},
		},
		{
			"a place that is gone", service + keepalive("p", "", "300s"), "",
			[]string{"- x.a.svc.cluster.local:80 by ConnectionPolicy a/p: keepalive.on on→ keepalive.time 300s→"},
		},
		{
			"a policy that is new", service, service + keepalive("p", "", "300s"),
			[]string{"~ x.a.svc.cluster.local:80 by nobody→ConnectionPolicy a/p: keepalive.on off(default)→on keepalive.time 7200s(default)→300s"},
		},
		{
			"a policy that is gone", service + keepalive("p", "", "300s"), service,
			[]string{"~ x.a.svc.cluster.local:80 by ConnectionPolicy a/p→nobody: keepalive.on on→off(default) keepalive.time 300s→7200s(default)"},
		},
		{
			"a policy that is gone from a Service behind a VirtualDestination",
			service + destination + forServices, service + destination,
			[]string{"~ x.a.svc.cluster.local:80 by ConnectionPolicy a/p→nobody: keepalive.on on→off(default) keepalive.time 300s→7200s(default)"},
		},
		{
			"a policy that is gone from a listener", gateway + listenerPolicy, gateway,
			[]string{"~ listener-0.0.0.0-8443 g by ListenerConnectionPolicy a/p→nobody: keepalive.on on→off(default) keepalive.time 60s→7200s(default)"},
		},
		{
			"an Upstream, once and not for its host in a mesh besides",
			upstream("{static: {hosts: [{addr: r.example, port: 80}]}, connectionConfig: {connectTimeout: 1s}}"),
			upstream("{static: {hosts: [{addr: r.example, port: 81, loadBalancingWeight: 2}]}, connectionConfig: {connectTimeout: 2s}}"),
			[]string{"~ a/u by Upstream a/u: connectTimeout 1s→2s endpoints r.example:80→r.example:81 (weight 2) standsFor r.example:80→r.example:81"},
		},
		{
			"a Service in a cluster behind an Upstream", upstream("{kube: {serviceName: x, serviceNamespace: a, servicePort: 80}, connectionConfig: {connectTimeout: 4s}}"),
			strings.Replace(service, "metadata: {", "metadata: {annotations: {cluster.solo.io/cluster: east}, ", 1) + upstream("{kube: {serviceName: x, serviceNamespace: a, servicePort: 80}, connectionConfig: {connectTimeout: 4s}}"),
			[]string{"~ a/u by Upstream a/u: rule a/x-a-svc-cluster-local-service-x-a→a/x-a-svc-cluster-local-service-x-a-east"},
		},
		{
			"a policy that takes a port from an Upstream", service + upstream("{kube: {serviceName: x, serviceNamespace: a, servicePort: 80}, connectionConfig: {connectTimeout: 4s}}"),
			service + upstream("{kube: {serviceName: x, serviceNamespace: a, servicePort: 80}, connectionConfig: {connectTimeout: 4s}}") + policy("a/p", "", ""),
			[]string{
				"~ a/u by Upstream a/u: rule a/x-a-svc-cluster-local-service-x-a→none standsFor x.a.svc.cluster.local:80→x.a.svc.cluster.local:80 (decided by ConnectionPolicy a/p)",
				"~ x.a.svc.cluster.local:80 by Upstream a/u→ConnectionPolicy a/p: connectTimeout 4s→3s limits.maxConnections 1024(default)→no limit(default) limits.maxPendingRequests 1024(default)→no limit(default) limits.maxRequests 1024(default)→no limit(default) limits.maxRetries 3(default)→no limit(default)",
			},
		},
		{
			"what a port speaks, and where its connections go",
			manifest("Service", "a/x", "", "{clusterIP: None, ports: [{port: 80, targetPort: 81, name: http}]}") + keepalive("p", "", "300s"),
			manifest("Service", "a/x", "", "{clusterIP: None, ports: [{port: 80, targetPort: 82, name: grpc}]}") + keepalive("p", "", "300s"),
			[]string{"~ x.a.svc.cluster.local:80 by ConnectionPolicy a/p: endpoints x.a.svc.cluster.local:81→x.a.svc.cluster.local:82 protocol HTTP→GRPC"},
		},
		{
			"who sees a rule, and what it is called",
			workspace("w", "[{name: a}, {name: b}]") + service + keepalive("p", "", "300s"), workspace("v", "[{name: a}]") + service + keepalive("p", "", "300s"),
			[]string{"~ x.a.svc.cluster.local:80 by ConnectionPolicy a/p: exportTo a, b→a rule a/x-a-svc-cluster-local-service-x-a-w→a/x-a-svc-cluster-local-service-x-a-v"},
		},
	})
}

func TestDiffTellsWhatChangesAtWhichListener(t *testing.T) {
	gateway := func(spec string) string { return manifest("Gateway", "a/g", "", spec) }
	const option = "options: {socketOptions: [{level: 1, name: 9, intValue: 1}, {level: 6, name: 4, intValue: %s}%s]}"
	changes(t, []diffCase{
		{
			"a listener's socket options, by what they come to",
			gateway("{bindAddress: '::', bindPort: 80, httpGateway: {}, " + fmt.Sprintf(option, "60", "") + "}"),
			gateway("{bindAddress: '::', bindPort: 80, httpGateway: {}, " + fmt.Sprintf(option, "70", ", {level: 6, name: 18, intValue: 5, state: STATE_LISTENING}") + "}"),
			[]string{"~ listener-::-80 gateway-proxy by Gateway a/g: keepalive.time 60s→70s keepalive.userTimeout →5ms socketOption.6/18.state →LISTENING"},
		},
		{
			"a listener that serves HTTP no more",
			gateway("{bindAddress: '::', bindPort: 80, httpGateway: {options: {httpConnectionManagerSettings: {idleTimeout: 60s}}}}"),
			gateway("{bindAddress: '::', bindPort: 80, tcpGateway: {tcpHosts: [{name: h, destination: {single: {upstream: {name: u, namespace: a}}}}]}}"),
			[]string{"~ listener-::-80 gateway-proxy by Gateway a/g: http.idle 60s→ forwardsTo →u_a protocol HTTP→TCP"},
		},
		{
			"a port of two proxies, at each",
			gateway("{bindAddress: '::', bindPort: 80, httpGateway: {}, proxyNames: [a, b]}"), gateway("{bindAddress: '::', bindPort: 80, httpGateway: {}, proxyNames: [b]}"),
			[]string{"- listener-::-80 a by Gateway a/g:"},
		},
	})
}

// neighbor draws a second set that is like the first but for a few documents.
func neighbor(t *rapid.T, texts []string) []string {
	out := append([]string(nil), texts...)
	if rapid.Bool().Draw(t, "other values") {
		for i := range out {
			out[i] = strings.NewReplacer("3s", "4s", "60s", "61s", "maxRetries: 1", "maxRetries: 2", "1024", "2048").Replace(out[i])
		}
	}
	drop := rapid.IntRange(0, len(out)).Draw(t, "dropped") // none, when it is the length
	if drop < len(out) {
		out = append(out[:drop], out[drop+1:]...)
	}
	return out
}

func planOf(t *rapid.T, texts []string, name string) (*plan.Plan, []*schema.Document) {
	var docs []*schema.Document
	for i, text := range texts {
		docs = append(docs, readFrom(t, fmt.Sprintf("%s%02d.yaml", name, i), text)...)
	}
	p, _ := compile.Resolve(docs, compile.Options{})
	return p, docs
}

// TestDiffOfTwoPlansIsMirrored: what is added one way is removed the other, old is new, and a
// plan has nothing to tell from itself.
func TestDiffOfTwoPlansIsMirrored(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		texts := randomSet(rt)
		a, _ := planOf(rt, texts, "a")
		again, _ := planOf(rt, rapid.Permutation(texts).Draw(rt, "order"), "b")
		if same := plan.Diff(a, again); len(same) > 0 {
			rt.Fatalf("the same documents differ:\n%s", strings.Join(told(same), "\n"))
		}
		b, _ := planOf(rt, neighbor(rt, texts), "c")
		there, back := plan.Diff(a, b), plan.Diff(b, a)
		for i := range back {
			c := &back[i]
			c.Old, c.New = c.New, c.Old
			for j := range c.Settings {
				c.Settings[j].Old, c.Settings[j].New = c.Settings[j].New, c.Settings[j].Old
			}
		}
		if diff := cmp.Diff(told(there), told(back)); diff != "" {
			rt.Fatalf("there and back differ:\n%s", diff)
		}
	})
}

// TestPlansWithoutADiffGiveTheSameOutput holds Diff to the outputs: whatever they show, some
// change tells.
func TestPlansWithoutADiffGiveTheSameOutput(t *testing.T) {
	alike, changed := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		texts := randomSet(rt)
		other := neighbor(rt, texts)
		a, before := planOf(rt, texts, "")
		b, after := planOf(rt, other, "")
		if len(plan.Diff(a, b)) > 0 {
			changed++
			return
		}
		alike++
		was, is := compiled(rt, before), compiled(rt, after)
		if !bytes.Equal(was.istio, is.istio) || !bytes.Equal(was.envoy, is.envoy) {
			rt.Fatalf("no change is told, and the outputs differ:\n%s\n%s", cmp.Diff(string(was.istio), string(is.istio)), cmp.Diff(string(was.envoy), string(is.envoy)))
		}
	})
	if alike == 0 || changed == 0 {
		t.Errorf("%d pairs alike, %d changed: one of the two was never drawn", alike, changed)
	}
}

// Package fleet makes manifests to time the compiler on: Services, VirtualDestinations and Upstreams, and
// ConnectionPolicies that select them.
package fleet

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
)

// The shape of a fleet: how many neighbors in the file share a label, and how
// often a policy comes up.
const (
	perApp      = 8
	perTeam     = 200
	perSpace    = 128
	policyEvery = 100
	wideEvery   = 500 // of the policies, those that select a whole tier
)

var (
	nouns  = []string{"basket", "billing", "booking", "checkout", "details", "invoice", "login", "mailer", "offers", "ratings", "refund", "stock", "tracking"}
	stages = []string{"prod", "staging", "test"}
	tiers  = []string{"web", "logic", "store", "edge"}
)

// Write puts n documents on w, one policy among each hundred. The same n and seed give the same bytes on every
// machine: each object draws its own numbers from the seed and its place in the text.
func Write(w io.Writer, n int, seed uint64) error {
	b := bufio.NewWriterSize(w, 1<<16)
	for i := range n {
		if i > 0 {
			fmt.Fprintln(b, "---")
		}
		o := object{Writer: b, Rand: rand.New(rand.NewPCG(seed, uint64(i))), i: i}
		switch share := o.IntN(100); {
		case i%policyEvery == policyEvery/2:
			o.policy(n)
		case share < 76:
			o.service()
		case share < 88:
			o.virtualDestination()
		default:
			o.upstream()
		}
	}
	return b.Flush()
}

// object is the document at place i: what to write it to, and its own numbers.
type object struct {
	*bufio.Writer
	*rand.Rand
	i int
}

func (o object) line(format string, args ...any) { fmt.Fprintf(o, format+"\n", args...) }

// chance is true once in so many calls.
func (o object) chance(in int) bool { return o.IntN(in) == 0 }

func app(i int) string   { return fmt.Sprintf("%s-%d", nouns[i/perApp%len(nouns)], i/perApp) }
func space(i int) string { return fmt.Sprintf("team-space-%d", i/perSpace) }
func tier(i int) string  { return tiers[i/perApp%len(tiers)] }

// head writes a destination's first lines, labels and now and then annotations.
func (o object) head(apiVersion, kind, prefix string) {
	if o.chance(4) {
		o.line("# Source: fleet/templates/%s.yaml", kind)
	}
	o.line("apiVersion: %s\nkind: %s\nmetadata:", apiVersion, kind)
	o.line("  name: %s%s-%d\n  namespace: %s", prefix, app(o.i), o.i%perApp, space(o.i))
	if o.chance(3) {
		o.line("  annotations:\n    example.com/contact: \"oncall-%d@example.com\"", o.IntN(50))
		o.line("    example.com/handbook: https://handbook.example.com/%s#alerts", app(o.i))
	}
	o.line("  labels:\n    app: %s\n    team: team-%d", app(o.i), o.i/perTeam)
	o.line("    stage: %s\n    tier: %s", stages[o.IntN(len(stages))], tier(o.i))
	if o.chance(2) {
		o.line("    app.kubernetes.io/name: %s\n    app.kubernetes.io/managed-by: Helm", app(o.i))
		o.line("    helm.sh/chart: fleet-%d.%d.%d", o.IntN(5), o.IntN(30), o.IntN(10))
	}
	o.line("spec:")
}

func (o object) service() {
	o.head("v1", "Service", "")
	if o.chance(10) {
		o.line("  clusterIP: None")
	}
	o.line("  ports:")
	for p := range 1 + o.IntN(3) {
		name := []string{"http", "grpc", "admin"}[p]
		o.line("  - name: %s\n    port: %d\n    protocol: TCP", name, 8080+p)
		if o.chance(2) {
			o.line("    targetPort: %s", name)
		} else {
			o.line("    targetPort: %d", 8080+p)
		}
	}
	o.line("  selector:\n    app: %s\n  type: ClusterIP", app(o.i))
}

func (o object) virtualDestination() {
	o.head("networking.gloo.solo.io/v2", "VirtualDestination", "global-")
	o.line("  hosts:\n  - %s-%d.global\n  - \"%[1]s-%[2]d.mesh.example.com\"", app(o.i), o.i%perApp)
	o.line("  ports:\n  - number: 8080\n    protocol: HTTP\n    targetPort:\n      name: http\n  services:")
	for c := range 1 + o.IntN(3) {
		o.line("  - cluster: cluster-%d\n    labels:\n      app: %s\n    namespace: %s", c, app(o.i), space(o.i))
	}
}

func (o object) upstream() {
	o.head("gloo.solo.io/v1", "Upstream", "up-")
	if o.chance(2) {
		o.line("  kube:\n    serviceName: %s-0\n    serviceNamespace: %s\n    servicePort: 8080", app(o.i), space(o.i))
	} else {
		o.line("  static:\n    useTls: true\n    hosts:")
		for h := range 1 + o.IntN(3) {
			o.line("    - addr: h%d.%s.example.com\n      port: 443", h, app(o.i))
		}
	}
	if o.chance(3) {
		o.line("  connectionConfig:\n    connectTimeout: %ds\n    maxRequestsPerConnection: %d", 1+o.IntN(20), 1+o.IntN(100))
	}
}

// policy writes a ConnectionPolicy whose selector draws from all n places.
func (o object) policy(n int) {
	o.line("apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy")
	o.line("metadata:\n  name: policy-%d\n  namespace: %s", o.i, space(o.i))
	o.line("spec:\n  applyToDestinations:")
	kind := []string{"", "kind: SERVICE\n    ", "kind: VIRTUAL_DESTINATION\n    "}[o.IntN(3)]
	o.line("  - %sselector:\n      labels:", kind)
	o.selector(o.IntN(n))
	if o.chance(3) {
		o.line("    port:\n      number: 8080")
	}
	o.line("  config:\n    tcp:\n      connectTimeout: %ds", 1+o.IntN(30))
	if !o.chance(4) {
		o.line("      maxConnections: %d", 10+o.IntN(990))
	}
	if !o.chance(3) {
		o.line("      tcpKeepalive:\n        interval: %ds\n        probes: %d\n        time: \"%ds\"",
			5+o.IntN(60), 1+o.IntN(9), 60*(1+o.IntN(5)))
	}
	if o.chance(4) {
		o.line("    http:\n      idleTimeout: %ds\n      maxRequestsPerConnection: %d", 30+o.IntN(600), 1+o.IntN(100))
	}
}

// selector picks what stands around a place: mostly one app, one app in one
// stage, or a team, and rarely a tier, which is a quarter of everything.
func (o object) selector(target int) {
	nth := o.i / policyEvery
	switch {
	case nth%wideEvery == wideEvery-1:
		o.line("        tier: %s", tier(target))
	case nth%10 < 6:
		o.line("        app: %s", app(target))
	case nth%10 < 8:
		o.line("        app: %s\n        stage: %s\n      namespace: %s", app(target), stages[o.IntN(len(stages))], space(target))
	default:
		o.line("        team: team-%d", target/perTeam)
	}
}

package compile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/plan"
)

// boundTo describes what a listener is bound to: "infra/a#http:80 istio-system/app=gw:8080".
func boundTo(l *plan.Listener) string {
	var out []string
	for _, g := range l.Gateways {
		text := g.Ref()
		if g.Section != "" {
			text += "#" + g.Section
		}
		if text += fmt.Sprintf(":%d", g.Port); g.Assumed {
			text += "?"
		}
		out = append(out, text)
	}
	if l.Unbound.Why != plan.Bound {
		out = append(out, []string{"", "no Gateway", "port missing", "listener missing", "several Gateways", "several ports"}[l.Unbound.Why])
	}
	if w := l.Workload; w != nil {
		for k, v := range w.Labels {
			out = append(out, fmt.Sprintf("%s/%s=%s:%d", w.Namespace, k, v, w.Port))
		}
	}
	return strings.Join(out, " ")
}

// proxyService is the Service of a Gloo Edge proxy, as Gloo's chart makes it.
func proxyService(ports string) string {
	return "---\napiVersion: v1\nkind: Service\nmetadata: {namespace: gloo, name: gateway-proxy}\nspec: {selector: {gateway-proxy: live, gateway-proxy-id: gateway-proxy}, ports: [" + ports + "]}\n"
}

func TestListenersAreBoundToTheGatewaysThatOpenTheirPort(t *testing.T) {
	gloo := manifest("Gateway", "gloo/web", "", "{bindAddress: '::', bindPort: 8080, httpGateway: {}}")
	proxy := manifest("Proxy", "gloo/gateway-proxy", "", "{listeners: [{name: l, bindAddress: '::', bindPort: 8080, httpListener: {}}]}")
	a := api("Gateway", "infra/a", "{gatewayClassName: eg, listeners: [{name: http, port: 8080, protocol: HTTP}, {name: tls, port: 8443, protocol: HTTPS}]}")
	b := api("Gateway", "infra/b", "{gatewayClassName: eg, listeners: [{name: web, port: 8080, protocol: HTTP}]}")
	low := api("Gateway", "infra/low", "{gatewayClassName: eg, listeners: [{name: http, port: 80, protocol: HTTP}, {name: tls, port: 443, protocol: HTTPS}]}")
	both := api("Gateway", "infra/both", "{gatewayClassName: eg, listeners: [{name: http, port: 80, protocol: HTTP}, {name: alt, port: 8080, protocol: HTTP}]}")
	service := proxyService("{name: http, port: 80, targetPort: 8080}, {name: https, port: 443, targetPort: 8443}")
	virtual := manifest("VirtualGateway", "mesh/g", "", "{workloads: [{selector: {labels: {istio: ingress}, namespace: pods}}], listeners: [{http: {}, port: {number: 8080}}]}") +
		manifest("ListenerConnectionPolicy", "mesh/l", "", "{config: {tcpKeepalive: {time: 60s, interval: 10s}}}")
	byName := strings.Replace(virtual, "number: 8080", "name: web", 1) +
		"---\napiVersion: v1\nkind: Service\nmetadata: {namespace: pods, name: ingress}\nspec: {selector: {istio: ingress}, ports: [{name: web, port: 80, targetPort: 8081}]}\n"
	option := func(ref string, from, port uint32, section string) compile.Options {
		namespace, name, _ := strings.Cut(ref, "/")
		return compile.Options{Gateways: []compile.GatewayOption{{Namespace: namespace, Name: name, From: from, ToPort: port, ToSection: section}}}
	}
	for name, tt := range map[string]struct {
		text string
		opts compile.Options
		want string // the Gateways, and the workload
	}{
		"the one of the port":                    {gloo + a, compile.Options{}, "infra/a#http:8080"},
		"none":                                   {gloo, compile.Options{}, "no Gateway"},
		"several":                                {gloo + a + b, compile.Options{}, "several Gateways"},
		"one of several":                         {gloo + a + b, option("infra/b", 0, 0, ""), "infra/b#web:8080"},
		"one that is not there":                  {gloo + a, option("x/y", 0, 0, ""), "x/y:8080?"},
		"one that is not there, by Service":      {gloo + service, option("x/y", 0, 0, ""), "x/y:80"},
		"another port":                           {gloo + low, compile.Options{}, "no Gateway"},
		"another port, named":                    {gloo + low, option("infra/low", 0, 0, ""), "port missing"},
		"by the Service":                         {gloo + low + service, compile.Options{}, "infra/low#http:80"},
		"a Proxy by the Service":                 {proxy + low + service, compile.Options{}, "infra/low#http:80"},
		"a Service of another proxy":             {gloo + low + strings.Replace(service, "id: gateway-proxy", "id: internal", 1), compile.Options{}, "no Gateway"},
		"a Service whose target has a name":      {gloo + low + proxyService("{name: http, port: 80, targetPort: http}"), compile.Options{}, "no Gateway"},
		"its own port and the Service's":         {gloo + both + service, compile.Options{}, "several ports"},
		"mapped to a listener":                   {gloo + both + service, option("infra/both", 8080, 0, "alt"), "infra/both#alt:8080"},
		"mapped to a port":                       {gloo + low, option("infra/low", 8080, 80, ""), "infra/low#http:80"},
		"mapped by the Service's port":           {gloo + low + service, option("infra/low", 80, 0, "tls"), "infra/low#tls:443"},
		"mapped to a listener that is not there": {gloo + low, option("infra/low", 8080, 0, "htttp"), "listener missing"},
		"mapped to a port that is not there":     {gloo + low, option("infra/low", 8080, 81, ""), "listener missing"},
		"mapped to a Gateway not read":           {gloo, option("infra/x", 8080, 0, "web"), "infra/x#web:0"},
		"mapped to a port of a Gateway not read": {gloo, option("infra/x", 8080, 80, ""), "infra/x:80"},
		"another port is mapped":                 {gloo, option("infra/x", 8443, 443, ""), "port missing"},
		"a port of a Service by name":            {byName + low, compile.Options{}, "infra/low#http:80 pods/istio=ingress:8081"},
		"pods by VirtualGateway":                 {virtual, compile.Options{Workload: &plan.Workload{Namespace: "x"}}, "no Gateway pods/istio=ingress:8080"},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := compile.Resolve(read(t, tt.text), tt.opts)
			if got := boundTo(&p.Listeners[0]); got != tt.want {
				t.Errorf("bound to %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPodsOfAnotherGatewayAreAskedForTheirPort(t *testing.T) {
	gloo := manifest("Gateway", "gloo/web", "", "{bindAddress: '::', bindPort: 8080, httpGateway: {}}")
	service := proxyService("{name: http, port: 80, targetPort: 8080}")
	pods := func(ports string) string {
		return "---\napiVersion: v1\nkind: Service\nmetadata: {namespace: istio-system, name: ingress}\nspec: {selector: {app: gw, istio: gw}, ports: [" + ports + "]}\n"
	}
	for name, tt := range map[string]struct {
		text string
		want uint32
	}{
		"no Service":                     {gloo, 8080},
		"the same port":                  {gloo + pods("{port: 80, targetPort: 8080}"), 8080},
		"another port":                   {gloo + service + pods("{port: 80, targetPort: 80}"), 80},
		"another port, and no map":       {gloo + pods("{port: 80, targetPort: 80}"), 0},
		"not the port":                   {gloo + service + pods("{port: 443, targetPort: 443}"), 0},
		"a target port with a name":      {gloo + service + pods("{port: 80, targetPort: http}"), 8080},
		"other pods":                     {gloo + service + strings.Replace(pods("{port: 80, targetPort: 80}"), "app: gw", "app: other", 1), 8080},
		"pods of the same, elsewhere":    {gloo + service + strings.Replace(pods("{port: 80, targetPort: 80}"), "istio-system", "x", 1), 8080},
		"a Service without target ports": {gloo + service + pods("{port: 80}"), 80},
	} {
		t.Run(name, func(t *testing.T) {
			labels := &plan.Workload{Namespace: "istio-system", Labels: map[string]string{"app": "gw"}}
			p, _ := compile.Resolve(read(t, tt.text), compile.Options{Workload: labels})
			if got := p.Listeners[0].Workload.Port; got != tt.want {
				t.Errorf("the pods bind %d, want %d", got, tt.want)
			}
		})
	}
}

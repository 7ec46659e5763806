package cli

import (
	"fmt"
	"strings"
	"testing"
)

func TestWhatSettingsAreBoundToIsRead(t *testing.T) {
	for text, want := range map[string]string{
		"HTTPRoute/shop/web":          " -> HTTPRoute shop/web",
		"shop/cart=TCPRoute/shop/tcp": "shop/cart -> TCPRoute shop/tcp",
		"cart=HTTPRoute/shop/web":     "",
		"HTTPRoute/shop":              "",
		"HTTPRoute/shop/web/more":     "",
		"Route/shop/web":              "",
		"shop/web":                    "",
		"":                            "",
		"shop/=HTTPRoute/shop/web":    "",
		"shop/cart=HTTPRoute//web":    "",
	} {
		got := ""
		if a, ok := attach(text); ok {
			if a.Name != "" {
				got = a.Namespace + "/" + a.Name
			}
			got += " -> " + a.Route.Kind + " " + a.Route.Ref()
		}
		if got != want {
			t.Errorf("--attach %q is read as %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"istio=ingressgateway":              "istio-system istio=ingressgateway",
		"gw/istio=ingressgateway":           "gw istio=ingressgateway",
		"gw/app.kubernetes.io/name=gateway": "gw app.kubernetes.io/name=gateway",
		"app.kubernetes.io/name=gateway":    "istio-system app.kubernetes.io/name=gateway",
		"istio":                             "",
		"=x":                                "",
		"gw/":                               "",
		"istio=*":                           "",
		"a=b,c":                             "",
	} {
		got := ""
		if w, ok := workload(text); ok {
			got = w.Namespace
			for k, v := range w.Labels {
				got += " " + k + "=" + v
			}
		}
		if got != want {
			t.Errorf("--gateway-selector %q is read as %q, want %q", text, got, want)
		}
	}
}

func TestAGatewayMayBeNamedWithAListenerForAPort(t *testing.T) {
	for text, want := range map[string]string{
		"infra/public":            "infra/public 0 0 ",
		"infra/public=8080:http":  "infra/public 8080 0 http",
		"infra/public=8080:80":    "infra/public 8080 80 ",
		"infra/public=8080:1http": "infra/public 8080 0 1http",
		"infra/public=8080":       "",
		"infra/public=8080:":      "",
		"infra/public=:http":      "",
		"infra/public=0:http":     "",
		"infra/public=70000:http": "",
		"infra/public=8080:70000": "",
		"infra/public=http:8080":  "",
		"infra/public=80:HTTP":    "",
		"public=8080:http":        "",
	} {
		got := ""
		if o, ok := gatewayOption(text); ok {
			got = fmt.Sprintf("%s/%s %d %d %s", o.Namespace, o.Name, o.From, o.ToPort, o.ToSection)
		}
		if got != want {
			t.Errorf("--gateway %q is read as %q, want %q", text, got, want)
		}
	}
}

func TestABindingThatIsWrittenWrongEndsTheRun(t *testing.T) {
	dir := workDir(t)
	for _, args := range [][]string{{"--gateway", "web"}, {"--gateway", "/web"}, {"--gateway", "a/b/c"}, {"--gateway", "a/b;c"}, {"--attach", "HTTPRoute/A/b"}, {"--attach", "web"}, {"--gateway-selector", "istio"}} {
		got := runIn(t, dir, "", append([]string{"compile", "good.yaml"}, args...)...)
		if got.code != ExitUsage || got.out != "" || !strings.Contains(got.err, "cannot be") || !strings.Contains(got.err, "write "+args[0]) {
			t.Errorf("%v: exit %d\n%s", args, got.code, got.err)
		}
	}
}

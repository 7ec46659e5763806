package cli

import (
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

func TestABindingThatIsWrittenWrongEndsTheRun(t *testing.T) {
	dir := workDir(t)
	for _, args := range [][]string{{"--gateway", "web"}, {"--gateway", "/web"}, {"--gateway", "a/b/c"}, {"--gateway", "a/b;c"}, {"--attach", "HTTPRoute/A/b"}, {"--attach", "web"}, {"--gateway-selector", "istio"}} {
		got := runIn(t, dir, "", append([]string{"compile", "good.yaml"}, args...)...)
		if got.code != ExitUsage || got.out != "" || !strings.Contains(got.err, "cannot be") || !strings.Contains(got.err, "write "+args[0]) {
			t.Errorf("%v: exit %d\n%s", args, got.code, got.err)
		}
	}
}

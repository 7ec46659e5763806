package cli

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/urfave/cli/v2"
)

// bindFlags say what settings are bound to where the input does not.
func bindFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "gateway", Usage: "bind settings of listeners to the Gateway API's Gateway `NAMESPACE/NAME[=PORT:LISTENER]`, and those of a port to its listener or port, such as infra/public=8080:http; may be repeated"},
		&cli.StringSliceFlag{Name: "attach", Usage: "bind settings of destinations to a route: `[NAMESPACE/NAME=]KIND/NAMESPACE/NAME`, such as HTTPRoute/shop/web; may be repeated"},
		&cli.StringFlag{Name: "gateway-selector", Usage: "labels of a gateway's pods in a mesh: `[NAMESPACE/]KEY=VALUE,...`, such as istio-system/istio=ingressgateway"},
		&cli.BoolFlag{Name: "preserve-behavior", Aliases: []string{"preserve-behaviour"}, Usage: "write the values that apply today where the target's defaults differ"}, //nolint:misspell // the old spelling is an alias
	}
}

// setOptions are what the flags say about the set.
func setOptions(c *cli.Context) (compile.Options, error) {
	opts := compile.Options{Workspace: c.String("workspace"), All: c.Bool("all")}
	for _, text := range c.StringSlice("gateway") {
		o, ok := gatewayOption(text)
		if !ok {
			return opts, usage("write --gateway NAMESPACE/NAME, or with the listener for a port: --gateway infra/public=8080:http", "--gateway cannot be %q", text)
		}
		opts.Gateways = append(opts.Gateways, o)
	}
	for _, text := range c.StringSlice("attach") {
		a, ok := attach(text)
		if !ok {
			return opts, usage("write --attach HTTPRoute/NAMESPACE/NAME, or before it the destination: --attach shop/cart=HTTPRoute/shop/web", "--attach cannot be %q", text)
		}
		opts.Attach = append(opts.Attach, a)
	}
	if text := c.String("gateway-selector"); text != "" {
		w, ok := workload(text)
		if !ok {
			return opts, usage("write --gateway-selector istio-system/istio=ingressgateway", "--gateway-selector cannot be %q", text)
		}
		opts.Workload = w
	}
	return opts, nil
}

// gatewayOption reads a Gateway, and the listener or port of it that takes a port over:
// "infra/public", "infra/public=8080:http", "infra/public=8080:80".
func gatewayOption(text string) (compile.GatewayOption, bool) {
	var o compile.GatewayOption
	ref, mapping, mapped := strings.Cut(text, "=")
	namespace, name, found := strings.Cut(ref, "/")
	if !found || !objectName.MatchString(namespace) || !objectName.MatchString(name) {
		return o, false
	}
	o.Namespace, o.Name = namespace, name
	if !mapped {
		return o, true
	}
	from, to, _ := strings.Cut(mapping, ":")
	if o.From, found = portNumber(from); !found {
		return o, false
	}
	if strings.Trim(to, "0123456789") == "" {
		o.ToPort, found = portNumber(to)
		return o, found
	}
	o.ToSection = to
	return o, objectName.MatchString(to)
}

// portNumber reads a port from 1 to 65535.
func portNumber(text string) (uint32, bool) {
	n, err := strconv.ParseUint(text, 10, 16)
	return uint32(n), err == nil && n > 0
}

// routeKinds are what --attach can name.
var routeKinds = []string{"HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"}

func attach(text string) (compile.Attach, bool) {
	var a compile.Attach
	if destination, route, found := strings.Cut(text, "="); found {
		namespace, name, both := strings.Cut(destination, "/")
		if !both || !objectName.MatchString(namespace) || !objectName.MatchString(name) {
			return a, false
		}
		a.Namespace, a.Name, text = namespace, name, route
	}
	parts := strings.Split(text, "/")
	if len(parts) != 3 || !objectName.MatchString(parts[1]) || !objectName.MatchString(parts[2]) || !slices.Contains(routeKinds, parts[0]) {
		return a, false
	}
	a.Route = plan.Attachment{Kind: parts[0], Namespace: parts[1], Name: parts[2]}
	return a, true
}

// objectName is a name that Kubernetes takes for an object.
var objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)

// Labels as Kubernetes takes them
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set).
var (
	labelValue = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`)
	labelKey   = regexp.MustCompile(`^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`)
)

// workload reads labels, and the namespace before them: Istio's own when left out.
func workload(text string) (*plan.Workload, bool) {
	w := &plan.Workload{Namespace: "istio-system", Labels: map[string]string{}}
	first, _, _ := strings.Cut(text, "=")
	// A label's key may have a prefix with a slash: a namespace has no dot.
	if namespace, rest, found := strings.Cut(text, "/"); found && strings.Contains(first, "/") && !strings.Contains(namespace, ".") {
		w.Namespace, text = namespace, rest
	}
	for _, pair := range strings.Split(text, ",") {
		key, value, found := strings.Cut(pair, "=")
		if !found || !labelKey.MatchString(key) || !labelValue.MatchString(value) || !labelValue.MatchString(w.Namespace) {
			return nil, false
		}
		w.Labels[key] = value
	}
	return w, true
}

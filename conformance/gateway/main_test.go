//go:build egctl

// Package gateway_test proves on Envoy Gateway's own translator that two roads lead to one
// Envoy: the connection settings that it gives a cluster or a listener, from connpolicy's policies
// beside a Gateway and its routes, are those that connpolicy writes for Envoy by itself. It runs
// the egctl that the variable EGCTL names; `make gateway` gets one and sets it.
//
// egctl checks policies by Envoy Gateway's CRDs, with their CEL rules, before it translates them.
// It is asked with --preserve-behavior and with --defaults explicit, so that no default of Envoy
// Gateway is left: what still differs must be named by a finding at that setting.
package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// translated is what egctl makes of objects.
type translated struct {
	clusters  map[string]object // by name
	listeners map[string]object // by "namespace/gateway:port"
	routes    map[string][]any  // route entries, by the cluster that they lead to
	refused   []string          // what Envoy Gateway says of policies that it does not apply
}

// object is JSON with field names in camel case.
type object = map[string]any

// errRefused is a set of objects that egctl does not take.
var errRefused = errors.New("egctl refuses it")

// translate runs egctl on a text of manifests.
func translate(text string) (*translated, error) {
	egctl := os.Getenv("EGCTL")
	if egctl == "" {
		return nil, errors.New("EGCTL does not name an egctl; make gateway gets one")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, egctl, "x", "translate", "--from", "gateway-api", "--to", "xds,gateway-api", "-t", "all", "-o", "json", "--add-missing-resources", "-f", "-")
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), &out, &said
	if err := cmd.Run(); err != nil {
		first, _, _ := strings.Cut(said.String(), "\n")
		return nil, fmt.Errorf("%w: %v: %s", errRefused, err, first) //nolint:errorlint // one of the two is asked for
	}
	var dump struct {
		XDS map[string]struct {
			Configs []struct {
				Clusters  []struct{ Cluster object } `json:"dynamicActiveClusters"`
				Listeners []struct {
					State struct{ Listener object } `json:"activeState"`
				} `json:"dynamicListeners"`
				Routes []struct {
					Config object `json:"routeConfig"`
				} `json:"dynamicRouteConfigs"`
			}
		}
		Client  []policyStatus `json:"clientTrafficPolicies"`
		Backend []policyStatus `json:"backendTrafficPolicies"`
	}
	if err := json.Unmarshal(out.Bytes(), &dump); err != nil {
		return nil, err
	}
	t := &translated{clusters: map[string]object{}, listeners: map[string]object{}, routes: map[string][]any{}}
	for gateway, x := range dump.XDS {
		for _, config := range x.Configs {
			for _, c := range config.Clusters {
				t.clusters[c.Cluster["name"].(string)] = c.Cluster
			}
			for _, l := range config.Listeners {
				port := at(l.State.Listener, "address.socketAddress.portValue")
				t.listeners[fmt.Sprintf("%s:%v", gateway, port)] = l.State.Listener
			}
			for _, r := range config.Routes {
				t.addRoutes(r.Config)
			}
		}
	}
	for _, p := range append(dump.Client, dump.Backend...) {
		t.refused = append(t.refused, p.refused()...)
	}
	return t, nil
}

// addRoutes sorts the entries of a route table by where they lead.
func (t *translated) addRoutes(table object) {
	hosts, _ := table["virtualHosts"].([]any)
	for _, host := range hosts {
		entries, _ := host.(object)["routes"].([]any)
		for _, entry := range entries {
			if name, ok := at(entry.(object), "route.cluster").(string); ok {
				t.routes[name] = append(t.routes[name], entry)
			}
		}
	}
}

// policyStatus is what Envoy Gateway says about a policy.
type policyStatus struct {
	Kind     string
	Metadata struct{ Name string }
	Status   struct {
		Ancestors []struct {
			Conditions []struct{ Type, Status, Message string }
		}
	}
}

func (p policyStatus) refused() []string {
	if len(p.Status.Ancestors) == 0 {
		return []string{p.Kind + " " + p.Metadata.Name + ": it is for nothing that is there"}
	}
	var out []string
	for _, a := range p.Status.Ancestors {
		for _, c := range a.Conditions {
			if c.Type == "Accepted" && c.Status != "True" {
				out = append(out, p.Kind+" "+p.Metadata.Name+": "+c.Message)
			}
		}
	}
	return out
}

// at is the value at a path of field names; nil when there is none.
func at(o object, path string) any {
	var v any = o
	for name := range strings.SplitSeq(path, ".") {
		switch step := v.(type) {
		case object:
			v = step[name]
		case []any: // only ever the first one
			if len(step) == 0 {
				return nil
			}
			v = step[0].(object)[name]
		default:
			return nil
		}
	}
	return v
}

// proved prints what a test has shown.
func proved(t *testing.T, format string, args ...any) {
	t.Helper()
	if !t.Failed() {
		fmt.Printf("proved: "+format+"\n", args...)
	}
}

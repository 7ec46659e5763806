//go:build e2e

package envoy_test

import (
	"encoding/json"
	"fmt"
	"testing"
)

// clusterHeader is the request header that names the cluster to go to.
const clusterHeader = "cluster"

// object is a JSON object of a bootstrap.
type object = map[string]any

// routed adds to a compiled bootstrap what connpolicy does not compile and Envoy needs to
// carry a request: a route to each cluster on every HTTP listener, and the admin interface.
// Listeners' own fields and clusters stay byte for byte what they were.
func routed(t *testing.T, bootstrap []byte) []byte {
	t.Helper()
	var b object
	if err := json.Unmarshal(bootstrap, &b); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, listener := range list(b["static_resources"], "listeners") {
		for _, chain := range list(listener, "filter_chains") {
			for _, filter := range list(chain, "filters") {
				config, _ := filter.(object)["typed_config"].(object)
				routes, ok := config["route_config"].(object)
				if !ok {
					continue
				}
				found++
				routes["virtual_hosts"] = []object{{
					"name": "all", "domains": []string{"*"},
					"routes": []object{{
						"match": object{"prefix": "/"},
						"route": object{"cluster_header": clusterHeader},
					}},
				}}
			}
		}
	}
	if found == 0 {
		t.Fatalf("the bootstrap has no HTTP listener:\n%s", bootstrap)
	}
	b["admin"] = object{"address": object{"socket_address": object{"address": "127.0.0.1", "port_value": 0}}}
	out, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// list is what stands in a list of an object.
func list(in any, key string) []any {
	o, _ := in.(object)
	items, _ := o[key].([]any)
	return items
}

// name says what a bootstrap calls the cluster of an Upstream.
func upstreamCluster(name string) string { return name + "_gloo-system" }

// destinationCluster says what a bootstrap calls the cluster of a ConnectionPolicy's destination.
func destinationCluster(host string) string { return fmt.Sprintf("outbound|80||%s", host) }

// Package facts has the figures of the outside world that connpolicy depends on: limits and defaults of the
// Linux kernel, Envoy, Istio, Gloo and Envoy Gateway. Each is written here once, with its unit, its source and
// the day on which the source was last compared with it. kgateway has none of its own: what its policies leave
// out is Envoy's (https://kgateway.dev/docs/reference/api/, compared 2026-11-25). The figures of hops are in
// package hop's table.
//
// Beside these constants the package has the rules by which those systems round and read values. It imports
// nothing of the project.
package facts

// Package facts has the figures of the outside world that connpolicy depends on: limits and defaults of the
// Linux kernel, Envoy, Istio, Gloo and Envoy Gateway. Each is written here once, with its unit, its source and
// the day on which the source was last compared with it. kgateway has none of its own: what its policies leave
// out is Envoy's (https://kgateway.dev/docs/reference/api/, compared 2026-11-25). The figures of hops are in
// package hop's table.
//
// The package has constants only, and imports nothing of the project.
package facts

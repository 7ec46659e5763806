// Package istio proves that two roads lead to one Envoy: the connection settings that Istio's
// pilot gives a cluster, from connpolicy's DestinationRule and a Service or ServiceEntry, are
// those that connpolicy writes for Envoy by itself.
//
// It is a test and has no other code. Pilot itself runs, without a cluster: the rules of a plan
// go through Istio's own decoding and validation into pilot's configuration store, a client in
// the destination's namespace asks for its clusters, and each is compared field by field with
// the one of --target envoy. Plans are those of the golden cases and random ones, with
// --defaults omit and explicit, and with --preserve-behavior.
//
//   - A ConnectionPolicy's cluster must be equal in every field but those of notCompared.
//   - An Upstream's cluster is Gloo Edge's, which has other defaults and other fields for the
//     same thing. What Envoy goes by is compared, and a difference passes only when a finding
//     of --target istio stands at that setting, or names the default. With --preserve-behavior
//     no default differs.
//   - A gateway's listener, of a pod that our EnvoyFilter is for, must have what --target envoy
//     writes about connections; one of other pods must have none of it.
//
// Pilot is large: the first build takes minutes, and about 2 GB of memory. "make conformance"
// runs it; "make check" does not.
package istio

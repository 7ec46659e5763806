package facts

import "time"

// What Gloo Edge writes where nothing is set. Source: Gloo, projects/gloo/pkg/translator/defaults.go and
// projects/gateway/pkg/defaults/values.go. Compared 2026-11-25.
const (
	GlooConnectTimeout = 5 * time.Second // of an Upstream's cluster
	GlooProxy          = "gateway-proxy" // of a Gateway that names no proxy
)

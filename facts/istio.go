package facts

import (
	"math"
	"time"
)

// What Istio writes where nothing is set. Source: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
// (connectTimeout, which Gloo documents for a ConnectionPolicy too; dnsRefreshRate) and Istio,
// pilot/pkg/networking/core/cluster_traffic_policy.go (limits). Compared 2026-11-25.
const (
	IstioConnectTimeout        = 10 * time.Second
	IstioUnlimited      uint32 = math.MaxUint32 // for each limit
	IstioDNSRefreshRate        = 60 * time.Second
)

package istio

import (
	"regexp"
	"strings"
)

// istioHost is a name that Istio takes for a host: Envoy and DNS know more, such as underscores
// (istio: agent/validation.go, ValidateWildcardDomain).
var istioHost = regexp.MustCompile(`^(?i:[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)(\.(?i:[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?))*$`)

func istioTakes(host string) bool {
	last := strings.LastIndexByte(host, '.')
	return len(host) <= 255 && istioHost.MatchString(host) && (last < 0 || strings.Trim(host[last+1:], "0123456789") != "")
}

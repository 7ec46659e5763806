package compile

import (
	"crypto/md5" //nolint:gosec // Gloo's naming rule, not cryptography
	"encoding/hex"
	"strings"

	"github.com/connpolicy/connpolicy/plan"
)

// maxName is the longest name that Gloo uses whole: a DNS label.
const maxName = 63

var nameReplacer = strings.NewReplacer(
	"*", "-", "/", "-", ".", "-", ":", "-", "_", "-", " ", "-",
	"[", "", "]", "", "\n", "", `"`, "", "'", "",
)

// RuleName is the name Gloo gives the DestinationRule of a host: the host and the object it
// belongs to, joined by dots and sanitized. Cluster and workspace are part of it; where they
// are not known the rest is used, and the name differs from Gloo's.
func RuleName(host string, o plan.Object) string {
	parts := []string{host, o.Kind, o.Name, o.Namespace}
	for _, known := range []string{o.Cluster, o.Workspace} {
		if known != "" {
			parts = append(parts, known)
		}
	}
	return sanitizeName(strings.Join(parts, "."))
}

// sanitizeName is Gloo's SanitizeNameV2 (solo-io/k8s-utils, kubeutils): above 63 characters
// the first 31 and 31 digits of a hash, taken before the name is lower-cased.
func sanitizeName(name string) string {
	name = nameReplacer.Replace(name)
	if len(name) > maxName {
		sum := md5.Sum([]byte(name)) //nolint:gosec // see the import
		name = name[:31] + "-" + hex.EncodeToString(sum[:])[:31]
	}
	return strings.ToLower(name)
}

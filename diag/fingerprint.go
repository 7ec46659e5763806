package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// fingerprintBytes is how much of the hash is kept: 128 bits, so that two findings out of any
// number of runs do not meet by chance.
const fingerprintBytes = 16

// Fingerprint names a finding for as long as it stands, in 32 hexadecimal digits: by its code, its
// object (the API group, not the version) and its field. Lines that move, values that change, another
// file for the object and a new wording of the message leave it what it is. Text that no object was
// read from has nothing better than its file and the text of its line. Several findings may have one
// fingerprint; Fingerprints numbers them.
func (d *Diagnostic) Fingerprint() string {
	identity := []string{d.Name}
	if o := d.Object; o != nil {
		identity = append(identity, "object", o.Group(), o.Kind, o.Namespace, o.Name, d.Field)
	} else {
		identity = append(identity, "text", d.Path(), strings.TrimSpace(d.LineText(d.Line)))
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", identity)) // quoted: no two lists are written the same way
	return hex.EncodeToString(sum[:fingerprintBytes])
}

// Group is the API group; "" is Kubernetes' own.
func (o *Object) Group() string {
	group, _, found := strings.Cut(o.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// Fingerprints are those of a sorted list, one for each finding and each a different one: the second
// with the same fingerprint has ":2" behind it, and so on.
func (l List) Fingerprints() []string {
	seen := make(map[string]int, len(l))
	all := make([]string, len(l))
	for i := range l {
		all[i] = l[i].Fingerprint()
		seen[all[i]]++
		if n := seen[all[i]]; n > 1 {
			all[i] = fmt.Sprintf("%s:%d", all[i], n)
		}
	}
	return all
}

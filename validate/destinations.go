package validate

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/schema"
)

func (r *rules) virtualDestination(v *schema.VirtualDestination) {
	spec := v.Spec
	for i, host := range spec.Hosts {
		r.host(index("/spec/hosts", i), host, false)
	}
	r.repeated("/spec/hosts", foldedHosts(spec.Hosts))
	backed := len(spec.Services)+len(spec.ExternalServices)+len(spec.ExternalWorkloads) > 0
	if !backed && len(spec.Hosts) == 0 && !r.tookValue("/spec") {
		r.key(diag.EmptyDestination, "/spec", "this VirtualDestination has no hosts and selects nothing", "write hosts, or select services")
	}
	numbers := make([]string, len(spec.Ports))
	for i, p := range spec.Ports {
		numbers[i] = sprint("%d", p.Number)
		if p.TargetPort != nil && !backed && !r.took("/spec") {
			r.key(diag.TargetPortUnused, index("/spec/ports", i)+"/targetPort", "targetPort needs services or externalServices", "select the services behind it, or delete the line")
		}
	}
	r.repeatedPorts("/spec/ports", numbers)
}

func (r *rules) externalService(e *schema.ExternalService) {
	spec := e.Spec
	if len(spec.Hosts) > 0 && len(spec.Addresses) > 0 {
		r.key(diag.HostsAndAddresses, "/spec/addresses", "an ExternalService has hosts or addresses, not both", "delete one of the two",
			diag.Related{Span: r.doc.KeySpan("/spec/hosts"), Message: "the hosts are here"})
	}
	for i, host := range spec.Hosts {
		r.host(index("/spec/hosts", i), host, true)
	}
	for i, address := range spec.Addresses {
		if _, err := netip.ParsePrefix(address); err == nil {
			continue
		}
		r.address(index("/spec/addresses", i), address, "an IP address or a CIDR block")
	}
	r.repeated("/spec/hosts", foldedHosts(spec.Hosts))
	r.repeated("/spec/addresses", spec.Addresses)
	numbers := make([]string, len(spec.Ports))
	for i, p := range spec.Ports {
		numbers[i] = sprint("%d", p.Number)
		if p.TargetPort != nil && p.TargetPort.Name != "" && len(spec.Selector) == 0 {
			r.value(diag.TargetPortUnused, index("/spec/ports", i)+"/targetPort/name", "a targetPort by name needs a selector of ExternalEndpoints", "write a number, or a selector")
		}
	}
	r.repeatedPorts("/spec/ports", numbers)
}

func (r *rules) externalEndpoint(e *schema.ExternalEndpoint) {
	spec := e.Spec
	if spec.Address != "" && !facts.IsIP(spec.Address) && !strings.HasPrefix(spec.Address, "unix:///") {
		r.host("/spec/address", spec.Address, false)
	}
	for i, p := range spec.Ports {
		if p.Name == "" && len(spec.Ports) > 1 {
			r.value(diag.MissingField, index("/spec/ports", i), "a port needs a name where there are several", "write name: … beside its number")
		}
	}
}

func (r *rules) workspace(w *schema.Workspace) {
	for i, c := range w.Spec.WorkloadClusters {
		if pointer := index("/spec/workloadClusters", i); len(c.Namespaces) == 0 && !r.took(pointer) {
			r.value(diag.MissingField, pointer, "namespaces is missing, so the workspace owns nothing in this cluster", `write namespaces: [{name: "*"}] for all of them`)
		}
	}
}

var hostLabel = regexp.MustCompile(`^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$`)

// host checks a name by the rules that Gloo documents for VirtualDestination hosts: labels of
// 1 to 63 letters, digits and "-", the last one not all digits, a trailing dot allowed.
func (r *rules) host(pointer, host string, wildcard bool) {
	fail := func(message, help string) {
		r.value(diag.BadHost, pointer, sprint("host %s %s", written(host), message), help)
	}
	name := strings.TrimSuffix(host, ".")
	if wildcard {
		name = strings.TrimPrefix(name, "*.")
	}
	if name == "" {
		fail("has no name", "write a host name such as ratings.global")
		return
	}
	labels := strings.Split(name, ".")
	switch {
	case strings.Contains(host, "://"):
		fail("is a URL", sprint("write %q", hostOf(host)))
	case strings.Contains(name, "*"):
		fail("contains a wildcard", "write the hosts out")
	case facts.IsIP(name):
		fail("is an IP address", "write a host name, or use an ExternalService with addresses")
	case strings.Contains(name, ":"):
		fail("contains a port", sprint("write %q; ports go under spec.ports", hostOf(host)))
	case name[len(name)-1] != '.' && strings.Trim(labels[len(labels)-1], "0123456789") == "":
		fail("ends in a part that is all digits", "write a name whose last part has a letter")
	default:
		r.labels(pointer, host, labels)
	}
}

// hostOf takes the host out of what looks like a URL or host:port.
func hostOf(text string) string {
	if _, after, found := strings.Cut(text, "://"); found {
		text = after
	}
	text, _, _ = strings.Cut(text, "/")
	text, _, _ = strings.Cut(text, ":")
	return text
}

func (r *rules) labels(pointer, host string, labels []string) {
	for _, label := range labels {
		switch {
		case label == "":
			r.value(diag.BadHost, pointer, sprint("host %s has an empty part between two dots", written(host)), "write one dot only")
			return
		case len(label) > 63:
			r.value(diag.BadHost, pointer, sprint("host %s has a part longer than 63 characters", written(host)), "shorten it")
			return
		case !hostLabel.MatchString(label):
			r.value(diag.BadHost, pointer, sprint("host %s has the part %q, which is not letters, digits and dashes", written(host), label), "write a-z, 0-9 and - only, with a letter or digit at both ends")
			return
		}
	}
}

func (r *rules) address(pointer, address, want string) {
	if !facts.IsIP(address) {
		r.value(diag.BadAddress, pointer, sprint("%s is %s, which is not %s", diag.FieldPath(pointer), written(address), want), `write an address such as "10.0.0.1" or "::1"`)
	}
}

// foldedHosts spells hosts the way DNS compares them.
func foldedHosts(hosts []string) []string {
	out := make([]string, len(hosts))
	for i, h := range hosts {
		out[i] = strings.ToLower(strings.TrimSuffix(h, "."))
	}
	return out
}

func (r *rules) repeated(pointer string, values []string) {
	first := map[string]int{}
	for i, v := range values {
		if j, again := first[v]; again {
			r.value(diag.RepeatedValue, index(pointer, i), sprint("duplicate %s in %s", written(v), diag.FieldPath(pointer)), "delete one of the two",
				diag.Related{Span: r.doc.Span(index(pointer, j)), Message: "the first one is here"})
			continue
		}
		first[v] = i
	}
}

func (r *rules) repeatedPorts(pointer string, numbers []string) {
	first := map[string]int{}
	for i, v := range numbers {
		if j, again := first[v]; again {
			r.value(diag.RepeatedValue, index(pointer, i)+"/number", sprint("duplicate port %s in %s", v, diag.FieldPath(pointer)), "delete one of the two",
				diag.Related{Span: r.doc.Span(index(pointer, j) + "/number"), Message: "the first one is here"})
			continue
		}
		first[v] = i
	}
}

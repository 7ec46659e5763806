package compile

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
)

// claim is what decides a port: a policy or an Upstream, whole.
type claim struct {
	document *schema.Document
	settings *plan.Settings
	upstream bool

	// tcp are the settings of ports that are forwarded as TCP, tcpFirst the first of them as
	// host:port, tcpProtocol its protocol, and tcpPorts their number.
	tcp                   *plan.Settings
	tcpFirst, tcpProtocol string
	tcpPorts              int
}

// claimed is a port's claim, once it has an owner, and the documents that it overrides.
type claimed struct {
	*claim
	overridden []*schema.Document
}

// override records a document that the owner overrides, once each: documents claim one after the other.
func (c *claimed) override(d *schema.Document) {
	if n := len(c.overridden); n == 0 || c.overridden[n-1] != d {
		c.overridden = append(c.overridden, d)
	}
}

// overrides returns each overridden document, and by which rule the owner takes precedence.
func (c *claimed) overrides() []plan.Override {
	var out []plan.Override
	for _, d := range c.overridden {
		out = append(out, plan.Override{By: d, Why: whyFirst(c.document, d)})
	}
	return out
}

// everywhere is what a policy without applyToDestinations selects.
var everywhere = []schema.DestinationSelector{
	{Kind: kindService, Selector: &schema.ObjectSelector{}},
	{Kind: kindVirtualDestination, Selector: &schema.ObjectSelector{}},
}

// override counts the ports that a claim of one document has instead of another.
type override struct {
	overridden, owner *schema.Document
	first             string // the first port, as host:port
	count             int
}

// claimPorts lets every policy, the one that wins first, claim the ports it selects.
func (r *resolver) claimPorts() {
	var overrides overrides
	for _, d := range r.inv.policies {
		policy := d.Resource.(*schema.ConnectionPolicy)
		workspace, ok := r.policyWorkspace(d)
		if !ok {
			continue
		}
		c := &claim{document: d, settings: policySettings(d, policy)}
		r.claims = append(r.claims, c)
		items := policy.Spec.ApplyToDestinations
		if len(items) == 0 {
			r.claimEverything(d, workspace, c, &overrides)
			continue
		}
		for i := range items {
			pointer := "/spec/applyToDestinations" + diag.Pointer(i)
			r.claimItem(d, pointer, &items[i], workspace, c, &overrides)
		}
	}
	r.found = append(r.found, overrides.findings()...)
}

// policyWorkspace is the workspace of a policy. It reports a policy that is in none.
func (r *resolver) policyWorkspace(d *schema.Document) (string, bool) {
	workspace, ok := r.ws.owner(cmp.Or(d.Cluster(), r.opts.Cluster), d.Namespace)
	if !ok {
		r.find(finding(diag.OutsideWorkspace, d, "/metadata/namespace",
			fmt.Sprintf("namespace %q belongs to no workspace, so this policy reaches nothing", d.Namespace),
			"add the namespace to a Workspace, or move the policy"))
	}
	return workspace, ok
}

func (r *resolver) claimEverything(d *schema.Document, workspace string, c *claim, overrides *overrides) {
	reached := 0
	var lacking []*target
	for i := range everywhere {
		for _, t := range r.index.find(everywhere[i].Selector, everywhere[i].Kind) {
			if t.Workspace == workspace {
				reached++
				if !t.claim(nil, c, overrides) {
					lacking = append(lacking, t)
				}
			}
		}
	}
	if reached == 0 {
		r.find(finding(diag.NothingSelected, d, "/spec",
			"this policy selects every Service and VirtualDestination of its workspace, and the input has none",
			"pass the destinations in the same run, for example with -f and their directory"))
	}
	if len(lacking) == reached {
		r.withoutPorts(d, "/spec", lacking, reached)
	}
}

// claimItem claims what one entry of applyToDestinations selects.
func (r *resolver) claimItem(d *schema.Document, pointer string, item *schema.DestinationSelector, workspace string, c *claim, overrides *overrides) {
	kind := cmp.Or(item.Kind, kindService)
	if kind == kindExternalService {
		return // package validate has said that it cannot be
	}
	matched := r.index.find(item.Selector, kind)
	own := slices.DeleteFunc(slices.Clone(matched), func(t *target) bool { return t.Workspace != workspace })
	r.checkImports(d, pointer, matched, workspace)
	if len(own) == 0 {
		r.nothingSelected(d, pointer, item.Selector, kind, workspace, len(matched))
		return
	}
	r.checkClusters(d, pointer, item.Selector, own)
	var lacking []*target
	for _, t := range own {
		if !t.claim(item.Port, c, overrides) {
			lacking = append(lacking, t)
		}
	}
	if item.Port == nil {
		r.withoutPorts(d, pointer, lacking, len(own))
		return
	}
	r.portNotFound(d, pointer, item.Port, own, lacking)
}

// withoutPorts reports destinations that a policy selects and that have no port, so no connections.
func (r *resolver) withoutPorts(d *schema.Document, pointer string, lacking []*target, selected int) {
	if len(lacking) == 0 {
		return
	}
	t := lacking[0]
	message := fmt.Sprintf("%s %s has no port that takes connections, so the policy changes nothing there", t.text(), t.reference())
	if n := len(lacking); n > 1 {
		message = fmt.Sprintf("%d of %d selected destinations have no port that takes connections, %s first", n, selected, t.reference())
	}
	r.find(finding(diag.PortNotFound, d, pointer, message, "add TCP ports to it, or select another destination",
		diag.Related{Span: nameSpan(t.Document), Message: t.reference() + " is here"}))
}

// claim takes the ports that a selector names, or loses them to who came first; false when
// the target has no such port.
func (t *target) claim(ports *schema.PortSelector, c *claim, overrides *overrides) bool {
	found := false
	for i, p := range t.ports {
		if !p.matches(ports) {
			continue
		}
		found = true
		switch owner := &t.claims[i]; {
		case owner.claim == nil:
			owner.claim = c
		case owner.document != c.document && !sameObject(owner.document, c.document):
			owner.override(c.document)
			overrides.add(c.document, owner.document, t, p.number)
		}
	}
	return found
}

// sameObject reports two documents for one object, which is a finding of its own.
func sameObject(a, b plan.Document) bool { return a.Identity() == b.Identity() }

// portNotFound reports a port that none, or not all, of the selected targets have.
func (r *resolver) portNotFound(d *schema.Document, pointer string, port *schema.PortSelector, own, lacking []*target) {
	if len(lacking) == 0 {
		return
	}
	t := lacking[0]
	at := pointer + "/port/number"
	if port.Name != "" {
		at = pointer + "/port/name"
	}
	message := fmt.Sprintf("%s %s has no port %s, so the policy changes nothing there", t.text(), t.reference(), portSelectorText(port))
	if n := len(lacking); n > 1 {
		message = fmt.Sprintf("%d of %d selected destinations have no port %s, %s first", n, len(own), portSelectorText(port), t.reference())
	}
	help := "add TCP ports to it, or select another destination"
	if len(t.ports) > 0 {
		help = "write one of its ports: " + t.portsText()
	}
	r.find(diag.Diagnostic{
		Code: diag.PortNotFound, Span: d.Span(at), Subject: d.Subject(), Message: message, Help: help,
		Related: []diag.Related{{Span: nameSpan(t.Document), Message: t.reference() + " is here"}},
	})
}

// overrides are the overridden ports of all policies, one entry for two documents.
type overrides struct {
	list  []*override
	pairs map[[2]*schema.Document]*override
}

func (s *overrides) add(overridden, owner *schema.Document, t *target, port uint32) {
	pair := [2]*schema.Document{overridden, owner}
	if s.pairs == nil {
		s.pairs = map[[2]*schema.Document]*override{}
	}
	entry := s.pairs[pair]
	if entry == nil {
		host := t.reference()
		if len(t.hosts) > 0 {
			host = t.hosts[0]
		}
		entry = &override{overridden: overridden, owner: owner, first: host + ":" + itoa(port)}
		s.pairs[pair], s.list = entry, append(s.list, entry)
	}
	entry.count++
}

func (s *overrides) findings() diag.List {
	var found diag.List
	for _, e := range s.list {
		found = append(found, diag.Diagnostic{
			Code: diag.PolicyShadowed, Span: nameSpan(e.overridden), Subject: e.overridden.Subject(),
			Message: fmt.Sprintf("%s is decided by %s %q, so %q has no effect there", e.first+more(e.count), e.owner.Kind.Name, e.owner.Ref(), e.overridden.Ref()),
			Help:    "put the settings into one of the two, or narrow their selectors: settings of two policies are never merged",
			Related: []diag.Related{{Span: nameSpan(e.owner), Message: "this one wins, as " + whyFirst(e.owner, e.overridden)}},
		})
	}
	return found
}

// whyFirst is the rule by which one policy takes precedence over another, in words.
func whyFirst(owner, overridden *schema.Document) string {
	switch {
	case owner.Kind != overridden.Kind:
		return "a ConnectionPolicy takes precedence over an Upstream"
	case !owner.Created.IsZero() && overridden.Created.IsZero():
		return "it is in the cluster already"
	case !owner.Created.Equal(overridden.Created):
		return "it is older"
	case owner.Namespace != overridden.Namespace:
		return fmt.Sprintf("namespace %q sorts first", owner.Namespace)
	default:
		return "its name sorts first"
	}
}

// text and reference name a target in findings.
func (t *target) text() string { return t.Document.Kind.Name }

func (t *target) reference() string { return t.Document.Ref() }

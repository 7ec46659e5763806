package validate

import (
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// leftovers names the fields that are not compiled: each setting of connections in a finding of
// its own, the others in one for those that have nothing to do with connections and one for those
// of which nothing is known.
func (r *rules) leftovers(found []schema.Leftover) {
	unrelated, unknown := r.newNames(), r.newNames()
	for _, l := range found {
		switch {
		case r.enterprise(l.Pointer):
		case l.Pointer == "/spec/compressedSpec": // of a Proxy
			r.key(diag.UnreadKind, l.Pointer, "spec.compressedSpec is not read, though it holds the listeners of this Proxy", "pass the Gateways from which Gloo made the Proxy instead")
		case l.Setting != nil:
			r.key(diag.SettingNotCompiled, l.Pointer, sprint("%s %s, and is not compiled", diag.FieldPath(l.Pointer), l.Setting.What), byHand(l.Setting))
		case l.Unrelated:
			unrelated.add(l.Pointer)
		default:
			unknown.add(l.Pointer)
		}
	}
	unrelated.tell("not about connections, so not compiled: %s", "nothing to change; keep configuring it where you do now")
	unknown.tell("not compiled, and it is not known whether it is about connections: %s", "check what it does to connections, and configure it by hand")
}

// byHand lists the fields of the targets in which a setting can be written by hand.
func byHand(s *schema.ConnectionSetting) string {
	parts := []string{"Envoy's " + s.Envoy}
	if s.Istio == "" {
		parts = append(parts, "the same by an EnvoyFilter in Istio")
	} else {
		parts = append(parts, "Istio's "+s.Istio)
	}
	var none []string
	for _, t := range []struct{ title, field string }{{"Envoy Gateway", s.EnvoyGateway}, {"kgateway", s.KGateway}} {
		if t.field == "" {
			none = append(none, t.title)
		} else {
			parts = append(parts, t.title+"'s "+t.field)
		}
	}
	help := "configure it by hand: " + strings.Join(parts, "; ")
	if len(none) > 0 {
		help += "; there is no field in " + strings.Join(none, " and ")
	}
	return help
}

// names are fields that one finding names, each once.
type names struct {
	*rules
	first string
	list  []string
	seen  map[string]bool
}

func (r *rules) newNames() *names {
	return &names{rules: r, seen: map[string]bool{"namespacedStatuses": true, "discoveryMetadata": true}} // written by controllers, without effect
}

func (n *names) add(pointer string) {
	name := fieldName(pointer)
	if n.seen[name] {
		return
	}
	if n.seen[name] = true; n.first == "" {
		n.first = pointer
	}
	n.list = append(n.list, name)
}

func (n *names) tell(message, help string) {
	if len(n.list) > 0 {
		n.key(diag.NotCompiled, n.first, sprint(message, enumerate(n.list)), help)
	}
}

// enterpriseFields exist in Gloo Edge Enterprise only: the open source translator refuses the
// whole resource for them (gloo: plugins/enterprise_warning), and so does the plan. Each is a field that is not
// compiled, and the key below it that counts, if only one does.
var enterpriseFields = map[string]string{
	"failover":                        "",
	"static.hosts.healthCheckConfig":  "",
	"options.proxyProtocol":           "allowRequestsWithoutProxyProtocol",
	"listeners.options.proxyProtocol": "allowRequestsWithoutProxyProtocol",
}

func (r *rules) enterprise(pointer string) bool {
	below, known := enterpriseFields[fieldName(pointer)]
	if !known {
		return false
	}
	if below != "" {
		pointer += "/" + below
		if v, _ := lookup(r.doc.Value, pointer); v != true {
			return false
		}
	}
	r.enterpriseOnly(pointer, diag.FieldPath(pointer), "delete it, or check the connections of this object by hand")
	return below == ""
}

// enterpriseOnly reports what exists in Gloo Edge Enterprise only, and leaves its object out.
func (r *rules) enterpriseOnly(pointer, what, help string) {
	r.doc.LeaveOut()
	r.key(diag.EnterpriseOnly, pointer, sprint("%s exists in Gloo Edge Enterprise only, so this %s is left out", what, r.doc.Kind.Name), help)
}

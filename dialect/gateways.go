package dialect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// What targets of the Gateway API share about listeners.

// Attached are the Gateway's listeners that take a listener over. Where there are none it
// reports why what is set is left out.
func (c *Collector) Attached(l *plan.Listener) []plan.Attachment {
	const leftOut = ", so what is set for it is left out"
	u := l.Unbound
	switch u.Why {
	case plan.Bound:
	case plan.NoGateway:
		c.ReportListener(l, diag.GatewayMissing, fmt.Sprintf("no Gateway of the Gateway API in the input opens port %s%s", OpenedPort(l), leftOut), namedListener(l))
	case plan.PortMissing:
		c.ReportListener(l, diag.GatewayMissing, fmt.Sprintf("Gateway %s does not open port %s%s", u.Wanted.Ref(), OpenedPort(l), leftOut), namedListener(l))
	case plan.ListenerMissing:
		wanted := fmt.Sprintf("listener %q", u.Wanted.Section)
		if u.Wanted.Section == "" {
			wanted = fmt.Sprintf("listener for port %d", u.Wanted.Port)
		}
		c.ReportListener(l, diag.GatewayMissing, fmt.Sprintf("Gateway %s has no %s, which --gateway names for port %s%s", u.Wanted.Ref(), wanted, OpenedPort(l), leftOut), namedListener(l))
	case plan.SeveralGateways:
		refs := gatewayRefs(u.Candidates)
		c.ReportListener(l, diag.SeveralGateways, fmt.Sprintf("port %s is opened by %d Gateways of the Gateway API (%s)%s", OpenedPort(l), len(refs), diag.FirstOf(refs, mostNames), leftOut), "choose one with --gateway "+refs[0])
	case plan.SeveralPorts:
		first := u.Candidates[0]
		other := u.Candidates[slices.IndexFunc(u.Candidates, func(a plan.Attachment) bool { return a.Port != first.Port })]
		c.ReportListener(l, diag.SeveralGateways, fmt.Sprintf("Gateway %s opens port %d and port %d, and either may be this listener's%s", first.Ref(), first.Port, other.Port, leftOut),
			fmt.Sprintf("choose one with --gateway %s=%d:%s", first.Ref(), l.Port, first.Section))
	}
	return l.Gateways
}

// namedListener is the help for a listener that no Gateway's listener takes over: the Service
// that maps its port, or the flag that names a Gateway's listener for it.
func namedListener(l *plan.Listener) string {
	candidates := l.Unbound.Candidates
	if len(candidates) == 0 {
		return "pass the Gateway in the same run, or name it with --gateway NAMESPACE/NAME"
	}
	ref, section := candidates[0].Ref(), likeliest(l, candidates)
	if len(gatewayRefs(candidates)) > 1 {
		ref, section = "NAMESPACE/NAME", "LISTENER"
	}
	help := fmt.Sprintf("name the listener that takes it over with --gateway %s=%d:%s", ref, l.Port, section)
	if len(l.ServicePorts) == 0 && l.Unbound.Why != plan.ListenerMissing {
		help = "pass the Service of the gateway, which maps its ports, or " + help
	}
	var names []string
	for _, a := range candidates {
		names = append(names, fmt.Sprintf("%s (%d)", a.Section, a.Port))
	}
	if section == "LISTENER" && ref != "NAMESPACE/NAME" {
		help += "; its listeners: " + diag.FirstOf(names, mostNames)
	}
	return help
}

// likeliest is the one listener whose port ends the bound one, as 443 ends 8443, or the only
// listener there is; else a word to be replaced.
func likeliest(l *plan.Listener, candidates []plan.Attachment) string {
	if len(candidates) == 1 {
		return candidates[0].Section
	}
	var found []string
	for _, a := range candidates {
		if strings.HasSuffix(fmt.Sprint(l.Port), fmt.Sprint(a.Port)) {
			found = append(found, a.Section)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return "LISTENER"
}

// gatewayRefs are the Gateways of some listeners, each once, in their order.
func gatewayRefs(list []plan.Attachment) []string {
	var refs []string
	for _, a := range list {
		if ref := a.Ref(); len(refs) == 0 || refs[len(refs)-1] != ref {
			refs = append(refs, ref)
		}
	}
	return refs
}

// mostNames is how many names a finding lists.
const mostNames = 5

// GatewayUnread reports a Gateway that is not in the input, so that its listeners are assumed. Answer is
// the placeholder for what --gateway has to name.
func (c *Collector) GatewayUnread(l *plan.Listener, a plan.Attachment, effect, answer string) {
	c.ReportListener(l, diag.GatewayUnread, fmt.Sprintf("Gateway %s is not in the input, so %s", a.Ref(), effect),
		fmt.Sprintf("pass the Gateway in the same run, or write --gateway %s=%d:%s", a.Ref(), l.Port, answer))
}

// OpenedPort is a listener's port for people, with its Service's where those are others.
func OpenedPort(l *plan.Listener) string {
	text := fmt.Sprint(l.Port)
	for _, port := range l.ServicePorts {
		if port != l.Port {
			text += fmt.Sprintf(" or %d", port)
		}
	}
	return text
}

// ReportListener reports a listener without a Gateway at its port, or else its name.
func (c *Collector) ReportListener(l *plan.Listener, code *diag.Code, message, help string) {
	pointer := "/metadata/name"
	if l.Object.Kind == "GATEWAY" {
		pointer = "/spec/bindPort"
	}
	from := plan.From(l.Object.Document, pointer)
	c.Report(code, from, from.Span(), message, help)
}

// NewListenersOnly reports that socket options do not reach what is open, once in a run: at the first
// option that is written.
func (c *Collector) NewListenersOnly(l *plan.Listener) {
	i := slices.IndexFunc(l.SocketOptions, func(o plan.SocketOption) bool { return o.From.Written() })
	if c.socketsTold || i < 0 {
		return
	}
	c.socketsTold = true
	from := l.SocketOptions[i].From
	c.Report(diag.NewListenersOnly, from, from.KeySpan(), "keepalive and other socket options are set when a listener opens its socket, so what is open keeps its own",
		"restart the gateway's pods where its Envoy is older than 1.25; later ones open a new socket, and old connections drain")
}

// OtherOptions are a listener's socket options that are not part of its keepalive.
func OtherOptions(l *plan.Listener) []plan.SocketOption {
	return slices.DeleteFunc(slices.Clone(l.SocketOptions), func(o plan.SocketOption) bool {
		timing := o.Level == facts.IPProtoTCP && slices.Contains([]int64{facts.TCPKeepIdle, facts.TCPKeepIntvl, facts.TCPKeepCnt}, o.Name)
		return o.IntValue != nil && (timing || o.Level == facts.SolSocket && o.Name == facts.SoKeepalive)
	})
}

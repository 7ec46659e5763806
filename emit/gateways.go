package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
)

// What targets of the Gateway API share about listeners.

// attached are the listeners of the one Gateway that opens a listener. Without one, or with
// several, it says why what is set is left out.
func (c *collector) attached(l *compile.Listener) []compile.Attachment {
	var refs []string
	for _, a := range l.Gateways {
		if !slices.Contains(refs, a.Ref()) {
			refs = append(refs, a.Ref())
		}
	}
	switch len(refs) {
	case 0:
		c.unbound(l, diag.GatewayMissing, fmt.Sprintf("no Gateway of the Gateway API in the input opens port %s, so what is set for it is left out", openedPort(l)),
			"pass the Gateway in the same run, or name it with --gateway NAMESPACE/NAME")
		return nil
	case 1:
		return l.Gateways
	}
	c.unbound(l, diag.SeveralGateways, fmt.Sprintf("port %s is opened by %d Gateways of the Gateway API (%s), so what is set for it is left out", openedPort(l), len(refs), strings.Join(refs, ", ")),
		"choose one with --gateway "+refs[0])
	return nil
}

// openedPort is a listener's port for people, with its Service's where that is another.
func openedPort(l *compile.Listener) string {
	if l.ServicePort != 0 && l.ServicePort != l.Port {
		return fmt.Sprintf("%d or %d", l.Port, l.ServicePort)
	}
	return fmt.Sprint(l.Port)
}

// unbound reports a listener without a Gateway at its port, or else its name.
func (c *collector) unbound(l *compile.Listener, code *diag.Code, message, help string) {
	pointer := "/metadata/name"
	if l.Object.Kind == "GATEWAY" {
		pointer = "/spec/bindPort"
	}
	from := compile.From(l.Object.Document, pointer)
	c.add(code, from, from.Span(), message, help)
}

// otherOptions are a listener's socket options that are no part of its keepalive.
func otherOptions(l *compile.Listener) []compile.SocketOption {
	return slices.DeleteFunc(slices.Clone(l.SocketOptions), func(o compile.SocketOption) bool {
		timing := o.Level == compile.IPProtoTCP && slices.Contains([]int64{compile.TCPKeepIdle, compile.TCPKeepIntvl, compile.TCPKeepCnt}, o.Name)
		return o.IntValue != nil && (timing || o.Level == compile.SolSocket && o.Name == compile.SoKeepalive)
	})
}

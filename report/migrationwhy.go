package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// deciding are the fields that decide connections, by kind; the others of what is read say where
// the settings go.
var deciding = map[string]*regexp.Regexp{
	"ConnectionPolicy":         regexp.MustCompile(`^/spec/config/`),
	"ListenerConnectionPolicy": regexp.MustCompile(`^/spec/config/`),
	"Gateway":                  regexp.MustCompile(`/options/`),
	"Proxy":                    regexp.MustCompile(`/options/`),
	"Upstream":                 regexp.MustCompile(`^/spec/(connectionConfig|circuitBreakers|preconnectPolicy)(/|$)|^/spec/(useHttp2|initial\w+|maxConcurrentStreams|overrideStreamErrorOnInvalidHttpMessage|protocolSelection|dnsRefreshRate|respectDnsTtl|ignoreHealthOnHostRemoval|proxyProtocolVersion|httpProxyHostname)$|^/spec/\w+/serviceSpec/(grpc|grpcJsonTranscoder)$`),
}

func decides(at field) bool {
	pattern := deciding[at.document.Identity().Kind]
	return pattern != nil && pattern.MatchString(at.pointer)
}

// quiet are findings about values and the way of connections. They never say that something is
// left out.
var quiet = []*diag.Code{
	diag.HopIdleTimeout, diag.HopKeepaliveOff, diag.HopOneLostProbe, diag.HopEndsConnections, diag.ListenerClosesFirst, diag.HopsThatForget,
	diag.KeepaliveRhythm, diag.KeepaliveEager, diag.KeepaliveSlow, diag.KeepaliveMoot, diag.KeepaliveRounded, diag.KeepaliveOff,
	diag.BareSeconds, diag.SnakeCaseField, diag.DurationRespelled,
	diag.ConnectTimeoutDiffers, diag.LimitsDiffer, diag.BufferDiffers, diag.BackendNeeded,
	diag.SocketOptionForeign, diag.SocketOptionMilliseconds, diag.SocketOptionRepeated,
}

// explains reports findings that say why something is not there, or not as it was.
func explains(code *diag.Code) bool { return !slices.Contains(quiet, code) }

// unbound are findings about a document as a whole, or what it is bound to: with them all its
// settings are left out.
var unbound = []*diag.Code{
	diag.EnterpriseOnly, diag.LambdaCredentials,
	diag.GatewayMissing, diag.GatewayUnread, diag.SeveralGateways, diag.RouteMissing, diag.WorkloadMissing, diag.SettingsForAllPorts, diag.SettingsForAllBackends,
	diag.PolicyShadowed, diag.NothingSelected, diag.PortNotFound, diag.ListenerCovered, diag.ServiceMissing,
}

// foundAt are the findings at a field's value or key.
func (l *ledger) foundAt(at field) []*diag.Diagnostic {
	value, key := positionOf(at.document.Span(at.pointer)), positionOf(at.document.KeySpan(at.pointer))
	found := l.found[value]
	if key != value {
		found = slices.Concat(found, l.found[key])
	}
	return found
}

// above are the findings at what a field is in.
func (l *ledger) above(at field) []*diag.Diagnostic {
	var found []*diag.Diagnostic
	for up := at.parent(); len(up.pointer) > len("/spec"); up = up.parent() {
		found = append(found, l.foundAt(up)...)
	}
	return found
}

func (f field) parent() field {
	return field{f.document, f.pointer[:strings.LastIndexByte(f.pointer, '/')]}
}

// reason is the finding about why a field is left out, and whether it is at the field itself.
func (l *ledger) reason(at field) (why *diag.Diagnostic, exact bool) {
	if at.pointer == "/spec" {
		return nil, false
	}
	explaining := func(f *diag.Diagnostic) bool { return explains(f.Code) }
	if found := l.foundAt(at); slices.ContainsFunc(found, explaining) {
		return found[slices.IndexFunc(found, explaining)], true
	}
	// A list's item has no place but its first key's, so what is not compiled may look like an item.
	explaining = func(f *diag.Diagnostic) bool { return explains(f.Code) && f.Code != diag.NotCompiled }
	if found := l.above(at); slices.ContainsFunc(found, explaining) {
		return found[slices.IndexFunc(found, explaining)], false
	}
	return nil, false
}

// whole is why all settings of a field's document are left out, or "".
func (l *ledger) whole(at field) string {
	found := l.about(at.document)
	for _, code := range unbound {
		if i := slices.IndexFunc(found, func(f *diag.Diagnostic) bool { return f.Code == code }); i >= 0 {
			return found[i].Message
		}
	}
	// Of an Upstream that has no place at all, and of socket options, the first is named alone.
	if option.MatchString(at.pointer) || !l.useful[at.document] {
		if i := slices.IndexFunc(found, func(f *diag.Diagnostic) bool { return f.Code == diag.NotExpressible }); i >= 0 {
			return found[i].Message
		}
	}
	return ""
}

// about are the findings about a document, and at the gateways and routes that its settings reach.
func (l *ledger) about(d plan.Document) []*diag.Diagnostic {
	name := positionOf(d.Span("/metadata/name"))
	var found []*diag.Diagnostic
	for _, f := range l.subject[d.Subject()] {
		if f.Source == name.source {
			found = append(found, f)
		}
	}
	found = append(found, l.beside[name]...)
	for _, to := range l.attached[d] {
		found = append(found, l.found[positionOf(to.Span("/metadata/name"))]...)
	}
	return found
}

// respelled reports a text of a target that means what a setting does: a number in other words, or
// a word of the target's own, such as true for PRESERVE_CASE.
func respelled(before plan.Value, after string) bool {
	_, known := amount(before.Name, before.Text)
	_, alsoKnown := amount(before.Name, after)
	return !known || !alsoKnown || sameMeaning(before, after)
}

// sameMeaning compares a setting with another value of it, which may be spelled otherwise.
func sameMeaning(before plan.Value, after string) bool {
	from, known := amount(before.Name, before.Text)
	to, alsoKnown := amount(before.Name, after)
	return before.Text == after || known && alsoKnown && from == to
}

// amount is what a text comes to as a number. No limit is the largest one, or a duration of 0.
func amount(setting, text string) (float64, bool) {
	switch text {
	case "on", "true":
		return 1, true
	case "off", "false":
		return 0, true
	case "no limit", "never":
		return none(setting), true
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		if strings.HasPrefix(setting, "preconnect.") && n >= 100 {
			n /= 100 // a ratio in percent
		}
		if n >= float64(facts.IstioUnlimited) || n == 0 && none(setting) == 0 {
			return none(setting), true
		}
		return n, true
	}
	if d, err := time.ParseDuration(text); err == nil {
		return d.Seconds(), true
	}
	return size(text)
}

// none is the value of a setting without a limit.
func none(setting string) float64 {
	if strings.HasPrefix(setting, "limits.") {
		return float64(facts.IstioUnlimited)
	}
	return 0
}

// size reads a quantity of bytes: "32Ki".
func size(text string) (float64, bool) {
	for unit, factor := range map[string]float64{"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30} {
		if number, found := strings.CutSuffix(text, unit); found {
			n, err := strconv.ParseFloat(number, 64)
			return n * factor, err == nil
		}
	}
	return 0, false
}

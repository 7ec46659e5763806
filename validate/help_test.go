package validate_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

// answers are the forms in which a help names the text to type, the most exact first.
var answers = []*regexp.Regexp{
	regexp.MustCompile(`^did you mean "([^"]+)"\?`),
	regexp.MustCompile(`^write ([^\s,]+), without quotes`),
	regexp.MustCompile(`^write ("[^"]*")`),
	regexp.MustCompile(`^write ([0-9]+)\b`),
	regexp.MustCompile(`^write ([A-Z_]+)$`),
}

// mended types a finding's help in the place of what the carets stand under.
func mended(t *testing.T, text string, d diag.Diagnostic) string {
	t.Helper()
	for _, form := range answers {
		m := form.FindStringSubmatch(d.Help)
		if m == nil {
			continue
		}
		lines := strings.Split(text, "\n")
		line := []rune(lines[d.Line-1])
		lines[d.Line-1] = string(line[:d.Col-1]) + m[1] + string(line[d.Col-1+d.Len:])
		return strings.Join(lines, "\n")
	}
	t.Fatalf("nothing to type in: %s", said(d))
	return ""
}

func TestTypingTheHelpMendsTheDocument(t *testing.T) {
	const static = "static: {hosts: [{addr: a.example.com, port: 80}]}\n"
	tcp := func(s string) string { return connectionPolicy("config:\n  tcp:\n    " + s) }
	for name, text := range map[string]string{
		"a typo":                   tcp("tcpKeepalive: {intervall: 10s}"),
		"another case":             tcp("tcpKeepAlive: {time: 60s}"),
		"a word cut short":         tcp("tcpKeepalive: {prob: 5}"),
		"a typo in a list":         connectionPolicy("applyToDestinations:\n- kid: SERVICE\n  selector: {}\nconfig: {tcp: {maxConnections: 1}}"),
		"a typo in metadata":       withMetadata("metadata: {name: a, lables: {a: b}}\n"),
		"a typo at the top":        withMetadata("metdata: {name: a}\n"),
		"snake case":               tcp("tcp_keepalive: {time: 60s}"),
		"a number in quotes":       tcp(`maxConnections: "5"`),
		"a number without a unit":  tcp("tcpKeepalive: {time: 700}"),
		"a wrong unit":             tcp("connectTimeout: 1d"),
		"an Upstream's number":     upstream(static + "connectionConfig: {tcpKeepalive: {keepaliveTime: 60}}"),
		"a fraction of a second":   tcp("tcpKeepalive: {time: 0.5s}"),
		"too long for the kernel":  tcp("tcpKeepalive: {time: 40000s}"),
		"zero":                     tcp("tcpKeepalive: {time: 0s}"),
		"a kind in lower case":     connectionPolicy("applyToDestinations: [{kind: virtual_destination, selector: {}}]\nconfig: {tcp: {maxConnections: 1}}"),
		"an enum in lower case":    upstream(static + "protocolSelection: use_downstream_protocol"),
		"a boolean in quotes":      upstream(static + `useHttp2: "true"`),
		"a label that is a number": withMetadata("metadata: {name: a, labels: {v: 1}}\n"),
		"a host that is a URL":     virtualDestination("hosts: [\"http://a.b/c\"]\nports: [{number: 80, protocol: HTTP}]"),
		"a host with a port":       virtualDestination("hosts: [\"a.b:80\"]\nports: [{number: 80, protocol: HTTP}]"),
		"a misspelled protocol":    virtualDestination("hosts: [a.b]\nports: [{number: 80, protocol: HTPP}]"),
		"milliseconds":             socketOptions(on, "{level: 6, name: 4, intValue: 60000}"),
		"a refresh rate":           upstream(static + "dnsRefreshRate: 1ms"),
		"another version":          strings.Replace(tcp("maxConnections: 1"), "gloo.solo.io/v2", "gloo.solo.io/v1", 1),
		"a misspelled kind":        strings.Replace(tcp("maxConnections: 1"), "ConnectionPolicy", "ConectionPolicy", 1),
		"another group":            strings.Replace(listenerPolicy("config: {tcpKeepalive: {}}"), "resilience", "trafficcontrol", 1),
	} {
		t.Run(name, func(t *testing.T) {
			found := check(text)
			if len(found) != 1 {
				t.Fatalf("found %q in\n%s", allSaid(found), text)
			}
			again := mended(t, text, found[0])
			if left := check(again); len(left) > 0 {
				t.Errorf("%s gives %q in\n%s", said(found[0]), allSaid(left), again)
			}
		})
	}
}

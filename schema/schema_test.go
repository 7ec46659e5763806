package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
	"github.com/google/go-cmp/cmp"
)

const policyHead = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata:
  name: tcp-keepalive
  namespace: bookinfo
`

// policy is the product page's manifest, the text in which mistakes are made.
const policy = policyHead + `spec:
  applyToDestinations:
  - kind: VIRTUAL_DESTINATION
    selector: {}
  config:
    tcp:
      tcpKeepalive:
        time: "700s"
        probes: 20
        interval: "10s"
`

// parse reads a whole text, as a run does.
func parse(content string) schema.Parsed {
	var all schema.Parsed
	for _, c := range text.Split(diag.NewSource("a.yaml", content)) {
		p := schema.Parse(c, "default")
		all.Documents = append(all.Documents, p.Documents...)
		all.Found = append(all.Found, p.Found...)
		all.Skipped += p.Skipped
	}
	all.Found.Sort()
	return all
}

// said is a finding as "LINE:COL+LENGTH CODE: MESSAGE | HELP".
func said(d diag.Diagnostic) string {
	return fmt.Sprintf("%d:%d+%d %s: %s | %s", d.Line, d.Col, d.Len, d.Name, d.Message, d.Help)
}

func findings(l diag.List) []string {
	out := make([]string, len(l))
	for i := range l {
		out[i] = said(l[i])
	}
	return out
}

func expectFindings(t *testing.T, got diag.List, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), findings(got)); diff != "" {
		t.Errorf("wanted (-) and found (+):\n%s", diff)
	}
}

// place writes a span as "LINE:COL TEXT", with the text that the carets stand under.
func place(s diag.Span) string {
	line := []rune(s.LineText(s.Line))
	from := min(s.Col-1, len(line))
	return fmt.Sprintf("%d:%d %s", s.Line, s.Col, string(line[from:min(from+s.Len, len(line))]))
}

func only(t *testing.T, text string) *schema.Document {
	t.Helper()
	p := parse(text)
	if len(p.Documents) != 1 || len(p.Found) > 0 {
		t.Fatalf("read %d documents and found %q in\n%s", len(p.Documents), findings(p.Found), text)
	}
	return p.Documents[0]
}

func names(docs []*schema.Document) string {
	var out []string
	for _, d := range docs {
		out = append(out, d.Kind.Name+" "+d.Ref())
	}
	return strings.Join(out, ", ")
}

// replaced is the policy with one line, counted from 1, written otherwise.
func replaced(line int, with string) string {
	lines := strings.SplitAfter(policy, "\n")
	lines[line-1] = with + "\n"
	return strings.Join(lines, "")
}

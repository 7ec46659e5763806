package cli

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// hostileTexts are what a name, a label or a file of somebody else's may hold.
var hostileTexts = map[string]string{
	"terminal":     "a\x1b]0;owned\x07\x1b[2J",
	"line break":   "a\n::warning::owned",
	"command":      "::error file=x::owned",
	"old command":  "a##[error]owned ##vso[task.complete]",
	"C1":           "a\u009b31mowned\u0085b",
	"bidi":         "a\u202eowned\u2066b\u061c",
	"invisible":    "a\ufeffb\u200bc\u200dd\u2060e\u00adf",
	"separators":   "a\u2028b\u2029c",
	"tags":         "a\U000e0041\U000e0042b",
	"HTML":         "a<script>alert(1)</script><img src=x onerror=alert(1)>",
	"Markdown":     "a|`[x](https://evil) @everybody www.evil.example <b>",
	"diagram":      "a\"] --> b[\"c\"\nend\nclick a \"x\"",
	"workflow end": "a%0A::add-mask::b",
}

// hostileInput has a text in every name that a manifest of a set that can be compiled holds.
func hostileInput(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	quoted = regexp.MustCompile("[\u007f-\u009f\u2028\u2029\ufeff]").ReplaceAllFunc(quoted, func(raw []byte) []byte { // YAML takes them by number only
		return fmt.Appendf(nil, "\\u%04x", []rune(string(raw))[0])
	})
	held, err := json.Marshal("apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: " + string(quoted) + "}\n")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("TEXT", string(quoted), "HELD", string(held)).Replace(`apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: TEXT, namespace: shop, labels: {team: TEXT}}
spec: {applyToDestinations: [{selector: {labels: {app: cart}}}], config: {tcp: {tcpKeepalive: {time: 700s}}}}
---
apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: second, namespace: shop}
spec: {applyToDestinations: [{selector: {labels: {app: TEXT}}}, {selector: {labels: {app: cart}}}], config: {tcp: {connectTimeout: 3s}}}
---
apiVersion: v1
kind: Service
metadata: {name: TEXT, namespace: shop, labels: {app: cart}}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: TEXT, namespace: TEXT}
spec: {connectionConfig: {connectTimeout: 3s}, static: {hosts: [{addr: api.example.com, port: 80}]}}
---
apiVersion: gateway.solo.io/v1
kind: Gateway
metadata: {name: TEXT, namespace: edge}
spec:
  bindAddress: '::'
  bindPort: 8080
  proxyNames: [TEXT]
  httpGateway: {options: {httpConnectionManagerSettings: {serverName: TEXT, idleTimeout: 60s}}}
  options: {socketOptions: [{description: TEXT, level: 1, name: 9, intValue: 1}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: TEXT, namespace: edge}
data: {TEXT: HELD}
---
gatewayProxies: {TEXT: {gatewaySettings: {options: {perConnectionBufferLimitBytes: 1024}}}}
`)
}

// hostileCommands are the outputs, each with the language that it is in.
var hostileCommands = []struct {
	language string
	args     []string
}{
	{"text", []string{"resolve", "--hop", "aws-nlb", "in.yaml"}},
	{"text", []string{"resolve", "-o", "wide", "in.yaml"}},
	{"text", []string{"resolve", "-o", "timeline", "--hop", "aws-nlb", "in.yaml"}},
	{"text", []string{"resolve", "-o", "mermaid", "in.yaml"}},
	{"text", []string{"resolve", "-o", "dot", "in.yaml"}},
	{"mermaid", []string{"resolve", "-o", "mermaid", "in.yaml"}},
	{"dot", []string{"resolve", "-o", "dot", "in.yaml"}},
	{"json", []string{"resolve", "-o", "json", "in.yaml"}},
	{"html", []string{"resolve", "-o", "html", "in.yaml"}},
	{"html", []string{"report", "--hop", "aws-nlb", "--target", "envoy", "in.yaml"}},
	{"text", []string{"diff", os.DevNull, "in.yaml"}},
	{"markdown", []string{"diff", "-o", "markdown", os.DevNull, "in.yaml"}},
	{"html", []string{"diff", "-o", "html", os.DevNull, "in.yaml"}},
	{"json", []string{"diff", "-o", "json", os.DevNull, "in.yaml"}},
	{"json", []string{"compile", "-o", "json", "--target", "envoy", "in.yaml"}},
	{"json", []string{"validate", "--format", "json", "in.yaml"}},
	{"lines of json", []string{"validate", "--format", "jsonl", "in.yaml"}},
	{"json", []string{"validate", "--format", "sarif", "in.yaml"}},
	{"json", []string{"validate", "--format", "gitlab", "in.yaml"}},
	{"xml", []string{"validate", "--format", "junit", "in.yaml"}},
	{"xml", []string{"validate", "--format", "checkstyle", "in.yaml"}},
	{"commands", []string{"validate", "--format", "github", "in.yaml"}},
	{"markdown", []string{"migrate", "in.yaml", "--to", "kgateway", "--output-dir", "out"}},
	{"text", []string{"compile", "--output-dir", "stale", "--check", "in.yaml"}},
	{"text", []string{"migrate", "in.yaml", "--to", "istio", "--output-dir", "stale", "--check"}},
	{"text", []string{"validate", "TEXT.yaml"}},                          // a file of that name
	{"text", []string{"compile", "--target", "TEXT", "in.yaml"}},         // usage messages
	{"text", []string{"validate", "--TEXT", "in.yaml"}},                  //
	{"text", []string{"validate", "-R", "links"}},                        // a file of that name that cannot be read
	{"text", []string{"validate", "missing-TEXT"}},                       //
	{"text", []string{"explain", "TEXT"}},                                //
	{"text", []string{"compile", "--output-dir", "out-TEXT", "in.yaml"}}, // the summary
	{"text", []string{"validate", "--hop", "TEXT", "--color", "always", "in.yaml"}},
}

// What comes from a manifest, a file name or a flag is data in every output, whichever language that
// is in.
func TestHostileTextIsDataInEveryOutput(t *testing.T) {
	for name, text := range hostileTexts {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file(t, dir, "in.yaml", hostileInput(t, text))
			named := strings.NewReplacer("/", "_").Replace(text)
			file(t, dir, named+".yaml", hostileInput(t, text))
			file(t, dir, "links/a.yaml", service("a"))
			if err := os.Symlink("/proc/self/mem", filepath.Join(dir, "links", named+".yaml")); err != nil {
				t.Fatal(err)
			}
			for _, c := range hostileCommands {
				args := make([]string, len(c.args))
				for i, arg := range c.args {
					args[i] = strings.ReplaceAll(arg, "TEXT", named)
				}
				got := runIn(t, dir, "", args...)
				if got.code == ExitBug {
					t.Fatalf("%q: a bug:\n%s", args, got.err)
				}
				colored := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(got.err, "")
				inLanguage(t, "text", args, colored)
				if c.language == "markdown" && args[0] == "migrate" {
					text, err := os.ReadFile(filepath.Join(dir, "out", migrationFile))
					if err != nil {
						t.Fatal(err, got.err)
					}
					got.out = string(text)
				}
				inLanguage(t, c.language, args, got.out)
			}
		})
	}
}

// inLanguage checks that an output has nothing in it that its language, or who shows it, would act
// upon.
func inLanguage(t *testing.T, language string, args []string, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		if i := strings.IndexFunc(strings.TrimSuffix(line, "\n"), hostileRune); i >= 0 {
			t.Errorf("%q: a raw %+q in %q", args, line[i:min(i+4, len(line))], line)
			return
		}
		command := strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[")
		if command && (language == "text" || language == "markdown" || language == "mermaid" || language == "dot") {
			t.Errorf("%q: a runner's command: %q", args, line)
		}
		if pattern := hostileGrammar[language]; pattern != nil && !pattern.MatchString(line) {
			t.Errorf("%q: not a line of %s: %q", args, language, line)
		}
	}
	switch language {
	case "json":
		if !json.Valid([]byte(out)) {
			t.Errorf("%q: not JSON:\n%s", args, out)
		}
	case "xml":
		if err := xml.NewDecoder(strings.NewReader(out)).Decode(&struct {
			Inner string `xml:",innerxml"`
		}{}); err != nil && !errors.Is(err, io.EOF) {
			t.Errorf("%q: %v:\n%s", args, err, out)
		}
	case "html":
		if strings.Contains(out, "<script>alert") || strings.Contains(out, "<img src=x") {
			t.Errorf("%q: an element of a manifest is in the page", args)
		}
	case "markdown":
		inMarkdown(t, args, out)
	}
}

// hostileGrammar is what a line of a language looks like.
var hostileGrammar = map[string]*regexp.Regexp{
	"mermaid":       regexp.MustCompile("^(graph LR|  n\\d+\\[\"[^\"\\[\\]<>]*(<br/>[^\"\\[\\]<>]*)*\"\\]|  n\\d+ (-->|-\\. \"[^\"]*\" \\.->) n\\d+)\n$"),
	"dot":           regexp.MustCompile(`^(digraph connections \{|\}|  rankdir=LR;|  node \[.*\];|  n\d+ \[label="([^"\\]|\\.)*"\];|  n\d+ -> n\d+( \[style=dashed, color=red, label="([^"\\]|\\.)*"\])?;)` + "\n$"),
	"commands":      regexp.MustCompile(`^(::(error|warning|notice) [^\n]*::[^\n]*|and \d+ [^\n]*)` + "\n$"),
	"lines of json": regexp.MustCompile(`^\{.*\}` + "\n$"),
}

// inMarkdown looks for marks, mentions and links outside of code.
func inMarkdown(t *testing.T, args []string, out string) {
	t.Helper()
	plain := strings.ReplaceAll(out, "\\`", "")
	for _, code := range []string{"(?s)```.*?```", "``.*?``", "`[^`\n]*`"} {
		plain = regexp.MustCompile(code).ReplaceAllString(plain, "")
	}
	live := regexp.MustCompile(`@everybody|https://evil|www\.evil|(^|[^\\])(<script|<img|<b>|\]\()`)
	if bad := live.FindString(plain); bad != "" {
		t.Errorf("%q: %s is live:\n%s", args, bad, plain)
	}
}

// hostileRune reports what a terminal would act upon, or nobody can see.
func hostileRune(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

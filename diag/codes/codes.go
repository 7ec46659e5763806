// Package codes has the pages of the codes of findings.
//
// What goes in: Markdown files with front matter, one for each code, embedded in the program. What comes
// out: their parts, and the text that "explain" prints. Package diag has the codes themselves.
package codes

import (
	"embed"
	"fmt"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"sigs.k8s.io/yaml"
)

// FixedBy names the command that fixes findings of a code that is Fixable.
const FixedBy = "connpolicy validate --fix, under the conditions in docs/fixes.md"

//go:embed pages/*.md
var pages embed.FS

// Page is the page of a code.
type Page struct {
	Summary string `json:"summary"` // what the code means, in one sentence
	Source  string `json:"source"`  // where the fact comes from: a URL
	Explain string `json:"-"`       // why it matters: what Gloo, Istio, Envoy or the kernel does
	Example string `json:"-"`       // lines of a manifest that give the finding
	Fix     string `json:"-"`       // the lines to write instead
}

// PageOf reads the page of a code. It is empty for a code without one.
func PageOf(c *diag.Code) Page {
	text, err := pages.ReadFile("pages/" + c.Name + ".md")
	if err != nil {
		return Page{}
	}
	front, body, _ := strings.Cut(strings.TrimPrefix(string(text), "---\n"), "\n---\n")
	var p Page
	if err := yaml.UnmarshalStrict([]byte(front), &p); err != nil {
		return Page{}
	}
	explain, _, _ := strings.Cut(body, "\n\n## ")
	p.Explain = strings.TrimSpace(explain)
	p.Example, p.Fix = block(body, "Example"), block(body, "Fix")
	return p
}

// block returns the code block of a section, or "".
func block(body, title string) string {
	_, section, _ := strings.Cut(body, "\n## "+title+"\n\n```")
	_, section, _ = strings.Cut(section, "\n")
	text, _, _ := strings.Cut(section, "\n```")
	return text
}

// Text is the page of a code as "explain" prints it: meaning, example, fix, source.
func Text(c *diag.Code) string {
	p := PageOf(c)
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s\n", c.Name, c.Severity, p.Summary)
	section := func(title, text, indent string) {
		if text == "" {
			return
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		for line := range strings.Lines(text) {
			b.WriteString(indent + strings.TrimRight(line, "\n") + "\n")
		}
	}
	section("Meaning", p.Explain, "  ")
	section("Example", p.Example, "    ")
	section("Fix", p.Fix, "    ")
	if c.Fixable {
		section("Fixed by", FixedBy, "  ")
	}
	section("Source", p.Source, "  ")
	return b.String()
}

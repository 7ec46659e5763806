package text

import (
	"fmt"
	"regexp"
	"strings"
)

// Piped is the command line of this program that reads what another one renders. The command line
// tool replaces its command by the one that was used.
const Piped = "connpolicy validate -f -"

// templateLanguage is a language whose marks stand where values will be.
type templateLanguage struct {
	mark   *regexp.Regexp
	name   string
	render string // a command line that renders it
}

// templateLanguages are recognized by their marks. Sources: https://pkg.go.dev/text/template,
// https://jinja.palletsprojects.com/en/stable/templates/, envsubst(1) and
// https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution,
// https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/vars/.
var templateLanguages = []templateLanguage{
	{regexp.MustCompile(`\{\{.*?(\}\}|$)`), "Helm, Go or Jinja", "helm template CHART"},
	{regexp.MustCompile(`\{%.*?(%\}|$)`), "Jinja", "jinja2 FILE"},
	{regexp.MustCompile(`\$\{[A-Za-z_]\w*[^}]*\}`), "envsubst or Flux", "envsubst < FILE"},
	{regexp.MustCompile(`\$\([A-Za-z_]\w*\)`), "kustomize", "kustomize build DIR"},
}

// ytt marks its templates by comments (https://carvel.dev/ytt/docs/latest/lang-ref-ytt/).
var ytt = templateLanguage{regexp.MustCompile(`(?m)(?:^|[ \t])(#@(?: |[a-z]+/).*)$`), "ytt", "ytt -f DIR"}

// Template is a mark of a template language in a text, where a value will be.
type Template struct {
	From, To      int    // its first byte and the one behind it
	Message, Help string // of a finding about it
}

// TemplateIn finds the first mark of a template in a text.
func TemplateIn(s string) (Template, bool) {
	if !strings.ContainsAny(s, "{$") {
		return Template{}, false
	}
	var language templateLanguage
	var first []int
	for _, l := range templateLanguages {
		if m := l.mark.FindStringIndex(s); m != nil && (first == nil || m[0] < first[0]) {
			language, first = l, m
		}
	}
	if first == nil {
		return Template{}, false
	}
	return language.template(s, first[0], first[1]), true
}

// YttIn finds the first mark of a ytt template, which is a comment, in the text of a document.
func YttIn(s string) (Template, bool) {
	m := ytt.mark.FindStringSubmatchIndex(s)
	if m == nil {
		return Template{}, false
	}
	return ytt.template(s, m[2], m[3]), true
}

func (l templateLanguage) template(s string, from, to int) Template {
	return Template{
		From: from, To: to,
		Message: fmt.Sprintf("this is a template for %s: %s has no value yet", l.name, s[from:to]),
		Help:    fmt.Sprintf("render it first, for example with: %s | %s", l.render, Piped),
	}
}

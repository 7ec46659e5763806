package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's parts are of the program
	"encoding/base64"
	"html/template"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
)

// The rules of the page:
//   - one file that fetches nothing and sends nothing: its own policy forbids it to browsers
//   - complete without its script, which only searches and folds
//   - color never carries anything that a word or a shape does not carry as well
//   - whatever comes from a manifest is text, and is escaped by html/template

// Page is what a report shows.
type Page struct {
	Places   []Place
	Findings diag.List // sorted
	Summary  diag.Summary
	Resolved bool // false when errors kept the documents from being resolved
	Input    []string
	Target   string // in whose words Objects are: "istio"
	Objects  []Emitted
	Version  string
}

// Emitted is an object that was written, as text.
type Emitted struct{ Name, Text string }

var (
	//go:embed page.html.tmpl
	pageText string
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string
)

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageText))
})

// HTML writes the page. The same input gives the same bytes.
func HTML(w io.Writer, p *Page) error {
	out := &harmless{w: bufio.NewWriterSize(w, 1<<16)}
	if err := pageTemplate().Execute(out, newPageView(p)); err != nil {
		return err
	}
	return out.w.Flush()
}

// digest names a text in a content security policy, which then lets nothing else run.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func contentPolicy() string {
	return "default-src 'none'; img-src data:; style-src " + digest(pageStyle) + "; script-src " + digest(pageScript) +
		"; base-uri 'none'; form-action 'none'"
}

// harmless replaces what would reorder or hide text on a page: control characters, and those
// that turn the direction of writing. Each write of a template ends with a whole character.
type harmless struct {
	w *bufio.Writer
}

func (h *harmless) Write(b []byte) (int, error) {
	if plain(b) {
		return h.w.Write(b)
	}
	_, err := h.w.Write(bytes.Map(shownRune, b))
	return len(b), err
}

// plain reports bytes that need no look at their characters.
func plain(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf || c < ' ' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return true
}

func shownRune(r rune) rune {
	if r == '\n' {
		return r
	}
	return diag.VisibleRune(r)
}

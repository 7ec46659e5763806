// Package text reads, explains and edits the text of documents.
//
// What goes in: the text of a source, YAML or JSON. What comes out: one Chunk per document, with the
// values in it or findings about what cannot be read, the place of each value by its JSON pointer, the
// edits that change one, and what comments suppress. Values come from sigs.k8s.io/yaml, which reads as
// kubectl does ("yes" is true); places come from its node parser; the two are never mixed. It has no table
// of kinds and no schema: the little that depends on the kind of an object is passed in as Kinds.
package text

import (
	"iter"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
	"go.yaml.in/yaml/v3"
)

// Chunk is the text of one YAML document, or of the JSON between two separators.
type Chunk struct {
	Source *diag.Source
	Offset int // of Text's first byte in the source
	Text   string

	before int // offset of what stands before it and belongs to no chunk: comments, separators
	once   sync.Once
	root   *yaml.Node   // nil when the text has no tree
	lines  []int        // byte offset in Text of each line, as the node parser counts them
	wide   wideMappings // of root
}

const byteOrderMark = "\ufeff"

// Split cuts a source at its document separators: lines of "---" followed by a space,
// a tab or nothing, and lines of "...". Neither can stand at the start of a line
// inside a value, so no parser is needed.
func Split(src *diag.Source) []*Chunk {
	text := src.Text()
	start, before := 0, 0
	var chunks []*Chunk
	add := func(from, to int) {
		if i := strings.Index(text[from:to], byteOrderMark); i >= 0 && blank(text[from:from+i]) {
			from += i + len(byteOrderMark) // files that were put together bring their own
		}
		if !blank(text[from:to]) {
			chunks = append(chunks, &Chunk{Source: src, Offset: from, Text: text[from:to], before: before})
			before = to
		}
	}
	for line := 0; line < len(text); {
		next := line + lineEnd(text[line:])
		mark := separator(text[line:next])
		if line > 0 && text[line-1] != '\n' && looksLikeJSON(text[start:line]) {
			mark = "" // the other line breaks may stand in a string of JSON
		}
		switch mark {
		case "---":
			if !directives(text[start:line]) {
				add(start, line)
				start = line
			}
		case "...":
			add(start, line)
			start = next
		}
		line = next
	}
	add(start, len(text))
	return chunks
}

// Start is the place of the first character that is not a separator, a comment or white space.
func (c *Chunk) Start() diag.Span { return c.Source.At(c.contentStart(), 1) }

// separator returns the document marker that the line begins with, or "".
func separator(line string) string {
	if len(line) < 3 || (line[:3] != "---" && line[:3] != "...") {
		return ""
	}
	if len(line) == 3 || strings.ContainsRune(" \t"+lineBreaks, firstRune(line[3:])) {
		return line[:3]
	}
	return ""
}

// lineEnd returns the offset behind a text's first line and its line break. YAML 1.1 also breaks
// lines at CR, NEL, U+2028 and U+2029 (https://yaml.org/spec/1.1/#id871136), so a comment ends there.
func lineEnd(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\n':
			return i + 1
		case '\r':
			if !strings.HasPrefix(text[i+1:], "\n") {
				return i + 1
			}
		case "\u0085"[0], "\u2028"[0]:
			if r, size := utf8.DecodeRuneInString(text[i:]); strings.ContainsRune(lineBreaks, r) {
				return i + size
			}
		}
	}
	return len(text)
}

// yamlLines yields the lines of a text, each with its line break.
func yamlLines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for text != "" {
			end := lineEnd(text)
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}

// blank reports text with nothing but separators, comments and white space.
func blank(text string) bool {
	for line := range yamlLines(text) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "---"))
		if line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

// directives reports text that holds YAML directives and nothing else: the "---" after
// it opens the same document.
func directives(text string) bool {
	found := false
	for line := range yamlLines(text) {
		switch line = strings.TrimRight(line, " \t"+lineBreaks); {
		case strings.HasPrefix(line, "%"):
			found = true
		case line != "" && line[0] != '#':
			return false
		}
	}
	return found
}

// Package schema turns the text of manifests into documents with positions, and
// documents into typed resources.
//
// What goes in: YAML and JSON as people and API servers write it. What comes out:
// one Document per Kubernetes object of a kind in Kinds, and findings about text
// that cannot be read. It embeds the JSON Schemas but judges no value: that is
// package validate. Values come from sigs.k8s.io/yaml, which reads as kubectl does
// ("yes" is true); positions come from its node parser; the two are never mixed.
package schema

import (
	"strings"
	"sync"

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
	root   *yaml.Node // nil when the text has no tree
	lines  []int      // byte offset in Text of each line, as the node parser counts them
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
		next := len(text)
		if i := strings.IndexByte(text[line:], '\n'); i >= 0 {
			next = line + i + 1
		}
		switch separator(text[line:next]) {
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

// separator returns the document marker that the line begins with, or "".
func separator(line string) string {
	if len(line) < 3 || (line[:3] != "---" && line[:3] != "...") {
		return ""
	}
	if len(line) == 3 || strings.ContainsRune(" \t\r\n", rune(line[3])) {
		return line[:3]
	}
	return ""
}

// blank reports text with nothing but separators, comments and white space.
func blank(text string) bool {
	for line := range strings.Lines(text) {
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
	for line := range strings.Lines(text) {
		switch line = strings.TrimRight(line, " \t\r\n"); {
		case strings.HasPrefix(line, "%"):
			found = true
		case line != "" && line[0] != '#':
			return false
		}
	}
	return found
}

package emit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	goyaml "go.yaml.in/yaml/v2"
)

// yamlWriter writes trees of maps, lists and scalars as block YAML with sorted keys, the way
// sigs.k8s.io/yaml does. That library takes 80 µs and 128 KiB for an object of twenty lines,
// most of a run with many objects; it is asked only how to quote a text that is not plainly
// a word. Tests compare the two byte by byte.
type yamlWriter struct {
	buf    *bytes.Buffer
	quoted map[string]string // what the library says of texts that recur: "10s", "80"
}

// value writes v at an indentation; the caller has written what stands before it on the line.
func (w *yamlWriter) value(v any, indent int) {
	switch v := v.(type) {
	case map[string]any:
		w.mapping(v, indent, false)
	case []any:
		w.sequence(v, indent)
	default:
		w.scalar(v)
		w.buf.WriteByte('\n')
	}
}

// mapping writes a map's entries. After "- " the first one continues the line.
func (w *yamlWriter) mapping(m map[string]any, indent int, inline bool) {
	if len(m) == 0 {
		w.buf.WriteString("{}\n")
		return
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if !inline {
			w.spaces(indent)
		}
		inline = false
		w.text(k)
		w.buf.WriteByte(':')
		w.entry(m[k], indent)
	}
}

// entry writes the value of a key. Lists are indented no deeper than their key.
func (w *yamlWriter) entry(v any, indent int) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			w.buf.WriteByte('\n')
			w.mapping(v, indent+2, false)
			return
		}
	case []any:
		if len(v) > 0 {
			w.buf.WriteByte('\n')
			w.sequence(v, indent)
			return
		}
	}
	w.buf.WriteByte(' ')
	w.value(v, indent)
}

func (w *yamlWriter) sequence(list []any, indent int) {
	if len(list) == 0 {
		w.buf.WriteString("[]\n")
		return
	}
	for _, v := range list {
		w.spaces(indent)
		w.buf.WriteString("- ")
		if m, ok := v.(map[string]any); ok {
			w.mapping(m, indent+2, true)
			continue
		}
		w.value(v, indent+2)
	}
}

func (w *yamlWriter) spaces(n int) {
	for range n {
		w.buf.WriteByte(' ')
	}
}

func (w *yamlWriter) scalar(v any) {
	switch v := v.(type) {
	case string:
		w.text(v)
	case json.Number:
		w.buf.WriteString(v.String())
	case bool:
		if v {
			w.buf.WriteString("true")
		} else {
			w.buf.WriteString("false")
		}
	default:
		w.buf.WriteString("null")
	}
}

func (w *yamlWriter) text(s string) {
	if isWord(s) {
		w.buf.WriteString(s)
		return
	}
	q, known := w.quoted[s]
	if !known {
		q = quote(s)
		w.quoted[s] = q
	}
	w.buf.WriteString(q)
}

// isWord reports a text that no YAML takes for anything else: lower-case letters, digits, dots,
// dashes and slashes, begun by a letter and longer than "true", "null" and their like.
func isWord(s string) bool {
	if len(s) <= len("false") || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '/') {
			return false
		}
	}
	return true
}

// quote asks the library; a text of several lines, which it would write as a block, is quoted
// as JSON, which is YAML too.
func quote(s string) string {
	if !strings.ContainsAny(s, "\n\r\u0085\u2028\u2029") {
		if out, err := goyaml.Marshal(s); err == nil && bytes.Count(out, []byte("\n")) == 1 {
			return strings.TrimSuffix(string(out), "\n")
		}
	}
	out, _ := json.Marshal(s)
	return string(out)
}

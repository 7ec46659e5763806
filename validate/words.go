package validate

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// fieldName is the path below spec with the indices taken out, to name a field of every item.
func fieldName(pointer string) string {
	var kept []string
	for token := range diag.Steps(strings.TrimPrefix(pointer, "/spec")) {
		if _, err := strconv.Atoi(token); err != nil {
			kept = append(kept, token)
		}
	}
	return strings.Join(kept, ".")
}

// last is the last step of a pointer, as a person would say it: an entry with its list's name.
func last(pointer string) string {
	for end := len(pointer); ; {
		at := max(0, strings.LastIndexByte(pointer[:end], '/'))
		if at == 0 || !isIndex(pointer[at+1:end]) {
			return diag.FieldPath(pointer[at:])
		}
		end = at
	}
}

func isIndex(token string) bool { return token != "" && strings.Trim(token, "0123456789") == "" }

func parent(pointer string) string { return pointer[:max(0, strings.LastIndexByte(pointer, '/'))] }

// in is where a field belongs, in words: "in spec.config.tcp", or nothing at the top.
func in(pointer string) string {
	if path := diag.FieldPath(pointer); path != "" {
		return " in " + path
	}
	return " at the top level"
}

// written shows a value as it would stand in a manifest, cut where it gets long.
func written(v any) string {
	var text string
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		text = strconv.Quote(v)
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	default:
		b, _ := json.Marshal(v)
		text = string(b)
	}
	if r := []rune(text); len(r) > 60 {
		text = string(r[:57]) + "…"
	}
	return text
}

// described shows a value with its JSON type: `"5", a string`, "a list".
func described(v any) string {
	switch v.(type) {
	case string:
		return written(v) + ", a string"
	case bool:
		return written(v) + ", a boolean"
	case json.Number:
		return written(v) + ", a number"
	default:
		return written(v)
	}
}

// article names a schema's type with its article.
func article(name string) string {
	switch name {
	case "array":
		return "a list"
	case "integer", "object":
		return "an " + name
	default:
		return "a " + name
	}
}

func enumerate(names []string) string { return strings.Join(names, ", ") }

// quoted lists values for "one of": "A", "B" or "C".
func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strconv.Quote(n)
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return enumerate(out[:len(out)-1]) + " or " + out[len(out)-1]
}

func index(pointer string, i int) string { return pointer + diag.Pointer(i) }

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

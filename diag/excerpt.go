package diag

import (
	"regexp"
	"strings"
)

// NewExcerpt wraps a text that was cut out of a larger one. Its lines have numbers that nobody
// sees in a file, so messages say whose text it is and which field, and show the line.
func NewExcerpt(name, text string) *Source {
	s := NewSource(name, text)
	s.excerpt = true
	return s
}

// plainName is a key that needs no quotes in a path.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// FieldPath is the span's field as people write it: spec.ports[0].number, and in quotes a key
// that has other characters than a name: metadata.labels["example.com/app"]. "" for none.
func (s Span) FieldPath() string {
	if s.Field == "" {
		return ""
	}
	var b strings.Builder
	for token := range strings.SplitSeq(s.Field[1:], "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch {
		case strings.Trim(token, "0123456789") == "" && token != "":
			b.WriteString("[" + token + "]")
		case !plainName.MatchString(token):
			b.WriteString(`["` + strings.ReplaceAll(token, `"`, `\"`) + `"]`)
		case b.Len() == 0:
			b.WriteString(token)
		default:
			b.WriteString("." + token)
		}
	}
	return b.String()
}

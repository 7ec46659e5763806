package diag

import (
	"fmt"
	"iter"
	"strings"
)

// Pointer joins object keys and list indices into a JSON pointer (RFC 6901).
func Pointer(steps ...any) string {
	var b strings.Builder
	for _, step := range steps {
		b.WriteByte('/')
		b.WriteString(escapePointer.Replace(fmt.Sprint(step)))
	}
	return b.String()
}

// Steps yields the keys and indices of a JSON pointer, unescaped; none for "".
func Steps(pointer string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if pointer == "" {
			return
		}
		for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			if !yield(unescapePointer(token)) {
				return
			}
		}
	}
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// unescapePointer decodes "~1" before "~0", so that "~01" is "~1" (RFC 6901, section 4).
func unescapePointer(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}

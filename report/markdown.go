package report

import (
	"fmt"
	"strings"
)

// What tables of Markdown are made of, where any text may come from a manifest; markdownText is
// for text that is no code.

// dotted spells a pointer as people write fields: spec.options.socketOptions[0].level.
func dotted(pointer string) string {
	var b strings.Builder
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch {
		case token != "" && strings.Trim(token, "0123456789") == "":
			b.WriteString("[" + token + "]")
		case strings.ContainsAny(token, "./[]\" "):
			fmt.Fprintf(&b, "[%q]", token)
		case b.Len() == 0:
			b.WriteString(token)
		default:
			b.WriteString("." + token)
		}
	}
	return b.String()
}

// longestValue bounds a value in a table, in runes.
const longestValue = 200

// code shows a text as it is written, whatever marks it holds; a bar would end a table's cell even
// here.
func code(s string) string {
	runes := []rune(printable(strings.ReplaceAll(s, "\n", "⏎")))
	if len(runes) > longestValue {
		runes = append(runes[:longestValue], '…')
	}
	text, fence := string(runes), "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if text == "" {
		return `""`
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.TrimSpace(text) != text {
		text = " " + text + " "
	}
	return fence + strings.ReplaceAll(text, "|", `\|`) + fence
}

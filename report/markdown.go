package report

import (
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// What tables of Markdown are made of, where any text may come from a manifest; diag.Markdown is for
// text that is not code.

// longestValue bounds a value in a table, in runes.
const longestValue = 200

// code shows a text as it is written, whatever marks it holds; a bar would end a table's cell even
// here.
func code(s string) string {
	runes := []rune(diag.Visible(strings.ReplaceAll(s, "\n", "⏎")))
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

package validate

import (
	"encoding/json"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// typographic are quotation marks that text processors put in the place of " and '.
const typographic = "\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb"

// invisible are characters that a text brings along when it is copied, and nobody sees.
const invisible = "\u00a0\u200b\u200c\u200d\u2060\ufeff"

// stray finds quotes and invisible characters around a refused text, without which its field takes
// it. It returns the first of them and what is left of the text.
func (f failure) stray() (mark rune, bare string, ok bool) {
	text, isText := f.value.(string)
	if !isText || f.schema == nil {
		return 0, "", false
	}
	const marks = typographic + invisible + "\"'"
	bare = strings.TrimSpace(strings.Trim(text, marks+" "))
	at := strings.IndexAny(text, marks)
	if at < 0 || bare == "" || bare == strings.Trim(text, " ") {
		return 0, "", false
	}
	if f.schema.Validate(bare) != nil && (!computable(bare) || !wholeNumber.MatchString(bare) || f.schema.Validate(json.Number(bare)) != nil) {
		return 0, "", false
	}
	return []rune(text[at:])[0], bare, true
}

// strayFault words a refusal whose cause is such a character.
func (f failure) strayFault(mark rune, bare string) (message, help string) {
	name := sprint("the invisible character U+%04X", mark)
	switch {
	case strings.ContainsRune(typographic, mark):
		name = sprint("the typographic quotation mark %c", mark)
	case mark == '"' || mark == '\'':
		name = sprint("the quote %c", mark)
	}
	help = sprint("write %q", bare)
	if f.schema.Validate(bare) != nil {
		help = "write " + bare + ", without quotes"
	}
	return sprint("%s is %s, and %s is part of the text", diag.FieldPath(f.pointer), written(f.value), name), help
}

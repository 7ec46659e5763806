package validate

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// What a machine may type for the user. A finding gets a fix only where the text can have been
// meant in one way; where the help names two, or asks for a value, the user is left to choose.

// setFix gives the last of the findings its fix; nil where the text does not let it be made.
func setFix(found diag.List, fix *diag.Fix) { found[len(found)-1].Fix = fix }

// respelling gives keys of one object other names.
type respelling struct {
	doc   *schema.Document
	taken map[string]int // the finding that wants a name
}

// setFix gives the last of the findings another name for its key. Two keys that want to be the same
// field are left as they are: which of them it was is not known.
func (n respelling) setFix(found diag.List, pointer, name string) {
	if rival, taken := n.taken[name]; taken {
		found[rival].Fix = nil
		return
	}
	n.taken[name] = len(found) - 1
	setFix(found, n.doc.RenameKey(pointer, name))
}

// holds reports a field whose type a value has. The value itself may be wrong, and speaks for
// itself once its field is found.
func holds(field *jsonschema.Schema, value any) bool {
	for field.Ref != nil && len(field.Types) == 0 {
		field = field.Ref
	}
	is := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(field.Types, name) })
	}
	switch value.(type) {
	case map[string]any:
		return is("object")
	case []any:
		return is("array")
	case string:
		return is("string")
	case bool:
		return is("boolean")
	case json.Number:
		return is("integer", "number")
	}
	return false
}

// meantValue is what a refused value can only have been meant to be, or nil.
func meantValue(f failure) any {
	switch f.def {
	case "duration":
		if d := meantDuration(f); d != "" {
			return d
		}
		return nil
	case "base64":
		return f.allow(meantBase64(f.value))
	}
	switch f.keyword {
	case "enum", "const":
		if text, ok := f.value.(string); ok {
			return f.allow(diag.Unambiguous(text, enumNames(f.schema)))
		}
	case "type":
		return meantType(f)
	}
	return nil
}

// allow gives a value back if the schema that refused the old one takes it.
func (f failure) allow(value any) any {
	if value == "" || f.schema.Validate(value) != nil {
		return nil
	}
	return value
}

// wholeNumber is a number whose quoted text and value look alike in every language.
var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// meantType takes quotes off a number or a boolean, or puts them around one, as it is written.
func meantType(f failure) any {
	wants := func(name string) bool { return slices.Contains(f.schema.Types, name) }
	switch v := f.value.(type) {
	case string:
		switch {
		case (wants("integer") || wants("number")) && computable(v) && wholeNumber.MatchString(v):
			return f.allow(json.Number(v))
		case wants("boolean") && (v == "true" || v == "false"):
			return f.allow(v == "true")
		}
	case json.Number, bool:
		if wants("string") {
			return f.allow(f.text)
		}
	}
	return nil
}

// meantBase64 adds the padding that is left out, and exchanges the letters that URLs have.
func meantBase64(value any) string {
	text, _ := value.(string)
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	raw, err := base64.RawStdEncoding.Strict().DecodeString(text)
	if err != nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// meantDuration is the duration that a refused value can only have been meant to be, or "". A bare
// number is one only where its reading in milliseconds is impossible, as for most in a keepalive.
func meantDuration(f failure) string {
	path := diag.FieldPath(f.pointer)
	text, isText := f.value.(string)
	if number, ok := f.value.(json.Number); ok && f.text == number.String() { // 0700 is another number in YAML
		text, isText = f.text, true
	}
	if !isText {
		return ""
	}
	meant := iso8601(text)
	if m := numberAndUnit.FindStringSubmatch(text); m != nil {
		switch {
		case m[2] == "" && possible(path, m[1]+"ms"):
			return ""
		case m[2] == "":
			meant = m[1] + "s"
		default:
			meant = respelledUnit(m[1], m[2])
		}
	}
	if d, err := time.ParseDuration(meant); err != nil || d%time.Millisecond != 0 || !possible(path, meant) {
		return ""
	}
	return meant
}

// respelledUnit is an amount in a unit that Go has, or "".
func respelledUnit(amount, unit string) string {
	hours := map[string]int{"d": 24, "day": 24, "days": 24, "w": 7 * 24, "week": 7 * 24, "weeks": 7 * 24}
	lower := strings.ToLower(unit)
	switch n, err := strconv.Atoi(amount); {
	case unit == "M": // months, minutes or millions
		return ""
	case hours[lower] > 0 && err == nil && n < 1<<20:
		return strconv.Itoa(n*hours[lower]) + "h"
	case spellings[lower] != "":
		return amount + spellings[lower]
	}
	return ""
}

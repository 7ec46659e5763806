package validate

import (
	"cmp"
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// The words for what a schema refuses, by the meaning of the place it failed at.

// refusal words a failed keyword by the meaning of the place it failed at.
func refusal(f failure) (code *diag.Code, message, help string) {
	path := diag.FieldPath(f.pointer)
	switch {
	case f.keyword == unbounded:
		return unboundedFault(path, f.value.(json.Number))
	case f.def == "duration":
		return durationFault(path, f.value)
	case f.def == "objectName" || f.def == "namespaceName":
		return nameFault(f)
	case f.def == "portSelector" && f.keyword == "maxProperties":
		return diag.PortNumberAndName, path + " has both a number and a name", "keep one of the two"
	case f.keyword == "maximum" || f.keyword == "minimum":
		return rangeFault(f)
	case f.def == "int64":
		return diag.WrongType, sprint("%s is %s, which is not a 64-bit integer", path, written(f.value)), "write the number alone, without a unit"
	case f.keyword == "type":
		return diag.WrongType, sprint("%s is %s; it must be %s", path, described(f.value), types(f.schema)), typeHelp(f)
	case f.keyword == "enum" || f.keyword == "const":
		return enumFault(f)
	case f.def == "base64":
		return diag.MalformedValue, sprint("%s is %s, which is not base64 with padding", path, written(f.value)), "encode the bytes again, for example with: printf '…' | base64"
	}
	return sizeFault(f)
}

// nameFault words what Kubernetes refuses in names (RFC 1123).
func nameFault(f failure) (*diag.Code, string, string) {
	path := diag.FieldPath(f.pointer)
	text, isText := f.value.(string)
	switch {
	case !isText:
		return diag.WrongType, sprint("%s is %s; it must be a string", path, described(f.value)), "write the name in quotes"
	case text == "":
		return diag.MissingName, path + " is empty", "write a name"
	case f.keyword == "maxLength":
		return diag.MalformedValue, sprint("%s is longer than %d characters", path, f.schema.MaxLength), "shorten it"
	}
	return diag.RefusedName, sprint("%s is %s, which is not a valid Kubernetes name", path, written(f.value)), "write lower-case letters, digits and -, with a letter or digit at both ends"
}

func sizeFault(f failure) (*diag.Code, string, string) {
	path := diag.FieldPath(f.pointer)
	switch f.keyword {
	case "minLength", "minItems", "minProperties":
		if strings.HasSuffix(path, "]") {
			return diag.MalformedValue, path + " is empty", "write a value, or delete the entry"
		}
		return diag.MalformedValue, path + " is empty", sprint("write %s: %s, or delete it", last(f.pointer), sample(f.schema))
	case "maxLength":
		return diag.MalformedValue, sprint("%s is longer than %d characters", path, f.schema.MaxLength), "shorten it"
	case "maxProperties":
		return diag.MalformedValue, sprint("%s has more than %d of its fields", path, f.schema.MaxProperties), "keep one of them"
	case "maxItems":
		return diag.MalformedValue, sprint("%s has more than %d entries", path, f.schema.MaxItems), "shorten it"
	default:
		return diag.MalformedValue, sprint("%s is %s, which does not match the format of this field", path, written(f.value)), "write it like " + sample(f.schema)
	}
}

func enumFault(f failure) (*diag.Code, string, string) {
	names := enumNames(f.schema)
	text, _ := f.value.(string)
	if f.def == "code" {
		return codeFault(f, text, names)
	}
	near := diag.Nearest(text, names)
	help := "write " + quoted(names)
	if near != "" {
		help = sprint("did you mean %q? allowed: %s", near, enumerate(names))
	}
	return diag.UnknownValue, sprint("%s is %s, which is not an allowed value", diag.FieldPath(f.pointer), written(f.value)), help
}

// codeFault is about the code of a suppression, of which there are too many to list.
func codeFault(f failure, name string, names []string) (*diag.Code, string, string) {
	help := "connpolicy explain --list shows all codes"
	if near := diag.Nearest(name, names); near != "" {
		help = sprint("did you mean %q? %s", near, help)
	}
	switch code := diag.Lookup(name); {
	case code != nil && code.Severity == diag.Error:
		return diag.UnknownValue, sprint("%s is %s, which is an error, and errors cannot be suppressed", diag.FieldPath(f.pointer), written(f.value)), "fix the error; for existing errors write a baseline: connpolicy validate --write-baseline FILE"
	case code != nil:
		return diag.UnknownValue, sprint("%s is %s, which cannot be suppressed", diag.FieldPath(f.pointer), written(f.value)), "fix the finding instead"
	}
	return diag.UnknownValue, sprint("%s is %s, and there is no such code", diag.FieldPath(f.pointer), written(f.value)), help
}

// enumNames are the words that a field takes.
func enumNames(s *jsonschema.Schema) []string {
	var names []string
	for _, v := range slices.Concat(s.Enum, s.Constant) {
		if name, ok := v.(string); ok {
			names = append(names, name)
		}
	}
	return names
}

func types(s *jsonschema.Schema) string {
	names := make([]string, 0, len(s.Types))
	for _, t := range s.Types {
		names = append(names, article(t))
	}
	return strings.Join(names, " or ")
}

var bareEntry = regexp.MustCompile(`^([A-Za-z]\w*)(?::|\s+)(\S.*)$`)

// entryWithoutColon reads a text that stands for an object as the one entry it was meant to be:
// "name keepalive", or "name:keepalive", which YAML takes for a text too.
func entryWithoutColon(f failure, text string) string {
	s := f.schema
	for s.Ref != nil && len(s.Properties) == 0 {
		s = s.Ref
	}
	m := bareEntry.FindStringSubmatch(text)
	if m == nil || s.Properties[m[1]] == nil {
		return ""
	}
	return m[1] + ": " + m[2]
}

var plainNumber = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]+)?$`)

// typeHelp is what to type for a value of the wrong type, where the value shows it.
func typeHelp(f failure) string {
	text, isString := f.value.(string)
	wants := func(t string) bool { return slices.Contains(f.schema.Types, t) }
	isNumber := plainNumber.MatchString(text)
	switch number, _ := f.value.(json.Number); {
	case isString && wants("object") && entryWithoutColon(f, text) != "":
		return "write " + entryWithoutColon(f, text)
	case isString && isNumber && (wants("integer") || wants("number")):
		return sprint("write %s, without quotes", text)
	case isString && wants("boolean") && (text == "true" || text == "false"):
		return sprint("write %s, without quotes", text)
	case wants("string") && len(enumNames(f.schema)) > 0:
		return "write " + quoted(enumNames(f.schema))
	case wants("string") && (number != "" || f.value == true || f.value == false):
		return sprint("write %q", cmp.Or(f.text, written(f.value)))
	case wants("array"):
		return sprint("write a list: put \"- \" before each entry under %s", last(f.pointer))
	case wants("integer"):
		return "write a whole number"
	case len(f.schema.Examples) > 0:
		return sprint("write %s: %s", last(f.pointer), example(f.schema.Examples[0]))
	case wants("object"):
		return "write its fields below it, indented further"
	default:
		return "write " + types(f.schema)
	}
}

func rangeFault(f failure) (*diag.Code, string, string) {
	path, value := diag.FieldPath(f.pointer), written(f.value)
	low, high := bound(f.schema.Minimum), bound(f.schema.Maximum)
	switch f.def {
	case "keepaliveProbes":
		return diag.KeepaliveOutOfRange, sprint("%s is %s, and the kernel takes 1 to %d probes", path, value, facts.KernelMaxKeepaliveProbes), sprint("write a number from 1 to %d", facts.KernelMaxKeepaliveProbes)
	case "limit":
		return diag.LimitOutOfRange, sprint("%s is %s, and this field holds 0 to %s", path, value, high), sprint("leave it out for no limit (%d cannot be written here), or write a number up to %s", facts.IstioUnlimited, high)
	case "requestsPerConnection":
		return diag.LimitOutOfRange, sprint("%s is %s, and this field holds 0 to %s", path, value, high), "write 0 for no limit, or a number up to " + high
	}
	return diag.OutOfRange, sprint("%s is %s, outside %s to %s", path, value, low, high), sprint("write a number from %s to %s", low, high)
}

func bound(r *big.Rat) string {
	if r == nil {
		return "…"
	}
	if r.IsInt() {
		return r.Num().String()
	}
	return r.FloatString(3)
}

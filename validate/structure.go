package validate

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// lazySchema compiles a kind's JSON Schema when it is first wanted: a millisecond or
// more each, which a run pays for the kinds it meets only.
type lazySchema struct {
	kind     *schema.Kind
	once     *sync.Once
	root     *jsonschema.Schema
	compiler *jsonschema.Compiler
	mu       sync.Mutex
}

const schemaURL = "https://connpolicy.dev/schemas/"

func (l *lazySchema) get() *lazySchema {
	l.once.Do(func() {
		l.compiler = jsonschema.NewCompiler()
		l.compiler.Draft = jsonschema.Draft2020
		l.compiler.AssertFormat = true
		l.compiler.Formats = map[string]func(any) bool{"go-duration": isDuration, "int64": isInt64}
		if err := l.compiler.AddResource(l.url(), bytes.NewReader(l.kind.Schema())); err != nil {
			panic(err) // an embedded schema that is not JSON; a test compiles every one
		}
		l.root = l.compiler.MustCompile(l.url())
	})
	return l
}

func (l *lazySchema) url() string { return schemaURL + l.kind.File() }

// at returns the schema that stands at an absolute keyword location.
func (l *lazySchema) at(location string) *jsonschema.Schema {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, err := l.compiler.Compile(location)
	if err != nil {
		return l.root
	}
	return s
}

func isDuration(v any) bool {
	text, ok := v.(string)
	if !ok {
		return true // the type is the type keyword's to judge
	}
	_, err := time.ParseDuration(text)
	return err == nil && text != "0"
}

// isInt64 reports a whole number that 64 bits hold, in quotes or not, as Gloo's decoder reads it.
func isInt64(v any) bool {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	default:
		return true
	}
	if _, err := strconv.ParseInt(text, 0, 64); err == nil {
		return true
	}
	f, err := strconv.ParseFloat(text, 64)
	return err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<63
}

// structure checks a document's tree against its schema. What it refuses it takes out, and
// what it can read in spite of the schema it respells, until the tree passes.
type structure struct {
	doc    *schema.Document
	schema *lazySchema
	found  diag.List
	nulls  map[string]bool // fields without a value, for rounds after they are taken out
	done   map[string]bool // one finding per place: a pattern and a format must not say the same twice
}

// maxRounds bounds the repairs: a renamed object may hold another one, and no deeper than this.
const maxRounds = 8

func (s *structure) check() {
	for range maxRounds {
		err := s.schema.root.Validate(s.doc.Value)
		if err == nil {
			return
		}
		if s.done == nil {
			s.nulls, s.done = map[string]bool{}, map[string]bool{}
		}
		s.doc.Changed()
		for _, leaf := range leaves(err) {
			s.leaf(leaf)
		}
	}
}

// leaves flattens a validation error to the keywords that failed, deepest place first, so
// that taking one thing out does not move another that is still to be looked at.
func leaves(err error) []*jsonschema.ValidationError {
	root, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return nil
	}
	var out []*jsonschema.ValidationError
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			out = append(out, e)
		}
		for _, c := range e.Causes {
			walk(c)
		}
	}
	walk(root)
	slices.SortStableFunc(out, func(a, b *jsonschema.ValidationError) int {
		if c := strings.Compare(b.InstanceLocation, a.InstanceLocation); c != 0 {
			return c
		}
		return strings.Compare(a.AbsoluteKeywordLocation, b.AbsoluteKeywordLocation)
	})
	return out
}

// failure is one keyword that failed, with what is needed to speak about it.
type failure struct {
	pointer string
	keyword string
	def     string // the name under $defs that the keyword stands in, or ""
	value   any
	schema  *jsonschema.Schema
}

func (s *structure) leaf(e *jsonschema.ValidationError) {
	location, keyword, _ := cutLast(e.AbsoluteKeywordLocation)
	f := failure{pointer: e.InstanceLocation, keyword: keyword, def: definition(location)}
	var ok bool
	if f.value, ok = lookup(s.doc.Value, f.pointer); !ok {
		return // it went out with what it stood in
	}
	f.schema = s.schema.at(location)
	switch keyword {
	case "additionalProperties":
		s.unknownFields(f)
	case "required":
		s.missingFields(f)
	default:
		s.refused(f)
	}
}

// refused speaks of a value that is there and not allowed, and takes it out.
func (s *structure) refused(f failure) {
	if s.done[f.pointer] {
		return
	}
	s.done[f.pointer] = true
	if f.value == nil && f.keyword == "type" && isField(s.doc.Value, f.pointer) {
		s.nulls[f.pointer] = true
		if strings.HasPrefix(f.pointer, "/spec") { // elsewhere an API server drops it, and nothing is lost
			s.null(f)
		}
		remove(s.doc.Value, f.pointer)
		return
	}
	if respelled, ok := s.bareSeconds(f); ok {
		replace(s.doc.Value, f.pointer, respelled)
		return
	}
	if object, ok := f.value.(map[string]any); ok && f.keyword == "maxProperties" && len(object) <= f.schema.MaxProperties {
		return // it was an unknown field that was one too many
	}
	code, message, help := refusal(f)
	if code == diag.RefusedName {
		s.report(code, s.doc.Span(f.pointer), message, help)
		return // the name says what is meant, and stays
	}
	span := s.doc.Span(f.pointer)
	if code == diag.PortNumberAndName {
		span = s.doc.KeySpan(f.pointer)
	}
	s.report(code, span, message, help)
	remove(s.doc.Value, f.pointer)
}

func (s *structure) report(code *diag.Code, span diag.Span, message, help string) {
	s.found = append(s.found, diag.Diagnostic{Code: code, Span: span, Subject: s.doc.Subject(), Message: message, Help: help})
}

func (s *structure) null(f failure) {
	s.report(diag.NullValue, s.doc.KeySpan(f.pointer),
		sprint("%s has no value, which is the same as leaving it out", fieldPath(f.pointer)),
		nullHelp(f))
}

func nullHelp(f failure) string {
	switch {
	case slices.Contains(f.schema.Types, "object"):
		return sprint("write %s: {} to set it, or delete the line", last(f.pointer))
	case len(f.schema.Examples) > 0:
		return sprint("write %s: %s, or delete the line", last(f.pointer), example(f.schema.Examples[0]))
	default:
		return "write a value, or delete the line"
	}
}

func example(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// unknownFields reports each key that the schema does not know, at the key, and reads
// the protobuf spelling of one it does know.
func (s *structure) unknownFields(f failure) {
	object, _ := f.value.(map[string]any)
	allowed := slices.Sorted(maps.Keys(f.schema.Properties))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if f.schema.Properties[key] != nil {
			continue
		}
		pointer := f.pointer + schema.Pointer(key)
		if camel := schema.CamelCase(key); camel != key && f.schema.Properties[camel] != nil {
			s.snakeCase(object, pointer, key, camel)
			continue
		}
		delete(object, key)
		help := "fields allowed here: " + enumerateSome(allowed)
		if near := diag.Nearest(key, allowed); near != "" {
			help = sprint("did you mean %q? %s", near, help)
			s.done[f.pointer+schema.Pointer(near)] = true // what it was meant to be is not missing as well
		}
		s.report(diag.UnknownField, s.doc.KeySpan(pointer), sprint("unknown field %q%s", key, in(f.pointer)), help)
	}
}

func (s *structure) snakeCase(object map[string]any, pointer, key, camel string) {
	message := sprint("%q is how protobuf spells %q: Gloo reads it from a file, and a cluster drops it", key, camel)
	help := sprint("write %q", camel)
	if _, both := object[camel]; both {
		message, help = sprint("%q is how protobuf spells %q, which is set too and wins", key, camel), "delete the line"
	} else {
		object[camel] = object[key]
	}
	delete(object, key)
	s.report(diag.SnakeCaseField, s.doc.KeySpan(pointer), message, help)
}

// missingFields reports required keys that are not there, at the key they belong under.
func (s *structure) missingFields(f failure) {
	object, _ := f.value.(map[string]any)
	for _, key := range f.schema.Required {
		pointer := f.pointer + schema.Pointer(key)
		if _, there := object[key]; there || s.done[pointer] && !s.nulls[pointer] || s.done["required "+pointer] {
			continue
		}
		s.done["required "+pointer] = true
		s.forgetNull(pointer)
		if key == "name" && f.def == "metadata" || key == "metadata" {
			s.report(diag.MissingName, s.doc.KeySpan(f.pointer), "metadata.name is missing", "write a name under metadata, such as "+exampleName(s.doc.Kind))
			continue
		}
		help := sprint("write %s: …", key)
		if p := f.schema.Properties[key]; p != nil {
			help = sprint("write %s: %s", key, sample(p))
		}
		s.report(diag.MissingField, s.doc.KeySpan(f.pointer), sprint("%s is missing%s", key, in(f.pointer)), help)
	}
}

// forgetNull drops the warning of a field without a value when the field is required: the
// error says it all.
func (s *structure) forgetNull(pointer string) {
	if s.nulls[pointer] {
		span := s.doc.KeySpan(pointer)
		s.found = slices.DeleteFunc(s.found, func(d diag.Diagnostic) bool { return d.Code == diag.NullValue && d.Span == span })
	}
}

func exampleName(k *schema.Kind) string {
	return sprint("name: my-%s", strings.ToLower(k.Name))
}

// sample is a value to type for a schema: its example, or the shape of its type.
func sample(p *jsonschema.Schema) string {
	for p.Ref != nil && len(p.Examples) == 0 {
		p = p.Ref
	}
	switch {
	case len(p.Examples) > 0:
		return example(p.Examples[0])
	case len(p.Enum) > 0:
		return sprint("%v", p.Enum[0])
	case len(p.Types) == 1 && p.Types[0] == "object":
		return "{…}"
	case len(p.Types) == 1 && p.Types[0] == "array":
		return "[…]"
	default:
		return "…"
	}
}

// refusal words a failed keyword by the meaning of the place it failed at.
func refusal(f failure) (code *diag.Code, message, help string) {
	path := fieldPath(f.pointer)
	switch {
	case f.def == "duration":
		return durationFault(path, f.value)
	case f.def == "objectName" || f.def == "namespaceName":
		return nameFault(f)
	case f.def == "portSelector" && f.keyword == "maxProperties":
		return diag.PortNumberAndName, path + " has both a number and a name", "keep one of the two"
	case f.keyword == "maximum" || f.keyword == "minimum":
		return rangeFault(f)
	case f.def == "int64":
		return diag.WrongType, sprint("%s is %s, which is not a whole number of 64 bits", path, written(f.value)), "write the number alone, without a unit"
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
	path := fieldPath(f.pointer)
	text, isText := f.value.(string)
	switch {
	case !isText:
		return diag.WrongType, sprint("%s is %s; it must be a string", path, described(f.value)), "write the name in quotes"
	case text == "":
		return diag.MissingName, path + " is empty", "write a name, or delete the line"
	case f.keyword == "maxLength":
		return diag.MalformedValue, sprint("%s is longer than %d characters", path, f.schema.MaxLength), "shorten it"
	}
	return diag.RefusedName, sprint("%s is %s, which Kubernetes does not take as a name", path, written(f.value)), "write lower-case letters, digits and -, with a letter or digit at both ends"
}

func sizeFault(f failure) (*diag.Code, string, string) {
	path := fieldPath(f.pointer)
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
		return diag.MalformedValue, sprint("%s is %s, which does not have the form of this field", path, written(f.value)), "write it like " + sample(f.schema)
	}
}

func enumFault(f failure) (*diag.Code, string, string) {
	allowed := f.schema.Enum
	if f.keyword == "const" {
		allowed = f.schema.Constant
	}
	var names []string
	for _, v := range allowed {
		if name, ok := v.(string); ok {
			names = append(names, name)
		}
	}
	text, _ := f.value.(string)
	near := diag.Nearest(text, names)
	help := "write " + quoted(names)
	if near != "" {
		help = sprint("did you mean %q? allowed: %s", near, enumerate(unquoted(names)))
	}
	return diag.UnknownValue, sprint("%s is %s, which is not a value it takes", fieldPath(f.pointer), written(f.value)), help
}

// unquoted undoes quoted, which quotes in place.
func unquoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.Trim(n, `"`)
	}
	return out
}

func types(s *jsonschema.Schema) string {
	names := make([]string, 0, len(s.Types))
	for _, t := range s.Types {
		names = append(names, article(t))
	}
	return strings.Join(names, " or ")
}

var plainNumber = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]+)?$`)

// typeHelp says what to type for a value of the wrong type, where the value tells.
func typeHelp(f failure) string {
	text, isString := f.value.(string)
	wants := func(t string) bool { return slices.Contains(f.schema.Types, t) }
	isNumber := plainNumber.MatchString(text)
	switch number, _ := f.value.(json.Number); {
	case isString && isNumber && (wants("integer") || wants("number")):
		return sprint("write %s, without quotes", text)
	case isString && wants("boolean") && (text == "true" || text == "false"):
		return sprint("write %s, without quotes", text)
	case wants("string") && number != "":
		return sprint("write %q", number)
	case wants("string") && f.value == true || wants("string") && f.value == false:
		return sprint("write \"%v\", with quotes", f.value)
	case wants("array"):
		return sprint("write a list: put \"- \" before each entry under %s", last(f.pointer))
	case wants("integer"):
		return "write a whole number"
	case len(f.schema.Examples) > 0:
		return sprint("write %s: %s", last(f.pointer), example(f.schema.Examples[0]))
	default:
		return "write " + types(f.schema)
	}
}

func rangeFault(f failure) (*diag.Code, string, string) {
	path, value := fieldPath(f.pointer), written(f.value)
	low, high := bound(f.schema.Minimum), bound(f.schema.Maximum)
	switch f.def {
	case "keepaliveProbes":
		return diag.KeepaliveOutOfRange, sprint("%s is %s, and the kernel takes 1 to 127 probes", path, value), "write a number from 1 to 127"
	case "limit":
		return diag.LimitOutOfRange, sprint("%s is %s, and this field holds 0 to %s", path, value, high), "leave it out for no limit (4294967295 cannot be written here), or write a number up to " + high
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

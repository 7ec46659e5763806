package validate

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

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
	s.numbers()
	for range maxRounds {
		err := s.schema.root.Validate(s.doc.Value)
		if err == nil {
			return
		}
		s.start()
		s.doc.Changed()
		for _, f := range s.failures(err) {
			s.failed(f)
		}
	}
}

// start makes the maps that findings need; most documents have none.
func (s *structure) start() {
	if s.done == nil {
		s.nulls, s.done = map[string]bool{}, map[string]bool{}
	}
}

// leaves flattens a validation error to the keywords that failed, deepest place first, so
// that taking one thing out does not move another that is still to be looked at.
func leaves(err error) []*jsonschema.ValidationError {
	var root *jsonschema.ValidationError
	if !errors.As(err, &root) {
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
	text    string // the value as it is written
	schema  *jsonschema.Schema
}

// failures are the leaves with the values they are about, looked up before any of them is taken
// out: a list goes whole with its first wrong entry, and the others are to be spoken of, too.
func (s *structure) failures(err error) []failure {
	var out []failure
	for _, e := range leaves(err) {
		location, keyword, _ := cutLast(e.AbsoluteKeywordLocation)
		f := failure{pointer: e.InstanceLocation, keyword: keyword, def: definition(location), schema: s.schema.at(location)}
		var ok bool
		if f.value, ok = lookup(s.doc.Value, f.pointer); ok {
			out = append(out, f)
		}
	}
	return out
}

func (s *structure) failed(f failure) {
	switch f.keyword {
	case "additionalProperties":
		s.unknownFields(f)
	case "required":
		s.missingFields(f)
	case "not":
		s.together(f)
	default:
		s.refused(f)
	}
}

// refused reports a value that is not allowed, and removes it.
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
	f.text = s.doc.Span(f.pointer).Written()
	if respelled, ok := s.bareSeconds(f); ok {
		delete(s.done, f.pointer) // read after all, so not taken out
		replace(s.doc.Value, f.pointer, respelled)
		return
	}
	if object, ok := f.value.(map[string]any); ok && f.keyword == "maxProperties" && len(object) <= f.schema.MaxProperties {
		return // it was an unknown field that was one too many
	}
	code, message, help := refusal(f)
	if mark, bare, ok := f.stray(); ok {
		message, help = f.strayFault(mark, bare)
	}
	if code == diag.RefusedName {
		s.report(code, s.doc.Span(f.pointer), message, help)
		return // the name says what is meant, and stays
	}
	span := s.doc.Span(f.pointer)
	if code == diag.PortNumberAndName {
		span = s.doc.KeySpan(f.pointer)
	}
	s.report(code, span, message, help)
	if meant := meantValue(f); meant != nil {
		setFix(s.found, s.doc.SetValue(f.pointer, meant))
	}
	if !isField(s.doc.Value, f.pointer) {
		s.done[parent(f.pointer)] = true // a list goes whole
	}
	remove(s.doc.Value, f.pointer)
}

// together reports fields that exclude each other, and removes the last one.
func (s *structure) together(f failure) {
	object, _ := f.value.(map[string]any)
	names := f.schema.Not.Required
	for _, name := range names {
		if object[name] == nil {
			return // it has no value, or was refused for itself
		}
	}
	pointer := f.pointer + diag.Pointer(names[len(names)-1])
	s.done[pointer] = true
	delete(object, names[len(names)-1])
	s.report(diag.MalformedValue, s.doc.KeySpan(pointer), sprint("%s has both %s", diag.FieldPath(f.pointer), strings.Join(names, " and ")), "keep one of the two")
}

func (s *structure) report(code *diag.Code, span diag.Span, message, help string) {
	s.found = append(s.found, diag.Diagnostic{Code: code, Span: span, Subject: s.doc.Subject(), Message: message, Help: help})
}

func (s *structure) null(f failure) {
	s.report(diag.NullValue, s.doc.KeySpan(f.pointer),
		sprint("%s has no value, which is the same as leaving it out", diag.FieldPath(f.pointer)),
		nullHelp(f))
}

func nullHelp(f failure) string {
	switch {
	case last(f.pointer) == "tcpKeepalive":
		return "write tcpKeepalive: {} to turn it on with the kernel's timings, or delete the line"
	case slices.Contains(f.schema.Types, "object"):
		return "write its fields below it, indented further, or delete the line"
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
	names := respelling{doc: s.doc, taken: map[string]int{}}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if f.schema.Properties[key] != nil {
			continue
		}
		pointer := f.pointer + diag.Pointer(key)
		if camel := text.CamelCase(key); camel != key && f.schema.Properties[camel] != nil {
			s.snakeCase(object, pointer, key, camel)
			names.setFix(s.found, pointer, camel)
			continue
		}
		s.unknownField(f, object, key, allowed)
		if meant := diag.Unambiguous(key, allowed); meant != "" && fieldBelow(f.schema, key) == "" && holds(f.schema.Properties[meant], object[key]) {
			names.setFix(s.found, pointer, meant)
		}
		delete(object, key)
	}
}

// unknownField reports one key that the schema has no field for.
func (s *structure) unknownField(f failure, object map[string]any, key string, allowed []string) {
	pointer := f.pointer + diag.Pointer(key)
	s.done[pointer] = true // it may have meant what now seems to be missing
	help := "fields allowed here: " + diag.FirstOf(allowed, diag.MostNames)
	switch m := s.meaning(f, object, key, allowed); {
	case m.field != "":
		help = m.help + " " + help
		s.done[f.pointer+diag.Pointer(m.field)] = true // what it was meant to be is not missing as well
	case m.place != "":
		help = m.help
		s.done[m.place] = true
		s.forgetNull(m.place)
	}
	s.report(diag.UnknownField, s.doc.KeySpan(pointer), sprint("unknown field %q%s", key, in(f.pointer)), help)
}

// fieldBelow finds the field beside an unknown one that has it: the field then stands one
// level too high.
func fieldBelow(s *jsonschema.Schema, key string) string {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if target(s.Properties[name]).Properties[key] != nil {
			return name
		}
	}
	return ""
}

func (s *structure) snakeCase(object map[string]any, pointer, key, camel string) {
	message := sprint("%q is the protobuf spelling of %q: Gloo reads it from a file, but a cluster drops it", key, camel)
	help := sprint("write %q", camel)
	if _, both := object[camel]; both {
		message, help = sprint("%q is the protobuf spelling of %q, which is also set and takes precedence", key, camel), "delete the line"
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
		pointer := f.pointer + diag.Pointer(key)
		if _, there := object[key]; there || s.done[pointer] && !s.nulls[pointer] || s.done["required "+pointer] {
			continue
		}
		s.done["required "+pointer] = true
		if pointer == "/spec" {
			s.done[pointer] = true // what a spec should hold is not missing as well
		}
		s.forgetNull(pointer)
		if key == "name" && f.def == "metadata" && s.doc.Generated() {
			continue
		}
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

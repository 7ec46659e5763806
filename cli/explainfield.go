package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// fieldSchema is what explain prints of a JSON Schema.
type fieldSchema struct {
	Ref         string                  `json:"$ref"`
	Description string                  `json:"description"`
	Type        any                     `json:"type"` // a name, or several
	Default     any                     `json:"default"`
	Enum        []any                   `json:"enum"`
	Properties  map[string]*fieldSchema `json:"properties"`
	Items       *fieldSchema            `json:"items"`
	Required    []string                `json:"required"`
	Defs        map[string]*fieldSchema `json:"$defs"`
}

// kindSchema is a kind with its schema.
type kindSchema struct {
	*schema.Kind
	root *fieldSchema
}

// publishedKind returns the published kind of a name, in any case and in the plural too.
func publishedKind(name string) (kindSchema, bool) {
	for _, k := range schema.Published() {
		folded := strings.ToLower(k.Name)
		if slices.Contains([]string{folded, folded + "s", strings.TrimSuffix(folded, "y") + "ies"}, strings.ToLower(name)) {
			return schemaOf(k), true
		}
	}
	return kindSchema{}, false
}

func schemaOf(k *schema.Kind) kindSchema {
	root := &fieldSchema{}
	if err := json.Unmarshal(k.Schema(), root); err != nil {
		panic(err) // it is embedded, and a test reads it
	}
	return kindSchema{k, root}
}

// resolved follows a reference; what is beside it comes first.
func (k kindSchema) resolved(f *fieldSchema) *fieldSchema {
	for f.Ref != "" {
		to := k.root.Defs[strings.TrimPrefix(f.Ref, "#/$defs/")]
		if to == nil {
			return f
		}
		merged := *to
		if f.Description != "" {
			merged.Description = f.Description
		}
		if f.Default != nil {
			merged.Default = f.Default
		}
		f = &merged
	}
	return f
}

// fields are the fields of an object, or of a list's items.
func (k kindSchema) fields(f *fieldSchema) map[string]*fieldSchema {
	f = k.resolved(f)
	for f.Items != nil {
		f = k.resolved(f.Items)
	}
	return f.Properties
}

// explainField prints the page of a kind or of one of its fields, as kubectl explain does:
// ConnectionPolicy.spec.config. It reports false when no kind is named.
func (s *streams) explainField(path string) (bool, error) {
	name, rest, dotted := strings.Cut(path, ".")
	k, known := publishedKind(name)
	if !known {
		return false, nil
	}
	at, field := k.root, ""
	for part := range strings.SplitSeq(rest, ".") {
		if !dotted {
			break
		}
		fields := k.fields(at)
		part, _, _ = strings.Cut(part, "[")
		if fields[part] == nil {
			return true, noSuchField(k, field, part, slices.Sorted(maps.Keys(fields)))
		}
		at, field = fields[part], strings.TrimPrefix(field+"."+part, ".")
	}
	return true, toStdout(fmt.Fprint(s.out, s.typed(k.page(at, field))))
}

func noSuchField(k kindSchema, parent, name string, fields []string) error {
	place := strings.TrimSuffix(k.Name+"."+parent, ".")
	if len(fields) == 0 {
		return usage("connpolicy explain "+place, "%s has no fields", place)
	}
	hint := "fields: " + strings.Join(fields, ", ")
	if near := diag.Nearest(name, fields); near != "" {
		hint = "did you mean connpolicy explain " + place + "." + near + "? " + hint
	}
	return usage(hint, "%s has no field %q", place, name)
}

// page is what explain prints of a field; "" is the whole object.
func (k kindSchema) page(f *fieldSchema, field string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "KIND:     %s\nVERSION:  %s\n", k.Name, k.APIVersion())
	resolved := k.resolved(f)
	if field != "" {
		fmt.Fprintf(&b, "FIELD:    %s <%s>\n", field, k.typeOf(resolved))
	}
	fmt.Fprintf(&b, "\nDESCRIPTION:\n    %s\n", described(resolved))
	fields := k.fields(f)
	if len(fields) > 0 {
		b.WriteString("\nFIELDS:\n")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		one := k.resolved(fields[name])
		required := ""
		if slices.Contains(resolved.Required, name) {
			required = " -required-"
		}
		fmt.Fprintf(&b, "  %s <%s>%s\n    %s\n", name, k.typeOf(one), required, described(one))
	}
	fmt.Fprintf(&b, "\nThe whole JSON Schema is printed by: connpolicy schema %s\n", k.Name)
	return b.String()
}

// described is a field's description with its default and the values that it can be.
func described(f *fieldSchema) string {
	text := f.Description
	if len(f.Enum) > 0 {
		text += fmt.Sprintf(" One of: %s.", strings.Trim(strings.Join(strings.Fields(fmt.Sprint(f.Enum)), ", "), "[]"))
	}
	if value := fmt.Sprint(f.Default); f.Default != nil && !strings.Contains(text, value) {
		text += " Default: " + value + "."
	}
	return strings.TrimSpace(text)
}

// typeOf names a field's type as kubectl explain does: "[]string" is a list of strings.
func (k kindSchema) typeOf(f *fieldSchema) string {
	if f.Items != nil {
		return "[]" + k.typeOf(k.resolved(f.Items))
	}
	switch t := f.Type.(type) {
	case string:
		return t
	case []any:
		return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(t...), "[]")), " or ")
	}
	return "any"
}

// deepest bounds the search for fields; the deepest one that is read has eleven parents.
const deepest = 16

// fieldsNamed finds the fields of a name in the published kinds, the nearest to the top first.
func fieldsNamed(name string) []string {
	var found []string
	for _, kind := range schema.Published() {
		k := schemaOf(kind)
		var search func(f *fieldSchema, path string, depth int)
		search = func(f *fieldSchema, path string, depth int) {
			fields := k.fields(f)
			for _, field := range slices.Sorted(maps.Keys(fields)) {
				if depth == 0 && (field == "metadata" || field == "status") { // every kind has these
					continue
				}
				at := path + "." + field
				if strings.EqualFold(field, name) {
					found = append(found, at)
				}
				if depth < deepest {
					search(fields[field], at, depth+1)
				}
			}
		}
		search(k.root, k.Name, 0)
	}
	slices.SortStableFunc(found, func(a, b string) int { return strings.Count(a, ".") - strings.Count(b, ".") })
	return found
}

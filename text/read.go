package text

import (
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"sigs.k8s.io/yaml"
)

// Kinds are the properties of kinds of objects that the reading of a text depends on. A function that is
// nil stands for no kinds at all.
type Kinds struct {
	// Read reports a kind whose objects are read, or hold objects that may be. An indentation of no-break
	// spaces is an error in these alone where the text is YAML all the same.
	Read func(apiVersion, kind string) bool
	// Foreign reports a kind whose objects are left to other tools, and with them a key that repeats.
	Foreign func(apiVersion, kind string) bool
	// Misfits counts the fields of an object's spec that its kind does not have.
	Misfits func(object map[string]any) int
}

// Value is a value in a chunk. YAML has one, JSON one or more.
type Value struct {
	Pointer string // in the chunk
	Tree    any    // numbers are of type json.Number, with every digit
	JSON    []byte // Tree as JSON
}

// Read returns the values in the chunk, or findings about text that cannot be read.
func (c *Chunk) Read(kinds Kinds) ([]Value, diag.List) {
	r := reader{chunk: c, kinds: kinds}
	switch fault := c.EncodingFault(); {
	case fault != nil:
		return nil, diag.List{*fault}
	case looksLikeJSON(c.Text):
		return r.json()
	default:
		return r.yaml()
	}
}

type reader struct {
	chunk *Chunk
	kinds Kinds
}

func (r *reader) json() ([]Value, diag.List) {
	values, err := jsonValues(r.chunk)
	if err != nil {
		return r.notJSON(err, len(values))
	}
	if dups := duplicates(r.chunk); len(dups) > 0 && !r.foreign() {
		return nil, dups
	}
	var read []Value
	for i, raw := range values {
		pointer := ""
		if len(values) > 1 {
			pointer = diag.Pointer(i)
		}
		if tree, err := decodeTree(raw); err == nil {
			read = append(read, Value{pointer, tree, raw})
		}
	}
	return read, nil
}

// notJSON tries the text as YAML, whose {…} looks like JSON, before calling it broken JSON.
func (r *reader) notJSON(err error, read int) ([]Value, diag.List) {
	if read == 0 {
		if raw, yerr := yaml.YAMLToJSONStrict([]byte(r.chunk.Text)); yerr == nil {
			return r.decoded(raw)
		}
	}
	return nil, diag.List{jsonFault(r.chunk, err)}
}

func (r *reader) yaml() ([]Value, diag.List) {
	content := []byte(r.chunk.Text)
	raw, err := yaml.YAMLToJSONStrict(content)
	if err != nil {
		if dups := duplicates(r.chunk); len(dups) > 0 && !r.foreign() {
			return nil, dups
		}
		// Strict reading also objects to a key that overrides a merged one, which is what merging is for.
		if raw, err = yaml.YAMLToJSON(content); err != nil {
			if found := r.chunk.noBreakIndents(); len(found) > 0 {
				return nil, found
			}
			return nil, diag.List{syntaxFault(r.chunk, err, r.kinds)}
		}
	}
	return r.decoded(raw)
}

// foreign reports a chunk that is one object of a foreign kind.
func (r *reader) foreign() bool {
	return r.kinds.Foreign != nil && r.kinds.Foreign(r.chunk.treeHeader())
}

// decoded takes what the YAML library read, after a look at what it passes over in silence.
func (r *reader) decoded(raw []byte) ([]Value, diag.List) {
	if found := ambiguousKeys(r.chunk); len(found) > 0 {
		return nil, found
	}
	if rest := r.chunk.SecondDocument(); rest > 0 {
		return nil, diag.List{r.ended(rest)}
	}
	tree, err := decodeTree(raw)
	if err != nil {
		return nil, diag.List{syntaxFault(r.chunk, err, r.kinds)}
	}
	if r.read(tree) {
		if found := r.chunk.noBreakIndents(); len(found) > 0 {
			return nil, found
		}
	}
	return []Value{{"", tree, raw}}, nil
}

// read reports an object of a kind that is read.
func (r *reader) read(tree any) bool {
	object, _ := tree.(map[string]any)
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	return r.kinds.Read != nil && r.kinds.Read(apiVersion, kind)
}

// ended is the finding about text from an offset on, which stands behind the end of the document.
func (r *reader) ended(rest int) diag.Diagnostic {
	c := r.chunk
	lines := strings.Split(c.Text, "\n")
	if wrong, ok := reindent(lines, strings.Count(c.Text[:rest], "\n"), r.kinds); ok && wrong.col == 0 {
		m := wrong.mistake(lines)
		return c.lineFault(m.line, m.col, m.length, m.message, m.help)
	}
	return diag.Diagnostic{
		Code: diag.Syntax, Span: c.Source.At(c.Offset+rest, 1),
		Message: "the document before this line has ended, so nothing from here on is read",
		Help:    "write --- on a line of its own before it, or indent it like the lines above",
	}
}

package validate

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/connpolicy/connpolicy/schema"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// lazySchema compiles a kind's JSON Schema when it is first wanted: about a millisecond
// each, and eight for a Gateway, which a run pays for the kinds it meets only.
type lazySchema struct {
	kind     *schema.Kind
	once     *sync.Once
	root     *jsonschema.Schema
	compiler *jsonschema.Compiler
	mu       sync.Mutex
}

// schemaURL is where the compiler finds the schemas: a place of their own in this
// program, whatever address they are published at.
const schemaURL = "embedded:///"

func (l *lazySchema) get() *lazySchema {
	l.once.Do(func() {
		l.compiler = jsonschema.NewCompiler()
		l.compiler.Draft = jsonschema.Draft7
		l.compiler.AssertFormat, l.compiler.ExtractAnnotations = true, true
		l.compiler.Formats = map[string]func(any) bool{"go-duration": isDuration, "int64": isInt64, "date-time": isTime}
		if err := l.compiler.AddResource(l.url(), bytes.NewReader(asDraft7(l.kind.Schema()))); err != nil {
			panic(err) // an embedded schema that is not JSON; a test compiles every one
		}
		l.root = l.compiler.MustCompile(l.url())
	})
	return l
}

// draftAndID are the first lines of a schema, which say of which draft it is and where it is published.
var draftAndID = regexp.MustCompile(`^\{\n *"\$schema": "[^"]*",\n *"\$id": "[^"]*",\n`)

// asDraft7 takes out of a schema that it is one of 2020-12. In the keywords used here the two drafts
// say the same (a test of package schema holds the schemas to those), and the compiler, which first
// holds a schema against its draft's own, needs a quarter of the time for this one.
func asDraft7(text []byte) []byte { return draftAndID.ReplaceAll(text, []byte("{\n")) }

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
	_, err := schema.ParseDuration(text)
	return err == nil && text != "0"
}

// isTime reports a time as Kubernetes reads it: RFC 3339 without lower-case letters and leap seconds.
func isTime(v any) bool {
	text, ok := v.(string)
	if !ok {
		return true
	}
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
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

package validate

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"sync"
	"time"

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

package emit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"

	goyaml "go.yaml.in/yaml/v2"
)

// Encode writes one object as "yaml" or "json". The bytes depend on the object alone.
func Encode(o Object, format string) ([]byte, error) {
	return newEncoder(format).encode(o)
}

// list is several objects in one JSON text.
type list struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Items      []any  `json:"items"`
}

// EncodeAll writes objects as one text: YAML documents one after another, or JSON, in which
// several manifests are a List.
func EncodeAll(objects []Object, format string) ([]byte, error) {
	switch {
	case len(objects) == 0:
		return nil, nil
	case format == "json" && len(objects) > 1:
		l := list{APIVersion: "v1", Kind: "List"}
		for _, o := range objects {
			l.Items = append(l.Items, o.Value)
		}
		return Encode(Object{File: "list", Value: l}, format)
	}
	texts, err := encodeEach(objects, format)
	if err != nil {
		return nil, err
	}
	return bytes.Join(texts, []byte(separator)), nil
}

// encodeEach encodes on all cores: writing YAML costs as much as reading it.
func encodeEach(objects []Object, format string) ([][]byte, error) {
	texts := make([][]byte, len(objects))
	workers := min(runtime.GOMAXPROCS(0), len(objects))
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			enc := newEncoder(format)
			for i := w; i < len(objects) && errs[w] == nil; i += workers {
				texts[i], errs[w] = enc.encode(objects[i])
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return texts, nil
}

const separator = "---\n"

// encoder writes objects one by one.
type encoder struct {
	format string
	buf    bytes.Buffer
	yaml   *goyaml.Encoder
	used   int // objects that yaml has written
}

func newEncoder(format string) *encoder { return &encoder{format: format} }

// yamlReuse is how many objects one of the YAML library's encoders writes. Each takes 128 KiB of
// buffers, and each never forgets an event, so one per object and one for all are both slow.
const yamlReuse = 16

func (e *encoder) encode(o Object) ([]byte, error) {
	e.buf.Reset()
	write := e.writeJSON
	if e.format == "yaml" {
		write = e.writeYAML
	}
	if err := write(o.Value); err != nil {
		return nil, fmt.Errorf("%s: %w", o.File, err)
	}
	return bytes.Clone(bytes.TrimPrefix(e.buf.Bytes(), []byte(separator))), nil
}

func (e *encoder) writeJSON(v any) error {
	enc := json.NewEncoder(&e.buf)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// writeYAML writes the bytes that sigs.k8s.io/yaml.Marshal would: the object's JSON, with its
// keys sorted. That function parses the JSON as YAML on the way, which takes most of its time.
func (e *encoder) writeYAML(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var tree map[string]any
	if err := dec.Decode(&tree); err != nil {
		return err
	}
	if e.used%yamlReuse == 0 {
		e.yaml = goyaml.NewEncoder(&e.buf)
	}
	e.used++
	return e.yaml.Encode(numbers(tree))
}

// numbers gives the YAML writer numbers for the texts that JSON's reader keeps them as.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	}
	return v
}

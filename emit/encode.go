package emit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/dialect/envoy"
	"github.com/connpolicy/connpolicy/dialect/kgateway"
	"github.com/connpolicy/connpolicy/pool"
	"github.com/connpolicy/connpolicy/schema"
	"sigs.k8s.io/yaml"
)

// Encode writes one object as "yaml" or "json". The bytes depend on the object alone.
func Encode(o dialect.Object, format string) ([]byte, error) {
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
func EncodeAll(objects []dialect.Object, format string) ([]byte, error) {
	switch {
	case len(objects) == 0:
		return nil, nil
	case format == "json" && len(objects) > 1:
		l := list{APIVersion: "v1", Kind: "List"}
		for _, o := range objects {
			l.Items = append(l.Items, o.Value)
		}
		return Encode(dialect.Object{File: "list", Value: l}, format)
	}
	texts, err := encodeEach(objects, format)
	if err != nil {
		return nil, err
	}
	return bytes.Join(texts, []byte(separator)), nil
}

// encodeEach encodes on all cores: writing YAML costs as much as reading it.
func encodeEach(objects []dialect.Object, format string) ([][]byte, error) {
	texts := make([][]byte, len(objects))
	errs := make([]error, len(objects))
	panics := pool.Each(len(objects), func() func(int) {
		enc := newEncoder(format)
		return func(i int) { texts[i], errs[i] = enc.encode(objects[i]) }
	})
	for _, p := range panics {
		errs[p.Item] = fmt.Errorf("%s: %w", objects[p.Item].File, p)
	}
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
	yaml   yamlWriter
}

func newEncoder(format string) *encoder {
	e := &encoder{format: format}
	e.yaml = yamlWriter{buf: &e.buf, quoted: map[string]string{}}
	return e
}

func (e *encoder) encode(o dialect.Object) ([]byte, error) {
	e.buf.Reset()
	write := e.writeJSON
	if e.format == "yaml" {
		write = e.writeYAML
	}
	if err := write(o.Value); err != nil {
		return nil, fmt.Errorf("%s: %w", o.File, err)
	}
	return bytes.Clone(e.buf.Bytes()), nil
}

func (e *encoder) writeJSON(v any) error {
	enc := json.NewEncoder(&e.buf)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	if text := diag.EscapeJSON(e.buf.Bytes()); len(text) != e.buf.Len() {
		e.buf.Reset()
		e.buf.Write(text)
	}
	return nil
}

// writeYAML writes the object's JSON as YAML, as sigs.k8s.io/yaml does.
func (e *encoder) writeYAML(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return err
	}
	e.yaml.value(tree, 0)
	return nil
}

// Groups are the API groups of the Kubernetes objects that targets write.
var Groups = []string{"networking.istio.io", kgateway.Group, "gateway.envoyproxy.io"}

// Ours reports a file that an earlier run wrote and a later one may delete: one object with
// our label.
func Ours(text []byte) bool {
	var o struct {
		Metadata dialect.Metadata `json:"metadata"`
	}
	return !bytes.Contains(text, []byte("\n---")) && yaml.Unmarshal(text, &o) == nil && schema.Written(o.Metadata.Labels)
}

// Replaceable reports a file that a run may write over: one of ours, or a bootstrap of our name
// that holds listeners and clusters and nothing else. A bootstrap has no place for a label, so
// one that is not wanted any more is left where it is.
func Replaceable(name string, text []byte) bool {
	var bootstrap map[string]map[string][]any
	return Ours(text) || strings.HasPrefix(name, envoy.File+".") && yaml.Unmarshal(text, &bootstrap) == nil &&
		len(bootstrap) == 1 && len(bootstrap["static_resources"]) == 2
}

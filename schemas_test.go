package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/plan"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// What the published schemas tell editors is held here against the compiler: a default is what
// leaving the field out comes to, and an example is something that one can write.

func TestDefaultsAndExamplesFitTheirSchemas(t *testing.T) {
	defaults, examples := 0, 0
	for _, k := range schema.Published() {
		compiler := jsonschema.NewCompiler()
		compiler.Draft, compiler.AssertFormat = jsonschema.Draft2020, true
		compiler.Formats = map[string]func(any) bool{"go-duration": func(v any) bool {
			text, ok := v.(string)
			_, err := time.ParseDuration(text)
			return !ok || err == nil
		}}
		if err := compiler.AddResource("schema.json", bytes.NewReader(k.Schema())); err != nil {
			t.Fatal(err)
		}
		for _, p := range schemaTreeOf(t, k).found {
			values, _ := p.node["examples"].([]any)
			examples += len(values)
			if v, ok := p.node["default"]; ok {
				values = append(slices.Clone(values), v)
				defaults++
			}
			if len(values) == 0 {
				continue
			}
			s, err := compiler.Compile("schema.json" + p.pointer)
			if err != nil {
				t.Fatalf("%s: %v", &p, err)
			}
			for _, v := range values {
				if err := s.Validate(v); err != nil {
					t.Errorf("%s: %v: %v", &p, v, err)
				}
			}
		}
	}
	if defaults < 60 || examples < 300 {
		t.Errorf("%d defaults and %d examples were looked at", defaults, examples)
	}
}

// schemaBases are what a document of a kind has besides, where it needs more than is required.
var schemaBases = map[string]string{
	"Upstream":           `{"spec": {"static": {"hosts": [{"addr": "reviews.example.com", "port": 80}]}}}`,
	"Gateway":            `{"spec": {"bindAddress": "::", "bindPort": 8080, "httpGateway": {}}}`,
	"VirtualDestination": `{"spec": {"hosts": ["a.global"], "services": [{}], "ports": [{"number": 80, "protocol": "HTTP"}]}}`,
	"ExternalService":    `{"spec": {"hosts": ["a.example.com"], "ports": [{"name": "http", "number": 80, "protocol": "HTTP"}]}}`,
}

// schemaHTTP2 are fields that count with HTTP/2 only.
var schemaHTTP2 = map[string]bool{
	"Upstream spec.initialStreamWindowSize": true, "Upstream spec.initialConnectionWindowSize": true,
	"Upstream spec.maxConcurrentStreams": true, "Upstream spec.overrideStreamErrorOnInvalidHttpMessage": true,
}

// document is a document of the kind with a value in it, as text.
func (t *schemaTree) document(p *schemaPlace, value any, with bool) string {
	object := t.least(t.root).(map[string]any)
	object["metadata"] = map[string]any{"name": "a", "namespace": "default"}
	if base := schemaBases[t.kind.Name]; base != "" {
		var more map[string]any
		_ = json.Unmarshal([]byte(base), &more) // a literal; what is wrong in it shows in the findings
		maps.Copy(object, more)
	}
	if spec, ok := object["spec"].(map[string]any); ok && schemaHTTP2[p.String()] {
		spec["useHttp2"] = true
	}
	way := p.way
	if !with {
		way = way[:len(way)-1]
		node := t.root
		for _, step := range way {
			node = t.step(node, step)
		}
		value = t.least(node)
		if len(way) == 1 {
			value = object[way[0]] // spec itself
		}
	}
	t.put(object, t.root, way, 0, value)
	text, _ := json.Marshal(object) // of what JSON was read into
	return string(text)
}

func (t *schemaTree) step(node map[string]any, step string) map[string]any {
	node = t.resolved(node)
	switch step {
	case "[]":
		return node["items"].(map[string]any)
	case "{}":
		return node["additionalProperties"].(map[string]any)
	}
	return node["properties"].(map[string]any)[step].(map[string]any)
}

// schemaAround are objects for policies to be about.
const schemaAround = `{"apiVersion": "networking.gloo.solo.io/v2", "kind": "VirtualDestination", "metadata": {"name": "ratings-global", "namespace": "bookinfo", "labels": {"app": "ratings"}}, "spec": {"hosts": ["ratings.global"], "services": [{"labels": {"app": "ratings"}}], "ports": [{"number": 80, "protocol": "HTTP"}]}}
{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "ratings", "namespace": "default", "labels": {"app": "ratings"}}, "spec": {"selector": {"gateway": "mine"}, "ports": [{"name": "http", "port": 80}]}}
{"apiVersion": "networking.gloo.solo.io/v2", "kind": "VirtualGateway", "metadata": {"name": "gw", "namespace": "default"}, "spec": {"workloads": [{"selector": {"labels": {"gateway": "mine"}}}], "listeners": [{"http": {}, "port": {"number": 80}}]}}
`

// wholeLine runs all stages but writing on a text.
func wholeLine(line *pipeline.Pipeline, text string) (*plan.Plan, diag.List) {
	r := line.Run(pipeline.Text("schema.json", text), &pipeline.Options{Namespace: "default"})
	return r.Plan, r.Found
}

func TestExamplesOfSchemasCanBeWritten(t *testing.T) {
	line, tried := pipeline.New(), 0
	for _, k := range schema.Published() {
		if k.Own {
			continue // it is read by its own rules, with hops that there must be
		}
		tree := schemaTreeOf(t, k)
		for _, p := range tree.found {
			values, _ := p.node["examples"].([]any)
			if len(p.way) == 0 || len(values) == 0 {
				continue
			}
			for _, v := range values {
				tried++
				text := tree.document(&p, v, true)
				if _, found := wholeLine(line, text); slices.ContainsFunc(found, isMistake) && !schemaAlone[p.String()] {
					t.Errorf("%s: %v: %s\n%s", &p, v, text, words(found))
				}
			}
		}
	}
	if tried < 250 {
		t.Errorf("%d examples were tried", tried)
	}
}

func isMistake(d diag.Diagnostic) bool { return d.Severity == diag.Error }

// schemaAlone are examples that stand for themselves, in the place of what a document has besides.
var schemaAlone = map[string]bool{
	"ExternalService spec.addresses":                true, // instead of hosts
	"ExternalService spec.ports.[].targetPort.name": true, // a port of ExternalEndpoints
}

func words(found diag.List) string {
	var b strings.Builder
	_ = format.Text(&b, found, false)
	return b.String()
}

// told is what a plan says about each place, without who said it.
func told(p *plan.Plan) map[string]string {
	out := map[string]string{}
	for _, c := range p.Connections() {
		for _, v := range c.Values() {
			out[c.Name+" "+v.Name] = v.Text
		}
	}
	return out
}

// TestADefaultOfASchemaIsWhatLeavingItOutMeans keeps the schemas and package facts from
// drifting apart: with the default written the plan is the one without it.
func TestADefaultOfASchemaIsWhatLeavingItOutMeans(t *testing.T) {
	line := pipeline.New()
	seen := map[string]bool{}
	for _, k := range schema.Published() {
		if k.Own {
			continue
		}
		tree := schemaTreeOf(t, k)
		for _, p := range tree.found {
			fallback, ok := p.node["default"]
			if !ok || len(p.way) < 2 {
				continue
			}
			all := func(value any, with bool) (map[string]string, diag.List) {
				all, found := wholeLine(line, schemaAround+tree.document(&p, value, with))
				if all == nil {
					return nil, found
				}
				return told(all), nil
			}
			without, found := all(nil, false)
			with, more := all(fallback, true)
			if found = append(found, more...); len(found) > 0 {
				t.Errorf("%s: %s\n%s", &p, tree.document(&p, fallback, true), words(found))
				continue
			}
			if diff := cmp.Diff(without, with); diff != "" {
				t.Errorf("%s: left out (-) it is not the default %v (+):\n%s", &p, fallback, diff)
			}
			for _, other := range tree.others(&p, fallback) {
				if changed, _ := all(other, true); changed != nil && !reflect.DeepEqual(changed, without) {
					seen[p.String()] = true
				}
			}
		}
	}
	for _, known := range append(slices.Collect(maps.Keys(schemaHTTP2)),
		"ConnectionPolicy spec.config.tcp.connectTimeout", "ConnectionPolicy spec.config.tcp.tcpKeepalive.time", "ConnectionPolicy spec.config.tcp.tcpKeepalive.interval",
		"ConnectionPolicy spec.config.tcp.tcpKeepalive.probes", "ConnectionPolicy spec.config.http.idleTimeout", "ConnectionPolicy spec.config.http.maxRequestsPerConnection",
		"ListenerConnectionPolicy spec.config.tcpKeepalive.time", "ListenerConnectionPolicy spec.config.perConnectionBufferLimitBytes",
		"Upstream spec.connectionConfig.connectTimeout", "Upstream spec.connectionConfig.tcpKeepalive.keepaliveTime", "Upstream spec.circuitBreakers.maxConnections", "Upstream spec.circuitBreakers.maxRetries",
		"Upstream spec.connectionConfig.perConnectionBufferLimitBytes", "Upstream spec.dnsRefreshRate",
		"Gateway spec.httpGateway.options.httpConnectionManagerSettings.idleTimeout", "Gateway spec.httpGateway.options.httpConnectionManagerSettings.streamIdleTimeout",
		"Gateway spec.httpGateway.options.httpConnectionManagerSettings.drainTimeout", "Gateway spec.options.perConnectionBufferLimitBytes",
	) {
		if !seen[known] {
			t.Errorf("another value than the default of %s changes nothing: is it a default of something that is compiled? These are:\n%s", known, strings.Join(slices.Sorted(maps.Keys(seen)), "\n"))
		}
	}
}

// others are values of a field that are not its default.
func (t *schemaTree) others(p *schemaPlace, fallback any) []any {
	out, _ := p.node["examples"].([]any)
	out = slices.Clone(out)
	switch v := fallback.(type) {
	case bool:
		out = append(out, !v)
	case float64:
		out = append(out, v+1)
	case string:
		if d, err := time.ParseDuration(v); err == nil {
			out = append(out, (d + time.Minute).String())
		}
	}
	more, _ := t.resolved(p.node)["enum"].([]any)
	out = append(out, more...)
	return slices.DeleteFunc(out, func(v any) bool { return fmt.Sprint(v) == fmt.Sprint(fallback) })
}

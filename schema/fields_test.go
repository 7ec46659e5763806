package schema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
)

const fieldsYAML = `kind: List
items:
- apiVersion: gloo.solo.io/v1
  kind: Upstream
  metadata: {name: reviews}
  spec:
    static:
      hosts:
      - &host {addr: "a|b", port: 0x50}
      - <<: *host
        port: 81
      - *host
    connectionConfig: {tcpKeepalive: {}, connect_timeout: }
    subsetSpec: {selectors: []}
- {apiVersion: gloo.solo.io/v1, kind: Upstream, metadata: {name: none}}
- {apiVersion: gloo.solo.io/v1, kind: Upstream, metadata: {name: "null"}, spec: ~}
`

func TestTheFieldsOfADocumentAreItsLeavesAsWritten(t *testing.T) {
	yaml := fields(fieldsYAML)
	want := [][]text.Field{{
		{Pointer: "/spec/static/hosts/0/addr", Value: "a|b"},
		{Pointer: "/spec/static/hosts/0/port", Value: "0x50"},
		{Pointer: "/spec/static/hosts/1/port", Value: "81"},
		{Pointer: "/spec/static/hosts/1/addr", Value: "a|b"},
		{Pointer: "/spec/static/hosts/2/addr", Value: "a|b"},
		{Pointer: "/spec/static/hosts/2/port", Value: "0x50"},
		{Pointer: "/spec/connectionConfig/tcpKeepalive", Value: "{}"},
		{Pointer: "/spec/connectionConfig/connect_timeout", Value: "null"},
		{Pointer: "/spec/subsetSpec/selectors", Value: "[]"},
	}, nil, {{Pointer: "/spec", Value: "null"}}}
	if diff := cmp.Diff(want, yaml); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTheFieldsOfJSONAreThoseOfYAML(t *testing.T) {
	got := fields(`{"apiVersion": "gloo.solo.io/v1", "kind": "Upstream", "spec": {"kube": {"servicePort": 80, "serviceName": null}, "a/b": [true, {}]}}
{"apiVersion": "gloo.solo.io/v1", "kind": "Upstream", "spec": {}}`)
	want := [][]text.Field{{
		{Pointer: "/spec/kube/servicePort", Value: "80"},
		{Pointer: "/spec/kube/serviceName", Value: "null"},
		{Pointer: "/spec/a~1b/0", Value: "true"},
		{Pointer: "/spec/a~1b/1", Value: "{}"},
	}, {{Pointer: "/spec", Value: "{}"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// fields are those of each document, after it was decoded and its chunk's tree was let go.
func fields(content string) [][]text.Field {
	var out [][]text.Field
	for _, chunk := range text.Split(diag.NewSource("input", content)) {
		for _, d := range schema.Parse(chunk, "default").Documents {
			_ = d.Decode() // whether it can be is of no matter here
			chunk.Forget()
			out = append(out, d.Fields())
		}
	}
	return out
}

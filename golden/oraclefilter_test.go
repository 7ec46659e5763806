package golden_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/connpolicy/connpolicy/dialect"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/encoding/protojson"
	networking "istio.io/api/networking/v1alpha3"
	"sigs.k8s.io/yaml"
)

// oracleIstioFaults holds one object to Istio's rules for its kind.
func oracleIstioFaults(text []byte) (kind string, faults []string) {
	var m struct{ Kind string }
	if err := yaml.Unmarshal(text, &m); err != nil {
		return "", []string{err.Error()}
	}
	if m.Kind == "EnvoyFilter" {
		return m.Kind, oracleFilterFaults(text)
	}
	return m.Kind, oracleRuleFaults(text)
}

// oracleFilterFaults holds one EnvoyFilter to Istio's type, and its patches to Envoy's.
func oracleFilterFaults(text []byte) []string {
	var m struct {
		APIVersion, Kind string
		Metadata         dialect.Metadata
		Spec             json.RawMessage
	}
	if err := yaml.UnmarshalStrict(text, &m); err != nil {
		return []string{err.Error()}
	}
	var spec networking.EnvoyFilter
	if err := (protojson.UnmarshalOptions{DiscardUnknown: false}).Unmarshal(m.Spec, &spec); err != nil {
		return []string{err.Error()}
	}
	var faults []string
	fault := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	fault(m.APIVersion != "networking.istio.io/v1alpha3", "apiVersion %q", m.APIVersion)
	fault(!oracleName(m.Metadata.Name), "name %q", m.Metadata.Name)
	fault(!oracleLabel.MatchString(m.Metadata.Namespace), "namespace %q", m.Metadata.Namespace)
	fault(len(spec.GetWorkloadSelector().GetLabels()) == 0, "it is for the pods of everybody")
	fault(len(spec.ConfigPatches) == 0, "it has no patch")
	for _, p := range spec.ConfigPatches {
		port := p.GetMatch().GetListener().GetPortNumber()
		fault(port == 0 || port > 65535, "port %d", port)
		fault(p.GetMatch().GetContext() != networking.EnvoyFilter_GATEWAY, "context %s", p.GetMatch().GetContext())
		fault(p.GetPatch().GetOperation() != networking.EnvoyFilter_Patch_MERGE, "operation %s", p.GetPatch().GetOperation())
		if err := oraclePatchFault(p); err != nil {
			faults = append(faults, err.Error())
		}
	}
	return faults
}

// oraclePatchFault decodes a patch strictly into what it is merged into.
func oraclePatchFault(p *networking.EnvoyFilter_EnvoyConfigObjectPatch) error {
	value, err := p.GetPatch().GetValue().MarshalJSON()
	if err != nil {
		return err
	}
	strict := protojson.UnmarshalOptions{DiscardUnknown: false}
	if p.GetApplyTo() == networking.EnvoyFilter_LISTENER {
		return strict.Unmarshal(value, &listener.Listener{})
	}
	var filter listener.Filter
	if err := strict.Unmarshal(value, &filter); err != nil {
		return err
	}
	if matched := p.GetMatch().GetListener().GetFilterChain().GetFilter().GetName(); matched != filter.Name {
		return fmt.Errorf("the patch is for the filter %q and matches %q", filter.Name, matched)
	}
	_, err = filter.GetTypedConfig().UnmarshalNew()
	return err
}

func TestTheOraclesRefuseFiltersThatIstioOrEnvoyRefuse(t *testing.T) {
	filter := func(patch string) []byte {
		return []byte(`{"apiVersion":"networking.istio.io/v1alpha3","kind":"EnvoyFilter","metadata":{"name":"a","namespace":"b"},"spec":{"workloadSelector":{"labels":{"a":"b"}},"configPatches":[` + patch + `]}}`)
	}
	patch := func(port, value string) []byte {
		return filter(`{"applyTo":"LISTENER","match":{"context":"GATEWAY","listener":{"portNumber":` + port + `}},"patch":{"operation":"MERGE","value":` + value + `}}`)
	}
	if _, faults := oracleIstioFaults(patch("80", `{"per_connection_buffer_limit_bytes":1}`)); len(faults) > 0 {
		t.Errorf("a sound filter is refused: %v", faults)
	}
	for _, text := range [][]byte{
		filter(""), patch("0", `{}`), patch("80", `{"buffer_limit":1}`), patch("80", `{"socket_options":[{"level":"x"}]}`),
		filter(`{"applyTo":"LISTENERS"}`), bytes.Replace(patch("80", `{}`), []byte("v1alpha3"), []byte("v1"), 1),
	} {
		if _, faults := oracleIstioFaults(text); len(faults) == 0 {
			t.Errorf("nothing is found wrong with %s", text)
		}
	}
}

package text_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"sigs.k8s.io/yaml"
)

// lineEnds are all that YAML 1.1 ends a line at.
var lineEnds = map[string]string{"LF": "\n", "CRLF": "\r\n", "CR": "\r", "NEL": "\u0085", "LS": "\u2028", "PS": "\u2029"}

// service is an object of one line.
func service(name string) string {
	return fmt.Sprintf(`{apiVersion: v1, kind: Service, metadata: {name: %s}}`, name)
}

// TestNoObjectIsHiddenByALineEnd holds that an object which sigs.k8s.io/yaml reads, as kubectl does,
// is read here as well, or a finding names it.
func TestNoObjectIsHiddenByALineEnd(t *testing.T) {
	block := func(eol string) string {
		return "apiVersion: v1" + eol + "kind: Service" + eol + "metadata: {name: a}" + eol
	}
	for name, eol := range lineEnds {
		for _, text := range []string{
			"# note" + eol + block(eol),
			"# note" + eol + block("\n"),
			"# note" + eol + service("a"),
			"#" + eol + "#" + eol + service("a"),
			eol + "# note" + eol + "---" + eol + block(eol),
			"--- # note" + eol + block(eol),
			"%YAML 1.1" + eol + "---" + eol + block(eol),
			"# note\n# note" + eol + block(eol) + "# end\n",
			block(eol) + "---" + eol + service("b"),
			block(eol) + "..." + eol + service("b"),
			service("a") + eol + "---" + eol + "# note" + eol + service("b"),
			service("a") + eol + service("b"),
		} {
			var object map[string]any
			if yaml.Unmarshal([]byte(text), &object) != nil || object["kind"] == nil {
				continue
			}
			p := parse(text)
			if len(p.Documents) == 0 && len(p.Found) == 0 {
				t.Errorf("%s: the object in %q is passed over", name, text)
			}
		}
	}
}

func TestDocumentsBehindEveryLineEndAreTakenApart(t *testing.T) {
	for name, eol := range lineEnds {
		p := parse("# note" + eol + "---" + eol + service("a") + eol + "---" + eol + "# note" + eol + service("b") + eol)
		if got := names(p.Documents); got != "Service default/a, Service default/b" || len(p.Found) > 0 {
			t.Errorf("%s: %s, with %v", name, got, findings(p.Found))
		}
	}
}

func TestALineEndInAStringOfJSONSeparatesNothing(t *testing.T) {
	text := `{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "annotations": {"note": "x` + "\u2028--- y" + `"}}}`
	if !json.Valid([]byte(text)) {
		t.Fatal("the test's text must be JSON")
	}
	if p := parse(text); names(p.Documents) != "Service default/a" || len(p.Found) > 0 {
		t.Errorf("read %s, with %v", names(p.Documents), findings(p.Found))
	}
}

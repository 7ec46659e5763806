package golden_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/google/go-cmp/cmp"
)

const configSchema = "../schema/json/connpolicy.dev/config_v1.json"

// An editor offers what stands in the schema, so it lists every code that can be suppressed, every
// hop and every target.
var (
	codesInSchema   = regexp.MustCompile(`(?s)("code": \{\s*"title": "Code",.*?"enum": )\[.*?\]`)
	hopsInSchema    = regexp.MustCompile(`(?s)("hop": \{\s*"title": "Hop",.*?"examples": )\[.*?\]`)
	targetsInSchema = regexp.MustCompile(`(?s)("target": \{\s*"title": "Target",.*?"enum": )\[.*?\]`)
)

func TestTheSchemaOfTheConfigurationNamesEveryCodeHopAndTarget(t *testing.T) {
	raw, err := os.ReadFile(configSchema)
	if err != nil {
		t.Fatal(err)
	}
	var codes, hops []string
	for _, c := range diag.Codes {
		if c.Suppressible() {
			codes = append(codes, c.Name)
		}
	}
	for _, h := range hop.All() {
		hops = append(hops, h.ID)
	}
	want := string(raw)
	for _, list := range []struct {
		place  *regexp.Regexp
		names  []string
		indent int
	}{{codesInSchema, codes, 8}, {hopsInSchema, hops, 8}, {targetsInSchema, emit.TargetNames(), 6}} {
		if len(list.place.FindAllString(want, -1)) != 1 {
			t.Fatalf("the schema has no place for %v", list.place)
		}
		want = list.place.ReplaceAllString(want, "${1}"+jsonList(list.names, list.indent))
	}
	switch {
	case want == string(raw):
	case *update:
		if err := os.WriteFile(configSchema, []byte(want), 0o666); err != nil { //nolint:gosec // a file of the repository
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is stale (-is +should be), go test ./golden -update writes it:\n%s", configSchema, cmp.Diff(string(raw), want))
	}
}

// jsonList writes names one a line, so that a new one is one line of a diff. The list ends indent
// spaces from the left.
func jsonList(names []string, indent int) string {
	var b strings.Builder
	for i, name := range names {
		text, _ := json.Marshal(name) // a string can be written
		b.WriteString(strings.Repeat(" ", indent+2) + string(text))
		if i+1 < len(names) {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	return "[\n" + b.String() + strings.Repeat(" ", indent) + "]"
}

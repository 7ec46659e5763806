package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/validate"
)

// TestABugInOneDocumentIsAFindingThere has a checker without schemas, which panics on every
// document of a kind that is read.
func TestABugInOneDocumentIsAFindingThere(t *testing.T) {
	var stderr bytes.Buffer
	s := &streams{err: &stderr, caller: called([]string{"connpolicy"}), checker: new(validate.Checker)}
	text := "a: b: c\n---\n# note\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\nkind: ConfigMap\napiVersion: v1\n"
	r := s.readAll([]*diag.Source{diag.NewSource("a.yaml", text)}, "default")
	r.found.Sort()
	if len(r.found) != 2 || r.found[0].Code != diag.Syntax || r.found[1].Code != diag.InternalError || r.found[1].Line != 4 || r.skipped != 1 {
		t.Errorf("found %v, skipped %d", r.found, r.skipped)
	}
	if code := s.report(nil); code != ExitBug {
		t.Errorf("exit code %d, want %d", code, ExitBug)
	}
	for _, want := range []string{"connpolicy: bug: ", "validate.(*Checker).Document", "please report this"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, stderr.String())
		}
	}
}

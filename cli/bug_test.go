package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
)

// TestABugInOneDocumentIsAFindingThere has a pipeline without a checker, which panics on every
// document of a kind that is read.
func TestABugInOneDocumentIsAFindingThere(t *testing.T) {
	var stderr bytes.Buffer
	s := &streams{err: &stderr, caller: called([]string{"connpolicy"}), pipeline: new(pipeline.Pipeline)}
	text := "a: b: c\n---\n# note\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\nkind: ConfigMap\napiVersion: v1\n"
	r := s.load(&options{pipeline: pipeline.Options{Namespace: "default"}}, pipeline.Text("a.yaml", text))
	r.Found.Sort()
	if len(r.Found) != 2 || r.Found[0].Code != diag.Syntax || r.Found[1].Code != diag.InternalError || r.Found[1].Line != 4 || r.Skipped != 1 {
		t.Errorf("found %v, skipped %d", r.Found, r.Skipped)
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

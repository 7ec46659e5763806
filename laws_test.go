package main_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
	"github.com/connpolicy/connpolicy/validate"
)

// TestADocumentIsJudgedByItself guards the second law: what is said of one document does not
// depend on the others, so a hook that sees changed files only is never wrong.
func TestADocumentIsJudgedByItself(t *testing.T) {
	inputs, err := filepath.Glob("golden/*/input*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	forward, backward := validate.New(), validate.New()
	for _, input := range inputs {
		content, err := os.ReadFile(input)
		if err != nil {
			t.Fatal(err)
		}
		chunks := text.Split(diag.NewSource(input, string(content)))
		one, other := map[*text.Chunk][]string{}, map[*text.Chunk][]string{}
		for _, c := range chunks {
			one[c] = verdict(forward, c)
		}
		for _, c := range slices.Backward(chunks) {
			other[c] = verdict(backward, c)
			if diff := cmp.Diff(one[c], other[c]); diff != "" {
				t.Errorf("%s: the documents before it change what is said of one:\n%s", input, diff)
			}
			judged += len(one[c])
		}
	}
	if judged < 50 {
		t.Fatalf("only %d findings of single documents were compared", judged)
	}
}

func verdict(checker *validate.Checker, c *text.Chunk) []string {
	parsed := schema.Parse(c, "default")
	var said []string
	for _, d := range parsed.Documents {
		for _, f := range checker.Document(d) {
			said = append(said, f.At()+" "+f.Name+" "+f.Message)
		}
	}
	slices.Sort(said)
	return said
}

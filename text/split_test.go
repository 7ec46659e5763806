package text_test

import (
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/text"
	"github.com/google/go-cmp/cmp"
)

func TestSplitCutsAtSeparatorsAndNowhereElse(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"white space and comments", " \n# a\n\t\n  # b\n", nil},
		{"one document", "a: 1\n", []string{"a: 1\n"}},
		{"no line break at the end", "a: 1", []string{"a: 1"}},
		{"two", "a: 1\n---\nb: 2\n", []string{"a: 1\n", "---\nb: 2\n"}},
		{"a separator first", "---\na: 1\n", []string{"---\na: 1\n"}},
		{"a separator last", "a: 1\n---\n", []string{"a: 1\n"}},
		{"a separator last, without a line break", "a: 1\n---", []string{"a: 1\n"}},
		{"empty documents between", "a: 1\n---\n---\n\n---\n# c\n---\nb: 2\n", []string{"a: 1\n", "---\nb: 2\n"}},
		{"a comment on the separator", "a: 1\n--- # next\nb: 2\n", []string{"a: 1\n", "--- # next\nb: 2\n"}},
		{"a tab behind the separator", "a: 1\n---\tb\n", []string{"a: 1\n", "---\tb\n"}},
		{"content on the separator", "a: 1\n--- {b: 2}\n", []string{"a: 1\n", "--- {b: 2}\n"}},
		{"an end marker", "a: 1\n...\nb: 2\n", []string{"a: 1\n", "b: 2\n"}},
		{"an end marker and a separator", "a: 1\n...\n---\nb: 2\n", []string{"a: 1\n", "---\nb: 2\n"}},
		{"an end marker last", "a: 1\n...\n", []string{"a: 1\n"}},
		{"a directive", "%YAML 1.1\n---\na: 1\n", []string{"%YAML 1.1\n---\na: 1\n"}},
		{"a directive of the second document", "a: 1\n...\n%YAML 1.1\n---\nb: 2\n", []string{"a: 1\n", "%YAML 1.1\n---\nb: 2\n"}},
		{"a comment before the first separator", "# license\n---\na: 1\n", []string{"---\na: 1\n"}},
		{"CRLF", "a: 1\r\n---\r\nb: 2\r\n...\r\nc: 3\r\n", []string{"a: 1\r\n", "---\r\nb: 2\r\n", "c: 3\r\n"}},
		{"dashes with a letter", "---a: 1\n", []string{"---a: 1\n"}},
		{"four dashes", "a: 1\n----\n", []string{"a: 1\n----\n"}},
		{"two dashes", "a: 1\n--\n", []string{"a: 1\n--\n"}},
		{"two dots", "a: 1\n..\n", []string{"a: 1\n..\n"}},
		{"an indented separator in a block scalar", "a: |\n  x\n  ---\n  y\nb: 2\n", []string{"a: |\n  x\n  ---\n  y\nb: 2\n"}},
		{"an indented end marker in a block scalar", "a: |\n ...\nb: 2\n", []string{"a: |\n ...\nb: 2\n"}},
		{"a certificate's dashes", "a: |\n  -----BEGIN-----\n", []string{"a: |\n  -----BEGIN-----\n"}},
		{"JSON", "{\"a\": 1}\n{\"b\": 2}\n", []string{"{\"a\": 1}\n{\"b\": 2}\n"}},
		{"JSON and YAML", "{\"a\": 1}\n---\nb: 2\n", []string{"{\"a\": 1}\n", "---\nb: 2\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := diag.NewSource("a", c.text)
			var got []string
			for _, chunk := range text.Split(src) {
				got = append(got, chunk.Text)
				if src.Text()[chunk.Offset:chunk.Offset+len(chunk.Text)] != chunk.Text {
					t.Errorf("the chunk %q does not stand at %d", chunk.Text, chunk.Offset)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("wanted (-) and cut (+):\n%s", diff)
			}
		})
	}
}

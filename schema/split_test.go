package schema_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
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
			for _, chunk := range schema.Split(src) {
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

func TestEveryDocumentOfAFileIsReadWhateverStandsBetween(t *testing.T) {
	const one = "apiVersion: v1\nkind: Service\nmetadata: {name: %}\nspec: {ports: [{port: 80}]}\n"
	doc := func(name string) string { return strings.ReplaceAll(one, "%", name) }
	for name, text := range map[string]string{
		"separators":       doc("a") + "---\n" + doc("b") + "---\n" + doc("c"),
		"comments":         "# x\n---\n" + doc("a") + "# y\n--- # z\n\n# w\n" + doc("b") + "---\n" + doc("c") + "---\n# end\n",
		"end markers":      doc("a") + "...\n" + doc("b") + "...\n---\n" + doc("c") + "...\n",
		"Windows":          strings.ReplaceAll(doc("a")+"---\n"+doc("b")+"---\n"+doc("c"), "\n", "\r\n"),
		"no last break":    doc("a") + "---\n" + doc("b") + "---\n" + strings.TrimSuffix(doc("c"), "\n"),
		"a byte mark":      "\ufeff" + doc("a") + "---\n" + doc("b") + "---\n" + doc("c"),
		"byte marks":       "\ufeff" + doc("a") + "---\n\ufeff" + doc("b") + "---\n\ufeff" + doc("c"),
		"a directive":      "%YAML 1.1\n---\n" + doc("a") + "---\n" + doc("b") + "---\n" + doc("c"),
		"concatenated":     `{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}}{"apiVersion":"v1","kind":"Service","metadata":{"name":"b"}} {"apiVersion":"v1","kind":"Service","metadata":{"name":"c"}}`,
		"mixed":            `{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}}` + "\n---\n" + doc("b") + "---\n" + doc("c"),
		"flow":             "{apiVersion: v1, kind: Service, metadata: {name: a}}\n---\n" + doc("b") + "--- {apiVersion: v1, kind: Service, metadata: {name: c}}\n",
		"a List":           "apiVersion: v1\nkind: List\nitems:\n" + indented(doc("a")) + indented(doc("b")) + indented(doc("c")),
		"Lists in a row":   "apiVersion: v1\nkind: List\nitems:\n" + indented(doc("a")) + "---\napiVersion: v1\nkind: List\nitems:\n" + indented(doc("b")) + indented(doc("c")),
		"Lists in a List":  `{"kind":"List","apiVersion":"v1","items":[{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}}]},{"apiVersion":"v1","kind":"ServiceList","items":[{"metadata":{"name":"b"}},{"metadata":{"name":"c"}}]}]}`,
		"indented JSON":    "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"ServiceList\",\n  \"items\": [{\"metadata\": {\"name\": \"a\"}}, {\"metadata\": {\"name\": \"b\"}}, {\"metadata\": {\"name\": \"c\"}}]\n}\n",
		"unfinished lines": doc("a") + "---\n" + doc("b") + "---\n" + doc("c") + "---",
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(text)
			expectFindings(t, p.Found)
			if got := names(p.Documents); got != "Service default/a, Service default/b, Service default/c" {
				t.Errorf("read %s", got)
			}
		})
	}
}

// indented makes a document an item of a block list.
func indented(doc string) string {
	return "- " + strings.ReplaceAll(strings.TrimSuffix(doc, "\n"), "\n", "\n  ") + "\n"
}

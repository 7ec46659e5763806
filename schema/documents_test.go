package schema_test

import (
	"strings"
	"testing"
)

// Documents in every arrangement of a text: read all, each in its place.

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

func TestPlacesAreRightInEveryDocumentOfAText(t *testing.T) {
	service := func(name string) string {
		return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"separated":    {"# c\n" + service("a") + "--- # x\n\n" + service("b"), "4:18 a, 9:18 b"},
		"Windows":      {strings.ReplaceAll(service("a")+"---\n"+service("b"), "\n", "\r\n"), "3:18 a, 7:18 b"},
		"end marker":   {service("a") + "...\n" + service("b"), "3:18 a, 7:18 b"},
		"byte mark":    {"\ufeff" + service("a"), "3:18 a"},
		"List":         {"kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: a\n- {apiVersion: v1, kind: Service, metadata: {name: b}}\n", "7:11 a, 8:52 b"},
		"typed List":   {"kind: ServiceList\napiVersion: v1\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n", "4:20 a, 5:20 b"},
		"concatenated": {`{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}} {"apiVersion":"v1","kind":"Service",` + "\n" + `"metadata":{"name":"b"}}`, `1:56 "a", 2:20 "b"`},
		"JSON List":    {`{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}},` + "\n" + `{"apiVersion":"v1","kind":"Service","metadata":{"name":"b"}}]}`, `1:98 "a", 2:56 "b"`},
		"JSON behind":  {"--- " + `{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}}`, `1:60 "a"`},
		"flow behind":  {"--- {apiVersion: v1, kind: Service, metadata: {name: a}}\n", "1:54 a"},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(c.text)
			expectFindings(t, p.Found)
			var places []string
			for _, d := range p.Documents {
				places = append(places, place(d.Span("/metadata/name")))
			}
			if got := strings.Join(places, ", "); got != c.want {
				t.Errorf("the names stand at %s, want %s", got, c.want)
			}
		})
	}
}

package compile_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/schema"
)

// placedFiles reads texts as files and gives their documents.
func placedFiles(t *testing.T, files ...string) []*schema.Document {
	t.Helper()
	var docs []*schema.Document
	for i := 0; i < len(files); i += 2 {
		read, found := check(files[i], files[i+1])
		if len(found) > 0 {
			t.Fatal(printed(found))
		}
		docs = append(docs, read...)
	}
	return docs
}

func TestInputIsDividedWhereDirectoriesHoldDifferentObjects(t *testing.T) {
	one := manifest("Service", "shop/web", "", "{ports: [{port: 80}]}")
	two := manifest("Service", "shop/web", "", "{ports: [{port: 81}]}")
	other := manifest("Service", "shop/cart", "", "{ports: [{port: 80}]}")
	for _, tt := range []struct {
		name  string
		files []string
		want  string // each set's name and number of documents
	}{
		{"one directory", []string{"a/x.yaml", one, "a/y.yaml", two}, ":2"},
		{"equal objects", []string{"a/x.yaml", one, "b/x.yaml", one}, ":2"},
		{"two directories", []string{"a/x.yaml", one, "b/x.yaml", two, "a/y.yaml", other}, "a:2 b:1"},
		{"what lies beside belongs to both", []string{"c/a/x.yaml", one, "c/b/x.yaml", two, "y.yaml", other}, "c/a:2 c/b:2"},
		{"a directory in one of the two", []string{"base/x.yaml", one, "base/y.yaml", other, "base/over/x.yaml", two}, "base/over:2 base/x.yaml:2"},
		{"regions of environments", []string{"prod/eu/x.yaml", one, "prod/us/x.yaml", two, "stage/eu/x.yaml", two, "prod/y.yaml", other}, "prod/eu:2 prod/us:2 stage:1"},
		{"the current directory", []string{"x.yaml", one, "b/x.yaml", two}, "b:1 x.yaml:1"},
		{"from the root", []string{"/r/a/x.yaml", one, "/r/b/x.yaml", two}, "/r/a:1 /r/b:1"},
	} {
		docs := placedFiles(t, tt.files...)
		var got []string
		for _, set := range compile.Divide(docs, nil).Sets(docs) {
			got = append(got, set.Name+":"+string(rune('0'+len(set.Documents))))
			if _, found := compile.Resolve(set.Documents, compile.Options{}); set.Name != "" && codes(found)["duplicate-object"] > 0 {
				t.Errorf("%s: the set %s has duplicates", tt.name, set.Name)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

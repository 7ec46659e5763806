package dialect_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/dialect"
)

func TestAFileNameIsSafeOnEveryFileSystem(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  string
	}{
		{[]string{"destinationrule", "bookinfo", "ratings-global"}, "destinationrule_bookinfo_ratings-global"},
		{[]string{"destinationrule", "", "a"}, "destinationrule_a"},
		{[]string{"a", "../../etc/passwd"}, "a_..-..-etc-passwd"},
		{[]string{"a", `C:\con`}, "a_---con"},
		{[]string{"a", "b\x00c\nd", "é|*?"}, "a_b-c-d_----"},
	} {
		got := dialect.FileName(c.parts...)
		if got != c.want {
			t.Errorf("%q is %q, want %q", c.parts, got, c.want)
		}
		if strings.ContainsAny(got, "/\\:*?\"<>|\x00\n ") || strings.HasPrefix(got, ".") {
			t.Errorf("%q is %q, which not every file system takes", c.parts, got)
		}
	}
}

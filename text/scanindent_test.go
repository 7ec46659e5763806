package text_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

var indentHelp = regexp.MustCompile(`^indent it by (\d+) spaces?$|^(begin it at the start of the line)$`)

// obeyed is a text with the line that a finding points at indented as its help says; false when
// the help is another one.
func obeyed(text string, d diag.Diagnostic) (string, bool) {
	m := indentHelp.FindStringSubmatch(d.Help)
	if m == nil {
		return text, false
	}
	indent, _ := strconv.Atoi(m[1])
	lines := strings.SplitAfter(text, "\n")
	lines[d.Line-1] = strings.Repeat(" ", indent) + strings.TrimLeft(lines[d.Line-1], " ")
	return strings.Join(lines, ""), true
}

// TestALineThatIsIndentedWronglyIsBlamedItself moves every line of a manifest to the left and to the
// right. Where the text is no YAML then, the finding must point at that line, and obeying it must
// give the manifest back.
func TestALineThatIsIndentedWronglyIsBlamedItself(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(policy, "\n"), "\n")
	for i, line := range lines {
		right := len(line) - len(strings.TrimLeft(line, " "))
		for indent := range right + 6 {
			text := replaced(i+1, strings.Repeat(" ", indent)+strings.TrimLeft(line, " "))
			p := parse(text)
			if indent == right || len(p.Found) == 0 {
				continue
			}
			t.Run(fmt.Sprintf("line %d by %d", i+1, indent), func(t *testing.T) {
				if len(p.Found) != 1 || p.Found[0].Line != i+1 {
					t.Fatalf("found %q in\n%s", findings(p.Found), text)
				}
				fixed, ok := obeyed(text, p.Found[0])
				if left := parse(fixed).Found; !ok || len(left) > 0 {
					t.Errorf("after %q it is\n%swith %q", findings(p.Found), fixed, findings(left))
				}
			})
		}
	}
}

func TestLinesThatWereLostInPastingAreNamed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"both", "apiVersion: v1\nkind: ConnectionPolicy\n  name: a\n  namespace: b\n    selector: {}\n",
			`3:3+7 syntax: the lines "metadata:" and "spec:" are missing in this manifest | write metadata: on a line of its own above it, at the start of the line, and spec: on another above "selector: {}"`,
		},
		{
			"metadata", "apiVersion: v1\nkind: ConnectionPolicy\n  name: a\n  namespace: b\nspec:\n  config: {}\n",
			`3:3+7 syntax: the line "metadata:" is missing above this line | write metadata: on a line of its own above it, at the start of the line`,
		},
		{
			"spec", "apiVersion: v1\nkind: ConnectionPolicy\nmetadata:\n  name: a\n    config: {}\n",
			`5:5+10 syntax: the line "spec:" is missing above this line | write spec: on a line of its own above it, at the start of the line`,
		},
		{
			"none, and a name is too deep", "apiVersion: v1\nkind: ConnectionPolicy\nmetadata:\n  name: a\n    namespace: b\n",
			`5:5+1 syntax: the indentation of this line matches no open level above it | indent it by 2 spaces`,
		},
	} {
		t.Run(c.name, func(t *testing.T) { expectFindings(t, parse(c.text).Found, c.want) })
	}
}

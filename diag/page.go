package diag

import (
	"fmt"
	"strings"
)

// FixedBy names the command that fixes findings of a code that is Fixable.
const FixedBy = "connpolicy validate --fix, under the conditions in docs/fixes.md"

// Page is the code's page as "explain" prints it: meaning, example, fix, source.
func (c *Code) Page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s\n", c.Name, c.Severity, c.Summary)
	section := func(title, text, indent string) {
		if text == "" {
			return
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		for line := range strings.Lines(strings.TrimRight(text, "\n")) {
			b.WriteString(indent + strings.TrimRight(line, "\n") + "\n")
		}
	}
	section("Meaning", c.Explain, "  ")
	section("Example", c.Example, "    ")
	section("Fix", c.Fix, "    ")
	if c.Fixable {
		section("Fixed by", FixedBy, "  ")
	}
	section("Source", c.Reference, "  ")
	return b.String()
}

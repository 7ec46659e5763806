package diag_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

func TestEveryCodeIsAWordOfItsOwn(t *testing.T) {
	word := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, c := range diag.Codes {
		if !word.MatchString(c.Name) {
			t.Errorf("%q is not words with dashes", c.Name)
		}
		if seen[c.Name] {
			t.Errorf("%s stands twice in the table", c.Name)
		}
		seen[c.Name] = true
		if diag.Lookup(c.Name) != c {
			t.Errorf("%s is not found by its name", c.Name)
		}
		if c.Severity < diag.Info || c.Severity > diag.Error {
			t.Errorf("%s has the severity %s", c.Name, c.Severity)
		}
	}
	if diag.Lookup("no-such-code") != nil {
		t.Error("a code that does not exist is found")
	}
}

func TestEverySummaryIsOneSentenceInLowerCase(t *testing.T) {
	for _, c := range diag.Codes {
		if c.Summary == "" || strings.HasSuffix(c.Summary, ".") || strings.Contains(c.Summary, "\n") || strings.Contains(c.Summary, "invalid") {
			t.Errorf("%s: %q", c.Name, c.Summary)
		}
	}
}

func TestEveryPageHasMeaningExampleFixAndSource(t *testing.T) {
	for _, c := range diag.Codes {
		page := c.Page()
		if !strings.HasPrefix(page, c.Name+" ("+c.Severity.String()+"): "+c.Summary+"\n") {
			t.Errorf("%s: the page begins %q", c.Name, page)
		}
		for _, title := range []string{"\nMeaning\n  ", "\nExample\n    ", "\nFix\n    ", "\nSource\n  "} {
			if title == "\nFix\n    " && c.Severity == diag.Info {
				continue // nothing is wrong, so there may be nothing to fix
			}
			if !strings.Contains(page, title) {
				t.Errorf("the page of %s has no %s", c.Name, strings.TrimSpace(title))
			}
		}
		if strings.Contains(page, "\t") || strings.Contains(page, " \n") || !strings.HasSuffix(page, "\n") || strings.HasSuffix(page, "\n\n") {
			t.Errorf("%s: tabs, spaces at the end of a line, or a bad end:\n%s", c.Name, page)
		}
	}
}

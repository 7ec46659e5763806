package codes_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/codes"
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
		summary := codes.PageOf(c).Summary
		if summary == "" || strings.HasSuffix(summary, ".") || strings.Contains(summary, "\n") || strings.Contains(summary, "invalid") {
			t.Errorf("%s: %q", c.Name, summary)
		}
	}
}

func TestEveryPageHasMeaningExampleFixAndSource(t *testing.T) {
	for _, c := range diag.Codes {
		page := codes.Text(c)
		if !strings.HasPrefix(page, c.Name+" ("+c.Severity.String()+"): "+codes.PageOf(c).Summary+"\n") {
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

func TestEveryPageIsThatOfACode(t *testing.T) {
	files, err := filepath.Glob("pages/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".md"); diag.Lookup(name) == nil {
			t.Errorf("%s is the page of no code", file)
		}
	}
	if len(files) != len(diag.Codes) {
		t.Errorf("there are %d pages for %d codes", len(files), len(diag.Codes))
	}
}

// TestPagesHaveNothingElse holds each page to the parts that are read of it.
func TestPagesHaveNothingElse(t *testing.T) {
	for _, c := range diag.Codes {
		text, err := os.ReadFile("pages/" + c.Name + ".md")
		if err != nil {
			t.Error(err)
			continue
		}
		p := codes.PageOf(c)
		rest := string(text)
		for _, part := range []string{p.Summary, p.Source, p.Explain, "\n\n## Example\n", p.Example, "\n\n## Fix\n", p.Fix} {
			rest = strings.Replace(rest, part, "", 1)
		}
		rest = strings.Join(strings.Fields(regexp.MustCompile("(?m)^---$|^(summary|source):|^```(yaml|json|console)?$").ReplaceAllString(rest, "")), " ")
		if rest != "" {
			t.Errorf("the page of %s has what is not read: %s", c.Name, rest)
		}
	}
}

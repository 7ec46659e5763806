package golden_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

// conformanceListed is what docs/differences.md lists: codes by case.
type conformanceListed struct {
	differing map[string][]string // another result than Gloo's
	agreeing  map[string][]string // Gloo's result, and a finding besides
	codes     []string
}

// conformanceDocument reads the two tables of docs/differences.md whose rows end in a code and
// in the cases it concerns.
func conformanceDocument(t *testing.T) conformanceListed {
	t.Helper()
	l := conformanceListed{differing: map[string][]string{}, agreeing: map[string][]string{}}
	_, text, ok := strings.Cut(string(oracleRead(t, "../docs/differences.md")), "## Another result")
	differing, agreeing, both := strings.Cut(text, "## The same result")
	if !ok || !both {
		t.Fatal(`docs/differences.md has lost its sections "Another result" and "The same result"`)
	}
	agreeing, _, _ = strings.Cut(agreeing, "\n## ")
	l.rows(differing, l.differing)
	l.rows(agreeing, l.agreeing)
	return l
}

func (l *conformanceListed) rows(table string, cases map[string][]string) {
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 7 || !strings.Contains(cells[4], "`") {
			continue
		}
		codes := conformanceQuoted(cells[4])
		l.codes = append(l.codes, codes...)
		for _, name := range conformanceQuoted(cells[5]) {
			cases[name] = append(cases[name], codes...)
		}
	}
}

// conformanceQuoted lists the words in backticks.
func conformanceQuoted(cell string) []string {
	var out []string
	for i, part := range strings.Split(cell, "`") {
		if i%2 == 1 {
			out = append(out, part)
		}
	}
	return out
}

func TestEveryCodeOfDifferencesExists(t *testing.T) {
	codes := conformanceDocument(t).codes
	if len(codes) == 0 {
		t.Fatal("docs/differences.md names no code")
	}
	for _, name := range codes {
		if diag.Lookup(name) == nil {
			t.Errorf("docs/differences.md names the code %q, and there is none", name)
		}
	}
}

package golden_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
)

// TestACodeThatMendsIsMendedInItsCase asks every case for the fixes that its findings carry. A
// code says that it mends exactly if some case has one, and its own case is among them; then it
// has a row in docs/fixes.md.
func TestACodeThatMendsIsMendedInItsCase(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{} // by code, the names of the cases that mend it
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		c := load(t, e.Name())
		for _, name := range fixedByHops(t, c) {
			cases[name] += e.Name() + " "
		}
		for name, text := range c.text {
			for _, d := range line.Load(pipeline.Text(name, text), &pipeline.Options{Namespace: "default"}).Found {
				if d.Fix != nil {
					cases[d.Name] += e.Name() + " "
				}
			}
		}
	}
	page, err := os.ReadFile("../docs/fixes.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range diag.Codes {
		if row := "| [" + c.Name + "](codes.md#" + c.Name + ") |"; c.Fixable != strings.Contains(string(page), row) {
			t.Errorf("%s is fixable: %v, and docs/fixes.md has another opinion", c.Name, c.Fixable)
		}
		if c.Fixable && !strings.Contains(cases[c.Name], folder(c)) {
			t.Errorf("%s says that --fix mends it, and no finding of golden/%s has a fix", c.Name, folder(c))
		}
		if !c.Fixable && cases[c.Name] != "" {
			t.Errorf("%s does not say that --fix mends it, and it does in %s", c.Name, cases[c.Name])
		}
	}
}

// fixedByHops lists the codes of findings of a case with hops that carry a fix.
func fixedByHops(t *testing.T, c *golden) (names []string) {
	t.Helper()
	if !slices.ContainsFunc(c.args, func(arg string) bool { return strings.HasPrefix(arg, "--hop") }) {
		return nil
	}
	var report struct {
		Findings []struct {
			Code string          `json:"code"`
			Fix  json.RawMessage `json:"fix"`
		} `json:"findings"`
	}
	got := c.execute(t, c.dir, []string{"validate", "--format", "json"})
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatalf("%s: %v\n%s%s", c.dir, err, got.stdout, got.stderr)
	}
	for _, f := range report.Findings {
		if f.Fix != nil {
			names = append(names, f.Code)
		}
	}
	return names
}

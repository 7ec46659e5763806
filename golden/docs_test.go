package golden_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/codes"
	"github.com/google/go-cmp/cmp"
)

const codesPage = "../docs/codes.md"

func TestDocsListEveryCode(t *testing.T) {
	want := codesMarkdown()
	got, err := os.ReadFile(codesPage)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if string(got) == want {
		return
	}
	if !*update {
		t.Fatalf("%s is stale (-is +should be), go test ./golden -update writes it:\n%s", codesPage, cmp.Diff(string(got), want))
	}
	if err := os.WriteFile(codesPage, []byte(want), 0o666); err != nil { //nolint:gosec // a file of the repository
		t.Fatal(err)
	}
}

// codesMarkdown renders the table of codes: an overview, then a page for each, whose heading is
// its code, so that the code is the anchor as well.
func codesMarkdown() string {
	var b strings.Builder
	b.WriteString(`# Findings

Each finding ends in its code, in brackets. ` + "`connpolicy explain CODE`" + ` prints what stands here.

An **error** stops the run: nothing is written. A **warning** does not, and the output may not do
what was meant. An **info** is worth knowing, and nothing is wrong.

This page is made from the pages in ` + "`diag/codes/pages`" + ` by ` + "`go test ./golden -update`" + `. Every example is
an input of ` + "`golden/`" + `, every fix is tried there.

| code | severity | what it means |
| --- | --- | --- |
`)
	for _, c := range diag.Codes {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", c.Name, c.Name, c.Severity, codes.PageOf(c).Summary)
	}
	for _, c := range diag.Codes {
		page := codes.PageOf(c)
		fmt.Fprintf(&b, "\n## %s\n\n**%s:** %s.\n\n%s\n", c.Name, c.Severity, page.Summary, page.Explain)
		block(&b, "Gives it:", page.Example)
		block(&b, "Instead:", page.Fix)
		if c.Fixable {
			fmt.Fprintf(&b, "\nFixed by `connpolicy validate --fix` where the [condition for this code](fixes.md) holds.\n")
		}
		fmt.Fprintf(&b, "\nSource: <%s>\n", page.Source)
	}
	return b.String()
}

func block(b *strings.Builder, title, text string) {
	if text == "" {
		return
	}
	language := "yaml"
	switch {
	case strings.HasPrefix(text, "$ "):
		language = "console"
	case strings.HasPrefix(text, "{"):
		language = "json"
	}
	fmt.Fprintf(b, "\n%s\n\n```%s\n%s\n```\n", title, language, strings.TrimRight(text, "\n"))
}

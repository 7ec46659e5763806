package format

import (
	"fmt"
	"io"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// githubShown is how many annotations of each level GitHub shows of one step
// (docs.github.com, "REST API endpoints for check runs").
const githubShown = 10

// GitHub writes sorted findings as workflow commands of GitHub Actions, worst first and no more
// than GitHub shows. A last line has the number of the others.
func GitHub(w io.Writer, l diag.List, s diag.Summary) error {
	var b strings.Builder
	shown := map[diag.Severity]int{}
	for _, i := range l.WorstFirst() {
		if d := &l[i]; shown[d.Severity] < githubShown {
			shown[d.Severity]++
			githubCommand(&b, d)
		}
	}
	left := diag.Summary{Errors: s.Errors - shown[diag.Error], Warnings: s.Warnings - shown[diag.Warning], Infos: s.Infos - shown[diag.Info]}
	if left.Errors+left.Warnings+left.Infos > 0 {
		fmt.Fprintf(&b, "and %s: GitHub shows %d of each kind\n", left.Counts(), githubShown)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func githubCommand(b *strings.Builder, d *diag.Diagnostic) {
	b.WriteString("::" + githubSeverity(d.Severity) + " ")
	if d.Source != nil && d.Path() != "<stdin>" {
		b.WriteString("file=" + diag.GitHubProperty(diag.Visible(d.Path())) + ",")
		if d.Line > 0 {
			fmt.Fprintf(b, "line=%d,endLine=%d,col=%d,endColumn=%d,", d.Line, d.Line, d.Col, d.Col+d.Len)
		}
	}
	b.WriteString("title=" + diag.GitHubProperty(d.Name) + "::" + diag.GitHubMessage(paragraph(d)) + "\n")
}

func githubSeverity(s diag.Severity) string {
	if s == diag.Info {
		return "notice"
	}
	return s.String()
}

// paragraph is the whole text of a finding, for those who show its place and its code themselves: a
// line for the message, one for whose text it is, and one for each note and the help.
func paragraph(d *diag.Diagnostic) string {
	lines := []string{diag.Sentence(d.Message)}
	if d.Subject != "" {
		lines = append(lines, "in: "+diag.Sentence(d.Subject))
	}
	for _, r := range d.Related {
		at := r.At()
		if at != "" {
			at += ": "
		}
		lines = append(lines, "note: "+at+diag.Sentence(r.Message))
	}
	if d.Help != "" {
		lines = append(lines, "help: "+diag.Sentence(d.Help))
	}
	return strings.Join(lines, "\n")
}

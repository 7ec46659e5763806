package diag

import (
	"fmt"
	"io"
	"strings"
)

// githubShown is how many annotations of each level GitHub shows of one step
// (docs.github.com, "REST API endpoints for check runs").
const githubShown = 10

// WriteGitHub writes sorted findings as workflow commands of GitHub Actions, worst first and no more
// than GitHub shows. A last line tells how many more there are.
func WriteGitHub(w io.Writer, l List, s Summary) error {
	var b strings.Builder
	shown := map[Severity]int{}
	for _, i := range l.worstFirst() {
		if d := &l[i]; shown[d.Severity] < githubShown {
			shown[d.Severity]++
			d.github(&b)
		}
	}
	left := Summary{Errors: s.Errors - shown[Error], Warnings: s.Warnings - shown[Warning], Infos: s.Infos - shown[Info]}
	if left.Errors+left.Warnings+left.Infos > 0 {
		fmt.Fprintf(&b, "and %s: GitHub shows %d of each kind\n", left.counts(), githubShown)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (d *Diagnostic) github(b *strings.Builder) {
	b.WriteString("::" + d.Severity.github() + " ")
	if d.Source != nil && d.Path() != "<stdin>" {
		b.WriteString("file=" + githubProperty.Replace(Visible(d.Path())) + ",")
		if d.Line > 0 {
			fmt.Fprintf(b, "line=%d,endLine=%d,col=%d,endColumn=%d,", d.Line, d.Line, d.Col, d.Col+d.Len)
		}
	}
	b.WriteString("title=" + githubProperty.Replace(d.Name) + "::" + githubMessage.Replace(d.paragraph()) + "\n")
}

func (s Severity) github() string {
	if s == Info {
		return "notice"
	}
	return s.String()
}

// paragraph is all that a finding says, for those who show its place and its code themselves: a
// line for the message, one for whose text it is, and one for each note and the help.
func (d *Diagnostic) paragraph() string {
	lines := []string{shown(d.Message)}
	if d.Subject != "" {
		lines = append(lines, "in: "+shown(d.Subject))
	}
	for _, r := range d.Related {
		at := r.At()
		if at != "" {
			at += ": "
		}
		lines = append(lines, "note: "+at+shown(r.Message))
	}
	if d.Help != "" {
		lines = append(lines, "help: "+shown(d.Help))
	}
	return strings.Join(lines, "\n")
}

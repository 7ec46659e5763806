package diag

import (
	"encoding/json"
	"io"
)

// Finding is a diagnostic as "--format json" writes it. Lines and columns count
// from 1, in runes; a place without a line has none.
type Finding struct {
	Severity string  `json:"severity"`
	Code     string  `json:"code"`
	Message  string  `json:"message"`
	File     string  `json:"file,omitempty"`
	Line     int     `json:"line,omitempty"`
	Column   int     `json:"column,omitempty"`
	Length   int     `json:"length,omitempty"`
	Subject  string  `json:"subject,omitempty"`
	Help     string  `json:"help,omitempty"`
	Related  []Place `json:"related,omitempty"`
}

// Place is another place that matters to a finding.
type Place struct {
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Length  int    `json:"length,omitempty"`
}

// Report is what "--format json" writes: every finding, then the run in figures.
type Report struct {
	Findings []Finding `json:"findings"`
	Summary  Summary   `json:"summary"`
}

// WriteJSON writes findings and the run's summary as one JSON object.
func WriteJSON(w io.Writer, l List, s Summary) error {
	report := Report{Findings: make([]Finding, 0, len(l)), Summary: s}
	for i := range l {
		report.Findings = append(report.Findings, l[i].finding())
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(report)
}

func (d *Diagnostic) finding() Finding {
	f := Finding{
		Severity: d.Severity.String(), Code: d.Name, Message: d.Message,
		File: d.Path(), Line: d.Line, Column: d.Col, Length: d.Len,
		Subject: d.Subject, Help: d.Help,
	}
	for _, r := range d.Related {
		f.Related = append(f.Related, Place{r.Message, r.Path(), r.Line, r.Col, r.Len})
	}
	return f
}

package format

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/connpolicy/connpolicy/diag"
)

// Finding is a diagnostic as "--format json" writes it. Lines and columns count
// from 1, in runes; a place without a line has none. docs/ci.md promises this form.
type Finding struct {
	Severity string       `json:"severity"`
	Code     string       `json:"code"`
	Message  string       `json:"message"`
	File     string       `json:"file,omitempty"`
	Line     int          `json:"line,omitempty"`
	Column   int          `json:"column,omitempty"`
	Length   int          `json:"length,omitempty"`
	Subject  string       `json:"subject,omitempty"`
	Object   *diag.Object `json:"object,omitempty"`
	Field    string       `json:"field,omitempty"` // a JSON pointer
	Path     string       `json:"path,omitempty"`  // the same as people write it
	Help     string       `json:"help,omitempty"`
	Related  []Place      `json:"related,omitempty"`
	Fix      *FixJSON     `json:"fix,omitempty"`
	// Fingerprint is a different one for each finding of a run, and stays when lines move.
	Fingerprint string `json:"fingerprint,omitempty"`
}

// Place is another place that matters to a finding.
type Place struct {
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Length  int    `json:"length,omitempty"`
}

// FixJSON is a Fix as JSON has it.
type FixJSON struct {
	Edits []Replacement `json:"edits"`
	Value any           `json:"value,omitempty"`
}

// Replacement is an Edit as JSON has it: the same place twice, for editors by line and column, the
// end being where the first character stays, and for programs in bytes of the file, a byte order
// mark counted.
type Replacement struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Offset    int    `json:"offset"`
	Length    int    `json:"length"`
	Text      string `json:"text"`
}

// jsonReport is what "--format json" writes: every finding, then the run in figures.
type jsonReport struct {
	Findings []Finding    `json:"findings"`
	Summary  diag.Summary `json:"summary"`
}

// JSON writes sorted findings and the run's summary as one JSON object.
func JSON(w io.Writer, l diag.List, s diag.Summary) error {
	return indented(w, jsonReport{Findings: findings(l), Summary: s})
}

// JSONLines writes each of the sorted findings as a JSON object on a line of its own, and at
// the end the run's summary, as {"summary": …}.
func JSONLines(w io.Writer, l diag.List, s diag.Summary) error {
	for _, f := range findings(l) {
		if err := encoded(w, f, ""); err != nil {
			return err
		}
	}
	return encoded(w, struct {
		Summary diag.Summary `json:"summary"`
	}{s}, "")
}

// indented writes a value as JSON for programs that people look over the shoulder of.
func indented(w io.Writer, value any) error { return encoded(w, value, "  ") }

// encoded writes a value as JSON with a line break after it.
func encoded(w io.Writer, value any, indent string) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetIndent("", indent)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(diag.EscapeJSON(text.Bytes()))
	return err
}

func findings(l diag.List) []Finding {
	fingerprints := l.Fingerprints()
	out := make([]Finding, 0, len(l))
	for i := range l {
		f := finding(&l[i])
		f.Fingerprint = fingerprints[i]
		out = append(out, f)
	}
	return out
}

func finding(d *diag.Diagnostic) Finding {
	f := Finding{
		Severity: d.Severity.String(), Code: d.Name, Message: d.Message,
		File: d.Path(), Line: d.Line, Column: d.Col, Length: d.Len,
		Subject: d.Subject, Object: d.Object, Field: d.Field, Path: diag.FieldPath(d.Field), Help: d.Help,
	}
	for _, r := range d.Related {
		f.Related = append(f.Related, Place{r.Message, r.Path(), r.Line, r.Col, r.Len})
	}
	if d.Fix != nil {
		f.Fix = &FixJSON{Edits: []Replacement{}, Value: d.Fix.Value}
		for _, e := range d.Fix.Edits {
			f.Fix.Edits = append(f.Fix.Edits, replacement(&e))
		}
	}
	return f
}

func replacement(e *diag.Edit) Replacement {
	from, to := e.At(e.Start, 0), e.At(e.End, 0)
	return Replacement{
		File: e.Path(), Line: from.Line, Column: from.Col, EndLine: to.Line, EndColumn: to.Col,
		Offset: e.Start + e.Mark(), Length: e.End - e.Start, Text: e.New,
	}
}

package format

import (
	"encoding/xml"
	"io"

	"github.com/connpolicy/connpolicy/diag"
)

// A report of Checkstyle, which Jenkins, reviewdog and others read. Its only description is the
// program's own source: XMLLogger of github.com/checkstyle/checkstyle.
type (
	checkstyleReport struct {
		XMLName xml.Name         `xml:"checkstyle"`
		Version string           `xml:"version,attr"`
		Files   []checkstyleFile `xml:"file"`
	}
	checkstyleFile struct {
		Name   string            `xml:"name,attr"`
		Errors []checkstyleError `xml:"error"`
	}
	checkstyleError struct {
		Line     int    `xml:"line,attr,omitempty"`
		Column   int    `xml:"column,attr,omitempty"`
		Severity string `xml:"severity,attr"` // error, warning or info, as ours
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
)

// checkstyleVersion is the one that this form has been the same since.
const checkstyleVersion = "4.3"

// Checkstyle writes sorted findings as a report of Checkstyle.
func Checkstyle(w io.Writer, l diag.List) error {
	report := checkstyleReport{Version: checkstyleVersion}
	for i := range l {
		d := &l[i]
		last := len(report.Files) - 1
		if last < 0 || report.Files[last].Name != d.Path() {
			report.Files = append(report.Files, checkstyleFile{Name: d.Path()})
			last++
		}
		text := diag.Sentence(d.Message)
		if d.Help != "" {
			text += "; help: " + diag.Sentence(d.Help)
		}
		report.Files[last].Errors = append(report.Files[last].Errors, checkstyleError{
			Line: d.Line, Column: d.Col, Severity: d.Severity.String(), Message: text,
			Source: "connpolicy." + d.Name, // Jenkins shows what stands behind the last dot
		})
	}
	return document(w, report)
}

// document writes a value as an XML document. What XML has no character for becomes U+FFFD.
func document(w io.Writer, value any) error {
	text, err := xml.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(diag.EscapeXML(text))+"\n")
	return err
}

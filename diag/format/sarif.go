package format

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/codes"
)

// SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, as far as it is
// written here. The names of types and fields are the standard's.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Invocations        []sarifInvocation       `json:"invocations"`
		OriginalURIBaseIDs map[string]sarifBaseURI `json:"originalUriBaseIds"`
		ColumnKind         string                  `json:"columnKind"`
		Results            []sarifResult           `json:"results"`
	}
	sarifDriver struct {
		Name            string      `json:"name"`
		Version         string      `json:"version"`
		SemanticVersion string      `json:"semanticVersion"`
		InformationURI  string      `json:"informationUri"`
		Rules           []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string             `json:"id"`
		ShortDescription     sarifText          `json:"shortDescription"`
		FullDescription      sarifText          `json:"fullDescription"`
		Help                 sarifText          `json:"help"`
		HelpURI              string             `json:"helpUri"`
		DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
		Properties           sarifProperties    `json:"properties"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifProperties struct {
		Tags []string `json:"tags"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful        bool                `json:"executionSuccessful"`
		ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifBaseURI struct {
		Description sarifText `json:"description"`
	}
	sarifResult struct {
		RuleID              string            `json:"ruleId"`
		RuleIndex           int               `json:"ruleIndex"`
		Level               string            `json:"level"`
		Message             sarifText         `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		RelatedLocations    []sarifLocation   `json:"relatedLocations,omitempty"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
		Fixes               []sarifFix        `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		ID               int                    `json:"id,omitempty"`
		PhysicalLocation *sarifPhysical         `json:"physicalLocation,omitempty"`
		LogicalLocations []sarifLogicalLocation `json:"logicalLocations,omitempty"`
		Message          *sarifText             `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifLogicalLocation struct {
		Name               string `json:"name"`
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifFix struct {
		Description     sarifText     `json:"description"`
		ArtifactChanges []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		ArtifactLocation sarifArtifact      `json:"artifactLocation"`
		Replacements     []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		DeletedRegion   sarifRegion `json:"deletedRegion"`
		InsertedContent sarifText   `json:"insertedContent"`
	}
)

const (
	projectPage = "https://github.com/connpolicy/connpolicy"
	codesPage   = projectPage + "/blob/main/docs/codes.md#"

	// sarifRoot stands for the directory that connpolicy ran in: in CI, the checkout.
	sarifRoot = "%SRCROOT%"

	// sarifResults is what GitHub takes of one run; it keeps the worst 5,000 of them
	// (docs.github.com, "SARIF support for code scanning").
	sarifResults = 25000
)

// SARIF writes sorted findings as a SARIF 2.1.0 log of one run, worst first. The version is
// the program's by semver.org, such as "1.2.3".
func SARIF(w io.Writer, l diag.List, version string) error {
	run := sarifRun{
		Invocations:        []sarifInvocation{{ExecutionSuccessful: true}},
		OriginalURIBaseIDs: map[string]sarifBaseURI{sarifRoot: {sarifText{Text: "the directory that connpolicy ran in"}}},
		ColumnKind:         "utf16CodeUnits", // the standard's default, which readers take that do not look
		Results:            []sarifResult{},
	}
	driver := sarifDriver{Name: "connpolicy", Version: version, SemanticVersion: version, InformationURI: projectPage, Rules: []sarifRule{}}
	order := l.WorstFirst()
	if more := len(order) - sarifResults; more > 0 {
		order = order[:sarifResults]
		run.Invocations[0].ToolExecutionNotifications = []sarifNotification{{"warning", sarifText{
			Text: diag.Plural(more, "finding") + " of the lowest severity left out: GitHub accepts 25,000 of one run",
		}}}
	}
	fingerprints := l.Fingerprints()
	rules := map[*diag.Code]int{}
	for _, i := range order {
		code := l[i].Code
		if _, seen := rules[code]; !seen {
			rules[code] = len(driver.Rules)
			driver.Rules = append(driver.Rules, newSARIFRule(code))
		}
		result := newSARIFResult(&l[i])
		result.RuleIndex = rules[code]
		result.PartialFingerprints = map[string]string{"connpolicy/v1": fingerprints[i]}
		run.Results = append(run.Results, result)
	}
	run.Tool.Driver = driver
	return indented(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func sarifSeverity(s diag.Severity) string {
	if s == diag.Info {
		return "note"
	}
	return s.String()
}

// newSARIFRule is the code's page as a rule.
func newSARIFRule(c *diag.Code) sarifRule {
	page := codes.PageOf(c)
	markdown := page.Explain + "\n"
	for _, part := range []struct{ title, text string }{{"This gives the finding:", page.Example}, {"Write instead:", page.Fix}} {
		if part.text != "" {
			markdown += "\n" + part.title + "\n\n```yaml\n" + strings.TrimRight(part.text, "\n") + "\n```\n"
		}
	}
	if page.Source != "" {
		markdown += "\nSource: " + page.Source + "\n"
	}
	return sarifRule{
		ID:                   c.Name,
		ShortDescription:     sarifText{Text: page.Summary},
		FullDescription:      sarifText{Text: strings.Join(strings.Fields(cmp.Or(page.Explain, page.Summary)), " ")},
		Help:                 sarifText{Text: codes.Text(c), Markdown: markdown},
		HelpURI:              codesPage + c.Name,
		DefaultConfiguration: sarifConfiguration{sarifSeverity(c.Severity)},
		Properties:           sarifProperties{[]string{"kubernetes", "networking"}},
	}
}

func newSARIFResult(d *diag.Diagnostic) sarifResult {
	r := sarifResult{RuleID: d.Name, Level: sarifSeverity(d.Severity)}
	text := sarifPlain(d.Message)
	here := sarifLocation{PhysicalLocation: sarifPlace(d.Span)}
	if o := d.Object; o != nil {
		here.LogicalLocations = []sarifLogicalLocation{{
			Name: o.DisplayName(), Kind: "object",
			FullyQualifiedName: path.Join(o.APIVersion, o.Kind, o.Namespace, o.Name),
		}}
	}
	r.Locations = []sarifLocation{}
	if here.PhysicalLocation != nil || here.LogicalLocations != nil {
		r.Locations = append(r.Locations, here)
	}
	for _, other := range d.Related {
		note := sarifText{Text: sarifPlain(other.Message)}
		place := sarifPlace(other.Span)
		if place == nil {
			text += "\n\nnote: " + note.Text
			continue
		}
		r.RelatedLocations = append(r.RelatedLocations, sarifLocation{ID: len(r.RelatedLocations) + 1, PhysicalLocation: place, Message: &note})
		text += "\n\nnote: [" + linkText.Replace(other.At()) + "](" + strconv.Itoa(len(r.RelatedLocations)) + "): " + note.Text
	}
	if d.Help != "" {
		text += "\n\nhelp: " + sarifPlain(d.Help)
	}
	r.Message.Text = text
	if d.Fix != nil && len(d.Fix.Edits) > 0 {
		r.Fixes = []sarifFix{newSARIFFix(d.Fix, d.Help)}
	}
	return r
}

// linkText escapes what ends the text of a link in a message (section 3.11.6 of the standard).
var linkText = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`)

// sarifPlain is a sentence in which no text of a user's becomes a link.
func sarifPlain(s string) string { return strings.ReplaceAll(diag.Sentence(s), "](", "] (") }

// sarifPlace is the span as a place in a file; nil when it is in none.
func sarifPlace(s diag.Span) *sarifPhysical {
	if s.Source == nil {
		return nil
	}
	p := &sarifPhysical{ArtifactLocation: sarifFile(s.Source)}
	if s.Line > 0 {
		from, to := s.Bytes()
		region := sarifRange(s.Source, from, to)
		p.Region = &region
	}
	return p
}

// sarifFile names the file by a URI: relative to the directory that connpolicy ran in, where it can be.
func sarifFile(s *diag.Source) sarifArtifact {
	name := s.Path()
	escaped := strings.ReplaceAll((&url.URL{Path: name}).EscapedPath(), ":", "%3A") // or "a:b" has a scheme
	switch {
	case name == "<stdin>":
		return sarifArtifact{URI: "stdin"}
	case path.IsAbs(name):
		return sarifArtifact{URI: "file://" + escaped}
	case len(name) > 2 && name[1] == ':' && name[2] == '/': // a drive of Windows
		return sarifArtifact{URI: "file:///" + name[:2] + strings.TrimPrefix(escaped, name[:1]+"%3A")}
	}
	return sarifArtifact{escaped, sarifRoot}
}

// sarifRange is a range of bytes by lines and columns of UTF-16 code units.
func sarifRange(s *diag.Source, from, to int) sarifRegion {
	line, column := s.UTF16(from)
	endLine, endColumn := s.UTF16(to)
	return sarifRegion{line, column, endLine, endColumn}
}

func newSARIFFix(f *diag.Fix, help string) sarifFix {
	out := sarifFix{Description: sarifText{Text: sarifPlain(help)}}
	var files []*diag.Source
	for _, e := range f.Edits {
		i := slices.Index(files, e.Source)
		if i < 0 {
			i = len(files)
			files = append(files, e.Source)
			out.ArtifactChanges = append(out.ArtifactChanges, sarifChange{ArtifactLocation: sarifFile(e.Source)})
		}
		change := &out.ArtifactChanges[i]
		change.Replacements = append(change.Replacements, sarifReplacement{sarifRange(e.Source, e.Start, e.End), sarifText{Text: e.New}})
	}
	return out
}

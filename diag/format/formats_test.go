package format_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
)

// formats are all printers for programs.
var formats = map[string]func(w io.Writer, l diag.List) error{
	"json": func(w io.Writer, l diag.List) error {
		return format.JSON(w, l, diag.Summarize(l, diag.Tally{Documents: 1}, ""))
	},
	"jsonl": func(w io.Writer, l diag.List) error {
		return format.JSONLines(w, l, diag.Summarize(l, diag.Tally{Documents: 1}, ""))
	},
	"sarif": func(w io.Writer, l diag.List) error { return format.SARIF(w, l, "1.2.3") },
	"github": func(w io.Writer, l diag.List) error {
		return format.GitHub(w, l, diag.Summarize(l, diag.Tally{Documents: 1}, ""))
	},
	"gitlab": format.GitLab,
	"junit":  func(w io.Writer, l diag.List) error { return format.JUnit(w, l, nil, diag.Error) },

	"checkstyle": format.Checkstyle,
}

func printed(t *testing.T, format string, l diag.List) string {
	t.Helper()
	var b strings.Builder
	if err := formats[format](&b, l); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

func TestNoTextOfAUsersBreaksAFormat(t *testing.T) {
	nasty := "a\x00\x1b]0;\ufffe\xff<&>\"']]>\u202e\r\n::error::x,y:z%0A##[error]z\u2028 😀"
	src := diag.NewSource(nasty, strings.Repeat(nasty+"\n", 3))
	object := &diag.Object{APIVersion: nasty, Kind: nasty, Namespace: nasty, Name: nasty}
	d := diag.Diagnostic{Code: mistake, Span: src.At(len(nasty)+5, 9), Subject: nasty, Message: nasty, Help: nasty}
	d.Object, d.Field = object, "/"+nasty
	d.Related = []diag.Related{{Span: src.At(1, 2), Message: nasty}, {Message: nasty}}
	d.Fix = &diag.Fix{Edits: []diag.Edit{{Source: src, Start: 0, End: len(src.Text()), New: nasty}}, Value: nasty}
	list := diag.List{d, {Code: doubt, Message: nasty}, {Code: remark, Span: src.Whole(), Message: nasty}}
	for name := range formats {
		text := printed(t, name, list)
		switch name {
		case "junit", "checkstyle":
			for dec := xml.NewDecoder(strings.NewReader(text)); ; {
				if _, err := dec.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %v\n%s", name, err, text)
				}
			}
		case "github":
			for line := range strings.Lines(text) {
				if rest, isCommand := strings.CutPrefix(line, "::"); !isCommand || strings.ContainsAny(strings.TrimSuffix(rest, "\n"), "\r\x00\x1b") {
					t.Errorf("the line %q", line)
				}
			}
			if n := strings.Count(text, "\n"); n != len(list) {
				t.Errorf("%d lines for %d findings:\n%s", n, len(list), text)
			}
		case "jsonl":
			for line := range strings.Lines(text) {
				if !json.Valid([]byte(line)) {
					t.Errorf("no JSON: %s", line)
				}
			}
		default:
			if !json.Valid([]byte(text)) {
				t.Errorf("%s is no JSON:\n%s", name, text)
			}
		}
	}
}

func TestAFormatWithoutFindingsIsADocument(t *testing.T) {
	for name, want := range map[string]string{
		"github":     "",
		"gitlab":     "[]\n",
		"jsonl":      `{"summary":{"documents":1,"skipped":0,"errors":0,"warnings":0,"infos":0,"suppressed":0,"baselined":0,"baselinedErrors":0}}` + "\n",
		"checkstyle": xml.Header + "<checkstyle version=\"4.3\"></checkstyle>\n",
		"junit":      xml.Header + "<testsuites name=\"connpolicy\" tests=\"0\" failures=\"0\" errors=\"0\" time=\"0\"></testsuites>\n",
	} {
		expect(t, printed(t, name, nil), want)
	}
	if text := printed(t, "sarif", nil); !strings.Contains(text, `"results": []`) || !strings.Contains(text, `"rules": []`) || !strings.Contains(text, `"semanticVersion": "1.2.3"`) {
		t.Errorf("SARIF is\n%s", text)
	}
}

func TestAFormatThatCannotBeWrittenSaysSo(t *testing.T) {
	for name, write := range formats {
		if err := write(failing{}, diag.List{{Code: mistake, Message: "m"}}); err == nil {
			t.Errorf("%s: nothing is said", name)
		}
	}
}

func TestGitHubIsToldTheWorstAndHowManyMoreThereAre(t *testing.T) {
	var list diag.List
	for i := range 12 {
		for _, code := range []*diag.Code{remark, doubt, mistake} {
			list = append(list, diag.Diagnostic{Code: code, Message: fmt.Sprintf("n%d", i)})
		}
	}
	lines := strings.Split(strings.TrimSuffix(printed(t, "github", list[:34]), "\n"), "\n")
	if len(lines) != 31 || lines[30] != "and 1 error, 1 warning, 2 infos: GitHub shows 10 of each kind" {
		t.Fatalf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
	for i, want := range map[int]string{0: "::error title=some-mistake::n0", 9: "::error title=some-mistake::n9", 10: "::warning title=some-doubt::n0", 29: "::notice title=some-remark::n9"} {
		if lines[i] != want {
			t.Errorf("line %d is %q, not %q", i, lines[i], want)
		}
	}
}

// region is a place as SARIF has it.
type region struct{ StartLine, StartColumn, EndLine, EndColumn int }

// sarif is what the tests look at of a log.
type sarif struct {
	Runs []struct {
		ColumnKind  string
		Invocations []struct {
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		Results []struct {
			RuleID    string
			Message   struct{ Text string }
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI, URIBaseID string }
					Region           region
				}
			}
			Fixes []struct {
				ArtifactChanges []struct {
					Replacements []struct {
						DeletedRegion   region
						InsertedContent struct{ Text string }
					}
				}
			}
		}
	}
}

func readSARIF(t *testing.T, l diag.List) sarif {
	t.Helper()
	var log sarif
	if err := json.Unmarshal([]byte(printed(t, "sarif", l)), &log); err != nil || len(log.Runs) != 1 {
		t.Fatal(err)
	}
	return log
}

func TestSARIFCountsColumnsInUTF16(t *testing.T) {
	long := strings.Repeat("é", 3000) + strings.Repeat("😀", 3000) // longer than what columns are counted by
	for _, c := range []struct {
		text, at   string
		start, end int
	}{
		{"name: x", "x", 7, 8},
		{"é: x", "x", 4, 5},
		{"😀: x", "x", 5, 6},
		{"a: 😀😀 b", "😀😀", 4, 8},
		{long + "x😀", "x😀", 9001, 9004},
	} {
		src := diag.NewSource("a", "first\n"+c.text+"\n")
		span := src.At(strings.Index(src.Text(), c.at), len(c.at))
		byColumn := diag.Span{Source: src, Line: span.Line, Col: span.Col, Len: span.Len} // its byte is not known
		for _, s := range []diag.Span{span, byColumn} {
			run := readSARIF(t, diag.List{{Code: mistake, Span: s}}).Runs[0]
			if got := run.Results[0].Locations[0].PhysicalLocation.Region; run.ColumnKind != "utf16CodeUnits" || got != (region{2, c.start, 2, c.end}) {
				t.Errorf("%.20q: %s %+v, not %d to %d", c.text, run.ColumnKind, got, c.start, c.end)
			}
		}
	}
}

func TestSARIFNamesFilesByURIs(t *testing.T) {
	for name, want := range map[string]struct{ uri, base string }{
		"dir/a.yaml":          {"dir/a.yaml", "%SRCROOT%"},
		"with space/ä#?%.yml": {"with%20space/%C3%A4%23%3F%25.yml", "%SRCROOT%"},
		"a:b.yaml":            {"a%3Ab.yaml", "%SRCROOT%"},
		"../up.yaml":          {"../up.yaml", "%SRCROOT%"},
		"/abs/a b.yaml":       {"file:///abs/a%20b.yaml", ""},
		"C:/w/a b.yaml":       {"file:///C:/w/a%20b.yaml", ""},
		"-":                   {"stdin", ""},
	} {
		log := readSARIF(t, diag.List{{Code: mistake, Span: diag.NewSource(name, "x\n").At(0, 1)}})
		got := log.Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation
		if got.URI != want.uri || got.URIBaseID != want.base {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestSARIFHoldsNoMoreThanGitHubTakesWorstFirst(t *testing.T) {
	list := make(diag.List, 25003)
	for i := range list {
		list[i].Code = remark
	}
	list[25002].Code = mistake
	run := readSARIF(t, list).Runs[0]
	if len(run.Results) != 25000 || run.Results[0].RuleID != mistake.Name {
		t.Errorf("%d results, the first is %s", len(run.Results), run.Results[0].RuleID)
	}
	if n := run.Invocations[0].ToolExecutionNotifications; len(n) != 1 || !strings.HasPrefix(n[0].Message.Text, "3 findings") {
		t.Errorf("of those left out it says %v", n)
	}
}

func TestOnlyWeMakeLinksInSARIF(t *testing.T) {
	src := diag.NewSource("a[1].yaml", "x\ny\n")
	list := diag.List{{Code: mistake, Message: "[click](https://example.com)", Related: []diag.Related{{Span: src.At(2, 1), Message: "see"}}}}
	if got := readSARIF(t, list).Runs[0].Results[0].Message.Text; got != "[click] (https://example.com)\n\nnote: [a\\[1\\].yaml:2:1](1): see" {
		t.Errorf("the message is %q", got)
	}
}

func TestAFixIsWrittenForEditorsAndForPrograms(t *testing.T) {
	src := diag.NewSource("a.yaml", "\ufeffé: 😀 5\r\nb: 6\r\n")
	at := strings.Index(src.Text(), "5")
	d := diag.Diagnostic{Code: mistake, Span: src.At(at, 1), Fix: &diag.Fix{
		Edits: []diag.Edit{{Source: src, Start: at, End: at + 1, New: `"5s"`}, {Source: src, Start: at + 3, End: len(src.Text()), New: ""}},
		Value: "5s",
	}}
	var report struct{ Findings []format.Finding }
	if err := json.Unmarshal([]byte(printed(t, "json", diag.List{d})), &report); err != nil {
		t.Fatal(err)
	}
	fix := report.Findings[0].Fix
	want := []format.Replacement{
		{File: "a.yaml", Line: 1, Column: 6, EndLine: 1, EndColumn: 7, Offset: at + 3, Length: 1, Text: `"5s"`},
		{File: "a.yaml", Line: 2, Column: 1, EndLine: 3, EndColumn: 1, Offset: at + 6, Length: 6},
	}
	if fix == nil || fix.Value != "5s" || len(fix.Edits) != 2 || fix.Edits[0] != want[0] || fix.Edits[1] != want[1] {
		t.Errorf("the fix is %+v", fix)
	}
	fixes := readSARIF(t, diag.List{d}).Runs[0].Results[0].Fixes
	if len(fixes) != 1 || len(fixes[0].ArtifactChanges) != 1 {
		t.Fatalf("SARIF has %+v", fixes)
	}
	r := fixes[0].ArtifactChanges[0].Replacements
	if len(r) != 2 || r[0].DeletedRegion != (region{1, 7, 1, 8}) || r[0].InsertedContent.Text != `"5s"` || r[1].DeletedRegion != (region{2, 1, 3, 1}) {
		t.Errorf("SARIF replaces %+v", r)
	}
}

func TestATestFailsWhenTheRunDoes(t *testing.T) {
	src := diag.NewSource("a.yaml", "x\ny\n")
	good, bad := &diag.Object{Kind: "K", APIVersion: "g/v1", Name: "n"}, &diag.Object{Kind: "K", APIVersion: "g/v1", Name: "n"} // of one name, and still two
	checked := []diag.Span{{Source: src, Object: good}, {Source: src, Object: bad}}
	finding := func(code *diag.Code) diag.Diagnostic {
		d := diag.Diagnostic{Code: code, Span: src.At(2, 1), Message: "m of " + code.Name}
		d.Object = bad
		return d
	}
	list := diag.List{finding(doubt), finding(mistake)}
	for _, c := range []struct {
		failOn diag.Severity
		want   string
	}{
		{diag.Error, `<failure message="m of some-mistake" type="some-mistake">`},
		{diag.Warning, `<failure message="m of some-mistake, and 1 finding more" type="some-mistake">`},
	} {
		var b strings.Builder
		if err := format.JUnit(&b, list, checked, c.failOn); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), c.want) || !strings.Contains(b.String(), `tests="2" failures="1"`) {
			t.Errorf("failing from %s on:\n%s", c.failOn, b.String())
		}
	}
	var b strings.Builder
	if err := format.JUnit(&b, list[:1], checked, diag.Error); err != nil || !strings.Contains(b.String(), `failures="0"`) || !strings.Contains(b.String(), "<system-out>a.yaml:2:1: warning") {
		t.Errorf("a warning alone:\n%s", b.String())
	}
}

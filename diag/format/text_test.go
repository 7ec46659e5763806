package format_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/google/go-cmp/cmp"
)

var (
	mistake = &diag.Code{Name: "some-mistake", Severity: diag.Error}
	doubt   = &diag.Code{Name: "some-doubt", Severity: diag.Warning}
	remark  = &diag.Code{Name: "some-remark", Severity: diag.Info}
)

func written(t *testing.T, color bool, list ...diag.Diagnostic) string {
	t.Helper()
	var out bytes.Buffer
	if err := format.Text(&out, list, color); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("wanted (-) and printed (+):\n%s", diff)
	}
}

func TestAFindingShowsPlaceSubjectLineCaretsNotesAndHelp(t *testing.T) {
	src := diag.NewSource("policies/a.yaml", "first: 1\n  intervall: \"10s\"\n")
	got := written(t, false, diag.Diagnostic{
		Code: mistake, Span: src.At(11, 9), Subject: "ConnectionPolicy bookinfo/keepalive",
		Message: `unknown field "intervall"`, Help: `did you mean "interval"?`,
		Related: []diag.Related{{Span: src.At(0, 5), Message: "the first one is here"}, {Message: "no place for this one"}},
	})
	expect(t, got, `policies/a.yaml:2:3: error: unknown field "intervall" [some-mistake]
   | ConnectionPolicy bookinfo/keepalive
 2 |   intervall: "10s"
   |   ^^^^^^^^^
   = note: policies/a.yaml:1:1: the first one is here
   = note: no place for this one
   = help: did you mean "interval"?
`)
}

func TestTheGutterGrowsWithTheLineNumber(t *testing.T) {
	src := diag.NewSource("a", strings.Repeat("x\n", 1234))
	for line, want := range map[int]string{
		7:    "a:7:1: error: m [some-mistake]\n   | S\n 7 | x\n   | ^\n",
		42:   "a:42:1: error: m [some-mistake]\n   | S\n42 | x\n   | ^\n",
		999:  "a:999:1: error: m [some-mistake]\n    | S\n999 | x\n    | ^\n",
		1234: "a:1234:1: error: m [some-mistake]\n     | S\n1234 | x\n     | ^\n",
	} {
		got := written(t, false, diag.Diagnostic{Code: mistake, Span: diag.Span{Source: src, Line: line, Col: 1, Len: 1}, Subject: "S", Message: "m"})
		expect(t, got, want)
	}
}

func TestAFindingWithoutALineOrASourceShowsWhatIsKnown(t *testing.T) {
	src := diag.NewSource("a.yaml", "x\n")
	expect(t, written(t, false, diag.Diagnostic{Code: doubt, Span: src.Whole(), Subject: "S", Message: "of the file", Help: "h"}),
		"a.yaml: warning: of the file [some-doubt]\n   | S\n   = help: h\n")
	expect(t, written(t, false, diag.Diagnostic{Code: remark, Subject: "S", Message: "of no file"}),
		"info: of no file [some-remark]\n   | S\n")
	expect(t, written(t, false, diag.Diagnostic{Code: remark, Message: "bare"}), "info: bare [some-remark]\n")
	expect(t, written(t, false), "")
}

// caretCase is a line, the part of it at fault, and the two lines that are drawn for it.
type caretCase struct{ name, line, at, want string }

func TestCaretsStandUnderExactlyTheThingAtFault(t *testing.T) {
	for _, c := range []caretCase{
		{"plain", `time: 700`, "700", " 1 | time: 700\n   |       ^^^\n"},
		{"a tab takes one cell", "a:\t\tb\tc", "b", " 1 | a:  b c\n   |     ^\n"},
		{"wide letters take two", "名前: 価値x", "価値", " 1 | 名前: 価値x\n   |       ^^^^\n"},
		{"a wide letter before", `"日": 1`, "1", " 1 | \"日\": 1\n   |       ^\n"},
		{"emoji take two", "😀: 😀y", "y", " 1 | 😀: 😀y\n   |       ^\n"},
		{"accents that combine take none", "e\u0301: x", "x", " 1 | e\u0301: x\n   |    ^\n"},
		{"hangul", "한국 x", "x", " 1 | 한국 x\n   |      ^\n"},
		{"the last letter", "abc", "c", " 1 | abc\n   |   ^\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := diag.NewSource("a", c.line+"\n")
			got := written(t, false, diag.Diagnostic{Code: mistake, Span: src.At(strings.LastIndex(c.line, c.at), len(c.at)), Message: "m"})
			expect(t, got, "a:1:"+column(c.line, c.at)+": error: m [some-mistake]\n"+c.want)
		})
	}
}

func column(line, at string) string {
	const digits = "0123456789"
	n := len([]rune(line[:strings.LastIndex(line, at)])) + 1
	if n < 10 {
		return digits[n : n+1]
	}
	return digits[n/10:n/10+1] + digits[n%10:n%10+1]
}

func TestALongLineIsCutAndItsCaretsStayUnderTheFault(t *testing.T) {
	for name, c := range map[string]struct{ before, at, after string }{
		"at the end":       {strings.Repeat("x", 400), "FAULT", ""},
		"in the middle":    {strings.Repeat("x", 400), "FAULT", strings.Repeat("y", 400)},
		"at the beginning": {"", "FAULT", strings.Repeat("y", 400)},
		"with tabs":        {strings.Repeat("x\t", 200), "FAULT", strings.Repeat("y", 400)},
		"wide":             {strings.Repeat("日", 400), "FAULT", strings.Repeat("本", 400)},
		"the fault long":   {"key: ", "F" + strings.Repeat("a", 1000), " z"},
		"all of it":        {"", "F" + strings.Repeat("a", 1000), ""},
	} {
		t.Run(name, func(t *testing.T) {
			src := diag.NewSource("a", c.before+c.at+c.after+"\n")
			got := written(t, false, diag.Diagnostic{Code: mistake, Span: src.At(len(c.before), len(c.at)), Message: "m"})
			lines := strings.Split(got, "\n")
			if len(lines) != 4 || !strings.Contains(lines[1], "…") {
				t.Fatalf("not cut, or not one line:\n%s", got)
			}
			if cells := cellsBefore(lines[1], "F"); cells != strings.Index(lines[2], "^") {
				t.Errorf("the fault begins at cell %d and the carets at %d:\n%s", cells, strings.Index(lines[2], "^"), got)
			}
			if len([]rune(lines[1])) > 200 || len(lines[2]) > 400 {
				t.Errorf("still %d runes long", len([]rune(lines[1])))
			}
			if len(c.at) == 5 && strings.Count(lines[2], "^") != 5 {
				t.Errorf("%d carets under FAULT", strings.Count(lines[2], "^"))
			}
		})
	}
}

// cellsBefore counts terminal cells, of which the letters of these tests above U+2E80 take two.
func cellsBefore(line, mark string) int {
	n := 0
	for _, r := range line[:strings.Index(line, mark)] {
		if n++; r > 0x2e80 {
			n++
		}
	}
	return n
}

func TestNoTextOfTheUsersCanDriveATerminal(t *testing.T) {
	evil := "a\x1b[31mb\x00c\x07d\u0085e\u009b2Jf\u202eg\u2066h\u200fi\x7fj"
	src := diag.NewSource("a", evil+"\n")
	got := written(t, false, diag.Diagnostic{
		Code: mistake, Span: src.At(0, 1), Subject: evil, Message: evil, Help: evil,
		Related: []diag.Related{{Span: src.At(0, 1), Message: evil}},
	})
	const tame = "a�[31mb�c�d�e�2Jf�g�h�i�j"
	expect(t, got, "a:1:1: error: "+tame+" [some-mistake]\n   | "+tame+"\n 1 | "+tame+"\n   | ^\n   = note: a:1:1: "+tame+"\n   = help: "+tame+"\n")
}

func TestAFileNameCannotDriveATerminalEither(t *testing.T) {
	src := diag.NewSource("a\x1b[2J\n.yaml", "x\n")
	got := written(t, false, diag.Diagnostic{
		Code: mistake, Span: src.At(0, 1), Message: "m",
		Related: []diag.Related{{Span: src.At(0, 1), Message: "n"}},
	})
	if strings.ContainsRune(got, '\x1b') || strings.Count(got, "\n") != 4 {
		t.Errorf("printed %q", got)
	}
}

func TestASentenceThatCarriesAHugeTextIsCut(t *testing.T) {
	huge := strings.Repeat("x", 1_000_000)
	got := written(t, false, diag.Diagnostic{Code: mistake, Subject: huge, Message: huge, Help: huge, Related: []diag.Related{{Message: huge}}})
	if len(got) > 5000 {
		t.Errorf("%d bytes for one finding", len(got))
	}
}

func TestColorIsWrittenWhereAskedAndNowhereElse(t *testing.T) {
	src := diag.NewSource("a", "xyz\n")
	d := diag.Diagnostic{Code: mistake, Span: src.At(1, 1), Subject: "S", Message: "m", Help: "h", Related: []diag.Related{{Message: "n"}}}
	plain := written(t, false, d)
	colored := written(t, true, d)
	if strings.Contains(plain, "\x1b") {
		t.Error("color where none was asked for")
	}
	expect(t, colored, "\x1b[1ma:1:2\x1b[0m: \x1b[1;31merror\x1b[0m: m [some-mistake]\n"+
		"   \x1b[2m|\x1b[0m S\n 1 \x1b[2m|\x1b[0m xyz\n   \x1b[2m|\x1b[0m  \x1b[1;31m^\x1b[0m\n"+
		"   \x1b[2m=\x1b[0m note: n\n   \x1b[2m=\x1b[0m help: h\n")
	var kept []string
	for _, part := range strings.Split(colored, "\x1b[") {
		if _, rest, found := strings.Cut(part, "m"); found && len(kept) > 0 {
			part = rest
		}
		kept = append(kept, part)
	}
	expect(t, strings.Join(kept, ""), plain)
}

func TestEachSeverityHasItsWordAndColor(t *testing.T) {
	for _, c := range []struct {
		code *diag.Code
		want string
	}{{mistake, "\x1b[1;31merror\x1b[0m"}, {doubt, "\x1b[1;33mwarning\x1b[0m"}, {remark, "\x1b[1;36minfo\x1b[0m"}} {
		if got := written(t, true, diag.Diagnostic{Code: c.code, Message: "m"}); !strings.HasPrefix(got, c.want+": m") {
			t.Errorf("%q", got)
		}
	}
}

// failing is a writer that is full.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }

func TestAWriterThatFailsIsReported(t *testing.T) {
	if err := format.Text(failing{}, diag.List{{Code: mistake, Message: "m"}}, false); err == nil {
		t.Error("text: no error")
	}
	if err := format.JSON(failing{}, nil, diag.Summary{}); err == nil {
		t.Error("JSON: no error")
	}
}

func TestManyFindingsOfOneCodeInOneObjectAreCounted(t *testing.T) {
	src := diag.NewSource("in.yaml", strings.Repeat("a: 1\n", 60))
	one, other := &diag.Object{Kind: "Service", Name: "one"}, &diag.Object{Kind: "Service", Name: "other"}
	var list []diag.Diagnostic
	add := func(n int, code *diag.Code, object *diag.Object) {
		for range n {
			span := src.At(len(list)*5, 1)
			span.Object = object
			list = append(list, diag.Diagnostic{Code: code, Span: span, Message: "wrong"})
		}
	}
	add(25, mistake, one)
	add(3, doubt, one)
	add(21, mistake, other) // one more than the limit is printed, not counted
	got := written(t, false, list...)
	for text, want := range map[string]int{": wrong [some-mistake]": 20 + 21, ": wrong [some-doubt]": 3, "more findings": 1} {
		if n := strings.Count(got, text); n != want {
			t.Errorf("%q is printed %d times, want %d", text, n, want)
		}
	}
	const line = "in.yaml:21:1: error: 5 more findings with this code in this object [some-mistake]\n   = help: --format json lists all of them\n"
	if !strings.Contains(got, line) {
		t.Errorf("%s\nis not printed in\n%s", line, got)
	}
}

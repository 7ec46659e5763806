package text_test

import (
	"strings"
	"testing"
)

const (
	noColonHelp  = "write "
	templateHelp = "render it first, for example with: helm template CHART | connpolicy validate -f -"
	tabHelp      = "replace the tab with spaces, as many as the lines around it have"
)

func TestAMissingColonIsFoundInEveryLine(t *testing.T) {
	for i, line := range strings.Split(strings.TrimSuffix(policy, "\n"), "\n") {
		key, value, _ := strings.Cut(strings.TrimLeft(line, " -"), ":")
		t.Run(key, func(t *testing.T) {
			col := strings.Index(line, key) + 1
			p := parse(replaced(i+1, strings.Replace(line, ":", "", 1)))
			expectFindings(t, p.Found, at(i+1, col, len(key))+`syntax: a colon is missing after "`+key+`" | write `+key+":"+value)
		})
	}
}

func TestAMissingSpaceAfterAColonIsFoundInEveryLine(t *testing.T) {
	for i, line := range strings.Split(strings.TrimSuffix(policy, "\n"), "\n") {
		key, value, _ := strings.Cut(strings.TrimLeft(line, " -"), ":")
		if value == "" {
			continue
		}
		t.Run(key, func(t *testing.T) {
			col := strings.Index(line, ":") + 1
			p := parse(replaced(i+1, strings.Replace(line, ": ", ":", 1)))
			expectFindings(t, p.Found, at(i+1, col, 1)+`syntax: a space is missing after the colon of "`+key+`" | write `+key+":"+value)
		})
	}
}

func TestATabInTheIndentationIsFoundInEveryLine(t *testing.T) {
	for i, line := range strings.Split(strings.TrimSuffix(policy, "\n"), "\n") {
		text := strings.TrimLeft(line, " ")
		if text == line {
			continue
		}
		t.Run(text, func(t *testing.T) {
			p := parse(replaced(i+1, "\t"+text))
			expectFindings(t, p.Found, at(i+1, 1, 1)+"syntax: this line is indented with a tab, and YAML accepts spaces only | "+tabHelp)
		})
	}
}

func at(line, col, length int) string {
	return strings.Join([]string{itoa(line), ":", itoa(col), "+", itoa(length), " "}, "")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestTheUsualMistakesAreNamedWhereTheyAre(t *testing.T) {
	for _, c := range []struct {
		name string
		line int
		text string
		want string
	}{
		{"a quote never closed", 13, `        time: "700s`, `13:15+5 syntax: this quoted text is never closed | write "700s"`},
		{"the last line's", 15, `        interval: "10s`, `15:19+4 syntax: this quoted text is never closed | write "10s"`},
		{"a single quote never closed", 13, `        time: '700s`, `13:15+5 syntax: this quoted text is never closed | write '700s'`},
		{"closed by the other quote", 13, `        time: "700s'`, `13:15+6 syntax: this quoted text is never closed | write "700s"`},
		{"never closed before a comment", 13, `        time: "700s # seconds`, `13:15+15 syntax: this quoted text is never closed | write "700s"`},
		{"text behind a quote", 13, `        time: "700s" x`, `13:21+2 syntax: there is text after the closing quote | write "700s" alone, or put all of it inside the quotes`},
		{"a comma behind a quote", 13, `        time: "700s",`, `13:21+1 syntax: there is a comma after the closing quote | delete it`},
		{"a comma in and behind a quote", 13, `        time: "7,00s" ,`, `13:23+1 syntax: there is a comma after the closing quote | delete it`},
		{"a line of JSON", 13, `        "time": "700s",`, `13:23+1 syntax: there is a comma after the closing quote | delete it; if this is JSON, write { before the first key and } after the last value`},
		{"a brace never closed", 9, `    selector: {`, `9:15+1 syntax: this { is never closed | write } where it ends`},
		{"an inner brace closed, the outer not", 9, `    selector: {labels: {app: x}`, `9:15+1 syntax: this { is never closed | write } where it ends`},
		{"a bracket never closed", 7, `  applyToDestinations: [`, `7:24+1 syntax: this [ is never closed | write ] where it ends`},
		{"a brace too many", 9, `    selector: {}}`, `9:17+1 syntax: unmatched } | delete it`},
		{"a bracket too many", 9, `    selector: {}]`, `9:17+1 syntax: unmatched ] | delete it`},
		{"a Helm value", 13, `        time: {{ .Values.time }}`, `13:15+18 template: this is a template for Helm, Go or Jinja: {{ .Values.time }} has no value yet | ` + templateHelp},
		{"a Helm condition", 13, `        {{- if .Values.x }}`, `13:9+19 template: this is a template for Helm, Go or Jinja: {{- if .Values.x }} has no value yet | ` + templateHelp},
		{"a Jinja block", 13, `        {% if x %}`, `13:9+10 template: this is a template for Jinja: {% if x %} has no value yet | render it first, for example with: jinja2 FILE | connpolicy validate -f -`},
		{"a variable in braces", 13, `        x: {time: ${TIME}}`, `13:19+7 template: this is a template for envsubst or Flux: ${TIME} has no value yet | render it first, for example with: envsubst < FILE | connpolicy validate -f -`},
		{"a Helm name", 4, `  name: {{ include "x" . | quote }}`, `4:9+27 template: this is a template for Helm, Go or Jinja: {{ include "x" . | quote }} has no value yet | ` + templateHelp},
		{"two colons", 4, `  name: a: b`, `4:10+1 syntax: unexpected second colon in one line | quote the value: "a: b"`},
		{"an at sign", 4, `  name: @foo`, "4:9+1 syntax: a value cannot begin with \"@\" unless it is quoted | write \"@foo\""},
		{"a backtick", 4, "  name: `foo`", "4:9+1 syntax: a value cannot begin with \"`\" unless it is quoted | write \"`foo`\""},
		{"a percent sign", 4, `  name: %foo`, `4:9+1 syntax: a value cannot begin with "%" unless it is quoted | write "%foo"`},
		{"a star", 4, `  name: *`, `4:9+1 syntax: a value cannot begin with "*" unless it is quoted | write "*"`},
		{"a wildcard host", 4, `  name: *.example.com`, `4:9+1 syntax: a value cannot begin with "*" unless it is quoted | write "*.example.com"`},
		{"an ampersand", 4, `  name: &`, `4:9+1 syntax: a value cannot begin with "&" unless it is quoted | write "&"`},
		{"an alias of nothing", 4, `  name: *foo`, `4:9+4 syntax: an alias (*name) refers to an anchor (&name) that does not exist | write the anchor before the alias, or the value itself`},
		{"an equals sign", 13, `        time = "700s"`, `13:14+1 syntax: "time" needs a colon instead of an equals sign | write time: "700s"`},
		{"an equals sign, glued", 13, `        time="700s"`, `13:13+1 syntax: "time" needs a colon instead of an equals sign | write time: "700s"`},
		{"a dash glued to its key", 8, `  -kind: VIRTUAL_DESTINATION`, `8:3+1 syntax: a space is missing after the dash | write - kind: VIRTUAL_DESTINATION`},
		{"infinity", 14, `        probes: .inf`, `14:17+4 syntax: an infinite number or NaN (.inf, .nan) is not allowed in a manifest | write a finite number`},
		{"no number", 14, `        probes: .NaN`, `14:17+4 syntax: an infinite number or NaN (.inf, .nan) is not allowed in a manifest | write a finite number`},
		{"a control character", 4, "  name: a\x07b", `4:10+1 syntax: the control character U+0007 is not allowed in YAML | delete it, or write it as an escape in double quotes`},
		{"an escape sequence", 4, "  name: \"\x1b[31ma\"", `4:10+1 syntax: the control character U+001B is not allowed in YAML | delete it, or write it as an escape in double quotes`},
		{"one space too many", 5, `   namespace: bookinfo`, `5:4+1 syntax: the indentation of this line matches no open level above it | indent it by 2 spaces`},
		{"one space too few", 5, ` namespace: bookinfo`, `5:2+1 syntax: the indentation of this line matches no open level above it | indent it by 2 spaces`},
		{"one space too many in a list item", 9, `     selector: {}`, `9:6+1 syntax: the indentation of this line matches no open level above it | indent it by 4 spaces`},
		{"one space too few in a list item", 9, `   selector: {}`, `9:4+1 syntax: the indentation of this line matches no open level above it | indent it by 4 spaces`},
		{"one space too few at the end", 15, `       interval: "10s"`, `15:8+1 syntax: the indentation of this line matches no open level above it | indent it by 8 spaces`},
		{"a conflict of git's", 13, "<<<<<<< HEAD\n        time: 700s\n=======\n        time: 60s\n>>>>>>> other", `13:1+7 syntax: this is an unresolved merge conflict of git | keep one of the two sides and delete the marker lines`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for ends, text := range map[string]string{"Unix": replaced(c.line, c.text), "Windows": strings.ReplaceAll(replaced(c.line, c.text), "\n", "\r\n")} {
				p := parse(text)
				if len(p.Documents) != 0 {
					t.Errorf("%s: read %s", ends, names(p.Documents))
				}
				expectFindings(t, p.Found, c.want)
			}
		})
	}
}

// TestTypingTheHelpMendsTheText types what the help of a missing colon, space, quote or
// bracket says, and reads the text again.
func TestTypingTheHelpMendsTheText(t *testing.T) {
	type mistake struct {
		line int
		text string
	}
	var mistakes []mistake
	for i, line := range strings.Split(strings.TrimSuffix(policy, "\n"), "\n") {
		mistakes = append(mistakes, mistake{i + 1, strings.Replace(line, ":", "", 1)})
		if strings.Contains(line, ": ") {
			mistakes = append(mistakes, mistake{i + 1, strings.Replace(line, ": ", ":", 1)})
		}
	}
	mistakes = append(mistakes,
		mistake{13, `        time: "700s`}, mistake{13, `        time: '700s`}, mistake{13, `        time: "700s # seconds`}, mistake{13, `        time = 700s`}, mistake{13, `        time="700s"`},
		mistake{4, `  name: @foo`}, mistake{4, `  name: *.example.com`}, mistake{8, `  -kind: VIRTUAL_DESTINATION`})
	for _, m := range mistakes {
		p := parse(replaced(m.line, m.text))
		if len(p.Found) != 1 || p.Found[0].Line != m.line || !strings.HasPrefix(p.Found[0].Help, noColonHelp) {
			t.Errorf("%s: found %q", m.text, findings(p.Found))
			continue
		}
		help := strings.TrimPrefix(p.Found[0].Help, "write ")
		text := m.text
		if from := p.Found[0].Col - 1; strings.ContainsAny(help[:1], `"'`) {
			text = text[:from] + help
		} else {
			text = text[:len(text)-len(strings.TrimLeft(text, " "))]
			if strings.HasPrefix(strings.TrimSpace(m.text), "- ") {
				text += "- "
			}
			text += help
		}
		if again := parse(replaced(m.line, text)); len(again.Found) > 0 || len(again.Documents) != 1 {
			t.Errorf("%s: typing %s gives %q", m.text, text, findings(again.Found))
		}
	}
}

func TestSyntaxIsAlwaysOneFindingWithHelp(t *testing.T) {
	for name, text := range map[string]string{
		"a colon alone":         ":\n",
		"an empty key":          replaced(13, "        : 700s"),
		"a null key":            replaced(13, "        ~: 700s"),
		"a list as a key":       replaced(13, "        ? [a]\n        : 700s"),
		"an object as a key":    replaced(13, "        {a: b}: 700s"),
		"a bad escape":          replaced(13, `        time: "7\q"`),
		"a bad binary":          replaced(4, `  name: !!binary "%%"`),
		"YAML 1.2":              "%YAML 1.2\n---\n" + policy,
		"an unknown directive":  "%FOO\n---\n" + policy,
		"a directive alone":     "%YAML 1.1\n" + policy,
		"billion laughs":        laughs(),
		"an alias of itself":    "a: &a [*a]\n",
		"a merge of itself":     "a: &a {<<: *a, b: 1}\n",
		"merging a text":        "a: {<<: b}\n",
		"many open brackets":    strings.Repeat("[", 100_000),
		"many brackets":         strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"many JSON braces":      strings.Repeat(`{"a":`, 100_000),
		"many indents":          strings.Repeat("- ", 11_000) + "a",
		"JSON cut short":        `{"a": {"b": [1, 2`,
		"JSON with a comma":     `{"a": 1,}{"b": 2}`,
		"JSON and a word":       `{"a": 1} foo`,
		"JSON without a quote":  `{"a": "b}`,
		"a mapping, then text":  policy + "trailing\n",
		"a mapping, then items": policy + "- trailing\n",
		"a bad block scalar":    replaced(4, "  name: |x\n    a"),
		"Jinja":                 replaced(13, "        {% if x %}"),
		"two colons, unquoted":  replaced(13, "        bind: ::"),
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(text)
			if len(p.Found) != 1 || p.Found[0].Name != "syntax" && p.Found[0].Name != "template" || p.Found[0].Help == "" || p.Found[0].Line < 1 {
				t.Fatalf("found %q", findings(p.Found))
			}
			for _, word := range []string{"yaml:", "json:", "goyaml", "mapping values", "unmarshal", "did not find", "could not find", "invalid"} {
				if strings.Contains(p.Found[0].Message+p.Found[0].Help, word) {
					t.Errorf("a library speaks: %s", said(p.Found[0]))
				}
			}
		})
	}
}

func laughs() string {
	text := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for _, c := range "bcdefghi" {
		before := string(c - 1)
		text += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+before+", ", 8) + "*" + before + "]\n"
	}
	return text
}

func TestACharacterThatOnlyLooksRightIsBlamedItself(t *testing.T) {
	for name, c := range map[string]struct {
		line int
		text string
	}{
		"a semicolon":                  {13, `        time; "700s"`},
		"a wide colon":                 {13, "        time：700s"},
		"a no-break space before":      {13, "\u00a0       time: \"700s\""},
		"a no-break space behind":      {13, "        time:\u00a0\"700s\""},
		"a backslash in double quotes": {4, `  name: "C:\dir"`},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(replaced(c.line, c.text))
			if len(p.Found) != 1 || p.Found[0].Line != c.line {
				t.Fatalf("found %q", findings(p.Found))
			}
			if strings.Contains(p.Found[0].Message, "not YAML") || strings.Contains(p.Found[0].Help, "\u00a0") {
				t.Errorf("said %q", said(p.Found[0]))
			}
		})
	}
}

package schema

import (
	"fmt"
	"regexp"
	"strings"
)

// mistakes are the usual ways in which YAML is broken, most certain first. Each looks at one
// line (an index into lines) and answers with a column, a length, what is wrong and what to
// type; an empty message means that the line does not show this mistake.
var mistakes = []func(lines []string, i int) (col, length int, message, help string){
	templateLeft, tabIndent, openQuote, noColon, noSpaceAfterColon, colonInValue, reservedStart, keyTooFar,
}

var template = regexp.MustCompile(`\{\{.*?\}\}`)

func templateLeft(lines []string, i int) (int, int, string, string) {
	m := template.FindStringIndex(lines[i])
	if m == nil {
		return 0, 0, "", ""
	}
	return runes(lines[i][:m[0]]) + 1, runes(lines[i][m[0]:m[1]]),
		"this is a template, not YAML yet", "render it first, for example with: helm template CHART | connpolicy compile -f -"
}

func tabIndent(lines []string, i int) (int, int, string, string) {
	indent := lines[i][:len(lines[i])-len(strings.TrimLeft(lines[i], " \t"))]
	at := strings.IndexByte(indent, '\t')
	if at < 0 {
		return 0, 0, "", ""
	}
	return at + 1, 1, "a tab indents this line, and YAML takes spaces only", "replace the tab with spaces, as many as the lines around it have"
}

// entry matches "key: value" and "- key: value", with the key and the value apart.
var entry = regexp.MustCompile(`^(\s*(?:-\s+)*)([^\s:#"'{}\[\],&*!|>%@` + "`" + `-][^:#]*|"[^"]*"|'[^']*')\s*:(?:\s+(.*))?$`)

func openQuote(lines []string, i int) (int, int, string, string) {
	m := entry.FindStringSubmatchIndex(lines[i])
	if m == nil || m[6] < 0 {
		return 0, 0, "", ""
	}
	value := []rune(lines[i][m[6]:m[7]])
	if len(value) == 0 || (value[0] != '"' && value[0] != '\'') {
		return 0, 0, "", ""
	}
	col, escape := runes(lines[i][:m[6]])+1, '\\'
	if value[0] == '\'' {
		escape = 0
	}
	length := closing(value, value[0], escape)
	if length == len(value) && (length < 2 || value[length-1] != value[0]) {
		return col, length, "this quoted text is never closed", fmt.Sprintf("write %s%c", string(value), value[0])
	}
	if rest := strings.TrimSpace(string(value[length:])); rest != "" && rest[0] != '#' {
		return col + length, len(value) - length, "there is text after the closing quote", "put all of it inside the quotes"
	}
	return 0, 0, "", ""
}

var (
	bareKey   = regexp.MustCompile(`^(\s*(?:-\s+)*)([A-Za-z_][\w./-]*)(\s+(\S.*))?$`)
	gluedPair = regexp.MustCompile(`^(\s*(?:-\s+)*)([A-Za-z_][\w.-]*):(\S.*)$`)
)

// noColon sees "key" or "key value" where the lines around it are "key: value".
func noColon(lines []string, i int) (int, int, string, string) {
	m := bareKey.FindStringSubmatchIndex(lines[i])
	if m == nil || !amongEntries(lines, i) {
		return 0, 0, "", ""
	}
	key := lines[i][m[4]:m[5]]
	help := "write " + key + ":"
	if m[8] >= 0 {
		help += " " + strings.TrimSpace(lines[i][m[8]:m[9]])
	}
	return runes(lines[i][:m[4]]) + 1, runes(key), fmt.Sprintf("a colon is missing after %q", key), help
}

// amongEntries reports a line that follows a mapping's entry, or comes before a deeper one:
// what a key without its colon does, and the second line of a long text does not.
func amongEntries(lines []string, i int) bool {
	indent := func(s string) int { return len(s) - len(strings.TrimLeft(s, " -")) }
	for j := i + 1; j < len(lines); j++ {
		if trimmed := strings.TrimSpace(lines[j]); trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if entry.MatchString(lines[j]) && indent(lines[j]) >= indent(lines[i]) {
			return true
		}
		break
	}
	for j := i - 1; j >= 0; j-- {
		if trimmed := strings.TrimSpace(lines[j]); trimmed == "" || trimmed[0] == '#' || trimmed == "---" {
			continue
		}
		return entry.MatchString(lines[j])
	}
	return false
}

func noSpaceAfterColon(lines []string, i int) (int, int, string, string) {
	m := gluedPair.FindStringSubmatchIndex(lines[i])
	if m == nil {
		return 0, 0, "", ""
	}
	key, value := lines[i][m[4]:m[5]], lines[i][m[6]:m[7]]
	return runes(lines[i][:m[5]]) + 1, 1, fmt.Sprintf("a space is missing after the colon of %q", key), "write " + key + ": " + value
}

// colonInValue sees "key: a: b", which YAML takes for a mapping that begins on one line.
func colonInValue(lines []string, i int) (int, int, string, string) {
	m := entry.FindStringSubmatchIndex(lines[i])
	if m == nil || m[6] < 0 {
		return 0, 0, "", ""
	}
	value := lines[i][m[6]:m[7]]
	at := strings.Index(value, ": ")
	if at < 0 || strings.ContainsRune(`"'{[#|>`, rune(value[0])) {
		return 0, 0, "", ""
	}
	return runes(lines[i][:m[6]+at]) + 1, 1, "a second colon in one line", fmt.Sprintf(`quote the value: "%s"`, value)
}

func reservedStart(lines []string, i int) (int, int, string, string) {
	m := entry.FindStringSubmatchIndex(lines[i])
	if m == nil || m[6] < 0 || m[6] == m[7] || !strings.ContainsRune("@`%*&!", rune(lines[i][m[6]])) {
		return 0, 0, "", ""
	}
	value := lines[i][m[6]:m[7]]
	return runes(lines[i][:m[6]]) + 1, 1, fmt.Sprintf("a value cannot begin with %q unless it is quoted", value[:1]), fmt.Sprintf(`write "%s"`, value)
}

// keyTooFar sees an entry that is indented to no level that is open above it.
func keyTooFar(lines []string, i int) (int, int, string, string) {
	if !entry.MatchString(lines[i]) {
		return 0, 0, "", ""
	}
	indent := len(lines[i]) - len(strings.TrimLeft(lines[i], " "))
	for j := i - 1; j >= 0; j-- {
		trimmed := strings.TrimSpace(lines[j])
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		above := len(lines[j]) - len(strings.TrimLeft(lines[j], " "))
		if m := entry.FindStringSubmatch(lines[j]); above != indent && (above < indent) == (m != nil && strings.TrimSpace(m[3]) != "") {
			return indent + 1, 1, "this line is indented to no level that is open above it", fmt.Sprintf("indent it by %d spaces, as the line above it is", above)
		}
		break
	}
	return 0, 0, "", ""
}

func runes(s string) int { return len([]rune(s)) }

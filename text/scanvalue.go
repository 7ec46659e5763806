package text

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var badEscape = regexp.MustCompile(`^(?:[^\\]|\\[0abtnvfre "/\\N_LPxuU\t])*\\[^0abtnvfre "/\\N_LPxuU\t]`)

var marker = regexp.MustCompile(`^([&*][\w-]+|!\S*)(\s|$)`)

// What stands after a key or a dash: texts, quotes and brackets.

// value looks at what stands after a key or a dash; col is where it begins, in bytes.
func (s *scanner) value(line string, col int, value string) *mistake {
	at := runes(line[:min(col, len(line))])
	switch value[0] {
	case '#':
		return nil
	case '|', '>':
		s.answered()
		s.block = len(line) - len(strings.TrimLeft(line, " -")) + 1
		if len(s.levels) > 0 {
			s.block = s.levels[len(s.levels)-1].col + 1
		}
		return nil
	case '&', '!', '*':
		if marker.MatchString(value) { // an anchor, a tag or an alias; a value may follow on the next line
			return nil
		}
		return s.fault(at, 1, fmt.Sprintf("a value cannot begin with %q unless it is quoted", value[:1]), fmt.Sprintf(`write "%s"`, value))
	case '{', '[':
		s.answered()
		return s.flow(line, col)
	case '"', '\'':
		s.answered()
		return s.quoted(at, value)
	case '@', '`', '%':
		return s.fault(at, 1, fmt.Sprintf("a value cannot begin with %q unless it is quoted", value[:1]), fmt.Sprintf(`write "%s"`, value))
	case '}', ']':
		return s.fault(at, 1, fmt.Sprintf("unmatched %c", value[0]), "delete it, or add the bracket that opens it")
	}
	s.answered()
	if strings.HasSuffix(value, ":") {
		return s.fault(at, runes(value), "a value that ends in a colon needs quotes", "write '"+value+"'")
	}
	if i := strings.Index(value, ": "); i >= 0 && !strings.Contains(value[:i], " #") {
		return s.fault(at+runes(value[:i]), 1, "unexpected second colon in one line", fmt.Sprintf(`quote the value: "%s"`, value))
	}
	return nil
}

// quoted checks a quoted text that begins at a column. One that is not closed on its line is
// closed on a later one, or never.
func (s *scanner) quoted(at int, value string) *mistake {
	text := []rune(value)
	escape := '\\'
	if text[0] == '\'' {
		escape = 0
	}
	length := closing(text, text[0], escape)
	if closed := length >= 2 && text[length-1] == text[0]; !closed || length == 2 && len(text) == 2 && text[0] != text[1] {
		closes := func(line string) bool { return strings.ContainsRune(line, text[0]) }
		if slices.ContainsFunc(s.lines[s.i+1:], closes) && !entryFollows(s.lines[s.i+1:]) {
			return nil
		}
		bare := strings.TrimRight(strings.TrimRight(value[1:], " ,"), `"'`)
		if i := strings.Index(bare, " #"); i >= 0 {
			bare = bare[:i]
		}
		return s.fault(at, len(text), "this quoted text is never closed", fmt.Sprintf("write %c%s%c", text[0], strings.TrimSpace(bare), text[0]))
	}
	if m := badEscape.FindStringIndex(string(text[:length])); m != nil && text[0] == '"' {
		return s.fault(at+runes(string(text[:length])[:m[1]])-2, 2, "unknown escape sequence in double quotes", "write '"+string(text[1:length-1])+"', in single quotes")
	}
	rest := strings.TrimSpace(string(text[length:]))
	if rest == "" || rest[0] == '#' || rest[0] == ':' {
		return nil
	}
	if rest == "," {
		help := "delete it"
		if strings.HasPrefix(strings.TrimSpace(s.lines[s.i]), `"`) {
			help += "; if this is JSON, write { before the first key and } after the last value"
		}
		return s.fault(at+length+slices.Index(text[length:], ','), 1, "there is a comma after the closing quote", help)
	}
	return s.fault(at+length, len(text)-length, "there is text after the closing quote", "write "+string(text[:length])+" alone, or put all of it inside the quotes")
}

// entryFollows reports that the next line is a key of its own, so that a quote left open on the
// line before it was forgotten rather than meant to go on.
func entryFollows(lines []string) bool {
	for _, line := range lines {
		if text := strings.TrimLeft(line, " -"); text != "" {
			return entry.MatchString(text)
		}
	}
	return true
}

// flow follows brackets from a column on, to the end of the line.
func (s *scanner) flow(line string, from int) *mistake {
	text := []rune(line)
	start := runes(line[:from])
	for i := start; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			i += closing(text[i:], '"', '\\') - 1
		case '\'':
			if i == start || strings.ContainsRune("{[,: ", text[i-1]) {
				i += closing(text[i:], '\'', 0) - 1
			}
		case '#':
			if i == 0 || text[i-1] == ' ' {
				return nil
			}
		case '{', '[':
			s.brackets = append(s.brackets, bracket{c, s.i + 1, i + 1})
		case '}', ']':
			if m := s.close(c, i); m != nil {
				return m
			}
			if len(s.brackets) == 0 {
				return s.afterFlow(text, i+1)
			}
		}
	}
	if len(s.brackets) > 0 && s.i+1 < len(s.lines) && entryFollows(s.lines[s.i+1:]) && s.brackets[0].line == s.i+1 && !strings.HasSuffix(strings.TrimSpace(line), ",") && start+1 < len([]rune(strings.TrimRight(line, " "))) {
		return s.neverClosed()
	}
	return nil
}

func (s *scanner) close(c rune, i int) *mistake {
	partner := map[rune]rune{'}': '{', ']': '['}[c]
	n := len(s.brackets)
	if n == 0 || s.brackets[n-1].char != partner {
		return s.fault(i, 1, fmt.Sprintf("unmatched %c", c), "delete it, or add the bracket that opens it")
	}
	s.brackets = s.brackets[:n-1]
	return nil
}

func (s *scanner) afterFlow(text []rune, from int) *mistake {
	rest := strings.TrimSpace(string(text[from:]))
	if rest == "" || rest[0] == '#' {
		return nil
	}
	col := from
	for text[col] == ' ' {
		col++
	}
	if rest[0] == '}' || rest[0] == ']' {
		return s.fault(col, 1, fmt.Sprintf("unmatched %c", rest[0]), "delete it")
	}
	return s.fault(col, runes(rest), "there is text after the closing bracket", "delete it, or put it on a line of its own")
}

func (s *scanner) neverClosed() *mistake {
	b := s.brackets[len(s.brackets)-1]
	partner := map[rune]string{'{': "}", '[': "]"}[b.char]
	return &mistake{line: b.line, col: b.col, length: 1, message: fmt.Sprintf("this %c is never closed", b.char), help: "write " + partner + " where it ends"}
}

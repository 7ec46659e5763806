package text

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// mistake is the first thing in a text that breaks YAML, as a person would name it.
type mistake struct {
	line, col, length int // from 1, in runes
	message, help     string
	template          bool // the text is one of a template language
}

// scan reads text that the YAML parser refused, line by line, keeping track of what is open:
// levels of indentation, brackets, block texts. It finds the usual mistakes only, and
// none in much YAML that is wrong in a rarer way.
func scan(lines []string, kinds Kinds) *mistake {
	s := &scanner{lines: lines, kinds: kinds}
	for s.i = range lines {
		if m := s.look(); m != nil {
			m.line = cmp.Or(m.line, s.i+1)
			return m
		}
	}
	if len(s.brackets) > 0 {
		return s.neverClosed()
	}
	return nil
}

type scanner struct {
	lines    []string
	kinds    Kinds
	i        int
	levels   []level
	brackets []bracket
	block    int // the indentation that a block text must exceed, plus one; 0 when none is open
}

// level is an open mapping or list: its column from 0, and whether its last key has no
// value yet, so that something deeper may follow.
type level struct {
	col   int
	list  bool
	awake bool
	key   string
}

type bracket struct {
	char      rune
	line, col int
}

func (s *scanner) fault(col, length int, message, help string) *mistake {
	return &mistake{col: col + 1, length: max(1, length), message: message, help: help}
}

var conflict = regexp.MustCompile(`^(<<<<<<<|=======|>>>>>>>)( |$)`)

func (s *scanner) look() *mistake {
	line := s.lines[s.i]
	text := strings.TrimLeft(line, " ")
	indent := len(line) - len(text)
	if m := s.character(line); m != nil {
		return m
	}
	switch trimmed := strings.TrimSpace(line); {
	case trimmed == "" || trimmed[0] == '#' && len(s.brackets) == 0:
		return nil
	case s.block > 0 && indent >= s.block:
		return nil
	case conflict.MatchString(line):
		return s.fault(0, 7, "this is an unresolved merge conflict of git", "keep one of the two sides and delete the marker lines")
	case strings.HasPrefix(line, "%"):
		if strings.HasPrefix(line, "%YAML") && !strings.Contains(line, "1.1") {
			return s.fault(0, runes(trimmed), "this YAML version is not supported", "delete the line")
		}
		return nil
	case separator(line) == "---" && trimmed == "---":
		return nil
	}
	s.block = 0
	if before, _, found := strings.Cut(line, noBreakSpace); found {
		return s.fault(runes(before), 1, "this is a no-break space, and YAML accepts plain spaces only", "replace it with a space")
	}
	if len(s.brackets) > 0 {
		return s.flow(line, 0)
	}
	if strings.HasPrefix(text, "\t") {
		return s.fault(indent, 1, "this line is indented with a tab, and YAML accepts spaces only", "replace the tab with spaces, as many as the lines around it have")
	}
	return s.structure(line, text, indent)
}

// character finds control characters, which no YAML may hold.
func (s *scanner) character(line string) *mistake {
	for col, r := range []rune(line) {
		if r < ' ' && r != '\t' && r != '\r' || r == 0x7f {
			return s.fault(col, 1, fmt.Sprintf("the control character U+%04X is not allowed in YAML", r), "delete it, or write it as an escape in double quotes")
		}
	}
	return nil
}

// structure takes the dashes off a line and looks at what is left.
func (s *scanner) structure(line, text string, indent int) *mistake {
	col := indent
	for strings.HasPrefix(text, "- ") || text == "-" {
		if m := s.openList(col); m != nil {
			return m
		}
		rest := strings.TrimLeft(text[1:], " ")
		col, text = col+len(text)-len(rest), rest
	}
	switch {
	case text == "":
		return nil
	case unquotedTemplate(text):
		return s.template(line)
	case gluedDash.MatchString(text):
		return s.fault(col, 1, "a space is missing after the dash", "write - "+text[1:])
	}
	if m := entry.FindStringSubmatchIndex(text); m != nil {
		if fault := s.openKey(col, text[m[2]:m[3]]); fault != nil {
			return fault
		}
		if m[4] < 0 {
			return nil
		}
		return s.value(line, col+m[4], text[m[4]:m[5]])
	}
	return s.notAnEntry(line, text, col)
}

var (
	// entry is "key:" or "key: value".
	entry     = regexp.MustCompile(`^([^\s:#"'{}\[\],&*!|>%@` + "`" + `-][^:#]*?|"[^"]*"|'[^']*'|-?[0-9.]+|<<|~|\?)\s*:(?:\s+(\S.*))?\s*$`)
	gluedDash = regexp.MustCompile(`^-[A-Za-z_"'{\[]`)
	gluedPair = regexp.MustCompile(`^([A-Za-z_][\w.-]*):([^\s/].*)$`)
	equals    = regexp.MustCompile(`^([A-Za-z_][\w.-]*)\s*([=;：；])\s*(\S.*)$`)
	bareWord  = regexp.MustCompile(`^([A-Za-z_][\w./-]*)(?:\s+(\S.*))?$`)
)

// unquotedTemplate reports a template that YAML does not read as part of a text.
func unquotedTemplate(text string) bool {
	value := text
	if m := entry.FindStringSubmatch(text); m != nil && m[2] != "" {
		value = m[2]
	}
	t, ok := TemplateIn(value)
	if !ok || value[0] == '"' || value[0] == '\'' {
		return false
	}
	return value[t.From] == '{' || strings.ContainsAny(value[:t.From], "{[") && strings.Contains(value[t.From:t.To], "{")
}

// template is about a line that holds a template.
func (s *scanner) template(line string) *mistake {
	t, _ := TemplateIn(line)
	m := s.fault(runes(line[:t.From]), runes(line[t.From:t.To]), t.Message, t.Help)
	m.template = true
	return m
}

// notAnEntry looks at a line without "key:": a text that goes on, or a key that lost its colon.
func (s *scanner) notAnEntry(line, text string, col int) *mistake {
	if m := gluedPair.FindStringSubmatchIndex(text); m != nil && s.expectsKey(col) {
		key, value := text[m[2]:m[3]], text[m[4]:m[5]]
		return s.fault(runes(line[:col+m[3]]), 1, fmt.Sprintf("a space is missing after the colon of %q", key), "write "+key+": "+value)
	}
	if m := equals.FindStringSubmatch(text); m != nil && s.expectsKey(col) {
		stands := map[string]string{"=": "an equals sign", ";": "a semicolon"}[m[2]]
		if stands == "" {
			stands = "the full-width " + m[2]
		}
		return s.fault(runes(line[:strings.Index(line, m[2])]), 1, fmt.Sprintf("%q needs a colon instead of %s", m[1], stands), "write "+m[1]+": "+m[3])
	}
	if m := bareWord.FindStringSubmatchIndex(text); m != nil && s.expectsKey(col) {
		key := text[m[2]:m[3]]
		help := "write " + key + ":"
		if m[4] >= 0 {
			help += " " + strings.TrimSpace(text[m[4]:m[5]])
		}
		return s.fault(runes(line[:col]), runes(key), fmt.Sprintf("a colon is missing after %q", key), help)
	}
	return s.value(line, col, text)
}

// expectsKey reports a place where only a key makes sense: beside other keys, at the very
// top, or before a line that is a deeper key.
func (s *scanner) expectsKey(col int) bool {
	if len(s.levels) == 0 {
		return true
	}
	top := s.levels[len(s.levels)-1]
	if !top.list && col <= top.col {
		return true
	}
	if !top.list && !top.awake {
		return false
	}
	for _, next := range s.lines[s.i+1:] {
		text := strings.TrimLeft(next, " -")
		if text == "" || text[0] == '#' {
			continue
		}
		// In a list, the item's next key stands right under its first; under a key, no higher.
		at := len(next) - len(text)
		return entry.MatchString(text) && (at == col && !strings.Contains(next[:at], "-") || at >= col && !top.list)
	}
	return false
}

// openList enters a list item whose dash stands at a column.
func (s *scanner) openList(col int) *mistake {
	popped := s.pop(col)
	n := len(s.levels)
	switch {
	case n > 0 && s.levels[n-1].list && s.levels[n-1].col == col:
		return nil
	case n > 0 && !s.levels[n-1].awake && !s.levels[n-1].list, popped >= 0 && n > 0 && s.levels[n-1].col < col && !s.levels[n-1].awake:
		return s.misplaced(col, popped)
	}
	s.answered()
	s.levels = append(s.levels, level{col: col, list: true})
	return nil
}

// openKey enters a key that stands at a column.
func (s *scanner) openKey(col int, key string) *mistake {
	popped := s.pop(col)
	n := len(s.levels)
	switch {
	case n > 0 && !s.levels[n-1].list && s.levels[n-1].col == col:
		s.levels[n-1].awake, s.levels[n-1].key = true, key
		return nil
	case popped >= 0 && n > 0 && s.levels[n-1].col < col, popped >= 0 && n == 0:
		return s.misplaced(col, popped)
	case n > 0 && s.levels[n-1].col == col: // a key where the list's dashes stand
		return s.misplaced(col, popped)
	case n > 0 && !s.levels[n-1].list && !s.levels[n-1].awake:
		return s.tooDeep(col, key)
	}
	s.answered()
	s.levels = append(s.levels, level{col: col, awake: true, key: key})
	return nil
}

// answered records that the innermost key has its value.
func (s *scanner) answered() {
	if n := len(s.levels); n > 0 {
		s.levels[n-1].awake = false
	}
}

// pop closes every level deeper than a column, and lists that a key at their column ends; it
// returns the column of the outermost level it closed, or -1.
func (s *scanner) pop(col int) int {
	popped := -1
	for n := len(s.levels); n > 0 && s.levels[n-1].col > col; n-- {
		popped = s.levels[n-1].col
		s.levels = s.levels[:n-1]
	}
	for n := len(s.levels); n > 1 && s.levels[n-1].list && s.levels[n-1].col == col && s.levels[n-2].col == col && !s.dashAt(col); n-- {
		popped = -1
		s.levels = s.levels[:n-1]
	}
	return popped
}

func (s *scanner) dashAt(col int) bool {
	line := s.lines[s.i]
	return col < len(line) && line[col] == '-'
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

func runes(s string) int { return len([]rune(s)) }

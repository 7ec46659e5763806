package text

import (
	"fmt"
	"slices"
	"strings"
)

// Lines that are indented wrongly, and lines that are missing above them.

// tooDeep is about a key that is deeper than the key above it, which has a value: the line that it
// belongs under may be missing.
func (s *scanner) tooDeep(col int, key string) *mistake {
	if missing := s.missingParents(key); len(missing) > 0 {
		return s.missingLine(col, missing)
	}
	return s.misplaced(col, -1)
}

// metadataFields are what a manifest has under metadata
// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/).
var metadataFields = []string{"name", "namespace", "labels", "annotations", "generateName"}

// missingParents returns which of the lines "metadata:" and "spec:" are missing in a manifest whose
// first line that has no parent is that of key.
func (s *scanner) missingParents(key string) []string {
	first := s.levels[0]
	if first.list || first.col != 0 || !slices.ContainsFunc(s.lines, begins("kind")) {
		return nil
	}
	var missing []string
	if len(s.levels) == 1 && slices.Contains(metadataFields, key) && !slices.ContainsFunc(s.lines, begins("metadata")) {
		missing = append(missing, "metadata:")
	}
	if (len(missing) > 0 || first.key == "metadata" && !slices.Contains(metadataFields, key)) && !slices.ContainsFunc(s.lines, begins("spec")) {
		missing = append(missing, "spec:")
	}
	return missing
}

// begins returns a function that reports a line that begins with a key, however it is indented.
func begins(key string) func(string) bool {
	return func(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), key+":") }
}

// missingLine names the lines that are missing, and where to write each.
func (s *scanner) missingLine(col int, missing []string) *mistake {
	length := runes(strings.TrimSpace(s.lines[s.i]))
	if len(missing) == 1 {
		return s.fault(col, length, fmt.Sprintf("the line %q is missing above this line", missing[0]), fmt.Sprintf("write %s on a line of its own above it, at the start of the line", missing[0]))
	}
	help := "write metadata: on a line of its own above it, at the start of the line"
	if at := s.endOfMetadata(); at > 0 {
		help += fmt.Sprintf(", and spec: on another above %q", strings.TrimSpace(s.lines[at]))
	}
	return s.fault(col, length, `the lines "metadata:" and "spec:" are missing in this manifest`, help)
}

// endOfMetadata returns the first line, from the present one on, whose key is none of metadata's,
// or 0.
func (s *scanner) endOfMetadata() int {
	for i := s.i; i < len(s.lines); i++ {
		m := entry.FindStringSubmatch(strings.TrimLeft(s.lines[i], " -"))
		if m != nil && !slices.Contains(metadataFields, m[1]) {
			return i
		}
	}
	return 0
}

// misplaced is about a line that is indented to no open level. Where one line that is indented
// otherwise makes the text YAML, that line is pointed at; else the level that is nearest is named.
func (s *scanner) misplaced(col, popped int) *mistake {
	if r, ok := reindent(s.lines, s.i, s.kinds); ok {
		return r.mistake(s.lines)
	}
	var open []int
	if popped >= 0 {
		open = append(open, popped) // between two levels, the deeper one is likelier
	}
	for _, l := range slices.Backward(s.levels) {
		open = append(open, l.col)
	}
	if len(open) == 0 {
		open = []int{0}
	}
	best := slices.MinFunc(open, func(a, b int) int { return abs(a-col) - abs(b-col) })
	help := indentBy(best)
	if best == col { // a key where the dashes of a list stand
		help = "indent it like the keys above it"
	}
	return s.fault(col, 1, notOpen, help)
}

const notOpen = "the indentation of this line matches no open level above it"

func indentBy(col int) string {
	switch col {
	case 0:
		return "begin it at the start of the line"
	case 1:
		return "indent it by 1 space"
	}
	return fmt.Sprintf("indent it by %d spaces", col)
}

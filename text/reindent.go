package text

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"sigs.k8s.io/yaml"
)

// Bounds on the search for a line that is indented wrongly: each try parses the text.
const (
	longestReindented = 8 << 10 // bytes of text
	linesBefore       = 4       // lines above the fault that are tried
)

// reindented is a text with one line indented otherwise.
type reindented struct {
	line, col int // the line from 0, and its new indentation
	distance  int // lines to the fault
	unknown   int // fields that no kind has
	alike     int // other lines that are indented so
}

// reindent finds the one line, at or above the line of a fault, that makes the text YAML when it is
// indented otherwise. Of several, the one whose fields are known is taken, then the one that is
// nearest to the fault.
func reindent(lines []string, at int, kinds Kinds) (reindented, bool) {
	size := 0
	for _, line := range lines {
		size += len(line) + 1
	}
	if size > longestReindented {
		return reindented{}, false
	}
	var found []reindented
	columns := columnsAround(lines, at)
	for line := max(0, at-linesBefore); line <= min(at, len(lines)-1); line++ {
		for _, col := range columns {
			if r := (reindented{line: line, col: col, distance: at - line}); r.judge(lines, kinds) {
				found = append(found, r)
			}
		}
	}
	if len(found) == 0 {
		return reindented{}, false
	}
	return slices.MinFunc(found, func(a, b reindented) int {
		return cmp.Or(cmp.Compare(a.unknown, b.unknown), cmp.Compare(b.alike, a.alike), cmp.Compare(a.distance, b.distance))
	}), true
}

// columnsAround are the indentations of the lines around a line, and of the keys behind their dashes.
func columnsAround(lines []string, at int) []int {
	columns := map[int]bool{0: true}
	for _, line := range lines[max(0, at-2*linesBefore):min(len(lines), at+linesBefore)] {
		if silent(line) {
			continue
		}
		columns[indent(line)] = true
		columns[len(line)-len(strings.TrimLeft(line, " -"))] = true
	}
	return slices.Sorted(maps.Keys(columns))
}

// judge tries the change and reports whether the text is YAML with it.
func (r *reindented) judge(lines []string, kinds Kinds) bool {
	line := lines[r.line]
	if silent(line) || indent(line) == r.col {
		return false
	}
	changed := slices.Clone(lines)
	changed[r.line] = strings.Repeat(" ", r.col) + strings.TrimLeft(line, " ")
	text := strings.Join(changed, "\n")
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil || (&Chunk{Source: diag.NewSource("", text), Text: text}).SecondDocument() > 0 {
		return false
	}
	tree, err := decodeTree(raw)
	if err != nil {
		return false
	}
	object, ok := tree.(map[string]any)
	r.unknown = kinds.unknownFields(object)
	for i, other := range lines {
		if i != r.line && !silent(other) && indent(other) == r.col {
			r.alike++
		}
	}
	return ok
}

func (r reindented) mistake(lines []string) *mistake {
	message := notOpen
	if r.distance > 0 { // it is the lines below it that find no level open
		message = "this line is not indented like the lines that it belongs with"
	}
	return &mistake{line: r.line + 1, col: indent(lines[r.line]) + 1, length: 1, message: message, help: indentBy(r.col)}
}

// topFields are the fields of a manifest
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields).
var topFields = []string{"apiVersion", "kind", "metadata", "spec", "status", "data", "items"}

// unknownFields counts the fields of an object that no manifest has, and those that do not fit its kind.
func (k Kinds) unknownFields(object map[string]any) int {
	n := 0
	for key := range object {
		if !slices.Contains(topFields, key) {
			n++
		}
	}
	metadata, _ := object["metadata"].(map[string]any)
	for key := range metadata {
		if !slices.Contains(metadataFields, key) {
			n++
		}
	}
	if k.Misfits != nil {
		n += k.Misfits(object)
	}
	return n
}

package krm

import (
	"slices"
	"strings"
)

// Edit is what a function changes in a list. Objects are texts of one YAML document.
type Edit struct {
	Replaced map[*Item]string // by another text, or by none
	Added    []string         // behind all others
	Results  string           // a list in YAML, or ""
}

// replacement puts a text in the place of an extent.
type replacement struct {
	extent
	text string
}

// Edit returns the list's text with changes. Results of functions that ran before go: an orchestrator
// has taken them.
func (l *ResourceList) Edit(change Edit) string {
	edits := append(l.itemEdits(change), replacement{l.results, ""})
	if change.Results != "" {
		edits = append(edits, replacement{extent{l.end, l.end}, l.key("results:\n" + change.Results)})
	}
	slices.SortStableFunc(edits, func(a, b replacement) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(l.text[at:e.from])
		if e.text != "" && b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
			b.WriteByte('\n')
		}
		b.WriteString(e.text)
		at = e.to
	}
	b.WriteString(l.text[at:])
	return b.String()
}

func (l *ResourceList) itemEdits(change Edit) []replacement {
	column := l.indent
	left := len(change.Added)
	var edits []replacement
	for _, item := range l.Items {
		column = l.dashColumn(item)
		text, replaced := change.Replaced[item]
		switch {
		case !replaced:
			left++
		case text == "":
			edits = append(edits, replacement{item.lines, ""})
		default:
			left++
			edits = append(edits, replacement{extent{item.dash, item.lines.to}, listItem(text, column)})
		}
	}
	var added strings.Builder
	for _, text := range change.Added {
		added.WriteString(listItem(text, column))
	}
	switch {
	case len(l.Items) > 0 && left > 0:
		return append(edits, replacement{extent{l.items.to, l.items.to}, added.String()})
	case len(l.Items) > 0:
		return []replacement{{l.items, l.key("items: []\n")}}
	case left > 0:
		return []replacement{{l.items, l.key("items:\n") + added.String()}}
	}
	return nil
}

func (l *ResourceList) dashColumn(i *Item) int {
	line, _, _ := strings.Cut(l.text[i.dash:], "-")
	return len(line)
}

// key indents a key of the list and what belongs to it.
func (l *ResourceList) key(text string) string { return indented(text, l.indent) }

// listItem writes an object behind a dash.
func listItem(text string, column int) string {
	return strings.Repeat(" ", column) + "- " + strings.TrimLeft(indented(text, column+2), " ")
}

// indented puts spaces before every line that is not empty.
func indented(text string, spaces int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(strings.Repeat(" ", spaces))
		}
		b.WriteString(line)
	}
	return b.String()
}

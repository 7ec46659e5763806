package diag

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Summary is a run in figures, printed as its last line.
type Summary struct {
	Tally
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
	NotShown
	Result string `json:"result,omitempty"` // what was written, or why nothing was
}

// Tally counts documents by what became of them.
type Tally struct {
	Documents int `json:"documents"` // documents read and judged
	Skipped   int `json:"skipped"`   // documents that have nothing about connections
	// SkippedKinds counts those of the skipped documents whose kinds can carry connection settings and
	// which have none, by their kinds.
	SkippedKinds map[string]int `json:"skippedKinds,omitempty"`
	// NotJudged counts documents with connection settings that are not judged, by their kinds.
	NotJudged map[string]int `json:"notJudged,omitempty"`
	Templates int            `json:"templates,omitempty"` // templates of kinds that are read
	Patches   int            `json:"patches,omitempty"`   // files that are patches of kustomize
}

// AddNotJudged counts one more document of the kind that is not judged.
func (t *Tally) AddNotJudged(kind string) { addKind(&t.NotJudged, kind) }

// AddSkipped counts one more document of the kind that is skipped.
func (t *Tally) AddSkipped(kind string) {
	t.Skipped++
	addKind(&t.SkippedKinds, kind)
}

func addKind(counts *map[string]int, kind string) {
	if *counts == nil {
		*counts = map[string]int{}
	}
	(*counts)[kind]++
}

// kindsText lists the counts of kinds: "2 DestinationRules", "1 EnvoyFilter".
func kindsText(counts map[string]int) []string {
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		kinds = append(kinds, Plural(counts[kind], kind))
	}
	return kinds
}

// String is their part of the line for people: "3 documents (1 of other kinds skipped)".
func (t *Tally) String() string {
	text := Plural(t.Documents, "document")
	var beside []string
	if len(t.NotJudged) > 0 {
		beside = append(beside, strings.Join(kindsText(t.NotJudged), ", ")+" not judged")
	}
	if t.Skipped > 0 {
		beside = append(beside, t.skippedText()+" skipped")
	}
	if t.Templates > 0 {
		beside = append(beside, Plural(t.Templates, "template")+" not rendered")
	}
	if t.Patches > 0 {
		beside = append(beside, Plural(t.Patches, "kustomize patch")+" not applied")
	}
	if len(beside) > 0 {
		text += " (" + strings.Join(beside, "; ") + ")"
	}
	return text
}

// skippedText counts what was skipped: "1 BackendConfigPolicy, 3 of other kinds".
func (t *Tally) skippedText() string {
	parts, other := kindsText(t.SkippedKinds), t.Skipped
	for _, n := range t.SkippedKinds {
		other -= n
	}
	if other > 0 {
		parts = append(parts, fmt.Sprintf("%d of other kinds", other))
	}
	return strings.Join(parts, ", ")
}

// NotShown counts findings that are not shown.
type NotShown struct {
	Suppressed      int `json:"suppressed"`      // by comments, annotations and the configuration
	Baselined       int `json:"baselined"`       // as the baseline has them
	BaselinedErrors int `json:"baselinedErrors"` // errors among these
}

// Summarize counts findings into a summary.
func Summarize(l List, documents Tally, result string) Summary {
	return Summary{Tally: documents, Errors: l.Count(Error), Warnings: l.Count(Warning), Infos: l.Count(Info), Result: result}
}

// String is the one line for people.
func (s Summary) String() string {
	var b strings.Builder
	b.WriteString(s.Tally.String() + ": ")
	b.WriteString(s.Counts())
	b.WriteString(s.NotShown.String())
	if s.Result != "" {
		b.WriteString("; " + s.Result)
	}
	return Visible(b.String())
}

// Counts is the number of findings of each severity, "1 error, 2 warnings", or "no findings".
func (s Summary) Counts() string {
	var parts []string
	for _, c := range []struct {
		n    int
		word string
	}{{s.Errors, "error"}, {s.Warnings, "warning"}, {s.Infos, "info"}} {
		if c.n > 0 {
			parts = append(parts, Plural(c.n, c.word))
		}
	}
	switch {
	case len(parts) == 0 && s.Documents == 0:
		return "nothing to judge"
	case len(parts) == 0:
		return "no findings"
	}
	return strings.Join(parts, ", ")
}

// String is their part of the line for people, "" for none.
func (n NotShown) String() string {
	var b strings.Builder
	if n.Suppressed > 0 {
		fmt.Fprintf(&b, ", %d suppressed", n.Suppressed)
	}
	if n.Baselined > 0 {
		fmt.Fprintf(&b, ", %d in the baseline", n.Baselined)
	}
	if n.BaselinedErrors > 0 {
		fmt.Fprintf(&b, " (%s)", Plural(n.BaselinedErrors, "error"))
	}
	return b.String()
}

// Plural counts things: "1 error", "2 errors".
func Plural(n int, word string) string {
	switch {
	case n == 1:
		return "1 " + word
	case strings.HasSuffix(word, "s"): // Settings
		return fmt.Sprintf("%d %s", n, word)
	case strings.HasSuffix(word, "ch"): // patch
		return fmt.Sprintf("%d %ses", n, word)
	case strings.HasSuffix(word, "icy"): // ConnectionPolicy, and not Gateway
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(word, "y"))
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// Seconds spells a duration as timeouts are spoken of: in seconds while they are whole, "700s",
// in hours when those are whole and many, "120h", and otherwise as Go writes it, "1.5s".
func Seconds(d time.Duration) string {
	switch {
	case d >= 100*time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Second == 0:
		return fmt.Sprintf("%ds", d/time.Second)
	}
	return d.String()
}

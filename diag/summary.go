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
	// NotJudged counts documents with connection settings that are not judged, by their kinds.
	NotJudged map[string]int `json:"notJudged,omitempty"`
	Templates int            `json:"templates,omitempty"` // templates of kinds that are read
	Patches   int            `json:"patches,omitempty"`   // files that are patches of kustomize
}

// AddNotJudged counts one more document of the kind that is not judged.
func (t *Tally) AddNotJudged(kind string) {
	if t.NotJudged == nil {
		t.NotJudged = map[string]int{}
	}
	t.NotJudged[kind]++
}

// String is what the line for people says of them: "3 documents (1 of other kinds skipped)".
func (t *Tally) String() string {
	text := Plural(t.Documents, "document")
	var beside []string
	if len(t.NotJudged) > 0 {
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(t.NotJudged)) {
			kinds = append(kinds, Plural(t.NotJudged[kind], kind))
		}
		beside = append(beside, strings.Join(kinds, ", ")+" not judged")
	}
	if t.Skipped > 0 {
		beside = append(beside, fmt.Sprintf("%d of other kinds skipped", t.Skipped))
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
	b.WriteString(s.counts())
	b.WriteString(s.NotShown.String())
	if s.Result != "" {
		b.WriteString("; " + s.Result)
	}
	return Visible(b.String())
}

func (s Summary) counts() string {
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

// String is what the line for people says of them, "" for none.
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

package diag

import (
	"fmt"
	"strings"
	"time"
)

// Summary is a run in figures, printed as its last line.
type Summary struct {
	Documents int `json:"documents"` // documents read and understood
	Skipped   int `json:"skipped"`   // documents of kinds that are not about connections
	Errors    int `json:"errors"`
	Warnings  int `json:"warnings"`
	Infos     int `json:"infos"`
	Aside
	Result string `json:"result,omitempty"` // what was written, or why nothing was
}

// Aside counts findings that are not shown.
type Aside struct {
	Ignored     int `json:"ignored,omitempty"`     // by comments, annotations and the configuration
	Known       int `json:"known,omitempty"`       // by the baseline
	KnownErrors int `json:"knownErrors,omitempty"` // errors among the known
}

// Summarize counts findings into a summary.
func Summarize(l List, documents, skipped int, result string) Summary {
	return Summary{Documents: documents, Skipped: skipped, Errors: l.Count(Error), Warnings: l.Count(Warning), Infos: l.Count(Info), Result: result}
}

// String is the one line for people.
func (s Summary) String() string {
	var b strings.Builder
	b.WriteString(Plural(s.Documents, "document"))
	if s.Skipped > 0 {
		fmt.Fprintf(&b, " (%d of other kinds skipped)", s.Skipped)
	}
	b.WriteString(": ")
	b.WriteString(s.counts())
	b.WriteString(s.Aside.String())
	if s.Result != "" {
		b.WriteString("; " + s.Result)
	}
	return b.String()
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
	if len(parts) == 0 {
		return "no findings"
	}
	return strings.Join(parts, ", ")
}

// String is what the line for people says of them, "" for none.
func (a Aside) String() string {
	var b strings.Builder
	if a.Ignored > 0 {
		fmt.Fprintf(&b, ", %d ignored", a.Ignored)
	}
	if a.Known > 0 {
		fmt.Fprintf(&b, ", %d known", a.Known)
	}
	if a.KnownErrors > 0 {
		fmt.Fprintf(&b, " (%s)", Plural(a.KnownErrors, "error"))
	}
	return b.String()
}

// Plural counts things: "1 error", "2 errors".
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
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

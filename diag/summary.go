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
	NotShown
	Result string `json:"result,omitempty"` // what was written, or why nothing was
}

// NotShown counts findings that are not shown.
type NotShown struct {
	Suppressed      int `json:"suppressed"`      // by comments, annotations and the configuration
	Baselined       int `json:"baselined"`       // as the baseline has them
	BaselinedErrors int `json:"baselinedErrors"` // errors among these
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
	if len(parts) == 0 {
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

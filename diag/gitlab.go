package diag

import "io"

// A Code Quality report of GitLab: docs.gitlab.com/ci/testing/code_quality, "Code Quality report
// format".
type (
	gitlabIssue struct {
		Description string         `json:"description"`
		CheckName   string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
	}
)

// WriteGitLab writes sorted findings as a Code Quality report of GitLab.
func WriteGitLab(w io.Writer, l List) error {
	fingerprints := l.Fingerprints()
	issues := make([]gitlabIssue, 0, len(l))
	for i := range l {
		d := &l[i]
		text := shown(d.Message)
		if d.Help != "" {
			text += "; help: " + shown(d.Help)
		}
		issues = append(issues, gitlabIssue{
			Description: text, CheckName: d.Name, Fingerprint: fingerprints[i], Severity: d.Severity.gitlab(),
			Location: gitlabLocation{d.Path(), gitlabLines{max(1, d.Line)}}, // the format has no place without a line
		})
	}
	return indented(w, issues)
}

func (s Severity) gitlab() string {
	switch s {
	case Error:
		return "critical"
	case Warning:
		return "major"
	case Info:
		return "info"
	}
	return s.String()
}

package diag

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text of manifests, file names and flags is data in every output. Each output language has one
// function here, and whatever prints such text calls it:
//
//	terminal, log    Visible, VisibleLines, Line
//	HTML             VisibleRune, beside html/template
//	Markdown         Markdown
//	Mermaid, DOT     Mermaid, DOT
//	JSON             EscapeJSON
//	XML              EscapeXML
//	GitHub commands  GitHubMessage, GitHubProperty

// Visible makes a text fit for one line of a terminal or a log: control characters, those that
// reorder text and those that cannot be seen become U+FFFD, a tab becomes a space, and the marks of
// a CI runner's commands are broken.
func Visible(s string) string { return breakMarks(strings.Map(VisibleRune, s)) }

// VisibleLines does the same for a text of several lines, and keeps the line breaks.
func VisibleLines(s string) string {
	return breakMarks(strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return VisibleRune(r)
	}, s))
}

// Line is Visible for a whole line whose first characters may be a user's: a line must not begin
// with "::", which GitHub Actions reads as a command, blanks before it or not
// (actions/runner: src/Runner.Common/ActionCommand.cs, TryParseV2).
func Line(s string) string {
	s = Visible(s)
	if text := strings.TrimLeft(s, " "); strings.HasPrefix(text, "::") {
		return s[:len(s)-len(text)] + "./" + text
	}
	return s
}

// breakMarks breaks "##[" and "##vso[", which runners read as commands wherever they stand in a line
// (actions/runner: ActionCommand.cs, TryParse; Azure Pipelines' logging commands).
func breakMarks(s string) string {
	if !strings.Contains(s, "##") {
		return s
	}
	return strings.NewReplacer("##[", "#\ufffd[", "##vso[", "#\ufffdvso[").Replace(s)
}

// VisibleRune returns the rune, or what stands for it on a line of text.
func VisibleRune(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case hidden(r):
		return utf8.RuneError
	}
	return r
}

// hidden reports control characters, line breaks of any kind, characters that reorder text on screen
// (Unicode TR 36) and those without a width of their own.
func hidden(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0: // C0, DEL and C1
	case r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // bidirectional controls
	case r >= 0x200b && r <= 0x200d, r >= 0x2060 && r <= 0x2065, r == 0xfeff, r == 0x180e, r == 0x00ad: // zero width
	case r == 0x2028, r == 0x2029: // line and paragraph separators
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f: // interlinear annotations and tags
	default:
		return false
	}
	return true
}

// Markdown keeps a text from being read as marks, as the next cell of a table, as a link or as a
// mention of somebody. A comment, which is not shown, breaks what GitHub and GitLab would link.
func Markdown(s string) string {
	var b strings.Builder
	for _, r := range Visible(s) {
		if strings.ContainsRune("\\`*_{}[]<>|#~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return markdownLinks.Replace(b.String())
}

// markdownLinks breaks mentions, addresses and bare links.
var markdownLinks = strings.NewReplacer("@", "@<!-- -->", "://", ":<!-- -->//", "www.", "www<!-- -->.", "WWW.", "WWW<!-- -->.")

// Mermaid spells a label for Mermaid, whose own marks become entities. Line breaks are kept for the
// caller.
func Mermaid(s string) string { return mermaidMarks.Replace(VisibleLines(s)) }

var mermaidMarks = strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "[", "#91;", "]", "#93;", "`", "#96;")

// DOT spells a label for Graphviz, with its line breaks.
func DOT(s string) string { return dotMarks.Replace(VisibleLines(s)) }

var dotMarks = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// EscapeJSON escapes hidden characters in JSON, which has them in strings only. The value stays the
// same.
func EscapeJSON(text []byte) []byte {
	return escapeHidden(text, func(r rune) string {
		if high, low := utf16.EncodeRune(r); r > 0xffff {
			return fmt.Sprintf(`\u%04x\u%04x`, high, low)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
}

// EscapeXML spells hidden characters in XML as references.
func EscapeXML(text []byte) []byte {
	return escapeHidden(text, func(r rune) string { return fmt.Sprintf("&#x%X;", r) })
}

// escapeHidden replaces hidden characters from U+007F on; those before it are line breaks and
// blanks of the language, which escapes the others itself.
func escapeHidden(text []byte, spell func(rune) string) []byte {
	later := func(r rune) bool { return r >= 0x7f && hidden(r) }
	if !bytes.ContainsFunc(text, later) {
		return text
	}
	var out bytes.Buffer
	for _, r := range string(text) {
		if later(r) {
			out.WriteString(spell(r))
		} else {
			out.WriteRune(r)
		}
	}
	return out.Bytes()
}

// GitHubMessage escapes the message of a command of GitHub Actions, which ends with its line.
func GitHubMessage(s string) string { return githubMessage.Replace(s) }

// GitHubProperty escapes a property of a command, which ends with a colon or a comma.
func GitHubProperty(s string) string { return githubProperty.Replace(s) }

var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

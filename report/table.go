package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
)

// always are the settings that a table shows even where nobody wrote them: what people ask
// for first.
var always = []string{
	"connectTimeout", "keepalive.on", "keepalive.time", "keepalive.interval", "keepalive.probes",
	"limits.maxConnections", "maxRequestsPerConnection", "http.idleTimeout", "http.idle", "tcp.idleTimeout",
}

// Table writes a block for each place: the owner, who is overridden, each setting with its origin,
// and what the keepalive comes to. Wide shows the settings of little interest as well.
func Table(w io.Writer, places []Place, wide bool) error {
	var b strings.Builder
	for i := range places {
		if i > 0 {
			b.WriteByte('\n')
		}
		places[i].block(&b, wide)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p *Place) block(b *strings.Builder, wide bool) {
	line(b, "%s", p.heading())
	if wide && len(p.Rules) > 0 {
		line(b, "  rule       DestinationRule %s", strings.Join(p.Rules, ", "))
	}
	if p.Undecided {
		line(b, "  decided by no document: defaults apply (%s)", p.By.Span("/metadata/name").At())
	} else {
		line(b, "  decided by %s (%s)", p.By.Subject(), p.By.Span("/metadata/name").At())
	}
	for _, s := range p.Overridden {
		line(b, "  overridden %s (%s): the owner takes precedence, as %s", s.By.Subject(), s.By.Span("/metadata/name").At(), s.Why)
	}
	rows := [][]string{{"SETTING", "VALUE", "FROM"}}
	for _, v := range p.Values() {
		if p.moot(&v) && !wide {
			continue
		}
		if wide || v.From.Written() || slices.Contains(always, v.Name) {
			rows = append(rows, []string{v.Name, v.Text, from(v.From)})
		}
	}
	columns(b, "  ", rows)
	line(b, "  %s", p.derived())
	for i := range p.Hops {
		h := &p.Hops[i]
		line(b, "  hop %s: %s%s", hopText(h), p.verdict(h), doubt(h))
	}
}

// heading names the place: "ratings.global:80  HTTP  gateway → destination  VirtualDestination bookinfo/ratings-global".
func (p *Place) heading() string {
	parts := []string{p.Name}
	if p.Protocol != "" {
		parts = append(parts, p.Protocol)
	}
	parts = append(parts, string(p.Side))
	if ref := p.Ref(); ref != p.By.Subject() || p.Undecided {
		parts = append(parts, ref)
	}
	return strings.Join(parts, "  ")
}

// columns writes rows of cells under each other, without blanks at the ends of lines.
func columns(b *strings.Builder, indent string, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			row[i] = diag.Visible(cell)
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	for _, row := range rows {
		text := indent
		for i, cell := range row {
			text += cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2)
		}
		line(b, "%s", strings.TrimRight(text, " "))
	}
}

// line writes one line of a text for people, whatever is in the values.
func line(b *strings.Builder, format string, values ...any) {
	b.WriteString(diag.Line(fmt.Sprintf(format, values...)) + "\n")
}

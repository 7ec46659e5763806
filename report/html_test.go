package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/pipeline"
)

// resolved runs the line on a text, with hops on the way, and puts what comes out on a page.
func resolved(t *testing.T, text string, hops ...string) *Page {
	t.Helper()
	o := pipeline.Options{Namespace: "default"}
	for _, h := range hops {
		placement, err := judge.ParsePlacement(h)
		if err != nil {
			t.Fatal(err)
		}
		o.Hops = append(o.Hops, placement)
	}
	r := pipeline.New().Run(pipeline.Text("input.yaml", text), &o)
	p := &Page{Version: "connpolicy test", Target: "istio", Input: []string{"input.yaml"}, Resolved: r.Plan != nil, Findings: r.Found}
	if r.Plan != nil {
		for _, c := range r.Plan.Connections() {
			p.Places = append(p.Places, Place{Connection: c, Hops: judge.HopsOn(o.Hops, &c)})
		}
	}
	p.Findings.Sort()
	p.Summary = diag.Summarize(p.Findings, r.Tally(), "")
	return p
}

func written(t *testing.T, p *Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// policy decides a Service's port with the keepalive that is given.
func policy(name, keepalive string) string {
	return fmt.Sprintf(`apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: %q, namespace: shop}
spec: {config: {tcp: {tcpKeepalive: {%s}}}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
`, name, keepalive)
}

// elements reads a page as a browser does not: every element must be closed, but for those that
// HTML leaves open.
func elements(t *testing.T, page string) []xml.StartElement {
	t.Helper()
	page = regexp.MustCompile(`(?s)<!doctype html>|<style>.*?</style>|<script>.*?</script>| (hidden|checked|open)\b`).ReplaceAllStringFunc(page, func(s string) string {
		if strings.HasPrefix(s, "<script>") {
			return "<script></script>"
		}
		return ""
	})
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, []string{"meta", "link", "input"}, xml.HTMLEntity
	var out []xml.StartElement
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("after %d elements: %v", len(out), err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			out = append(out, token.Copy())
			depth++
		case xml.EndElement:
			depth--
		}
	}
	if depth != 0 {
		t.Errorf("%d elements are not closed", depth)
	}
	return out
}

func attribute(e *xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func count(elements []xml.StartElement, name, class string) int {
	n := 0
	for i := range elements {
		classes := strings.Fields(attribute(&elements[i], "class"))
		if elements[i].Name.Local == name && (class == "" || strings.Contains(" "+strings.Join(classes, " ")+" ", " "+class+" ")) {
			n++
		}
	}
	return n
}

const hostile = `<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"'` + "`{{.}}`"

func TestHTMLShowsHostileTextAsText(t *testing.T) {
	p := resolved(t, policy(strings.Replace(hostile, "{{.}}", "", 1), `time: 700s`), "aws-nlb") // a template is an error
	p.Input, p.Version = []string{hostile}, hostile
	p.Objects = []Emitted{{Name: hostile, Text: hostile}}
	p.Places[0].Name, p.Places[0].Host, p.Places[0].Protocol = hostile, hostile, hostile
	p.Places[0].Hops[0].Sources = append(p.Places[0].Hops[0].Sources, "javascript:alert(3)")
	for i := range p.Findings {
		p.Findings[i].Message, p.Findings[i].Help = hostile, hostile
	}
	page := written(t, p)
	all := elements(t, page)
	if n := count(all, "script", ""); n != 1 {
		t.Errorf("the page has %d scripts, want its own", n)
	}
	if n := count(all, "img", ""); n != 0 {
		t.Errorf("the page has %d images", n)
	}
	for i := range all {
		for _, a := range all[i].Attr {
			if strings.HasPrefix(a.Name.Local, "on") || strings.HasPrefix(strings.ToLower(a.Value), "javascript:") {
				t.Errorf("<%s> has %s=%q", all[i].Name.Local, a.Name.Local, a.Value)
			}
		}
	}
	if n := strings.Count(page, "&lt;script&gt;alert(1)&lt;/script&gt;"); n < 10 {
		t.Errorf("the text is shown %d times only", n)
	}
}

func TestHTMLShowsNothingThatReordersText(t *testing.T) {
	p := resolved(t, policy("cart\u202e\u0007\u200ftrac", `time: 700s`), "aws-nlb")
	page := written(t, p)
	if strings.ContainsAny(page, "\u202e\u0007\u200f") {
		t.Error("control characters of a manifest reach the page")
	}
	if !strings.Contains(page, "cart\ufffd\ufffd\ufffdtrac") {
		t.Error("nothing stands in their place")
	}
}

func TestHTMLFetchesNothing(t *testing.T) {
	page := written(t, resolved(t, policy("keepalive", `time: 700s`), "aws-nlb", "clients:aws-alb", "azure-lb"))
	all := elements(t, page)
	links := 0
	for i := range all {
		e := &all[i]
		for _, a := range e.Attr {
			if !strings.Contains(a.Value, "://") || a.Name.Local == "xmlns" {
				continue
			}
			if e.Name.Local == "a" && a.Name.Local == "href" {
				links++
			} else if e.Name.Local != "link" || !strings.HasPrefix(a.Value, "data:") {
				t.Errorf("<%s> has %s=%q", e.Name.Local, a.Name.Local, a.Value)
			}
		}
	}
	if links == 0 {
		t.Error("the sources of the hops are no links")
	}
	for _, forbidden := range []string{"@import", "url(http", "fetch(", "XMLHttpRequest", "sendBeacon", "innerHTML", "document.write"} {
		if strings.Contains(pageStyle+pageScript, forbidden) {
			t.Errorf("style or script has %s", forbidden)
		}
	}
	if !strings.Contains(page, `content="default-src &#39;none&#39;;`) {
		t.Error("the page does not forbid browsers to fetch")
	}
}

func TestHTMLGivesTheSameBytesTwice(t *testing.T) {
	text := policy("keepalive", `time: 700s, interval: 10s`)
	first := written(t, resolved(t, text, "aws-nlb", "azure-lb"))
	if second := written(t, resolved(t, text, "aws-nlb", "azure-lb")); first != second {
		t.Error("two pages of one input differ")
	}
}

func TestHTMLSaysTheWorstInItsHeadline(t *testing.T) {
	for _, c := range []struct {
		keepalive string
		hops      []string
		want      string
	}{
		{"time: 700s", []string{"aws-nlb"}, "The connection breaks when idle"},
		{"time: 340s, interval: 30s", []string{"aws-nlb"}, "The connection breaks if one probe is lost"},
		{"time: 60s, interval: 10s", []string{"aws-nlb"}, "The connection holds when idle"},
		{"time: 60s", nil, "1 connection, judged by no hop"},
		{"time: 60", nil, "Nothing was resolved: 1 error"},
	} {
		page := written(t, resolved(t, policy("keepalive", c.keepalive), c.hops...))
		if _, rest, _ := strings.Cut(page, "<h1 "); !strings.Contains(rest[:strings.Index(rest, "</h1>")], ">"+c.want) {
			t.Errorf("%s, %v: the headline is not %q: %s", c.keepalive, c.hops, c.want, rest[:80])
		}
	}
}

func TestHTMLDrawsEveryHopAndWhereItForgets(t *testing.T) {
	page := written(t, resolved(t, policy("keepalive", "time: 700s, interval: 10s, probes: 20"), "aws-nlb", "other-flow=48h"))
	all := elements(t, page)
	if n := count(all, "rect", "gone"); n != 1+2 { // and two of the key
		t.Errorf("%d zones after a hop has forgotten, want that of aws-nlb alone", n-2)
	}
	for _, want := range []string{
		`<line class="probes" x1="77.78%" x2="100%" y1="11" y2="11" pathLength="20"/>`,       // from 700s to 900s
		`<line class="point" x1="38.89%"`,                                                    // 350s of 900s
		`<text class="end" x="-6" y="15">350s</text>`, `<text x="6" y="15">172800s …</text>`, // beyond the picture
		`<text x="33.33%" y="17">300s</text>`,
		"forgotten 350s before the first probe", "first probe after 700s, dead peer noticed after 900s",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestHTMLDashesWhoLost(t *testing.T) {
	old := strings.Replace(policy("old", "time: 60s"), "namespace: shop}\nspec", "namespace: shop, creationTimestamp: \"2020-01-01T00:00:00Z\"}\nspec", 1)
	young, _, _ := strings.Cut(policy("young", "time: 60s"), "---")
	young = strings.Replace(young, "namespace: shop}", `namespace: shop, creationTimestamp: "2021-01-01T00:00:00Z"}`, 1)
	page := written(t, resolved(t, young+"---\n"+old))
	all := elements(t, page)
	if n := count(all, "path", "shadowed"); n != 1 {
		t.Errorf("%d dashed edges, want 1", n)
	}
	if !strings.Contains(page, "Overridden: <b>ConnectionPolicy shop/young</b>") {
		t.Error("the connection does not say who lost")
	}
}

func TestHTMLShowsFindingsWithTheirLine(t *testing.T) {
	page := written(t, resolved(t, policy("keepalive", `time: 700s, interval: 10s`), "aws-nlb"))
	if !strings.Contains(page, `<mark>700s</mark>, interval`) {
		t.Error("the value at fault is not marked in its line")
	}
	ids := map[string]bool{}
	all := elements(t, page)
	for i := range all {
		id := attribute(&all[i], "id")
		if id != "" && ids[id] {
			t.Errorf("two elements have the id %s", id)
		}
		ids[id] = true
	}
	for i := range all {
		if to, inside := strings.CutPrefix(attribute(&all[i], "href"), "#"); inside && !ids[to] {
			t.Errorf("a link leads to #%s, which is not there", to)
		}
	}
}

func TestHTMLFoldsManyAndUnfoldsFew(t *testing.T) {
	var b strings.Builder
	b.WriteString(policy("keepalive", "time: 60s"))
	for i := range 200 {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Service\nmetadata: {name: s%d, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n", i)
	}
	if page := written(t, resolved(t, b.String(), "aws-nlb")); strings.Count(page, `<details class="place `) != 201 || regexp.MustCompile(`class="place [^>]* open>`).MatchString(page) {
		t.Error("201 connections are not there and folded")
	}
	if page := written(t, resolved(t, policy("keepalive", "time: 60s"), "aws-nlb")); !regexp.MustCompile(`class="place [^>]* open>`).MatchString(page) {
		t.Error("the only connection is folded")
	}
}

func TestHTMLTellsWhatIsInDoubtAboutAHop(t *testing.T) {
	doubtful := ""
	for _, h := range hop.All() {
		if h.Doubtful() && h.Class == hop.Flow {
			doubtful = h.ID
		}
	}
	if doubtful == "" {
		t.Skip("every figure is documented")
	}
	page := written(t, resolved(t, policy("keepalive", "time: 60s"), doubtful))
	if !strings.Contains(page, "check it before you rely on it") {
		t.Errorf("nothing is said about %s", doubtful)
	}
}

func TestAxisHasRoomForItsTexts(t *testing.T) {
	for seconds := int64(1); seconds < 10_000_000; seconds = seconds*5/4 + 1 {
		ticks := scale{end: time.Duration(seconds) * time.Second}.ticks()
		if len(ticks) < 2 || len(ticks) > mostTicks+1 {
			t.Errorf("%ds: %d marks", seconds, len(ticks))
		}
	}
}

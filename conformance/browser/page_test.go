//go:build browser

package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hops are on the way in these tests, so that there is something to judge.
var hops = []string{"--hop", "aws-nlb", "--hop", "azure-lb", "--hop", "clients:aws-alb"}

// pages are what each page is tried with: one example each, all of them, input with errors, and
// as many destinations as a large mesh has.
func pages(t *testing.T) map[string]string {
	t.Helper()
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	text := "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: a, namespace: b}\nspec: {config: {tcp: {tcpKeepalive: {tima: \"<script>alert(1)</script>\"}}}}\n"
	if err := os.WriteFile(broken, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob(filepath.Join(root(t), "examples", "*", ""))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{
		"all examples":  report(t, append(hops, "-R", "examples")...),
		"no hop":        report(t, "-R", "examples"),
		"errors":        report(t, broken),
		"many places":   report(t, append(hops, manyDestinations(t))...),
		"many at Envoy": report(t, append(hops, "--target", "envoy", manyDestinations(t))...),
	}
	tried := 0
	for _, dir := range examples {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			out[filepath.Base(dir)] = report(t, append(hops, "-R", dir)...)
			tried++
		}
	}
	if tried == 0 {
		t.Fatal("there are no examples")
	}
	return out
}

func TestPageOpensWithoutComplaintAndFetchesNothing(t *testing.T) {
	for name, file := range pages(t) {
		for _, width := range []int64{desk, telephone} {
			t.Run(fmt.Sprintf("%s at %d", name, width), func(t *testing.T) {
				start := time.Now()
				p := open(t, file, width, "light")
				if took := time.Since(start); took > slowest {
					t.Errorf("it takes %s to open, more than %s", took, slowest)
				}
				if title := value[string](p, `document.querySelector("h1").textContent`); title == "" {
					t.Error("there is no headline")
				}
				p.fits()
				p.script(`{ const all = document.querySelectorAll("details"); if (all.length < 1000) all.forEach((d) => { d.open = true; }); }`)
				p.fits()
				p.quiet()
			})
		}
	}
}

// visible counts the connections that are in sight.
const visible = `[...document.querySelectorAll(".place")].filter(e => e.checkVisibility()).length`

func TestSearchShowsWhatMatchesAndNothingElse(t *testing.T) {
	p := open(t, report(t, append(hops, manyDestinations(t))...), desk, "light")
	if n := value[int](p, visible); n != many {
		t.Fatalf("%d connections are in sight, want %d", n, many)
	}
	p.do(chromedp.SendKeys("#search", "SERVICE-0042 team-42"))
	if n := value[int](p, visible); n != 1 {
		t.Errorf("%d connections match a name, want 1", n)
	}
	if text := value[string](p, `document.getElementById("found").textContent`); text != fmt.Sprintf("1 of %d match", many) {
		t.Errorf("it says %q", text)
	}
	p.do(chromedp.SendKeys("#search", " nowhere"))
	if n := value[int](p, visible); n != 0 {
		t.Errorf("%d connections match nothing, want 0", n)
	}
	if !value[bool](p, `document.getElementById("none").checkVisibility()`) {
		t.Error("nothing says that nothing matches")
	}
	p.script(`{ const search = document.getElementById("search"); search.value = ""; search.dispatchEvent(new Event("input")); }`)
	if n := value[int](p, visible); n != many {
		t.Errorf("%d connections are in sight when the search is empty, want %d", n, many)
	}
	p.quiet()
}

func TestFilterShowsTheStateThatIsChosen(t *testing.T) {
	p := open(t, report(t, append(hops, "-R", "examples")...), desk, "light")
	breaks := value[int](p, `document.querySelectorAll(".place.breaks").length`)
	if breaks == 0 {
		t.Fatal("nothing breaks in the examples: there is nothing to filter")
	}
	p.do(chromedp.Click(`label[for="s-breaks"]`))
	if n := value[int](p, visible); n != breaks {
		t.Errorf("%d connections are in sight, want the %d that break", n, breaks)
	}
	p.do(chromedp.Click(`label[for="s-all"]`))
	if n, all := value[int](p, visible), value[int](p, `document.querySelectorAll(".place").length`); n != all {
		t.Errorf("%d of %d connections are in sight", n, all)
	}
}

func TestUnfoldAllAndFoldAllDoThat(t *testing.T) {
	p := open(t, report(t, append(hops, manyDestinations(t))...), telephone, "light")
	unfolded := `document.querySelectorAll(".place[open]").length`
	if n := value[int](p, unfolded); n != 0 {
		t.Errorf("%d of %d connections are unfolded from the start", n, many)
	}
	start := time.Now()
	p.do(chromedp.Click("#unfold"))
	if n := value[int](p, unfolded); n != many {
		t.Errorf("%d of %d connections are unfolded", n, many)
	}
	if !value[bool](p, `document.querySelector(".place .time").checkVisibility()`) {
		t.Error("the first timeline is not in sight")
	}
	p.fits()
	p.do(chromedp.Click("#fold"))
	if n := value[int](p, unfolded); n != 0 {
		t.Errorf("%d connections are still unfolded", n)
	}
	if took := time.Since(start); took > slowest {
		t.Errorf("unfolding and folding takes %s, more than %s", took, slowest)
	}
	p.quiet()
}

func TestKeyboardReachesSearchAndFoldsConnections(t *testing.T) {
	p := open(t, report(t, append(hops, "examples/bookinfo", "examples/workspaces", "examples/gloo-edge")...), desk, "light")
	focused := `document.activeElement.id || document.activeElement.tagName`
	reached := map[string]bool{}
	for range 40 {
		p.do(chromedp.KeyEvent(kb.Tab))
		at := value[string](p, focused)
		if reached[at] = true; at == "SUMMARY" {
			break
		}
		if ring := value[string](p, `getComputedStyle(document.activeElement).outlineStyle`); ring == "none" && at != "s-all" {
			t.Errorf("%s has the focus and does not show it", at)
		}
	}
	for _, want := range []string{"s-all", "search", "unfold", "fold", "SUMMARY"} {
		if !reached[want] {
			t.Errorf("Tab does not reach %s: %v", want, reached)
		}
	}
	open := `document.activeElement.parentElement.open`
	before := value[bool](p, open)
	p.do(chromedp.KeyEvent(kb.Enter))
	if value[bool](p, open) == before {
		t.Error("Enter does not fold or unfold a connection")
	}
}

// contrast is the smallest contrast of text that stands directly in an element, by WCAG 2, and
// the element.
const contrast = `(() => {
  const parse = (c) => c.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  let worst = { ratio: 21, where: "" };
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg, script, style") || !e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst.ratio) worst = { ratio, where: e.tagName + "." + e.className + " " + e.textContent.slice(0, 40) };
  }
  return worst;
})()`

func TestTextCanBeReadByLightAndByDark(t *testing.T) {
	file := report(t, append(hops, "-R", "examples")...)
	grounds := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		p := open(t, file, desk, scheme)
		p.do(chromedp.Click("#unfold"))
		worst := value[struct {
			Ratio float64
			Where string
		}](p, contrast)
		if worst.Ratio < 4.5 || worst.Where == "" {
			t.Errorf("%s: the contrast of %q is %.2f, want 4.5 or more", scheme, worst.Where, worst.Ratio)
		}
		grounds[scheme] = value[string](p, `getComputedStyle(document.body).backgroundColor`)
	}
	if grounds["light"] == grounds["dark"] {
		t.Errorf("light and dark have the same ground, %s", grounds["light"])
	}
}

func TestPaperShowsWhatIsFoldedAwayOnScreen(t *testing.T) {
	p := open(t, report(t, append(hops, "-R", "examples")...), desk, "light")
	p.do(chromedp.Click("#fold"))
	shown := `document.querySelector(".place .time").checkVisibility()`
	if value[bool](p, shown) {
		t.Fatal("the timeline is in sight on screen, though it is folded")
	}
	p.print()
	if !value[bool](p, shown) {
		t.Error("the timeline is not on paper")
	}
	if value[bool](p, `document.getElementById("search").checkVisibility()`) {
		t.Error("the search is on paper")
	}
	text, err := chromedp.Run(p.ctx, chromedp.PrintToPDF())
	if err != nil || len(text) < 10_000 {
		t.Errorf("printing gives %d bytes, %v", len(text), err)
	}
}

// TestPageIsCompleteWithoutItsScript reads what a browser shows that runs no script.
func TestPageIsCompleteWithoutItsScript(t *testing.T) {
	p := open(t, report(t, append(hops, "examples/bookinfo")...), desk, "light")
	p.withoutScript()
	if value[bool](p, `document.querySelector(".script").checkVisibility()`) {
		t.Error("a search is in sight that cannot work")
	}
	if !value[bool](p, `document.querySelector(".place .time").checkVisibility()`) {
		t.Error("the timeline is not in sight")
	}
	p.script(`document.querySelector(".place > summary").click()`)
	if value[bool](p, `document.querySelector(".place").open`) {
		t.Error("a connection cannot be folded")
	}
}

// TestPicturesOfTheDocumentsAreTaken writes the pictures for README.md when told to.
func TestPicturesOfTheDocumentsAreTaken(t *testing.T) {
	if !*update {
		t.Skip("-update writes the pictures")
	}
	file := report(t, "--hop", "aws-nlb", "--hop", "clients:gcp-proxy-lb", "examples/bookinfo", "examples/workspaces", "examples/gloo-edge")
	for _, picture := range []struct {
		name   string
		width  int64
		until  string // what it ends below
		scheme string
	}{{"report.png", desk, ".list", "light"}, {"report-dark.png", desk, ".list", "dark"}, {"report-phone.png", telephone, ".place .by", "light"}} {
		p := open(t, file, picture.width, picture.scheme)
		p.script(`document.querySelector(".place").open = true`)
		beyond := true
		image := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{
			CaptureBeyondViewport: &beyond, Clip: &page.Viewport{Width: float64(picture.width), Height: value[float64](p, `document.querySelector("`+picture.until+`").getBoundingClientRect().bottom`) + 16, Scale: 1},
		}).Data
		if len(image) > 250_000 {
			t.Errorf("%s has %d bytes, which is much for a picture", picture.name, len(image))
		}
		dir := filepath.Join(root(t), "docs", "images")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, picture.name), image, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

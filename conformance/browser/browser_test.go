//go:build browser

package browser_test

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the pictures in docs/images")

const (
	desk      = 1280
	telephone = 390
	// slowest is how long a page may take until it can be read, on a busy machine.
	slowest = 8 * time.Second
)

// browser is started once for all tests.
var browser context.Context

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	data, err := os.MkdirTemp("", "browser")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(data)
	if os.Getenv("CHROMIUM") == "" || os.Getenv("CONNPOLICY") == "" {
		fmt.Fprintln(os.Stderr, "browser: run `make browser`, which sets CHROMIUM and CONNPOLICY to the browser and the built program")
		return 1
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(os.Getenv("CHROMIUM")), chromedp.UserDataDir(data), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("font-render-hinting", "none"),
	)
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	var stop context.CancelFunc
	browser, stop = chromedp.NewContext(allocator)
	defer stop()
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintf(os.Stderr, "browser: %s does not start: %v\n", os.Getenv("CHROMIUM"), err)
		return 1
	}
	return m.Run()
}

// root is the top of the repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// report runs the built program and leaves its page in a file.
func report(t *testing.T, args ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.html")
	command := exec.Command(os.Getenv("CONNPOLICY"), append([]string{"report", "--config", "none"}, args...)...)
	command.Dir = root(t)
	var errs strings.Builder
	command.Stderr = &errs
	page, err := command.Output()
	if len(page) == 0 {
		t.Fatalf("connpolicy report %v: %v\n%s", args, err, errs.String())
	}
	if err := os.WriteFile(name, page, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// tab is a page in the browser, with everything that went wrong in it.
type tab struct {
	*testing.T
	ctx      context.Context
	mu       sync.Mutex
	trouble  []string
	requests []string
}

// open shows a file at a width and waits until it is there.
func open(t *testing.T, file string, width int64, scheme string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	limited, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	p := &tab{T: t, ctx: limited}
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context it is opened with
		t.Fatal(err)
	}
	if err := chromedp.Listen(p.ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	call(p, network.Enable, network.EnableParams{})
	call(p, log.Enable, cdp.Empty{})
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width == telephone})
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	p.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()))
	return p
}

// listen notes what a console shows, and what is fetched.
func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		p.trouble = append(p.trouble, fmt.Sprintf("console.%s", e.Type))
	case *runtime.EventExceptionThrown:
		p.trouble = append(p.trouble, e.ExceptionDetails.Text+" "+e.ExceptionDetails.URL)
	case *log.EventEntryAdded:
		p.trouble = append(p.trouble, e.Entry.Text)
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	}
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.Fatal(err)
	}
}

// value is what an expression comes to in the page.
func value[T any](p *tab, expression string) T {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.Fatal(err)
	}
	return v
}

// script runs a script in the page.
func (p *tab) script(text string) {
	p.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](text))
}

// call is a command of the browser's protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) R {
	p.Helper()
	r, err := chromedp.Call(p.ctx, command, params)
	if err != nil {
		p.Fatal(err)
	}
	return r
}

// quiet fails when the page complained, or asked for anything but itself and its icon.
func (p *tab) quiet() {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, trouble := range p.trouble {
		p.Errorf("the console shows: %s", trouble)
	}
	files := 0
	for _, request := range p.requests {
		switch {
		case strings.HasPrefix(request, "file://"):
			files++
		case !strings.HasPrefix(request, "data:"):
			p.Errorf("the page fetches %s", request)
		}
	}
	if files != 1 {
		p.Errorf("%d files are read, want the page alone: %v", files, p.requests)
	}
}

// fits fails when the page can be scrolled sideways.
func (p *tab) fits() {
	p.Helper()
	if over := value[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		p.Errorf("the page is %d pixels wider than the window; %s stands out", over,
			value[string](p, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, pre")).map(e => e.tagName + "." + e.getAttribute("class"))[0] || "nothing"`))
	}
}

// print shows the page as on paper.
func (p *tab) print() {
	p.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
}

// many is how many destinations a large mesh has.
const many = 2000

// manyDestinations writes Services and policies for them, a policy for each hundred, and one that
// loses to all of these.
func manyDestinations(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for i := range many {
		fmt.Fprintf(&b, "apiVersion: v1\nkind: Service\nmetadata: {name: service-%04d, namespace: team-%02d, labels: {app: a%d}}\nspec: {ports: [{name: http, port: 8080}]}\n---\n", i, i%50, i)
	}
	for i := range many / 100 {
		fmt.Fprintf(&b, `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: keepalive-%d, namespace: team-%02d, creationTimestamp: "2019-01-01T00:00:00Z"}
spec:
  applyToDestinations: [{selector: {namespace: team-%02d}}]
  config: {tcp: {connectTimeout: 3s, tcpKeepalive: {time: %ds, interval: 10s, probes: 5}}}
---
`, i, i%50, i%50, 60+20*i)
	}
	fmt.Fprint(&b, `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: everything, namespace: team-00, creationTimestamp: "2020-01-01T00:00:00Z"}
spec: {config: {tcp: {tcpKeepalive: {time: 300s}}}}
`)
	name := filepath.Join(t.TempDir(), "many.yaml")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// withoutScript loads the page again and runs no script of it. Then scripts are allowed again,
// as the tests ask the page by way of them.
func (p *tab) withoutScript() {
	p.Helper()
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.do(chromedp.Reload())
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
}

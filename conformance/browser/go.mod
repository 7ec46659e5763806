// The browser test has a module of its own, so that go.mod names only what the binary links.
module github.com/connpolicy/connpolicy/conformance/browser

go 1.26.0

require (
	github.com/chromedp/cdproto v0.159.1
	github.com/chromedp/chromedp v0.22.1
)

require github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect

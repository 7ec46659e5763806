// Package browser looks at the page that "connpolicy report" writes with a real browser: that
// it opens without an error, at a desk's and at a telephone's width, that searching and folding
// work, by keyboard as well, and that nothing is fetched. It drives Chromium, with the built
// program; `make browser` runs it.
package browser

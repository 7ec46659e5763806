package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
)

// fewPlaces are shown unfolded: a page of them is read, not searched. As many as manyPlaces
// are printed with all that is folded, more as a list.
const (
	fewPlaces  = 4
	manyPlaces = 60
)

// pageView is what page.html.tmpl writes, in its order.
type pageView struct {
	Policy   string // of the browser, not of connections
	Style    template.CSS
	Script   template.JS
	Few      bool
	Headline headline
	Tiles    []tile
	Input    string
	Resolved bool
	States   []stateCount
	Origins  []origin
	Places   []placeView
	Groups   []findingGroup
	Graph    *picture
	Hops     []hopView
	Target   string
	Objects  []Emitted
	Version  string
}

// headline is what a reader takes away who reads one line.
type headline struct{ State, Text, More string }

// tile is a number at the head of the page.
type tile struct {
	Count       int
	Word, State string
}

func newPageView(p *Page) *pageView {
	v := &pageView{
		Policy: contentPolicy(), Style: template.CSS(pageStyle), Script: template.JS(pageScript), //nolint:gosec // both are the program's own
		Few: len(p.Places) <= manyPlaces, Resolved: p.Resolved, Input: strings.Join(p.Input, ", "),
		Target: p.Target, Objects: p.Objects, Version: p.Version, Groups: findingGroups(p.Findings),
	}
	anchors := v.anchors()
	for i := range p.Places {
		v.Places = append(v.Places, newPlaceView(&p.Places[i], i+1, anchors))
	}
	slices.SortStableFunc(v.Places, func(a, b placeView) int { return a.State.rank() - b.State.rank() })
	if len(v.Places) <= fewPlaces {
		for i := range v.Places {
			v.Places[i].Open = true
		}
	}
	v.States, v.Origins = countStates(v.Places), usedOrigins(v.Places)
	v.Headline, v.Tiles = newHeadline(p, v.Places), newTiles(p)
	v.Hops = hopViews(p.Places)
	if len(p.Places) > 0 {
		v.Graph = newPicture(p.Places)
	}
	return v
}

// newHeadline returns the worst finding, and nothing that was not judged.
func newHeadline(p *Page, places []placeView) headline {
	if !p.Resolved {
		return headline{"breaks", "Nothing was resolved: " + diag.Plural(p.Findings.Count(diag.Error), "error"), "Fix the errors below to see what the connections do."}
	}
	if len(places) == 0 {
		return headline{"unjudged", "No connections", "No policy, Upstream or gateway of the input decides one, or the flags choose none."}
	}
	count := map[state]int{}
	for i := range places {
		count[places[i].State]++
	}
	all := diag.Plural(len(places), "connection")
	switch {
	case count[breaks] > 0:
		return headline{"breaks", someOf(count[breaks], len(places), "breaks", "break") + " when idle", "At " + culprits(p.Places) + "."}
	case count[risky] > 0:
		return headline{"risky", someOf(count[risky], len(places), "breaks", "break") + " if one probe is lost", "All others hold while idle."}
	case count[holds] == len(places):
		return headline{"holds", someOf(len(places), len(places), "holds", "hold") + " when idle", "No hop on the way forgets or closes a connection first."}
	case count[holds] > 0:
		return headline{"holds", someOf(count[holds], len(places), "holds", "hold") + " when idle", "No hop is named on the way of the others, so they are not judged."}
	}
	return headline{"unjudged", all + ", judged by no hop", "Name the hops on the way, such as --hop aws-nlb, to see which of them break when idle."}
}

// someOf counts: "1 of 3 connections breaks", "All 3 connections break", "The connection breaks".
func someOf(n, all int, one, more string) string {
	verb := more
	if n == 1 {
		verb = one
	}
	switch {
	case all == 1:
		return "The connection " + verb
	case n == all:
		return fmt.Sprintf("All %d connections %s", n, verb)
	}
	return fmt.Sprintf("%d of %d connections %s", n, all, verb)
}

// culprits names the hops that break connections, those that break most first.
func culprits(places []Place) string {
	count := map[string]int{}
	var names []string
	for i := range places {
		for j := range places[i].Hops {
			if h := &places[i].Hops[j]; places[i].bad(h) {
				name := fmt.Sprintf("%s (%s)", h.ID, diag.Seconds(h.Idle))
				if count[name]++; count[name] == 1 {
					names = append(names, name)
				}
			}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return count[b] - count[a] })
	return diag.FirstOf(names, 4)
}

func newTiles(p *Page) []tile {
	named := func(n int, word, state string) tile {
		if n == 0 {
			state = ""
		}
		_, word, _ = strings.Cut(diag.Plural(n, word), " ")
		return tile{n, word, state}
	}
	tiles := []tile{named(p.Summary.Documents, "document", "")}
	notJudged := 0
	for _, n := range p.Summary.NotJudged {
		notJudged += n
	}
	for _, beside := range []tile{{notJudged, "not judged", "unjudged"}, {p.Summary.Skipped, "skipped", ""}} {
		if beside.Count > 0 {
			tiles = append(tiles, beside)
		}
	}
	return append(tiles,
		named(len(p.Places), "connection", ""),
		named(p.Findings.Count(diag.Error), "error", "error"),
		named(p.Findings.Count(diag.Warning), "warning", "warning"),
		named(p.Findings.Count(diag.Info), "info", "info"),
	)
}

// state is what becomes of a place's connections while nobody uses them.
type state string

// The states, worst first.
const (
	breaks   state = "breaks"
	risky    state = "risky"
	unjudged state = "unjudged"
	holds    state = "holds"
)

var states = []state{breaks, risky, unjudged, holds}

func (s state) rank() int { return slices.Index(states, s) }

// Word is the state for people.
func (s state) Word() string {
	return map[state]string{breaks: "breaks", risky: "at risk", unjudged: "not judged", holds: "holds"}[s]
}

// state judges by the worst hop.
func (p *Place) state() (s state, verdict string, at []string) {
	var bad, risk []string
	for i := range p.Hops {
		switch h := &p.Hops[i]; {
		case p.bad(h):
			bad = append(bad, h.ID)
		case h.Judge(p.idle()) == hop.NoMargin:
			risk = append(risk, h.ID)
		}
	}
	switch {
	case len(bad) > 0:
		return breaks, "breaks at", bad
	case len(risk) > 0:
		return risky, "breaks if one probe is lost at", risk
	case len(p.Hops) == 0:
		return unjudged, "not judged: no hop named", nil
	}
	return holds, "holds", nil
}

// stateCount is a choice of the filter.
type stateCount struct {
	State state
	Count int
}

// countStates is empty where there is nothing to choose.
func countStates(places []placeView) []stateCount {
	var out []stateCount
	for _, s := range states {
		n := 0
		for i := range places {
			if places[i].State == s {
				n++
			}
		}
		if n > 0 {
			out = append(out, stateCount{s, n})
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// hopView is a row of the table of hops, as the page uses it.
type hopView struct {
	hop.Hop
	Timeout, Default string
	Doubtful         bool
	Links, Places    []string // sources: URLs, and places in public source
}

// hopViews lists each hop that stands on some way, once for each timeout, sorted by ID.
func hopViews(places []Place) []hopView {
	seen := map[string]bool{}
	var out []hopView
	for i := range places {
		for j := range places[i].Hops {
			h := places[i].Hops[j]
			if name := hopText(&h); !seen[name] {
				seen[name] = true
				out = append(out, newHopView(h))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b hopView) int { return strings.Compare(hopText(&a.Hop), hopText(&b.Hop)) })
	return out
}

func newHopView(h hop.Hop) hopView {
	v := hopView{Hop: h, Timeout: "none of its own", Doubtful: h.Doubtful()}
	if h.Idle > 0 {
		v.Timeout = spoken(h.Idle)
	}
	if normal, found := hop.Lookup(h.ID); found && h.Set && normal.Idle > 0 {
		v.Default = spoken(normal.Idle)
	}
	for _, s := range h.Sources {
		if l := link(s); l != "" {
			v.Links = append(v.Links, l)
		} else {
			v.Places = append(v.Places, s)
		}
	}
	return v
}

// link is a source that a reader can follow, or "".
func link(source string) string {
	if strings.HasPrefix(source, "https://") || strings.HasPrefix(source, "http://") {
		return source
	}
	return ""
}

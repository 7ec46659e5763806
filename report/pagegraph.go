package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// Measures of the picture of who decides what, in its own units.
const (
	graphWidth = 1080
	boxWidth   = 350
	boxHeight  = 40
	boxGap     = 12
	boxText    = 50 // characters that a box has room for
	// mostDrawn nodes can be distinguished in a picture; more are left to Graphviz.
	mostDrawn = 400
	// mostOpen are shown unfolded.
	mostOpen = 40
	// mostLabels is how many edges may say why they lost without covering each other.
	mostLabels = 30
)

// picture is the graph with everything in its place: who decides on the left, what is decided
// on the right.
type picture struct {
	Width, Height, BoxWidth, BoxHeight int
	Boxes                              []box
	Curves                             []curve
	TooMany                            bool
	Caption                            string
	Open                               bool
	Shadows                            bool
}

// box is a node.
type box struct {
	X, Y       int
	Class      string
	Text, More string // two lines
	Full       string
}

// curve is an edge, from the right of one box to the left of another.
type curve struct {
	Path       string
	Overridden bool
	Title      string
	Label      string
	X, Y       int // of the label
}

// InnerWidth and InnerHeight leave room for a box's border.
func (p *picture) InnerWidth() int { return p.BoxWidth - 1 }

// InnerHeight is beside InnerWidth.
func (p *picture) InnerHeight() int { return p.BoxHeight - 1 }

// newPicture lays out the graph that Mermaid and DOT write.
func newPicture(places []Place) *picture {
	g := newGraph(places)
	if len(g.nodes) > mostDrawn {
		return &picture{TooMany: true}
	}
	left, right := g.sides()
	rows := max(len(left), len(right))
	p := &picture{
		Width: graphWidth, Height: rows*(boxHeight+boxGap) + boxGap, BoxWidth: boxWidth, BoxHeight: boxHeight,
		Open: len(g.nodes) <= mostOpen, Caption: fmt.Sprintf("%s, %s", diag.Plural(len(left), "object"), diag.Plural(len(right), "place")),
	}
	y := map[int]int{}
	for _, column := range []struct {
		nodes []int
		x     int
		class string
	}{{left, 1, "decides"}, {right, graphWidth - boxWidth - 1, "decided"}} {
		// The shorter column is spread over the height of the longer one.
		for i, n := range column.nodes {
			y[n] = (2*i+1)*p.Height/(2*len(column.nodes)) - boxHeight/2
			p.Boxes = append(p.Boxes, newBox(g.nodes[n], column.x, y[n], column.class))
		}
	}
	for _, e := range g.edges {
		p.Curves = append(p.Curves, newCurve(&e, y[g.index[e.from]], y[g.index[e.to]], len(g.edges) <= mostLabels))
		p.Shadows = p.Shadows || e.shadowed
	}
	return p
}

// sides parts the nodes. Those that decide are put beside the middle of what they decide, so
// that few edges cross.
func (g *graph) sides() (left, right []int) {
	sum, count := map[int]int{}, map[int]int{}
	for _, e := range g.edges {
		from := g.index[e.from]
		sum[from] += g.index[e.to]
		count[from]++
	}
	for n := range g.nodes {
		if count[n] > 0 {
			left = append(left, n)
		} else {
			right = append(right, n)
		}
	}
	slices.SortStableFunc(left, func(a, b int) int { return cmp.Compare(sum[a]*count[b], sum[b]*count[a]) })
	return left, right
}

func newBox(text string, x, y int, class string) box {
	first, second, _ := strings.Cut(text, "\n")
	if class == "decides" {
		second, first, _ = strings.Cut(text, " ") // the kind, in small, is below the name
	}
	return box{x, y, class, clipped(first), clipped(second), strings.ReplaceAll(text, "\n", ", ")}
}

// clipped is a text that fits a box; the whole of it is in the box's title.
func clipped(s string) string {
	runes := []rune(s)
	if len(runes) <= boxText {
		return s
	}
	return string(runes[:boxText/2]) + "…" + string(runes[len(runes)-boxText/2+1:])
}

func newCurve(e *edge, from, to int, labeled bool) curve {
	x1, x2 := boxWidth+1, graphWidth-boxWidth-1
	y1, y2 := from+boxHeight/2, to+boxHeight/2
	middle := (x1 + x2) / 2
	to0, _, _ := strings.Cut(e.to, "\n")
	c := curve{
		Path:       fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2, y2),
		Overridden: e.shadowed, Title: e.from + " decides " + to0, X: middle, Y: (y1+y2)/2 - 4,
	}
	if e.shadowed {
		c.Title = e.from + " would have decided " + to0 + ", " + e.label
		if labeled {
			c.Label = e.label
		}
	}
	return c
}

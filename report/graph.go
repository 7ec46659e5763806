package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// maxNodes is how many nodes a drawn graph may have before places are drawn by namespace:
// more than that nobody can read, and GitHub refuses to draw.
const maxNodes = 150

// edge leads from an owner, or an overridden document, to what is decided.
type edge struct {
	from, to string
	label    string // why it lost
	shadowed bool
}

// graph is who decides what, in the order of the places.
type graph struct {
	nodes []string // texts; lines separated by "\n"
	index map[string]int
	edges []edge
	seen  map[edge]bool
}

// newGraph draws every place, or when they are too many every namespace.
func newGraph(places []Place) *graph {
	g := drawn(places, func(p *Place) string { return diag.Visible(p.Name) + "\nkeepalive " + p.keepalive() })
	if len(g.nodes) <= maxNodes {
		return g
	}
	count := map[string]int{}
	for i := range places {
		count[places[i].Object.Namespace]++
	}
	return drawn(places, func(p *Place) string {
		namespace := p.Object.Namespace
		return fmt.Sprintf("namespace %s\n%d places", diag.Visible(namespace), count[namespace])
	})
}

func drawn(places []Place, label func(*Place) string) *graph {
	g := &graph{index: map[string]int{}, seen: map[edge]bool{}}
	for i := range places {
		p := &places[i]
		to := label(p)
		if g.node(to); p.Decider() != p.Ref() {
			g.edge(edge{from: diag.Visible(p.Decider()), to: to})
		}
		for _, s := range p.Overridden {
			g.edge(edge{from: diag.Visible(s.By.Subject()), to: to, label: diag.Visible("overridden: " + s.Why), shadowed: true})
		}
	}
	return g
}

func (g *graph) node(text string) {
	if _, there := g.index[text]; !there {
		g.index[text] = len(g.nodes)
		g.nodes = append(g.nodes, text)
	}
}

func (g *graph) edge(e edge) {
	g.node(e.from)
	if !g.seen[e] {
		g.seen[e] = true
		g.edges = append(g.edges, e)
	}
}

// Mermaid draws who decides what, for GitHub's and GitLab's pages; the overridden are dashed.
func Mermaid(w io.Writer, places []Place) error {
	g := newGraph(places)
	var b strings.Builder
	b.WriteString("graph LR\n")
	for i, n := range g.nodes {
		fmt.Fprintf(&b, "  n%d[\"%s\"]\n", i, strings.ReplaceAll(diag.Mermaid(n), "\n", "<br/>"))
	}
	for _, e := range g.edges {
		arrow := "-->"
		if e.shadowed {
			arrow = fmt.Sprintf("-. \"%s\" .->", diag.Mermaid(e.label))
		}
		fmt.Fprintf(&b, "  n%d %s n%d\n", g.index[e.from], arrow, g.index[e.to])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// DOT draws who decides what, for Graphviz; the overridden are dashed.
func DOT(w io.Writer, places []Place) error {
	g := newGraph(places)
	var b strings.Builder
	b.WriteString("digraph connections {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n")
	for i, n := range g.nodes {
		fmt.Fprintf(&b, "  n%d [label=\"%s\"];\n", i, diag.DOT(n))
	}
	for _, e := range g.edges {
		style := ""
		if e.shadowed {
			style = fmt.Sprintf(" [style=dashed, color=red, label=\"%s\"]", diag.DOT(e.label))
		}
		fmt.Fprintf(&b, "  n%d -> n%d%s;\n", g.index[e.from], g.index[e.to], style)
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

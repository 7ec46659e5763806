package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
	"github.com/urfave/cli/v2"
)

const hopsForm = "connpolicy hops [list], or connpolicy hops explain aws-nlb"

func hopsCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "hops", Usage: "list load balancers, NATs, firewalls and proxies with their idle timeouts",
		UsageText:    "connpolicy hops [list | explain ID]\n\n   connpolicy hops\n   connpolicy hops explain aws-nlb\n   connpolicy hops explain azure-lb=15m",
		Flags:        []cli.Flag{&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "table", Usage: "print `table|json`"}},
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action: func(c *cli.Context) error {
			if err := oneOf(c, "output", "table", "json"); err != nil {
				return err
			}
			switch args := c.Args(); {
			case c.NArg() == 0, c.NArg() == 1 && args.First() == "list":
				return s.listHops(c.String("output"))
			case c.NArg() == 2 && args.First() == "explain":
				return s.explainHop(args.Get(1), c.String("output"))
			case args.First() == "explain":
				return usage("connpolicy hops explain aws-nlb", "hops explain takes one hop")
			case c.NArg() == 1:
				return usage(hopsForm, "hops has no command %q", args.First())
			}
			return usage(hopsForm, "hops takes list, or explain and a hop")
		},
	}
}

func (s *streams) listHops(format string) error {
	hops := hop.All()
	if format == "json" {
		out := make([]hopJSON, len(hops))
		for i := range hops {
			out[i] = asJSON(&hops[i])
		}
		return s.writeJSON(out)
	}
	var list strings.Builder
	w := tabwriter.NewWriter(&list, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tCLASS\tTIMEOUT\tRANGE\tHOP")
	doubtful, none := "", ""
	for i := range hops {
		h := &hops[i]
		writeHop(w, h)
		switch {
		case h.Idle == 0 && none == "":
			none = h.ID
		case h.Doubtful():
			doubtful = h.ID
		}
	}
	_ = w.Flush() // a Builder takes everything
	fmt.Fprintln(&list)
	if doubtful != "" {
		fmt.Fprintf(&list, "*  second-hand or unverified: check it, and give your own, such as %s=30m\n", doubtful)
	}
	if none != "" {
		fmt.Fprintf(&list, "-  no timeout of its own: give the one that is set, such as %s=50s\n", none)
	}
	fmt.Fprintln(&list, s.typed("connpolicy hops explain ID shows what to do about a hop, and where its figure comes from"))
	return toStdout(fmt.Fprint(s.out, list.String()))
}

// writeHop writes the line of a hop, or the two of one whose sides have timeouts of their own.
func writeHop(w io.Writer, h *hop.Hop) {
	line := func(h *hop.Hop, toward string) {
		idle := diag.Seconds(h.Idle)
		switch {
		case h.Idle == 0:
			idle = "-"
		case h.Doubtful():
			idle += " *"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", h.ID, h.Class, idle, h.Range(), h.Title+toward)
	}
	if h.Backends == nil {
		line(h, "")
		return
	}
	backends := h.TowardBackends()
	line(h, ", toward clients")
	line(&backends, ", toward backends")
}

// hopJSON is a hop as JSON. Durations are texts, as in a policy.
type hopJSON struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Class    hop.Class `json:"class"`
	Timeout  string    `json:"timeout,omitempty"`
	Min      string    `json:"min,omitempty"`
	Max      string    `json:"max,omitempty"`
	Knob     string    `json:"knob,omitempty"`
	Expiry   string    `json:"expiry"`
	Trust    hop.Trust `json:"trust"`
	Server   bool      `json:"server,omitempty"`
	Doubtful bool      `json:"doubtful"`
	Checked  string    `json:"checked"`
	Sources  []string  `json:"sources"`
	Note     string    `json:"note,omitempty"`
	Aliases  []string  `json:"aliases,omitempty"`
	// Backends is the timeout toward backends; left out when it is the one above.
	Backends *timeoutJSON `json:"backends,omitempty"`
}

// timeoutJSON is the timeout of one side of a hop.
type timeoutJSON struct {
	Timeout string `json:"timeout,omitempty"`
	Min     string `json:"min,omitempty"`
	Max     string `json:"max,omitempty"`
	Knob    string `json:"knob,omitempty"`
}

func asJSON(h *hop.Hop) hopJSON {
	text := func(d time.Duration) string {
		if d == 0 {
			return ""
		}
		return diag.Seconds(d)
	}
	out := hopJSON{
		ID: h.ID, Title: h.Title, Class: h.Class, Timeout: text(h.Idle), Min: text(h.Min), Max: text(h.Max),
		Knob: h.Knob, Expiry: h.Expiry, Trust: h.Trust, Server: h.Server, Doubtful: h.Doubtful(), Checked: h.Checked,
		Sources: append([]string{}, h.Sources...), Note: h.Note, Aliases: h.Aliases,
	}
	if b := h.Backends; b != nil {
		out.Backends = &timeoutJSON{text(b.Idle), text(b.Min), text(b.Max), b.Knob}
	}
	return out
}

func (s *streams) writeJSON(v any) error {
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return toStdout(0, encoder.Encode(v))
}

// explainHop prints a hop's page. One that needs a timeout has a page without one as well.
func (s *streams) explainHop(text, format string) error {
	h, found := hop.Find(text)
	if !found {
		var err error
		if h, err = hop.Parse(text); err != nil {
			return hopMistake(err)
		}
	}
	if format == "json" {
		return s.writeJSON(asJSON(&h))
	}
	return toStdout(fmt.Fprint(s.out, s.typed(h.Page())))
}

// hopMistake is a mistake in the words of a hop, as one in the command line.
func hopMistake(err error) error {
	var wrong *hop.Error
	if !errors.As(err, &wrong) {
		return err
	}
	return usage(wrong.Help, "%s", wrong.Message)
}

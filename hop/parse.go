package hop

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
)

// Error is a hop that cannot be understood: what is wrong, and what to type instead.
type Error struct {
	Message, Help string
}

func (e *Error) Error() string { return e.Message }

func wrong(help, format string, args ...any) *Error {
	return &Error{fmt.Sprintf(format, args...), help}
}

// mostMeant is how many hops a message names that may have been meant.
const mostMeant = 5

const showsAll = "connpolicy hops list shows all"

// least is the shortest timeout that can be given: keepalive counts in whole seconds. most is the longest:
// Linux's connection tracking and Envoy's timers both keep seconds in 31 bits, 596523h14m7s.
const (
	least = time.Second
	most  = math.MaxInt32 * time.Second
)

// Parse reads a hop, "aws-nlb", or one with a timeout of the user's own, "azure-lb=15m". The
// error, if any, is an *Error.
func Parse(text string) (Hop, error) {
	id, value, given := strings.Cut(text, "=")
	h, found := Find(id)
	switch {
	case text == "":
		return Hop{}, wrong("write aws-nlb, or azure-lb=15m for a timeout of your own; "+showsAll, "a hop needs a name")
	case !found:
		return Hop{}, unknown(id)
	case !given && h.Idle == 0:
		return Hop{}, wrong(fmt.Sprintf("write the one that is set, such as %s=%s", h.ID, diag.Seconds(example(&h))), "hop %s has no timeout of its own", h.ID)
	case !given:
		return h, nil
	}
	idle, fault := timeout(&h, value)
	if fault != nil {
		return Hop{}, fault
	}
	h.Idle, h.Set = idle, true
	return h, nil
}

// Find finds a hop by an ID or an alias in any case, with spaces or underscores for dashes, and with
// dots: "Node.js".
func Find(text string) (Hop, bool) { return Lookup(spelling.Replace(strings.ToLower(text))) }

// spelling makes an ID of one as people write it.
var spelling = strings.NewReplacer("_", "-", " ", "-", ".", "")

// families are names that people use for several hops, where the hops' IDs do not show it.
var families = map[string][]string{
	"elb":     {"aws-alb", "aws-clb", "aws-nlb", "huawei-elb"}, // AWS calls its load balancers Elastic Load Balancing
	"aws-elb": {"aws-clb", "aws-alb", "aws-nlb"},               // and the Classic one had the name first
	"aks":     {"azure-aks-outbound", "azure-aks-svc"},
	"ga":      {"aws-global-accelerator"},
	"k8s":     {"kube-proxy-iptables", "kube-proxy-ipvs"}, "kubernetes": {"kube-proxy-iptables", "kube-proxy-ipvs"},
}

// unknown lists the hops that may have been meant: those of which the text is a word of the ID, or the
// nearest one.
func unknown(id string) *Error {
	var ids []string
	word := spelling.Replace(strings.ToLower(id))
	meant := slices.Clone(families[word])
	for _, h := range table() {
		names := append([]string{h.ID}, h.Aliases...)
		ids = append(ids, names...)
		if len(families[word]) == 0 && word != "" && strings.Contains("-"+h.ID+"-", "-"+word+"-") {
			meant = append(meant, h.ID)
		}
	}
	near := diag.Nearest(word, ids)
	switch n := len(meant); {
	case n > mostMeant:
		near = strings.Join(meant[:mostMeant], ", ") + " or another"
	case n > 1:
		near = strings.Join(meant[:n-1], ", ") + " or " + meant[n-1]
	case n == 1:
		near = meant[0]
	}
	help := showsAll + ", and other-flow=10m or other-proxy=60s stands for one that is not in the table"
	if near != "" {
		help = "did you mean " + near + "? " + showsAll
	}
	return wrong(help, "there is no hop %q", id)
}

// timeout reads the timeout that is given for a hop and holds it against what can be set.
func timeout(h *Hop, value string) (time.Duration, *Error) {
	idle, err := time.ParseDuration(value)
	switch {
	case value == "":
		return 0, wrong(fmt.Sprintf("write %s=%s", h.ID, diag.Seconds(example(h))), "hop %s: there is no timeout after the =", h.ID)
	case err != nil && isNumber(value):
		return 0, wrong(withUnit(h, value), "hop %s: the timeout %s has no unit", h.ID, value)
	case err != nil:
		return 0, wrong(fmt.Sprintf("write a number with ms, s, m or h, such as %s=%s", h.ID, diag.Seconds(example(h))), "hop %s: %q is not a duration", h.ID, value)
	case h.Min == 0 && idle != h.Idle:
		return 0, wrong(fmt.Sprintf("write %s alone, or other-%s=%s for a hop that has this timeout", h.ID, other(h.Class), diag.Seconds(max(idle, least))),
			"hop %s: its timeout is %s and cannot be set", h.ID, diag.Seconds(h.Idle))
	case idle < max(h.Min, least):
		return 0, wrong(fmt.Sprintf("write %s=%s or more", h.ID, diag.Seconds(max(h.Min, least))), "hop %s: the timeout %s is too short%s", h.ID, diag.Seconds(idle), span(h))
	case idle > longest(h):
		return 0, wrong(fmt.Sprintf("write %s=%s or less", h.ID, diag.Seconds(longest(h))), "hop %s: the timeout %s is too long%s", h.ID, diag.Seconds(idle), span(h))
	}
	return idle, nil
}

// other returns the class of the row for hops that have none of their own.
func other(c Class) Class {
	if c == Data {
		return Proxy // treated alike: a probe does not count
	}
	return c
}

// longest is the longest timeout that a hop can be given.
func longest(h *Hop) time.Duration {
	if h.Max > 0 {
		return h.Max
	}
	return most
}

// span names the range of a hop that has one, for the end of a message.
func span(h *Hop) string {
	if h.Max == 0 {
		return ""
	}
	return fmt.Sprintf(", it can be %s to %s", diag.Seconds(h.Min), diag.Seconds(h.Max))
}

// example is a timeout that a hop can have.
func example(h *Hop) time.Duration {
	switch {
	case h.Idle > 0:
		return h.Idle
	case h.Class == Flow:
		return 10 * time.Minute
	}
	return 50 * time.Second
}

// isNumber reports a number of seconds or minutes that may have been meant.
func isNumber(text string) bool {
	return len(text) < 9 && strings.Trim(text, "0123456789") == ""
}

// withUnit is how a number is written with a unit that the hop can have, or what it can have.
func withUnit(h *Hop, number string) string {
	var ways []string
	for _, unit := range []string{"s", "m"} {
		if _, fault := timeout(h, number+unit); fault == nil {
			ways = append(ways, h.ID+"="+number+unit)
		}
	}
	if len(ways) == 0 {
		ways = []string{h.ID + "=" + diag.Seconds(example(h))}
	}
	return "write " + strings.Join(ways, " or ")
}

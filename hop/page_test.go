package hop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/hop"
)

func page(t *testing.T, text string) string {
	t.Helper()
	h, err := hop.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return h.Page()
}

func TestEveryHopHasAPage(t *testing.T) {
	for _, h := range hop.All() {
		text := h.Page()
		if first, _, _ := strings.Cut(text, "\n"); first != h.ID+" ("+string(h.Class)+"): "+h.Title {
			t.Errorf("the page of %s begins with %q", h.ID, first)
		}
		parts := []string{"Class", "Timeout", "When it is over", "Keepalive"}
		if h.Backends != nil {
			parts[1] = "Timeout toward clients"
			parts = append(parts, "Timeout toward backends")
		}
		if len(h.Sources) > 0 {
			parts = append(parts, "How sure", "Sources")
		}
		for _, part := range parts {
			if !strings.Contains(text, "\n\n"+part+"\n  ") {
				t.Errorf("the page of %s has no %q:\n%s", h.ID, part, text)
			}
		}
		for line := range strings.Lines(text) {
			if len(line) > 80 && !strings.Contains(line, "https://") {
				t.Errorf("the page of %s has a line of %d: %s", h.ID, len(line), line)
			}
		}
		if !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") {
			t.Errorf("the page of %s does not end with its last line", h.ID)
		}
	}
}

func TestAPageSaysWhichKeepaliveSurvivesALostProbe(t *testing.T) {
	for text, lines := range map[string][]string{
		"aws-nlb": {
			"  time + interval must be less than 350s, so that a lost probe is survived,\n  and the interval no longer than the time\n",
			"  with interval 15s: at most 334s, such as 300s\n",
			"  without an interval, 75s on Linux: at most 274s, such as 240s\n",
		},
		"gcp-nlb-external": {"  with interval 15s: at most 44s, such as 40s\n", "  without an interval: none, as Linux' own is 75s\n"},
		"linux-conntrack":  {"  Linux' own time and interval, 7200s and 75s, are short enough\n"},
		"other-flow=5s":    {"  with interval 1s: at most 3s\n"},
		"other-flow=2s":    {"  no keepalive does that: its times are whole seconds\n"},
	} {
		got := page(t, text)
		for _, line := range lines {
			if !strings.Contains(got, line) {
				t.Errorf("the page of %s does not say %q:\n%s", text, line, got)
			}
		}
	}
}

func TestAPageOfAProxyNamesIdleTimeoutsForBothSides(t *testing.T) {
	for id, want := range map[string]string{
		"aws-alb":      "  does not help; calls through it need an idleTimeout below 60s, such as 50s,\n  and a listener behind it one above, such as 80s\n",
		"gcp-proxy-lb": "calls through it need an idleTimeout below 610s, such as\n  480s, and a listener behind it one above 600s, such as 780s\n",
	} {
		if got := page(t, id); !strings.Contains(got, want) {
			t.Errorf("the page of %s does not have %q:\n%s", id, want, got)
		}
	}
}

func TestAPageSaysWhoseTheTimeoutIs(t *testing.T) {
	for text, line := range map[string]string{
		"aws-nlb":           "  350s by default\n  range: 60s to 6000s\n  set by: listener attribute tcp.idle_timeout.seconds\n",
		"azure-lb=15m":      "  900s, as given; 240s by default\n",
		"haproxy=50s":       "  50s, as given\n",
		"aws-nat":           "  350s by default\n  range: fixed\n",
		"corp-firewall":     "  second-hand, looked up on 2026-11-21\n  check it before you rely on it, and give your own: corp-firewall=TIME\n",
		"corp-firewall=30m": "  its default is second-hand, looked up on 2026-11-21\n\n",
	} {
		if got := page(t, text); !strings.Contains(got, line) {
			t.Errorf("the page of %s does not say %q:\n%s", text, line, got)
		}
	}
	h, _ := hop.Lookup("haproxy")
	if got, line := h.Page(), "  none of its own: give the one that is set, such as haproxy=50s\n"; !strings.Contains(got, line) {
		t.Errorf("it does not say %q:\n%s", line, got)
	}
}

func TestTheLongestTimeIsTheLastThatSurvives(t *testing.T) {
	for _, idle := range []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 3500 * time.Millisecond, time.Minute, 350 * time.Second} {
		for _, interval := range []time.Duration{time.Second, 15 * time.Second, 75 * time.Second} {
			h := hop.Hop{Idle: idle}
			longest := h.Longest(interval)
			if longest > 0 && longest+interval >= idle {
				t.Errorf("%s and %s are not less than %s", longest, interval, idle)
			}
			if more := longest + time.Second; more+interval < idle {
				t.Errorf("%s is longer than %s and less than %s with %s", more, longest, idle, interval)
			}
		}
	}
}

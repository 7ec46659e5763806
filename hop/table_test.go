package hop_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/hop"
)

var (
	idForm   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	dateForm = regexp.MustCompile(`^20\d\d-\d\d-\d\d$`)
)

func TestEveryHopSaysWhatItIsAndHowItExpires(t *testing.T) {
	hops := hop.All()
	if len(hops) < 30 {
		t.Fatalf("there are only %d hops", len(hops))
	}
	titles := map[string]string{}
	for _, h := range hops {
		if !idForm.MatchString(h.ID) {
			t.Errorf("%q is not made of words in lower case", h.ID)
		}
		if diag.Lookup(h.ID) != nil {
			t.Errorf("%s is a code as well, and explain takes both", h.ID)
		}
		if h.Class != hop.Flow && h.Class != hop.Data && h.Class != hop.Proxy || h.Server && h.Class != hop.Proxy {
			t.Errorf("%s is of the class %q", h.ID, h.Class)
		}
		for what, text := range map[string]string{"title": h.Title, "expiry": h.Expiry} {
			if text == "" || strings.TrimSpace(text) != text || strings.HasSuffix(text, ".") || strings.Contains(text, "\n") {
				t.Errorf("the %s of %s is %q", what, h.ID, text)
			}
		}
		// Messages put an article before the title, and look at capitals for it.
		if strings.ContainsRune("aeiou", rune(h.Title[0])) {
			t.Errorf("the title of %s begins with a vowel in lower case", h.ID)
		}
		if other := titles[h.Title]; other != "" {
			t.Errorf("%s and %s have one title", h.ID, other)
		}
		titles[h.Title] = h.ID
	}
}

func TestEveryFigureHasASourceAndADate(t *testing.T) {
	for _, h := range hop.All() {
		if !slices.Contains([]hop.Trust{hop.Documented, hop.Source, hop.SecondHand, hop.Unverified}, h.Trust) {
			t.Errorf("the trust in %s is %q", h.ID, h.Trust)
		}
		if _, err := time.Parse(time.DateOnly, h.Checked); err != nil || !dateForm.MatchString(h.Checked) {
			t.Errorf("%s was checked on %q, which is no date", h.ID, h.Checked)
		}
		if len(h.Sources) == 0 && h.Trust != hop.Unverified {
			t.Errorf("%s is %s, and has no source", h.ID, h.Trust)
		}
		for _, source := range h.Sources {
			if !strings.HasPrefix(source, "https://") || strings.ContainsAny(source, " \t") {
				t.Errorf("%s has the source %q", h.ID, source)
			}
		}
	}
}

func TestEveryTimeoutLiesInItsRange(t *testing.T) {
	for _, h := range hop.All() {
		switch {
		case h.Min == 0 && h.Max == 0:
			if h.Idle == 0 {
				t.Errorf("%s has no timeout and takes none", h.ID)
			}
			if h.Knob != "" {
				t.Errorf("%s is fixed, and set by %s", h.ID, h.Knob)
			}
		case h.Idle > 0 && h.Idle < h.Min, h.Max > 0 && h.Idle > h.Max, h.Max > 0 && h.Min > h.Max, h.Min < time.Second:
			t.Errorf("%s has %s, from %s to %s", h.ID, h.Idle, h.Min, h.Max)
		case h.Knob == "" && !strings.HasPrefix(h.ID, "other-"):
			t.Errorf("%s can be set, and nothing says what sets it", h.ID)
		}
		if h.Set {
			t.Errorf("%s is set by nobody", h.ID)
		}
	}
}

func TestHopsAreSortedAndFoundByTheirID(t *testing.T) {
	hops := hop.All()
	if !slices.IsSortedFunc(hops, func(a, b hop.Hop) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the hops are not sorted")
	}
	for i, h := range hops {
		if i > 0 && h.ID == hops[i-1].ID {
			t.Errorf("%s is there twice", h.ID)
		}
		if found, ok := hop.Lookup(h.ID); !ok || found.Title != h.Title {
			t.Errorf("%s is not found", h.ID)
		}
	}
	for _, id := range []string{"", "aws", "AWS-NLB", "zzz"} {
		if h, ok := hop.Lookup(id); ok {
			t.Errorf("%q finds %s", id, h.ID)
		}
	}
}

func TestNobodyCanChangeTheTable(t *testing.T) {
	hops := hop.All()
	id, source := hops[0].ID, hops[0].Sources[0]
	hops[0].ID, hops[0].Sources[0] = "mine", "mine"
	if again := hop.All()[0]; again.ID != id || again.Sources[0] != source {
		t.Errorf("the table has changed: %+v", again)
	}
}

func TestKnownHopsAreThoseThatWouldCutAConnection(t *testing.T) {
	ids := func(class hop.Class, idle time.Duration) []string {
		var ids []string
		for _, h := range hop.Known(class, idle) {
			ids = append(ids, h.ID)
		}
		return ids
	}
	for _, c := range []struct {
		class   hop.Class
		idle    time.Duration
		has     []string
		hasNone []string
	}{
		{hop.Flow, 349 * time.Second, []string{"azure-lb", "f5-fastl4"}, []string{"aws-nlb", "aws-alb", "other-flow"}},
		{hop.Flow, 350 * time.Second, []string{"azure-lb", "aws-nlb"}, []string{"oci-nlb", "aws-alb"}},
		{hop.Proxy, 60 * time.Second, []string{"aws-alb", "octavia"}, []string{"haproxy", "istio-envoy", "gcp-nlb-external"}},
	} {
		got := ids(c.class, c.idle)
		for _, id := range c.has {
			if !slices.Contains(got, id) {
				t.Errorf("%s, %s: %s is missing in %v", c.class, c.idle, id, got)
			}
		}
		for _, id := range c.hasNone {
			if slices.Contains(got, id) {
				t.Errorf("%s, %s: %s is in %v", c.class, c.idle, id, got)
			}
		}
	}
	if got := ids(hop.Flow, 0); len(got) != 0 {
		t.Errorf("no idle time at all is too long for %v", got)
	}
}

func TestOnlyADefaultFigureIsInDoubt(t *testing.T) {
	for _, c := range []struct {
		text     string
		doubtful bool
	}{{"aws-nlb", false}, {"corp-firewall", true}, {"corp-firewall=30m", false}, {"other-flow=10m", false}} {
		h, err := hop.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if h.Doubtful() != c.doubtful {
			t.Errorf("%s: in doubt is %v", c.text, h.Doubtful())
		}
	}
}

func TestTheSidesOfAProxyHaveTimeoutsOfTheirOwn(t *testing.T) {
	for _, c := range []struct {
		text              string
		clients, backends time.Duration
	}{
		{"gcp-proxy-lb", 610 * time.Second, 600 * time.Second},
		{"gcp-proxy-lb=30s", 30 * time.Second, 600 * time.Second}, // the knob sets the side of its clients
		{"gcp-proxy-lb=1200s", 1200 * time.Second, 600 * time.Second},
		{"cloudflare", 400 * time.Second, 900 * time.Second},
		{"cloudflare-client", 400 * time.Second, 900 * time.Second},
		{"cloudflare-origin", 400 * time.Second, 900 * time.Second},
		{"oci-lb", 65 * time.Second, 300 * time.Second},
		{"aws-alb=90s", 90 * time.Second, 90 * time.Second},
	} {
		h, err := hop.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		backends := h.TowardBackends()
		if h.Idle != c.clients || backends.Idle != c.backends {
			t.Errorf("%s: %s toward clients and %s toward backends", c.text, h.Idle, backends.Idle)
		}
		if h.Backends != nil && (backends.Set || backends.Range() != "fixed" || backends.Knob != "") {
			t.Errorf("%s: %+v", c.text, backends)
		}
	}
}

func TestAnAliasIsNoOtherHopsName(t *testing.T) {
	for _, h := range hop.All() {
		for _, alias := range h.Aliases {
			if found, ok := hop.Lookup(alias); !ok || found.ID != h.ID || !idForm.MatchString(alias) {
				t.Errorf("%s of %s finds %q", alias, h.ID, found.ID)
			}
		}
		if h.Backends != nil && (h.Class != hop.Proxy || h.Backends.Idle == 0) {
			t.Errorf("%s has %+v toward its backends", h.ID, h.Backends)
		}
	}
}

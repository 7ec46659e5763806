package hop_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/hop"
	"pgregory.net/rapid"
)

func TestAHopIsNamedAloneOrWithATimeout(t *testing.T) {
	for _, c := range []struct {
		text, id string
		idle     time.Duration
		set      bool
	}{
		{"aws-nlb", "aws-nlb", 350 * time.Second, false},
		{"aws-nlb=350s", "aws-nlb", 350 * time.Second, true},
		{"aws-nlb=60s", "aws-nlb", time.Minute, true},
		{"aws-nlb=6000s", "aws-nlb", 100 * time.Minute, true},
		{"azure-lb=15m", "azure-lb", 15 * time.Minute, true},
		{"aws-nat=350s", "aws-nat", 350 * time.Second, true}, // fixed, and so it is
		{"linux-conntrack=24h", "linux-conntrack", 24 * time.Hour, true},
		{"haproxy=50s", "haproxy", 50 * time.Second, true},
		{"AWS_NLB", "aws-nlb", 350 * time.Second, false}, // in any spelling
		{"Aws Nlb=60s", "aws-nlb", time.Minute, true},
		{"alb", "aws-alb", time.Minute, false}, // as people call it
		{"node", "nodejs", 5 * time.Second, false},
		{"Node.js", "nodejs", 5 * time.Second, false},
		{"CloudFront", "aws-cloudfront", 5 * time.Second, false},
		{"other-flow=1s", "other-flow", time.Second, true},
		{"cloudflare-client", "cloudflare", 400 * time.Second, false}, // the IDs of earlier releases
		{"cloudflare-origin", "cloudflare", 400 * time.Second, false},
		{"oci-lb-backend", "oci-lb", 65 * time.Second, false},
		{"gcp-proxy-lb=30s", "gcp-proxy-lb", 30 * time.Second, true},
		{"other-proxy=1m30s", "other-proxy", 90 * time.Second, true},
	} {
		h, err := hop.Parse(c.text)
		if err != nil || h.ID != c.id || h.Idle != c.idle || h.Set != c.set {
			t.Errorf("%s: %s %s %v, %v", c.text, h.ID, h.Idle, h.Set, err)
		}
	}
}

func TestAMistakeInAHopSaysWhatToType(t *testing.T) {
	for _, c := range []struct{ text, message, help string }{
		{"", "a hop needs a name", "write aws-nlb, or azure-lb=15m for a timeout of your own; connpolicy hops list shows all"},
		{"aws-nbl", `there is no hop "aws-nbl"`, "did you mean aws-nlb? connpolicy hops list shows all"},
		{"nlb", `there is no hop "nlb"`, "did you mean aws-nlb, aws-nlb-tls, gcp-nlb-external, gcp-nlb-internal or oci-nlb? connpolicy hops list shows all"},
		{"elb", `there is no hop "elb"`, "did you mean aws-alb, aws-clb, aws-nlb or huawei-elb? connpolicy hops list shows all"},
		{"aws-elb", `there is no hop "aws-elb"`, "did you mean aws-clb, aws-alb or aws-nlb? connpolicy hops list shows all"},
		{"NAT", `there is no hop "NAT"`, "did you mean aws-nat, azure-nat or gcp-cloud-nat? connpolicy hops list shows all"},
		{"nodjs", `there is no hop "nodjs"`, "did you mean nodejs? connpolicy hops list shows all"},
		{"azure-aks", `there is no hop "azure-aks"`, "did you mean azure-aks-outbound or azure-aks-svc? connpolicy hops list shows all"},
		{"banana=5m", `there is no hop "banana"`, "connpolicy hops list shows all, and other-flow=10m or other-proxy=60s stands for one that is not in the table"},
		{"=5m", `there is no hop ""`, "connpolicy hops list shows all, and other-flow=10m or other-proxy=60s stands for one that is not in the table"},
		{"haproxy", "hop haproxy has no timeout of its own", "write the one that is set, such as haproxy=50s"},
		{"other-flow", "hop other-flow has no timeout of its own", "write the one that is set, such as other-flow=600s"},
		{"aws-nlb=", "hop aws-nlb: there is no timeout after the =", "write aws-nlb=350s"},
		{"aws-alb=90", "hop aws-alb: the timeout 90 has no unit", "write aws-alb=90s"},
		{"aws-alb=10", "hop aws-alb: the timeout 10 has no unit", "write aws-alb=10s or aws-alb=10m"},
		{"aws-nlb=0", "hop aws-nlb: the timeout 0s is too short, it can be 60s to 6000s", "write aws-nlb=60s or more"},
		{"aws-nlb=long", `hop aws-nlb: "long" is not a duration`, "write a number with ms, s, m or h, such as aws-nlb=350s"},
		{"aws-nlb=59s", "hop aws-nlb: the timeout 59s is too short, it can be 60s to 6000s", "write aws-nlb=60s or more"},
		{"aws-nlb=101m", "hop aws-nlb: the timeout 6060s is too long, it can be 60s to 6000s", "write aws-nlb=6000s or less"},
		{"f5-fastl4=999ms", "hop f5-fastl4: the timeout 999ms is too short", "write f5-fastl4=1s or more"},
		{"aws-nat=10m", "hop aws-nat: its timeout is 350s and cannot be set", "write aws-nat alone, or other-flow=600s for a hop that has this timeout"},
		{"cloudflare-client=0s", "hop cloudflare: its timeout is 400s and cannot be set", "write cloudflare alone, or other-proxy=1s for a hop that has this timeout"},
	} {
		_, err := hop.Parse(c.text)
		var wrong *hop.Error
		if !errors.As(err, &wrong) || wrong.Message != c.message || wrong.Help != c.help || wrong.Error() != c.message {
			t.Errorf("%q: %+v", c.text, wrong)
		}
	}
}

// offered matches the hops that a help text tells one to write.
func offered() *regexp.Regexp {
	var ids []string
	for _, h := range hop.All() {
		ids = append(ids, regexp.QuoteMeta(h.ID))
	}
	slices.SortFunc(ids, func(a, b string) int { return len(b) - len(a) }) // the longest that matches
	return regexp.MustCompile(`\b(?:` + strings.Join(ids, "|") + `)(?:=[0-9a-z.]+)?`)
}

func TestWhatTheHelpOfAHopSaysIsAHop(t *testing.T) {
	var ids []string
	for _, h := range hop.All() {
		ids = append(ids, h.ID)
	}
	words := offered()
	value := rapid.OneOf(
		rapid.Just(""), rapid.StringMatching(`=[0-9]{0,9}(ms|s|m|h|d)?`), rapid.StringMatching(`=.{0,6}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom(ids), rapid.StringMatching(`[a-z]{0,5}`)).Draw(t, "id") + value.Draw(t, "value")
		h, err := hop.Parse(text)
		if err == nil {
			if h.Idle < time.Second || h.Set != strings.Contains(text, "=") {
				t.Fatalf("%q is %s, set %v", text, h.Idle, h.Set)
			}
			return
		}
		var wrong *hop.Error
		if !errors.As(err, &wrong) || wrong.Message == "" || strings.Contains(wrong.Message, "\n") {
			t.Fatalf("%q: %v", text, err)
		}
		if strings.Contains(wrong.Help, "did you mean") {
			return // a name alone; what it needs is said next
		}
		found := words.FindAllString(wrong.Help, -1)
		if len(found) == 0 {
			t.Fatalf("%q: the help says nothing to type: %s", text, wrong.Help)
		}
		for _, word := range found {
			if _, err := hop.Parse(word); err != nil {
				t.Fatalf("%q: the help says %s: %v", text, word, err)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"aws-nlb", "azure-lb=15m", "aws-nat=10m", "haproxy=", "=", "aws-nlb=-5s", "other-flow=9999999h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := hop.Parse(text)
		switch known, _ := hop.Lookup(h.ID); {
		case err != nil:
		case known.ID == "" || h.Idle < time.Second:
			t.Errorf("%q is a hop: %+v", text, h)
		case known.Max > 0 && (h.Idle < known.Min || h.Idle > known.Max):
			t.Errorf("%q is out of its range", text)
		}
	})
}

package hop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/hop"
)

func TestOnlyDataHoldsAConnectionThroughADataHop(t *testing.T) {
	h, found := hop.Lookup("aws-global-accelerator")
	if !found || h.Class != hop.Data || h.Idle != 340*time.Second {
		t.Fatalf("%+v", h)
	}
	often := hop.Idle{Keepalive: true, Time: 30 * time.Second, Interval: 10 * time.Second}
	for _, served := range []bool{false, true} {
		for timeout, want := range map[time.Duration]hop.Verdict{0: hop.Closed, time.Hour: hop.Closed, 340 * time.Second: hop.Closed, 300 * time.Second: hop.Safe} {
			c := often
			c.Timeout, c.Downstream = timeout, served
			if got := h.Judge(c); got != want {
				t.Errorf("served %v, idle timeout %s: %s, want %s", served, timeout, got, want)
			}
		}
	}
	if text := h.Page(); !strings.Contains(text, "A keepalive probe carries none") || !strings.Contains(text, "does not help; calls through it and a listener behind it need an idleTimeout\n  below 340s, such as 240s\n") {
		t.Errorf("the page is\n%s", text)
	}
}

func TestAServerIsCalledAndCallsNobody(t *testing.T) {
	for _, id := range []string{"apache", "gunicorn", "jetty", "kestrel", "nginx", "nodejs", "puma", "tomcat", "uvicorn"} {
		h, found := hop.Lookup(id)
		if !found || !h.Server || h.Class != hop.Proxy {
			t.Errorf("%s is %+v", id, h)
			continue
		}
		if got := h.Judge(hop.Idle{Keepalive: true, Time: time.Second, Interval: time.Second, Timeout: time.Hour}); got != hop.Closed {
			t.Errorf("%s: a gateway that keeps connections for an hour: %s", id, got)
		}
		if got := h.Judge(hop.Idle{Timeout: h.Shorter()}); got != hop.Safe {
			t.Errorf("%s: %s is not safe: %s", id, h.Shorter(), got)
		}
		if text := h.Page(); strings.Contains(text, "listener behind it") || !strings.Contains(text, "calls to it need") {
			t.Errorf("the page of %s is\n%s", id, text)
		}
	}
}

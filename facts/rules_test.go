package facts

import (
	"testing"
	"time"
)

// TestKeepalivesAreRoundedAsGlooRoundsThem holds what a run of Gloo Edge showed, as far as it
// is in range: facts/gloo-edge.md, 2.2.
func TestKeepalivesAreRoundedAsGlooRoundsThem(t *testing.T) {
	for text, want := range map[string]int64{
		"0s": 0, "0": 0, "1us": 0, "1ms": 1, "500ms": 1, "1s": 1, "1.00005s": 1, "1.0001s": 2, "1500ms": 2, "59.999s": 60,
		"1m": 60, "1h30m": 5400, "-400ms": 0, "32767s": 32767, "32766.5s": 32767, "4294967295s": 4294967295,
	} {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := WholeSeconds(d); got != want {
			t.Errorf("%s is %d seconds, and Gloo makes it %d", text, got, want)
		}
	}
}

func TestNoKeepaliveThatIsWrittenBecomesShorterByAMillisecond(t *testing.T) {
	for ms := time.Duration(1); ms <= 5000; ms++ {
		d := ms * time.Millisecond
		if got := time.Duration(WholeSeconds(d)) * time.Second; got < d || got >= d+time.Second {
			t.Errorf("%s becomes %s", d, got)
		}
	}
}

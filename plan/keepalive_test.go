package plan

import (
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/facts"
	"pgregory.net/rapid"
)

func keepaliveOf(idle, interval time.Duration, probes uint32, user *time.Duration) Keepalive {
	k := Keepalive{
		Time: Setting[time.Duration]{Value: idle}, Interval: Setting[time.Duration]{Value: interval}, Probes: Setting[uint32]{Value: probes},
	}
	if user != nil {
		k.UserTimeout = &Setting[time.Duration]{Value: *user}
	}
	return k
}

// The first four were measured on Linux 6.18 (conformance/envoy measures three of them again).
func TestAUserTimeoutTakesThePlaceOfTheCountOfProbes(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	for _, c := range []struct {
		idle, interval time.Duration
		probes         uint32
		user           time.Duration // -1: not set
		dead           time.Duration
	}{
		{3 * s, 2 * s, 2, -1, 7 * s},
		{3 * s, 2 * s, 2, 10000 * ms, 11 * s},
		{3 * s, 2 * s, 2, 1000 * ms, 5 * s},
		{60 * s, 20 * s, 2, 150000 * ms, 160 * s},
		{60 * s, 20 * s, 2, 10000 * ms, 80 * s},
		{60 * s, 20 * s, 2, 160000 * ms, 160 * s}, // just then
		{60 * s, 20 * s, 2, 160001 * ms, 180 * s},
		{60 * s, 20 * s, 2, 0, 100 * s}, // which sets none
		{7200 * s, 75 * s, 9, 30 * ms, 7275 * s},
	} {
		user := &c.user
		if c.user < 0 {
			user = nil
		}
		k := keepaliveOf(c.idle, c.interval, c.probes, user)
		if got := k.DeadAfter(); got != c.dead {
			t.Errorf("%s/%s/%d with a user timeout of %s: %s, not %s", c.idle, c.interval, c.probes, c.user, got, c.dead)
		}
	}
}

func TestADeadPeerIsNoticedAtTheFirstProbeAfterTheUserTimeout(t *testing.T) {
	seconds := rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.IntRange(1, facts.KernelMaxKeepaliveSeconds).Draw(t, "seconds")) * time.Second
	})
	rapid.Check(t, func(t *rapid.T) {
		idle, interval := seconds.Draw(t, "time"), seconds.Draw(t, "interval")
		user := time.Duration(rapid.IntRange(1, 1<<31-1).Draw(t, "ms")) * time.Millisecond
		k := keepaliveOf(idle, interval, 9, &user)
		want := idle + interval
		for want < user {
			want += interval
		}
		if got := k.DeadAfter(); got != want {
			t.Fatalf("%s, not %s", got, want)
		}
	})
}

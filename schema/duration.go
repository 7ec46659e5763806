package schema

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"time"
)

// Duration is a length of time as Gloo's APIs write it: Go's syntax with a unit on every
// number ("1h30m", "700s", "1500ms"; https://pkg.go.dev/time#ParseDuration).
type Duration struct {
	time.Duration
	Text string // as written
}

// UnmarshalJSON reads the text form; any other form is an error, which the schema
// reports before this is reached.
func (d *Duration) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &d.Text); err != nil {
		return err
	}
	parsed, err := ParseDuration(d.Text)
	d.Duration = parsed
	return err
}

// MaxDuration is the longest duration that a manifest or a configuration can hold, 596523h14m7s (68
// years). Envoy's timers end there: a longer one runs as long as this one
// (https://github.com/envoyproxy/envoy/blob/main/source/common/event/timer_impl.h, durationToTimeval).
const MaxDuration = math.MaxInt32 * time.Second

// ErrLongDuration is what ParseDuration returns for a duration of more than MaxDuration.
var ErrLongDuration = errors.New("the duration is too long")

// ParseDuration parses a duration as time.ParseDuration does, and returns ErrLongDuration where its
// absolute value is more than MaxDuration, so that sums and small multiples of durations do not overflow.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil && goDuration.MatchString(text):
		return 0, ErrLongDuration // the text is a duration, and 64 bits of nanoseconds do not hold it
	case err != nil:
		return 0, err
	case d > MaxDuration || d < -MaxDuration:
		return 0, ErrLongDuration
	}
	return d, nil
}

// goDuration is the syntax of time.ParseDuration.
var goDuration = regexp.MustCompile(`^[-+]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`)

// MarshalJSON writes the duration as it was written.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.Text) }

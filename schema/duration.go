package schema

import (
	"encoding/json"
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
	parsed, err := time.ParseDuration(d.Text)
	d.Duration = parsed
	return err
}

// MarshalJSON writes the duration as it was written.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.Text) }

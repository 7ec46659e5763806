package dialect

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
)

// Switch is a block that turns a setting on by being there. A setting that is off has no block.
type Switch struct{}

// Encode returns an empty block, which other rows fill.
func (Switch) Encode(_ *Policy, v plan.Value) (any, string, bool) {
	return &Block{}, "on", v.Raw == true
}

// Decode returns true: the block is there.
func (Switch) Decode(any) (any, bool) { return true, true }

// GatewayDuration is a duration in the spelling of the Gateway API.
type GatewayDuration struct{}

// Encode rounds up to milliseconds, and bounds the duration by what the spelling can hold.
func (GatewayDuration) Encode(p *Policy, v plan.Value) (any, string, bool) {
	text := p.GatewayDuration(plan.Setting[time.Duration]{Value: v.Raw.(time.Duration), From: v.From}, p.NameOf(v))
	return text, text, true
}

// Decode reads a duration of the Gateway API.
func (GatewayDuration) Decode(value any) (any, bool) {
	text, ok := value.(string)
	d, err := time.ParseDuration(text)
	return d, ok && err == nil
}

// Number is a whole number without bounds of its own.
type Number struct{}

// Encode returns the number.
func (Number) Encode(_ *Policy, v plan.Value) (any, string, bool) {
	return v.Raw, fmt.Sprint(v.Raw), true
}

// Decode reads a number of 32 bits.
func (Number) Decode(value any) (any, bool) { return wholeNumber(value, math.MaxUint32) }

// Int32 is a whole number of 31 bits, from Least on.
type Int32 struct{ Least uint32 }

// Encode bounds the number.
func (c Int32) Encode(p *Policy, v plan.Value) (any, string, bool) {
	n := v.Raw.(uint32)
	switch {
	case n < c.Least:
		if v.From.Written() {
			p.Report(diag.ZeroDiffers, v.From, v.From.Span(), fmt.Sprintf("%s is %d, which allows nothing, and %s refuses it: it becomes %d", p.NameOf(v), n, p.Target, c.Least),
				fmt.Sprintf("write %d, the smallest limit that %s can hold", c.Least, p.Target))
		}
		n = c.Least
	case n > math.MaxInt32:
		if v.From.Written() {
			p.Approximated(v.From, fmt.Sprintf("%s is %d, more than %s can hold, and becomes %d", p.NameOf(v), n, p.Target, math.MaxInt32), fmt.Sprintf("write %d or less, a limit that is never reached", math.MaxInt32))
		}
		n = math.MaxInt32
	}
	return n, strconv.FormatUint(uint64(n), 10), true
}

// Decode reads a number of 31 bits.
func (c Int32) Decode(value any) (any, bool) { return wholeNumber(value, math.MaxInt32) }

// Flag is a boolean.
type Flag struct{}

// Encode returns the boolean.
func (Flag) Encode(_ *Policy, v plan.Value) (any, string, bool) {
	return v.Raw, strconv.FormatBool(v.Raw.(bool)), true
}

// Decode reads a boolean.
func (Flag) Decode(value any) (any, bool) {
	b, ok := value.(bool)
	return b, ok
}

// Words are the texts that stand for a switch that is on and one that is off.
type Words struct{ On, Off string }

// Encode returns one of the two.
func (c Words) Encode(_ *Policy, v plan.Value) (any, string, bool) {
	if v.Raw == true {
		return c.On, c.On, true
	}
	return c.Off, c.Off, true
}

// Decode reads one of the two.
func (c Words) Decode(value any) (any, bool) { return value == c.On, value == c.On || value == c.Off }

// Is is a boolean that stands for one of several texts, and for none of them.
type Is struct{ Text string }

// Encode reports whether the setting has the text.
func (c Is) Encode(_ *Policy, v plan.Value) (any, string, bool) {
	return v.Raw == c.Text, strconv.FormatBool(v.Raw == c.Text), true
}

// Decode returns the text, or none.
func (c Is) Decode(value any) (any, bool) {
	switch value {
	case true:
		return c.Text, true
	case false:
		return "", true
	}
	return nil, false
}

// Percent is a ratio as a whole number of percents.
type Percent struct{ Name string } // of the setting

// Encode rounds the ratio.
func (c Percent) Encode(p *Policy, v plan.Value) (any, string, bool) {
	ratio := v.Raw.(float64)
	percent := uint32(math.Round(ratio * 100))
	if float64(percent)/100 != ratio {
		p.Approximated(v.From, fmt.Sprintf("%s is %v, and %s takes whole percents: it becomes %d", c.Name, ratio, p.Target, percent), fmt.Sprintf("write %v", float64(percent)/100))
	}
	return percent, fmt.Sprint(percent), true
}

// Decode reads percents.
func (c Percent) Decode(value any) (any, bool) {
	n, ok := wholeNumber(value, math.MaxUint32)
	if !ok {
		return nil, false
	}
	return float64(n.(uint32)) / 100, true
}

// wholeNumber reads a number of JSON from 0 to most as a uint32.
func wholeNumber(value any, most uint64) (any, bool) {
	n, ok := value.(json.Number)
	if !ok {
		return nil, false
	}
	u, err := strconv.ParseUint(n.String(), 10, 32)
	return uint32(u), err == nil && u <= most
}

// lookup finds the field at a path in a tree of JSON.
func lookup(tree map[string]any, path string) (any, bool) {
	key, rest, nested := strings.Cut(path, ".")
	value, there := tree[key]
	if !nested {
		return value, there
	}
	inner, _ := value.(map[string]any)
	return lookup(inner, rest)
}

package validate

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/schema"
)

// bareSeconds reads a bare number in an Upstream's keepalive as seconds, as Gloo's own
// guide writes it (keepaliveTime: 60) and its decoder refuses it.
func (s *structure) bareSeconds(f failure) (string, bool) {
	number, ok := f.value.(json.Number)
	if !ok || f.def != "duration" || s.doc.Kind.Name != "Upstream" || !strings.HasPrefix(f.pointer, "/spec/connectionConfig/tcpKeepalive/") {
		return "", false
	}
	text := number.String() + "s"
	if !possible(f.pointer, text) {
		return "", false
	}
	s.report(diag.BareSeconds, s.doc.Span(f.pointer),
		sprint("%s is the bare number %s, read as seconds; Gloo refuses the whole Upstream for it", last(f.pointer), number),
		sprint("write %q", text))
	if f.text == number.String() {
		setFix(s.found, s.doc.SetValue(f.pointer, text))
	}
	return text, true
}

var numberAndUnit = regexp.MustCompile(`^\s*([-+]?[0-9]*\.?[0-9]+)\s*([A-Za-zµμ]*)\s*$`)

// spellings are units as people write them, and the unit or factor that Go has.
var spellings = map[string]string{
	"s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
	"m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
	"h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
	"ms": "ms", "msec": "ms", "msecs": "ms", "millis": "ms", "millisecond": "ms", "milliseconds": "ms",
}

// durationFault words what is wrong with a value that is not a duration.
func durationFault(path string, value any) (code *diag.Code, message, help string) {
	text, isText := value.(string)
	switch v := value.(type) {
	case json.Number:
		return withoutUnit(path, v.String(), v.String())
	case map[string]any:
		if seconds, ok := v["seconds"].(json.Number); ok {
			return diag.DurationMalformed, path + " is an object; it must be a string", writeOr(path, seconds.String()+"s")
		}
	}
	if !isText {
		return diag.DurationMalformed, sprint("%s is %s, which is not a duration", path, written(value)), `write a number with a unit, such as "700s" or "1500ms"`
	}
	m := numberAndUnit.FindStringSubmatch(text)
	switch {
	case strings.TrimSpace(text) == "":
		return diag.DurationMalformed, path + " is an empty duration", `write a number with a unit, such as "700s", or delete the line`
	case m != nil && m[2] == "":
		return withoutUnit(path, strconv.Quote(text), m[1])
	case m != nil:
		return wrongUnit(path, text, m[1], m[2])
	case iso8601(text) != "":
		return diag.DurationMalformed, sprint("%s is %q, an ISO 8601 duration, which is not supported", path, text), writeOr(path, iso8601(text))
	}
	if tooLong(text) {
		return longDuration(path, text)
	}
	return diag.DurationMalformed, sprint("%s is %s, which is not a duration", path, written(text)), `write numbers with units, such as "1h30m", "700s" or "1500ms"`
}

func withoutUnit(path, shown, number string) (*diag.Code, string, string) {
	message := sprint("%s is %s, a number without a unit", path, shown)
	inSeconds, inMillis := possible(path, number+"s"), possible(path, number+"ms")
	switch {
	case inSeconds && inMillis:
		return diag.DurationWithoutUnit, message, sprint(`write "%ss" if seconds are meant, "%sms" if milliseconds`, number, number)
	case inSeconds:
		return diag.DurationWithoutUnit, message, sprint(`write "%ss"`, number)
	case inMillis:
		return diag.DurationWithoutUnit, message, sprint(`write "%sms"`, number)
	}
	return diag.DurationWithoutUnit, message, likely(path)
}

// possible reports a duration that the field would accept, as far as the path shows.
func possible(path, text string) bool {
	d, err := schema.ParseDuration(text)
	if strings.Contains(path, "eepalive") {
		return err == nil && d%time.Second == 0 && d >= time.Second && d <= time.Duration(facts.KernelMaxKeepaliveSeconds)*time.Second
	}
	return err == nil && d >= time.Millisecond
}

// writeOr suggests a duration if the field would take it, and its range if not.
func writeOr(path, text string) string {
	if possible(path, text) {
		return sprint("write %q", text)
	}
	return likely(path)
}

// likely is what to type where nothing can be made of what stands there.
func likely(path string) string {
	if strings.Contains(path, "eepalive") {
		return sprint(`write "1s" to "%ds"`, facts.KernelMaxKeepaliveSeconds)
	}
	return `write a number with a unit, such as "10s" or "1500ms"`
}

func wrongUnit(path, text, number, unit string) (*diag.Code, string, string) {
	message := sprint("%s is %q, and %q is not a supported unit", path, text, unit)
	lower := strings.ToLower(unit)
	amount, _ := strconv.ParseFloat(number, 64)
	hours := func(factor float64) string {
		return writeOr(path, strconv.FormatFloat(amount*factor, 'f', -1, 64)+"h")
	}
	switch {
	case lower == "d" || strings.HasPrefix(lower, "day"):
		return diag.DurationUnit, message, hours(24)
	case lower == "w" || strings.HasPrefix(lower, "week"):
		return diag.DurationUnit, message, hours(24 * 7)
	case tooLong(text):
		return longDuration(path, text)
	case spellings[lower] == unit:
		return diag.DurationMalformed, sprint("%s is %q, which must not contain a space", path, text), writeOr(path, number+unit)
	case spellings[lower] != "":
		return diag.DurationUnit, message, writeOr(path, number+spellings[lower])
	}
	return diag.DurationUnit, message, "write h, m, s or ms after the number, such as " + sprint("%q", number+"s")
}

// tooLong reports a duration that is longer than a manifest can hold.
func tooLong(text string) bool {
	_, err := schema.ParseDuration(text)
	return errors.Is(err, schema.ErrLongDuration)
}

// longDuration words a duration that is longer than a manifest can hold.
func longDuration(path, text string) (code *diag.Code, message, help string) {
	hours := int64(schema.MaxDuration / time.Hour)
	if strings.Contains(path, "eepalive") {
		return diag.KeepaliveOutOfRange, sprint("%s is %s, and the kernel takes 1s to %ds", path, written(text), facts.KernelMaxKeepaliveSeconds), sprint(`write "%ds" or less`, facts.KernelMaxKeepaliveSeconds)
	}
	return diag.DurationTooLong, sprint("%s is %s, and Envoy's timers end at %dh (68 years)", path, written(text), hours), sprint(`write "%dh" or less`, hours)
}

var isoDuration = regexp.MustCompile(`^P(?:([0-9]{1,7})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9.]{1,20})S)?)?$`)

// iso8601 turns "P1DT2H" into "24h2h"'s sum, or "" for what is not ISO 8601.
func iso8601(text string) string {
	m := isoDuration.FindStringSubmatch(strings.ToUpper(text))
	if m == nil || len(text) < 3 {
		return ""
	}
	days, _ := strconv.Atoi(m[1])
	hours, _ := strconv.Atoi(m[2])
	out := ""
	for _, part := range []struct{ amount, unit string }{{strconv.Itoa(days*24 + hours), "h"}, {m[3], "m"}, {m[4], "s"}} {
		if part.amount != "" && part.amount != "0" {
			out += part.amount + part.unit
		}
	}
	return out
}

// duration checks a duration's least value, and that it counts whole milliseconds where the
// reader refuses finer ones.
func (r *rules) duration(pointer string, d *schema.Duration, least, precision time.Duration) {
	switch {
	case d == nil:
	case d.Duration < least:
		r.value(diag.DurationTooShort, pointer, sprint("%s is %s, and it must be at least %s", diag.FieldPath(pointer), d.Text, least), sprint("write %q or more, or delete the line", least.String()))
	case precision > 0 && d.Duration%precision != 0:
		r.value(diag.DurationPrecision, pointer, sprint("%s is %s, finer than the milliseconds that Istio takes", diag.FieldPath(pointer), d.Text),
			sprint("write %q", d.Truncate(precision).String()))
	}
}

// keepaliveTimer is a keepalive's time or interval under its name in the manifest.
type keepaliveTimer struct {
	name  string
	timer *schema.Duration
}

// keepalive checks the parts of a keepalive against what the kernel takes.
func (r *rules) keepalive(pointer, probesName string, probes *uint32, precision time.Duration, timers ...keepaliveTimer) {
	for _, t := range timers {
		if t.timer != nil {
			r.keepaliveDuration(pointer+diag.Pointer(t.name), t.timer, precision)
		}
	}
	if probes != nil && *probes == 0 {
		p := pointer + diag.Pointer(probesName)
		r.value(diag.ZeroProbes, p, sprint("%s is 0, which counts as leaving it out: the kernel's %d probes are sent", diag.FieldPath(p), facts.KernelKeepaliveProbes),
			sprint("delete the line, or write a number from 1 to %d", facts.KernelMaxKeepaliveProbes))
	}
}

func (r *rules) keepaliveDuration(pointer string, d *schema.Duration, precision time.Duration) {
	path, name := diag.FieldPath(pointer), last(pointer)
	seconds := facts.WholeSeconds(d.Duration)
	switch {
	case d.Duration <= 0:
		r.value(diag.KeepaliveOutOfRange, pointer, sprint("%s is %s, and the kernel takes 1s to %ds", path, d.Text, facts.KernelMaxKeepaliveSeconds), `write "1s" or more, or delete the line for the kernel's default`)
	case d.Duration < time.Millisecond:
		r.value(diag.DurationTooShort, pointer, sprint("%s is %s, and it must be at least 1ms", path, d.Text), `write "1s" or more, or delete the line`)
	case precision > 0 && d.Duration%precision != 0:
		r.duration(pointer, d, time.Millisecond, precision)
	case seconds > facts.KernelMaxKeepaliveSeconds:
		r.value(diag.KeepaliveOutOfRange, pointer, sprint("%s is %s, and the kernel takes 1s to %ds", path, d.Text, facts.KernelMaxKeepaliveSeconds), sprint(`write "%ds" or less`, facts.KernelMaxKeepaliveSeconds))
	case d.Duration%time.Second != 0:
		r.value(diag.KeepaliveRounded, pointer, sprint("%s is %s, and the kernel counts whole seconds: %s becomes %ds", path, d.Text, name, seconds), sprint(`write "%ds"`, seconds))
		setFix(r.found, r.doc.SetValue(pointer, sprint("%ds", seconds)))
	}
}

package validate

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
)

// Numbers of socket options are Linux's, written as literals: Envoy runs there, and the
// system that compiles may have others (include/uapi/linux/tcp.h, asm-generic/socket.h).

type optionKey struct{ level, name int64 }

// kernelRange is what Linux takes for an option's int value; others give EINVAL.
type kernelRange struct {
	option   string
	unit     string
	low, top int64
	timing   bool // says when to probe; does nothing without SO_KEEPALIVE
}

var kernelRanges = map[optionKey]kernelRange{
	{facts.SolSocket, facts.SoKeepalive}:     {"SO_KEEPALIVE", "", math.MinInt32, math.MaxInt32, false},
	{facts.IPProtoTCP, facts.TCPKeepIdle}:    {"TCP_KEEPIDLE", "seconds", 1, facts.KernelMaxKeepaliveSeconds, true},
	{facts.IPProtoTCP, facts.TCPKeepIntvl}:   {"TCP_KEEPINTVL", "seconds", 1, facts.KernelMaxKeepaliveSeconds, true},
	{facts.IPProtoTCP, facts.TCPKeepCnt}:     {"TCP_KEEPCNT", "probes", 1, facts.KernelMaxKeepaliveProbes, true},
	{facts.IPProtoTCP, facts.TCPUserTimeout}: {"TCP_USER_TIMEOUT", "milliseconds", 0, math.MaxInt32, false},
}

// foreign are the keepalive numbers of other systems (Go's syscall tables). Those that mean
// something else on Linux count only where the value cannot be meant for that.
var foreign = map[optionKey]string{
	{6, 0x10}:  "TCP_KEEPALIVE on macOS and TCP_KEEPCNT on Windows; on Linux it is TCP_THIN_LINEAR_TIMEOUTS",
	{6, 0x11}:  "TCP_KEEPINTVL on Windows; on Linux it is TCP_THIN_DUPACK",
	{6, 3}:     "TCP_KEEPIDLE on Windows; on Linux it is TCP_CORK",
	{6, 0x100}: "TCP_KEEPIDLE on FreeBSD",
	{6, 0x101}: "TCP_KEEPINTVL on macOS",
	{6, 0x102}: "TCP_KEEPCNT on macOS",
	{6, 0x200}: "TCP_KEEPINTVL on FreeBSD",
	{6, 0x400}: "TCP_KEEPCNT on FreeBSD",
}

func (r *rules) socketOptions(pointer string, options []schema.SocketOption) {
	first := map[optionKey]int{}
	on, off, timing := -1, -1, -1
	for i, o := range options {
		at, key := index(pointer, i), optionKey{int64(o.Level), int64(o.Name)}
		value, hasValue := r.optionValue(at, o)
		r.foreignOption(at, key, value)
		known, ok := kernelRanges[key]
		if j, again := first[key]; again {
			r.repeatedOption(at, index(pointer, j), o)
		}
		first[key] = i
		if !ok {
			continue
		}
		if hasValue {
			r.optionRange(at, o, known, value)
		}
		switch {
		case known.timing && timing < 0:
			timing = i
		case known.option == "SO_KEEPALIVE":
			if on, off = i, -1; hasValue && value == 0 {
				on, off = -1, i // the last one that is set holds
			}
		}
	}
	if timing >= 0 && on < 0 && !r.took(pointer) { // what was refused may be what turns it on
		r.keepaliveOff(pointer, timing, off, options)
	}
}

// optionValue finds an option's int value; false when the option has none that is an int.
func (r *rules) optionValue(at string, o schema.SocketOption) (int64, bool) {
	switch {
	case o.IntValue == nil && o.BufValue == nil && r.tookValue(at):
		return 0, false
	case o.IntValue == nil && o.BufValue == nil:
		r.value(diag.SocketOptionNoValue, at, "this socket option has no value, so Envoy refuses the listener", "write intValue: … beside level and name")
		return 0, false
	case o.IntValue != nil && o.BufValue != nil:
		r.key(diag.SocketOptionTwoValues, at+"/intValue", "intValue has no effect beside bufValue, which Gloo uses", "keep one of the two",
			diag.Related{Span: r.doc.KeySpan(at + "/bufValue"), Message: "this one wins"})
	case o.BufValue == nil:
		v := int64(*o.IntValue)
		if v < math.MinInt32 || v > math.MaxInt32 {
			r.value(diag.OutOfRange, at+"/intValue", sprint("intValue is %d, and Envoy truncates it to the 32 bits of a C int, %d", v, int32(v)), "write a number from -2147483648 to 2147483647") //nolint:gosec // the cut is what is shown
			return 0, false
		}
		return v, true
	}
	buf, err := base64.StdEncoding.DecodeString(*o.BufValue)
	if err != nil || len(buf) != 4 {
		return 0, false
	}
	return int64(int32(binary.LittleEndian.Uint32(buf))), true //nolint:gosec // four bytes are a C int
}

func (r *rules) foreignOption(at string, key optionKey, value int64) {
	text, known := foreign[key]
	own := key.name == 3 || key.name == 0x10 || key.name == 0x11 // Linux has these too, as switches
	switch {
	case key.level == 0xffff:
		r.value(diag.SocketOptionForeign, at+"/level", sprint("level 65535 is SOL_SOCKET on macOS, the BSDs and Windows; on Linux it is %d", facts.SolSocket), sprint("write level: %d, and for SO_KEEPALIVE name: %d", facts.SolSocket, facts.SoKeepalive))
	case known && (!own || value > 1):
		r.value(diag.SocketOptionForeign, at+"/name", sprint("name %d of level %d is %s", key.name, key.level, text),
			sprint("write Linux's numbers: %d for the idle time, %d for the interval, %d for the probes", facts.TCPKeepIdle, facts.TCPKeepIntvl, facts.TCPKeepCnt))
	}
}

func (r *rules) repeatedOption(at, earlier string, o schema.SocketOption) {
	r.value(diag.SocketOptionRepeated, at, sprint("level %d, name %d is set twice; Envoy sets them in order, so this one takes effect", o.Level, o.Name), "delete one of the two",
		diag.Related{Span: r.doc.Span(earlier), Message: "it is set here first"})
}

func (r *rules) optionRange(at string, o schema.SocketOption, known kernelRange, value int64) {
	pointer := at + "/intValue"
	if o.IntValue == nil || o.BufValue != nil {
		pointer = at + "/bufValue"
	}
	seconds := known.unit == "seconds" && value%1000 == 0 && value >= 1000
	switch {
	case seconds && value > known.top:
		r.value(diag.SocketOptionRefused, pointer, sprint("%s is %d; the kernel counts %s and takes %d to %d", known.option, value, known.unit, known.low, known.top), sprint("write %d, if milliseconds were meant", value/1000))
	case value < known.low || value > known.top:
		r.value(diag.SocketOptionRefused, pointer, sprint("%s is %d, and the kernel takes %d to %d %s", known.option, value, known.low, known.top, known.unit), sprint("write a number from %d to %d", known.low, known.top))
	case known.unit == "milliseconds" && value > 0 && value < 1000:
		r.value(diag.SocketOptionMilliseconds, pointer, sprint("%s is %d milliseconds, which looks like seconds", known.option, value), sprint("write %d if seconds were meant", value*1000))
	case seconds:
		r.value(diag.SocketOptionMilliseconds, pointer, sprint("%s is %d seconds, which looks like milliseconds", known.option, value), sprint("write %d if milliseconds were meant", value/1000))
	}
}

// keepaliveOff points at the option that turns keepalive off, or at the first timing when
// none turns it on.
func (r *rules) keepaliveOff(pointer string, timing, off int, options []schema.SocketOption) {
	const message = "keepalive timings are set and keepalive is off, so no probe is ever sent"
	if off >= 0 {
		help := "write intValue: 1 here"
		if options[off].BufValue != nil {
			help = "write intValue: 1 here instead of bufValue"
		}
		r.value(diag.KeepaliveOff, index(pointer, off), message, help,
			diag.Related{Span: r.doc.Span(index(pointer, timing)), Message: "the first timing is here"})
		return
	}
	r.value(diag.KeepaliveOff, index(pointer, timing), message, "add SO_KEEPALIVE before it: {level: 1, name: 9, intValue: 1, state: STATE_PREBIND}")
	setFix(r.found, r.doc.InsertItem(pointer, timing,
		text.Member{Name: "level", Value: json.Number("1")}, text.Member{Name: "name", Value: json.Number("9")},
		text.Member{Name: "intValue", Value: json.Number("1")}, text.Member{Name: "state", Value: "STATE_PREBIND"}))
}

package validate_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
	"pgregory.net/rapid"
)

// wrong is a value that is refused or warned of, and what is said of it behind the path.
type wrong struct{ value, want string }

const kernelTakes = `, and the kernel takes 1s to 32767s | `

func TestEveryMistakeInAKeepaliveDurationSaysWhatToType(t *testing.T) {
	const path = "spec.config.tcp.tcpKeepalive.time is "
	for _, c := range []wrong{
		{`700`, `8:15+3 duration-without-unit: ` + path + `700, a number without a unit | write "700s"`},
		{`"60"`, `8:15+4 duration-without-unit: ` + path + `"60", a number without a unit | write "60s"`},
		{`1_000`, `8:15+5 duration-without-unit: ` + path + `1000, a number without a unit | write "1000s" if seconds are meant, "1000ms" if milliseconds`},
		{`0`, `8:15+1 duration-without-unit: ` + path + `0, a number without a unit | write "1s" to "32767s"`},
		{`"0"`, `8:15+3 duration-without-unit: ` + path + `"0", a number without a unit | write "1s" to "32767s"`},
		{`-5`, `8:15+2 duration-without-unit: ` + path + `-5, a number without a unit | write "1s" to "32767s"`},
		{`40000`, `8:15+5 duration-without-unit: ` + path + `40000, a number without a unit | write "40000ms"`},
		{`1d`, `8:15+2 duration-unit: ` + path + `"1d", and "d" is not a supported unit | write "1s" to "32767s"`},
		{`2w`, `8:15+2 duration-unit: ` + path + `"2w", and "w" is not a supported unit | write "1s" to "32767s"`},
		{`60S`, `8:15+3 duration-unit: ` + path + `"60S", and "S" is not a supported unit | write "60s"`},
		{`5sec`, `8:15+4 duration-unit: ` + path + `"5sec", and "sec" is not a supported unit | write "5s"`},
		{`10 seconds`, `8:15+10 duration-unit: ` + path + `"10 seconds", and "seconds" is not a supported unit | write "10s"`},
		{`30min`, `8:15+5 duration-unit: ` + path + `"30min", and "min" is not a supported unit | write "30m"`},
		{`1y`, `8:15+2 duration-unit: ` + path + `"1y", and "y" is not a supported unit | write h, m, s or ms after the number, such as "1s"`},
		{`"60 s"`, `8:15+6 duration-malformed: ` + path + `"60 s", which must not contain a space | write "60s"`},
		{`" 10s"`, `8:15+6 duration-malformed: ` + path + `" 10s", which must not contain a space | write "10s"`},
		{`""`, `8:15+2 duration-malformed: ` + path + `an empty duration | write a number with a unit, such as "700s", or delete the line`},
		{`PT5M`, `8:15+4 duration-malformed: ` + path + `"PT5M", an ISO 8601 duration, which is not supported | write "5m"`},
		{`P1D`, `8:15+3 duration-malformed: ` + path + `"P1D", an ISO 8601 duration, which is not supported | write "1s" to "32767s"`},
		{`{seconds: 60}`, `8:15+13 duration-malformed: ` + path + `an object; it must be a string | write "60s"`},
		{`true`, `8:15+4 duration-malformed: ` + path + `true, which is not a duration | write a number with a unit, such as "700s" or "1500ms"`},
		{`[10s]`, `8:15+5 duration-malformed: ` + path + `a list, which is not a duration | write a number with a unit, such as "700s" or "1500ms"`},
		{`10s10`, `8:15+5 duration-malformed: ` + path + `"10s10", which is not a duration | write numbers with units, such as "1h30m", "700s" or "1500ms"`},
		{`99999999h`, `8:15+9 keepalive-out-of-range: ` + path + `"99999999h"` + kernelTakes + `write "32767s" or less`},
		{`0s`, `8:15+2 keepalive-out-of-range: ` + path + `0s` + kernelTakes + `write "1s" or more, or delete the line for the kernel's default`},
		{`-1s`, `8:15+3 keepalive-out-of-range: ` + path + `-1s` + kernelTakes + `write "1s" or more, or delete the line for the kernel's default`},
		{`32768s`, `8:15+6 keepalive-out-of-range: ` + path + `32768s` + kernelTakes + `write "32767s" or less`},
		{`32767.5s`, `8:15+8 keepalive-out-of-range: ` + path + `32767.5s` + kernelTakes + `write "32767s" or less`},
		{`40000s`, `8:15+6 keepalive-out-of-range: ` + path + `40000s` + kernelTakes + `write "32767s" or less`},
		{`999us`, `8:15+5 duration-too-short: ` + path + `999us, and it must be at least 1ms | write "1s" or more, or delete the line`},
		{`1500us`, `8:15+6 duration-precision: ` + path + `1500us, finer than the milliseconds that Istio takes | write "1ms"`},
		{`0.5s`, `8:15+4 keepalive-rounded: ` + path + `0.5s, and the kernel counts whole seconds: time becomes 1s | write "1s"`},
		{`1ms`, `8:15+3 keepalive-rounded: ` + path + `1ms, and the kernel counts whole seconds: time becomes 1s | write "1s"`},
		{`32766.5s`, `8:15+8 keepalive-rounded: ` + path + `32766.5s, and the kernel counts whole seconds: time becomes 32767s | write "32767s"`},
	} {
		t.Run(c.value, func(t *testing.T) { expect(t, keepalive(c.value), c.want) })
	}
}

func TestEveryMistakeInATimeoutSaysWhatToType(t *testing.T) {
	const path = "spec.config.tcp.connectTimeout is "
	for _, c := range []wrong{
		{`700`, `7:23+3 duration-without-unit: ` + path + `700, a number without a unit | write "700s" if seconds are meant, "700ms" if milliseconds`},
		{`0`, `7:23+1 duration-without-unit: ` + path + `0, a number without a unit | write a number with a unit, such as "10s" or "1500ms"`},
		{`1d`, `7:23+2 duration-unit: ` + path + `"1d", and "d" is not a supported unit | write "24h"`},
		{`2w`, `7:23+2 duration-unit: ` + path + `"2w", and "w" is not a supported unit | write "336h"`},
		{`1.5d`, `7:23+4 duration-unit: ` + path + `"1.5d", and "d" is not a supported unit | write "36h"`},
		{`0s`, `7:23+2 duration-too-short: ` + path + `0s, and it must be at least 1ms | write "250ms" or more, or delete the line`},
		{`-1s`, `7:23+3 duration-too-short: ` + path + `-1s, and it must be at least 1ms | write "250ms" or more, or delete the line`},
		{`999us`, `7:23+5 duration-too-short: ` + path + `999us, and it must be at least 1ms | write "250ms" or more, or delete the line`},
		{`1500us`, `7:23+6 duration-precision: ` + path + `1500us, finer than the milliseconds that Istio takes | write "1ms"`},
		{`30ms`, `7:23+4 connect-timeout-short: ` + path + `30ms: a connection to another zone, or with TLS, may not be made in that time | write "30s" if seconds are meant, or "250ms" or more, unless every host is in the same zone`},
		{`99900us`, `7:23+7 duration-precision: ` + path + `99900us, finer than the milliseconds that Istio takes | write "99ms"`},
		{`{seconds: 0.5}`, `7:23+14 duration-malformed: ` + path + `an object; it must be a string | write "0.5s"`},
		{`P1D`, `7:23+3 duration-malformed: ` + path + `"P1D", an ISO 8601 duration, which is not supported | write "24h"`},
	} {
		t.Run(c.value, func(t *testing.T) { expect(t, connectTimeout(c.value), c.want) })
	}
}

func TestDurationsThatGoReadsAreFine(t *testing.T) {
	for _, value := range []string{"1s", "700s", "32767s", "1m", "1h30m", "1.5h", "+5s", "'10s'", "\"10s\"", "2000ms", "1m0s", "9h6m7s", "0h1s", "60000000us"} {
		t.Run(value, func(t *testing.T) {
			expect(t, keepalive(value))
			expect(t, upstreamKeepalive(value))
		})
	}
	for _, value := range []string{"100ms", "1500ms", "0.5s", ".5s", "1h", "596523h", "100ms1000us"} {
		t.Run(value, func(t *testing.T) { expect(t, connectTimeout(value)) })
	}
}

func TestAnUpstreamsBareNumberIsReadAsSeconds(t *testing.T) {
	for _, c := range []wrong{
		{`60`, `8:22+2 bare-seconds: keepaliveTime is the bare number 60, read as seconds; Gloo refuses the whole Upstream for it | write "60s"`},
		{`1e2`, `8:22+3 bare-seconds: keepaliveTime is the bare number 100, read as seconds; Gloo refuses the whole Upstream for it | write "100s"`},
		{`"60"`, `8:22+4 duration-without-unit: spec.connectionConfig.tcpKeepalive.keepaliveTime is "60", a number without a unit | write "60s"`},
	} {
		t.Run(c.value, func(t *testing.T) { expect(t, upstreamKeepalive(c.value), c.want) })
	}
}

func TestABareNumberThatIsNoKeepaliveIsOneFinding(t *testing.T) {
	for _, value := range []string{"0", "-5", "40000", "60.5"} {
		t.Run(value, func(t *testing.T) {
			found := check(upstreamKeepalive(value))
			if len(found) != 1 || found[0].Line != 8 || found[0].Col != 22 {
				t.Errorf("found %q", allSaid(found))
			}
		})
	}
}

func TestAnUpstreamsDurationsGoByGloosDecoder(t *testing.T) {
	const path = "spec.connectionConfig.tcpKeepalive.keepaliveTime is "
	for _, c := range []wrong{
		{`1.00005s`, `8:22+8 keepalive-rounded: ` + path + `1.00005s, and the kernel counts whole seconds: keepaliveTime becomes 1s | write "1s"`},
		{`1.0001s`, `8:22+7 keepalive-rounded: ` + path + `1.0001s, and the kernel counts whole seconds: keepaliveTime becomes 2s | write "2s"`},
		{`59.999s`, `8:22+7 keepalive-rounded: ` + path + `59.999s, and the kernel counts whole seconds: keepaliveTime becomes 60s | write "60s"`},
		{`1us`, `8:22+3 duration-too-short: ` + path + `1us, and it must be at least 1ms | write "1s" or more, or delete the line`},
		{`0s`, `8:22+2 keepalive-out-of-range: ` + path + `0s` + kernelTakes + `write "1s" or more, or delete the line for the kernel's default`},
		{`4294967296s`, `8:22+11 keepalive-out-of-range: ` + path + `"4294967296s"` + kernelTakes + `write "32767s" or less`},
	} {
		t.Run(c.value, func(t *testing.T) { expect(t, upstreamKeepalive(c.value), c.want) })
	}
}

// typed is the value that a help says to write, when it names one alone.
func typed(help string) (string, bool) {
	rest, found := strings.CutPrefix(help, `write "`)
	value, _, closed := strings.Cut(rest, `"`)
	return value, found && closed
}

func TestTypingTheHelpOfADurationLeavesNothingToSay(t *testing.T) {
	values := []string{
		"700", `"60"`, "0", `"0"`, "-5", "40000", "1d", "2w", "1.5d", "60S", "5sec", "10 seconds", "1hour", "30min", `"60 s"`, `" 10s"`, "PT5M", "P1D", "PT36H", "{seconds: 60}", "{seconds: 40000}",
		"0s", "-1s", "32768s", "40000s", "999us", "0.5s", "1ms", "32766.5s", "1_000", "3000000", "1d", "400d", "99999999999999999999",
	}
	for name, in := range map[string]func(string) string{"keepalive": keepalive, "timeout": connectTimeout, "upstream": upstreamKeepalive} {
		for _, value := range values {
			t.Run(name+" "+value, func(t *testing.T) {
				found := check(in(value))
				if len(found) == 0 && name != "keepalive" {
					return // a timeout and an Upstream take more
				}
				if len(found) != 1 {
					t.Fatalf("found %q", allSaid(found))
				}
				text, ok := typed(found[0].Help)
				if !ok {
					if !strings.Contains(found[0].Help, `"`) {
						t.Errorf("nothing to type in %q", found[0].Help)
					}
					return
				}
				if again := check(in(`"` + text + `"`)); len(again) > 0 {
					t.Errorf("%s: typing %q gives %q", found[0].Help, text, allSaid(again))
				}
			})
		}
	}
}

func TestAKeepaliveThatPassesIsOneTheKernelTakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[-+]?[0-9]{1,6}(\.[0-9]{1,4})?(ns|us|ms|s|m|h)`).Draw(t, "value")
		p, upstreamToo := check(keepalive(value)), check(upstreamKeepalive(value))
		for _, found := range []diag.List{p, upstreamToo} {
			if found.AtLeast(diag.Error) {
				continue
			}
			seconds := facts.WholeSeconds(duration(t, value))
			if seconds < 1 || seconds > facts.KernelMaxKeepaliveSeconds {
				t.Fatalf("%s passes, and is %d seconds", value, seconds)
			}
			if exact := duration(t, value)%1_000_000_000 == 0; exact != (len(found) == 0) {
				t.Fatalf("%s: found %q", value, allSaid(found))
			}
		}
	})
}

package validate_test

import "testing"

const (
	on   = "{level: 1, name: 9, intValue: 1}"
	off  = "{level: 1, name: 9, intValue: 0}"
	idle = "{level: 6, name: 4, intValue: 60}"
)

func TestSocketOptionsAreJudgedAsTheKernelDoes(t *testing.T) {
	const (
		offMessage = ` keepalive-off: keepalive timings are set and keepalive is off, so no probe is ever sent | `
		twice      = ` socket-option-repeated: level 1, name 9 is set twice; Envoy sets them in order, so this one takes effect | delete one of the two`
		noValue    = ` socket-option-no-value: this socket option has no value, so Envoy refuses the listener | write intValue: … beside level and name`
		linux      = ` | write Linux's numbers: 4 for the idle time, 5 for the interval, 6 for the probes`
	)
	expectAll(t, []refused{
		{"the product page's four", socketOptions(on, idle, "{level: 6, name: 5, intValue: 20}", "{level: 6, name: 6, intValue: 2}"), nil},
		{"keepalive after its timing", socketOptions(idle, on), nil},
		{"keepalive off, and no timing", socketOptions(off), nil},
		{"a timing without keepalive", socketOptions(idle), []string{`10:7+33` + offMessage + `add SO_KEEPALIVE before it: {level: 1, name: 9, intValue: 1, state: STATE_PREBIND}`}},
		{"keepalive off", socketOptions(off, idle), []string{`10:7+32` + offMessage + `write intValue: 1 here`}},
		{"on, then off", socketOptions(on, idle, off), []string{`12:7+32` + offMessage + `write intValue: 1 here`, `12:7+32` + twice}},
		{"off, then on", socketOptions(off, idle, on), []string{`12:7+32` + twice}},
		{"twice the same", socketOptions(on, on), []string{`11:7+32` + twice}},
		{"the last state", socketOptions("{level: 1, name: 9, intValue: 1, state: STATE_LISTENING}"), nil},
		{"the last state by number", socketOptions("{level: 1, name: 9, intValue: 1, state: 2}"), nil},
		{"the second state", socketOptions("{level: 1, name: 9, intValue: 1, state: STATE_BOUND}"), nil},
		{"a state in lower case", socketOptions("{level: 1, name: 9, intValue: 1, state: state_prebind}"), []string{`10:47+13 unknown-value: spec.options.socketOptions[0].state is "state_prebind", which is not an allowed value | did you mean "STATE_PREBIND"? allowed: STATE_PREBIND, STATE_BOUND, STATE_LISTENING`}},
		{"a state that does not exist", socketOptions("{level: 1, name: 9, intValue: 1, state: 5}"), []string{`10:47+1 unknown-value: spec.options.socketOptions[0].state is 5, which is not an allowed value | write "STATE_PREBIND", "STATE_BOUND" or "STATE_LISTENING"`}},
		{"no value", socketOptions("{level: 1, name: 9}"), []string{`10:7+19` + noValue}},
		{"nothing at all", socketOptions("{}"), []string{`10:7+2` + noValue}},
		{"two values", socketOptions("{level: 1, name: 9, intValue: 1, bufValue: AQAAAA==}"), []string{`10:27+8 socket-option-two-values: intValue has no effect beside bufValue, which Gloo uses | keep one of the two`}},
		{"numbers in quotes, as Gloo reads them", socketOptions(`{level: "1", name: "9", intValue: "1"}`), nil},
		{"a whole float", socketOptions(on, "{level: 6, name: 4, intValue: 60.0}"), nil},
		{"idle of zero", socketOptions(on, "{level: 6, name: 4, intValue: 0}"), []string{`11:37+1 socket-option-refused: TCP_KEEPIDLE is 0, and the kernel takes 1 to 32767 seconds | write a number from 1 to 32767`}},
		{"an interval too long", socketOptions(on, "{level: 6, name: 5, intValue: 32768}"), []string{`11:37+5 socket-option-refused: TCP_KEEPINTVL is 32768, and the kernel takes 1 to 32767 seconds | write a number from 1 to 32767`}},
		{"an idle time at the end", socketOptions(on, "{level: 6, name: 4, intValue: 32767}"), nil},
		{"too many probes", socketOptions(on, "{level: 6, name: 6, intValue: 128}"), []string{`11:37+3 socket-option-refused: TCP_KEEPCNT is 128, and the kernel takes 1 to 127 probes | write a number from 1 to 127`}},
		{"milliseconds the kernel refuses", socketOptions(on, "{level: 6, name: 4, intValue: 60000}"), []string{`11:37+5 socket-option-refused: TCP_KEEPIDLE is 60000; the kernel counts seconds and takes 1 to 32767 | write 60, if milliseconds were meant`}},
		{"milliseconds it takes", socketOptions(on, "{level: 6, name: 5, intValue: 20000}"), []string{`11:37+5 socket-option-milliseconds: TCP_KEEPINTVL is 20000 seconds, which looks like milliseconds | write 20 if milliseconds were meant`}},
		{"two hours are seconds", socketOptions(on, "{level: 6, name: 4, intValue: 7200}"), nil},
		{"more than 32 bits", socketOptions(on, "{level: 6, name: 4, intValue: 4294967296}"), []string{`11:37+10 out-of-range: intValue is 4294967296, and Envoy truncates it to the 32 bits of a C int, 0 | write a number from -2147483648 to 2147483647`}},
		{"a user timeout is in milliseconds", socketOptions("{level: 6, name: 18, intValue: 30000}"), nil},
		{"a user timeout below zero", socketOptions("{level: 6, name: 18, intValue: -1}"), []string{`10:38+2 socket-option-refused: TCP_USER_TIMEOUT is -1, and the kernel takes 0 to 2147483647 milliseconds | write a number from 0 to 2147483647`}},
		{"macOS's level", socketOptions("{level: 65535, name: 8, intValue: 1}"), []string{`10:15+5 socket-option-foreign: level 65535 is SOL_SOCKET on macOS, the BSDs and Windows; on Linux it is 1 | write level: 1, and for SO_KEEPALIVE name: 9`}},
		{"macOS's idle time", socketOptions(on, "{level: 6, name: 16, intValue: 60}"), []string{`11:24+2 socket-option-foreign: name 16 of level 6 is TCP_KEEPALIVE on macOS and TCP_KEEPCNT on Windows; on Linux it is TCP_THIN_LINEAR_TIMEOUTS` + linux}},
		{"Windows' idle time", socketOptions(on, "{level: 6, name: 3, intValue: 60}"), []string{`11:24+1 socket-option-foreign: name 3 of level 6 is TCP_KEEPIDLE on Windows; on Linux it is TCP_CORK` + linux}},
		{"TCP_CORK itself", socketOptions("{level: 6, name: 3, intValue: 1}"), nil},
		{"FreeBSD's idle time", socketOptions(on, "{level: 6, name: 256, intValue: 60}"), []string{`11:24+3 socket-option-foreign: name 256 of level 6 is TCP_KEEPIDLE on FreeBSD` + linux}},
		{"linger as bytes", socketOptions("{level: 1, name: 13, bufValue: AQAAAAoAAAA=}"), nil},
		{"keepalive as bytes", socketOptions("{level: 1, name: 9, bufValue: AQAAAA==}", "{level: 6, name: 4, bufValue: PAAAAA==}"), nil},
		{"keepalive off as bytes", socketOptions("{level: 1, name: 9, bufValue: AAAAAA==}", idle), []string{`10:7+39` + offMessage + `write intValue: 1 here instead of bufValue`}},
		{"idle of zero as bytes", socketOptions(on, "{level: 6, name: 4, bufValue: AAAAAA==}"), []string{`11:37+8 socket-option-refused: TCP_KEEPIDLE is 0, and the kernel takes 1 to 32767 seconds | write a number from 1 to 32767`}},
	})
}

func TestGatewaysFollowGloosRules(t *testing.T) {
	const bind = "bindAddress: '::'\nbindPort: 8080\n"
	expectAll(t, []refused{
		{"no type", gateway(bind + "options: {}"), []string{`4:1+4 no-gateway-type: this Gateway has no gateway type, so Gloo refuses it; it is compiled as an HTTP gateway | write httpGateway: {} under spec`}},
		{"two types", gateway(bind + "httpGateway: {}\ntcpGateway: {tcpHosts: [{name: a, destination: {single: {upstream: {name: u, namespace: g}}}}]}"), []string{`7:3+11 two-gateway-types: this Gateway has 2 types, and Gloo takes tcpGateway | keep one of httpGateway, tcpGateway`}},
		{"a TCP gateway to nowhere", gateway(bind + "tcpGateway: {}"), []string{`7:3+10 empty-tcp-gateway: this tcpGateway has no tcpHosts, so Gloo opens no listener for it, and none is written | write tcpHosts with a destination`}},
		{"a name to bind to", gateway("bindAddress: localhost\nbindPort: 8080\nhttpGateway: {}"), []string{`5:16+9 bad-address: spec.bindAddress is "localhost", which is not an IP address | write an address such as "10.0.0.1" or "::1"`}},
		{"a zone", gateway("bindAddress: fe80::1%eth0\nbindPort: 8080\nhttpGateway: {}"), []string{`5:16+12 bad-address: spec.bindAddress is "fe80::1%eth0", which is not an IP address | write an address such as "10.0.0.1" or "::1"`}},
		{"colons without quotes", gateway("bindAddress: ::\nbindPort: 8080\nhttpGateway: {}"), []string{`5:16+2 syntax: a value that ends in a colon needs quotes | write '::'`}},
		{"port 0", gateway("bindAddress: '::'\nbindPort: 0\nhttpGateway: {}"), []string{`6:13+1 out-of-range: spec.bindPort is 0, outside 1 to 65535 | write a number from 1 to 65535`}},
		{"a port in quotes", gateway("bindAddress: '::'\nbindPort: \"8080\"\nhttpGateway: {}"), []string{`6:13+6 wrong-type: spec.bindPort is "8080", a string; it must be an integer | write 8080, without quotes`}},
		{"a timeout without a unit", gateway(bind + "httpGateway: {options: {httpConnectionManagerSettings: {idleTimeout: 60}}}"), []string{`7:72+2 duration-without-unit: spec.httpGateway.options.httpConnectionManagerSettings.idleTimeout is 60, a number without a unit | write "60s" if seconds are meant, "60ms" if milliseconds`}},
		{"a timeout below zero", gateway(bind + "httpGateway: {options: {httpConnectionManagerSettings: {idleTimeout: -1s}}}"), []string{`7:72+3 duration-too-short: spec.httpGateway.options.httpConnectionManagerSettings.idleTimeout is -1s, and it must be at least 0s | write "0s" or more, or delete the line`}},
	})
}

func TestAGatewayThatGloosTranslatorRefusesIsNotPassedInSilence(t *testing.T) {
	const bind = "bindAddress: '::'\nbindPort: 8080\n"
	for name, text := range map[string]string{
		"a hybrid gateway of nothing":                     gateway(bind + "hybridGateway: {}"),
		"a TCP host without a destination":                gateway(bind + "tcpGateway: {tcpHosts: [{name: a}]}"),
		"a kube Upstream without the Service's namespace": upstream("kube: {serviceName: a, servicePort: 80}"),
	} {
		t.Run(name, func(t *testing.T) {
			if found := check(text); len(found) == 0 {
				t.Errorf("no finding in\n%s", text)
			}
		})
	}
}

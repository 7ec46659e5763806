package diag

// Findings about socket options, which Gloo hands to Envoy as they stand.
var (
	SocketOptionNoValue = &Code{
		Name: "socket-option-no-value", Severity: Error,
		Summary: "a socket option has no value",
		Explain: `Gloo passes the option on, and Envoy's own rules refuse it: the update with
the whole listener is rejected, and the gateway stays as it was.`,
		Example: `- description: keepalive on
  level: 1 # SOL_SOCKET
  name: 9 # SO_KEEPALIVE`,
		Fix: `- description: keepalive on
  level: 1 # SOL_SOCKET
  name: 9 # SO_KEEPALIVE
  intValue: 1`,
		Reference: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/socket_option.proto",
	}
	SocketOptionTwoValues = &Code{
		Name: "socket-option-two-values", Severity: Warning,
		Summary: "a socket option has an int and a buffer value",
		Explain: `An option has one value. Of two, Gloo takes bufValue and drops intValue
without a word.`,
		Example: `intValue: 1
bufValue: AQAAAA==`,
		Fix:       `intValue: 1`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/plugins/listener/plugin.go",
	}
	SocketOptionRefused = &Code{
		Name: "socket-option-refused", Severity: Error,
		Summary: "the kernel refuses a socket option's value",
		Explain: `Linux takes 1 to 32767 seconds for TCP_KEEPIDLE and TCP_KEEPINTVL and 1 to
127 for TCP_KEEPCNT; anything else is EINVAL. Gloo and Envoy's rules let any
number pass, and then the listener cannot be opened: Envoy rejects the
update, or does not start.`,
		Example: `name: 6 # TCP_KEEPCNT
intValue: 200`,
		Fix: `name: 6 # TCP_KEEPCNT
intValue: 9`,
		Reference: "https://github.com/torvalds/linux/blob/master/include/net/tcp.h",
	}
	SocketOptionRepeated = &Code{
		Name: "socket-option-repeated", Severity: Warning,
		Summary: "a socket option is set twice",
		Explain: `Gloo keeps both, and Envoy sets options in the order in which they stand, so
the last value is the one that stays. The first does nothing.`,
		Example: `- {level: 6, name: 4, intValue: 60} # TCP_KEEPIDLE
- {level: 6, name: 4, intValue: 120} # TCP_KEEPIDLE`,
		Fix:       `- {level: 6, name: 4, intValue: 120} # TCP_KEEPIDLE`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gloo/pkg/plugins/listener/plugin.go",
	}
	NewListenersOnly = &Code{
		Name: "new-listeners-only", Severity: Info,
		Summary: "socket options reach new listeners and new connections only",
		Explain: `Envoy sets socket options when it opens a listener's socket, and connections
inherit them when they are accepted. Before 1.25, Envoy ignores a change of
them on an open listener. Since 1.25 it opens a new socket when
enable_reuse_port is true, which is the default on Linux, and refuses the
update otherwise. Connections that are open keep what they have: restart
the gateway's pods where its Envoy is older, or wait until they are closed.
It is reported once in a run.`,
		Example: `- description: keep-alive time
  level: 6
  name: 4 # TCP_KEEPIDLE
  intValue: 60`,
		Reference: "https://github.com/envoyproxy/envoy/issues/23189",
	}
	SocketOptionForeign = &Code{
		Name: "socket-option-foreign", Severity: Warning,
		Summary: "a socket option has the number of another operating system",
		Explain: `Socket options are numbers, and every system has its own: SO_KEEPALIVE is
level 1, name 9 on Linux, and level 65535, name 8 on macOS, the BSDs and
Windows. Envoy hands them to the kernel as they are, and gateways run on
Linux. On MIPS and SPARC, Linux has 65535 as well.`,
		Example: `level: 65535
name: 8
intValue: 1`,
		Fix: `level: 1 # SOL_SOCKET
name: 9 # SO_KEEPALIVE
intValue: 1`,
		Reference: "https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/socket.h",
	}
	SocketOptionMilliseconds = &Code{
		Name: "socket-option-milliseconds", Severity: Warning,
		Summary: "a socket option looks like milliseconds where the kernel counts seconds, or the other way round",
		Explain: `TCP_KEEPIDLE and TCP_KEEPINTVL count seconds: 20000 is five and a half
hours. Of the options around keepalive only TCP_USER_TIMEOUT counts
milliseconds: 30 ends a connection as soon as data is unacknowledged for 30
milliseconds. A value beyond 32767 seconds is an error, as the kernel
refuses it.`,
		Example:   `- {level: 6, name: 5, intValue: 20000} # TCP_KEEPINTVL`,
		Fix:       `- {level: 6, name: 5, intValue: 20} # TCP_KEEPINTVL`,
		Reference: "https://man7.org/linux/man-pages/man7/tcp.7.html",
	}
	KeepaliveOff = &Code{
		Name: "keepalive-off", Severity: Warning, Fixable: true,
		Summary: "keepalive timings are set and keepalive is off",
		Explain: `TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT say when to probe, and
SO_KEEPALIVE says whether to. Without it the kernel takes the timings,
reports no error, and never sends a probe.`,
		Example: `- {level: 6, name: 4, intValue: 60} # TCP_KEEPIDLE
- {level: 6, name: 5, intValue: 20} # TCP_KEEPINTVL`,
		Fix: `- {level: 1, name: 9, intValue: 1} # SO_KEEPALIVE
- {level: 6, name: 4, intValue: 60} # TCP_KEEPIDLE
- {level: 6, name: 5, intValue: 20} # TCP_KEEPINTVL`,
		Reference: "https://man7.org/linux/man-pages/man7/socket.7.html",
	}
)

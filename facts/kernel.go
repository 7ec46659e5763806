package facts

import "time"

// The kernel's keepalive, per socket. Source: Linux, include/net/tcp.h (MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL,
// MAX_TCP_KEEPCNT, TCP_KEEPALIVE_TIME, TCP_KEEPALIVE_INTVL, TCP_KEEPALIVE_PROBES) and net/ipv4/tcp.c;
// https://man7.org/linux/man-pages/man7/tcp.7.html. Compared 2026-11-25.
const (
	KernelKeepaliveTime            = 7200 * time.Second // idle time before the first probe
	KernelKeepaliveInterval        = 75 * time.Second   // between probes
	KernelKeepaliveProbes   uint32 = 9                  // unanswered probes that end a connection

	KernelMaxKeepaliveSeconds = 32767 // of TCP_KEEPIDLE and TCP_KEEPINTVL; the least is 1
	KernelMaxKeepaliveProbes  = 127   // of TCP_KEEPCNT; the least is 1
)

// Numbers of socket options on Linux, on which Envoy runs; the system that builds connpolicy may number them
// otherwise. Source: Linux, include/uapi/asm-generic/socket.h and include/uapi/linux/tcp.h. Compared 2026-11-25.
const (
	SolSocket      = 1
	SoKeepalive    = 9
	IPProtoTCP     = 6
	TCPKeepIdle    = 4
	TCPKeepIntvl   = 5
	TCPKeepCnt     = 6
	TCPUserTimeout = 18
)

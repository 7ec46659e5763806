package diag

// Findings about connections on which nothing is sent, or whose settings no policy decides.
var (
	HopSilentRequest = &Code{
		Name: "hop-silent-request", Severity: Info,
		Summary: "a hop forgets the connection while a request waits for its answer",
		Explain: `An idle timeout shorter than the hop's closes connections in time while
they are idle. It does not count while a request is open. A request that
waits for its answer longer than the hop's timeout sends nothing, so the
hop forgets the connection under it. Only keepalive holds it, or a stream
idle timeout ends the request before. Streams, long polls and slow reports
are such.`,
		Example: `httpConnectionManagerSettings:
  idleTimeout: 190s`,
		Fix: `httpConnectionManagerSettings:
  idleTimeout: 190s
  streamIdleTimeout: 200s`,
		Reference: "https://github.com/istio/istio/issues/47070",
	}
	HopSilentStream = &Code{
		Name: "hop-silent-stream", Severity: Warning,
		Summary: "a request may be silent for longer than a hop keeps its connection",
		Explain: `The stream idle timeout is switched off, or longer than the timeout of a
hop that keeps a table of connections, and no keepalive is sent. A request
that is silent for longer than the hop's timeout loses its connection,
neither end is told, and the proxy keeps the request open until its own
timeout, if it has one. The idle timeout does not help: it counts only
while no request is open.`,
		Example: `httpConnectionManagerSettings:
  idleTimeout: 190s
  streamIdleTimeout: 0s`,
		Fix: `httpConnectionManagerSettings:
  idleTimeout: 190s
  streamIdleTimeout: 200s`,
		Reference: "https://github.com/istio/istio/issues/14850",
	}
	ServicesWithoutPolicy = &Code{
		Name: "services-without-policy", Severity: Info,
		Summary: "idle connections to Services that no policy selects do not survive a hop",
		Explain: `A Service that no policy selects has the mesh's defaults: no keepalive, and
an idle timeout of an hour. Where a hop named with --hop or in the
configuration is on the way to it, connections that were idle for longer
than the hop's timeout fail. One finding counts all of these Services. With
--all each of them is judged by itself.`,
		Example: `applyToDestinations:
- selector:
    name: web`,
		Fix: `applyToDestinations:
- selector:
    namespace: shop`,
		Reference: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings",
	}
	SidecarClosesFirst = &Code{
		Name: "sidecar-closes-first", Severity: Info,
		Summary: "an idle timeout is longer than that of the destination's sidecar",
		Explain: `The sidecar of the destination has an idle timeout of its own for the
connections that come in, an hour by default. A longer one on the caller's
side does not keep connections open: the sidecar closes them, perhaps just
as a request is sent.`,
		Example: `http:
  idleTimeout: 4h`,
		Fix: `http:
  idleTimeout: 3000s`,
		Reference: "https://github.com/istio/istio/issues/40619",
	}
	TCPIdleTimeout = &Code{
		Name: "tcp-idle-timeout", Severity: Info,
		Summary: "keepalive does not keep a TCP connection open for longer than Envoy's idle timeout",
		Explain: `Envoy's TCP proxy closes a connection on which neither side sent data for
an hour, unless another idle timeout is set. Keepalive probes are sent by
the kernel and are not data, so they hold the connection against hops and
not against Envoy. Pools of connections that are quiet for an hour, such as
those to a database, are closed.`,
		Example: `tcpProxySettings:
  maxConnectAttempts: 3`,
		Fix: `tcpProxySettings:
  maxConnectAttempts: 3
  idleTimeout: 24h`,
		Reference: "https://github.com/istio/istio/issues/43066",
	}
)

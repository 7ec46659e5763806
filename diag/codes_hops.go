package diag

// Findings about what stands on the way: package validate gives them for a plan.
var (
	HopIdleTimeout = &Code{
		Name: "hop-idle-timeout", Severity: Warning, Fixable: true,
		Summary: "a hop forgets the connection before the first keepalive probe",
		Explain: `Load balancers, NATs and firewalls that pass packets on keep a table of
connections and forget the idle ones. Neither end is told. The next request
on such a connection is dropped or answered by a reset, which a caller sees
as a 503. A keepalive probe is traffic to such a hop and holds its entry, if
the first one is sent in time. One that is sent an interval before the time
is up survives the loss of a probe as well.`,
		Example: `tcpKeepalive:
  time: 700s`,
		Fix: `tcpKeepalive:
  time: 240s`,
		Reference: "https://aws.amazon.com/blogs/networking-and-content-delivery/implementing-long-running-tcp-connections-within-vpc-networking/",
	}
	HopKeepaliveOff = &Code{
		Name: "hop-keepalive-off", Severity: Warning,
		Summary: "a hop forgets idle connections, and no keepalive holds them",
		Explain: `Without keepalive an idle connection sends nothing, so a hop that keeps a
table of connections forgets it, and the next request on it fails. Idle
connections are safe where the proxy itself closes them before that, or
sends one request on each.`,
		Example: `config:
  tcp:
    connectTimeout: 3s`,
		Fix: `config:
  tcp:
    tcpKeepalive:
      time: 240s
      interval: 20s
      probes: 3
    connectTimeout: 3s`,
		Reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html",
	}
	HopOneLostProbe = &Code{
		Name: "hop-one-lost-probe", Severity: Info,
		Summary: "one lost probe is enough for a hop to forget the connection",
		Explain: `The first probe reaches the hop in time. If it is lost on the way, the next
one is sent an interval later, when the hop has forgotten the connection.`,
		Example: `tcpKeepalive:
  time: 340s
  interval: 30s`,
		Fix: `tcpKeepalive:
  time: 300s
  interval: 30s`,
		Reference: "https://github.com/torvalds/linux/blob/master/net/ipv4/tcp_timer.c",
	}
	HopEndsConnections = &Code{
		Name: "hop-ends-connections", Severity: Warning, Fixable: true,
		Summary: "a hop closes idle connections, and keepalive cannot hold them open",
		Explain: `A hop that ends TCP itself, such as a proxy or an application load balancer,
answers keepalive probes and does not count them: only requests are activity
to it. When its time is up it closes the connection, perhaps just as a
request is sent. So the side that sends requests must give up first: its
idle timeout has to be shorter than the hop's.`,
		Example: `http:
  idleTimeout: 120s`,
		Fix: `http:
  idleTimeout: 50s`,
		Reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
	}
	ListenerClosesFirst = &Code{
		Name: "listener-closes-first", Severity: Warning, Fixable: true,
		Summary: "a listener closes idle connections before the proxy in front of it does",
		Explain: `A proxy or application load balancer in front of a gateway is the one that
sends requests, on connections that it keeps. When the gateway's listener
closes one of them first, a request may be on its way, and the load balancer
answers 502. The listener's idle timeout has to be longer than the hop's.`,
		Example: `httpConnectionManagerSettings:
  idleTimeout: 30s`,
		Fix: `httpConnectionManagerSettings:
  idleTimeout: 90s`,
		Reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
	}
	HopsThatForget = &Code{
		Name: "hops-that-forget", Severity: Info,
		Summary: "well-known hops forget a connection before its first probe",
		Explain: `No hop was named with --hop or in a configuration file, so nothing is known
about the way. If one of the hops listed is on it, connections that have
been idle are cut. Name those that are there, and the finding becomes exact.`,
		Example: `tcpKeepalive:
  time: 700s`,
		Fix: `tcpKeepalive:
  time: 200s`,
		Reference: "https://aws.amazon.com/blogs/networking-and-content-delivery/implementing-long-running-tcp-connections-within-vpc-networking/",
	}
	KeepaliveRhythm = &Code{
		Name: "keepalive-rhythm", Severity: Warning,
		Summary: "the interval is longer than the time, and decides how often probes are sent",
		Explain: `While a peer answers, the time is meant to pass between two probes. But
after each probe the kernel waits for the interval first, answered or not,
and an interval that is left out is 75 seconds. So the longer of the two is
the rhythm: a short time alone sends one probe in time, and the next too
late.`,
		Example: `tcpKeepalive:
  time: 10s`,
		Fix: `tcpKeepalive:
  time: 10s
  interval: 5s`,
		Reference: "https://github.com/torvalds/linux/blob/master/net/ipv4/tcp_timer.c",
	}
	KeepaliveEager = &Code{
		Name: "keepalive-eager", Severity: Info,
		Summary: "keepalive probes so often that it costs more than it helps",
		Explain: `Every idle connection sends a probe and gets an answer once in each idle
time, or in each interval where that is longer. At a second, ten thousand
connections are twenty thousand packets a second for nothing. Short
intervals end connections that are only slow: a network that loses packets
for that long is no dead peer.`,
		Example: `tcpKeepalive:
  time: 1s
  interval: 1s`,
		Fix: `tcpKeepalive:
  time: 30s
  interval: 5s`,
		Reference: "https://github.com/torvalds/linux/blob/master/net/ipv4/tcp_timer.c",
	}
	KeepaliveSlow = &Code{
		Name: "keepalive-slow", Severity: Info,
		Summary: "a dead peer is noticed after more than 15 minutes",
		Explain: `An idle connection to a peer that has gone, without a word, ends after the
idle time and an interval for each probe without an answer. Until then the
proxy keeps it and may send a request into it. With TCP_USER_TIMEOUT (socket
option 6/18) the kernel does not count probes: the connection ends at the
first interval after that timeout. Data that is under way is not keepalive's
business: the kernel gives up on it after the user timeout, or by its own
count of retries.`,
		Example: `tcpKeepalive:
  time: 200s
  interval: 100s
  probes: 9`,
		Fix: `tcpKeepalive:
  time: 200s
  interval: 20s
  probes: 3`,
		Reference: "https://man7.org/linux/man-pages/man7/tcp.7.html",
	}
	KeepaliveMoot = &Code{
		Name: "keepalive-moot", Severity: Info,
		Summary: "an idle timeout closes the connection before the first probe",
		Explain: `The proxy closes a connection without requests when its idle timeout is
over. A keepalive whose idle time is as long or longer never sends a probe
on it. It still watches connections on which a request waits for its answer.`,
		Example: `tcpKeepalive:
  time: 300s`,
		Fix: `tcpKeepalive:
  time: 40s`,
		Reference: "https://github.com/envoyproxy/envoy/issues/28196",
	}
	UnknownHop = &Code{
		Name: "unknown-hop", Severity: Error,
		Summary: "a configuration names a hop that is not in the table",
		Explain: `connpolicy knows hops by short names, such as aws-nlb. "connpolicy hops"
lists them. One that is missing can be told as other-flow or other-proxy,
with its timeout.`,
		Example: `hops:
- hop: aws-nbl`,
		Fix: `hops:
- hop: aws-nlb`,
		Reference: "https://github.com/connpolicy/connpolicy/blob/main/docs/hops.md",
	}
	ConfigUnmatched = &Code{
		Name: "config-unmatched", Severity: Warning,
		Summary: "a configuration names something that the input does not have",
		Explain: `A host, namespace or name narrows a hop or a suppression to what has it. One
that nothing in the input has is misspelled, or of something that is gone:
the hop judges no connection, and the suppression hides no finding. It is
not reported when files on the command line stand for a part of the inputs.`,
		Example: `hops:
- hop: aws-nlb
  host: ratings.globl`,
		Fix: `hops:
- hop: aws-nlb
  host: ratings.global`,
		Reference: "https://github.com/connpolicy/connpolicy/blob/main/docs/configuration.md",
	}
	HopTimeout = &Code{
		Name: "hop-timeout", Severity: Error,
		Summary: "a hop cannot have this timeout",
		Explain: `Most hops can be set to a range of timeouts, and some to none but their own.
A timeout outside of it is not what the hop does, so what is said about
connections would be wrong.`,
		Example: `hops:
- hop: aws-nlb
  timeout: 30s`,
		Fix: `hops:
- hop: aws-nlb
  timeout: 60s`,
		Reference: "https://github.com/connpolicy/connpolicy/blob/main/docs/hops.md",
	}
)

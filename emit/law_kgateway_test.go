package emit_test

// kgatewayExceptions are the changes to a plan that kgateway's policies need not show.
func kgatewayExceptions() []*lawException {
	list := []*lawException{
		{change: `^Destinations\[0\]`, reason: "one finding for a policy says that a VirtualDestination has no place"},
		{change: `^Destinations\[2\]`, reason: "a static Upstream is a Backend with all its hosts, whichever a mesh would know"},
		{change: `^Destinations.*\.(Name|ExportTo.*|Host) `, reason: "a policy is for a Service, whose name it has"},
		{change: `^Destinations.*\.Endpoints`, reason: "kgateway knows a Service's addresses"},
		{change: `^Destinations\[[13]\]\.Namespace changed`, reason: "a policy lies in the Service's namespace, which its Object has"},
		{change: `\.Object\.(Kind|Cluster|Workspace) changed`, reason: "a policy has the name and namespace of what it is for"},
		{change: `^Destinations.*\.Ports\[0\]\.Number changed`, reason: "a policy is for all ports"},
		{change: `^Destinations\[[13]\]\.Ports\[0\]\.Protocol changed`, reason: "the Service says its ports' protocol; what it says against useHttp2 a golden case shows"},
		{change: `^Destinations\[[13]\]\.Ports\[0\]\.Upstream changed`, reason: "whose settings they are shows in the defaults, and here everything is written"},
		{change: `\.Routed changed|^Routes`, reason: "a policy is for a Service, whichever routes lead there"},
		{change: `^Upstreams.*\.(TCP|Requests) changed`, reason: "what has an effect is in the settings"},
		{
			change: `^Destinations\[3\].*\.HTTP2\.(InitialStreamWindowSize|InitialConnectionWindowSize|MaxConcurrentStreams|OverrideStreamError) `,
			reason: "without HTTP/2 nobody reads its options: package validate says so (ignored-setting)",
		},
		{change: `\.(HTTP|HTTP1|Limits)\.From unwritten`, reason: "an empty block sets nothing"},
		{change: `\.Keepalive\.On unwritten`, reason: "the value decides alone"},
		{change: `\.HTTP2\.(On|UseDownstreamProtocol) unwritten`, reason: "the value decides alone"},
		{change: `^Upstreams\[0\]\.Object\.(Name|Namespace) changed`, reason: "a kube Upstream's settings are in its Service's policy"},
		{change: `^Upstreams.*\.Endpoints`, reason: "the Backend says where connections go"},
		{change: `^Upstreams\[[12]\]\.Places`, reason: "every static Upstream has a Backend of its own"},
		{change: `^Upstreams\[[34]\]`, reason: "one finding says that the Upstream as a whole has no place"},
		{change: `^Listeners.*\.(Name|Address|Port|ServicePorts.*|Workload.*) (changed|removed)`, reason: "a ListenerPolicy is for the Gateway's port"},
		{change: `^Listeners.*\.Gateways\[0\]\.(Kind|Section|Protocol) changed`, reason: "an entry is for the port that the section opens; a golden case shows it"},
		{change: `\.TCPProxy\.(Cluster|BySNI) changed`, reason: "where a listener forwards to is a route's matter"},
		{change: `\.SocketOptions\[0\]\.(IntValue changed|From unwritten)`, reason: "any number but 0 turns keepalive on, written or not"},
		{change: `\.SocketOptions\[\d\]\.(Description|State|BufValue) changed`, reason: "the four options of keepalive become one; of any other the finding names level and number"},
	}
	for _, e := range list {
		e.target = "kgateway"
	}
	return list
}

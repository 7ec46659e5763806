package emit_test

// envoyGatewayExceptions are changes that Envoy Gateway's policies need not show.
func envoyGatewayExceptions() []*lawException {
	list := []*lawException{
		{change: `^Destinations\[\d\](| .*|\.(Object|Name|Namespace|Host|ExportTo).*)$`, reason: "a policy is for a route, and Routes have the settings of what they lead to"},
		{change: `^Destinations.*\.Ports\[\d\]( removed|\.(Number|Protocol|Upstream|Routed|Endpoints.*) \w+)$`, reason: "a policy is for a route, whatever ports are behind it"},
		{change: `\.Undecided`, reason: "a policy is for a route, and Others are what it leads to and nobody decides"},
		{change: `^Upstreams.*\.(Object\.\w+ changed|Places.*|Endpoints.*)$`, reason: "a policy is for a route; where an Upstream connects to is its Backend's matter"},
		{change: `^Upstreams\[\d\] removed`, reason: "Routes have the settings of those that a route leads to, and one finding is for all others of one document"},
		{change: `^Upstreams\[[234]\]`, reason: "no route leads there: one finding says that the Upstream as a whole is left out"},
		{change: `^Upstreams.*\.Type changed`, reason: "whose names are resolved shows in the defaults, and here everything is written"},
		{change: `^Routes.*\.Attachment\.(Port|Protocol|Assumed) changed`, reason: "they are of a Gateway's listener, not of a route"},
		{change: `^Listeners.*\.Gateways\[0\]\.(Port|Protocol|Assumed) changed`, reason: "a policy is for the section; a golden case shows several of one port"},
		{change: `^Routes\[\d\]\.(Backends.*|Protocol|Upstream) \w+$`, reason: "a policy is for all that a route leads to; its protocol is asked where the settings speak another"},
		{change: `\.(HTTP|HTTP1|Limits)\.From unwritten`, reason: "an empty block sets nothing"},
		{change: `\.(IgnoreHealthOnHostRemoval|HTTP2\.On|Keepalive\.On) unwritten`, reason: "the value decides alone"},
		{change: `^(Destinations\[2\]|Upstreams\[1\]|Routes\[3\]).*\.HTTP2\.On changed`, reason: "the caller's protocol decides"},
		{change: `^Upstreams.*\.(TCP|Requests) changed`, reason: "a policy goes by the kind of the route"},
		{change: `^Listeners.*\.(Name|Address|Port|ServicePorts\[0\]) (changed|removed)`, reason: "the Gateway says by what name and where its listeners are opened"},
		{change: `^Listeners.*\.Workload`, reason: "which pods open it is Envoy Gateway's matter"},
		{change: `\.TCPProxy\.(Cluster|BySNI) changed`, reason: "where a listener forwards to is a TCPRoute's matter"},
		{change: `^Listeners\[0\]\.TCPProxy\.IdleTimeout`, reason: "this listener serves HTTP"},
		{change: `\.SocketOptions\[\d\]\.(Description|State) changed`, reason: "Envoy Gateway describes the options itself, and sets them before it binds"},
		{change: `\.SocketOptions\[\d\]\.BufValue changed`, reason: "a keepalive option has a number, and one finding says that another option has no place"},
		{change: `\.SocketOptions\[0\]\.(IntValue changed|From unwritten)`, reason: "any number but 0 turns keepalive on"},
	}
	for _, e := range list {
		e.target = "envoy-gateway"
	}
	for _, other := range []string{"istio", "envoy", "kgateway"} {
		list = append(list, &lawException{change: `^Routes`, target: other, reason: "settings are for what a route leads to, which the plan has beside it"})
	}
	for _, other := range []string{"istio", "envoy"} {
		list = append(list, &lawException{change: `^Listeners.*\.Gateways`, target: other, reason: "Gateways of the Gateway API are another target's"})
	}
	return list
}

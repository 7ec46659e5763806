package validate

import (
	"cmp"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

const ms = time.Millisecond

// kindNames are the kinds behind the names that a selector gives them.
var kindNames = map[string]string{"SERVICE": "Service", "VIRTUAL_DESTINATION": "VirtualDestination", "EXTERNAL_SERVICE": "ExternalService"}

func (r *rules) connectionPolicy(p *schema.ConnectionPolicy) {
	config := p.Spec.Config
	if tcp := config.TCP; tcp != nil {
		r.connectTimeout("/spec/config/tcp/connectTimeout", tcp.ConnectTimeout, ms)
		r.duration("/spec/config/tcp/maxConnectionDuration", tcp.MaxConnectionDuration, ms, ms)
		r.limit("/spec/config/tcp/maxConnections", tcp.MaxConnections)
		r.policyKeepalive("/spec/config/tcp/tcpKeepalive", tcp.TCPKeepalive)
	}
	if http := config.HTTP; http != nil {
		r.duration("/spec/config/http/idleTimeout", http.IdleTimeout, ms, ms)
		r.limit("/spec/config/http/maxRetries", http.MaxRetries)
		r.limit("/spec/config/http/maxRequests", http.MaxRequests)
		r.limit("/spec/config/http/maxPendingRequests", http.MaxPendingRequests)
	}
	if !setsAnything(config.TCP, config.HTTP) {
		r.noSettings()
	}
	for i, d := range p.Spec.ApplyToDestinations {
		pointer := index("/spec/applyToDestinations", i)
		if d.Kind == "EXTERNAL_SERVICE" {
			r.externalServicePolicy(pointer)
		}
		if d.Selector == nil && !r.took(pointer) {
			r.selectorMissing(pointer, "selector", kindNames[cmp.Or(d.Kind, "SERVICE")])
		}
	}
}

// setsAnything reports whether a policy changes anything. An empty tcpKeepalive does: it
// turns keepalive on.
func setsAnything(tcp *schema.TCPConfig, http *schema.HTTPConfig) bool {
	return tcp != nil && *tcp != schema.TCPConfig{} || http != nil && *http != schema.HTTPConfig{}
}

func (r *rules) noSettings() {
	if r.took("/spec") || r.took("") {
		return // what it sets may be what was refused, or left without a value
	}
	r.key(diag.NoSettings, "/spec/config", "this policy sets nothing, so it changes nothing", "write settings under spec.config, or delete the policy")
}

func (r *rules) externalServicePolicy(pointer string) {
	r.value(diag.ExternalServicePolicy, pointer+"/kind", "a ConnectionPolicy cannot select ExternalServices", "select VIRTUAL_DESTINATION or SERVICE, or put a VirtualDestination before the ExternalService")
}

func (r *rules) selectorMissing(pointer, field, what string) {
	r.value(diag.SelectorMissing, pointer, sprint("this entry has no %s, and Gloo does not define what that means; it is read as every %s", field, what), sprint("write %s: {} to make that explicit", field))
}

// limit warns of a limit of zero in a ConnectionPolicy, which protobuf and Istio take as not set.
func (r *rules) limit(pointer string, limit *int32) {
	if limit != nil && *limit == 0 {
		r.value(diag.ZeroLimit, pointer, sprint("%s is 0, which counts as leaving it out: there is no limit", diag.FieldPath(pointer)), "delete the line, or write 1 or more")
	}
}

func (r *rules) policyKeepalive(pointer string, k *schema.TCPKeepalive) {
	if k != nil {
		r.keepalive(pointer, "probes", k.Probes, ms, keepaliveTimer{"time", k.Time}, keepaliveTimer{"interval", k.Interval})
	}
}

func (r *rules) listenerConnectionPolicy(p *schema.ListenerConnectionPolicy) {
	r.policyKeepalive("/spec/config/tcpKeepalive", p.Spec.Config.TCPKeepalive)
	if p.Spec.Config.TCPKeepalive == nil && p.Spec.Config.PerConnectionBufferLimitBytes == nil {
		r.noSettings()
	}
	for i, l := range p.Spec.ApplyToListeners {
		if pointer := index("/spec/applyToListeners", i); l.VirtualGateway == nil && !r.took(pointer) {
			r.selectorMissing(pointer, "virtualGateway", "VirtualGateway")
		}
	}
}

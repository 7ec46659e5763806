package compile_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/plan"
)

// settingsOf are those of the only destination or Upstream of a plan.
func settingsOf(t *testing.T, text string) *plan.Settings {
	t.Helper()
	p, _ := resolve(t, text)
	switch {
	case len(p.Upstreams) == 1:
		return p.Upstreams[0].Settings
	case len(p.Destinations) == 1:
		return p.Destinations[0].Ports[0].Settings
	}
	t.Fatalf("%d Upstreams and %d destinations", len(p.Upstreams), len(p.Destinations))
	return nil
}

func ofPolicy(t *testing.T, config string) *plan.Settings {
	t.Helper()
	return settingsOf(t, manifest("Service", "a/b", "", "{ports: [{port: 80}]}")+manifest("ConnectionPolicy", "a/p", "", "{config: "+config+"}"))
}

func ofUpstream(t *testing.T, spec string) *plan.Settings {
	t.Helper()
	return settingsOf(t, manifest("Upstream", "a/u", "", "{static: {hosts: [{addr: 10.0.0.1, port: 80}]}"+spec+"}"))
}

func TestWhatAPolicyLeavesOutIsTheMeshsDefault(t *testing.T) {
	s := ofPolicy(t, "{http: {maxRetries: 2}}")
	if s.ConnectTimeout.Value != 10*time.Second || s.ConnectTimeout.From.Default != "Istio's default" || s.ConnectTimeout.Written() {
		t.Errorf("connect timeout: %+v", s.ConnectTimeout)
	}
	if s.Limits.MaxConnections.Value != math.MaxUint32 || s.Limits.MaxRequests.Value != math.MaxUint32 || s.Limits.MaxPendingRequests.Value != math.MaxUint32 {
		t.Errorf("limits: %+v", s.Limits)
	}
	if s.Limits.MaxRetries.Value != 2 || !s.Limits.MaxRetries.Written() || s.Limits.MaxRetries.From.Pointer() != "/spec/config/http/maxRetries" {
		t.Errorf("retries: %+v", s.Limits.MaxRetries)
	}
	if s.Keepalive.On.Value {
		t.Error("keepalive is on, and nobody asked for it")
	}
}

func TestWhatAnUpstreamLeavesOutIsGloosAndEnvoysDefault(t *testing.T) {
	s := ofUpstream(t, "")
	if s.ConnectTimeout.Value != 5*time.Second || s.ConnectTimeout.From.Default != "Gloo's default" {
		t.Errorf("connect timeout: %+v", s.ConnectTimeout)
	}
	if l := s.Limits; l.MaxConnections.Value != 1024 || l.MaxRequests.Value != 1024 || l.MaxPendingRequests.Value != 1024 || l.MaxRetries.Value != 3 || l.From.Written() {
		t.Errorf("limits: %+v", l)
	}
}

func TestAnEmptyKeepaliveTurnsItOnWithTheKernelsTimings(t *testing.T) {
	for name, s := range map[string]*plan.Settings{
		"policy": ofPolicy(t, "{tcp: {tcpKeepalive: {}}}"), "Upstream": ofUpstream(t, ", connectionConfig: {tcpKeepalive: {}}"),
	} {
		k := s.Keepalive
		if !k.On.Value || !k.On.Written() || k.Time.Value != 2*time.Hour || k.Interval.Value != 75*time.Second || k.Probes.Value != 9 || k.Time.Written() || k.Time.From.Default != "the kernel's default" {
			t.Errorf("%s: %+v", name, k)
		}
	}
}

func TestAZeroIsUnsetOrZeroAsEachAPIMeansIt(t *testing.T) {
	s := ofPolicy(t, "{tcp: {maxConnections: 0, tcpKeepalive: {probes: 0}}, http: {maxRequestsPerConnection: 0, idleTimeout: 1s}}")
	if s.Limits.MaxConnections.Written() || s.Limits.MaxConnections.Value != math.MaxUint32 || s.MaxRequestsPerConnection.Value != 0 || s.Keepalive.Probes.Value != 9 {
		t.Errorf("a policy's zeros: %+v, %+v, %+v", s.Limits, s.MaxRequestsPerConnection, s.Keepalive.Probes)
	}
	u := ofUpstream(t, ", circuitBreakers: {maxConnections: 0}, connectionConfig: {maxRequestsPerConnection: 0, perConnectionBufferLimitBytes: 0, tcpKeepalive: {keepaliveProbes: 0}}")
	if !u.Limits.MaxConnections.Written() || u.Limits.MaxConnections.Value != 0 || u.Limits.MaxRetries.Value != 3 || u.Limits.MaxRetries.Written() {
		t.Errorf("an Upstream's limits: %+v", u.Limits)
	}
	if u.MaxRequestsPerConnection.Written() || !u.BufferLimit.Written() || u.BufferLimit.Value != 0 || u.Keepalive.Probes.Value != 9 {
		t.Errorf("an Upstream's other zeros: %+v, %+v, %+v", u.MaxRequestsPerConnection, u.BufferLimit, u.Keepalive.Probes)
	}
}

func TestKeepalivesOfEveryKindAreWholeSeconds(t *testing.T) {
	policy := ofPolicy(t, "{tcp: {tcpKeepalive: {time: 1500ms, interval: 500ms}}}").Keepalive
	upstream := ofUpstream(t, ", connectionConfig: {tcpKeepalive: {keepaliveTime: 1500ms, keepaliveInterval: 500ms}}").Keepalive
	for _, k := range []plan.Keepalive{policy, upstream} {
		if k.Time.Value != 2*time.Second || k.Interval.Value != time.Second {
			t.Errorf("1500ms and 500ms are %s and %s", k.Time.Value, k.Interval.Value)
		}
	}
}

func TestOptionsOfHTTP2AreReadWithUseHTTP2Only(t *testing.T) {
	const options = ", initialStreamWindowSize: 70000, initialConnectionWindowSize: 80000, maxConcurrentStreams: 9, overrideStreamErrorOnInvalidHttpMessage: true"
	for use, want := range map[string]bool{"": false, ", useHttp2: false": false, ", useHttp2: true": true} {
		h := ofUpstream(t, options+use).HTTP2
		for name, written := range map[string]bool{
			"initialStreamWindowSize": h.InitialStreamWindowSize.Written(), "initialConnectionWindowSize": h.InitialConnectionWindowSize.Written(),
			"maxConcurrentStreams": h.MaxConcurrentStreams.Written(), "overrideStreamErrorOnInvalidHttpMessage": h.OverrideStreamError.Written(),
		} {
			if written != want {
				t.Errorf("with %q, %s is read: %t", use, name, written)
			}
		}
	}
}

func TestEverySettingSaysWhereItComesFrom(t *testing.T) {
	var check func(t *testing.T, v reflect.Value, path string)
	check = func(t *testing.T, v reflect.Value, path string) {
		if o, ok := v.Interface().(plan.Origin); ok {
			if !o.Written() && o.Default == "" {
				t.Errorf("%s comes from nowhere", path)
			}
			return
		}
		if v.Kind() == reflect.Struct {
			for i := range v.NumField() {
				check(t, v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		}
	}
	for name, s := range map[string]*plan.Settings{
		"policy": ofPolicy(t, "{tcp: {maxConnections: 1}}"), "Upstream": ofUpstream(t, ""), "full Upstream": ofUpstream(t, ", useHttp2: true, connectionConfig: {http1ProtocolOptions: {}}, protocolSelection: USE_DOWNSTREAM_PROTOCOL, preconnectPolicy: {perUpstreamPreconnectRatio: 2}"),
	} {
		t.Run(name, func(t *testing.T) { check(t, reflect.ValueOf(*s), "Settings") })
	}
}

package compile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/plan"
)

// connectionOf is the connection of a plan by its name.
func connectionOf(t *testing.T, p *plan.Plan, name string) *plan.Connection {
	t.Helper()
	all := p.Connections()
	i := slices.IndexFunc(all, func(c plan.Connection) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no connection %s in %d", name, len(all))
	}
	return &all[i]
}

// textOf is the text of a value, "" when the connection does not have it.
func textOf(c *plan.Connection, name string) string {
	for _, v := range c.Values() {
		if v.Name == name {
			return v.Text
		}
	}
	return ""
}

func TestHTTPSettingsHoldOnHTTPPortsOnly(t *testing.T) {
	for _, tt := range []struct {
		port string
		tcp  bool
	}{
		{"{name: http, port: 80}", false},
		{"{name: grpc-api, port: 80}", false},
		{"{name: plain, port: 80}", false}, // sidecars find out
		{"{name: tcp-redis, port: 80}", true},
		{"{name: mysql, port: 80}", true},
		{"{name: https, port: 80}", true},
		{"{name: tls, port: 80}", true},
		{"{name: mongo, port: 80}", true},
		{"{name: http, appProtocol: tcp, port: 80}", true},
		{"{name: db, port: 3306}", true},
	} {
		p, found := resolve(t, manifest("Service", "a/b", "", "{ports: ["+tt.port+"]}")+
			manifest("ConnectionPolicy", "a/p", "", "{config: {http: {idleTimeout: 30s, maxRequests: 7, maxPendingRequests: 8}}}"))
		c := &p.Connections()[0]
		idle := textOf(c, "http.idleTimeout") + " " + textOf(c, "tcp.idleTimeout")
		want, requests := "30s ", "7"
		if tt.tcp {
			want, requests = " 3600s", ""
		}
		if idle != want || textOf(c, "limits.maxRequests") != requests || textOf(c, "limits.maxPendingRequests") != "8" || c.TCP != tt.tcp {
			t.Errorf("%s: %q, %v", tt.port, idle, c.Values())
		}
		if got := strings.Count(codesOf(found), diag.IgnoredSetting.Name); (got == 2) != tt.tcp {
			t.Errorf("%s: %d settings are reported as ignored: %v", tt.port, got, found)
		}
	}
}

func TestWhatLeadsToAnUpstreamDecidesItsIdleTimeout(t *testing.T) {
	const (
		upstream = "{static: {hosts: [{addr: db.example.com, port: 5432}]}, connectionConfig: {commonHttpProtocolOptions: {idleTimeout: 60s}}}"
		tcp      = "{bindAddress: '::', bindPort: %d, tcpGateway: {tcpHosts: [{destination: {single: {upstream: {name: db, namespace: a}}}}], options: {tcpProxySettings: {idleTimeout: %s}}}}"
		backend  = "{rules: [{backendRefs: [{group: gloo.solo.io, kind: Upstream, name: db}]}]}"
	)
	for _, tt := range []struct {
		name, others string
		idle         time.Duration
		tcp          bool
	}{
		{"nothing in the input", "", time.Minute, false},
		{"a TCP gateway", manifest("Gateway", "a/g", "", fmt.Sprintf(tcp, 1, "10m")), 10 * time.Minute, true},
		{"two TCP gateways", manifest("Gateway", "a/g", "", fmt.Sprintf(tcp, 1, "10m")) + manifest("Gateway", "a/h", "", fmt.Sprintf(tcp, 2, "20m")), 20 * time.Minute, true},
		{"one that never ends", manifest("Gateway", "a/g", "", fmt.Sprintf(tcp, 1, "0s")) + manifest("Gateway", "a/h", "", fmt.Sprintf(tcp, 2, "20m")), 0, true},
		{"a TCPRoute", manifest("TCPRoute", "a/r", "", backend), time.Hour, true},
		{"a TLSRoute", manifest("TLSRoute", "a/r", "", backend), time.Hour, true},
		{"an HTTPRoute", manifest("HTTPRoute", "a/r", "", backend), time.Minute, false},
		{"a TCPRoute and an HTTPRoute", manifest("TCPRoute", "a/r", "", backend) + manifest("HTTPRoute", "a/r", "", backend), time.Hour, false},
	} {
		p, found := resolve(t, manifest("Upstream", "a/db", "", upstream)+tt.others)
		c := connectionOf(t, p, "a/db")
		if c.Idle.Value != tt.idle || c.TCP != tt.tcp {
			t.Errorf("%s: idle for %s, TCP %t", tt.name, c.Idle.Value, c.TCP)
		}
		if ignored := strings.Contains(codesOf(found), diag.IgnoredSetting.Name); ignored != tt.tcp {
			t.Errorf("%s: %v", tt.name, found)
		}
	}
}

func TestAnUpstreamOfHTTP2HasEnvoysIdleTimeout(t *testing.T) {
	s := ofUpstream(t, ", useHttp2: true, connectionConfig: {commonHttpProtocolOptions: {idleTimeout: 30s, maxHeadersCount: 7}}")
	if s.HTTP.IdleTimeout.Written() || s.HTTP.IdleTimeout.Value != time.Hour || s.HTTP.MaxHeadersCount.Written() || s.HTTP.From.Written() {
		t.Errorf("%+v", s.HTTP)
	}
}

// codesOf lists the codes of findings.
func codesOf(found diag.List) string {
	var names []string
	for _, d := range found {
		names = append(names, d.Name)
	}
	return strings.Join(names, " ")
}

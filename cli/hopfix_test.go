package cli

import (
	"strings"
	"testing"
)

// hopFixPolicy has a keepalive TIME and INTERVAL, toward a Service.
const hopFixPolicy = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: a, namespace: b}
spec:
  applyToDestinations: [{selector: {name: ratings}}]
  config: {tcp: {tcpKeepalive: {KEEPALIVE}}}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: b}
spec: {ports: [{port: 80}]}
`

func TestFixWritesTheValueThatSuitsTheHops(t *testing.T) {
	for _, c := range []struct{ name, keepalive, want, hops string }{
		{"one hop", "time: 700s, interval: 10s", "time: 300s, interval: 10s", "aws-nlb"},
		{"the strictest of two", "time: 700s, interval: 10s", "time: 180s, interval: 10s", "aws-nlb azure-lb"},
		{"quotes stay", "time: '700s', interval: 10s", "time: '300s', interval: 10s", "aws-nlb"},
		{"a unit is added first", "time: 700, interval: 10s", "time: 300s, interval: 10s", "aws-nlb"},
		{"the interval alone", "time: 100s, interval: 400s", "time: 100s, interval: 50s", "aws-nlb"},
		{"two values", "time: 700s, interval: 400s", "time: 700s, interval: 400s", "aws-nlb"},
		{"left out", "interval: 10s", "interval: 10s", "aws-nlb"},
		{"too eager", "time: 700s, interval: 1s", "time: 700s, interval: 1s", "other-flow=8s"},
		{"safe", "time: 200s, interval: 10s", "time: 200s, interval: 10s", "aws-nlb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, path := fixDir(t)
			putFile(t, path, strings.Replace(hopFixPolicy, "KEEPALIVE", c.keepalive, 1))
			args := []string{"validate", "--fix", path}
			for h := range strings.FieldsSeq(c.hops) {
				args = append(args, "--hop", h)
			}
			got := runIn(t, dir, "", args...)
			if text := textOf(t, path); text != strings.Replace(hopFixPolicy, "KEEPALIVE", c.want, 1) {
				t.Errorf("%s\n%s", text, got.err)
			}
		})
	}
}

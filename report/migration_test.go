package report

import (
	"testing"

	"github.com/connpolicy/connpolicy/plan"
)

func TestAValueIsComparedByWhatItMeans(t *testing.T) {
	for _, c := range []struct {
		setting, before, after string
		same                   bool
	}{
		{"connectTimeout", "1.5s", "1s500ms", true},
		{"connectTimeout", "120h", "432000s", true},
		{"connectTimeout", "5s", "10s", false},
		{"keepalive.time", "60s", "60", true},
		{"keepalive.on", "on", "1", true},
		{"keepalive.on", "on", "off", false},
		{"bufferLimit", "32768", "32Ki", true},
		{"bufferLimit", "1048576", "32Ki", false},
		{"limits.maxRetries", "3", "1024", false},
		{"limits.maxConnections", "no limit", "4294967295", true},
		{"limits.maxConnections", "0", "no limit", false},
		{"limits.maxConnections", "no limit", "0", false},
		{"maxRequestsPerConnection", "no limit", "0", true},
		{"http.idleTimeout", "never", "0s", true},
		{"http.idleTimeout", "3600s", "never", false},
		{"preconnect.perUpstream", "1.5", "150", true},
		{"http1.headerKeyFormat", "PROPER_CASE", "as received", false},
		{"keepalive.userTimeout", "30s", "30000ms", true},
		{"keepalive.userTimeout", "30s", "left out", false},
	} {
		if got := sameMeaning(plan.Value{Name: c.setting, Text: c.before}, c.after); got != c.same {
			t.Errorf("%s: %s and %s: the same is %t", c.setting, c.before, c.after, got)
		}
	}
}

func TestAWordOfTheTargetIsNoChange(t *testing.T) {
	if !respelled(plan.Value{Name: "http1.headerKeyFormat", Text: "PRESERVE_CASE"}, "true") || !respelled(plan.Value{Name: "http2.on", Text: "on"}, "UPGRADE") {
		t.Error("a word of the target's own is taken for a change")
	}
	if respelled(plan.Value{Name: "limits.maxRetries", Text: "0"}, "1") {
		t.Error("a number that differs is taken for a word")
	}
}

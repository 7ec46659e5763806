package diag_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

func TestTheNearestNameIsWhatAPersonMeant(t *testing.T) {
	fields := []string{"interval", "probes", "time"}
	tcp := []string{"connectTimeout", "maxConnections", "tcpKeepalive"}
	kinds := []string{"SERVICE", "VIRTUAL_DESTINATION", "EXTERNAL_SERVICE"}
	for _, c := range []struct {
		name, word string
		among      []string
		want       string
	}{
		{"a letter too many", "intervall", fields, "interval"},
		{"a letter missing", "interal", fields, "interval"},
		{"another letter", "propes", fields, "probes"},
		{"two neighbors swapped", "itme", fields, "time"},
		{"swapped at the end", "probse", fields, "probes"},
		{"another case", "tcpKeepAlive", tcp, "tcpKeepalive"},
		{"snake case", "max_connections", tcp, "maxConnections"},
		{"kebab case", "connect-timeout", tcp, "connectTimeout"},
		{"lower case of a constant", "virtual_destination", kinds, "VIRTUAL_DESTINATION"},
		{"the kind's name for its constant", "VirtualDestination", kinds, "VIRTUAL_DESTINATION"},
		{"three of twelve letters", "tcpKeepxxxve", tcp, "tcpKeepalive"},
		{"a word cut short", "prob", fields, "probes"},
		{"itself", "time", fields, "time"},
		{"too far", "timeout", fields, ""},
		{"nothing alike", "banana", fields, ""},
		{"a short word, another one", "abc", []string{"xyz"}, ""},
		{"one letter of two", "ab", []string{"ac"}, "ac"},
		{"four of sixteen letters", "maxConnxxxxons", tcp, ""},
		{"no candidates", "time", nil, ""},
		{"an empty word", "", fields, ""},
		{"unicode", "tíme", fields, "time"},
		{"the first of two as near", "tame", []string{"time", "tome"}, "time"},
		{"the nearest in letters, not the first that it begins", "maxConnection", []string{"maxConnectionDuration", "maxConnections"}, "maxConnections"},
		{"of two that it begins, the shorter", "maxConn", []string{"maxConnectionDuration", "maxConnections"}, "maxConnections"},
		{"a word of more letters than any name", strings.Repeat("x", 300), []string{strings.Repeat("x", 300)}, ""},
		{"the nearer of two", "probez", []string{"probe", "probes", "probed!"}, "probe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := diag.Nearest(c.word, c.among); got != c.want {
				t.Errorf("%q among %q is taken for %q, want %q", c.word, c.among, got, c.want)
			}
		})
	}
}

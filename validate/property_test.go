package validate_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/facts"
	"pgregory.net/rapid"
)

func duration(t *rapid.T, text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// wholeMilliseconds draws a duration as people write one.
func wholeMilliseconds(least, most int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		n := rapid.IntRange(least, most).Draw(t, "milliseconds")
		d := time.Duration(n) * time.Millisecond
		return rapid.SampledFrom([]string{d.String(), fmt.Sprintf("%dms", n), "+" + d.String(), fmt.Sprintf("%d.%03ds", n/1000, n%1000)}).Draw(t, "spelling")
	})
}

func wholeSeconds(least, most int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		n := rapid.IntRange(least, most).Draw(t, "seconds")
		d := time.Duration(n) * time.Second
		return rapid.SampledFrom([]string{d.String(), fmt.Sprintf("%ds", n), fmt.Sprintf("%d.0s", n), fmt.Sprintf("%d000ms", n)}).Draw(t, "spelling")
	})
}

func number(least, most int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any { return rapid.IntRange(least, most).Draw(t, "number") })
}

// some draws an object with some of the fields, at least one.
func some(fields map[string]*rapid.Generator[any]) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		var names []string
		for name := range fields {
			names = append(names, name)
		}
		object := map[string]any{}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(sorted(names)), 1, len(names), rapid.ID[string]).Draw(t, "fields") {
			object[name] = fields[name].Draw(t, name)
		}
		return object
	})
}

func sorted(names []string) []string {
	for i := range names {
		for j := i; j > 0 && names[j] < names[j-1]; j-- {
			names[j], names[j-1] = names[j-1], names[j]
		}
	}
	return names
}

const int32Max = 1<<31 - 1

var config = some(map[string]*rapid.Generator[any]{
	"tcp": some(map[string]*rapid.Generator[any]{
		"maxConnections": number(1, int32Max),
		"connectTimeout": wholeMilliseconds(100, int32Max),
		"tcpKeepalive": some(map[string]*rapid.Generator[any]{
			"time": wholeSeconds(1, facts.KernelMaxKeepaliveSeconds), "interval": wholeSeconds(1, facts.KernelMaxKeepaliveSeconds), "probes": number(1, facts.KernelMaxKeepaliveProbes),
		}),
	}),
	"http": some(map[string]*rapid.Generator[any]{
		"maxRequestsPerConnection": number(0, int32Max), "maxRetries": number(1, int32Max), "maxRequests": number(1, int32Max), "maxPendingRequests": number(1, int32Max),
		"idleTimeout": wholeMilliseconds(1, int32Max),
	}),
})

var selectors = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any {
	item := map[string]any{
		"selector": rapid.SampledFrom([]any{
			map[string]any{}, map[string]any{"labels": map[string]any{"app.kubernetes.io/name": "a"}}, map[string]any{"name": "a", "namespace": "b", "cluster": "c", "workspace": "d"},
		}).Draw(t, "selector"),
	}
	if kind := rapid.SampledFrom([]string{"", "SERVICE", "VIRTUAL_DESTINATION"}).Draw(t, "kind"); kind != "" {
		item["kind"] = kind
	}
	if port := rapid.IntRange(-1, 65535).Draw(t, "port"); port > 0 {
		item["port"] = map[string]any{"number": port}
	} else if port == 0 {
		item["port"] = map[string]any{"name": "http"}
	}
	return item
}), 0, 4)

func TestAConnectionPolicyWithinTheRulesHasNoFindings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		object := map[string]any{
			"apiVersion": "resilience.policy.gloo.solo.io/v2", "kind": "ConnectionPolicy",
			"metadata": map[string]any{"name": rapid.StringMatching(`[a-z]([-a-z0-9]{0,20}[a-z0-9])?`).Draw(t, "name"), "namespace": "b"},
			"spec":     map[string]any{"applyToDestinations": selectors.Draw(t, "applyToDestinations"), "config": config.Draw(t, "config")},
		}
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if found := check(string(text)); len(found) > 0 {
			t.Fatalf("found %q in\n%s", allSaid(found), text)
		}
	})
}

func TestWholeSecondsRoundUpByLessThanOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(40_000*time.Second)).Draw(t, "nanoseconds"))
		got := time.Duration(facts.WholeSeconds(d)) * time.Second
		// Gloo's own rounding lets a fraction below 0.0001 s go.
		if got < d-100*time.Microsecond || got >= d+time.Second || got < time.Second {
			t.Fatalf("%s becomes %s", d, got)
		}
	})
}

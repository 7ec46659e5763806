package dialect_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/plan"
	"pgregory.net/rapid"
)

// kept reads a block back as a manifest is read.
func kept(t rapid.TB, block *dialect.Block, rows []dialect.Mapping) map[string]any {
	t.Helper()
	text, err := json.Marshal(block)
	if err != nil {
		t.Fatal(err)
	}
	tree := map[string]any{}
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	settings, unread := dialect.Read(tree, rows...)
	if len(unread) > 0 {
		t.Fatalf("%s cannot be read in %s", unread, text)
	}
	return settings
}

var rows = []dialect.Mapping{
	{Setting: "on", Field: "keepalive", Codec: dialect.Switch{}, Unless: []dialect.Unless{{If: func(v plan.Values) bool { return !v.On("on") }}}},
	{Setting: "time", Field: "keepalive.time", Codec: dialect.GatewayDuration{}},
	{Setting: "limit", Field: "limits.max", Codec: dialect.Int32{Least: 1}},
	{Setting: "size", Field: "limits.size", Codec: dialect.Number{}},
	{Setting: "flag", Field: "flag", Codec: dialect.Flag{}},
	{Setting: "end", Field: "end", Codec: dialect.Words{On: "Stream", Off: "Connection"}},
	{Setting: "format", Field: "preserve", Codec: dialect.Is{Text: "PRESERVE_CASE"}},
	{Setting: "ratio", Field: "percent", Codec: dialect.Percent{Name: "ratio"}},
}

func policy(o dialect.Options) *dialect.Policy {
	return &dialect.Policy{Collector: dialect.NewCollector("a target"), Options: o, NameOf: func(v plan.Value) string { return v.Name }}
}

// TestWhatIsWrittenCanBeRead holds read(write(p)) = p for values that the codecs hold as they are.
func TestWhatIsWrittenCanBeRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]any{
			"on":     true,
			"time":   time.Duration(rapid.Int64Range(0, 99_999*3600*1000).Draw(t, "time")) * time.Millisecond,
			"limit":  rapid.Uint32Range(1, 1<<31-1).Draw(t, "limit"),
			"size":   rapid.Uint32().Draw(t, "size"),
			"flag":   rapid.Bool().Draw(t, "flag"),
			"end":    rapid.Bool().Draw(t, "end"),
			"format": rapid.SampledFrom([]string{"", "PRESERVE_CASE"}).Draw(t, "format"),
			"ratio":  float64(rapid.Uint32Range(100, 300).Draw(t, "ratio")) / 100,
		}
		values := plan.Values{}
		for name, raw := range want {
			values[name] = plan.Value{Name: name, Raw: raw}
		}
		p := policy(dialect.Options{Explicit: true})
		got := kept(t, p.Write(values, rows...), rows)
		for name, raw := range want {
			if got[name] != raw {
				t.Errorf("%s was %v and is read as %v", name, raw, got[name])
			}
		}
		if len(p.Found) > 0 {
			t.Errorf("a value that is held as it is has a finding: %v", p.Found)
		}
	})
}

func TestAValueOutOfBoundsIsWrittenAsTheNearest(t *testing.T) {
	for _, c := range []struct {
		codec dialect.Codec
		raw   any
		want  any
	}{
		{dialect.Int32{Least: 1}, uint32(0), uint32(1)},
		{dialect.Int32{}, uint32(1<<32 - 1), uint32(1<<31 - 1)},
		{dialect.Percent{}, 1.234, uint32(123)},
		{dialect.GatewayDuration{}, 1500 * time.Microsecond, "2ms"},
		{dialect.GatewayDuration{}, 100_000 * time.Hour, "99999h"},
	} {
		if got, _, ok := c.codec.Encode(policy(dialect.Options{}), plan.Value{Name: "a", Raw: c.raw}); !ok || got != c.want {
			t.Errorf("%T writes %v as %v, want %v", c.codec, c.raw, got, c.want)
		}
	}
}

func TestDefaultsAreWrittenWhenTheyAreAskedFor(t *testing.T) {
	values := plan.Values{"limit": {Name: "limit", Raw: uint32(7)}}
	row := func(m dialect.Mapping) []dialect.Mapping {
		m.Setting, m.Field, m.Codec = "limit", "limit", dialect.Number{}
		return []dialect.Mapping{m}
	}
	for name, c := range map[string]struct {
		row    dialect.Mapping
		opts   dialect.Options
		writes bool
	}{
		"left out":                        {dialect.Mapping{}, dialect.Options{}, false},
		"explicit":                        {dialect.Mapping{}, dialect.Options{Explicit: true}, true},
		"explicit, never":                 {dialect.Mapping{Zero: dialect.Never}, dialect.Options{Explicit: true}, false},
		"preserved, the same":             {dialect.Mapping{Default: uint32(7)}, dialect.Options{Preserve: true}, false},
		"preserved, another":              {dialect.Mapping{Default: uint32(8)}, dialect.Options{Preserve: true}, true},
		"another, and nothing asked for":  {dialect.Mapping{Default: uint32(8)}, dialect.Options{}, false},
		"explicit, not zero":              {dialect.Mapping{Zero: dialect.IfNotZero}, dialect.Options{Explicit: true}, true},
		"preserved, nothing is different": {dialect.Mapping{}, dialect.Options{Preserve: true}, false},
	} {
		if block := policy(c.opts).Write(values, row(c.row)...); block.Empty() == c.writes {
			t.Errorf("%s: written is %v, want %v", name, !block.Empty(), c.writes)
		}
	}
}

package plan

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"sync"
	"time"
	"unicode"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/facts"
)

var originType = reflect.TypeFor[Origin]()

// Values are settings by their names in the plan, such as "keepalive.time".
type Values map[string]Value

// Values returns every setting by its name.
func (s *Settings) Values() Values { return byNames(group{"", s}) }

// Values returns every setting of the listener by its name, those of HTTP and of TCP; not its socket options.
func (l *Listener) Values() Values { return byNames(l.groups()...) }

func (l *Listener) groups() []group {
	keepalive := l.Keepalive()
	return []group{
		{"keepalive", &keepalive},
		{"bufferLimit", l.BufferLimit},
		{"exactBalance", l.ExactBalance},
		{"maxRequestsPerConnection", l.MaxRequestsPerConnection},
		{"http", l.Timeouts},
		{"tcp", l.TCPProxy},
	}
}

// byNames has values without their texts, which writers do not need.
func byNames(groups ...group) Values {
	values := Values{}
	for _, g := range groups {
		for name, setting := range settingsIn(g) {
			values[name] = Value{Name: name, Raw: setting.Field(0).Interface(), From: setting.Field(1).Interface().(Origin)}
		}
	}
	return values
}

// SettingNames returns the names of all settings of a destination, in the order of the plan.
func SettingNames() []string { return namesOf(group{"", &Settings{}}) }

// ListenerSettingNames returns the names of all settings of a listener, in the order of the plan.
func ListenerSettingNames() []string {
	groups := new(Listener).groups()
	groups[0].settings = &Keepalive{UserTimeout: &Setting[time.Duration]{}}
	return namesOf(groups...)
}

func namesOf(groups ...group) (names []string) {
	for _, g := range groups {
		for name := range settingsIn(g) {
			names = append(names, name)
		}
	}
	return names
}

// On reports a setting that is a switch and on.
func (v Values) On(name string) bool {
	on, _ := v[name].Raw.(bool)
	return on
}

// appendValues appends every Setting of a group, in the order of its fields.
func appendValues(out []Value, g group) []Value {
	for name, setting := range settingsIn(g) {
		raw := setting.Field(0).Interface()
		out = append(out, Value{name, ValueText(name, raw), raw, setting.Field(1).Interface().(Origin)})
	}
	return out
}

// settingsIn yields every Setting of a group by its path, in the order of the fields: a setting that is added to
// the plan is listed without being added here.
func settingsIn(g group) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		v := reflect.ValueOf(g.settings)
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		for _, leaf := range layoutOf(v.Type(), g.name) {
			setting := v.FieldByIndex(leaf.index)
			if setting.Kind() == reflect.Pointer {
				setting = setting.Elem() // of none, where the setting is not set
			}
			if setting.IsValid() && !yield(leaf.name, setting) {
				return
			}
		}
	}
}

// leaf is a Setting below a struct: its name, and the fields on the way to it.
type leaf struct {
	name  string
	index []int
}

type layoutKey struct {
	group reflect.Type
	name  string
}

// layouts are the leaves of each struct that was asked for, under each name.
var layouts sync.Map

func layoutOf(t reflect.Type, name string) []leaf {
	key := layoutKey{t, name}
	if known, ok := layouts.Load(key); ok {
		return known.([]leaf)
	}
	found := leaves(nil, t, name, nil)
	layouts.Store(key, found)
	return found
}

func leaves(out []leaf, t reflect.Type, name string, index []int) []leaf {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == originType {
		return out // the name of a cluster, or where a block is: not a setting
	}
	if from, ok := t.FieldByName("From"); ok && t.NumField() == 2 && from.Type == originType {
		return append(out, leaf{name, index})
	}
	for i := range t.NumField() {
		field := lowerFirst(t.Field(i).Name)
		if name != "" {
			field = name + "." + field
		}
		out = leaves(out, t.Field(i).Type, field, append(slices.Clone(index), i))
	}
	return out
}

// lowerFirst spells a field's name as manifests do: ConnectTimeout is connectTimeout, HTTP2 is
// http2, TCPProxy is tcpProxy.
func lowerFirst(name string) string {
	runes := []rune(name)
	for i := range runes {
		if !unicode.IsUpper(runes[i]) || i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			break
		}
		runes[i] = unicode.ToLower(runes[i])
	}
	return string(runes)
}

// zeros are what 0 means to Envoy where it is not a number like others.
var zeros = map[string]string{
	"maxRequestsPerConnection": "no limit", "maxConnectionDuration": "no limit",
	"http.idleTimeout": "never", "http.maxStreamDuration": "no limit", "http.maxHeadersCount": fmt.Sprint(facts.EnvoyMaxHeaders),
	"http.idle": "never", "http.maxConnectionDuration": "no limit", "http.streamIdle": "never", "http.request": "no limit",
	"proxyProtocol": "none", "tunnel": "none", "tcp.idleTimeout": "never", "bufferLimit": "no limit", "keepalive.userTimeout": "off",
}

// ValueText is a value of a setting for people, such as "700s" or "no limit".
func ValueText(name string, raw any) string {
	if reflect.ValueOf(raw).IsZero() && zeros[name] != "" {
		return zeros[name]
	}
	switch raw := raw.(type) {
	case time.Duration:
		return diag.Seconds(raw)
	case bool:
		if raw {
			return "on"
		}
		return "off"
	case uint32:
		if raw == facts.IstioUnlimited {
			return "no limit"
		}
	case string:
		if raw == "" {
			return "as received" // a header name's format; no other text may be empty
		}
	}
	return fmt.Sprint(raw)
}

package plan

import (
	"fmt"
	"reflect"
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

func byNames(groups ...group) Values {
	values := Values{}
	for _, g := range groups {
		for _, v := range appendValues(nil, g.settings, g.name) {
			values[v.Name] = v
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
		for _, v := range appendValues(nil, g.settings, g.name) {
			names = append(names, v.Name)
		}
	}
	return names
}

// On reports a setting that is a switch and on.
func (v Values) On(name string) bool {
	on, _ := v[name].Raw.(bool)
	return on
}

// appendValues lists every Setting of a struct, in the order of its fields, each by its path:
// a setting that is added to the plan is listed without being added here.
func appendValues(out []Value, settings any, name string) []Value {
	v := reflect.ValueOf(settings)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || v.Type() == originType {
		return out // the name of a cluster, or where a block stands: no setting
	}
	if from := v.FieldByName("From"); from.IsValid() && v.NumField() == 2 {
		raw := v.Field(0).Interface()
		return append(out, Value{name, ValueText(name, raw), raw, from.Interface().(Origin)})
	}
	for i := range v.NumField() {
		field := lowerFirst(v.Type().Field(i).Name)
		if name != "" {
			field = name + "." + field
		}
		out = appendValues(out, v.Field(i).Interface(), field)
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

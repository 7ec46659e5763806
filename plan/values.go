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

// appendValues tells every Setting in a struct, in the order of its fields, each by its path:
// a setting that is added to the plan is told without being added here.
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
		return append(out, Value{name, valueText(name, raw), raw, from.Interface().(Origin)})
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

func valueText(name string, raw any) string {
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

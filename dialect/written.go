package dialect

import (
	"fmt"
	"path"
	"reflect"
	"strings"

	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// IsName reports an address that DNS must resolve.
func IsName(address string) bool {
	return address != "" && !facts.IsIP(address)
}

// ProtocolField names the field that turns HTTP/2 on: useHttp2, or serviceSpec.grpc and its like.
func ProtocolField(from plan.Origin) string {
	if name := path.Base(from.Pointer()); strings.Contains(from.Pointer(), "/serviceSpec/") {
		return "serviceSpec." + name
	}
	return "useHttp2"
}

// ProtocolText is what the field that turns HTTP/2 on or off is set to, in words.
func ProtocolText(on plan.Setting[bool]) string {
	if field := ProtocolField(on.From); field != "useHttp2" {
		return field + " turns HTTP/2 on"
	}
	return fmt.Sprintf("useHttp2 is %t", on.Value)
}

// FirstWritten finds the first setting that the user wrote, in the order of the fields. It
// walks the struct so that a new setting cannot be forgotten.
func FirstWritten(s *plan.Settings) (plan.Origin, bool) {
	return written(reflect.ValueOf(s).Elem())
}

var originType = reflect.TypeFor[plan.Origin]()

func written(v reflect.Value) (plan.Origin, bool) {
	if v.Type() == originType {
		o := v.Interface().(plan.Origin)
		return o, o.Written()
	}
	if v.Kind() != reflect.Struct {
		return plan.Origin{}, false
	}
	for i := range v.NumField() {
		if o, ok := written(v.Field(i)); ok {
			return o, true
		}
	}
	return plan.Origin{}, false
}

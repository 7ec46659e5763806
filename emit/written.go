package emit

import (
	"reflect"

	"github.com/connpolicy/connpolicy/compile"
)

// isName reports an address that DNS must resolve.
func isName(address string) bool {
	return address != "" && !compile.IsIP(address)
}

// firstWritten finds the first setting that the user wrote, in the order of the fields. It
// walks the struct so that a new setting cannot be forgotten.
func firstWritten(s *compile.Settings) (compile.Origin, bool) {
	return written(reflect.ValueOf(s).Elem())
}

var originType = reflect.TypeFor[compile.Origin]()

func written(v reflect.Value) (compile.Origin, bool) {
	if v.Type() == originType {
		o := v.Interface().(compile.Origin)
		return o, o.Written()
	}
	if v.Kind() != reflect.Struct {
		return compile.Origin{}, false
	}
	for i := range v.NumField() {
		if o, ok := written(v.Field(i)); ok {
			return o, true
		}
	}
	return compile.Origin{}, false
}
